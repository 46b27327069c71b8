"""Blueprints: each reads a request, asks the library once, builds a view model and answers."""
