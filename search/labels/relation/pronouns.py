"""Whom a passage means by 该县, 当地, 两地 or 公司: those it named before; by 我市, the place that its document is of."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from search.labels.patterns import either
from search.labels.relation.background import Background
from search.labels.relation.party import Places
from search.labels.relation.table import relation_table
from search.model import Party, Role, Span

_BACK: Final = 300
"""How far before a pronoun the one it stands for is looked for, in characters."""


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    words = relation_table().pronouns
    alone = f"(?:(?<=[，。；：“”！？\\n])|^){either(words['alone'])}(?={either(words['acts'])})"
    return re.compile(
        f"(?P<home>我(?:们)?[省市县区州旗])(?![域级])|(?P<place>{either(words['place'])})|(?P<there>{either(words['there'])})"
        f"|(?P<both>{either(words['both'])}(?![省市区县0-9]))|(?P<unit>{either(words['unit'])}|{alone})"
    )


def meant(text: str, places: Places, background: Background) -> list[Party]:
    """The parties that the pronouns of a passage stand for, where they stand; for one of two (两地), both."""
    return [party for match in _pattern().finditer(text) for party in _of(match, text, places, background)]


def _of(match: re.Match[str], text: str, places: Places, background: Background) -> Iterator[Party]:
    span, word = match.span(), match.group()
    if match.lastgroup == "both":
        yield from _both(span, places)
    elif match.lastgroup == "unit":
        yield from _unit(span, word, text, background)
    else:
        path = _place(str(match.lastgroup), span, word, places, background)
        if path:
            yield Party(path, path, False, *span)


def _place(group: str, span: Span, word: str, places: Places, background: Background) -> str:
    if group == "home":
        return background.home(word[-1])
    before = _before(span[0], places)
    if group == "there":
        taking = [path for path in before if places.roles.get(path) is Role.RECIPIENT]
        return taking[-1] if taking else ""
    return next((path for path in reversed(before) if path.endswith(word[-1])), "")


def _before(start: int, places: Places) -> list[str]:
    """The places named in the stretch before, in order."""
    return [places.paths[at] for at in range(*(bisect_left(places.spans, (at, 0)) for at in (max(0, start - _BACK), start)))]


def _both(span: Span, places: Places) -> Iterator[Party]:
    """The last two places named before that stand on two sides; where nothing says which do, the last two that lie apart."""
    before = _before(span[0], places)
    named = [[path for path in before if places.roles.get(path) is role][-1:] for role in (Role.SUPPORTER, Role.RECIPIENT)]
    found = [path for paths, role in zip(named, (Role.SUPPORTER, Role.RECIPIENT), strict=True) for path in paths or [""]]
    if not all(found):
        last = before[-1:]
        found = [path for path in before if last and not (f"{path}/".startswith(last[0]) or last[0].startswith(path))][-1:] + last
    if len(found) == 2 and all(found):
        yield from (Party(path, path, False, *span) for path in found)


def _unit(span: Span, word: str, text: str, background: Background) -> Iterator[Party]:
    """The last unit named before of the kind that the word names."""
    table = relation_table()
    low = max(0, span[0] - _BACK)
    names = [match.span() for match in table.unit_name.finditer(text, low, span[0])]
    names += [short for _, short in background.names.spans(text, low, span[0])]
    ends = next((ends for kind, ends in table.pronouns["kinds"].items() if word.endswith(kind)), ())
    for start, end in sorted(names, reverse=True):
        name = text[start:end]
        if name.endswith(tuple(ends)) or (name in background.names.names and not table.town_end.search(name)):
            yield Party(name, "", True, *span)
            return
