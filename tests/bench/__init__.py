"""Benchmarks, run by hand: `python -m tests.bench --size 100k`."""
