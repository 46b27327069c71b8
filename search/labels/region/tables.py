"""The editable tables of the region labeller, read once: what names need proof, abbreviations, the language of aid."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

LONGEST_LIST = 200
"""Names of a list beside a place that are stepped over to reach the verb behind it."""
DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Pair:
    """An abbreviation of several places (京蒙). `guarded` ones count only before a word of cooperation."""

    supporters: tuple[str, ...]
    recipients: tuple[str, ...]
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class NameTables:
    """Names and phrases by the proof they need."""

    never: frozenset[str]
    weak: frozenset[str]
    strong: frozenset[str]
    wordlike: frozenset[str]
    full_weak: frozenset[str]
    phrases: tuple[str, ...]
    crossing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Language:
    """Compiled patterns. Those named `after_…` are matched at the end of a place, those named `before_…` end where it starts."""

    cooperation: re.Pattern[str]
    aid: re.Pattern[str]
    pairing: re.Pattern[str]
    outright: re.Pattern[str]
    epidemic: re.Pattern[str]
    anaphora: re.Pattern[str]
    after_gives: re.Pattern[str]
    after_gives_strong: re.Pattern[str]
    before_gives: re.Pattern[str]
    grace: re.Pattern[str]
    mutual: re.Pattern[str]
    both: re.Pattern[str]
    dateline: re.Pattern[str]
    agency: re.Pattern[str]
    before_given: re.Pattern[str]
    before_given_strong: re.Pattern[str]
    after_receives: re.Pattern[str]
    after_receives_strong: re.Pattern[str]
    scene: re.Pattern[str]
    office: re.Pattern[str]
    site: re.Pattern[str]
    after_site: re.Pattern[str]
    person: re.Pattern[str]
    after_person: re.Pattern[str]
    surname: re.Pattern[str]
    after_name: re.Pattern[str]
    company: re.Pattern[str]
    institution: re.Pattern[str]
    press: re.Pattern[str]
    named_companies: re.Pattern[str]
    adjective: re.Pattern[str]
    authority: re.Pattern[str]
    elsewhere: re.Pattern[str]
    townships: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class RegionTables:
    """Everything the data files say."""

    names: NameTables
    pairs: dict[str, Pair]
    aid_compounds: dict[str, str]
    places: dict[str, str]
    usual_supporters: tuple[str, ...]
    usual_recipients: tuple[str, ...]
    language: Language


def _names() -> NameTables:
    listed = tomllib.loads((DATA / "regions_names.toml").read_text("utf-8"))
    holding, crossing = [
        line.split() for line in (DATA / "gazetteer_words.txt").read_text("utf-8").splitlines() if not line.startswith("#")
    ]
    return NameTables(
        never=frozenset(listed["never"].split()),
        weak=frozenset(listed["weak"].split()),
        strong=frozenset(listed["strong"].split()),
        wordlike=frozenset(listed["wordlike"].split()),
        full_weak=frozenset(listed["full_weak"].split()),
        phrases=(*listed["phrases"].split(), *holding),
        crossing=frozenset(crossing),
    )


def _pairs(raw: dict[str, Any]) -> dict[str, Pair]:
    sides: dict[str, str] = raw["abbreviations"]
    listed = raw["pairs"]
    found: dict[str, Pair] = {}
    for key, guarded in (("plain", False), ("guarded", True)):
        for name in listed[key].split():
            found[name] = Pair((sides[name[0]],), (sides[name[1]],), guarded)
    free = set(listed["free"]["names"].split())
    for name, (supporters, recipients) in listed["special"].items():
        found[name] = Pair(tuple(supporters), tuple(recipients), name not in free)
    return found


def _organisation(raw: dict[str, Any], words: str, shortest: int = 0, bare: str = "(?!)") -> re.Pattern[str]:
    """A name of `shortest` characters and more, then one of `words`: 北京|航天中心|医院. 广东学校 is no name."""
    stop, longest = raw["stop"], raw["longest"]
    return re.compile(f"[）)]?(?:(?!{stop}|{words}).){{{shortest},{longest}}}(?:{words})|(?:{bare})")


def _language(raw: dict[str, Any]) -> Language:
    words, attributes, bodies = raw["language"], raw["attributes"], raw["organisations"]
    several = r"(?:等?(?:[\d一二两三四五六七八九十]+|多)?(?:个)?(?:省区市|省市|省区|省|市|县|区|旗县|地|两地|两级|地区|州)?)"
    beside = rf"(?:、[^，。；：！？、]{{2,8}}(?:区|县|市|局|办|委|集团|公司|银行|基地)){{0,{LONGEST_LIST}}}"
    actors = rf"{several}{beside}(?:、)?(?:(?:{words['agents']})[、和]?)*[^，。；：！？、]{{0,4}}?"
    return Language(
        cooperation=re.compile(raw["pairs"]["cooperation"]),
        aid=re.compile(words["aid"]),
        pairing=re.compile(words["pairing"]),
        epidemic=re.compile(words["epidemic"]),
        anaphora=re.compile(words["anaphora"]),
        outright=re.compile(words["outright"]),
        after_gives=re.compile(rf"{actors}(?:{words['gives']})"),
        after_gives_strong=re.compile(rf"{actors}(?:{words['gives_strong']})"),
        before_gives=re.compile(rf"(?:{words['before_gives']})$"),
        grace=re.compile(rf"(?:的[^，。；：！？]{{0,6}}?|[^，。；：！？的在]{{0,2}}?)(?:{words['grace']})下|(?:{words['made']})的"),
        mutual=re.compile(rf"[^，。；：！？]{{0,6}}?(?:{words['mutual']})"),
        both=re.compile(words["both"]),
        dateline=re.compile(words["dateline"]),
        agency=re.compile(rf"(?:{words['agency']})$"),
        before_given=re.compile(rf"(?:{words['given']})(?:了|的|过)?$"),
        before_given_strong=re.compile(rf"(?:{words['given_strong']})(?:了|的|过)?$"),
        after_receives=re.compile(rf"{several}(?:的)?(?:{words['receives']})"),
        after_receives_strong=re.compile(rf"{several}(?:的)?[^，。；：！？、]{{0,4}}?(?:{words['receives_strong']})"),
        scene=re.compile(words["scene"]),
        office=re.compile(words["office"]),
        site=re.compile(rf"(?:{words['site']})$"),
        after_site=re.compile(rf"[^，。；：！？、]{{0,6}}?(?:{words['after_site']})"),
        person=re.compile(rf"(?:{words['person']})$"),
        after_person=re.compile(words["after_person"]),
        surname=re.compile(rf"(?:^|{words['titles']})[{words['surnames']}]$"),
        after_name=re.compile(words["after_name"]),
        company=_organisation(bodies, bodies["company"]),
        institution=_organisation(bodies, bodies["institution"], 1, bodies["bare"]),
        named_companies=re.compile(bodies["named_companies"]),
        press=re.compile(rf"[^，。；：！？、《》]{{0,3}}?(?:{bodies['press']})"),
        adjective=re.compile(
            rf"(?:{attributes['qualifiers']})*(?:{attributes['nouns']})|[^，。；：！？、的在与和]{{1,14}}?(?:{attributes['bodies']})"
        ),
        authority=re.compile(attributes["authority"]),
        elsewhere=re.compile(attributes["elsewhere"]),
        townships=re.compile(attributes["townships"]),
    )


@lru_cache(maxsize=1)
def tables() -> RegionTables:
    """The tables, read and compiled on first use."""
    raw = tomllib.loads((DATA / "regions.toml").read_text("utf-8"))
    return RegionTables(
        names=_names(),
        pairs=_pairs(raw),
        aid_compounds=raw["aid_compounds"],
        places=raw["places"],
        usual_supporters=tuple(raw["sides"]["supporters"].split()),
        usual_recipients=tuple(raw["sides"]["recipients"].split()),
        language=_language(raw),
    )
