"""The advanced form: its fields, what they write, and what it carries along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from search.results import FACETS, FacetValue, KeyField
from web.shown.frame import Frame
from web.shown.labels import facet_label, filter_text, term_labels
from web.state import SearchState

MOST_PLACES = 1_500
"""Places offered for completion."""


@dataclass(frozen=True, slots=True)
class FormOption:
    """An option of a form."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """The options of one field whose values are keys."""

    name: str
    label: str
    choices: tuple[FormOption, ...]


@dataclass(frozen=True, slots=True)
class AdvancedPage:
    """View model of `advanced.html`. `written` is a query that the fields cannot show, kept whole; `kept` are choices that have no field of
    their own, (parameter, option); `carry` is how results are viewed; `places` and `publications` are those that occur, for completion."""

    frame: Frame
    fields: dict[str, str]
    scopes: tuple[FormOption, ...]
    keyed: tuple[ChoiceGroup, ...]
    kinds: tuple[FormOption, ...]
    sorts: tuple[FormOption, ...]
    written: str = ""
    kept: tuple[tuple[str, FormOption], ...] = ()
    carry: tuple[tuple[str, str], ...] = ()
    places: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()


def written_query(fields: dict[str, str]) -> str:
    """The normal query an advanced form stands for. Words of “any” are joined by OR, of “none” excluded, “near” within a distance."""
    parts: list[str] = []
    scope = fields.get("scope", "")
    prefix = f"{scope}:" if scope else ""
    parts += [prefix + _term(word) for word in fields.get("all", "").split()]
    if phrase := fields.get("exact", "").strip().strip('"“”'):
        parts.append(f'"{phrase}"')
    if anything := fields.get("any", "").split():
        joined = " OR ".join(_term(word) for word in anything)
        parts.append(f"({joined})" if len(anything) > 1 and (parts or fields.get("near_one") or fields.get("none")) else joined)
    if (one := fields.get("near_one", "").strip()) and (other := fields.get("near_other", "").strip()):
        distance = fields.get("near", "") or "10"
        parts.append(f"{_term(one)} NEAR/{distance} {_term(other)}")
    parts += [f"-{_term(word)}" for word in fields.get("none", "").split()]
    return " ".join(parts)


def is_plain(text: str) -> bool:
    """Whether a query is nothing but words, so that the field “all of these” says it."""
    return all(_term(word) == word for word in text.split())


def joined_query(kept: str, more: str) -> str:
    """A query kept whole, and what the form adds to it."""
    if not kept.strip() or not more:
        return more or kept.strip()
    return f"({kept.strip()}) AND {more}" if not is_plain(kept) else f"{kept.strip()} {more}"


def other_choices(state: SearchState) -> tuple[tuple[str, FormOption], ...]:
    """Every filter in force that the form has no other field for, as a box that is ticked."""
    shown = {*(field.name for field in FACETS if isinstance(field, KeyField)), "kind"}
    ranges = [value for value in state.values("year") if "-" in value]
    told = {("year", value) for value in ranges[:1]} | {("date", value) for value in state.values("date") if len(state.values("date")) == 1}
    rest = [(name, value) for name, value in state.applied() if name not in shown and (name, value) not in told]
    return tuple((name, FormOption(value, filter_text(name, value), chosen=True)) for name, value in rest)


def carried(state: SearchState) -> tuple[tuple[str, str], ...]:
    """What the form leaves as it is: view, order of lines, bounds of figures."""
    filters = {name for name, _value in state.applied()}
    return tuple(pair for pair in state.pairs() if pair[0] not in {*filters, "q", "sort", "page", "lang", "off", "literal"})


def ends_of(date: str) -> tuple[str, str]:
    """A choice of a date as the two boxes have it."""
    first, until, last = date.partition("..")
    return first, last if until else first


def all_places(tree: Iterable[FacetValue]) -> tuple[str, ...]:
    """The paths of a tree, from the top down."""
    found: list[str] = []
    level = [node for node in tree if node.value != "none"]
    while level and len(found) < MOST_PLACES:
        found += [node.value for node in level]
        level = [child for node in level for child in node.children]
    return tuple(found[:MOST_PLACES])


def key_choices(name: str, chosen: tuple[str, ...]) -> tuple[FormOption, ...]:
    """The values of a key field as options."""
    return tuple(FormOption(key, label, key in chosen) for key, label in term_labels(name).items())


def keyed_groups(state: SearchState) -> tuple[ChoiceGroup, ...]:
    """The options of every facet whose values are keys."""
    fields = (field for field in FACETS if isinstance(field, KeyField))
    return tuple(ChoiceGroup(field.name, facet_label(field.name), key_choices(field.name, state.values(field.name))) for field in fields)


def _term(word: str) -> str:
    """A word as a query writes it: quoted where it could be read as an operator."""
    word = word.strip('"“”')
    special = set('()（）"“”:：*?-+|&！!') & set(word) or word.upper() in ("AND", "OR", "NOT", "NEAR", "与", "或", "非")
    return f'"{word}"' if special else word
