"""Rates and changes: what an amount is per, and what it is more or less than. Neither is a total."""

from __future__ import annotations

import re
from typing import Final

from search.labels.figure.grammar import rate_table
from search.labels.figure.number import read_number

_LOOK_BACK: Final = 24
"""Characters before an amount, within its clause, in which 每 or 均 make it a rate."""
_SAME: Final = {"名": "人", "位": "人", "天": "日", "生": "人", "家": "户", "度电": "度", "个": "个"}
_ONE: Final = re.compile("一个?(?P<unit>年|月|天)(?:能|可|下来|收入|净?收|挣|赚|就|的收)")
"""一年能挣3万元 says what it is per as 每年 does."""
_RATE_OPENINGS: Final = frozenset(" /.每一")
"""What an amount's `slash` may begin with."""
_BREAKS: Final = frozenset("，。；、！？!?;,:：（）()《》\n")
_CHANGING: Final = frozenset({"增收", "增", "降", "减", "升"})
_NOMINAL: Final = re.compile("增加值|增长点|增长极|减少量")


def per_of(text: str, start: int, end: int, bound: int, clause: int) -> str | None:
    """What the amount at `start` to `end` is per (`户`, `人·年`), or None. `bound` is where the amount before it ends, `clause` where its
    clause begins (`clause_start`)."""
    table = rate_table()
    first = max(bound, start - _LOOK_BACK, clause)
    before = text[first:start]
    said: list[str] = []
    for match in table.each.finditer(before) if "每" in before else ():
        unit = match["unit"]
        said.append((match["many"] or "") + (_SAME.get(unit, unit) if not unit.startswith("个") or len(unit) == 1 else unit[1:][-1]))
    if "均" in before:
        said += [match["unit"] for match in table.mean.finditer(before)]
    if "一" in before:
        said += [_SAME.get(match["unit"], match["unit"]) for match in _ONE.finditer(before)]
    if "年" not in said:
        said += [
            unit
            for unit, pattern in table.spans
            if unit in before and unit not in said and pattern.search(text, max(0, first - 1), start) and pattern.search(before)
        ]
    at = max(text.find("/", start, end), text.find("每", start, end), text.find("一", start, end))
    while at >= 0 and (slash := table.slash.match(text, at)):
        unit = slash["unit"] or slash["one"]
        said.append(_SAME.get(unit, unit))
        at = slash.end()
    return "·".join(dict.fromkeys(said)) or None


def rate_end(text: str, end: int) -> int:
    """Where an amount with what it is per behind its unit ends (500元|/亩)."""
    while text[end : end + 1] in _RATE_OPENINGS and (match := rate_table().slash.match(text, end)):
        end = match.end()
    return end


def change_of(text: str, start: int, unit: str, clause: int) -> str | None:
    """What the change at `start` is measured against, empty where that is not said; None where the amount is no change. `clause` is where
    its clause begins."""
    table = rate_table()
    before = text[max(clause, start - 40) : start]
    changed = table.changed.search(before)
    if changed and (changed["word"] in _CHANGING and unit != "%"):
        changed = None
    base = _base(text, clause, start)
    if changed and _NOMINAL.match(before, changed.start()):
        changed = None
    if not changed and base and table.more_than.search(before):
        return base
    if not changed:
        return base if base in table.usual.values() and before.endswith(("同比", "环比", "同比-", "环比-")) else None
    return base or ""


def _base(text: str, clause: int, start: int) -> str:
    table = rate_table()
    found = next(iter(reversed(list(table.base.finditer(text, max(clause, start - 40), start)))), None)
    if found is None and clause:
        earlier = max(clause_start(text, clause - 1), clause - 40)
        for match in table.base.finditer(text, earlier, clause):
            rest = text[match.start() : clause].rstrip("，")
            found = match if rest.endswith(("相比", "比较", "同期", "年")) or rest == match.group().rstrip("，") else found
    if found is None:
        return ""
    for name, base in table.usual.items():
        if found[name]:
            return base
    return str(found["than"] or found["with"] or "").strip()


def comparison_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text says what is compared with: years in there are no figure's own."""
    table = rate_table()
    spans = [
        match.span(group)
        for match in table.base.finditer(text)
        for group in ("than", "with")
        if match[group] and re.search("[年期]", match[group])
    ]
    return (*spans, *(match.span("of") for match in table.of_base.finditer(text)))


def clause_start(text: str, at: int) -> int:
    """Where the clause of a place begins, at most so far back that the search stays short. A comma inside a number is none."""
    low = max(0, at - 60)
    for index in range(at - 1, low - 1, -1):
        if text[index] in _BREAKS and not (text[index - 1 : index].isdigit() and text[index + 1 : index + 2].isdigit()):
            return index + 1
    return low


def is_base(text: str, start: int) -> bool:
    """Whether the amount is itself what a rate is per (每100户)."""
    return text[max(0, start - 2) : start].endswith(("每", "每 ")) and read_number(text, start)[0] is not None
