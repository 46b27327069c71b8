"""Which labels of a document are least certain, for a person to review, and the line of a `.toml` beside the source that mends one.

Nothing is labelled anew: a label is doubted for what its own document shows (a short name whose full form never comes, a place named
once whose province comes nowhere else, a role that changes from passage to passage, a year worked out from an inferred date, a program
type with little evidence).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.labels.gazetteer import SUFFIXES, gazetteer
from search.labels.mechanism.table import ARRANGED, is_arranged
from search.labels.program.table import program_rule
from search.model import Document, Origin, Passage, ProgramLabel, RegionLabel, Role, YearLabel

_FIELDS = {
    "region": "regions",
    "year": "years",
    "program": "programs",
    "mechanism": "mechanisms",
    "supporter": "supporters",
    "recipient": "recipients",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label that may be wrong. `weight` says how much so, from 0 (certain) to 1; `evidence` is what the text says, `reason` why it
    is doubted, `mend` the TOML line that takes the label away from the document."""

    document_id: str
    passage_id: str
    facet: str
    value: str
    weight: float
    reason: str
    evidence: str
    mend: str


def mending_line(facet: str, values: Sequence[str], *, wanted: bool = False) -> str:
    """The line of a `.toml` beside a source by which labels of a facet (`region`, `year`, `program`, `mechanism`, `supporter`, `recipient`)
    are given to the document, if `wanted`, or else taken from it: `forbid_regions = ["重庆市"]`. The year of the document (`issued`) is
    given either way, for the user to put the right one there. Raises KeyError for another facet."""
    if facet == "issued":
        return f"year = {values[0]}"
    field = _FIELDS[facet]
    listed = ", ".join(value if facet == "year" else _quoted(value) for value in values)
    return f"{'' if wanted else 'forbid_'}{field} = [{listed}]"


def _quoted(value: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's, but for DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def doubts(document: Document) -> Iterator[Doubt]:
    """What may be wrong among the labels of a document: one doubt for each value of a facet, at its weakest passage."""
    worst: dict[tuple[str, str], Doubt] = {}
    places = _places(document)
    for passage in document.passages:
        for found in (
            *_of_regions(passage, places),
            *_of_roles(passage, places),
            *_of_years(document, passage),
            *_of_document_year(document, passage),
            *_of_programs(passage),
            *_of_mechanisms(passage),
        ):
            key = (found.facet, found.value)
            if key not in worst or worst[key].weight < found.weight:
                worst[key] = found
    yield from worst.values()


def _doubt(passage: Passage, facet: str, value: str, weight: float, reason: str, spans: Sequence[tuple[int, int]]) -> Doubt:
    evidence = "、".join(dict.fromkeys(passage.text[start:end] for start, end in spans))
    return Doubt(passage.document_id, passage.id, facet, value, weight, reason, evidence, mending_line(facet, [value]))


@dataclass(frozen=True, slots=True)
class _Places:
    """What a document says of its places as a whole."""

    full: frozenset[str]
    provinces: Counter[str]
    mentions: Counter[str]
    roles: dict[str, Counter[Role]]


def _places(document: Document) -> _Places:
    full: set[str] = set()
    provinces: Counter[str] = Counter()
    mentions: Counter[str] = Counter()
    roles: dict[str, Counter[Role]] = {}
    for passage in document.passages:
        for label in passage.regions:
            if label.inherited:
                continue
            provinces[label.path.partition("/")[0]] += len(label.evidence)
            mentions[label.path] += len(label.evidence)
            roles.setdefault(label.path, Counter())[label.role] += 1
            if any(passage.text[start:end].endswith(SUFFIXES) for start, end in label.evidence):
                full.add(label.path)
    return _Places(frozenset(full), provinces, mentions, roles)


def _of_regions(passage: Passage, places: _Places) -> Iterator[Doubt]:
    for label in passage.regions:
        if not label.inherited and label.origin is not Origin.USER:
            for weight, reason in _region_reasons(label, passage, places):
                yield _doubt(passage, "region", label.path, weight, reason, label.evidence)


def _region_reasons(label: RegionLabel, passage: Passage, places: _Places) -> Iterator[tuple[float, str]]:
    """Why a place may be none, each with its weight."""
    short = [passage.text[start:end] for start, end in label.evidence if not passage.text[start:end].endswith(SUFFIXES)]
    alone = places.provinces[label.path.partition("/")[0]] == places.mentions[label.path]
    division = gazetteer().division(label.path)
    if division is not None and division.level == 3 and short and label.path not in places.full:
        several = len(gazetteer().lookup(short[0])) > 1
        yield (
            0.5 + 0.2 * alone + 0.1 * several + 0.1 * (places.mentions[label.path] == 1),
            f"只以简称“{short[0]}”出现，全文未见全称" + ("，同名不止一地" if several else "") + ("，其所在省份别无提及" if alone else ""),
        )
    if label.was:
        yield 0.2, f"由旧名“{label.was}”推得"


def _of_roles(passage: Passage, places: _Places) -> Iterator[Doubt]:
    """Roles that change from passage to passage: the rarer one is doubted, the supporter's where both are as frequent."""
    for label in passage.regions:
        roles = places.roles.get(label.path, Counter())
        if label.inherited or label.origin is Origin.USER or not {Role.SUPPORTER, Role.RECIPIENT} <= roles.keys():
            continue
        if label.role is (Role.RECIPIENT if roles[Role.RECIPIENT] < roles[Role.SUPPORTER] else Role.SUPPORTER):
            yield _doubt(passage, label.role.value, label.path, 0.6, "在不同段落里一为支援方，一为受援方", label.evidence)


def _of_document_year(document: Document, passage: Passage) -> Iterator[Doubt]:
    if document.year_inferred and document.year is not None and passage is document.passages[0]:
        yield _doubt(passage, "issued", str(document.year), 0.3, f"文献年份是推得的（{document.year_reason}）", ())


def _of_years(document: Document, passage: Passage) -> Iterator[Doubt]:
    for label in passage.years:
        if label.inherited or label.origin is Origin.USER or not label.resolved:
            continue
        if document.year_inferred:
            yield _year_doubt(passage, label, 0.55, f"由相对说法推算，而文献年份也是推得的（{document.year_reason}）")


def _year_doubt(passage: Passage, label: YearLabel, weight: float, reason: str) -> Doubt:
    return _doubt(passage, "year", str(label.year), weight, reason, label.evidence)


def _of_programs(passage: Passage) -> Iterator[Doubt]:
    rule = program_rule()
    for label in passage.programs:
        if label.origin is Origin.USER or label.inherited:
            continue
        if label.score < rule.least + 1 and len(label.evidence) < 2:
            yield _program_doubt(passage, label)


def _of_mechanisms(passage: Passage) -> Iterator[Doubt]:
    for label in passage.mechanisms:
        if label.origin is not Origin.USER and not label.inherited and is_arranged(label, passage.text):
            yield _doubt(passage, "mechanism", label.key, 0.4, ARRANGED, label.evidence)


def _program_doubt(passage: Passage, label: ProgramLabel) -> Doubt:
    return _doubt(passage, "program", label.key, 0.45, f"依据单薄，得分 {label.score:g}", label.evidence)
