"""What a word that stands nowhere may have been meant as: by sound, by look, by pinyin typed. Every guess is checked against the corpus."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
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
    """A run that stands in the corpus in place of the one typed. `total` counts its passages."""

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


def guesses(form: str, contains: Contains, speller: Speller | None = None) -> tuple[Guess, ...]:
    """The best guesses at a word in match form that stands nowhere, best first."""
    if form.isascii():
        return _by_pinyin(form.replace("'", "").replace(" ", ""), contains, speller)
    if len(form) < 2 or len(form) > LONGEST:
        return ()
    # Of two characters, one replaced by what only looks or nearly sounds like it leaves too little of the word: 鲁甘 is not 鲁番.
    alike = (pinyin.sounds_like, pinyin.looks_like, pinyin.sounds_nearly_like)[: 1 if len(form) == 2 else None]
    for candidates in (list(_whole(form, speller)), *(list(_replaced(form, one)) for one in alike)):
        found = _occurring(candidates, RunKind.SPELLING, contains)
        if found:
            return found[:MOST_GUESSES]
    return ()


def _by_pinyin(letters: str, contains: Contains, speller: Speller | None) -> tuple[Guess, ...]:
    """Words spelled so. One syllable, or letters that are no syllables, are read as initials."""
    if not letters.isalpha() or len(letters) < 2:
        return ()
    english = _english()[0].get(letters)
    if english is not None:
        return _occurring([english], RunKind.PINYIN, contains)
    candidates = dict.fromkeys((*_names().get(letters, ()), *(speller.spelled(letters) if speller else ())))
    full = [name for name in candidates if letters in pinyin.spellings(name)]
    found = _occurring(full or list(candidates), RunKind.PINYIN, contains)
    shortest = min((len(guess.text) for guess in found), default=0)
    return tuple(guess for guess in found if len(guess.text) == shortest or full)[:MOST_BY_INITIALS]


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


def _occurring(candidates: Sequence[str], kind: RunKind, contains: Contains) -> tuple[Guess, ...]:
    if not candidates:
        return ()
    unique = list(dict.fromkeys(candidates))
    found = [Guess(text, kind, total) for text, total in zip(unique, contains(unique), strict=True) if total]
    return tuple(sorted(found, key=lambda guess: -guess.total))
