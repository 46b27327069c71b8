"""Which types of assistance a document speaks of."""
