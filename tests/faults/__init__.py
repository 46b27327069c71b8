"""Faults of the machine, made on purpose: power cuts, kills at every step, a disk that is full or closed, a clock that runs backwards."""
