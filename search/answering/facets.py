"""Facet counts made ready to show: trees, years and keys with what is chosen, every list in a stated order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from threading import Lock
from typing import overload

from search.engine.port import Counted
from search.fields import BY_NAME, UNLABELLED, Field, TreeField, YearField
from search.question import Choice, Filters
from search.results import Facets, FacetValue


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

    def _values(self, field: Field, counts: Mapping[str, int], choice: Choice) -> tuple[FacetValue, ...]:
        if isinstance(field, TreeField):
            top = _Branches(_Tree(field, self._atlases[field.name], counts, choice), "")[:]
            return (*top, *_flat((UNLABELLED,), counts, choice, field.shown_as))
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

    def below(self, path: str) -> list[str]:
        """The values right below a path: chosen ones first, then by count, then in official order."""
        counts, order, ahead = self._counts, self._field.official_place, self._ahead
        paths = [child for child in self._atlas.below(path) if child in counts and child != UNLABELLED]
        if self._uncounted:
            paths += self._uncounted.get(path, ())
        if len(paths) > 1:
            paths.sort(key=lambda child: (child not in ahead, -counts.get(child, 0), order(child), child))
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
            _Branches(self, path) if path in self._uncounted or self._atlas.below(path) else (),
        )


class _Branches(Sequence[FacetValue]):
    """The values below one, made when they are first asked for; like the tuple of them in every other way."""

    def __init__(self, tree: _Tree, path: str) -> None:
        self._tree, self._path = tree, path

    @cached_property
    def _paths(self) -> list[str]:
        return self._tree.below(self._path)

    @cached_property
    def _nodes(self) -> tuple[FacetValue, ...]:
        return self[:]

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, at: int) -> FacetValue: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[FacetValue, ...]: ...

    def __getitem__(self, at: int | slice) -> FacetValue | tuple[FacetValue, ...]:
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


def _years(field: YearField, counts: Mapping[str, int], choice: Choice) -> tuple[FacetValue, ...]:
    included = {year for value in choice.include for year in field.covers(value)}
    excluded = {year for value in choice.exclude for year in field.covers(value)}
    # A range stands for the years it has; its ends stay listed even at 0, the years between only where there is something.
    ends = {end for value in (*choice.include, *choice.exclude) for end in value.split("-")}
    years = sorted({*counts, *ends} - {UNLABELLED}, key=field.official_place, reverse=True)
    return _flat((*years, UNLABELLED), counts, Choice(tuple(included), tuple(excluded)), field.shown_as)


def _keys(field: Field, counts: Mapping[str, int], choice: Choice) -> tuple[FacetValue, ...]:
    keys = sorted(
        {*counts, *choice.include, *choice.exclude} - {UNLABELLED},
        key=lambda key: (key not in choice.include, -counts.get(key, 0), field.official_place(key), key),
    )
    return _flat((*keys, UNLABELLED), counts, choice, field.shown_as)


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
