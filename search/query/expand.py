"""What is searched beside the user's own word: other writings of a number, words of the same meaning, other names of a place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from search.errors import BadRequest
from search.fields import PROGRAM, DayField, Field, KeyField, NameField, SideField
from search.labels.gazetteer import gazetteer
from search.labels.numerals import chinese_value, to_chinese
from search.query import analysis
from search.query.plan import Facet, Run, RunKind, Tier
from search.text.fold import fold, match_form
from search.text.segment import Token

DATA = Path(__file__).parent / "data"

LONGEST_COMPOUND = 8
MOST_WAYS = 4
"""Words of the same meaning that a part of a compound is replaced by."""
SYNONYM_WEIGHT = 0.6
PLACE_WEIGHT = 0.5
GUESS_WEIGHT = 0.8
"""Weight of a run that a spelling or pinyin put in the place of the user's."""

_ARABIC = re.compile(r"[0-9]+")
_CHINESE = re.compile(r"[〇零一二两三四五六七八九十百千万亿]+")
_YEAR = re.compile(r"(1[89][0-9]{2}|20[0-9]{2})(?:年度?)?")
_YEARS = re.compile(r"(1[89][0-9]{2}|20[0-9]{2})年?(?:-|~|--|至|到)(1[89][0-9]{2}|20[0-9]{2})(?:年度?)?")
_COMMA = ",，"


@dataclass(frozen=True, slots=True)
class Expansion:
    """Something searched beside the user's words. `key` switches it off (`Query.off`); `kind` is a run kind or `facet`."""

    key: str
    source: str
    target: str
    kind: str


@cache
def _table() -> dict[str, Any]:
    with (DATA / "thesaurus.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def thesaurus() -> dict[str, tuple[str, ...]]:
    """Word in match form → words that are searched with it, in match form, in the order of the table."""
    found: dict[str, dict[str, None]] = {}
    for entry in _table().get("group", ()):
        words = [match_form(word).text for word in entry["words"]]
        for word in words:
            found.setdefault(word, {}).update(dict.fromkeys(other for other in words if other != word))
    for entry in _table().get("toward", ()):
        found.setdefault(match_form(entry["word"]).text, {}).update(dict.fromkeys(match_form(word).text for word in entry["also"]))
    return {word: tuple(others) for word, others in found.items()}


@cache
def function_words() -> frozenset[str]:
    """Words of grammar and of questions, in match form."""
    lines = (DATA / "function_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(line.strip()) for line in lines if line.strip() and not line.startswith("#"))


def own_runs(text: str) -> tuple[Run, ...]:
    """The runs that are the user's own word, from the text as typed; none if there is nothing in it to match.

    A comma at its edge, beside a digit or alone, may have stood inside a number, where match forms have none: the digits that may have
    stood on the other side are runs too, so that any part of `16,958` is found."""
    form = match_form(text).text
    if not form:
        return ()
    runs = {form: None}
    starts, ends = _open_ends(text, form)
    if form == "," and (starts or ends):
        runs.update(dict.fromkeys(f"{a}{b}" for a in range(10) for b in range(10)))
    else:
        before = [f"{digit}{form[1:]}" for digit in range(10)] if starts else []
        runs.update(dict.fromkeys(before))
        if ends:
            runs.update(dict.fromkeys(f"{one[:-1]}{digit}" for one in [form, *before] for digit in range(10)))
    return tuple(Run(run) for run in runs)


def _open_ends(text: str, form: str) -> tuple[bool, bool]:
    """Whether the first and the last comma of a text may be one inside a number."""
    text = text.strip()
    if form == ",":
        return True, True
    starts = text[0] in _COMMA and len(text) > 1 and text[1].isdecimal()
    ends = text[-1] in _COMMA and len(text) > 1 and text[-2].isdecimal()
    return starts, ends


def number_runs(form: str) -> Iterator[str]:
    """The term with one of its numbers written the other way (十七万 … 2020年 → 二〇二〇年), where that is the same number."""
    for found in _ARABIC.finditer(form):
        if form == found[0] or form[found.end() :].startswith(".") or form[: found.start()].endswith("."):
            continue
        for written in _in_chinese(found[0], form[found.end() :]):
            yield form[: found.start()] + written + form[found.end() :]
    for found in _CHINESE.finditer(form):
        if form != found[0] and (written := _in_arabic(found[0])):
            yield form[: found.start()] + written + form[found.end() :]


def _in_chinese(digits: str, after: str) -> Iterator[str]:
    if len(digits) == 4 and after.startswith("年"):
        yield digits.translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
        yield digits.translate(str.maketrans("0123456789", "零一二三四五六七八九"))
    elif not digits.startswith("0") and len(digits) <= 8:
        written = to_chinese(int(digits))
        yield written
        if written == "二":
            yield "两"


def _in_arabic(written: str) -> str:
    if len(written) > 1 and not re.search("[十百千万亿]", written) and not re.search("[〇零]", written):
        return ""  # 三五, 一二: an estimate, no number
    if written[-1] in "万亿" and len(written) > 1:  # 十七万 is written 17万 beside 170000
        value = chinese_value(written[:-1])
        return "" if value is None else f"{value}{written[-1]}"
    value = chinese_value(written) if written[0] not in "百千万亿" else None
    return "" if value is None else str(value)


def synonyms(form: str) -> tuple[tuple[str, float], ...]:
    """Words of the same meaning, and for the name of a place its short or present name: (run, weight)."""
    found = dict.fromkeys(thesaurus().get(form, ()), SYNONYM_WEIGHT)
    for place in place_names(form):
        found.setdefault(place, PLACE_WEIGHT)
    for compound in _compounds(form):
        found.setdefault(compound, SYNONYM_WEIGHT)
    return tuple(found.items())


def _compounds(form: str) -> Iterator[str]:
    """A compound with one of its words, or each of two, said otherwise: 看病难 as 就医难, 网上卖货 as 线上销售. Whether they are written
    anywhere is for the collection to say."""
    if not 2 < len(form) <= LONGEST_COMPOUND or form in thesaurus():
        return
    parts = long_pieces(form)
    if not 2 <= len(parts) <= 3 or "".join(parts) != form:
        return
    ways = [(part, *thesaurus().get(part, ())[:MOST_WAYS]) for part in parts]
    for chosen in product(*ways):
        if chosen != parts:
            yield "".join(chosen)


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Every name of a division in match form → its paths."""
    names = gazetteer().names
    found: dict[str, tuple[str, ...]] = {}
    for form, paths in zip(analysis.folded(names), names.values(), strict=True):
        found.setdefault(form, paths)
    return found


def place_paths(form: str) -> tuple[str, ...]:
    """The divisions that bear this name, as paths; none for short names that are ordinary words (合作, 资源)."""
    paths = _names().get(form, ())
    if not paths or (len(form) == 2 and form in _ordinary() and not any(path.endswith(form) for path in paths)):
        return ()
    return paths


@cache
def _ordinary() -> frozenset[str]:
    path = DATA / "ordinary_names.txt"
    return frozenset(fold(line.strip()) for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))


def place_names(form: str) -> Iterator[str]:
    """Other names of the place named: 滦平县 → 滦平; an old name → today's."""
    places = gazetteer()
    for path in place_paths(form):
        official = match_form(path.rpartition("/")[2]).text
        if official == form:
            for short in places.short_names(path):
                shorter = match_form(short).text
                if shorter != form and len(shorter) > 1 and shorter not in _ordinary():
                    yield shorter
        elif form not in official and places.is_old(form, path):
            yield official


def full_names(form: str) -> Iterator[str]:
    """The official names of the place that a short name means."""
    for path in place_paths(form):
        official = match_form(path.rpartition("/")[2]).text
        if official != form and form in official:
            yield official


def context_facets(form: str) -> tuple[Facet, ...]:
    """The facet values a word names: they stand in for the word in a query of several words, in tier RELAXED."""
    year = year_value(form)
    if year is not None:
        return (Facet("year", year, Tier.RELAXED),)
    return tuple(Facet("region", path, Tier.RELAXED) for path in place_paths(form)[:3])


def stand_ins(form: str) -> tuple[Facet, ...]:
    """Everything of `context_facets`, or else the program type the word names."""
    key = topic(form)
    return context_facets(form) or ((Facet("program", key, Tier.RELAXED),) if key else ())


def hints(form: str) -> tuple[Facet, ...]:
    """Everything of `stand_ins`, or else the program type that the word hints at: for what is near, never for what matches."""
    key = _table().get("hints", {}).get(form)
    return stand_ins(form) or ((Facet("program", key, Tier.RELAXED),) if key else ())


def year_value(form: str) -> str | None:
    """`2019` of 2019年, `2018-2020` of 2018-2020年; None if the word is no year."""
    years = _YEARS.fullmatch(form)
    if years is not None:
        return f"{years[1]}-{years[2]}" if years[1] < years[2] else None
    year = _YEAR.fullmatch(form)
    return None if year is None else year[1]


@cache
def _keys(field: KeyField) -> dict[str, str]:
    return {match_form(name).text: key for name, key in reversed(list(field.names().items()))}


def key_value(field: KeyField, form: str) -> str | None:
    """The key of a field that a word in match form names by key, label or synonym."""
    return _keys(field).get(form)


def program_key(form: str) -> str | None:
    """The program type a word names by key, label or synonym."""
    return key_value(PROGRAM, form)


def topic(form: str) -> str | None:
    """The program type a word names, or is an everyday word for."""
    return program_key(form) or _table().get("topics", {}).get(form)


def region_values(form: str) -> tuple[str, ...]:
    """The region paths a value of `地区:` means: a path, or every division of that name; none if it names no place."""
    exact = [path for path in _paths() if match_form(path).text == form] if "/" in form else []
    return tuple(exact) or _names().get(form, ())


def name_values(field: NameField, form: str, text: str) -> tuple[str, ...]:
    """What `来源:` or `作者:` means: the name as written, and in its match form, so that either script finds it."""
    return tuple(dict.fromkeys(value for written in (text, form) for value in _read(field, written)))


def unit_values(field: SideField, text: str) -> tuple[str, ...]:
    """What `支援方:` means beside places: a unit by its name."""
    return _read(field, text)


def day_values(field: DayField, text: str) -> tuple[str, ...]:
    """What `日期:` means: a day, a month, a year, or a range."""
    return _read(field, text)


def _read(field: Field, text: str) -> tuple[str, ...]:
    try:
        return (field.read(text),)
    except BadRequest:
        return ()


@cache
def _paths() -> tuple[str, ...]:
    return tuple(division.path for division in gazetteer().divisions)


def pieces(form: str) -> tuple[str, ...]:
    """The smallest words that tile a term: 消费扶贫 → 消费, 扶贫; 北京市密云区 → 北京市, 密云区. Words of grammar are left out."""
    tokens = analysis.words(form)
    result: list[str] = []
    at = 0
    for longest in analysis.longest(tokens):
        inner: list[Token] = []
        while at < len(tokens) and tokens[at][1] < longest[2]:
            if tokens[at] != longest and longest[1] <= tokens[at][1] and tokens[at][2] <= longest[2]:
                inner.append(tokens[at])
            at += 1
        result.extend(text for text, _, _ in _tiles(inner, longest[1], longest[2]) or [longest])
    return tuple(word for word in result if word not in function_words())


def long_pieces(form: str) -> tuple[str, ...]:
    """The longest words of a term, one after the other, punctuation left out."""
    return tuple(token[0] for token in analysis.longest(analysis.words(form)))


def content_pieces(form: str) -> tuple[str, ...]:
    """The longest words of a term without words of grammar; single characters side by side make one."""
    result: list[str] = []
    end = -1
    single = False
    for text, start, stop in analysis.longest(analysis.words(form)):
        if text in function_words():
            continue
        if single and start == end and len(text) == 1:
            result[-1] += text
        else:
            result.append(text)
        single, end = len(text) == 1 and not text.isascii(), stop
    return tuple(result)


def _tiles(tokens: list[Token], start: int, end: int) -> list[Token] | None:
    """Tokens that cover the range without gap or overlap, the shortest first; None if none do."""
    if start == end:
        return []
    for token in tokens:
        if token[1] == start and token[2] <= end:
            rest = _tiles(tokens, token[2], end)
            if rest is not None:
                return [token, *rest]
    return None


def synonym_runs(form: str) -> tuple[Run, ...]:
    """The synonyms of a term as runs."""
    return tuple(Run(text, RunKind.SYNONYM, weight) for text, weight in synonyms(form))
