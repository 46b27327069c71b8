"""What a word that occurs nowhere may have been meant as: by sound, by look, by pinyin typed. Every guess is checked against the corpus."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from search.labels.gazetteer import gazetteer
from search.query import analysis
from search.query.plan import RunKind
from search.text import pinyin
from search.text.fold import match_form

MOST_GUESSES = 2
MOST_BY_INITIALS = 3
LONGEST = 12
"""Longer words are not guessed at: their parts are."""

Contains = Callable[[Sequence[str]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Guess:
    """A run that occurs in the corpus in place of the one typed. `total` counts its passages."""

    text: str
    kind: RunKind
    total: int


class Speller(Protocol):
    """The names and terms of a generation by pinyin (`search.query.suggest.Suggester`)."""

    def spelled(self, letters: str) -> Iterable[str]:
        """Terms whose spelling, or initials, are exactly these letters; in match form, the most frequent first."""


def in_letters(words: Sequence[str]) -> str | None:
    """Words that are all Latin letters as one: mi yun is miyun, Miyun District is miyun. None if one is not."""
    if not words or not all(word.isascii() and word.isalpha() for word in words):
        return None
    kept = [word.lower() for word in words if word.lower() not in _english()[1]] or [word.lower() for word in words]
    return "".join(kept)


@cache
def _english() -> tuple[dict[str, str], frozenset[str]]:
    with (Path(__file__).parent / "data" / "english_names.toml").open("rb") as file:
        table = tomllib.load(file)
    return {letters: match_form(name).text for letters, name in table["names"].items()}, frozenset(table["levels"]["words"])


def guesses(forms: Iterable[str], contains: Contains, speller: Speller | None = None) -> dict[str, tuple[Guess, ...]]:
    """Word → the best guesses at it, best first, for those of these words (in match form, which occur nowhere) that have any. All of them
    are checked in one call."""
    ways = {form: tuple(_ways(form, speller)) for form in forms}
    unique = list(dict.fromkeys(text for several in ways.values() for way in several for text in way.candidates))
    totals = dict(zip(unique, contains(unique), strict=True)) if unique else {}
    found = {form: _best(several, totals) for form, several in ways.items()}
    return {form: best for form, best in found.items() if best}


@dataclass(frozen=True, slots=True)
class _Way:
    """One way a word may have been meant: what it may stand for. `shortest`: of what occurs, only the shortest (by initials)."""

    kind: RunKind
    candidates: tuple[str, ...]
    most: int = MOST_GUESSES
    shortest: bool = False


def _ways(form: str, speller: Speller | None) -> Iterator[_Way]:
    """The ways, from the likeliest on: a later one counts only where nothing of those before occurs."""
    if form.isascii():
        yield from _by_pinyin(form.replace("'", "").replace(" ", ""), speller)
    elif 2 <= len(form) <= LONGEST:
        yield _Way(RunKind.SPELLING, tuple(_whole(form, speller)))
        # Of two characters, one replaced by what only looks or nearly sounds like it leaves too little of the word: 鲁甘 is not 鲁番.
        for alike in (pinyin.sounds_like, pinyin.looks_like, pinyin.sounds_nearly_like)[: 1 if len(form) == 2 else None]:
            yield _Way(RunKind.SPELLING, tuple(_replaced(form, alike)))


def _by_pinyin(letters: str, speller: Speller | None) -> Iterator[_Way]:
    """Words spelled so. One syllable, or letters that are no syllables, are read as initials."""
    if not letters.isalpha() or len(letters) < 2:
        return
    english = _english()[0].get(letters)
    if english is not None:
        yield _Way(RunKind.PINYIN, (english,))
        return
    candidates = dict.fromkeys((*_names().get(letters, ()), *(speller.spelled(letters) if speller else ())))
    full = tuple(name for name in candidates if letters in pinyin.spellings(name))
    yield _Way(RunKind.PINYIN, full or tuple(candidates), MOST_BY_INITIALS, shortest=not full)


def _best(ways: Iterable[_Way], totals: Mapping[str, int]) -> tuple[Guess, ...]:
    for way in ways:
        found = [Guess(text, way.kind, total) for text in dict.fromkeys(way.candidates) if (total := totals[text])]
        found.sort(key=lambda guess: -guess.total)
        if way.shortest:
            least = min((len(guess.text) for guess in found), default=0)
            found = [guess for guess in found if len(guess.text) == least]
        if found:
            return tuple(found[: way.most])
    return ()


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Spelling → names of places and words of the lexicon, in match form; initials → names of places."""
    found: dict[str, dict[str, None]] = {}
    for names, by_initials in ((gazetteer().all_names(), True), (analysis.lexicon(), False)):
        for form in (match_form(name).text for name in names):
            if len(form) > 1:
                for key in (*pinyin.spellings(form), *((pinyin.initials(form),) if by_initials else ())):
                    found.setdefault(key, {})[form] = None
    return {key: tuple(names) for key, names in found.items()}


def _whole(form: str, speller: Speller | None) -> Iterable[str]:
    """Names and terms that sound exactly so, however they are written."""
    for spelling in pinyin.spellings(form):
        for name in (*_names().get(spelling, ()), *(speller.spelled(spelling) if speller else ())):
            if len(name) == len(form) and name != form:
                yield name


def _replaced(form: str, alike: Callable[[str], str]) -> Iterable[str]:
    """The word with one character replaced. Two characters say too little: then the result must be a word."""
    for place, char in enumerate(form):
        for other in alike(char):
            candidate = form[:place] + other + form[place + 1 :]
            if len(form) > 2 or _is_word(candidate):
                yield candidate


def _is_word(form: str) -> bool:
    return any(token[0] == form for token in analysis.words(form))
