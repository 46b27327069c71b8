"""From a query to a plan, and from a plan that finds nothing to wider ones, step by step.

Steps are chosen over the whole corpus, before any filter, so that choosing a facet value never changes what is searched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from search.query import expand, spelling
from search.query.nearest import reading
from search.query.nearest.stages import Asked, NearPassage
from search.query.plan import All, Listed, Node, RunKind
from search.query.syntax import Conjunction, Phrase, Query, QueryNode, Word, bare_words, has_operators
from search.query.translate import Contains, Count, PlannedStep, Translation
from search.text.fold import match_form

__all__ = ["FEW", "Contains", "Count", "PlannedStep", "choose", "plan", "relaxations"]


class Asker(Protocol):
    """What planning asks of an engine."""

    def contains(self, runs: Sequence[str]) -> Sequence[int]: ...

    def count(self, plan: Node) -> int: ...

    def nearest(self, sought: Asked) -> tuple[NearPassage, ...]: ...


Guesses = dict[str, tuple[spelling.Guess, ...]]
"""Word → how it may have been meant."""

FEW = 40
"""Below so many passages, the nearest ones are shown beside those that a query finds."""


def plan(query: Query, contains: Contains | None = None) -> PlannedStep:
    """The query as typed. With `contains`, expansions that occur nowhere are left out."""
    planner = Translation(query, contains, exact=has_operators(query.root))
    node = planner.node(query.root)
    return PlannedStep("", "", node, tuple(planner.expansions.values()), tuple(planner.notes))


def relaxations(query: Query, contains: Contains, speller: spelling.Speller | None = None) -> Iterator[PlannedStep]:
    """Other readings of a query that finds nothing: its words spelled otherwise. None for queries with operators."""
    if has_operators(query.root) or not isinstance(query.root, Word | Conjunction):
        return
    words = bare_words(query.root)
    if not words:
        return
    spelled = spelling.in_letters([word.text for word in words])
    if spelled is not None and len(words) > 1:
        query = replace(query, root=Word(spelled))
        words = (Word(spelled),)
    guesses = _guesses(words, contains, speller)
    if guesses and query.root is not None:
        kinds = {guess.kind for one in guesses.values() for guess in one}
        code = "pinyin" if kinds == {RunKind.PINYIN} else "spelling"
        said = "、".join(f"“{word}”→“{'”“'.join(guess.text for guess in found)}”" for word, found in guesses.items())
        how = "拼音" if code == "pinyin" else "相近的写法"
        yield _step(code, f"没有找到原词，按{how}检索：{said}。", query, contains, query.root, guesses)


def _step(code: str, message: str, query: Query, contains: Contains, root: QueryNode, guesses: Guesses) -> PlannedStep:
    planner = Translation(query, contains, guesses=guesses)
    node = planner.node(root)
    return PlannedStep(code, message, node, tuple(planner.expansions.values()), (), tuple(guesses.items()))


def _own_writings(text: str) -> list[str]:
    own = [run.text for run in expand.own_runs(text)]
    return [*own, *expand.number_runs(own[0])] if own else []


def _guesses(words: Iterable[Word], contains: Contains, speller: spelling.Speller | None) -> Guesses:
    """For every word found nowhere, how it may have been meant."""
    forms = [match_form(word.text).text for word in words]
    forms = [form for form in forms if form]
    counts = contains(forms) if forms else ()
    found = {form: spelling.guesses(form, contains, speller) for form, count in zip(forms, counts, strict=True) if not count}
    return {form: guesses for form, guesses in found.items() if guesses}


def choose(query: Query, asker: Asker, speller: spelling.Speller | None = None) -> PlannedStep:
    """The first reading of the query that finds anything over the whole corpus: as typed, or relaxed; else its nearest passages, if it says
    enough to be near to."""
    chosen = plan(query, asker.contains)
    total = asker.count(chosen.plan)
    if not total:
        for step in relaxations(query, asker.contains, speller):
            if total := asker.count(step.plan):
                chosen = step
                break
    if not total and (nearest := _also(query, chosen, asker)) is not None:
        return PlannedStep("nearest", "没有一段同时含有这些词，改为列出最相近的段落。", nearest)
    return replace(chosen, few=0 < total < FEW)


def below(query: Query, step: PlannedStep, asker: Asker) -> Node | None:
    """What is shown below the passages of a step that finds few, and counted apart: the nearest ones of the query."""
    return _also(query, step, asker) if step.few else None


def _is_bare(query: Query) -> bool:
    return not has_operators(query.root) and isinstance(query.root, Word | Phrase | Conjunction) and bool(bare_words(query.root))


def _also(query: Query, step: PlannedStep, asker: Asker) -> Node | None:
    """The passages nearest to the query; for a word found nowhere, those of the program type it names."""
    if not _is_bare(query):
        return None
    sought = reading.sought(query, asker.contains, asker.count(All()))
    if sought is not None:
        found = asker.nearest(sought)
        return Listed(tuple((one.key, one.score) for one in found), reading.marked(sought)) if found else None
    words = bare_words(query.root)
    if len(words) != 1 or step.guesses or any(asker.contains(_own_writings(words[0].text))):
        return None
    return Translation(query, asker.contains).named_program(words[0])
