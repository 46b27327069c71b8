"""Which places a document names, and in which role."""
