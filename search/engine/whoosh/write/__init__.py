"""How a generation is written."""
