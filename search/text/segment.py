"""The one door to jieba: cuts a text in match form into words, the same way for index and query.

Only runs of Han characters reach jieba, everything else is cut here: a number with its decimals and a run of other letters is one word,
punctuation is none. So `rjieba` and `jieba` agree on every text, and either serves (`rjieba` is some twenty times faster).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.metadata import version
from itertools import accumulate
from operator import itemgetter
from types import ModuleType
from typing import Any

Token = tuple[str, int, int]
"""A word with its half-open range in match form."""

_LETTERS = r"[^\W_\u4e00-\u9fa5\u3400-\u4db5\u9fa6-\u9fff\U00020000-\U000323af]"
_OTHER = re.compile(r"[^\u4e00-\u9fa5]+")
_OTHERS = re.compile(r"[^\u4e00-\u9fa5]")
_WORD = re.compile(rf"[0-9]+(?:\.[0-9]+)*(?:{_LETTERS})*|{_LETTERS}+|[\u3400-\u4db5\u9fa6-\u9fff\U00020000-\U000323af]")
_STOP = "，"
_PLACE = itemgetter(1, 2)
_FREQUENT = 5_000
"""How often an added word of three or more characters counts as seen at least, so that it stays whole between any neighbours. A word of
two gets just what keeps it whole when it stands alone: more would tear the words around it."""

_RARE = 3
"""How often a name that the dictionary lacks counts as seen."""


def _native() -> ModuleType | None:
    """rjieba, loaded when the first text is cut: its dictionary comes with the import, and a page that cuts nothing never needs it."""
    try:
        return import_module("rjieba")
    except ImportError:  # no wheel for this platform: jieba itself does the same, slower
        return None


class Segmenter:
    """Cuts by jieba's dictionary and the words given, in search mode: long words come with the shorter words inside them.

    Words are in match form; those with anything but Han characters are ignored (they are cut by their shape). `names` are words too
    where the dictionary lacks them, but rare ones: they are between words, never tear one (孙子|长大 is not 子长)."""

    def __init__(self, words: Iterable[str] = (), *, names: Iterable[str] = (), native: bool = True) -> None:
        added = [word for word in words if len(word) > 1 and not _OTHER.search(word)]
        self._han: Callable[[str], Sequence[Token]]
        self._cut: Callable[[str], Sequence[str]]
        self._tag: Callable[[str], Sequence[tuple[str, str]]]
        rjieba = _native() if native else None
        if rjieba is not None:
            self.name = f"rjieba {version('rjieba')}"
            fast = _Fast.take(rjieba)
            for word in added:
                fast.add_word(word, _frequency(word, fast.suggest_freq(word)), "n")
            for name in [name for name in names if len(fast.cut(name, False)) > 1]:
                fast.add_word(name, _RARE, "ns")
            self._han = lambda text: fast.tokenize(text, "search", False)
            self._cut = lambda text: fast.cut(text, False)
            self._tag = lambda text: fast.tag(text, False)
        else:
            jieba = import_module("jieba")
            self.name = f"jieba {version('jieba')}"
            jieba.setLogLevel(logging.WARNING)
            slow = jieba.Tokenizer()
            for word in added:
                slow.add_word(word, _frequency(word, slow.suggest_freq(word)))
            for name in [name for name in names if len(slow.lcut(name, HMM=False)) > 1]:
                slow.add_word(name, _RARE)
            self._han = lambda text: [token for token in slow.tokenize(text, "search", False) if token[0]]
            self._cut = lambda text: slow.lcut(text, HMM=False)
            tagger = import_module("jieba.posseg").POSTokenizer(slow)
            self._tag = lambda text: [(one.word, one.flag) for one in tagger.lcut(text, HMM=False)]

    def segment(self, match_text: str) -> Sequence[Token]:
        """The words of a text in match form, by start, then end. Words may overlap; punctuation is in none."""
        other = _OTHER.search(match_text)
        if other is None:
            tokens = list(self._han(match_text))
            tokens.sort(key=_PLACE)
            return tokens
        tokens = [token for token in self._han(_OTHER.sub(_stops, match_text)) if token[0][0] != _STOP]
        tokens.extend((found[0], found.start(), found.end()) for found in _WORD.finditer(match_text))
        tokens.sort(key=_PLACE)
        return tokens

    def word_ends(self, text: str) -> list[int]:
        """Where each word of a plain cut ends, in order: no word inside another. Whatever is no Han character ends a word each."""
        return list(accumulate(map(len, self._cut(_OTHERS.sub(_STOP, text)))))

    def tagged(self, text: str) -> list[tuple[int, int, str]]:
        """Where each word of a plain cut begins and ends, with its part of speech as jieba's dictionary has it (`n`, `v`, `vn`, `d` …);
        `x` for each character that is no Han character."""
        ends = 0
        words: list[tuple[int, int, str]] = []
        for word, tag in self._tag(_OTHERS.sub(_STOP, text)):
            words.append((ends, ends + len(word), tag))
            ends += len(word)
        return words


class _Fast:
    """rjieba comes with one dictionary already loaded. The first segmenter of the process takes it over, as nothing else uses it; loading
    another costs 0.1 s and 34 MB."""

    taken = False

    @classmethod
    def take(cls, rjieba: ModuleType) -> Any:
        taken, cls.taken = cls.taken, True
        return rjieba.Jieba() if taken else rjieba


def _stops(found: re.Match[str]) -> str:
    return _STOP * (found.end() - found.start())


def _frequency(word: str, suggested: int) -> int:
    return max(_FREQUENT, suggested) if len(word) > 2 else suggested
