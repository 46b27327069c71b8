"""Abbreviations that carry two places: 京蒙扶贫协作 is Beijing's aid to Inner Mongolia."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from search.labels.region.context import province_of, sentence
from search.labels.region.match import FoundName
from search.labels.region.tables import PairAbbreviation, tables
from search.model import RegionLabel, Role, Span

NONE: Final[tuple[Counter[str], Counter[str]]] = (Counter(), Counter())
"""The counts of a block without pairs; never changed."""


def pair_labels(text: str, found: Sequence[FoundName], have: Sequence[str], main: Iterable[str]) -> list[RegionLabel]:
    """Labels for the sides of the pairs in a block.

    A side counts only where the block names nothing of it, and the article has no finer place of it to inherit."""
    spans: dict[tuple[str, Role], list[Span]] = {}
    finer = [*have, *main]
    for hit, pair in _pairs(text, found):
        aided = bool(pair.recipients) and speaks_of_aid(text, hit, found)
        roles = (Role.SUPPORTER, Role.RECIPIENT) if aided else (Role.MENTIONED, Role.MENTIONED)
        for paths, role in zip((pair.supporters, pair.recipients), roles, strict=True):
            for path in paths:
                if path not in have and not any(other.startswith(path + "/") for other in finer):
                    spans.setdefault((path, role), []).append((hit.start, hit.end))
    sided = {path for path, role in spans if role is not Role.MENTIONED}
    found_there: dict[str, list[Span]] = {}
    for (path, _), ranges in spans.items():
        found_there.setdefault(path, []).extend(ranges)
    roles_there = {path: role for path, role in spans if role is not Role.MENTIONED or path not in sided}
    return [RegionLabel(path, role=roles_there[path], evidence=tuple(sorted(ranges))) for path, ranges in found_there.items()]


def with_roles_of_pairs(text: str, found: Sequence[FoundName], own: Sequence[RegionLabel]) -> list[RegionLabel]:
    """The labels of a block in which those without a role have that of the pair it speaks of: 乐业 takes, of 粤桂扶贫协作."""
    sides: dict[str, Role] = {}
    for hit, pair in _pairs(text, found):
        if pair.recipients and speaks_of_aid(text, hit, found):
            sides.update(dict.fromkeys(pair.supporters, Role.SUPPORTER) | dict.fromkeys(pair.recipients, Role.RECIPIENT))
    if not sides:
        return list(own)
    return [replace(one, role=sides.get(province_of(one.path), one.role)) if one.role is Role.MENTIONED else one for one in own]


def pair_places(text: str, found: Sequence[FoundName]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where each pair in a block starts, and the places on both its sides."""
    for hit, pair in _pairs(text, found):
        yield hit.start, (*pair.supporters, *pair.recipients)


def speaks_of_aid(text: str, hit: FoundName, found: Sequence[FoundName]) -> bool:
    """Whether two places side by side are a pair that gives and takes: before a word of cooperation, or in a sentence about aid, and
    not as two of a row of provinces (赣粤桂防汛)."""
    language, single = tables().language, tables().abbreviations
    joined = {border for other in found if other.name.pair and other is not hit for border in (other.start, other.end)}  # 京冀京蒙
    if (text[max(0, hit.start - 1) : hit.start] in single and hit.start not in joined) or (
        text[hit.end : hit.end + 1] in single and hit.end not in joined
    ):
        return False
    return bool(language.cooperation.match(text, hit.end) or language.aid.search(sentence(text, hit.start)))


def pair_counts(text: str, found: Sequence[FoundName]) -> tuple[Counter[str], Counter[str]]:
    """How often the pairs in a block name each place, as supporter and as recipient. Pairs without sides (京津冀) are left out."""
    if all(hit.name.pair is None for hit in found):
        return NONE
    supporters: Counter[str] = Counter()
    recipients: Counter[str] = Counter()
    for hit, pair in _pairs(text, found):
        if pair.recipients and speaks_of_aid(text, hit, found):
            supporters.update(pair.supporters)
            recipients.update(pair.recipients)
    return supporters, recipients


def _pairs(text: str, found: Sequence[FoundName]) -> Iterator[tuple[FoundName, PairAbbreviation]]:
    for hit in found:
        pair = hit.name.pair
        if pair is not None and not (pair.guarded and not tables().language.cooperation.match(text, hit.end)):
            yield hit, pair
