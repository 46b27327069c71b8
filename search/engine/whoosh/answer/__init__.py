"""How a request is answered from a generation."""
