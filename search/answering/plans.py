"""The plans of questions, kept by their texts, and the totals of several questions: planned together, in two calls of the engine."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Generic, TypeVar

from search.engine.port import Engine, Narrowed
from search.query.intent import Instead, did_you_mean
from search.query.parse import parse
from search.query.plan import Node
from search.query.planner import FEW, PlannedStep, below, plan_all, settled
from search.query.suggest import Suggester
from search.query.syntax import Query
from search.question import NO_FILTERS, Question
from search.settings import Settings

KEPT = 512
"""Texts whose plans are kept, so that paging and facets read and plan a query once."""

_Text = tuple[str, tuple[str, ...], bool]
"""What a plan hangs on: text, expansions switched off, whether it is taken literally."""
_Read = tuple[Query, PlannedStep]
_Value = TypeVar("_Value")


class Plans:
    """What the texts of questions mean in one generation. Safe for several threads, which may plan one text twice."""

    def __init__(self, engine: Engine, suggester: Suggester, settings: Settings) -> None:
        self._engine, self._suggester, self._settings = engine, suggester, settings
        self._plans: _Kept[_Read] = _Kept()
        self._nearest: _Kept[tuple[Node | None]] = _Kept()
        self._spelled: _Kept[tuple[Instead, ...]] = _Kept()

    def query(self, question: Question) -> Query:
        """The text, read; the engine is not asked."""
        known = self._plans.get(_text(question))
        return known[0] if known else parse(question.text, self._settings, question.off)

    def read(self, question: Question) -> _Read:
        """The text, read and planned over the whole collection."""
        if (known := self._plans.get(_text(question))) is None:
            self.ahead((), question)
            known = self._plans.get(_text(question))
        assert known is not None
        return known

    def totals(self, questions: Sequence[Question]) -> list[int]:
        """The exact total of each question."""
        return self.ahead(questions)()

    def ahead(self, questions: Sequence[Question], first: Question | None = None) -> Callable[[], list[int]]:
        """Plans these questions, and the first one too, in one round. What is given back tells the exact totals of the questions; it asks
        more only where one finds nothing as it was typed.

        The two counts of a plan, over the whole collection and under the filters of its question, follow each other, those of `first` come
        last: a body that searches a plan right after counting it has it at hand."""
        texts = [_text(question) for question in questions]
        every = dict.fromkeys(texts if first is None else [*texts, _text(first)])
        plans = {text: known for text in every if (known := self._plans.get(text)) is not None}
        drafts = self._drafts([text for text in every if text not in plans])
        wanted: dict[Narrowed, None] = {}
        for text, filters in [(_text(question), question.filters) for question in questions]:
            wanted |= dict.fromkeys(_whole(drafts, text))
            wanted[(plans.get(text) or drafts[text])[1].plan, filters] = None
        if first is not None:
            wanted |= dict.fromkeys(_whole(drafts, _text(first)))
        counts = self._engine.counts(list(wanted), None if questions else FEW) if wanted else ()
        counted = dict(zip(wanted, counts, strict=True))

        def settle(text: _Text) -> Node:
            if text not in plans:
                query, step = drafts[text]
                for whole in _whole(drafts, text):
                    step = settled(query, step, counted[whole], self._engine, self._suggester)
                plans[text] = query, step
                self._plans.put(text, plans[text])
            return plans[text][1].plan

        def totals() -> list[int]:
            asked = [(settle(_text(question)), question.filters) for question in questions]
            left = [one for one in dict.fromkeys(asked) if one not in counted]
            counted.update(zip(left, self._engine.counts(left), strict=True) if left else ())
            return [counted[one] for one in asked]

        if first is not None:
            settle(_text(first))
        return totals

    def below(self, question: Question) -> Node | None:
        """The nearest passages, to be shown below those of a question that finds few; None where there are none."""
        query, step = self.read(question)
        if not step.few:
            return None
        known = self._nearest.get(_text(question)) or (below(query, step, self._engine),)
        self._nearest.put(_text(question), known)
        return known[0]

    def spelled_otherwise(self, question: Question) -> tuple[Instead, ...]:
        """Queries with another spelling of what occurs nowhere, with their totals over the whole collection."""
        query, step = self.read(question)
        known = self._spelled.get(_text(question))
        if known is None:
            known = did_you_mean(query, step.missing, self._engine, self._suggester)
            self._spelled.put(_text(question), known)
        return known

    def _drafts(self, texts: Sequence[_Text]) -> dict[_Text, _Read]:
        """Texts planned as they were typed."""
        queries = [parse(text, self._settings, off) for text, off, _ in texts]
        steps = plan_all(queries, self._engine.present) if queries else ()
        return {text: (query, step) for text, query, step in zip(texts, queries, steps, strict=True)}


def _text(question: Question) -> _Text:
    return question.text, question.off, question.literal


def _whole(drafts: Mapping[_Text, _Read], text: _Text) -> tuple[Narrowed, ...]:
    """The count over the whole collection that decides on a draft; none for one that is taken literally, or is settled."""
    return () if text not in drafts or text[2] else ((drafts[text][1].plan, NO_FILTERS),)


class _Kept(Generic[_Value]):
    """The last `KEPT` values by text."""

    def __init__(self) -> None:
        self._values: OrderedDict[_Text, _Value] = OrderedDict()
        self._lock = Lock()

    def get(self, text: _Text) -> _Value | None:
        with self._lock:
            if text in self._values:
                self._values.move_to_end(text)
            return self._values.get(text)

    def put(self, text: _Text, value: _Value) -> None:
        with self._lock:
            self._values[text] = value
            if len(self._values) > KEPT:
                self._values.popitem(last=False)
