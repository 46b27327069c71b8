"""Where a quote occurs, typed or pasted: across line breaks, width, script and small errors, or as the best stretches of a long text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from search.answering import misquote
from search.engine.port import Engine, SearchRequest
from search.model import Passage
from search.present.diff import word_difference
from search.query.plan import Or, Run, Term
from search.results import LocateMatch
from search.text.fold import MatchForm, match_form

GRAMS = (8, 5, 3)
"""Lengths of the runs asked for, longest first: the longer, the rarer; errors close together leave only short ones whole."""
ASKED = 48
"""Runs of one length whose frequency is asked."""
VOTERS = 10
"""The rarest of them that vote for passages; a text longer than `LONG` characters may span many passages, and there all vote."""
LONG = 200
CANDIDATES = 24
MOST = 20_000
"""Characters of match form looked at: more than the longest passage and its neighbours."""
STRETCH = 12
"""Least length of a stretch of a long text. It must also be most of the passage, or much of the text, or long: set phrases are neither."""
MOST_OF_PASSAGE = 0.6
MUCH_OF_TEXT = 0.3
LONG_STRETCH = 60
GAP = 6
"""Differing characters that do not end a stretch."""
LIMIT = 10
SHORTEST = 6
"""Shorter quotes are found letter for letter or not at all."""
MOST_COMPARED = 500
"""Characters of a quote up to which it is said what differs."""
MOST_REACH = 12
"""How far the ends of a match are looked for around the window that a quote is compared with."""
TRIMMED = "“”‘’\"'「」『』《》（）()【】[]…—-.·,;:!?。，、；：！？ "


def locate(quote: str, engine: Engine, limit: int = LIMIT) -> tuple[LocateMatch, ...]:
    """The places of a quote, best first, then by document and order; where it occurs nowhere, the sentences nearest to it, with a score
    below `_enough`. Empty where nothing has anything of it."""
    form = match_form(quote[: 2 * MOST]).text[:MOST]
    bare = form.strip(TRIMMED)
    for wanted in dict.fromkeys((form, bare)):
        # A long run costs the engine more than the passages its rarest parts lead to.
        if 0 < len(wanted) <= LONG and (found := _exact(wanted, engine, limit)):
            return found
    if len(bare) < SHORTEST:
        return ()
    found = _near(bare, engine, limit)
    if not found:
        nearest = misquote.sentences_near(bare, engine)[:limit]
        found = tuple(_match(near.passage, near.seen, near.start, near.end, near.score) for near in nearest)
    return tuple(match if match.score >= 100.0 else _compared(match, quote) for match in found)


def _compared(match: LocateMatch, quote: str) -> LocateMatch:
    quote = quote.strip()
    if len(quote) > MOST_COMPARED:
        return match
    return replace(match, difference=word_difference(quote, match.text), amounts=misquote.other_amounts(quote, match.text))


def _exact(form: str, engine: Engine, limit: int) -> tuple[LocateMatch, ...]:
    hits = engine.search(SearchRequest(Term((Run(form),)), limit=limit, collect=())).hits
    passages = sorted((hit.passage for hit in hits), key=lambda passage: (passage.document_id, passage.order))
    matches: list[LocateMatch] = []
    for passage in passages:
        seen = match_form(passage.text)
        start = seen.text.find(form)
        if start >= 0:
            matches.append(_match(passage, seen, start, start + len(form), 100.0))
    return tuple(matches)


def _near(form: str, engine: Engine, limit: int) -> tuple[LocateMatch, ...]:
    found: list[tuple[float, LocateMatch]] = []
    length = GRAMS[1]
    known = {form[at : at + length]: at for at in range(len(form) - length, -1, -1)}
    for passage in _candidates(form, engine):
        seen = match_form(passage.text)
        if (match := _aligned(form, known, passage, seen)) is not None:
            # Of a long text the longest stretch is the best; of a quote the truest.
            found.append((match.score * (min(len(form), len(seen.text)) if len(form) > len(seen.text) else len(form)), match))
    found.sort(key=lambda rated: (-rated[0], rated[1].document_id, rated[1].id))
    return tuple(match for _, match in found[:limit])


def _candidates(form: str, engine: Engine) -> list[Passage]:
    """Passages that share the rarest runs of the quote."""
    found: dict[str, Passage] = {}
    for length in GRAMS:
        runs = _spread([form[at : at + length] for at in range(len(form) - length + 1)], ASKED)
        known = [(count, run) for run, count in zip(runs, engine.contains(runs), strict=True) if count] if runs else []
        if known:
            rarest = [run for _, run in sorted(known)[: VOTERS if len(form) <= LONG else ASKED]]
            plan = Or(tuple(Term((Run(run),)) for run in rarest))
            hits = engine.search(SearchRequest(plan, limit=CANDIDATES, collect=())).hits
            found.update((hit.passage.id, hit.passage) for hit in hits)
        if len(known) * 4 >= len(runs) and found:
            break
    return list(found.values())


def _aligned(form: str, known: Mapping[str, int], passage: Passage, seen: MatchForm) -> LocateMatch | None:
    if len(form) <= len(seen.text):
        found = fuzz.partial_ratio_alignment(form, seen.text, score_cutoff=_enough(len(form)))
        if found is not None and found.dest_end > found.dest_start:
            return _match(passage, seen, *_tightened(form, seen.text, found.dest_start, found.dest_end))
    if len(form) < 2 * STRETCH:
        return None
    start, end, at = _stretch(known, seen.text)
    if end - start < max(STRETCH, min(LONG_STRETCH, MUCH_OF_TEXT * len(form), MOST_OF_PASSAGE * len(seen.text))):
        return None
    around = form[max(0, at - 2 * GAP) : at + end - start + 2 * GAP]
    score = fuzz.partial_ratio(seen.text[start:end], around, score_cutoff=_enough(end - start))
    return _match(passage, seen, start, end, score) if score else None


def _tightened(form: str, text: str, start: int, end: int) -> tuple[int, int, float]:
    """The range around a window of the quote's length that is most like the quote, and how like: a quote that lacks a comma is longer in
    the text than its window."""
    reach = min(MOST_REACH, max(3, len(form) // 4))
    start = max(range(max(0, start - reach), min(start + reach, end - 1) + 1), key=lambda at: (fuzz.ratio(form, text[at:end]), at))
    end = max(range(max(start + 1, end - reach), min(len(text), end + reach) + 1), key=lambda at: (fuzz.ratio(form, text[start:at]), -at))
    start = max(range(max(0, start - reach), min(start + reach, end - 1) + 1), key=lambda at: (fuzz.ratio(form, text[at:end]), at))
    return start, end, fuzz.ratio(form, text[start:end])


def _stretch(known: Mapping[str, int], text: str) -> tuple[int, int, int]:
    """The longest part of `text` made of runs of the quote (`known`: run → where it is there), differences of at most `GAP` characters
    between them, and where in the quote it begins."""
    length = GRAMS[1]
    best = start = end = 0
    widest = (0, 0, 0)
    for at in range(len(text) - length + 1):
        if text[at : at + length] in known:
            if not end or at > end + GAP:
                start = at
            end = at + length
            if end - start > best:
                best, widest = end - start, (start, end, known[text[start : start + length]])
    return widest


def _match(passage: Passage, seen: MatchForm, start: int, end: int, score: float) -> LocateMatch:
    first, last = seen.span(start, end)
    return LocateMatch(passage.id, passage.document_id, first, last, round(score, 1), passage.text[first:last])


def _enough(length: int) -> float:
    """Least likeness by length: in a short quote one wrong character of six is much."""
    return 85.0 if length < 20 else 80.0


def _spread(runs: Sequence[str], count: int) -> list[str]:
    """At most `count` of the runs, evenly over the whole, each once."""
    step = max(1, -(-len(runs) // count))
    return list(dict.fromkeys(_taken(runs, step)))


def _taken(runs: Sequence[str], step: int) -> Iterable[str]:
    return (runs[at] for at in range(0, len(runs), step))
