"""What a query looks for when nothing answers it in full: its pairs, its words with what means the same, what kind of answer it wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from search.query import expand, interrogative, notation, paired
from search.query.analysis import longest
from search.query.analysis import words as cut
from search.query.nearest.stages import Asked, asked
from search.query.plan import Run, RunKind, Term
from search.query.syntax import Conjunction, Phrase, Query, QueryNode, Word
from search.text.fold import match_form
from search.text.segment import Token

MOST_CHARS = 400
"""Longer texts are pasted pages; what comes first says what they are about."""
_UNIT = re.compile(r"[0-9]+(?:\.[0-9]+)*|[a-z]+|[^\W_]")
_PARENTHESES = re.compile(r"\([^()]*\)")
_LEAST_OUTSIDE = 4
"""Characters outside parentheses that say enough without what is in them."""
_LEAST_NAME = 4
"""Characters of a name no dictionary knows, from which its parts are looked for: 尼勒克 is there or not."""
_LEAST_NUMBER = 3
"""Digits of a number that says something by itself: 19 is in every other year."""
_SENTENCE, _SENTENCE_PARTS = 8, 4
"""Characters that a sentence has at least, and its parts on average: less are words put side by side."""
_DIVISION = re.compile("(?:省|市|县|区|旗|盟|州|地区)$")
"""What is left off where a place is named in short."""
_MIXED = re.compile(r"([a-z]+)[- ]?([0-9]+(?:\.[0-9]+)?)")


def sought(query: Query, contains: Callable[[Sequence[str]], Sequence[int]], passages: int) -> Asked | None:
    """What the query looks for; None if it has too little to be near to: neither two words that say something nor a name as long."""
    parts = _parts(query.root)
    text = match_form(" ".join(part.text for part in parts)).text[:MOST_CHARS]
    if notation.day_of(text) is not None:
        return None  # a day is named or not: its digits are near to any other
    kind = interrogative.asked(text)
    bare = interrogative.without_cues(text)
    if bare == text and len(set(expand.content_pieces(text))) < 2 and (len(text) < _LEAST_NAME or len(expand.long_pieces(text)) < 2):
        return None
    words = tuple(dict.fromkeys(_told(cut(bare))))
    sentence = kind is None and sum(len(part.text) for part in parts) >= max(_SENTENCE, _SENTENCE_PARTS * len(parts))
    outside = _PARENTHESES.sub("\n", match_form(query.text[:MOST_CHARS]).text)
    aside = {*pairs(bare), *words} - {*pairs(outside), *_told(cut(outside))} if len(outside.strip()) >= _LEAST_OUTSIDE else ()
    wishes = tuple(form for part in parts if isinstance(part, Phrase) and (form := match_form(part.text).text))
    return asked(
        text,
        pairs(bare),
        [*(_meanings(word) for word in words), *(((pair, weight),) for pair, weight in paired.pair_words(words))],
        contains,
        passages,
        wishes=wishes,
        question=kind is not None,
        answer=kind.answer if kind else "",
        labels=(*(facets for word in dict.fromkeys(_told(longest(cut(bare)))) if (facets := expand.hints(word))), *paired.sides(bare)),
        aside=aside,
        sentence=sentence,
        places=() if sentence else sorted(frozenset().union(*places_named(bare).values())),
    )


def places_named(text: str) -> dict[str, frozenset[str]]:
    """The places that a match form names → every name by which the collection may know each."""
    found: dict[str, frozenset[str]] = {}
    for word in _told(longest(cut(text))):
        if paths := expand.place_paths(word):
            names = {word, *(match_form(path.rpartition("/")[2]).text for path in paths)}
            found[word] = frozenset(names | {stem for name in names if len(stem := _DIVISION.sub("", name)) > 1})
    return found


def _parts(root: QueryNode | None) -> tuple[Word | Phrase, ...]:
    match root:
        case Word() | Phrase():
            return (root,)
        case Conjunction(children):
            return tuple(part for child in children for part in _parts(child))
        case _:
            return ()


def pairs(text: str) -> Iterator[str]:
    """The runs of two characters that follow each other in a match form. A number or a Latin word is one unit: it counts by itself, if
    it is no short number, and with the character after it (8人, 5g网)."""
    before = ""
    end = -1
    for unit in _UNIT.finditer(text):
        wide = unit[0].isascii()
        if wide and not (unit[0].isdecimal() and len(unit[0]) < _LEAST_NUMBER):
            yield unit[0]
        if before and unit.start() == end and not wide:
            yield before + unit[0]
        before, end = unit[0], unit.end()
    for mixed in _MIXED.finditer(text):
        yield mixed[1] + mixed[2]
        yield f"{mixed[1]}-{mixed[2]}"


def _told(tokens: Sequence[Token]) -> Iterator[str]:
    """The words that say something."""
    return (word for word, _, _ in tokens if word not in expand.function_words() and (len(word) > 1 or word.isdecimal()))


def _meanings(word: str) -> tuple[tuple[str, float], ...]:
    return ((word, 1.0), *((run, weight) for run, weight in expand.synonyms(word) if run != word))


def marked(sought: Asked) -> tuple[Term, ...]:
    """What is marked in the passages near to it: its words with what means the same, and its quoted parts."""
    words = tuple(Term(tuple(Run(run, RunKind.LITERAL, share) for run, share in runs)) for runs, _ in sought.words)
    return (*(Term((Run(wish),)) for wish in sought.wishes), *words)
