"""Sentences of a document that other documents have, too: what was reprinted, quoted or written from one draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from search.engine.port import DocumentSummary, Engine, SearchRequest
from search.model import Document
from search.query.plan import And, InDocument, Not, Run, Term
from search.results import SharedSentence, SharedSentences
from search.text.fold import match_form
from search.text.sentences import sentences

SHORTEST = 16
"""Characters in match form below which a sentence may be anybody's."""
MOST_SENTENCES = 400
MOST_FOLLOWED = 40
PLACES = 5
"""Other passages of one sentence that are named."""


def shared_sentences(document: Document, engine: Engine, summaries: Mapping[str, DocumentSummary]) -> SharedSentences:
    """The first MOST_FOLLOWED sentences of a document that occur in passages of others, in reading order. One look at the index tells how
    many passages have each; only those that more than their own have are searched for."""
    own = list(islice(_long_sentences(document), MOST_SENTENCES + 1))
    complete, own = len(own) <= MOST_SENTENCES, own[:MOST_SENTENCES]
    counts = engine.contains([form for _text, form, _id in own]) if own else ()
    elsewhere = Not(InDocument(match_form(document.id).text))
    found: list[SharedSentence] = []
    for (text, form, passage_id), count in zip(own, counts, strict=True):
        if count < 2:
            continue
        if len(found) == MOST_FOLLOWED:
            return SharedSentences(tuple(found), complete=False)
        result = engine.search(SearchRequest(And((Term((Run(form),)), elsewhere)), limit=PLACES, collect=()))
        if result.hits:
            others = tuple((summaries[hit.passage.document_id], hit.passage.id) for hit in result.hits)
            found.append(SharedSentence(text, passage_id, others, result.total))
    return SharedSentences(tuple(found), complete)


def _long_sentences(document: Document) -> Iterator[tuple[str, str, str]]:
    for passage in document.passages:
        for start, end in sentences(passage.text):
            text = passage.text[start:end].strip()
            form = match_form(text.rstrip("。！？；!?;")).text
            if len(form) >= SHORTEST:
                yield text, form, passage.id
