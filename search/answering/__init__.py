"""A question in, an answer out. Knows nothing of building. The door is `search.answering.library`."""
