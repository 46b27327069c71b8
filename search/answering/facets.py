"""Facet counts made ready to show: trees, years and keys with what is chosen, every list in a stated order."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from threading import Lock
from typing import overload

from search.engine.port import Counted
from search.fields import BY_NAME, UNLABELLED, Field, TreeField, YearField
from search.question import Choice, Filters
from search.results import Facets, FacetValue

_FEW = 8
"""Where less than one in so many values is wanted, not all are put in order."""


class Atlas:
    """Which values of a tree lie right below which, of all that were counted in one generation. What a thousand paths have for parents is
    the same for every query; what is left to each is which of them it counts."""

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
        """The values right below a path, in no order; with "" those at the top."""
        return self._below.get(path, ())


class FacetLists:
    """Makes the lists of facets. One per open generation: it remembers the shape of the trees."""

    def __init__(self) -> None:
        self._atlases: defaultdict[str, Atlas] = defaultdict(Atlas)

    def of(self, counts: Counted, filters: Filters) -> Facets:
        """Every facet that was counted, each value with a count and each chosen or excluded one; `none` (未标明) comes last."""
        return {name: self._values(BY_NAME[name], values, filters.choice(name)) for name, values in counts.items()}

    def _values(self, field: Field, counts: Mapping[str, int], choice: Choice) -> Sequence[FacetValue]:
        if isinstance(field, TreeField):
            return _Tree(field, self._atlases[field.name], counts, choice).values("", _flat((UNLABELLED,), counts, choice, field.shown_as))
        if isinstance(field, YearField):
            return _years(field, counts, choice)
        return _keys(field, counts, choice)


class _Tree:
    """The values that have a count or are chosen, grown as it is looked at: a page shows few of the thousand it could."""

    def __init__(self, field: Field, atlas: Atlas, counts: Mapping[str, int], choice: Choice) -> None:
        self._field, self._atlas, self._counts, self._choice = field, atlas, counts, choice
        chosen = [path for path in (*choice.include, *choice.exclude) if path != UNLABELLED]
        above = {up for path in choice.include for up in _above(path)}
        self._partly = above - set(choice.include)
        self._ahead = {*chosen, *self._partly}
        self._uncounted: defaultdict[str, list[str]] = defaultdict(list)
        for missing in {*chosen, *(up for path in chosen for up in _above(path))} - counts.keys():
            self._uncounted[_parent(missing)].append(missing)
        atlas.learn(counts)

    def values(self, path: str, last: tuple[FacetValue, ...] = ()) -> _Values:
        """The values right below a path."""
        return _Values(self._below(path), self._counts, self._ahead, self._field.official_place, self.node, last)

    def _below(self, path: str) -> list[str]:
        counts = self._counts
        paths = [child for child in self._atlas.below(path) if child in counts and child != UNLABELLED]
        if self._uncounted:
            paths += self._uncounted.get(path, ())
        return paths

    def node(self, path: str) -> FacetValue:
        """The value at a path, with those below it."""
        choice = self._choice
        return FacetValue(
            path,
            self._field.shown_as(path),
            self._counts.get(path, 0),
            path in choice.include,
            path in choice.exclude,
            path in self._partly,
            self.values(path) if path in self._uncounted or self._atlas.below(path) else (),
        )


class _Values(Sequence[FacetValue]):
    """Values of a facet in order, chosen ones first, then by count, then in official order; like the tuple of them in every way, but put
    in order as far as is asked for, and made when they are: a page shows ten of what may be a hundred thousand authors. `last` follow."""

    def __init__(
        self,
        names: Sequence[str],
        counts: Mapping[str, int],
        ahead: Collection[str],
        order: Callable[[str], int],
        node: Callable[[str], FacetValue],
        last: tuple[FacetValue, ...] = (),
    ) -> None:
        self._names, self._counts, self._ahead, self._order, self._node, self._last = names, counts, ahead, order, node, last

    def _place(self, name: str) -> tuple[bool, int, int, str]:
        return name not in self._ahead, -self._counts.get(name, 0), self._order(name), name

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._names, key=self._place)

    def _first(self, count: int) -> list[str]:
        """The first names in order. Where few of many are wanted, only those that may be among them are put in order."""
        if "_sorted" in self.__dict__ or _FEW * count >= len(self._names):
            return self._sorted[:count]
        found = [self._counts.get(name, 0) for name in self._names]
        least = heapq.nlargest(count, found)[-1] if count else 0
        may = [name for name, number in zip(self._names, found, strict=True) if number >= least or name in self._ahead]
        return heapq.nsmallest(count, may, key=self._place)

    @cached_property
    def _nodes(self) -> tuple[FacetValue, ...]:
        return self[:]

    def __len__(self) -> int:
        return len(self._names) + len(self._last)

    @overload
    def __getitem__(self, at: int) -> FacetValue: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[FacetValue, ...]: ...

    def __getitem__(self, at: int | slice) -> FacetValue | tuple[FacetValue, ...]:
        if not isinstance(at, slice):
            place = range(len(self))[at]
            return self._last[place - len(self._names)] if place >= len(self._names) else self._node(self._sorted[place])
        start, stop, step = at.indices(len(self))
        if step != 1:
            return tuple([self[place] for place in range(start, stop, step)])
        found = [self._node(name) for name in self._first(min(stop, len(self._names)))[start:]] if start < len(self._names) else []
        return (*found, *self._last[max(0, start - len(self._names)) : max(0, stop - len(self._names))])

    def __iter__(self) -> Iterator[FacetValue]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return self._nodes == (other._nodes if isinstance(other, _Values) else other)

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


def _years(field: YearField, counts: Mapping[str, int], choice: Choice) -> tuple[FacetValue, ...]:
    included = {year for value in choice.include for year in field.covers(value)}
    excluded = {year for value in choice.exclude for year in field.covers(value)}
    # A range stands for the years it has; its ends stay listed even at 0, the years between only where there is something.
    ends = {end for value in (*choice.include, *choice.exclude) for end in value.split("-")}
    years = sorted({*counts, *ends} - {UNLABELLED}, key=field.official_place, reverse=True)
    return _flat((*years, UNLABELLED), counts, Choice(tuple(included), tuple(excluded)), field.shown_as)


def _keys(field: Field, counts: Mapping[str, int], choice: Choice) -> Sequence[FacetValue]:
    include, exclude, name = choice.include, choice.exclude, field.shown_as
    keys = [key for key, count in counts.items() if count and key != UNLABELLED]
    keys += [key for key in dict.fromkeys((*include, *exclude)) if not counts.get(key) and key != UNLABELLED]

    def made(key: str) -> FacetValue:
        return FacetValue(key, name(key), counts.get(key, 0), key in include, key in exclude)

    return _Values(keys, counts, include, field.official_place, made, _flat((UNLABELLED,), counts, choice, name))


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
