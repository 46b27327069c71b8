"""Scans: pictures of pages → lines, where the extra `bangfu[ocr]` is installed.

    bytes → a child process with bounded memory renders and reads one page at a time (`worker`, `engine`)
          → quadrilaterals with text and score → a sheet of the page model (`sheet`) → lines in reading order (`scan`)

A page once read is kept beside the index (`Settings.ocr_cache`), so that an interrupted build goes on at the page where it stopped and a
rebuild reads none again.
"""

from __future__ import annotations

from search.reading.ocr.scan import INSTALL, Scanned, as_scanned, is_installed, read_picture, read_scan, scanned_pages

__all__ = ["INSTALL", "Scanned", "as_scanned", "is_installed", "read_picture", "read_scan", "scanned_pages"]
"""The door: pictures as sources, and single pages of a PDF as sheets."""
