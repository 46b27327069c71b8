"""Blueprints: each reads a request, asks the library once, builds what its template shows and answers."""
