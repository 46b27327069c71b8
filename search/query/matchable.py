"""A passage as plans see it."""

from __future__ import annotations

from search.fields import facet_values
from search.model import Passage
from search.query import analysis
from search.query.match import Matchable
from search.text.fold import match_form


def matchable(passage: Passage, document_id: str, title: str, key: int = -1) -> Matchable:
    """A passage of the document by this id and title, as plans see it. `key` is what the engine knows the passage by."""
    text = analysis.analyse(passage.text)
    starts, ends = analysis.boundaries(text.tokens, len(text.match))
    forms = (match_form(document_id).text, match_form(title).text)
    return Matchable(text.match, text.tokens, starts, ends, passage.kind, facet_values(passage), forms, key, passage.figures)
