"""Labels, figures and relations as JSON: declared once, for the API, the command and the exports alike.

The declarations are the source of the API's description (`web/described.py`), the functions make what
they say; mypy holds one to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypedDict

from msgspec import Meta

from search.fields import LABELS
from search.model import Figure, Passage, ProgramLabel, RegionLabel, Relation, YearLabel

Range = Annotated[list[int], Meta(min_length=2, max_length=2, description="半开的码点区间 [始, 终) half-open code points")]
Role = Annotated[str, Meta(extra_json_schema={"enum": ["supporter", "recipient", "mentioned"]})]
Origin = Annotated[str, Meta(extra_json_schema={"enum": ["machine", "user"]}, description="机器所标，还是用户所写")]
Reach = Annotated[str | None, Meta(extra_json_schema={"enum": ["clause", "sentence", "passage", None]})]


class RegionForm(TypedDict):
    """A place that a passage has. `path` is official names joined by `/`; `was` is the old name that the text used."""

    path: str
    role: Role
    inherited: bool
    evidence: list[Range]
    was: str | None
    origin: Origin


class YearForm(TypedDict):
    """A year that a passage speaks of. `resolved`: worked out from the document's own date; `open`: a lower bound."""

    year: int
    inherited: bool
    resolved: bool
    open: bool
    evidence: list[Range]
    origin: Origin


class KeyForm(TypedDict):
    """A label with a key: a program type, a mechanism, a topic."""

    key: str
    label: str
    score: float
    evidence: list[Range]
    inherited: bool
    origin: Origin


class FigureFrom(TypedDict):
    """How near to the figure stands what it is given."""

    years: Reach
    regions: Reach
    programs: Reach


class FigureFacts(TypedDict):
    """What a figure is, apart from `from`, which is no name in Python."""

    text: str
    value: float
    unit: Annotated[str, Meta(description="CNY，或中文量词")]
    qualifier: Annotated[str | None, Meta(extra_json_schema={"enum": ["approx", "at_least", "at_most", None]})]
    subject: str
    years: list[int]
    regions: list[str]
    roles: list[Role]
    programs: list[str]
    per: Annotated[str | None, Meta(description="比率以何为单位；总量为 null")]
    change: Annotated[str | None, Meta(description="变化量的基准；不是变化量为 null")]
    start: int
    end: int


_From = TypedDict("_From", {"from": FigureFrom})


class FigureForm(FigureFacts, _From):
    """An amount with its unit, 万 and 亿 multiplied out, with its own years, places and types."""


class RelationForm(TypedDict):
    """Who helps whom, as one clause says it."""

    supporter: str
    recipient: str
    kind: str
    since: int | None
    until: int | None
    years: list[int]
    amounts: list[FigureForm]
    people: list[FigureForm]
    start: int
    end: int


def ranges(spans: Any) -> list[Range]:
    """Ranges as JSON has them."""
    return [list(span) for span in spans]


def region_json(label: RegionLabel) -> RegionForm:
    """A region label."""
    return {
        "path": label.path,
        "role": label.role.value,
        "inherited": label.inherited,
        "evidence": ranges(label.evidence),
        "was": label.was,
        "origin": label.origin.value,
    }


def year_json(label: YearLabel) -> YearForm:
    """A year label."""
    return {
        "year": label.year,
        "inherited": label.inherited,
        "resolved": label.resolved,
        "open": label.open,
        "evidence": ranges(label.evidence),
        "origin": label.origin.value,
    }


def key_json(label: ProgramLabel) -> KeyForm:
    """A label with a key."""
    return {
        "key": label.key,
        "label": label.label,
        "score": round(label.score, 4),
        "evidence": ranges(label.evidence),
        "inherited": label.inherited,
        "origin": label.origin.value,
    }


_FORMS: Mapping[type, Callable[[Any], Any]] = {RegionLabel: region_json, YearLabel: year_json, ProgramLabel: key_json}


def labels_json(passage: Passage) -> dict[str, list[Any]]:
    """The labels of a passage, a list per kind of `search.fields.LABELS`."""
    return {name: [_FORMS[type(label)](label) for label in getattr(passage, name)] for name, _ in LABELS}


def figure_json(figure: Figure) -> FigureForm:
    """A figure within its passage."""
    whole = int(figure.value) if float(figure.value).is_integer() else figure.value
    return {
        "text": figure.text,
        "value": whole,
        "unit": figure.unit,
        "qualifier": figure.qualifier.value if figure.qualifier else None,
        "subject": figure.subject,
        "years": list(figure.years),
        "regions": list(figure.regions),
        "roles": [role.value for role in figure.roles],
        "programs": list(figure.programs),
        "per": figure.per,
        "change": figure.change,
        "from": {
            "years": figure.years_from.value if figure.years_from else None,
            "regions": figure.regions_from.value if figure.regions_from else None,
            "programs": figure.programs_from.value if figure.programs_from else None,
        },
        "start": figure.start,
        "end": figure.end,
    }


def relation_json(relation: Relation) -> RelationForm:
    """Who helps whom, as one clause of a passage says it."""
    return {
        "supporter": relation.supporter.name,
        "recipient": relation.recipient.name,
        "kind": relation.kind,
        "since": relation.since,
        "until": relation.until,
        "years": list(relation.years),
        "amounts": [figure_json(figure) for figure in relation.amounts],
        "people": [figure_json(figure) for figure in relation.people],
        "start": relation.start,
        "end": relation.end,
    }
