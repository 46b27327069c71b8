"""Which amounts a document gives."""
