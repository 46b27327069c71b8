"""The language of pairing of `data/relations.toml` as patterns over a sentence in which each party is one mark.

P is a party: a place, or a unit. A list of parties is `P、P和P等3个县`. Each pattern names the giving side `a`, the receiving side `b`, and
the verb `v`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from search.labels.patterns import either

TABLE: Final = Path(__file__).parents[1] / "data" / "relations.toml"
MARK, SOME = "\ue000", "\ue001"
"""Take the place of a party; a private-use character, which no text in its reading form has."""

ANY_KIND: Final = "帮扶"
"""The kind of which only is said that one helps."""
_PLACE: Final = re.compile("«([a-z]+)»")
_LOOKING_BACK: Final = re.compile(r"^(?:\(\?<[!=][^()]*\))+")


@dataclass(frozen=True, slots=True)
class Form:
    """A way to say it, as `data/relations.toml` describes it."""

    name: str
    written: str
    """The pattern, which is compiled when a sentence is held against it."""
    mutual: bool = False
    enumerates: bool = False
    beyond_doubt: bool = False
    loose: bool = False
    deed: bool = False
    aided: bool = False
    roles: bool = False
    outright: bool = False
    elided: str = ""
    opens_with_party: bool = True
    """Every match begins with the mark of a party."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return _compiled(self.written)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class RelationWords:
    """All that says who helps whom."""

    forms: tuple[Form, ...]
    speaks: re.Pattern[str]
    """Without a word of these no clause pairs anyone, but for a dash under a heading that does."""
    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    named: re.Pattern[str]
    """A verb that names a programme."""
    dashed: re.Pattern[str]
    towns: re.Pattern[str]
    lines: tuple[str, ...]
    pairing: re.Pattern[str]
    joint: re.Pattern[str]
    """Right behind two places named as one: they are paired (粤桂|协作)."""
    begins: re.Pattern[str]
    weak: re.Pattern[str]
    given: re.Pattern[str]
    faint: re.Pattern[str]
    """Verbs of giving that are aid only beside a word of it (为甲提供岗位)."""
    aid: re.Pattern[str]
    of_aid: re.Pattern[str]
    people: re.Pattern[str]
    unit_end: re.Pattern[str]
    unit_name: re.Pattern[str]
    shortened: re.Pattern[str]
    """A name of a unit with what it is cut down to."""
    taking: re.Pattern[str]
    """Ends the name of a unit that may be helped, whatever place it is in."""
    town_end: re.Pattern[str]
    """Ends the name of what lies in a county."""
    work: re.Pattern[str]
    """Right behind the name of a unit: what is built there for its place is meant."""
    builds: re.Pattern[str]
    """Before a unit in its clause: it is one of the things built."""
    street_end: re.Pattern[str]
    """Ends the name of what lies in a city."""
    helps: re.Pattern[str]
    short: re.Pattern[str]
    """What a unit is called for short from here on."""
    office: re.Pattern[str]
    branch: re.Pattern[str]
    """Right before a place whose committee follows: what has one there (共青团|番禺区委)."""
    committee: re.Pattern[str]
    area_end: re.Pattern[str]
    """Ends the name of an area that is no division."""
    named_after: re.Pattern[str]
    """Right behind two places: what lies in the first and bears the name of the second."""
    parents: re.Pattern[str]
    """Right before a place whose branch follows: whose it is."""
    papers: re.Pattern[str]
    pronouns: dict[str, Any]
    """Words that stand for a party, by how it is found."""
    aided: dict[str, str]
    """The last character of what is done → whom it is done for (援|疆)."""
    givers: frozenset[str]
    takers: frozenset[str]


@lru_cache(maxsize=1)
def relation_table() -> RelationWords:
    """The table of `data/relations.toml`, compiled once."""
    raw = tomllib.loads(TABLE.read_text("utf-8"))
    words, units = raw["words"], raw["units"]
    towns = either(units["towns"])
    name = r"[^\s、，。；：:（）()—–\-“”与和将对由为的]{1,9}?"
    return RelationWords(
        forms=_forms(raw),
        speaks=_speaks(raw),
        kinds=tuple((kind, re.compile("|".join(verbs))) for kind, verbs in raw["kinds"].items()),
        named=re.compile("|".join(verb for kind, of_kind in raw["kinds"].items() if kind != ANY_KIND for verb in of_kind)),
        dashed=re.compile(
            f"(?<![—–―─·-])(?P<a>{MARK}) ?[—–―─·-]{{1,2}} ?(?P<b>{MARK})(?![—–―─·-])(?![^，。；、]{{0,4}}{either(words['lines'])})"
        ),
        towns=re.compile(
            f"(?<![^\\s、，。；：:（）()“”与和将对由为的是]) ?"
            f"(?P<a>{name}(?:{towns})) ?[—–―─-]{{1,2}} ?"
            f"(?P<b>{name}(?:{towns}))(?![^\\s、，。；：:（）()“”等结与和的])"
        ),
        lines=tuple(words["lines"]),
        pairing=re.compile(either(words["pairing"])),
        joint=re.compile(f"(?:、[^，。；、]{{2}})?(?:两[省市地](?:区|市)?)?{either(words['joint'])}"),
        begins=re.compile(either(words["begins"])),
        weak=re.compile("|".join([*raw["weak"]["verbs"], *raw["kinds"][ANY_KIND]])),
        given=re.compile("|".join(raw["gives"]["verbs"])),
        faint=re.compile(either(raw["gives"]["faint"])),
        aid=re.compile(either(raw["gives"]["aid"])),
        of_aid=re.compile(either(words["of_aid"])),
        people=re.compile(either(words["people"])),
        unit_end=re.compile(_unit_end(units)),
        unit_name=re.compile(_unit_name(units)),
        shortened=re.compile(units["shortened"]),
        taking=re.compile(f"{either(units['taking'])}$"),
        town_end=re.compile(f"(?<!集)(?<!社)(?:{towns})$"),
        work=re.compile(f"(?:等|的)?{either(units['works'])}"),
        builds=re.compile(either(units["builds"])),
        street_end=re.compile("|".join(f"{end}$" for end in units["streets"])),
        helps=re.compile(either(words["helps"])),
        short=re.compile(units["short"].replace("«ending»", either(units["endings"]))),
        office=re.compile(f"{either(words['offices'])}|{words['committee']}"),
        branch=re.compile(f"{either(words['branches'])}$"),
        committee=re.compile(words["committee"]),
        area_end=re.compile(f"{either(units['areas'])}$"),
        named_after=re.compile(units["named_after"]),
        parents=re.compile(f"{either(words['parents'])}$"),
        papers=re.compile(words["papers"]),
        pronouns=raw["pronouns"],
        aided=raw["aided"],
        givers=frozenset(raw["usual"]["givers"]),
        takers=frozenset(raw["usual"]["takers"]),
    )


def _unit_end(units: dict[str, Any]) -> str:
    """What makes a unit of the name of a place before it (密云区|医院); a town has a name of its own (滦平县|安纯沟门乡)."""
    letter = f"[^\\s、，。；：:（）()“”{units['apart']}0-9]"
    own = either([ending for ending in units["endings"] if ending not in units["towns"]])
    return f"(?!{either(units['not_units'], escape=False)})(?:{own}|{letter}{{1,8}}?{either(units['endings'])})(?![长员中]|村振兴|大地)"


def _unit_name(units: dict[str, Any]) -> str:
    """Names of units that no place begins: listed ones, ones between two boundaries, ones that begin as only such names do."""
    endings, before, part = either(units["endings"]), either(units["before"]), f"(?:{units['part_of']})?"
    behind = "|".join(f"(?<={word})" for word in units["before"])
    given = "".join(f"(?<!{word})" for word in units["given"])
    built = either(units["built"], escape=False)
    letter = f"(?:(?!{before})[^\\s、，。；：:（）()“”{units['apart']}{units['unnamed']}0-9])"
    longer = f"(?:{letter}{{1,4}}?{either(units['longer'])})?"
    ends = f"(?<!农村)(?<!乡村){part}{longer}(?!{units['persons']}|村振兴|大地)"
    return (
        f"{built}|(?<!继续){either(units['names'])}(?!副?[部局司]长)(?:{letter}{{0,8}}?{endings})?"
        f"|(?:(?<![^\\s，。；：“”、和与由是的在向对为将])|{behind}){given}(?!{either(units['generic'])}){letter}{{1,16}}?{endings}{ends}"
        f"|{given}{either(units['begins'])}{letter}{{0,14}}?{either(units['of_those'])}(?:公司|集团)?{ends}"
    )


def _speaks(raw: dict[str, Any]) -> re.Pattern[str]:
    """All verbs, side by side and each beginning with a character, so that a search skips to what one begins with."""
    verbs = [verb for kind in raw["kinds"].values() for verb in kind]
    verbs += raw["words"]["short"] + raw["words"]["posts"]
    verbs += [verb for part in ("weak", "gives", "mutual") for verb in raw[part]["verbs"]]
    return re.compile("|".join(dict.fromkeys(spelt for verb in verbs for spelt in _without_leading_choice(verb))))


def _without_leading_choice(verb: str) -> list[str]:
    choice = re.fullmatch(r"\(\?:([^()]*)\)([^?*+{].*)", verb)
    return [one + choice[2] for one in choice[1].split("|")] if choice else [verb]


def _forms(raw: dict[str, Any]) -> tuple[Form, ...]:
    parts = _parts(raw)
    forms: list[Form] = []
    for one in raw["forms"]:
        pattern = one["pattern"]
        while (filled := _PLACE.sub(lambda part: parts[part[1]], pattern)) != pattern:
            pattern = filled
        forms.append(
            Form(
                written=pattern,
                opens_with_party=_LOOKING_BACK.sub("", one["pattern"]).startswith(("«b»", "«a»", "«free»")),
                **{name: value for name, value in one.items() if name != "pattern"},
            )
        )
    return tuple(forms)


def _parts(raw: dict[str, Any]) -> dict[str, str]:
    """What stands for the parts in «» of the patterns of forms."""
    words = raw["words"]
    verbs = [verb for kind in raw["kinds"].values() for verb in kind]
    named = [verb for kind, of_kind in raw["kinds"].items() if kind != ANY_KIND for verb in of_kind]
    lists = {name: either(words[name]) for name in ("sent", "does", "there", "posts", "noun", "helpers", "points", "titles", "kinds")}
    regular = {name: either(raw[name]["verbs"], escape=False) for name in ("weak", "gives", "mutual")}
    v = either(verbs, escape=False)
    return {
        **lists,
        **regular,
        **raw["parts"],
        "one": MARK,
        "some": SOME,
        "v": v,
        "sure": either(named, escape=False),
        "given": f"(?P<v>{regular['gives']}|{v})",
        "adverbs": f"(?:{either(words['adverbs'])}){{0,4}}",
        "objects": f"(?:{either(words['objects'])}){{0,4}}",
    }
