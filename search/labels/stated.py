"""What a user's word on a source says that cannot be meant: names that no table knows, what is asked for and ruled out at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from search.labels.gazetteer import NATION, gazetteer
from search.labels.mechanism.table import mechanism_key
from search.labels.program.table import program_key
from search.model import Metadata

_NAMED = 5
"""So many names of a kind are told one by one."""


def doubts_of(stated: Metadata) -> tuple[str, ...]:
    """A sentence for each thing in a user's metadata that cannot be meant. What it says holds all the same: what is asked for before what
    is ruled out."""
    return (*_of_dates(stated), *_of_regions(stated), *_of_sides(stated), *_of_keys(stated))


def _of_dates(stated: Metadata) -> Iterator[str]:
    if stated.date is not None and stated.year not in (None, stated.date.year):
        yield f"旁注的日期（{stated.date}）与年份（{stated.year}）不一致，以日期为准。"
    both = sorted(set(stated.years) & set(stated.forbid_years))
    if both:
        yield f"旁注既给出又排除了年份 {_listed(map(str, both))}，以给出为准。"


def _of_regions(stated: Metadata) -> Iterator[str]:
    places = gazetteer()
    unknown, several, outruled = [], [], []
    sides = (*stated.supporters, *stated.recipients, *stated.forbid_supporters, *stated.forbid_recipients)
    for name in dict.fromkeys((*stated.regions, *stated.forbid_regions, *sides)):
        found = places.lookup(name)
        if name != NATION and not found and places.division(name) is None:
            unknown.append(name)
        elif len(found) > 1:
            several.append(name)
    forbidden = [places.path_of(name) for name in stated.forbid_regions]
    for name in stated.regions:
        if any(f"{places.path_of(name)}/".startswith(f"{other}/") for other in forbidden):
            outruled.append(name)
    if unknown:
        yield f"旁注的地区不在行政区划表中：{_listed(unknown)}。请写官方全名，如 河北省/承德市/滦平县。"
    if several:
        yield f"旁注的地区不止一处：{_listed(several)}。请写全路径。"
    if outruled:
        yield f"旁注既给出又排除了地区 {_listed(outruled)}，以给出为准。"


def _of_sides(stated: Metadata) -> Iterator[str]:
    for side, given, forbidden in (
        ("支援方", stated.supporters, stated.forbid_supporters),
        ("受援方", stated.recipients, stated.forbid_recipients),
    ):
        if both := [name for name in given if name in forbidden]:
            yield f"旁注既给出又排除了{side} {_listed(both)}，以给出为准。"
    if both := [name for name in stated.supporters if name in stated.recipients]:
        yield f"旁注说 {_listed(both)} 既是支援方又是受援方，以支援方为准。"


def _of_keys(stated: Metadata) -> Iterator[str]:
    kinds: tuple[tuple[str, tuple[str, ...], tuple[str, ...], Callable[[str], str | None]], ...] = (
        ("类型", stated.programs, stated.forbid_programs, program_key),
        ("机制", stated.mechanisms, stated.forbid_mechanisms, mechanism_key),
    )
    for kind, given, forbidden, key in kinds:
        unknown = [name for name in (*given, *forbidden) if key(name) is None]
        if unknown:
            yield f"旁注的{kind}不是已知的：{_listed(unknown)}，未采用。"
        ruled_out = {key(name) for name in forbidden} - {None}
        both = [name for name in given if key(name) in ruled_out]
        if both:
            yield f"旁注既给出又排除了{kind} {_listed(both)}，以给出为准。"


def _listed(names: Iterator[str] | list[str] | map[str]) -> str:
    every = [name[:20] for name in names]
    return "、".join(every[:_NAMED]) + (f" 等 {len(every)} 个" if len(every) > _NAMED else "")
