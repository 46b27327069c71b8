"""What the matches of a plan score: `search.query.score` by vectors. Only those passages are scored that are still wanted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.answer.evaluate import Matcher
from search.engine.whoosh.answer.find import Numbers, Postings
from search.engine.whoosh.files.columns import Array
from search.engine.whoosh.write.part import KINDS
from search.query.plan import And, Kinds, Listed, Near, Node, Not, Or, Outside, Pattern, Some, Term
from search.query.score import GRID, K1, KIND_WEIGHTS, WORD_SHARE, B, idf

Scores = NDArray[np.float64]
_KIND_WEIGHTS = np.array([KIND_WEIGHTS[kind] * GRID for kind in KINDS])
"""In steps of the grid."""


class Weigher:
    """Scores what a matcher matched. `mean_length` is that of all passages, in characters of match form."""

    def __init__(self, matcher: Matcher, mean_length: float) -> None:
        self._matcher, self._mean_length = matcher, mean_length
        self._lengths, self._kind = matcher.collection.lengths, matcher.collection.columns["kind"]
        self._passages = matcher.collection.count
        self._weights: Scores = np.zeros(0)
        """Of the passages being scored: their kinds' weights in steps of the grid."""

    def scores(self, node: Node, passages: Numbers) -> Scores | None:
        """Scores of these passages (ascending, all of them matches); None if nothing in the plan gives a score."""
        if not _has_leaves(node):
            return None
        result = np.zeros(len(passages))
        norms: Scores = self._lengths[passages] * (K1 * B / self._mean_length)
        norms += K1 * (1.0 - B)
        self._weights = _KIND_WEIGHTS[self._kind[passages]]
        self._add(node, passages, norms, result, None)
        return result

    def _add(self, node: Node, passages: Numbers, norms: Scores, into: Scores, within: NDArray[np.bool_] | None) -> None:
        """Adds the node's share to those of `passages` that match it, `within` flags (all of them if None)."""
        match node:
            case And(children) | Or(children) | Some(children):
                for child in children:
                    if isinstance(child, Not) or not _has_leaves(child):
                        continue
                    inner = within
                    if not isinstance(node, And) and not isinstance(child, Term | Outside | Pattern | Listed):
                        matched = self._matcher.among(passages, self._matcher.found(child).passages)
                        inner = matched if within is None else matched & within
                    self._add(child, passages, norms, into, inner)
            case Near(left, right):
                self._add(left, passages, norms, into, within)
                self._add(right, passages, norms, into, within)
            case Kinds(_, child):
                self._add(child, passages, norms, into, within)
            case Listed():
                share = self._on_grid(self._matcher.listed(node, passages))
                into += share if within is None else np.where(within, share, 0.0)
            case Term() | Outside() | Pattern():
                share = self._leaf(node, passages, norms)
                into += share if within is None else np.where(within, share, 0.0)
            case _:
                return

    def _leaf(self, leaf: Term | Outside | Pattern, passages: Numbers, norms: Scores) -> Scores:
        if isinstance(leaf, Pattern | Outside):
            self._matcher.found(leaf)
            weight = 1.0 if isinstance(leaf, Pattern) else leaf.run.weight
            counted = self._matcher.counts[leaf]
            df = counted if isinstance(leaf, Pattern) else self._matcher.postings("run", leaf.run.text)
            return self._share(weight, df, counted, passages, norms)
        best: Scores | None = None
        for run in leaf.runs:
            postings = self._matcher.postings("run", run.text)
            if len(postings.passages):
                share = self._share(run.weight, postings, postings, passages, norms)
                best = share if best is None else np.maximum(best, share, out=best)
        result = np.zeros(len(passages)) if best is None else best
        if len(leaf.words) > 1:
            # words count only where the term matched: a passage with some of the words and no run is no match of it
            words = np.zeros(len(passages))
            for word in dict.fromkeys(leaf.words):
                postings = self._matcher.postings("word", word)
                if len(postings.passages):
                    words += self._share(WORD_SHARE, postings, postings, passages, norms)
            result += np.where(self._matcher.among(passages, self._matcher.found(leaf).passages), words, 0.0)
        return result

    def _share(self, weight: float, df: Postings, postings: Postings, passages: Numbers, norms: Scores) -> Scores:
        """The weight times idf (of `df`) times the saturated frequencies of these postings."""
        tf = self._frequencies(postings, passages).astype(np.float64)
        norms = tf + norms
        tf *= weight * idf(self._passages, len(df.passages)) * (K1 + 1.0)
        tf /= norms
        return self._on_grid(tf)

    def _on_grid(self, addends: Scores) -> Scores:
        """The addends weighed by the kinds of their passages, each the nearest multiple of 1 / GRID."""
        addends *= self._weights
        addends += 0.5
        np.floor(addends, out=addends)
        addends /= GRID
        return addends

    def _frequencies(self, postings: Postings, passages: Numbers) -> Array:
        """How often each of `passages` has it."""
        if postings.passages is passages:
            return postings.packed >> 1
        return self._matcher.gathered(passages, postings.passages, postings.packed, 0) >> 1


def _has_leaves(node: Node) -> bool:
    """Whether anything in the plan gives a score."""
    match node:
        case Term() | Outside() | Pattern() | Listed() | Near():
            return True
        case And(children) | Or(children) | Some(children):
            return any(map(_has_leaves, children))
        case Kinds(_, child):
            return _has_leaves(child)
        case _:
            return False
