"""By what arrangement help is given."""
