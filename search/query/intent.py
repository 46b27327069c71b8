"""What a query offers beside its answer: words that are also facet values, and spellings that would find more. Never applied by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from search.labels.gazetteer import gazetteer
from search.labels.program.table import program_types
from search.query import expand, spelling
from search.query.describe import canonical
from search.query.parse import conjunction, parse
from search.query.planner import Asker, asked_for, plan_all
from search.query.syntax import Conjunction, Disjunction, Negation, Phrase, Query, QueryNode, Word, bare_words, has_operators
from search.question import NO_FILTERS
from search.text.fold import match_form

MOST_OFFERS = 4
_YEAR = re.compile(r"(1[89][0-9]{2}|20[0-9]{2})(?:-(20[0-9]{2}))?年?")


@dataclass(frozen=True, slots=True)
class FieldOffer:
    """A word of the query that is a facet value. `rest` is the query without it, in canonical writing."""

    facet: str
    value: str
    label: str
    word: str
    rest: str


@dataclass(frozen=True, slots=True)
class Instead:
    """Another query that finds something (`total` passages): a word of it is spelled differently."""

    text: str
    kind: str
    total: int


def facet_intent(query: Query) -> tuple[FieldOffer, ...]:
    """The years, places and program types a query names, each as a filter with the rest of the query. None for queries with operators."""
    if has_operators(query.root):
        return ()
    words = bare_words(query.root)
    found: dict[tuple[str, str], FieldOffer] = {}
    for place, word in enumerate(words):
        for facet, value, label, part in _values(match_form(word.text).text):
            left = [*words[:place], *_without(word, part), *words[place + 1 :]]
            others = [child for child in _children(query.root) if not isinstance(child, Word)]
            rest = canonical(Query(conjunction([*left, *others])))
            found.setdefault((facet, value), FieldOffer(facet, value, label, part, rest))
    return tuple(found.values())[:MOST_OFFERS]


def _children(root: QueryNode | None) -> tuple[QueryNode, ...]:
    return root.children if isinstance(root, Conjunction) else () if root is None else (root,)


def _without(word: Word, part: str) -> list[QueryNode]:
    form = match_form(word.text).text
    rest = form.replace(part, "", 1)
    return [Word(rest)] if rest and any(char.isalnum() for char in rest) else []


def _values(form: str) -> Iterator[tuple[str, str, str, str]]:
    """Facet values in a word: (facet, value, label, the part of the word)."""
    whole = list(_of_word(form))
    if whole:
        yield from whole
        return
    year = _YEAR.search(form)
    if year is not None and year[0].endswith("年"):
        value = f"{year[1]}-{year[2]}" if year[2] else year[1]
        yield "year", value, f"{value}年", year[0]
    for piece in expand.long_pieces(form):
        if len(piece) > 1:
            yield from _of_word(piece)


def _of_word(form: str) -> Iterator[tuple[str, str, str, str]]:
    year = expand.year_value(form)
    if year is not None:
        yield "year", year, f"{year}年", form
    for path in expand.place_paths(form)[:2]:
        division = gazetteer().division(path)
        if division is not None:
            yield "region", path, division.name, form
    program = expand.program_key(form) or _program_of_phrase(form)
    if program is not None:
        yield "program", program, next(kind.label for kind in program_types() if kind.key == program), form


def _program_of_phrase(form: str) -> str | None:
    """The type that the word means where it is all that is asked."""
    return next((kind.key for kind in program_types() if form in kind.asked or form in kind.strong), None)


def did_you_mean(query: Query, missing: Collection[str], asker: Asker, speller: spelling.Speller | None = None) -> tuple[Instead, ...]:
    """The query with a word that occurs nowhere (`missing`: those words, in match form) spelled otherwise, where that finds something; best
    first."""
    words = {word: form for word in asked_for(query.root) if (form := match_form(word.text).text) in missing}
    guesses = spelling.guesses(dict.fromkeys(words.values()), asker.contains, speller) if words else {}
    others = [
        (canonical(Query(_replaced(query.root, word, one.text))), one) for word, form in words.items() for one in guesses.get(form, ())
    ]
    if not others:
        return ()
    steps = plan_all([parse(text) for text, _ in others], asker.present)
    totals = asker.counts([(step.plan, NO_FILTERS) for step in steps])
    found = [Instead(text, guess.kind.value, total) for (text, guess), total in zip(others, totals, strict=True) if total]
    return tuple(sorted(found, key=lambda one: -one.total))


def _replaced(node: QueryNode | None, old: Word | Phrase, text: str) -> QueryNode | None:
    match node:
        case Word() | Phrase() if node == old:
            return type(old)(text)
        case Conjunction(children, explicit):
            return Conjunction(tuple(one for child in children if (one := _replaced(child, old, text)) is not None), explicit)
        case Disjunction(children):
            return Disjunction(tuple(one for child in children if (one := _replaced(child, old, text)) is not None))
        case Negation():
            return node
        case _:
            return node
