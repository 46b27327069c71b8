"""The language of pairing of `data/relations.toml` as patterns over a sentence in which each party is one mark.

P is a party: a place, or a unit. A list of parties is `P、P和P等3个县`. Each pattern names the giving side `a`, the receiving side `b`, and
the verb `v`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

TABLE: Final = Path(__file__).parents[1] / "data" / "relations.toml"
MARK, SOME = "\ue000", "\ue001"
"""Take the place of a party; a private-use character, which no text in its reading form has."""

_N: Final = "(?:[0-9一二两三四五六七八九十]+)"
_MANY: Final = f"(?:等)?(?:{_N}?(?:个|省市|省份|省|地|市|县|区|旗|州|家|所)[^，。；{MARK}]{{0,6}})?"
_LIST: Final = f"{MARK}(?:(?:、|和|及|以及|，(?={MARK}[、和，等]))?{MARK})*(?:等?(?=等|{_N}){_MANY})?"
_PART: Final = f"(?:{MARK}|{SOME}{_N} ?个?[^，。；、和{MARK}{SOME}]{{0,4}})"
_PARTS: Final = f"{_PART}(?:(?:、|和|及|以及){_PART})*"
"""Those of a place that are helped, several places one after the other (甲4个县、乙6个县)."""
_NO: Final = f"[^{MARK}{SOME}。；！？]"


@dataclass(frozen=True, slots=True)
class Form:
    """A way to say it. `mutual`: the sides do not follow from the words; `enumerates`: what follows in the sentence is received too;
    `paired`: one with one only, lists by position."""

    name: str
    pattern: re.Pattern[str]
    mutual: bool = False
    enumerates: bool = False
    opens_with_party: bool = True
    """Every match begins with the mark of a party."""


@dataclass(frozen=True, slots=True)
class RelationWords:
    """All that says who helps whom."""

    forms: tuple[Form, ...]
    speaks: re.Pattern[str]
    """Without a word of these no clause pairs anyone, but for a dash under a heading that does."""
    kinds: tuple[tuple[str, re.Pattern[str]], ...]
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
    people: re.Pattern[str]
    unit_end: re.Pattern[str]
    unit_name: re.Pattern[str]
    office: re.Pattern[str]
    givers: frozenset[str]
    takers: frozenset[str]


@lru_cache(maxsize=1)
def relation_table() -> RelationWords:
    """The table of `data/relations.toml`, compiled once."""
    raw = tomllib.loads(TABLE.read_text("utf-8"))
    words, units = raw["words"], raw["units"]
    towns = _either(units["towns"])
    name = r"[^\s、，。；：:（）()—–\-“”与和将对由为的]{1,9}?"
    return RelationWords(
        forms=_forms(raw),
        speaks=_speaks(raw),
        kinds=tuple((kind, re.compile("|".join(verbs))) for kind, verbs in raw["kinds"].items()),
        dashed=re.compile(
            f"(?<![—–―─·-])(?P<a>{MARK}) ?[—–―─·-]{{1,2}} ?(?P<b>{MARK})(?![—–―─·-])(?![^，。；、]{{0,4}}{_either(words['lines'])})"
        ),
        towns=re.compile(
            f"(?<![^\\s、，。；：:（）()“”与和将对由为的是]) ?"
            f"(?P<a>{name}(?:{towns})) ?[—–―─-]{{1,2}} ?"
            f"(?P<b>{name}(?:{towns}))(?![^\\s、，。；：:（）()“”等结与和的])"
        ),
        lines=tuple(words["lines"]),
        pairing=re.compile(_either(words["pairing"])),
        joint=re.compile(f"(?:两[省市地](?:区|市)?)?{_either(words['joint'])}"),
        begins=re.compile(_either(words["begins"])),
        weak=re.compile("|".join([*raw["weak"]["verbs"], *raw["kinds"]["帮扶"]])),
        given=re.compile("|".join(raw["gives"]["verbs"])),
        faint=re.compile(_either(raw["gives"]["faint"])),
        aid=re.compile(_either(raw["gives"]["aid"])),
        people=re.compile(_either(words["people"])),
        unit_end=re.compile(
            f"(?!{_either(units['not_units'])})[^\\s、，。；：:（）()“”{units['apart']}0-9]{{0,8}}?(?:{_either(units['endings'])})(?![长员中])"
        ),
        unit_name=re.compile(
            _either(units["names"])
            + f"(?:[^\\s、，。；：“”与和对由在向]{{0,8}}?{_either(units['endings'])})?"
            + f"|(?<![^\\s，。；：“”、和与由是])[^\\s、，。；：:（）()“”{units['apart']}{units['unnamed']}0-9]{{2,16}}?(?:"
            + _either(units["endings"])
            + ")"
        ),
        office=re.compile(_either(words["offices"])),
        givers=frozenset(raw["usual"]["givers"]),
        takers=frozenset(raw["usual"]["takers"]),
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
    words = raw["words"]
    verbs = _either((verb for kind in raw["kinds"].values() for verb in kind), escape=False)
    weak, gives, mutual = (_either(raw[part]["verbs"], escape=False) for part in ("weak", "gives", "mutual"))
    adverbs, objects = f"(?:{_either(words['adverbs'])}){{0,4}}", f"(?:{_either(words['objects'])}){{0,4}}"
    when = f"(?:，?(?:自|从)?[0-9]{{4}}年[^，。；{MARK}]{{0,6}}，?)?"
    a, b = f"(?P<a>{_LIST})", f"(?P<b>{_LIST})"
    free = f"(?<![由对向给为在被从到赴与同和跟及、将把{MARK}])(?<!扶贫)(?<!帮扶)(?<!支援)(?<!援助)(?<!援建)"
    sent = f"(?:的?{_either(words['sent'])})?"
    sender = f"(?P<a>{_LIST}|{SOME}(?=的?{_either(words['sent'])}))"
    anyone = f"(?P<a>{_LIST}|{SOME})"
    aided = f"(?P<v>{verbs})"
    given = f"(?P<v>{gives}|{verbs})"
    return (
        Form("enumerates", re.compile(
            f"{free}{a}{_NO}{{0,16}}?(?P<v>{verbs}){_NO}{{0,30}}?"
            f"{_N}+ ?个{_NO}{{0,24}}?(?:分别为|分别是|为|包括|即|：){b}"), enumerates=True),
        Form("passive", re.compile(f"{b}{adverbs}(?:由|受|被){a}{_NO}{{0,8}}?(?P<v>{verbs}|{weak})")),
        Form("receives", re.compile(f"{b}{_NO}{{0,6}}?(?:得到|接受|获得|受到|争取到?|离不开)了?(?:来自)?{a}的?"
            f"{_NO}{{0,8}}?(?P<v>{verbs}|{weak})")),
        Form("under", re.compile(f"在{a}的?{_NO}{{0,8}}?(?P<v>{verbs}|{weak})下，?{_NO}{{0,6}}?{b}"),
            opens_with_party=False),
        Form("under", re.compile(f"{b}{_NO}{{0,4}}?在{a}的?{_NO}{{0,8}}?(?P<v>{verbs}|{weak})下")),
        Form("is", re.compile(f"{b}，?{_NO}{{0,25}}?(?:是|为|系|作为){a}的?(?P<v>{verbs})的?(?:{SOME}?{_NO}{{0,8}}?)"
            f"(?:地区|县|市|区|对象|旗|单位|点|地|州)")),
        Form("active", re.compile(f"{free}{sender}{sent}{when}{adverbs}(?P<v>{verbs}|{weak}){objects}(?P<b>{_LIST}|{_PARTS}|{SOME})")),
        Form("respectively", re.compile(f"{free}{a}分别(?:与|同|和|对|向){b}{_NO}{{0,24}}?(?P<v>{mutual}|{verbs})"), mutual=True),
        Form("thanks", re.compile(f"{b}(?:对|向){a}{_NO}{{0,20}}?(?P<v>{verbs}|{weak}){_NO}{{0,20}}?感谢")),
        Form("to", re.compile(f"{free}{anyone}(?:(?!由|与|同){_NO}){{0,40}}?(?:对(?!口)|向|给予?|为){b}{_NO}{{0,24}}?{given}")),
        Form("goes", re.compile(f"{free}{a}{_NO}{{0,12}}?(?:赴|到|前往|来到|深入){b}{_NO}{{0,10}}?"
            f"(?:开展|进行|实施){_NO}{{0,10}}?{aided}")),
        Form("later", re.compile(f"{free}{a}(?:(?!由|与|同){_NO}){{0,60}}?，"
            f"(?:累计|共|已|还|先后|全力|大力|积极){{0,3}}{aided}(?:了|着)?{b}")),
        Form("sends", re.compile(f"{free}{a}{_NO}{{0,24}}?{_either(words['does'])}{_NO}{{0,30}}?(?P<v>{verbs}|{weak})(?:了|着)?{b}")),
        Form("stations", re.compile(f"{free}{a}{_NO}{{0,24}}?{_either(words['does'])}{_NO}{{0,40}}?(?:赴|到|前往){b}"
            f"{_NO}{{0,6}}?(?P<v>{_either(words['posts'])})")),
        Form("there", re.compile(f"{free}{a}(?:(?!由|与|同){_NO}){{0,40}}?在{b}{_NO}{{0,6}}?(?P<v>{_either(words['there'])})"
            f"(?!{_NO}{{0,20}}?下)")),
        Form("task", re.compile(f"{free}{a}(?:承担|负责|参与)了?(?:着)?{b}{_NO}{{0,14}}?的?(?P<v>{verbs})(?:任务|工作)")),
        Form("helper", re.compile(f"(?P<v>{verbs}){b}的{a}"), opens_with_party=False),
        Form("helped", re.compile(f"(?:得到|接受|获得|受到)了?{a}的?{_NO}{{0,6}}?(?P<v>{verbs})的{b}"), opens_with_party=False),
        Form("mutual", re.compile(f"{free}(?P<a>{MARK}(?:、{MARK})*)(?:与|同|和|跟|携手|牵手|联手)"
            f"(?P<b>{MARK}(?:、{MARK})*)(?:(?!，){_NO}){{0,24}}?(?P<v>{mutual})"), mutual=True),
    )  # fmt: skip


def _either(words: Iterable[str], *, escape: bool = True) -> str:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, ordered) if escape else ordered)})"
