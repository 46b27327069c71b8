"""A passage as plans see it."""

from __future__ import annotations

from search.fields import facet_values
from search.model import Passage
from search.query import analysis
from search.query.match import View
from search.text.fold import match_form


def view(passage: Passage, document_id: str, title: str, key: int = -1) -> View:
    """The view of a passage of the document by this id and title. `key` is what the engine knows the passage by."""
    text = analysis.analyse(passage.text)
    starts, ends = analysis.boundaries(text.tokens, len(text.match))
    forms = (match_form(document_id).text, match_form(title).text)
    return View(text.match, text.tokens, starts, ends, passage.kind, facet_values(passage), forms, key)
