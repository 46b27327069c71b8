"""Small corpora, the same on every machine: few characters, so that runs meet by chance, and every kind of character that hurts."""

from __future__ import annotations

import random
from datetime import date
from functools import cache

from search.model import (
    BlockKind,
    Document,
    Figure,
    Imprint,
    MechanismLabel,
    Party,
    Passage,
    ProgramLabel,
    RegionLabel,
    Relation,
    Role,
    YearLabel,
)

HAN = "京东北京市密云区西部消费扶贫协作县人民的"
ODD = "，。；！？“”（）—·%0123456789９.,ab Z-ｂ😀𠮷\u200b\t\n　é滦灤雲區①"
REGIONS = ("北京市/密云区", "北京市", "河北省/承德市/滦平县", "河北省/承德市", "青海省/玉树藏族自治州/玉树市")
PROGRAMS = ("consumption", "labour", "health")
MECHANISMS = ("east_west", "paired")
SENTENCES = (
    "北京东西部扶贫协作，京东集团采购农产品16,958吨。",
    "密云区消费扶贫分中心带动9801万元；密雲區",
    "来 京 就 业 1204 人",
    "消费扶贫，扶贫消费。消费",
    "COVID-19 and iPhone 12 Pro",
)


@cache
def corpus(number: int) -> tuple[Document, ...]:
    """Corpus 0 has no document, 1 one short passage, 2 a handful, 3 some hundred, with copies and without labels here and there."""
    chance = random.Random(number)
    sizes = ((), (1,), (3, 1, 2), tuple(chance.randint(1, 40) for _ in range(9)))[number]
    return tuple(_document(chance, place, size) for place, size in enumerate(sizes))


def _document(chance: random.Random, place: int, size: int) -> Document:
    name = f"{chance.randrange(10**6):06d}-{place}文献"
    passages = tuple(_passage(chance, name, order) for order in range(1, size + 1))
    return Document(
        id=name, title=chance.choice(("密云帮扶", "消费扶贫 在北京", "东西部")), source_file=f"{name}.txt", sha256="0" * 64, format="txt",
        passages=passages, year=2020,
    )  # fmt: skip


def _passage(chance: random.Random, document: str, order: int) -> Passage:
    other = random.Random(f"{document}:{order}")  # its own chances, so that a new field leaves the others as they were
    return Passage(
        id=f"{document}:{order}",
        document_id=document,
        order=order,
        kind=chance.choice((*BlockKind, BlockKind.BODY, BlockKind.BODY, BlockKind.BODY)),
        text=_text(chance),
        source_lines=((order, order),),
        regions=tuple(RegionLabel(path, chance.choice(list(Role))) for path in chance.sample(REGIONS, chance.choice((0, 0, 1, 2)))),
        years=tuple(YearLabel(year) for year in sorted(chance.sample(range(2016, 2022), chance.choice((0, 1, 1, 3))))),
        programs=tuple(ProgramLabel(key, key, 1.0) for key in chance.sample(PROGRAMS, chance.choice((0, 1, 2)))),
        mechanisms=tuple(MechanismLabel(key, key, 1.0) for key in other.sample(MECHANISMS, other.choice((0, 0, 1, 2)))),
        topics=tuple(ProgramLabel(key, key, 1.0) for key in other.sample(PROGRAMS, other.choice((0, 0, 1)))),
        figures=_figures(random.Random(f"{document}:{order}:figures")),
        relations=_relations(random.Random(f"{document}:{order}:relations")),
        route=other.choice(("", "digital", "geometry", "ocr")),
        score=other.choice((None, 0.5, 0.95)),
        placed=other.random() > 0.2,
        about=tuple(random.Random(f"{document}:about").sample(REGIONS, random.Random(document).choice((0, 1, 2)))),
        imprint=_imprint(random.Random(f"{document}:imprint")),
    )


def _imprint(chance: random.Random) -> Imprint:
    """What the passages of a document carry of it, from a source of chance of its own."""
    day = chance.choice((None, None, date(2019, 12, 31), date(2020, 2, 29), date(2020, 3, 1)))
    return Imprint(
        authors=tuple(chance.sample(("王海", "李明"), chance.choice((0, 1, 2)))),
        publication=chance.choice(("", "密云报", "协作 周刊")),
        genre=chance.choice(("", "news", "notice")),
        date=day,
        year=day.year if day else chance.choice((None, 2020, 2021)),
    )


def _figures(chance: random.Random) -> tuple[Figure, ...]:
    """Figures of a passage, from a source of chance of their own."""
    return tuple(_figure(chance) for _ in range(chance.choice((0, 0, 1, 2, 4))))


def _relations(chance: random.Random) -> tuple[Relation, ...]:
    """Relations of a passage, from a source of chance of their own."""
    return tuple(_relation(chance) for _ in range(chance.choice((0, 0, 0, 1, 3))))


def _figure(chance: random.Random) -> Figure:
    regions = tuple(chance.sample(REGIONS, chance.choice((0, 1, 2))))
    return Figure(
        text="3", value=chance.choice((3.0, 3.0, 12.5, 9.801e7, -2.0)), unit=chance.choice(("CNY", "人", "%")), start=0, end=1,
        years=tuple(sorted(chance.sample(range(2016, 2022), chance.choice((0, 1, 3))))), regions=regions,
        per=chance.choice((None, None, "亩", "人·年")), change=chance.choice((None, None, None, "2018年")),
        programs=tuple(chance.sample(PROGRAMS, chance.choice((0, 1)))), roles=tuple(chance.choice(list(Role)) for _ in regions),
    )  # fmt: skip


def _relation(chance: random.Random) -> Relation:
    giver, taker = chance.sample((*REGIONS, ""), 2)
    since = chance.choice((None, 2016, 2018))
    return Relation(
        supporter=Party(giver, giver) if giver else Party("国家电网", "", True),
        recipient=Party(taker, taker) if taker else Party("密云区医院", "北京市/密云区", True),
        kind=chance.choice(("对口支援", "结对帮扶")), start=0, end=1, since=since, until=chance.choice((None, 2020)) if since else None,
        years=tuple(sorted(chance.sample(range(2016, 2022), chance.choice((0, 1))))),
    )  # fmt: skip


def _text(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return chance.choice(SENTENCES)
    letters = (HAN * 6) + ODD
    return "".join(chance.choice(letters) for _ in range(chance.choice((1, 2, 5, 12, 40, 90)))) or "京"
