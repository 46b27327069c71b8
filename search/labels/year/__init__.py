"""Which years a document speaks of, and when it was written."""
