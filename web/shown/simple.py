"""View models of the smaller pages: forms, help, about, gone passages, citable searches, embeds and errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from markupsafe import Markup

from search import Library
from search.results import FACETS, DocumentSummary, FacetValue, KeyField, LocateMatch, Passage, PassagePage, Role, SharedSentences
from web.locale import gettext as _
from web.shown.frame import Frame, Link
from web.shown.labels import facet_label, term_labels, value_label
from web.shown.passage import lines_text
from web.site import site
from web.state import SearchState
from web.urls import Urls


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


@dataclass(frozen=True, slots=True)
class HelpExample:
    """An example with the number of passages it finds in this very collection."""

    query: str
    says: str
    url: str
    total: int


@dataclass(frozen=True, slots=True)
class HelpPage:
    """View model of `help.html`: examples by section key."""

    frame: Frame
    examples: dict[str, tuple[HelpExample, ...]]


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A program type, or a mechanism, as its table defines it."""

    label: str
    definition: str
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class AboutPage:
    """View model of `about.html`."""

    frame: Frame
    documents: int
    passages: int
    types: tuple[TypeRow, ...]
    mechanisms: tuple[TypeRow, ...]
    generation: str
    created: str
    analysis: str
    segmenter: str
    engine: str


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """A place where a quote stands."""

    title: str
    html: Markup
    url: str
    permalink: str
    score: int
    difference: tuple[tuple[str, str], ...] = ()
    amounts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LocatePage:
    """View model of `locate.html`."""

    frame: Frame
    quote: str
    asked: bool
    matches: tuple[FoundQuote, ...]


@dataclass(frozen=True, slots=True)
class GonePage:
    """View model of `gone.html`."""

    frame: Frame
    id: str
    old_text: str
    old_title: str
    old_url: str
    candidates: tuple[FoundQuote, ...]


@dataclass(frozen=True, slots=True)
class CiteSearchPage:
    """View model of `cite.html`: a search that can be cited, and what has changed since it was."""

    frame: Frame
    query: str
    filters: tuple[str, ...]
    total: int
    then: int | None
    then_date: str
    difference: int
    generation: str
    accessed: str
    url: str
    text: str
    results_url: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """View model of `error.html`."""

    frame: Frame
    status: int
    title: str
    detail: str
    hint: str
    ways: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class EmbedPage:
    """View model of `embed.html`: a passage as a card for other sites."""

    lang: str
    site_name: str
    css: str
    text: str
    title: str
    year: int | None
    url: str
    changed: bool = False


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


MOST_PLACES = 1_500
"""Places offered for completion."""


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


def filter_text(name: str, value: str) -> str:
    """A filter in words."""
    return (f"{_('排除')} " if name.startswith("not_") else "") + f"{facet_label(name)}: {value_label(name, value)}"


def _term(word: str) -> str:
    """A word as a query writes it: quoted where it could be read as an operator."""
    word = word.strip('"“”')
    special = set('()（）"“”:：*?-+|&！!') & set(word) or word.upper() in ("AND", "OR", "NOT", "NEAR", "与", "或", "非")
    return f'"{word}"' if special else word


def found_quotes(matches: tuple[tuple[LocateMatch, Passage], ...], urls: Urls, lang: str) -> tuple[FoundQuote, ...]:
    """Matches of a quote, each with its passage: the quote marked in what stands around it. The browser is asked to mark it, too."""
    library = site().library
    from_lang = SearchState(lang=lang)
    return tuple(
        FoundQuote(
            passage.article_title or match.document_title,
            _cut(passage.text, match.start, match.end),
            urls.document(match.document_id, from_lang, anchor=match.id) + library.text_fragment(passage, (match.start, match.end)),
            urls.passage(match.id, lang=lang),
            round(match.score),
            match.difference,
            match.amounts,
        )
        for match, passage in matches
    )


def _cut(text: str, start: int, end: int, around: int = 60) -> Markup:
    left, right = max(0, start - around), min(len(text), end + around)
    lead, tail = "…" if left else "", "…" if right < len(text) else ""
    return Markup("{}{}<mark>{}</mark>{}{}").format(lead, text[left:start], text[start:end], text[end:right], tail)


def build_gone(frame: Frame, page: PassagePage) -> GonePage:
    """The page of a passage that is no more."""
    urls, resolution = frame.urls, page.resolution
    plain = SearchState(lang=frame.lang)
    candidates = tuple(
        FoundQuote(
            passage.article_title or document.title,
            Markup("{}").format(passage.text),
            urls.document(document.id, plain, anchor=passage.id),
            urls.passage(passage.id, lang=frame.lang),
            0,
        )
        for passage, document in page.candidates
    )
    return GonePage(
        frame,
        resolution.id,
        resolution.old_text,
        resolution.old_document_title,
        urls.document(resolution.old_document, plain) if resolution.old_document else "",
        candidates,
    )


def key_choices(name: str, chosen: tuple[str, ...]) -> tuple[FormOption, ...]:
    """The values of a key field as options."""
    return tuple(FormOption(key, label, key in chosen) for key, label in term_labels(name).items())


def keyed_groups(state: SearchState) -> tuple[ChoiceGroup, ...]:
    """The options of every facet whose values are keys."""
    fields = (field for field in FACETS if isinstance(field, KeyField))
    return tuple(ChoiceGroup(field.name, facet_label(field.name), key_choices(field.name, state.values(field.name))) for field in fields)


def filters_text(state: SearchState) -> tuple[str, ...]:
    """Filters in words, for a citation."""
    return tuple(filter_text(name, value) for name, value in state.applied())


@dataclass(frozen=True, slots=True)
class SharedPage:
    """View model of `shared.html`: sentences with where they stand here and elsewhere."""

    frame: Frame
    title: str
    document_url: str
    rows: tuple[tuple[str, str, tuple[Link, ...], int], ...]
    """Sentence, its place here, its first places elsewhere, and how many more there are."""
    documents: tuple[tuple[Link, int], ...]
    complete: bool


def build_shared(frame: Frame, document_id: str, title: str, found: SharedSentences) -> SharedPage:
    """The sentences in reading order, each with its other places; the documents that share most first."""
    urls, plain = frame.urls, SearchState(lang=frame.lang)
    counted = Counter(document.id for one in found.sentences for document in {other for other, _id in one.others})
    titles = {document.id: document.title for one in found.sentences for document, _id in one.others}
    rows = tuple(
        (
            one.text,
            urls.document(document_id, plain, anchor=one.passage_id),
            tuple(Link(other.title, urls.document(other.id, plain, anchor=identifier)) for other, identifier in one.others),
            one.total - len(one.others),
        )
        for one in found.sentences
    )
    documents = tuple((Link(titles[id_], urls.document(id_, plain)), count) for id_, count in counted.most_common(12))
    return SharedPage(frame, title, urls.document(document_id, plain), rows, documents, found.complete)


@dataclass(frozen=True, slots=True)
class ReportPage:
    """View model of `report.html`: (what the label says, the line that takes it away), and where the text comes from."""

    frame: Frame
    title: str
    url: str
    text: str
    file: str
    sidecar: str
    lines: str
    mends: tuple[tuple[str, str, str], ...]
    """A label, the line that takes it away, and the address of a file of that line."""


def build_report(frame: Frame, library: Library, passage: Passage, document: DocumentSummary) -> ReportPage:
    """What mends the labels and the text of a passage."""
    labels = [("region", one.path) for one in passage.regions]
    labels += [(one.role.value, one.path) for one in passage.regions if one.role is not Role.MENTIONED]
    labels += [("year", str(one.year)) for one in passage.years]
    labels += [
        (field.name, one.key) for field in FACETS if isinstance(field, KeyField) and field.labels for one in getattr(passage, field.labels)
    ]
    mends = (
        (f"{facet_label(name)}: {value_label(name, value)}", library.mending_line(name, value), frame.urls.mend(document.id, name, value))
        for name, value in dict.fromkeys(labels)
    )
    return ReportPage(
        frame,
        passage.article_title or document.title,
        frame.urls.document(document.id, SearchState(lang=frame.lang), anchor=passage.id),
        passage.text,
        document.source_file,
        str(PurePosixPath(document.source_file).with_suffix(".toml")),
        lines_text(passage.source_lines),
        tuple(one for one in mends if one[1]),
    )
