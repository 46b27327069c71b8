"""From a query to a plan, and from a plan that finds nothing to another reading of the query, or to what is near to it.

Steps are chosen over the whole corpus, before any filter, so that choosing a facet value never changes what is searched. Queries are
planned together, and the engine is asked once for all of them: which runs occur (`present`), then how much each plan finds (`counts`).
Only a query that finds nothing, or little, asks more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from search.query import expand, spelling
from search.query.nearest import reading
from search.query.nearest.stages import Asked, NearPassage
from search.query.plan import Listed, Node, RunKind
from search.query.score import Statistics
from search.query.syntax import Conjunction, Disjunction, Phrase, Query, QueryNode, Remark, Word, bare_words, has_operators
from search.query.translate import PlannedStep, Translation, without
from search.question import NO_FILTERS, Filters
from search.text.fold import match_form

__all__ = ["FEW", "Asker", "PlannedStep", "asked_for", "below", "plan_all", "settled"]


class Asker(Protocol):
    """What planning asks of an engine (`search.engine.port.Engine`)."""

    def present(self, runs: Collection[str]) -> frozenset[str]: ...

    def contains(self, runs: Sequence[str]) -> Sequence[int]: ...

    def counts(self, wanted: Sequence[tuple[Node, Filters]], at_most: int | None = None) -> Sequence[int]: ...

    def nearest(self, sought: Asked) -> tuple[NearPassage, ...]: ...

    def statistics(self) -> Statistics: ...


Present = Callable[[Collection[str]], frozenset[str]]
"""Those of these runs that occur in any passage."""
Guesses = dict[str, tuple[spelling.Guess, ...]]
"""Word → how it may have been meant."""

FEW = 40
"""Below so many passages, the nearest ones are shown beside those that a query finds."""


def plan_all(queries: Sequence[Query], present: Present | None = None) -> list[PlannedStep]:
    """Queries as typed; `present` is asked once for all of them. With it, expansions that occur nowhere are left out."""
    drafts = []
    for query in queries:
        translation = Translation(query, exact=has_operators(query.root))
        drafts.append((translation, PlannedStep("", "", translation.node(query.root))))
    return _occurring(drafts, present)


def _occurring(drafts: Sequence[tuple[Translation, PlannedStep]], present: Present | None) -> list[PlannedStep]:
    """The plans with their expansions, without the runs that occur nowhere."""
    said = [frozenset(_said(translation.query.root)) if present else frozenset() for translation, _ in drafts]
    asked = frozenset[str]().union(*said, *(translation.doubtful for translation, _ in drafts))
    there = present(asked) if present and asked else asked
    return [_finished(*draft, there, words - there) for draft, words in zip(drafts, said, strict=True)]


def _finished(translation: Translation, step: PlannedStep, there: frozenset[str], missing: frozenset[str]) -> PlannedStep:
    absent = translation.doubtful - there
    expansions = tuple(one for one in translation.expansions.values() if one.kind == "facet" or one.target not in absent)
    node = without(step.plan, absent) if absent else step.plan
    return replace(step, plan=node, expansions=expansions, notes=tuple(translation.notes), missing=missing)


def _said(root: QueryNode | None) -> Iterator[str]:
    """The words and phrases that are asked for, in match form; words in Latin letters as one, too."""
    for part in asked_for(root):
        if form := match_form(part.text).text:
            yield form
    if (spelled := _spelled(root)) is not None:
        yield spelled.text


def asked_for(node: QueryNode | None) -> Iterator[Word | Phrase]:
    """The words and phrases that a query asks for."""
    match node:
        case Word() | Phrase():
            yield node
        case Conjunction(children) | Disjunction(children):
            for child in children:
                yield from asked_for(child)


def _spelled(root: QueryNode | None) -> Word | None:
    """The words of a query as one, where they are Latin letters and more than one."""
    words = bare_words(root)
    letters = spelling.in_letters([word.text for word in words]) if len(words) > 1 else None
    return None if letters is None else Word(letters)


def relaxed(query: Query, step: PlannedStep, asker: Asker, speller: spelling.Speller | None = None) -> PlannedStep | None:
    """Another reading of a query that finds nothing as typed: its words spelled otherwise. None for queries with operators."""
    if has_operators(query.root) or not isinstance(query.root, Word | Conjunction):
        return None
    if (spelled := _spelled(query.root)) is not None:
        query = replace(query, root=spelled)
    forms = (match_form(word.text).text for word in bare_words(query.root))
    guesses = spelling.guesses([form for form in forms if form in step.missing], asker.contains, speller)
    if not guesses:
        return None
    kinds = {guess.kind for one in guesses.values() for guess in one}
    code = "pinyin" if kinds == {RunKind.PINYIN} else "spelling"
    said = "、".join(f"“{word}”→“{'”“'.join(guess.text for guess in found)}”" for word, found in guesses.items())
    how = "拼音" if code == "pinyin" else "相近的写法"
    translation = Translation(query, guesses=guesses)
    node = translation.node(query.root)
    draft = PlannedStep(code, f"没有找到原词，按{how}检索：{said}。", node, guesses=tuple(guesses.items()))
    (found,) = _occurring([(translation, draft)], asker.present if translation.doubtful else None)
    return replace(found, notes=(), missing=step.missing)


def settled(query: Query, step: PlannedStep, total: int, asker: Asker, speller: spelling.Speller | None = None) -> PlannedStep:
    """What is chosen for a query that finds `total` passages as typed (`FEW` may stand for any number above it)."""
    if not total and (wider := relaxed(query, step, asker, speller)) is not None:
        (total,) = asker.counts([(wider.plan, NO_FILTERS)], FEW)
        step = wider if total else step
    if not total and (nearest := _also(query, step, asker)) is not None:
        notes = _absent("word-absent", _words_absent(query, step), query)
        return PlannedStep("nearest", "没有一段同时含有这些词，改为列出最相近的段落。", nearest, notes=notes, missing=step.missing)
    if not total and (absent := _places_absent(query, asker)):
        return replace(step, few=False, notes=(*step.notes, *_absent("place-absent", absent, query)))
    return replace(step, few=0 < total < FEW)


def _absent(code: str, names: Sequence[str], query: Query) -> tuple[Remark, ...]:
    """What the reader is told of what occurs nowhere."""
    said = "、".join(f"“{name}”" for name in names)
    return (Remark(code, f"这里收的文献没有说到{said}。", 0, len(query.text)),) if names else ()


def _words_absent(query: Query, step: PlannedStep) -> list[str]:
    """The words, of several, that occur nowhere. A question is one word that nobody wrote: that says nothing."""
    words = bare_words(query.root)
    return [word.text for word in words if match_form(word.text).text in step.missing] if len(words) > 1 else []


def _places_absent(query: Query, asker: Asker) -> list[str]:
    """The places that a bare query names and the collection never does, under any name."""
    if not _is_bare(query):
        return []
    named = reading.places_named(match_form(query.text[: reading.MOST_CHARS]).text)
    present = asker.present(sorted(frozenset().union(*named.values()))) if named else frozenset()
    return [name for name, names in named.items() if names.isdisjoint(present)]


def below(query: Query, step: PlannedStep, asker: Asker) -> Node | None:
    """What is shown below the passages of a step that finds few, and counted apart: the nearest ones of the query."""
    return _also(query, step, asker) if step.few else None


def _is_bare(query: Query) -> bool:
    return not has_operators(query.root) and isinstance(query.root, Word | Phrase | Conjunction) and bool(bare_words(query.root))


def _also(query: Query, step: PlannedStep, asker: Asker) -> Node | None:
    """The passages nearest to the query; for a word found nowhere, those of the program type it names."""
    if not _is_bare(query):
        return None
    sought = reading.sought(query, asker.contains, asker.statistics().passages)
    if sought is not None:
        found = asker.nearest(sought)
        return Listed(tuple((one.key, one.score) for one in found), reading.marked(sought)) if found else None
    words = bare_words(query.root)
    if len(words) != 1 or step.guesses or match_form(words[0].text).text not in step.missing or asker.present(_own_writings(words[0].text)):
        return None
    return Translation(query).named_program(words[0])


def _own_writings(text: str) -> list[str]:
    own = [run.text for run in expand.own_runs(text)]
    return [*own, *expand.number_runs(own[0])] if own else []
