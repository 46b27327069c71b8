"""The words of a text as the labellers see them: cut by dictionary, with all names of places among the words."""

from __future__ import annotations

from functools import lru_cache

from search.labels.gazetteer import gazetteer
from search.text.fold import read_plainly
from search.text.segment import Segmenter


@lru_cache(maxsize=1)
def segmenter() -> Segmenter:
    """Cuts with all names of places, made when the first text is cut."""
    return Segmenter(names=map(read_plainly, gazetteer().all_names()))
