"""Facet counts made ready to show: the region tree, years and program types with what is chosen, every list in a stated order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from threading import Lock
from typing import overload

from search.engine.port import UNLABELLED, Choice, FacetCounts, Filters, year_values
from search.labels.gazetteer import gazetteer
from search.labels.program.table import program_types
from search.results import Facets, FacetValue, RegionNode

UNLABELLED_NAME = "未标明"


def make_facets(counts: FacetCounts, filters: Filters) -> Facets:
    """The three facets. Every value with a count and every chosen or excluded one is listed; `none` (未标明) comes last."""
    return Facets(_regions(counts.region, filters.region), _years(counts.year, filters.year), _programs(counts.program, filters.program))


def region_name(path: str) -> str:
    """The last name of a path, or 未标明."""
    return UNLABELLED_NAME if path == UNLABELLED else path.rpartition("/")[2]


def program_name(key: str) -> str:
    """The Chinese label of a program key; the key itself where the table lacks it."""
    return UNLABELLED_NAME if key == UNLABELLED else _programs_by_key().get(key, (0, key))[1]


def program_labels() -> dict[str, str]:
    """Key → label of every program type, in the order of the table."""
    return {program.key: program.label for program in program_types()}


@cache
def _programs_by_key() -> dict[str, tuple[int, str]]:
    """Place in the table and label by key."""
    return {program.key: (place, program.label) for place, program in enumerate(program_types())}


class _Atlas:
    """Which places lie right below which, of all that were ever counted in this process. What a thousand paths have for parents is the
    same for every query; what is left to each is which of them it counts."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._below: dict[str, tuple[str, ...]] = {}
        self._learning = Lock()

    def learn(self, paths: Mapping[str, int]) -> None:
        """Takes up the paths that are new."""
        if paths.keys() <= self._known:
            return
        with self._learning:
            found: dict[str, list[str]] = {}
            for path in paths.keys() - self._known:
                found.setdefault(_parent(path), []).append(path)
            for parent, children in found.items():
                self._below[parent] = (*self._below.get(parent, ()), *children)
            self._known.update(paths)

    def below(self, path: str) -> tuple[str, ...]:
        """The places right below a path, in no order; with "" the provinces."""
        return self._below.get(path, ())


_atlas = _Atlas()


class _Tree:
    """The places that have a count or are chosen, grown as it is looked at: a page shows few of the thousand it could."""

    def __init__(self, counts: Mapping[str, int], choice: Choice) -> None:
        self._counts, self._choice = counts, choice
        chosen = [path for path in (*choice.include, *choice.exclude) if path != UNLABELLED]
        above = {up for path in choice.include for up in _above(path)}
        self._partly = above - set(choice.include)
        self._ahead = {*chosen, *self._partly}
        self._uncounted: defaultdict[str, list[str]] = defaultdict(list)
        for missing in {*chosen, *(up for path in chosen for up in _above(path))} - counts.keys():
            self._uncounted[_parent(missing)].append(missing)
        self._order = gazetteer().official_order
        _atlas.learn(counts)

    def below(self, path: str) -> list[str]:
        """The places right below a path: chosen ones first, then by count, then in official order."""
        counts, order, ahead = self._counts, self._order, self._ahead
        paths = [child for child in _atlas.below(path) if child in counts and child != UNLABELLED]
        if self._uncounted:
            paths += self._uncounted.get(path, ())
        if len(paths) > 1:
            paths.sort(key=lambda child: (child not in ahead, -counts.get(child, 0), order(child), child))
        return paths

    def node(self, path: str) -> RegionNode:
        choice = self._choice
        return RegionNode(
            path,
            region_name(path),
            self._counts.get(path, 0),
            path in choice.include,
            path in choice.exclude,
            path in self._partly,
            _Branches(self, path) if path in self._uncounted or _atlas.below(path) else (),
        )


class _Branches(Sequence[RegionNode]):
    """The places below one, made when they are first asked for; like the tuple of them in every other way."""

    def __init__(self, tree: _Tree, path: str) -> None:
        self._tree, self._path = tree, path

    @cached_property
    def _paths(self) -> list[str]:
        return self._tree.below(self._path)

    @cached_property
    def _nodes(self) -> tuple[RegionNode, ...]:
        return self[:]

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, at: int) -> RegionNode: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[RegionNode, ...]: ...

    def __getitem__(self, at: int | slice) -> RegionNode | tuple[RegionNode, ...]:
        if isinstance(at, slice):
            return tuple([self._tree.node(path) for path in self._paths[at]])
        return self._tree.node(self._paths[at])

    def __eq__(self, other: object) -> bool:
        return self._nodes == (other._nodes if isinstance(other, _Branches) else other)

    def __hash__(self) -> int:
        return hash(self._nodes)

    def __repr__(self) -> str:
        return repr(self._nodes)


@lru_cache(maxsize=8192)
def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _above(path: str) -> tuple[str, ...]:
    parts = path.split("/")
    return tuple("/".join(parts[:depth]) for depth in range(1, len(parts)))


def _regions(counts: Mapping[str, int], choice: Choice) -> tuple[RegionNode, ...]:
    provinces = _Branches(_Tree(counts, choice), "")[:]
    return (*provinces, *(RegionNode(*value) for value in _flat((UNLABELLED,), counts, choice, region_name)))


def _years(counts: Mapping[str, int], choice: Choice) -> tuple[FacetValue, ...]:
    included = {year for value in choice.include for year in year_values(value)}
    excluded = {year for value in choice.exclude for year in year_values(value)}
    # A range stands for the years it has; its ends stay listed even at 0, the years between only where there is something.
    ends = {end for value in (*choice.include, *choice.exclude) for end in value.split("-")}
    years = sorted({*counts, *ends} - {UNLABELLED}, key=int, reverse=True)
    spelled = Choice(tuple(included), tuple(excluded))
    return _flat((*years, UNLABELLED), counts, spelled, lambda year: UNLABELLED_NAME if year == UNLABELLED else year)


def _programs(counts: Mapping[str, int], choice: Choice) -> tuple[FacetValue, ...]:
    table = _programs_by_key()
    keys = sorted(
        {*counts, *choice.include, *choice.exclude} - {UNLABELLED},
        key=lambda key: (key not in choice.include, -counts.get(key, 0), table[key][0] if key in table else len(table), key),
    )
    return _flat((*keys, UNLABELLED), counts, choice, program_name)


def _flat(values: Iterable[str], counts: Mapping[str, int], choice: Choice, name: Callable[[str], str]) -> tuple[FacetValue, ...]:
    """The values that are counted or chosen."""
    include, exclude, count = choice.include, choice.exclude, counts.get
    return tuple(
        [
            FacetValue(value, name(value), count(value, 0), value in include, value in exclude)
            for value in values
            if count(value) or value in include or value in exclude
        ]
    )
