"""Facet counts made ready to show: the region tree, years and program types with what is chosen, every list in a stated order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import overload

from search.engine.port import UNLABELLED, Choice, FacetCounts, Filters, year_values
from search.labels.gazetteer import gazetteer
from search.labels.program_table import program_types
from search.results import Facets, FacetValue, RegionNode

UNLABELLED_NAME = "未标明"


def make_facets(counts: FacetCounts, filters: Filters) -> Facets:
    """The three facets. Every value with a count and every chosen or excluded one is listed; `none` (未标明) comes last."""
    return Facets(_regions(counts.region, filters.region), _years(counts.year, filters.year), _programs(counts.program, filters.program))


def region_name(path: str) -> str:
    """The last name of a path, or 未标明."""
    return UNLABELLED_NAME if path == UNLABELLED else path.rsplit("/", 1)[-1]


def program_name(key: str) -> str:
    """The Chinese label of a program key; the key itself where the table lacks it."""
    return UNLABELLED_NAME if key == UNLABELLED else program_labels().get(key, key)


def program_labels() -> dict[str, str]:
    """Key → label of every program type, in the order of the table."""
    return {program.key: program.label for program in program_types()}


class _Tree:
    """The places that have a count or are chosen, grown as it is looked at: a page shows few of the thousand it could."""

    def __init__(self, counts: Mapping[str, int], choice: Choice) -> None:
        self._counts, self._choice = counts, choice
        self._chosen = {path for path in (*choice.include, *choice.exclude) if path != UNLABELLED}
        self._partly = {above for path in choice.include for above in _above(path)} - set(choice.include)
        self._order = gazetteer().official_order

    @cached_property
    def _below(self) -> Mapping[str, list[str]]:
        below: defaultdict[str, list[str]] = defaultdict(list)
        for path in self._counts:
            below[_parent(path)].append(path)
        uncounted = {*self._chosen, *(above for path in self._chosen for above in _above(path))} - self._counts.keys()
        for path in uncounted:
            below[_parent(path)].append(path)
        if UNLABELLED in self._counts:
            below[""].remove(UNLABELLED)
        return below

    def nodes(self, path: str) -> tuple[RegionNode, ...]:
        """The places right below a path: chosen ones first, then by count, then in official order."""
        nodes = [self._node(child) for child in self._below.get(path, ())]
        return tuple(sorted(nodes, key=lambda node: (not _chosen(node), -node.count, self._order(node.value))))

    def _node(self, path: str) -> RegionNode:
        return RegionNode(
            value=path,
            label=region_name(path),
            count=self._counts.get(path, 0),
            selected=path in self._choice.include,
            excluded=path in self._choice.exclude,
            partly=path in self._partly,
            children=_Branches(self, path) if path in self._below else (),
        )


class _Branches(Sequence[RegionNode]):
    """The places below one, made when they are first asked for; like the tuple of them in every other way."""

    def __init__(self, tree: _Tree, path: str) -> None:
        self._tree, self._path = tree, path

    @cached_property
    def _nodes(self) -> tuple[RegionNode, ...]:
        return self._tree.nodes(self._path)

    def __len__(self) -> int:
        return len(self._nodes)

    @overload
    def __getitem__(self, at: int) -> RegionNode: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[RegionNode, ...]: ...

    def __getitem__(self, at: int | slice) -> RegionNode | tuple[RegionNode, ...]:
        return self._nodes[at]

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
    roots = _Tree(counts, choice).nodes("")
    return (*roots, *(_unlabelled_node(value) for value in _flat((UNLABELLED,), counts, choice, lambda _: UNLABELLED_NAME)))


def _chosen(node: RegionNode) -> bool:
    return node.selected or node.partly or node.excluded


def _unlabelled_node(value: FacetValue) -> RegionNode:
    return RegionNode(value.value, value.label, value.count, value.selected, value.excluded)


def _years(counts: Mapping[str, int], choice: Choice) -> tuple[FacetValue, ...]:
    included = {year for value in choice.include for year in year_values(value)}
    excluded = {year for value in choice.exclude for year in year_values(value)}
    # A range stands for the years it has; its ends stay listed even at 0, the years between only where there is something.
    ends = {end for value in (*choice.include, *choice.exclude) for end in value.split("-")}
    years = sorted({*counts, *ends} - {UNLABELLED}, key=int, reverse=True)
    spelled = Choice(tuple(included), tuple(excluded))
    return _flat((*years, UNLABELLED), counts, spelled, lambda year: UNLABELLED_NAME if year == UNLABELLED else year)


def _programs(counts: Mapping[str, int], choice: Choice) -> tuple[FacetValue, ...]:
    table = list(program_labels())
    keys = sorted(
        {*counts, *choice.include, *choice.exclude} - {UNLABELLED},
        key=lambda key: (key not in choice.include, -counts.get(key, 0), table.index(key) if key in table else len(table)),
    )
    return _flat((*keys, UNLABELLED), counts, choice, program_name)


def _flat(values: Iterable[str], counts: Mapping[str, int], choice: Choice, name: Callable[[str], str]) -> tuple[FacetValue, ...]:
    found = (FacetValue(value, name(value), counts.get(value, 0), value in choice.include, value in choice.exclude) for value in values)
    return tuple(value for value in found if value.count or value.selected or value.excluded)
