"""What a build attaches to a generation for those who answer from it, by name."""

WORKS = "works.json"
"""Document id → the id of the work it is a copy of."""
SUGGESTIONS = "suggestions.bin"
"""What `search.query.suggest.Suggester` reads."""
INPUTS = "inputs.json"
"""What the next build compares: name of each source → digest and document id."""
