"""What the matches of a segment score: `search.query.score` by vectors.

Two steps, because a score needs counts over all segments: first every segment adds its counts (`Totals`), then those passages that are
still wanted are scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search.query.plan import And, Kinds, Near, Node, Not, Or, Outside, Pattern, Some, Term
from search.query.score import K1, KIND_WEIGHTS, WORD_SHARE, B, idf

from .columns import Array
from .evaluate import SPARSE, Matcher
from .find import Numbers, Postings
from .part import KINDS

Scores = NDArray[np.float64]
_KIND_WEIGHTS = np.array([KIND_WEIGHTS[kind] for kind in KINDS])


@dataclass
class Totals:
    """Counts over all segments that scores need: of passages, and of those that have a run, a word, a match of a pattern."""

    passages: int
    mean_length: float
    runs: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    patterns: Counter[Pattern] = field(default_factory=Counter)


class Weigher:
    """Scores what a matcher matched."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def count_into(self, node: Node, totals: Totals) -> None:
        """Adds this segment's counts of every leaf that gives a score."""
        leaves = set(_leaves(node))
        runs = {run.text for leaf in leaves if isinstance(leaf, Term) for run in leaf.runs}
        runs |= {leaf.run.text for leaf in leaves if isinstance(leaf, Outside)}
        for text in runs:
            totals.runs[text] += len(self._matcher.postings("run", text).passages)
        for word in {word for leaf in leaves if isinstance(leaf, Term) and len(leaf.words) > 1 for word in leaf.words}:
            totals.words[word] += len(self._matcher.postings("word", word).passages)
        for leaf in leaves:
            if isinstance(leaf, Pattern):
                totals.patterns[leaf] += len(self._matcher.found(leaf).passages)

    def scores(self, node: Node, passages: Numbers, totals: Totals) -> Scores:
        """Scores of these passages (ascending, all of them matches)."""
        if not len(passages) or not any(True for _ in _leaves(node)):
            return np.zeros(len(passages))
        lengths = self._matcher.segment.lengths[passages]
        norms: Scores = np.asarray(K1 * (1.0 - B + B * lengths / totals.mean_length), np.float64)
        result = np.zeros(len(passages))
        self._add(node, passages, norms, totals, result, None)
        return np.asarray(result * _KIND_WEIGHTS[self._matcher.segment.columns["kind"][passages]])

    def _add(self, node: Node, passages: Numbers, norms: Scores, totals: Totals, into: Scores, within: NDArray[np.bool_] | None) -> None:
        """Adds the node's share to those of `passages` that match it, `within` flags (all of them if None)."""
        match node:
            case And(children) | Or(children) | Some(children):
                for child in children:
                    if isinstance(child, Not) or not any(True for _ in _leaves(child)):
                        continue
                    inner = within
                    if not isinstance(node, And) and not isinstance(child, Term | Outside | Pattern):
                        matched = self._matcher.mask(self._matcher.found(child).passages)[passages]
                        inner = matched if within is None else matched & within
                    self._add(child, passages, norms, totals, into, inner)
            case Near(left, right):
                self._add(left, passages, norms, totals, into, within)
                self._add(right, passages, norms, totals, into, within)
            case Kinds(_, child):
                self._add(child, passages, norms, totals, into, within)
            case Term() | Outside() | Pattern():
                share = self._leaf(node, passages, norms, totals)
                into += share if within is None else np.where(within, share, 0.0)
            case _:
                return

    def _leaf(self, leaf: Term | Outside | Pattern, passages: Numbers, norms: Scores, totals: Totals) -> Scores:
        n = totals.passages
        if isinstance(leaf, Pattern):
            self._matcher.found(leaf)
            return idf(n, totals.patterns[leaf]) * _saturated(self._frequencies(self._matcher.counts[leaf], passages), norms)
        if isinstance(leaf, Outside):
            self._matcher.found(leaf)
            weight = leaf.run.weight * idf(n, totals.runs[leaf.run.text])
            return weight * _saturated(self._frequencies(self._matcher.counts[leaf], passages), norms)
        best: Scores | None = None
        for run in leaf.runs:
            postings = self._matcher.postings("run", run.text)
            if len(postings.passages):
                share = run.weight * idf(n, totals.runs[run.text]) * _saturated(self._frequencies(postings, passages), norms)
                best = share if best is None else np.maximum(best, share)
        result = np.zeros(len(passages)) if best is None else best
        if len(leaf.words) > 1:
            # words count only where the term matched: a passage with some of the words and no run is no match of it
            words = np.zeros(len(passages))
            for word in dict.fromkeys(leaf.words):
                postings = self._matcher.postings("word", word)
                if len(postings.passages):
                    words += WORD_SHARE * idf(n, totals.words[word]) * _saturated(self._frequencies(postings, passages), norms)
            result = result + np.where(self._matcher.mask(self._matcher.found(leaf).passages)[passages], words, 0.0)
        return result

    def _frequencies(self, postings: Postings, passages: Numbers) -> Array:
        """How often each of `passages` has it."""
        if not len(postings.passages):
            return np.zeros(len(passages), np.uint8)
        if postings.passages is passages:
            return postings.packed >> 1
        if len(passages) * SPARSE < self._matcher.segment.count:
            at = postings.passages.searchsorted(passages)
            at[at == len(postings.passages)] = 0
            return np.where(postings.passages[at] == passages, postings.packed[at] >> 1, 0)
        dense = np.zeros(self._matcher.segment.count, postings.packed.dtype)
        dense[postings.passages] = postings.packed
        return dense[passages] >> 1


def _saturated(frequencies: Array, norms: Scores) -> Scores:
    tf = frequencies.astype(np.float64)
    return np.asarray(tf * (K1 + 1.0) / (tf + norms))


def _leaves(node: Node) -> Iterable[Term | Outside | Pattern]:
    match node:
        case Term() | Outside() | Pattern():
            yield node
        case And(children) | Or(children) | Some(children):
            for child in children:
                yield from _leaves(child)
        case Near(left, right):
            yield left
            yield right
        case Kinds(_, child):
            yield from _leaves(child)
        case _:
            return
