"""The evidence a text has for each program type: the weights of its cues, by where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from search.labels.program.cues import Match, ProgramCues, is_name
from search.labels.program.table import Rule, program_rule
from search.model import Span

LIST_GAP = 7
"""Two phrases of a list stand no farther apart than this, in characters."""


@dataclass(slots=True)
class Evidence:
    """What speaks for one type in one text. `strong` is the part of the score that comes from phrases which name a topic
    by themselves, `words` how many different phrases there are."""

    score: float = 0.0
    strong: float = 0.0
    words: int = 0
    spans: list[Span] = field(default_factory=list)


Scores = Mapping[str, Evidence]


def score(text: str, cues: ProgramCues, parts: Sequence[Span] | None = None) -> Scores:
    """The evidence for every type with any in `text`, or in those `parts` of it alone. Spans are code points into `text`."""
    matches = cues.matches
    if not matches:
        return {}
    rule = program_rule()
    listed = _listed(text, matches)
    lead, lead_factor = _lead(text, rule)
    found: dict[str, Evidence] = {}
    seen: dict[tuple[str, str], int] = {}
    part = 0
    for at, (start, end, phrase) in enumerate(matches):
        if parts is not None:
            while part < len(parts) and parts[part][1] <= start:
                part += 1
            if part == len(parts) or start < parts[part][0]:
                continue
        words = text[start:end]
        factor = rule.list if at in listed else lead_factor if start < lead else 1.0
        if text.startswith("方面", end):
            factor = rule.run_in
        if is_name(text, (start, end, phrase)):
            factor *= rule.name
        for key, weight in phrase.weights:
            times = seen.get((key, words), 0)
            seen[key, words] = times + 1
            evidence = found.get(key)
            if evidence is None:
                evidence = found[key] = Evidence()
            evidence.spans.append((start, end))
            evidence.words += not times
            if times > 3:
                continue
            gain = weight * factor * (rule.repeat if times else 1.0)
            evidence.score += gain
            if weight >= rule.strong:
                evidence.strong += gain
    return found


def _lead(text: str, rule: Rule) -> tuple[int, float]:
    """Where the topic sentence ends, and what a phrase in it is worth."""
    stop = text.find("。")
    if 0 < stop <= rule.run_in_chars and stop + 1 < len(text):
        return stop, rule.run_in
    return (stop if 0 < stop <= 60 else min(len(text), 40)), rule.lead


def _listed(text: str, matches: Sequence[Match]) -> set[int]:
    """Indexes of matches that are items of a list over three or more fields: such a passage names them, it is not about them."""
    listed: set[int] = set()
    run: list[int] = []
    above = 0
    for at, (start, end, _) in enumerate(matches):
        gap = text[above:start] if run and start - above <= LIST_GAP else ""
        if "、" not in gap or "。" in gap:
            _close_run(run, matches, listed)
            run = []
        run.append(at)
        above = end
    _close_run(run, matches, listed)
    return listed


def _close_run(run: list[int], matches: Sequence[Match], listed: set[int]) -> None:
    if len(run) >= 3 and len({matches[i][2].weights[0][0] for i in run}) >= 3:
        listed.update(run)
