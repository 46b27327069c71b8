"""Marks and snippets: where a passage answers the query, from the matched runs themselves.

Marks are ranges of canonical text, sorted, not overlapping. Marks of a text become HTML here alone:
text is escaped, marks are `<mark>`; notebooks make their tables around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from search.model import Figure, Span
from search.query.analysis import words
from search.query.match import occurrences, outside, pattern, word_spans
from search.query.plan import And, Kinds, Listed, Near, Node, Or, Outside, Pattern, Some, Term, measures
from search.text.passage_form import passage_form

SNIPPET_CHARS = 62
"""Characters of one of two snippets; one alone has the room of both. Two together fill three lines of a page of results: what is shown is
decided here alone, and no page cuts it again."""
MOST_WEIGHED = 300
"""Marks of one passage that are weighed for its snippets."""
_SENTENCE_END = re.compile("[。！？；!?;\n]")
_CLAUSE_END = re.compile("[。！？；!?;\n，、：,:]")
_SPECIAL = re.compile("[&<>\"']")
_REACH = 16
"""How far from its ideal end a snippet looks for the end of a clause."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A readable cut of a passage. `start` and `end` are code points of its text; `html` is escaped, with `<mark>` around marks and `…`
    where the text goes on."""

    start: int
    end: int
    html: str


def marks(plan: Node, text: str) -> tuple[Span, ...]:
    """`Marker.marks` of a single text."""
    return Marker(plan).marks(text)


def leaves(plan: Node) -> tuple[Term | Outside | Pattern, ...]:
    """The parts of a plan that ask for text, those under Not left out."""
    match plan:
        case Term() | Outside() | Pattern():
            return (plan,)
        case And(children) | Or(children) | Some(children):
            return tuple(leaf for child in children for leaf in leaves(child))
        case Kinds(_, child):
            return leaves(child)
        case Listed(_, terms):
            return terms
        case Near(left, right):
            return (left, right)
        case _:
            return ()


class Marker:
    """Marks the passages found by one plan: what it asks for is worked out once, the hits of a page are marked one after the other."""

    def __init__(self, plan: Node) -> None:
        self._leaves = tuple(dict.fromkeys(leaves(plan)))
        self._measures = measures(plan)

    def marks(self, text: str, figures: Sequence[Figure] = ()) -> tuple[Span, ...]:
        """Where the text, of which these are the figures, holds what the plan asks for, facets and negations aside.

        A term marks its runs, the longest where they overlap; only where it has no run does it mark its words. Nothing is marked for a
        term that the text does not match."""
        if not self._leaves and not self._measures:
            return ()
        form = passage_form(text)
        spans = [span for leaf in self._leaves for span in _leaf_spans(leaf, form.text)]
        held = [(one.start, one.end) for one in figures if any(measure.holds(one) for measure in self._measures)]
        return merged([*(form.span(start, end) for start, end in spans), *held])


def _leaf_spans(leaf: Term | Outside | Pattern, form: str) -> list[Span]:
    if isinstance(leaf, Pattern):
        return [found.span() for found in pattern(leaf).finditer(form)]
    if isinstance(leaf, Outside):
        return _longest(outside(leaf, form))
    spans = [span for run in leaf.runs if run.text in form for span in occurrences(run.text, form)]
    if spans or len(leaf.words) < 2 or not all(word in form for word in leaf.words):
        return _longest(spans)
    found = word_spans(leaf.words, words(form))
    return _longest(span for one in found.values() for span in one) if len(found) == len(set(leaf.words)) else []


def _longest(spans: Iterable[Span]) -> list[Span]:
    """The spans that lie in no other."""
    found = set(spans)
    if len(found) < 2:
        return list(found)
    kept: list[Span] = []
    for span in sorted(found, key=lambda one: (one[0], -one[1])):
        if not kept or span[1] > kept[-1][1]:
            kept.append(span)
    return kept


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans sorted, those that overlap made one. Spans that only touch stay apart: each is something that was searched."""
    result: list[Span] = []
    for start, end in sorted(set(spans)):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def snippets(text: str, spans: Sequence[Span], *, chars: int = SNIPPET_CHARS, most: int = 2) -> tuple[Snippet, ...]:
    """The best cuts of a passage, in text order, at most `most` of about `chars` characters; the whole text if it has room. Where one cut
    as long as all together shows every mark, that one.

    The first window holds the most different marks, wherever in the text they are; the next the most that are left."""
    if len(text) <= chars * most + _REACH or not text:
        return (Snippet(0, len(text), _html(text, 0, len(text), spans)),) if text else ()
    chosen: list[Span] = []
    left = list(spans[:MOST_WEIGHED])
    if spans and spans[-1][1] - spans[0][0] <= chars * most:
        most, chars = 1, chars * most
    while len(chosen) < most:
        window = _best_window(text, left, chars) if left else None
        if window is None:
            break
        start, end = _cut(text, window, chars)
        chosen.append((start, end))
        left = [span for span in left if not (start <= span[0] and span[1] <= end)]
        left = [span for span in left if span[1] <= start or span[0] >= end]
    if not chosen:
        chosen = [_cut(text, (0, min(chars, len(text))), chars)]
    return tuple(Snippet(start, end, _html(text, start, end, spans)) for start, end in merged(chosen))


def _best_window(text: str, spans: Sequence[Span], chars: int) -> Span | None:
    """The range from one mark to a later one, at most `chars` long, with the most different marked texts, then the most marks."""
    if len(spans) == 1:
        return spans[0]
    best: tuple[int, int, int] | None = None
    window: Span | None = None
    for first, (start, own_end) in enumerate(spans):
        inside = [span for span in spans[first:] if span[1] <= max(start + chars, own_end)]
        value = (len({text[a:b] for a, b in inside}), len(inside), -start)
        if best is None or value > best:
            best, window = value, (start, min(max(span[1] for span in inside), max(start + chars, own_end)))
    return window


def _cut(text: str, window: Span, chars: int) -> Span:
    """The window widened to about `chars`, from the start of a sentence or clause to the end of one."""
    start, end = window
    ideal = max(0, start - max(0, chars - (end - start)) // 3)
    begin = 0 if ideal <= _REACH else _nearest_break(text, ideal, ideal - _REACH, start)
    stop = max(end, begin + chars)
    if len(text) - stop <= _REACH:
        return begin, len(text)
    return begin, _nearest_break(text, stop, max(end, stop - _REACH), stop + _REACH)


def _nearest_break(text: str, ideal: int, least: int, most: int) -> int:
    """The place nearest to the ideal one that follows the end of a sentence, else of a clause, else the ideal one."""
    first, last = max(1, least), min(most, len(text))
    for end in (_SENTENCE_END, _CLAUSE_END):
        places = [found.end() for found in end.finditer(text, first - 1, last)]
        if places:
            return min(places, key=lambda place: (abs(place - ideal), place))
    return ideal


def _html(text: str, start: int, end: int, spans: Sequence[Span]) -> str:
    escaped = escape if _SPECIAL.search(text, start, end) else str
    parts = ["…"] if start > 0 else []
    at = start
    for a, b in spans:
        if b <= at or a >= end:
            continue
        a, b = max(a, at), min(b, end)
        parts.append(f"{escaped(text[at:a])}<mark>{escaped(text[a:b])}</mark>")
        at = b
    parts.append(escaped(text[at:end]))
    if end < len(text):
        parts.append("…")
    return "".join(parts)
