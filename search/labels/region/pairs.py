"""Abbreviations that carry two places: 京蒙扶贫协作 is Beijing's aid to Inner Mongolia."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from search.labels.region.match import Found
from search.labels.region.tables import Pair, tables
from search.model import RegionLabel, Role, Span

NONE: Final[tuple[Counter[str], Counter[str]]] = (Counter(), Counter())
"""The counts of a block without pairs; never changed."""


def pair_labels(text: str, found: Sequence[Found], have: Sequence[str], main: Iterable[str]) -> list[RegionLabel]:
    """Labels for the sides of the pairs in a block.

    A side counts only where the block names nothing of it, and the article has no finer place of it to inherit."""
    spans: dict[tuple[str, Role], list[Span]] = {}
    finer = [*have, *main]
    for hit, pair in _pairs(text, found):
        aided = bool(pair.recipients)
        for paths, role in ((pair.supporters, Role.SUPPORTER if aided else Role.MENTIONED), (pair.recipients, Role.RECIPIENT)):
            for path in paths:
                if path not in have and not any(other.startswith(path + "/") for other in finer):
                    spans.setdefault((path, role), []).append((hit.start, hit.end))
    return [RegionLabel(path, role=role, evidence=tuple(ranges)) for (path, role), ranges in spans.items()]


def pair_counts(text: str, found: Sequence[Found]) -> tuple[Counter[str], Counter[str]]:
    """How often the pairs in a block name each place, as supporter and as recipient. Pairs without sides (京津冀) are left out."""
    if all(hit.name.pair is None for hit in found):
        return NONE
    supporters: Counter[str] = Counter()
    recipients: Counter[str] = Counter()
    for _, pair in _pairs(text, found):
        if pair.recipients:
            supporters.update(pair.supporters)
            recipients.update(pair.recipients)
    return supporters, recipients


def _pairs(text: str, found: Sequence[Found]) -> Iterator[tuple[Found, Pair]]:
    for hit in found:
        pair = hit.name.pair
        if pair is not None and not (pair.guarded and not tables().language.cooperation.match(text, hit.end)):
            yield hit, pair
