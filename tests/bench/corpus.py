"""Corpora for measuring: as large as asked for, the same on every machine.

Sentences have the shapes of the seeds' sentences (word lengths, numbers, punctuation). Two thirds of the words are drawn from jieba's
dictionary by its own frequencies, which fall off as in real text; the rest stay, so that the words of the field are frequent. Documents
have a few places, years and programs of their own, and their passages draw from these; both are skewed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.model import BlockKind, Document, Passage, ProgramLabel, RegionLabel, YearLabel
from search.query.analysis import analyse

SEEDS = Path(__file__).parents[2] / "seeds"
PROGRAMS = ("leadership", "funding", "industry", "labour", "consumption", "education", "health", "talent", "society", "infrastructure",
            "science", "tourism", "finance", "disability", "epidemic")  # fmt: skip
MEAN_LENGTH = 200
"""Characters a passage, on average."""
DOCUMENT_PASSAGES = 40
_SENTENCE = re.compile(r"[^。！？]+[。！？]")
_HAN = re.compile(r"[一-龥]+")
_POOL = 1 << 20

Shape = tuple[tuple[str, bool], ...]
"""The pieces of a sentence, and whether each is a word that may be replaced."""


@cache
def _shapes() -> tuple[Shape, ...]:
    shapes: list[Shape] = []
    for path in sorted(SEEDS.glob("*.txt")):
        text = re.sub(r"\s+", "", path.read_text(encoding="utf-8"))
        shapes.extend(_shape(sentence) for sentence in _SENTENCE.findall(text) if 10 <= len(sentence) <= 120)
    return tuple(shapes)


def _shape(sentence: str) -> Shape:
    analysis = analyse(sentence)
    pieces: list[tuple[str, bool]] = []
    position = 0
    longest = {start: max(end for _, begin, end in analysis.tokens if begin == start) for _, start, _ in analysis.tokens}
    for start in sorted(longest):
        if start < position:
            continue
        if start > position:
            pieces.append((analysis.match[position:start], False))
        word = analysis.match[start : longest[start]]
        pieces.append((word, _HAN.fullmatch(word) is not None and len(word) <= 4))
        position = longest[start]
    pieces.append((analysis.match[position:], False))
    return tuple(pieces)


def _words(chance: np.random.Generator) -> dict[int, Iterator[str]]:
    """For every word length an endless stream of words, drawn by the dictionary's frequencies."""
    by_length: dict[int, tuple[list[str], list[int]]] = {length: ([], []) for length in range(1, 5)}
    for line in (files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, *_ = line.split(" ")
        if len(word) in by_length and _HAN.fullmatch(word):
            by_length[len(word)][0].append(word)
            by_length[len(word)][1].append(int(frequency) + 1)
    return {length: _stream(chance, words, np.array(weights, float)) for length, (words, weights) in by_length.items()}


def _stream(chance: np.random.Generator, words: list[str], weights: NDArray[np.float64]) -> Iterator[str]:
    borders = np.cumsum(weights / weights.sum())
    while True:
        for place in np.minimum(np.searchsorted(borders, chance.random(_POOL)), len(words) - 1).tolist():
            yield words[place]


def _skewed(count: int, power: float) -> NDArray[np.float64]:
    weights = 1.0 / np.arange(1, count + 1) ** power
    return np.cumsum(weights / weights.sum())


def _draw(chance: np.random.Generator, borders: NDArray[np.float64], count: int) -> list[int]:
    return sorted(set(np.minimum(np.searchsorted(borders, chance.random(count)), len(borders) - 1).tolist()))


@cache
def regions() -> tuple[str, ...]:
    """Some 1,500 made-up counties in 30 provinces, three levels deep, the first ones the most frequent."""
    paths = [f"{p:02d}省/{p:02d}{c:02d}市/{p:02d}{c:02d}{d:02d}县" for p in range(30) for c in range(10) for d in range(5)]
    return tuple(paths[place] for place in np.random.default_rng(5).permutation(len(paths)).tolist())


def documents(passages: int, seed: int = 1) -> Iterator[Document]:
    """Documents of about forty passages each, `passages` in all."""
    chance = np.random.default_rng(seed)
    words = _words(chance)
    made = 0
    number = 0
    while made < passages:
        size = min(passages - made, int(chance.integers(DOCUMENT_PASSAGES // 2, DOCUMENT_PASSAGES * 3 // 2)))
        yield _document(chance, words, number, size)
        made += size
        number += 1


def _document(chance: np.random.Generator, words: dict[int, Iterator[str]], number: int, size: int) -> Document:
    name = f"{number:06d}"
    places = [regions()[at] for at in _draw(chance, _skewed(len(regions()), 0.8), 5)]
    years = [2021 - at for at in _draw(chance, _skewed(20, 1.0), 4)]
    programs = [PROGRAMS[at] for at in _draw(chance, _skewed(len(PROGRAMS), 0.7), 5)]
    passages = tuple(_passage(chance, words, name, order, places, years, programs) for order in range(1, size + 1))
    title = "".join(islice(words[2], 5))
    return Document(name, title, f"{name}.txt", "0" * 64, "txt", passages, year=years[0])


def _some(chance: np.random.Generator, values: list[str], most: int) -> list[str]:
    return list(dict.fromkeys(values[int(at * len(values))] for at in chance.random(int(chance.integers(0, most + 1)))))


def _passage(
    chance: np.random.Generator, words: dict[int, Iterator[str]], document: str, order: int, places: list[str], years: list[int],
    programs: list[str],
) -> Passage:  # fmt: skip
    kind = BlockKind.BODY if chance.random() < 0.85 else BlockKind.HEADING if chance.random() < 0.5 else BlockKind.CAPTION
    return Passage(
        id=f"{document}-{order:04d}", document_id=document, order=order, kind=kind, text=_text(chance, words),
        source_lines=((order, order),),
        regions=tuple(RegionLabel(path, evidence=((0, 2),)) for path in _some(chance, places, 4)),
        years=tuple(YearLabel(int(year), evidence=((0, 2),)) for year in _some(chance, [str(year) for year in years], 2)),
        programs=tuple(ProgramLabel(key, key, 1.0, ((0, 2),)) for key in _some(chance, programs, 2)),
    )  # fmt: skip


def _text(chance: np.random.Generator, words: dict[int, Iterator[str]]) -> str:
    shapes = _shapes()
    wanted = min(900, max(20, int(chance.gamma(2.5, (MEAN_LENGTH - 25) / 2.5))))
    pieces: list[str] = []
    length = 0
    while length < wanted:
        shape = shapes[int(chance.integers(len(shapes)))]
        keeps = chance.random(len(shape)).tolist()
        for (piece, replaceable), keep in zip(shape, keeps, strict=True):
            one = next(words[len(piece)]) if replaceable and keep > 0.35 else piece
            pieces.append(one)
            length += len(one)
    return "".join(pieces)
