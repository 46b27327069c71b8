"""Queries of every class, drawn from the corpus itself by a seed, in a form every engine can be given."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search.engine.port import Choice, Filters, SearchRequest
from search.query.analysis import analyse
from search.query.plan import All, And, Node, Or, Run, Term

CLASSES = ("rare", "common", "and", "or", "phrase", "run", "prefix", "filtered", "browse")


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

    def request(self, *, facets: bool) -> SearchRequest:
        """The same for our port."""
        return SearchRequest(self._plan(), Filters(region=_choice(self.region), year=_choice(self.year)), facets=facets)

    def _plan(self) -> Node:
        texts = ("".join(self.words),) if self.phrase else self.words or tuple(filter(None, (self.run or self.prefix,)))
        terms = tuple(Term((Run(text),)) for text in texts)
        if len(terms) < 2:
            return terms[0] if terms else All()
        return Or(terms) if self.either else And(terms)


def _choice(value: str) -> Choice:
    return Choice((value,)) if value else Choice()


def queries(
    texts: Sequence[str], vocabulary: Iterable[tuple[str, int]], passages: int, each: int, regions: Sequence[str]
) -> Iterator[tuple[str, tuple[Query, ...]]]:
    """`each` queries of every class. `texts` is a sample of the corpus."""
    chance = random.Random(11)
    counts = Counter({word: count for word, count in vocabulary if len(word) >= 2 and all("\u4e00" <= char <= "\u9fa5" for char in word)})
    common = sorted(word for word, count in counts.items() if 0.1 * passages <= count <= 0.5 * passages)
    middling = sorted(word for word, count in counts.items() if 0.01 * passages <= count < 0.1 * passages)
    rare = sorted(word for word, count in counts.items() if 0.0001 * passages < count <= 0.001 * passages)
    provinces = sorted({region.split("/")[0] for region in regions})

    def filtered() -> Query:
        return Query(tuple(chance.sample(common, 2)), region=chance.choice(provinces), year=str(chance.choice((2019, 2020, 2021))))

    makers = {
        "rare": lambda: Query((chance.choice(rare),)),
        "common": lambda: Query((chance.choice(common),)),
        "and": lambda: Query(tuple(chance.sample(common, 2))),
        "or": lambda: Query((chance.choice(common), *chance.sample(middling, 2)), either=True),
        "phrase": lambda: Query(_neighbours(chance, texts), phrase=True),
        "run": lambda: Query(run=_run(chance, texts)),
        "prefix": lambda: Query(prefix=chance.choice(middling)),
        "filtered": filtered,
        "browse": Query,
    }
    for name in CLASSES:
        yield name, tuple(makers[name]() for _ in range(each))


def _neighbours(chance: random.Random, texts: Sequence[str]) -> tuple[str, ...]:
    while True:
        tokens = analyse(chance.choice(texts)).tokens
        pairs = [(a[0], b[0]) for a, b in pairwise(tokens) if a[2] == b[1] and min(len(a[0]), len(b[0])) > 1]
        if pairs:
            return chance.choice(pairs)


def _run(chance: random.Random, texts: Sequence[str]) -> str:
    while True:
        text = analyse(chance.choice(texts)).match
        start = chance.randrange(max(1, len(text) - 3))
        run = text[start : start + 3]
        if len(run) == 3 and all("\u4e00" <= char <= "\u9fa5" for char in run):
            return run
