"""Edits of a document with what must become of the edited paragraph's link: the ground truth of the laws and of the measurement."""

# ruff: noqa: ARG001 (every edit is called the same way, though not every one draws)

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

PLACES = ("赤城", "玉树", "滦平", "丰宁", "竹溪", "蔚州", "库伦")


@dataclass(frozen=True, slots=True)
class Edit:
    """The document edited, the other document beside it, and what is demanded: the state, and the text the link must lead to.

    `renamed`: the edited document has another name. `partners` are positions, besides the paragraph's own, whose text changes too."""

    texts: tuple[str, ...]
    other: tuple[str, ...]
    state: str
    target: str | None
    renamed: bool = False
    partners: tuple[int, ...] = ()


def sentences_of(text: str) -> list[str]:
    """The text cut at 。；！？, ends included."""
    return re.findall(r"[^。；！？]+[。；！？]?", text)


def number_corrected(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """One number of several changes."""
    numbers = list(re.finditer(r"\d+", texts[at]))
    if not numbers or len(texts[at]) < 20:
        return None
    found = rnd.choice(numbers)
    new = f"{texts[at][: found.start()]}{int(found.group()) + rnd.randint(1, 9)}{texts[at][found.end() :]}"
    return _replaced(texts, at, other, new)


def numbers_only(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """Every digit changes and nothing else: in its old place it is still the same paragraph."""
    new = re.sub(r"\d", lambda digit: str((int(digit.group()) + rnd.randint(1, 9)) % 10), texts[at])
    return _replaced(texts, at, other, new) if new != texts[at] and len(re.sub(r"\d", "", texts[at])) >= 20 else None


def word_changed(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """Two characters are replaced by two others."""
    new = _word(texts[at], rnd)
    return _replaced(texts, at, other, new) if new else None


def deleted(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """The paragraph goes: its neighbours are no successors, however alike."""
    return Edit((*texts[:at], *texts[at + 1 :]), tuple(other), "gone", None)


def split(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """One paragraph becomes two; the link follows the larger part."""
    parts = sentences_of(texts[at])
    if len(parts) < 2:
        return None
    cut = rnd.randrange(1, len(parts))
    first, second = "".join(parts[:cut]), "".join(parts[cut:])
    if min(len(first), len(second)) < 15:
        return None
    return Edit((*texts[:at], first, second, *texts[at + 1 :]), tuple(other), "changed", first if len(first) >= len(second) else second)


def merged(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """Two paragraphs become one; both links lead there."""
    if at + 1 >= len(texts) or min(len(texts[at]), len(texts[at + 1])) < 15:
        return None
    new = texts[at] + texts[at + 1]
    return Edit((*texts[:at], new, *texts[at + 2 :]), tuple(other), "changed", new, partners=(at + 1,))


def reordered(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """The paragraph moves within its document."""
    rest = [*texts[:at], *texts[at + 1 :]]
    rest.insert(rnd.randrange(len(rest) + 1), texts[at])
    return Edit(tuple(rest), tuple(other), "exact", texts[at])


def moved_out(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """The paragraph moves to another document."""
    there = list(other)
    there.insert(rnd.randrange(len(there) + 1), texts[at])
    return Edit((*texts[:at], *texts[at + 1 :]), tuple(there), "moved", texts[at]) if len(texts[at]) >= 20 else None


def moved_and_edited(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """The paragraph moves to another document and a word of it changes."""
    new = _word(texts[at], rnd)
    there = list(other)
    there.insert(rnd.randrange(len(there) + 1), new or "")
    return Edit((*texts[:at], *texts[at + 1 :]), tuple(there), "changed", new) if new and len(new) >= 60 else None


def file_renamed(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """The file has another name, its text is the same."""
    return Edit(tuple(texts), tuple(other), "moved", texts[at], renamed=True)


def file_renamed_and_edited(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """The file has another name, and a word of the paragraph changes."""
    new = _word(texts[at], rnd)
    return Edit((*texts[:at], new, *texts[at + 1 :]), tuple(other), "changed", new, renamed=True) if new and len(new) >= 30 else None


def inserted(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """Another paragraph is put before it."""
    return Edit((*texts[:at], rnd.choice(other), *texts[at:]), tuple(other), "exact", texts[at])


def sentence_added(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """A sentence is added at the end."""
    return _replaced(texts, at, other, texts[at] + "此外，还举办了一次培训。") if len(texts[at]) >= 30 else None


def sentence_removed(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """A sentence, less than half of the paragraph, is taken out."""
    parts = sentences_of(texts[at])
    cut = rnd.randrange(len(parts))
    if len(parts) < 3 or len(parts[cut]) > 0.4 * len(texts[at]):
        return None
    return _replaced(texts, at, other, "".join(parts[:cut] + parts[cut + 1 :]))


def sentences_swapped(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """The sentences of the paragraph come in another order."""
    parts = sentences_of(texts[at])
    rnd.shuffle(parts)
    new = "".join(parts)
    return _replaced(texts, at, other, new) if len(texts[at]) >= 30 and new != texts[at] else None


def replaced_by_another(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """The paragraph goes and the most alike one of another document takes its place."""
    alike = max(other, key=lambda text: fuzz.ratio(text, texts[at]))
    if fuzz.ratio(alike, texts[at]) > 60 or alike in texts:
        return None
    return Edit((*texts[:at], alike, *texts[at + 1 :]), tuple(other), "gone", None)


def look_alike_elsewhere(texts: Sequence[str], at: int, other: Sequence[str], rnd: random.Random) -> Edit | None:
    """The paragraph goes; one of the same pattern with other places and other numbers appears elsewhere in the document."""
    names = set(re.findall(r"[\u4e00-\u9fff]{2}(?=[县市旗区村镇])", texts[at]))
    if not names or len(re.findall(r"\d+", texts[at])) < 2:
        return None
    new = re.sub(r"\d", lambda digit: str((int(digit.group()) + rnd.randint(1, 9)) % 10), texts[at])
    for name in sorted(names):
        new = new.replace(name, rnd.choice([place for place in PLACES if place not in texts[at]]))
    rest = [*texts[:at], *texts[at + 1 :]]
    rest.insert(rnd.randrange(len(rest) + 1), new)
    return Edit(tuple(rest), tuple(other), "gone", None)


EditKind = Callable[[Sequence[str], int, Sequence[str], random.Random], Edit | None]

KINDS: tuple[EditKind, ...] = (
    number_corrected, numbers_only, word_changed, deleted, split, merged, reordered, moved_out, moved_and_edited, file_renamed,
    file_renamed_and_edited, inserted, sentence_added, sentence_removed, sentences_swapped, replaced_by_another, look_alike_elsewhere,
)  # fmt: skip


def _replaced(texts: Sequence[str], at: int, other: Sequence[str], new: str) -> Edit:
    return Edit((*texts[:at], new, *texts[at + 1 :]), tuple(other), "changed", new)


def _word(text: str, rnd: random.Random) -> str:
    if len(text) < 20:
        return ""
    places = [at for at in range(len(text) - 1) if not re.search(r"\d", text[max(0, at - 1) : at + 3])]
    if not places:
        return ""
    at = rnd.choice(places)
    return f"{text[:at]}改了{text[at + 2 :]}"
