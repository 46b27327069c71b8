"""What a generation is made of on disk."""
