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
AFTER_VERBS = "了的过"
"""What may stand between a verb and its object."""
DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class PairAbbreviation:
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
    with_province: frozenset[str]
    full_weak: frozenset[str]
    phrases: tuple[str, ...]
    crossing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Words that make a longer name of the place before them."""

    beside: frozenset[str]
    estates: frozenset[str]
    lands: frozenset[str]
    lanes: frozenset[str]
    after_lanes: str
    settlements: frozenset[str]
    grammar: str
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ending:
    """Words one of which a text may end with, behind it perhaps one of `then`."""

    words: tuple[str, ...]
    then: str = ""

    def ends(self, text: str) -> bool:
        """Whether a text ends so."""
        return text.endswith(self.words) or (text[-1:] in self.then and text.endswith(self.words, 0, len(text) - 1))


@dataclass(frozen=True, slots=True)
class Language:
    """Compiled patterns. Those named `after_…` are matched at the end of a place, those named `before_…` end where it starts."""

    cooperation: re.Pattern[str]
    aid: re.Pattern[str]
    pairing: re.Pattern[str]
    outright: re.Pattern[str]
    helped: re.Pattern[str]
    epidemic: re.Pattern[str]
    to_the_stricken: re.Pattern[str]
    by_units: re.Pattern[str]
    by_places: re.Pattern[str]
    nation: re.Pattern[str]
    anaphora: re.Pattern[str]
    nearby: re.Pattern[str]
    after_gives: re.Pattern[str]
    after_gives_strong: re.Pattern[str]
    before_gives: Ending
    grace: re.Pattern[str]
    mutual: re.Pattern[str]
    both: re.Pattern[str]
    dateline: re.Pattern[str]
    agency: Ending
    before_given: Ending
    before_given_strong: Ending
    after_receives: re.Pattern[str]
    after_receives_strong: re.Pattern[str]
    scene: re.Pattern[str]
    office: re.Pattern[str]
    venue: re.Pattern[str]
    gather: Ending
    visited: re.Pattern[str]
    task: re.Pattern[str]
    site: Ending
    after_site: re.Pattern[str]
    person: Ending
    after_person: re.Pattern[str]
    surname: re.Pattern[str]
    surnames: frozenset[str]
    title: re.Pattern[str]
    after_town: re.Pattern[str]
    after_name: re.Pattern[str]
    branch: re.Pattern[str]
    company: re.Pattern[str]
    institution: re.Pattern[str]
    press: re.Pattern[str]
    team: re.Pattern[str]
    history: re.Pattern[str]
    named_companies: re.Pattern[str]
    adjective: re.Pattern[str]
    quality: re.Pattern[str]
    authority: re.Pattern[str]
    elsewhere: re.Pattern[str]
    townships: re.Pattern[str]
    object: tuple[str, ...]
    with_: tuple[str, ...]
    binds: tuple[str, ...]
    goes: tuple[str, ...]
    into: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frames:
    """The builds of sentences that tell who gives: (kind, pattern) in the order they are tried, and what a sentence must have for any."""

    trigger: re.Pattern[str]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Singles:
    """Provinces by one character, behind a verb of going or being: whether a character is `sure` to mean its province there; or in a
    `row` of them. `part_of` are characters that make another word of it (藏区), `aids` those that make one of a compound (支|援藏|区)."""

    pattern: re.Pattern[str]
    sure: str
    part_of: str
    aids: str
    row: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Corps:
    """The Production and Construction Corps: its path, a pattern for one of its divisions by number, and the town of each number."""

    path: str
    division: re.Pattern[str]
    towns: dict[str, str]


@dataclass(frozen=True, slots=True)
class RegionTables:
    """Everything the data files say."""

    names: NameTables
    boundaries: Boundaries
    pairs: dict[str, PairAbbreviation]
    abbreviations: dict[str, str]
    singles: Singles
    corps: Corps
    aid_compounds: dict[str, str]
    aid_elsewhere: dict[str, tuple[str, ...]]
    places: dict[str, str]
    usual_supporters: frozenset[str]
    usual_recipients: frozenset[str]
    usual_neither: frozenset[str]
    language: Language
    frames: Frames


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
        with_province=frozenset(listed["with_province"].split()),
        full_weak=frozenset(listed["full_weak"].split()),
        phrases=(*listed["phrases"].split(), *holding),
        crossing=frozenset(crossing),
    )


def _boundaries(listed: dict[str, str]) -> Boundaries:
    words = {key: frozenset(value.split()) for key, value in listed.items()}
    return Boundaries(
        words["beside"],
        words["estates"],
        words["lands"],
        words["lanes"],
        "".join(listed["after_lanes"].split()),
        words["settlements"],
        "".join(listed["grammar"].split()),
        words["people"],
    )


def _singles(raw: dict[str, str]) -> Singles:
    every = raw["sure"] + raw["doubtful"]
    return Singles(
        pattern=re.compile(f"[{every}](?<=[{raw['before']}].)(?<!{'|'.join(raw['words'].split())})(?![{raw['part_of']}])"),
        sure=raw["sure"],
        part_of=raw["part_of"],
        aids=raw["aids"],
        row=re.compile(f"[{every}黑](?<![{every}].)(?:[{every}黑]{{2,7}}|[{every}黑](?={raw['row']}))(?![{every}])"),
    )


def _pairs(raw: dict[str, Any]) -> dict[str, PairAbbreviation]:
    sides: dict[str, str] = raw["abbreviations"]
    listed = raw["pairs"]
    found: dict[str, PairAbbreviation] = {}
    for key, guarded in (("plain", False), ("guarded", True)):
        for name in listed[key].split():
            found[name] = PairAbbreviation((sides[name[0]],), (sides[name[1]],), guarded)
    free = set(listed["free"]["names"].split())
    for name, (supporters, recipients) in listed["special"].items():
        found[name] = PairAbbreviation(tuple(supporters), tuple(recipients), name not in free)
    return found


def _organisation(raw: dict[str, Any], words: str, shortest: int = 0, bare: str = "(?!)") -> re.Pattern[str]:
    """A name of `shortest` characters and more, then one of `words`: 北京|航天中心|医院. 广东学校 is no name."""
    stop, longest = raw["stop"], raw["longest"]
    return re.compile(f"[）)]?(?:(?!{stop}|{words}).){{{shortest},{longest}}}(?:{words})|(?:{bare})")


def _language(raw: dict[str, Any]) -> Language:
    words, attributes, bodies = raw["language"], raw["attributes"], raw["organisations"]
    several = r"(?:等?(?:[\d一二两三四五六七八九十]+|多)?(?:个)?(?:省区市|省市|省区|省|市|县|区|旗县|地|两地|两级|地区|州)?)"
    beside = rf"(?:、[^，。；：！？、]{{2,8}}(?:区|县|市|局|办|委|集团|公司|银行|基地)){{0,{LONGEST_LIST}}}"
    actors = rf"{several}{beside}(?:、)?(?:(?:{words['agents']})[、和]?)*[^，。；：！？、（]{{0,4}}?"
    return Language(
        cooperation=re.compile(raw["pairs"]["cooperation"]),
        aid=re.compile(words["aid"]),
        pairing=re.compile(words["pairing"]),
        epidemic=re.compile(words["epidemic"]),
        to_the_stricken=re.compile(words["to_the_stricken"]),
        by_units=re.compile(words["by_units"]),
        by_places=re.compile(words["by_places"]),
        nation=re.compile(words["nation"]),
        anaphora=re.compile(words["anaphora"]),
        nearby=re.compile(words["nearby"]),
        outright=re.compile(words["outright"]),
        helped=re.compile(f"{words['aid']}|{words['helped']}"),
        after_gives=re.compile(rf"{actors}(?:{words['gives']})"),
        after_gives_strong=re.compile(rf"{actors}(?:{words['gives_strong']})"),
        before_gives=Ending(tuple(words["before_gives"].split("|"))),
        grace=re.compile(rf"(?:的[^，。；：！？]{{0,6}}?|[^，。；：！？的在]{{0,2}}?)(?:{words['grace']})下|(?:{words['made']})的"),
        mutual=re.compile(rf"[^，。；：！？]{{0,6}}?(?:{words['mutual']})"),
        both=re.compile(words["both"]),
        dateline=re.compile(words["dateline"]),
        agency=Ending(tuple(words["agency"].split("|"))),
        before_given=Ending(tuple(words["given"].split("|")), AFTER_VERBS),
        before_given_strong=Ending(tuple(words["given_strong"].split("|")), AFTER_VERBS),
        after_receives=re.compile(rf"{several}(?:的)?(?:{words['receives']})"),
        after_receives_strong=re.compile(rf"{several}(?:的)?[^，。；：！？、]{{0,4}}?(?:{words['receives_strong']})"),
        scene=re.compile(words["scene"]),
        office=re.compile(words["office"]),
        venue=re.compile(words["venue"]),
        gather=Ending(tuple(words["gather"].split("|")), "在于"),
        visited=re.compile(words["visited"]),
        task=re.compile(words["task"]),
        site=Ending(tuple(words["site"].split("|"))),
        after_site=re.compile(rf"[^，。；：！？、]{{0,6}}?(?:{words['after_site']})"),
        person=Ending(tuple(words["person"].split("|"))),
        after_person=re.compile(words["after_person"]),
        surname=re.compile(rf"(?:^|{words['titles']})[{words['surnames']}]$"),
        surnames=frozenset(words["surnames"] + words["rare_surnames"]),
        title=re.compile(rf"(?:{words['person']}|{words['title']})$"),
        after_town=re.compile(words["after_town"]),
        after_name=re.compile(words["after_name"]),
        branch=re.compile(bodies["branch"]),
        company=_organisation(bodies, bodies["company"]),
        institution=_organisation(bodies, bodies["institution"], 1, bodies["bare"]),
        named_companies=re.compile(bodies["named_companies"]),
        team=re.compile(bodies["team"]),
        history=re.compile(bodies["history"]),
        press=re.compile(rf"[^，。；：！？、《》]{{0,3}}?(?:{bodies['press']})"),
        adjective=re.compile(
            rf"(?:{attributes['qualifiers']})*(?:{attributes['nouns']})|[^，。；：！？、的在与和]{{1,14}}?(?:{attributes['bodies']})"
        ),
        quality=re.compile(attributes["quality"]),
        authority=re.compile(attributes["authority"]),
        elsewhere=re.compile(attributes["elsewhere"]),
        townships=re.compile(attributes["townships"]),
        object=tuple(words["object"].split("|")),
        with_=tuple(words["with"].split("|")),
        binds=tuple(words["binds"].split("|")),
        goes=tuple(words["goes"].split("|")),
        into=tuple(words["into"].split("|")),
    )


def _frames(raw: dict[str, Any]) -> Frames:
    """Patterns with their words filled in: `{give}` is the list of that name, `G` and `T` a party that gives and one that takes, `P`
    any party, `~` text of one clause without a party and `~~` of several clauses."""
    words = {key: f"(?:{value})" for key, value in raw["words"].items()}
    text = r"[^\ue000-\uefff，。；]"
    marks = {
        "~~": rf"{text}{{0,24}}?(?:，(?:(?!{raw['subject']}){text}){{0,16}}?){{0,2}}?",
        "~": r"[^\ue000-\uefff，。；：、]{0,16}?",
        "G": r"(?P<g>[\ue000-\uefff])",
        "T": r"(?P<t>[\ue000-\uefff])",
        "P": r"[\ue000-\uefff]",
    }

    def filled(found: re.Match[str]) -> str:
        return words[found[1]] if found[1] else marks[found[0]]

    patterns = [(entry["kind"], re.compile(re.sub(r"\{([a-z]+)\}|~~?|[GTP]", filled, entry["pattern"]))) for entry in raw["frame"]]
    return Frames(re.compile(raw["trigger"]), tuple(patterns))


@lru_cache(maxsize=1)
def tables() -> RegionTables:
    """The tables, read and compiled on first use."""
    raw = tomllib.loads((DATA / "regions.toml").read_text("utf-8"))
    return RegionTables(
        names=_names(),
        boundaries=_boundaries(raw["boundaries"]),
        pairs=_pairs(raw),
        abbreviations=raw["abbreviations"],
        singles=_singles(raw["single"]),
        corps=Corps(raw["corps"]["path"], re.compile("、?第?([一二三四五六七八九十]{1,3}|[0-9]{1,2})师"), raw["corps"]["divisions"]),
        aid_compounds=raw["aid_compounds"],
        aid_elsewhere={name: tuple(paths.split()) for name, paths in raw["aid_elsewhere"].items()},
        places=raw["places"],
        usual_supporters=frozenset(raw["sides"]["supporters"].split()),
        usual_recipients=frozenset(raw["sides"]["recipients"].split()),
        usual_neither=frozenset(raw["sides"]["neither"].split()),
        language=_language(raw),
        frames=_frames(raw["frames"]),
    )
