"""The nearest passages: the first stage of `search.query.nearest` by vectors, over all passages at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.answer.collection import JoinedSegments
from search.engine.whoosh.answer.evaluate import Matcher
from search.engine.whoosh.answer.find import Numbers, Postings
from search.engine.whoosh.files.columns import Array
from search.engine.whoosh.write.invert import group_starts
from search.engine.whoosh.write.part import KINDS
from search.query.nearest.stages import (
    DEPTH,
    DOCUMENT_B,
    DOCUMENT_K1,
    Asked,
    NearCandidate,
    spread,
    weights,
)
from search.query.score import K1, B

Sums = NDArray[np.float64]
_SPARSE = 16
"""Where a list has fewer passages than one in so many of the documents, adding up its own documents is quicker than all."""


@dataclass
class _Sums:
    """What is added up: a passage and a document (the numbers of their columns)."""

    near: Sums
    cover: Sums
    words: Sums
    document: Sums
    document_words: Sums


class Nearest:
    """The first stage over one collection. `mean_length` is that of all passages, in characters of match form."""

    def __init__(self, collection: JoinedSegments, mean_length: float) -> None:
        self._collection = collection
        self._first: Array = collection.columns["document_first"]
        self._document: Array = collection.columns["document"]
        self._rank: Array = collection.columns["rank"]
        self._norms: Sums = collection.lengths * (K1 * B / mean_length) + K1 * (1.0 - B)
        ends = np.concatenate(([0], np.cumsum(collection.lengths, dtype=np.int64)))
        lengths = ends[self._first[1:]] - ends[self._first[:-1]]
        mean = max(1.0, int(ends[-1]) / max(1, int(np.count_nonzero(self._first[1:] != self._first[:-1]))))
        self._heads = self._first[:-1].astype(np.intp)
        self._filled = np.flatnonzero(self._first[1:] != self._first[:-1])
        self._seconds = np.minimum(self._heads + 1, np.maximum(self._first[1:].astype(np.intp) - 1, self._heads))
        self._heads, self._seconds = (np.minimum(at, collection.count - 1) for at in (self._heads, self._seconds))
        self._document_norms: Sums = lengths * (DOCUMENT_K1 * DOCUMENT_B / mean) + DOCUMENT_K1 * (1.0 - DOCUMENT_B)

    def candidates(self, sought: Asked, matcher: Matcher) -> list[NearCandidate]:
        """What `search.query.nearest.stages.first_stage` keeps, with texts."""
        sums = self._sums(sought, matcher.postings)
        there = np.flatnonzero(sums.cover + sums.words)
        if not len(there):
            return []
        best = np.zeros(len(sums.document))
        best[self._filled] = np.maximum.reduceat(sums.near, self._first[:-1][self._filled].astype(np.intp))
        head = np.maximum(sums.cover[self._heads], sums.cover[self._seconds])
        labelled = self._labelled(sought, there, matcher)
        kept = self._kept(sums, best, head, labelled, there)
        passages = there[kept]
        documents = self._document[passages]
        of_passages = (sums.near[passages], sums.cover[passages], sums.words[passages])
        of_documents = (sums.document[documents], sums.document_words[documents], best[documents], head[documents])
        features = zip(*(row.tolist() for row in (*of_passages, *of_documents, labelled[kept])), strict=True)
        numbers = passages.tolist()
        kinds = self._collection.columns["kind"][passages].tolist()
        ranks = self._rank[passages].tolist()
        texts = self._collection.match_texts(numbers)
        return [
            NearCandidate(number, rank, document, KINDS[kind], text, row)
            for number, rank, document, kind, text, row in zip(numbers, ranks, documents.tolist(), kinds, texts, features, strict=True)
        ]

    def _sums(self, sought: Asked, postings: Callable[[str, str], Postings]) -> _Sums:
        count, documents = self._collection.count, len(self._first) - 1
        sums = _Sums(*(np.zeros(size) for size in (count, count, count, documents, documents)))
        for run, idf in sought.pairs:
            weight = idf / sought.pair_total
            found = postings("run", run)
            frequencies = (found.packed >> 1).astype(np.float64)
            sums.near[found.passages] += weight * (K1 + 1.0) * frequencies / (frequencies + self._norms[found.passages])
            sums.cover[found.passages] += weight
            self._add_documents(sums.document, found.passages, frequencies, weight)
        for runs, idf in sought.words:
            passages, share, frequencies = _united([(postings("run", run), weight) for run, weight in runs])
            weight = idf / sought.word_total
            sums.words[passages] += weight * share
            self._add_documents(sums.document_words, passages, frequencies, weight)
        return sums

    def _add_documents(self, into: Sums, passages: Numbers, frequencies: Sums, weight: float) -> None:
        if not len(passages):
            return
        documents = self._document[passages]
        if len(passages) * _SPARSE < len(into):
            starts = group_starts(documents[1:] != documents[:-1])
            frequency = np.add.reduceat(frequencies, starts)
            at = documents[starts]
            into[at] += weight * (DOCUMENT_K1 + 1.0) * frequency / (frequency + self._document_norms[at])
            return
        frequency = np.bincount(documents, frequencies, len(into))
        share = frequency + self._document_norms
        np.divide(frequency, share, out=share)
        share *= weight * (DOCUMENT_K1 + 1.0)
        into += share

    def _labelled(self, sought: Asked, there: Numbers, matcher: Matcher) -> Sums:
        """The share of what is sought as a label that each of the passages has."""
        held = np.zeros(len(there))
        for ways in sought.labels:
            has = np.zeros(len(there), np.bool_)
            for one in ways:
                has |= matcher.among(there, matcher.valued(one.name, (one.value,)))
            held += has
        return held / max(1, len(sought.labels))

    def _kept(self, sums: _Sums, best: Sums, head: Sums, labelled: Sums, there: Numbers) -> list[int]:
        """Which of the passages `there` are candidates: the best, but of one document only so many."""
        known = weights()
        of_document = known["document"] * sums.document + known["document_words"] * sums.document_words
        of_document += known["best"] * best + known["head"] * head
        score = of_document[self._document[there]]
        # One array after the other, each dropped before the next: a query that is near to everything has many passages.
        for name, of_passage in (("near", sums.near), ("cover", sums.cover), ("words", sums.words)):
            part = of_passage[there]
            part *= known[name]
            score += part
        if labelled.any():
            score += known["labels"] * labelled
        order = np.arange(len(there))
        if len(there) > DEPTH:
            # Rounding moves no score further than one step: all that may be among the first are looked at.
            order = np.flatnonzero(score >= np.partition(score, -DEPTH)[-DEPTH] - 0.0002)
        keys = np.ceil(score[order] * -10_000.0 - 0.5).astype(np.int64)
        order = order[np.lexsort((self._rank[there[order]], keys))][:DEPTH]
        return [int(order[at]) for at in spread(self._document[there[order]].tolist())]


def _united(found: Sequence[tuple[Postings, float]]) -> tuple[Numbers, Sums, Sums]:
    """Passages that have any of the runs, the best weight of those they have, and the weighted sum of their frequencies."""
    if len(found) == 1:
        ((one, weight),) = found
        return one.passages, np.full(len(one.passages), weight), (one.packed >> 1).astype(np.float64) * weight
    passages = np.concatenate([one.passages for one, _ in found])
    shares = np.concatenate([np.full(len(one.passages), weight) for one, weight in found])
    frequencies = np.concatenate([(one.packed >> 1).astype(np.float64) * weight for one, weight in found])
    order = passages.argsort(kind="stable")
    starts = group_starts(passages[order][1:] != passages[order][:-1])
    best: Sums = np.maximum.reduceat(shares[order], starts)
    added: Sums = np.add.reduceat(frequencies[order], starts)
    return passages[order][starts], best, added
