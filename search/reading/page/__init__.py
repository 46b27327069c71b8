"""One model of a page, whoever found the characters on it: a PDF's text layer, an OFD, or OCR.

A reader gives one `Sheet` per page, made of `Piece`s (runs of characters that lie together on one line, with their box and
size); `arranged` gives the lines of all pages in reading order, as `SourceLine`s that keep page, box and setting:

    sheets → turned upright → furniture out → cut by headlines and gutters → lines with their setting

Nothing here trusts the order in which pieces come: the same page gives the same lines in any order. A reader that has single
characters with their places (PDF) makes pieces of them by `pieces_of`.
"""

from __future__ import annotations

from search.reading.page.arrange import Arranged, arranged
from search.reading.page.glyphs import Glyphs, sheet_of
from search.reading.page.sheet import Piece, Sheet

__all__ = ["Arranged", "Glyphs", "Piece", "Sheet", "arranged", "sheet_of"]
