"""Questions of every class, drawn from the corpus itself by a seed, in a form every engine can be given.

The product matches strings, the others match tokens. Both are the same set where a word stands nowhere but as a token: questions are drawn
from such words (the nearest to it where there are too few), so that all engines should give the same totals and counts. The measurement
compares them all the same.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice, pairwise
from pathlib import Path

from search.engine.port import ALL_FACETS, Engine, SearchRequest
from search.query.analysis import analyse
from search.query.plan import All, And, Node, Or, Pattern, Run, Term
from search.question import Choice, Filters

CLASSES = ("rare", "common", "and", "or", "phrase", "run", "prefix", "filtered", "browse")
SAMPLE = 2_000
"""Passages that phrases and runs are drawn from."""
LEAST_WORDS = 20
"""Words a band of frequencies should offer, exact ones or nearly so."""
MOST_WORDS = 3_000
"""Words of a band that are tried."""
LEAST_PHRASE = 0.0001
"""Share of the passages a phrase should stand in, two at least: most pairs of neighbours stand in one alone."""
MOST_CHECKED = 2_000
"""Occurrences of a phrase that are looked at one by one."""


@dataclass(frozen=True, slots=True)
class Query:
    """`words` are asked for together, any of them if `either`, as neighbours if `phrase`; `run` is a string of characters, `prefix` the
    beginning of a word. Nothing at all asks for everything. `region` and `year` narrow it down."""

    words: tuple[str, ...] = ()
    either: bool = False
    phrase: bool = False
    run: str = ""
    prefix: str = ""
    region: str = ""
    year: str = ""

    def request(self, *, facets: bool, limit: int = 20) -> SearchRequest:
        """The same for our port."""
        filters = Filters.of(region=_choice(self.region), year=_choice(self.year))
        return SearchRequest(self._plan(), filters, limit=limit, collect=(ALL_FACETS,) if facets else ())

    def _plan(self) -> Node:
        texts = ("".join(self.words),) if self.phrase else self.words or tuple(filter(None, (self.run or self.prefix,)))
        terms = tuple(Term((Run(text),)) for text in texts)
        if len(terms) < 2:
            return terms[0] if terms else All()
        return Or(terms) if self.either else And(terms)


Questions = Mapping[str, tuple[Query, ...]]
"""Class → its questions."""


def _choice(value: str) -> Choice:
    return Choice((value,)) if value else Choice()


def kept_questions(path: Path, engine: Engine, each: int, regions: Sequence[str]) -> Questions:
    """The questions of a file, drawn from the index and written there the first time."""
    if not path.exists():
        made = draw(engine, each, regions)
        path.write_text(json.dumps({name: [asdict(one) for one in some] for name, some in made.items()}, ensure_ascii=False, indent=1))
    record = json.loads(path.read_text())
    return {name: tuple(Query(**{**one, "words": tuple(one["words"])}) for one in record[name]) for name in CLASSES}


def draw(engine: Engine, each: int, regions: Sequence[str]) -> Questions:
    """`each` questions of every class, from the words and passages of an index of ours."""
    chance = random.Random(11)
    passages = engine.manifest().passages
    vocabulary = [(word, count) for word, count in engine.vocabulary() if len(word) >= 2 and _is_chinese(word)]

    def between(least: float, most: float) -> list[str]:
        words = [(word, count) for word, count in vocabulary if least <= count < most]
        return _exact(engine, chance.sample(words, min(MOST_WORDS, len(words))))

    common, middling = between(0.1 * passages, 0.5 * passages), between(0.01 * passages, 0.1 * passages)
    rare = between(max(2, 0.0001 * passages), max(6, 0.001 * passages))
    texts = [passage.text for passage in islice(engine.passages(), SAMPLE)]
    provinces = sorted({region.split("/")[0] for region in regions})

    def filtered() -> Query:
        return Query(tuple(chance.sample(common, 2)), region=chance.choice(provinces), year=str(chance.choice((2019, 2020, 2021))))

    makers = {
        "rare": lambda: Query((chance.choice(rare),)),
        "common": lambda: Query((chance.choice(common),)),
        "and": lambda: Query(tuple(chance.sample(common, 2))),
        "or": lambda: Query((chance.choice(common), *chance.sample(middling, 2)), either=True),
        "phrase": lambda: Query(_phrase(chance, texts, engine), phrase=True),
        "run": lambda: Query(run=_run(chance, texts)),
        "prefix": lambda: Query(prefix=chance.choice(middling)),
        "filtered": filtered,
        "browse": Query,
    }
    return {name: tuple(makers[name]() for _ in range(each)) for name in CLASSES}


def _is_chinese(text: str) -> bool:
    return all("\u4e00" <= char <= "\u9fa5" for char in text)


def _exact(engine: Engine, counted: Sequence[tuple[str, int]]) -> list[str]:
    """The words that stand nowhere but as a token, by code points; filled up by those of which that is most nearly true."""
    strings = engine.contains([word for word, _ in counted])
    strays = sorted(((found - count) / count, word) for (word, count), found in zip(counted, strings, strict=True))
    exact = sum(1 for stray, _ in strays if not stray)
    return sorted(word for _, word in strays[: max(exact, LEAST_WORDS)])


def _phrase(chance: random.Random, texts: Sequence[str], engine: Engine) -> tuple[str, str]:
    """Two words that stand side by side, nowhere cut otherwise and nowhere parted by punctuation alone."""
    while True:
        pairs = list(_neighbours(chance.choice(texts)))
        if pairs:
            pair = chance.choice(pairs)
            if _is_plain(pair, engine):
                return pair


def _neighbours(text: str) -> Iterator[tuple[str, str]]:
    for (one, _, end), (other, start, _) in pairwise(analyse(text).tokens):
        if end == start and min(len(one), len(other)) > 1 and _is_chinese(one + other):
            yield one, other


def _is_plain(pair: tuple[str, str], engine: Engine) -> bool:
    one, other = pair
    overlaps = [one + other[size:] for size in range(1, len(other)) if one.endswith(other[:size])]
    least = max(2, LEAST_PHRASE * engine.manifest().passages)
    if one in other or other in one or engine.contains([one + other])[0] < least or any(engine.contains(overlaps)):
        return False
    found = engine.search(SearchRequest(Term((Run(one + other),)), limit=MOST_CHECKED, collect=()))
    if found.total > MOST_CHECKED or not all(pair in _neighbours(hit.passage.text) for hit in found.hits):
        return False
    parted: Node = Or(tuple(Pattern((one, other), ((gap, gap),)) for gap in (1, 2, 3)))
    near = engine.search(SearchRequest(And((Term((Run(one),)), Term((Run(other),)), parted)), limit=MOST_CHECKED, collect=()))
    return near.total <= MOST_CHECKED and not any(_is_parted(pair, hit.passage.text) for hit in near.hits)


def _is_parted(pair: tuple[str, str], text: str) -> bool:
    """Whether the words are neighbours among the tokens where they are none in the text."""
    return any((a[0], b[0]) == pair and a[2] != b[1] for a, b in pairwise(analyse(text).tokens))


def _run(chance: random.Random, texts: Sequence[str]) -> str:
    while True:
        text = analyse(chance.choice(texts)).match
        start = chance.randrange(max(1, len(text) - 3))
        run = text[start : start + 3]
        if len(run) == 3 and _is_chinese(run):
            return run
