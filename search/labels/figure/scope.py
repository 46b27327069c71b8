"""Whose a figure is: its years, places and program types, from its clause, then its sentence, then its passage.

A block is laid out once, so that each figure finds its own by bisection. What a text compares with (比2018年) is nobody's year. Where 分别
aligns two lists, the first year or place goes with the first amount, and so on.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from search.labels.figure.grammar import figure_data
from search.labels.figure.rate import comparison_spans
from search.model import ProgramLabel, Reach, RegionLabel, Role, Span, YearLabel

_SENTENCE: Final = re.compile("[。！？!?\n]")
_CLAUSE: Final = re.compile("[，；;：:](?![0-9]{3})")
_JOINED: Final = re.compile("[、，,和及与至到—–~～-]?(?:以及)?")
_AHEAD: Final = ("明", "来年", "次年", "未来", "今后", "下半年")
_SUBJECT_REACH: Final = 8
"""So near the start of a clause a place is its subject."""
_FROM: Final = ("由", "从")
_RESPECTIVELY: Final = re.compile("分别|各自|依次")
_THINGS: Final = re.compile("[^，。；、的]{1,8}、")
"""Behind a place: it only says where the first of a list of things is from (库伦旗荞麦、小米)."""


@lru_cache(maxsize=1)
def _national() -> re.Pattern[str]:
    """Words that make a sentence one of the whole country, or of a unit that works all over it."""
    return re.compile(figure_data()["scope"]["national"])


@lru_cache(maxsize=1)
def _scope_words() -> dict[str, re.Pattern[str]]:
    """The patterns of when something began, where somebody is from, and what makes a time past."""
    return {name: re.compile(figure_data()["scope"][name]) for name in ("origin", "begun", "now", "since", "left", "no_subject")}


_SUM: Final = re.compile("(?:以上|上述|[两三四五六七八九]地)?(?:共计|合计|总计)")
"""A clause that begins so sums up what the sentences before it name."""
_LIST_REACH: Final = 16
"""So far before 分别 the list it aligns may end."""


class Scope(NamedTuple):
    """What is a figure's own, and how each came."""

    years: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    programs: tuple[str, ...] = ()
    years_from: Reach | None = None
    regions_from: Reach | None = None
    programs_from: Reach | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """What holds for a whole document: its own year, which is no figure's unless something nearer says so, and the one place it is
    about."""

    year: int | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Time:
    start: int
    end: int
    years: tuple[int, ...]
    listed: int
    """How many expressions the run joins."""


class FigureScopes:
    """The scopes of one block's figures. `spans` are those of all its amounts, in order; `units` their units."""

    def __init__(
        self,
        text: str,
        section: Sequence[str],
        years: Sequence[YearLabel],
        regions: Sequence[RegionLabel],
        programs: Sequence[ProgramLabel],
        spans: Sequence[Span],
        units: Sequence[str],
        whole: Whole,
    ) -> None:
        self._text, self._spans, self._units = text, spans, units
        self._sentences = [0, *(match.end() for match in _SENTENCE.finditer(text))]
        self._clauses = sorted({*self._sentences, *(match.end() for match in _CLAUSE.finditer(text))})
        self._single = _expressions(text, years)
        self._times = _runs(text, self._single)
        self._time_starts = [time.start for time in self._times]
        self._places = sorted(
            {
                (span, label.path)
                for label in regions
                for span in label.evidence
                if not _scope_words()["origin"].search(text, max(0, span[0] - 12), span[0])
            }
        )
        self._place_starts = [span[0] for span, _ in self._places]
        self._roles = {label.path: label.role for label in regions}
        said_at: dict[str, int] = {}
        for (first, _), path in self._places:
            said_at.setdefault(path, first)
        self._sides = {role: [(at, path) for path, at in said_at.items() if self._roles[path] is role] for role in Role}
        self._inherited = tuple(label.path for label in regions if label.inherited or not label.evidence)
        nearer = (y.year for y in years if y.inherited and whole.year not in {None, y.year})  # 一、2025年工作回顾 in a report of 2026
        named = (y.year for y in years if y.inherited and any(f"{y.year}年" in heading for heading in section))
        self._heading_years = tuple(dict.fromkeys((*nearer, *named)))
        self._whole = whole
        self._cues = sorted({(span, label.key) for label in programs for span in label.evidence})
        self._cue_starts = [span[0] for span, _ in self._cues]
        self._programs = tuple(dict.fromkeys(label.key for label in programs))
        self._topics = self._topics_of_sentences()
        self._national: dict[Span, bool] = {}
        self._aligned_years: dict[int, tuple[int, ...]] = {}
        self._aligned_places: dict[int, tuple[str, ...]] = {}
        for match in _RESPECTIVELY.finditer(text):
            self._align(match)

    def of(self, index: int) -> Scope:
        """The scope of the amount of this number."""
        start, end = self._spans[index]
        clause = self._bounds(self._clauses, start)
        sentence = self._bounds(self._sentences, start)
        years, years_from = self._years(index, start, end, clause, sentence)
        regions, regions_from = self._regions(index, start, clause, sentence)
        programs, programs_from = self._programs_at(clause, sentence)
        roles = tuple(self._roles.get(path, Role.MENTIONED) for path in regions)
        return Scope(years, regions, roles, programs, years_from, regions_from, programs_from)

    def _bounds(self, starts: Sequence[int], at: int) -> Span:
        index = bisect_right(starts, at)
        return starts[index - 1], starts[index] if index < len(starts) else len(self._text)

    # --- years -----------------------------------------------------------------------------------------------------

    def _years(self, index: int, start: int, end: int, clause: Span, sentence: Span) -> tuple[tuple[int, ...], Reach | None]:
        if index in self._aligned_years:
            return self._aligned_years[index], Reach.CLAUSE
        before = self._before(start)
        if before is not None and before.start >= clause[0]:
            return before.years, Reach.CLAUSE
        whole = self._whole.year
        if before is not None and len(before.years) == 1 and whole and _scope_words()["since"].search(self._text, before.end, start):
            return tuple(range(before.years[0], max(whole, before.years[0]) + 1)), Reach.SENTENCE
        if before is not None and _scope_words()["now"].search(self._text, max(before.end, sentence[0] - 1), start):
            before = None
        at = bisect_left(self._time_starts, end)
        after = self._times[at] if at < len(self._times) else None
        if after is not None and after.start < clause[1] and self._text[after.start - 1] in "（(":
            return after.years, Reach.CLAUSE
        if before is not None:
            return before.years, Reach.SENTENCE if before.start >= sentence[0] else Reach.PASSAGE
        if after is not None and after.start < clause[1] and not _AHEAD_OF.match(self._text, after.start):
            return after.years, Reach.CLAUSE
        if self._heading_years:
            return self._heading_years, Reach.PASSAGE
        return (), None

    def _before(self, start: int) -> _Time | None:
        at = bisect_right(self._time_starts, start) - 1
        while at >= 0:
            time = self._times[at]
            ahead = self._text.startswith(_AHEAD, time.start) and "的" in self._text[time.end : min(start, time.end + 20)]
            left = self._text[time.start - 1 : time.start] in _FROM and _scope_words()["left"].match(self._text, time.end, start)
            if not ahead and not left:
                return time
            at -= 1  # 明春投入使用的大棚: when the thing will be used, not when it was paid for; 由2014年的19%降至1%
        return None

    # --- places ----------------------------------------------------------------------------------------------------

    def _regions(self, index: int, start: int, clause: Span, sentence: Span) -> tuple[tuple[str, ...], Reach | None]:
        if index in self._aligned_places:
            return self._aligned_places[index], Reach.CLAUSE
        own = self._own_places(index, start, clause)
        if own:
            return self._with_taker(self._with_giver(own, start), clause[1]), Reach.CLAUSE
        at = bisect_left(self._place_starts, start) - 1
        if at >= 0 and self._place_starts[at] >= sentence[0]:
            nearest = self._bounds(self._clauses, self._place_starts[at])
            topic = self._topics[bisect_right(self._sentences, start) - 1]
            if "；" in self._text[sentence[0] : nearest[0]]:
                topic = ()  # 华坪的张某…；赫章的何某…
            return self._with_taker(tuple(dict.fromkeys([*topic, *self._between(*nearest)])), clause[1]), Reach.SENTENCE
        if self._is_national(sentence[0], clause[1]):
            return (), None  # what is said of the whole country is no sum of the place spoken of around it
        earlier = range(bisect_right(self._sentences, start) - 2, -1, -1)
        if _SUM.match(self._text, clause[0]) and any(self._topics[at] for at in earlier):
            return tuple(dict.fromkeys(path for at in reversed(earlier) for path in self._topics[at])), Reach.PASSAGE
        for sentence_index in earlier:
            if self._topics[sentence_index]:
                return self._with_taker(self._topics[sentence_index], clause[1]), Reach.PASSAGE
        inherited = () if self._many_inherited() else self._inherited or self._whole.about
        return (inherited, Reach.PASSAGE) if inherited else ((), None)

    def _is_national(self, low: int, high: int) -> bool:
        if (low, high) not in self._national:  # the amounts of a sentence ask one after the other
            self._national[low, high] = _national().search(self._text, low, high) is not None
        return self._national[low, high]

    def _many_inherited(self) -> bool:
        """Whether the passage inherits several places of a side: then nothing says whose its figures are."""
        for role in (Role.SUPPORTER, Role.RECIPIENT):
            side = [path for path in self._inherited if self._roles.get(path) is role]
            if any(not f"{path}/".startswith(f"{side[0]}/") and not f"{side[0]}/".startswith(f"{path}/") for path in side[1:]):
                return True
        return False

    def _with_giver(self, own: tuple[str, ...], start: int) -> tuple[str, ...]:
        """Places that all receive, with the one that acts in the sentences up to here."""
        if any(self._roles.get(path) is not Role.RECIPIENT for path in own):
            return own
        for at in range(bisect_right(self._sentences, start) - 1, -1, -1):
            giving = [path for path in self._topics[at] if self._roles.get(path) is Role.SUPPORTER]
            if giving:
                return (*giving, *own)
        return own

    def _with_taker(self, own: tuple[str, ...], stop: int) -> tuple[str, ...]:
        """Places that all give, with the one that the passage says up to `stop` receives, where it is one; and the other way round."""
        for side, other in ((Role.SUPPORTER, Role.RECIPIENT), (Role.RECIPIENT, Role.SUPPORTER)):
            partners = self._sides[other]
            if all(self._roles.get(path) is side for path in own) and len(partners) == 1 and partners[0][0] < stop:
                return (*own, partners[0][1])
        return own

    def _own_places(self, index: int, start: int, clause: Span) -> tuple[str, ...]:
        """The places of the clause; where it has several amounts with places before each, those of this one's part and the subject."""
        whole = self._between(*clause)
        if not whole:
            return ()
        low = max(clause[0], self._spans[index - 1][1] if index else 0)
        high = self._spans[index + 1][0] if index + 1 < len(self._spans) else clause[1]
        part = self._between(low, min(start, clause[1]))
        if low > clause[0] and part:
            subject = self._subject(clause)
            first_role = {self._roles.get(path) for path in part}
            return tuple(dict.fromkeys([*(path for path in subject if self._roles.get(path) not in first_role), *part]))
        if high < clause[1] and part:
            return part
        return whole

    def _between(self, low: int, high: int) -> tuple[str, ...]:
        first, last = bisect_left(self._place_starts, low), bisect_left(self._place_starts, high)
        return tuple(dict.fromkeys(path for _, path in self._places[first:last]))

    def _subject(self, clause: Span) -> tuple[str, ...]:
        """The places that begin a clause, a list of them whole."""
        at = bisect_left(self._place_starts, clause[0])
        found: list[str] = []
        reach = clause[0]
        time = bisect_left(self._time_starts, clause[0])
        if time < len(self._times) and self._times[time].start < clause[0] + 4:
            reach = self._times[time].end
        while at < len(self._places) and self._places[at][0][0] < clause[1]:
            (start, end), path = self._places[at]
            if start > reach + (_SUBJECT_REACH if not found else 3) or _scope_words()["no_subject"].search(self._text, reach, start):
                break
            if not found and _THINGS.match(self._text, end) and not self._next_is_place(at, end):
                break
            found.append(path)
            reach, at = end, at + 1
        return tuple(dict.fromkeys(found))

    def _next_is_place(self, at: int, end: int) -> bool:
        return at + 1 < len(self._places) and self._place_starts[at + 1] <= end + 2

    def _topics_of_sentences(self) -> list[tuple[str, ...]]:
        """Of each sentence, the places it begins with: in its first clause that has any in that position."""
        topics: list[tuple[str, ...]] = []
        for at, first in enumerate(self._sentences):
            last = self._sentences[at + 1] if at + 1 < len(self._sentences) else len(self._text)
            low = bisect_left(self._place_starts, first)
            topic: tuple[str, ...] = ()
            if low < len(self._places) and self._place_starts[low] < last:
                topic = self._subject(self._bounds(self._clauses, self._place_starts[low]))
            topics.append(topic)
        return topics

    # --- program types ---------------------------------------------------------------------------------------------

    def _programs_at(self, clause: Span, sentence: Span) -> tuple[tuple[str, ...], Reach | None]:
        for (low, high), reach in ((clause, Reach.CLAUSE), (sentence, Reach.SENTENCE)):
            first, last = bisect_left(self._cue_starts, low), bisect_left(self._cue_starts, high)
            if first < last:
                return tuple(dict.fromkeys(key for _, key in self._cues[first:last])), reach
        return (self._programs, Reach.PASSAGE) if self._programs else ((), None)

    # --- 分别 ------------------------------------------------------------------------------------------------------

    def _align(self, match: re.Match[str]) -> None:
        """Amounts behind 分别, one kind of unit, joined as a list, with as many years or places before it."""
        first = bisect_left(self._spans, (match.end(), 0))
        last = first
        _, stop = self._bounds(self._sentences, match.start())
        while last < len(self._spans) and self._spans[last][0] < stop:
            if last > first and (
                self._units[last] != self._units[first]
                or not _LIST_GAP.fullmatch(self._text, self._spans[last - 1][1], self._spans[last][0])
            ):
                break
            last += 1
        count = last - first
        if count < 2:
            return
        begin, _ = self._bounds(self._sentences, match.start())
        singles = [(span[1], (year,)) for span, years in self._single if begin <= span[0] and span[1] <= match.start() for year in years]
        if len(singles) >= count and (len(singles) == count or _run_before(self._text, self._single, match.start()) == count):
            self._aligned_years.update(zip(range(first, last), (years for _, years in singles[-count:]), strict=True))
        low, high = bisect_left(self._place_starts, begin), bisect_left(self._place_starts, match.start())
        listed = self._places[low:high]
        tail: list[str] = []
        reach = match.start()
        for (start, end), path in reversed(listed):
            if reach - end > (_LIST_REACH if not tail else 3):
                break
            tail.insert(0, path)
            reach = start
        if len(tail) == count:
            subject = tuple(path for path in self._subject((begin, match.start())) if path not in tail)
            self._aligned_places.update((first + at, (*subject, path)) for at, path in enumerate(tail))


_LIST_GAP: Final = re.compile("[^。；\n]{0,8}")
_AHEAD_OF: Final = re.compile("|".join(_AHEAD))


def _expressions(text: str, years: Sequence[YearLabel]) -> list[tuple[Span, tuple[int, ...]]]:
    """Expressions of time with their years, in order, without those that a comparison names."""
    named: dict[Span, list[int]] = {}
    for label in years:
        for span in label.evidence:
            named.setdefault(span, []).append(label.year)
    compared = comparison_spans(text) if named else ()
    return [
        (span, tuple(sorted(found)))
        for span, found in sorted(named.items())
        if not any(start <= span[0] and span[1] <= end for start, end in compared)
        and not _scope_words()["begun"].search(text, max(0, span[0] - 8), span[0])
    ]


def _runs(text: str, singles: Sequence[tuple[Span, tuple[int, ...]]]) -> list[_Time]:
    """Expressions joined to the lists they are in (2018年、2019年连续两年)."""
    runs: list[_Time] = []
    for (start, end), years in singles:
        last = runs[-1] if runs else None
        if last is not None and start >= last.end and _JOINED.fullmatch(text, last.end, start):
            runs[-1] = _Time(last.start, end, tuple(sorted({*last.years, *years})), last.listed + 1)
        elif last is None or start >= last.end:
            runs.append(_Time(start, end, years, 1))
    return runs


def _run_before(text: str, singles: Sequence[tuple[Span, tuple[int, ...]]], at: int) -> int:
    """How many years the list has that ends last before a place."""
    count, reach = 0, None
    for (start, end), years in reversed(singles):
        if end > at:
            continue
        if reach is not None and not _JOINED.fullmatch(text, end, reach):
            break
        count, reach = count + len(years), start
    return count
