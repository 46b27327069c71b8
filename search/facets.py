"""Facet counts made ready to show: the region tree, years and program types with what is chosen, every list in a stated order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from search.engine.port import UNLABELLED, Choice, FacetCounts, Filters, year_values
from search.labels.gazetteer import gazetteer
from search.labels.program import program_types
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


def _regions(counts: Mapping[str, int], choice: Choice) -> tuple[RegionNode, ...]:
    paths = {path for path in (*counts, *choice.include, *choice.exclude) if path != UNLABELLED}
    for path in tuple(paths):
        parts = path.split("/")
        paths.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    below: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        below[path.rpartition("/")[0]].append(path)
    order = gazetteer().official_order

    def node(path: str) -> RegionNode:
        children = sorted((node(child) for child in below[path]), key=lambda child: (not _chosen(child), -child.count, order(child.value)))
        selected = path in choice.include
        return RegionNode(
            value=path,
            label=region_name(path),
            count=counts.get(path, 0),
            selected=selected,
            excluded=path in choice.exclude,
            partly=not selected and any(child.selected or child.partly for child in children),
            children=tuple(children),
        )

    roots = sorted((node(path) for path in below[""]), key=lambda root: (not _chosen(root), -root.count, order(root.value)))
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
