"""How characters sound and which are taken for each other: readings without tones, homophones, look-alikes.

A *spelling* is a text's readings in small letters, one after the other (密云 → miyun); its *initials* are their first letters (my).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice, product
from pathlib import Path

DATA = Path(__file__).parent / "data"
MOST_SPELLINGS = 8
"""Characters with several readings make several spellings of a text; no more than these are looked at."""
MOST_ALIKE = 40
_LETTERS = re.compile(r"[a-z]+")

# Pairs that many speakers do not tell apart, as first → second, at the start and at the end of a syllable.
_STARTS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"))
_ENDS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    with (DATA / "pinyin.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                char, readings, _ = line.split("\t")
                found[char] = tuple(readings.split(","))
    return found


class _Sounds(dict[int, str]):
    """Code point → what is said for it; what has no reading says itself, in small letters."""

    def __init__(self, longest: int | None) -> None:
        super().__init__({ord(char): found[0][:longest] for char, found in _readings().items()})
        self._longest = longest

    def __missing__(self, code: int) -> str:
        return chr(code).lower()[: self._longest]


@cache
def _first_readings() -> _Sounds:
    return _Sounds(None)


@cache
def _first_letters() -> _Sounds:
    return _Sounds(1)


@cache
def _by_sound() -> dict[str, str]:
    """Reading → the characters that have it, the commonest first."""
    found: dict[str, list[str]] = {}
    for char, readings in _readings().items():
        for reading in readings:
            found.setdefault(reading, []).append(char)
    return {reading: "".join(chars) for reading, chars in found.items()}


@cache
def _shapes() -> dict[str, str]:
    found: dict[str, dict[str, None]] = {}
    for line in (DATA / "shapes.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        for char in line:
            found.setdefault(char, {}).update(dict.fromkeys(other for other in line if other != char))
    return {char: "".join(others) for char, others in found.items()}


def readings(char: str) -> tuple[str, ...]:
    """The readings of a simplified character, the commonest first; none for anything else."""
    return _readings().get(char, ())


@cache
def syllables() -> frozenset[str]:
    """Every reading there is."""
    return frozenset(_by_sound())


def spellings(text: str) -> tuple[str, ...]:
    """The spellings of a text, the likeliest first; letters and digits in it spell themselves. At most `MOST_SPELLINGS`."""
    choices = [readings(char) or (char.lower(),) for char in text]
    return tuple(dict.fromkeys("".join(chosen) for chosen in islice(product(*choices), MOST_SPELLINGS)))


def spelling(text: str) -> str:
    """The likeliest spelling of a text."""
    return text.translate(_first_readings())


def initials(text: str) -> str:
    """The first letters of the commonest readings: 密云 → my."""
    return text.translate(_first_letters())


def is_spelling(text: str) -> bool:
    """Whether letters can be read as syllables from end to end (miyun, xian, xi'an)."""
    plain = text.replace("'", "")
    return _LETTERS.fullmatch(plain) is not None and _reads(plain)


@cache
def _reads(letters: str) -> bool:
    if not letters:
        return True
    return any(letters[:length] in syllables() and _reads(letters[length:]) for length in range(min(6, len(letters)), 0, -1))


def sounds_like(char: str) -> str:
    """Other characters with a reading of this one, the commonest first."""
    found = dict.fromkeys(other for reading in readings(char) for other in _by_sound()[reading][: MOST_ALIKE * 2])
    found.pop(char, None)
    return "".join(found)[:MOST_ALIKE]


def sounds_nearly_like(char: str) -> str:
    """Other characters that many speakers say alike (z/zh, n/l, in/ing …)."""
    sounds = [near for reading in readings(char) for near in _near(reading)]
    found = dict.fromkeys(other for sound in sounds for other in _by_sound().get(sound, "")[:MOST_ALIKE])
    found.pop(char, None)
    return "".join(found)[:MOST_ALIKE]


def looks_like(char: str) -> str:
    """Other characters taken for this one by look."""
    return _shapes().get(char, "")


def _near(reading: str) -> list[str]:
    found = []
    for long, short in _STARTS:
        if reading.startswith(long):
            found.append(short + reading[len(long) :])
        elif reading.startswith(short):
            found.append(long + reading[len(short) :])
    for long, short in _ENDS:
        if reading.endswith(long):
            found.append(reading[: -len(long)] + short)
        elif reading.endswith(short):
            found.append(reading[: -len(short)] + long)
    return found
