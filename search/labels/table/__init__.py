"""Rows of tables with the heads that tell what their cells mean."""
