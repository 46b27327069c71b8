"""Suggestions as one types: titles, headings, places, organisations and frequent terms, by characters and by pinyin.

Built once a generation and attached to it. `AttachedSuggestions` reads the attachment: entries are laid out as lines, the weightiest first,
so that a plain search for "newline + prefix" finds the best ones first, and there is no index to build when a worker starts. An engine on
other machines answers from rows of its own; `Suggester` asks either.
"""

from __future__ import annotations

import json
import re
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Protocol

from search.model import BlockKind, Document
from search.query import analysis
from search.query.expand import DATA, function_words
from search.text import pinyin
from search.text.fold import match_form
from search.text.segment import Token

MOST_TERMS = 20_000
MOST_ORGANISATIONS = 10_000
MOST_HEADINGS = 20_000
SAMPLED_CHARS = 3_000_000
"""Terms and organisations are counted in no more text than this, in the order it comes: enough to know what is frequent."""
LONGEST = 40
MOST_HALF_SPELLED = 5_000
"""Of what starts with the characters before the pinyin, so many are spelled out."""
_HAN_WORD = re.compile(r"[\u3400-\u9fff]{2,}")
_NAMES = ("place", "organisation")
_WORDS = (*_NAMES, "term")
_REACH = 3
"""How many words before 集团, 医院 … may belong to the name."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search. `kind`: title, heading, place, organisation, term; `total` orders them: it counts the passages that have it (in
    a large collection, of those sampled)."""

    text: str
    kind: str
    total: int


class SuggestionBuilder:
    """Gathers what suggestions are made of while a generation is built."""

    def __init__(self) -> None:
        self._titles: Counter[str] = Counter()
        self._headings: Counter[str] = Counter()
        self._places: Counter[str] = Counter()
        self._terms: Counter[str] = Counter()
        self._names: Counter[str] = Counter()
        self._sampled: dict[str, int] = {}
        self._sampled_chars = 0

    def add(self, document: Document) -> None:
        """Takes in one document."""
        self._count(document, 1)
        if self._sampled_chars < SAMPLED_CHARS:
            self._sampled[document.id] = sum(len(passage.text) for passage in document.passages)
            self._sampled_chars += self._sampled[document.id]
            self._sample(document, 1)

    def take_away(self, document: Document) -> None:
        """Takes one document out that was taken in before, as it was then."""
        self._count(document, -1)
        if document.id in self._sampled:
            self._sampled_chars -= self._sampled.pop(document.id)
            self._sample(document, -1)

    def _count(self, document: Document, times: int) -> None:
        if _fits(document.title):
            _change(self._titles, (_whole(document.title),), times)
        for passage in document.passages:
            for label in passage.regions:
                if not label.inherited:
                    _change(self._places, label.path.split("/"), times)
            if passage.kind is BlockKind.HEADING and _fits(passage.text):
                _change(self._headings, (_whole(passage.text),), times)

    def _sample(self, document: Document, times: int) -> None:
        for passage in document.passages:
            text = analysis.analyse(passage.text)
            words = {token[0] for token in text.tokens if _HAN_WORD.fullmatch(token[0])}
            _change(self._terms, words - function_words(), times)
            _change(self._names, set(_organisations(text.tokens)), times)

    def counted(self) -> bytes:
        """All that was counted, for `from_counted`."""
        counters = [dict(one) for one in (self._titles, self._headings, self._places, self._terms, self._names)]
        return json.dumps([*counters, self._sampled], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    @classmethod
    def from_counted(cls, data: bytes) -> SuggestionBuilder:
        """A builder that has taken in what another had. Raises ValueError."""
        builder = cls()
        try:
            *counters, sampled = json.loads(data.decode("utf-8", "surrogatepass"))
            builder._titles, builder._headings, builder._places, builder._terms, builder._names = map(Counter, counters)
            builder._sampled, builder._sampled_chars = sampled, sum(sampled.values())
        except (TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error
        return builder

    def to_bytes(self) -> bytes:
        """What `AttachedSuggestions` reads: lines of match form, spelling, initials, kind, total and text, compressed."""
        lines: dict[str, tuple[int, str]] = {}
        for kind, entries in (
            ("place", self._places.items()),
            ("organisation", _kept_names(self._names)),
            ("term", ((text, count) for text, count in self._terms.most_common(MOST_TERMS) if count > 1)),
            ("heading", self._headings.most_common(MOST_HEADINGS)),
            ("title", self._titles.items()),
        ):
            for text, total in entries:
                form = match_form(text).text
                shown = " ".join(text.split())
                if form and _fits(text) and form not in lines:
                    spelling = pinyin.spelling(form) if len(form) <= 12 else ""
                    initials = pinyin.initials(form) if len(form) <= 12 else ""
                    lines[form] = (total, "\t".join((form, spelling, initials, kind, str(total), shown)))
        ordered = sorted(lines.items(), key=lambda item: (-item[1][0], len(item[0]), item[0]))
        return zlib.compress("\n".join(line for _, (_, line) in ordered).encode("utf-8", "replace"))


_LEADS = "—–―-－：:，,、 \u3000"


def _whole(text: str) -> str:
    """A title or heading without the dash or colon by which it leads on to the text (促发展——): nobody searches for that."""
    return text.strip().lstrip("—–―").rstrip(_LEADS).lstrip()


def _change(counter: Counter[str], texts: Iterable[str], times: int) -> None:
    """Counts texts so many times more; what is at nothing is forgotten."""
    for text in texts:
        counter[text] += times
        if not counter[text]:
            del counter[text]


def _fits(text: str) -> bool:
    """Whether a text is short enough to be shown; longer ones need not be remembered."""
    return len(" ".join(text.split())) <= LONGEST


def build_suggestions(documents: Iterable[Document]) -> bytes:
    """The suggestions of these documents, to be attached to their generation."""
    builder = SuggestionBuilder()
    for document in documents:
        builder.add(document)
    return builder.to_bytes()


@cache
def _endings() -> tuple[str, ...]:
    """How the names of organisations end."""
    lines = (DATA / "organisation_endings.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _organisations(tokens: Sequence[Token]) -> Iterator[str]:
    """Names that end like an organisation's, with one to three words before the ending."""
    chain, endings = analysis.longest(tokens), _endings()
    for place, (text, start, _) in enumerate(chain):
        if not text.endswith(endings):
            continue
        if len(text) > 3:
            yield text
        name = text
        for before in reversed(chain[max(0, place - _REACH) : place]):
            if before[2] != start or not _HAN_WORD.match(before[0] + before[0]) or before[0] in function_words():
                break
            start, name = before[1], before[0] + name
            yield name


def _kept_names(names: Counter[str]) -> list[tuple[str, int]]:
    """Names seen more than once, without those that are only the tail of a longer one."""
    often = {name: count for name, count in names.items() if count > 1 and len(name) > 3}
    tails = {name[cut:] for name, count in often.items() for cut in range(1, len(name) - 2) if often.get(name[cut:], 0) == count}
    return Counter({name: count for name, count in often.items() if name not in tails}).most_common(MOST_ORGANISATIONS)


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """What can be suggested: match form, spelling in pinyin, initials, kind, how many passages have it, and how it is written."""

    form: str
    spelling: str
    initials: str
    kind: str
    total: int
    text: str


class SuggestionRows(Protocol):
    """The suggestions of a generation, wherever they are kept; each answer is the weightiest first."""

    def starting(self, column: str, text: str, most: int) -> Iterable[SuggestionRow]:
        """Rows whose `form`, `spelling` or `initials` start with a text, `most` of them at least, if there are so many."""

    def holding(self, text: str, most: int) -> Iterable[SuggestionRow]:
        """Rows whose form holds a text, anywhere; `most` of them at least, if there are so many."""

    def spelled(self, column: str, letters: str) -> Iterable[SuggestionRow]:
        """Rows whose `spelling` or `initials` are exactly these letters."""


class AttachedSuggestions:
    """The suggestions as a build attached them; of empty bytes there are none. Thread-safe; decoded on first use."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def starting(self, column: str, text: str, most: int) -> Iterator[SuggestionRow]:  # noqa: ARG002  found one by one, all of them
        return self._lines_of(column, f"\n{text}")

    def holding(self, text: str, most: int) -> Iterator[SuggestionRow]:  # noqa: ARG002
        return self._lines_of("form", text)

    def spelled(self, column: str, letters: str) -> Iterator[SuggestionRow]:
        return self._lines_of(column, f"\n{letters}\n")

    @cached_property
    def rows(self) -> list[SuggestionRow]:
        """All of them, the weightiest first."""
        return unpacked_rows(self._data)

    @cached_property
    def _columns(self) -> dict[str, tuple[str, list[int]]]:
        return {name: _joined([getattr(row, name) for row in self.rows]) for name in ("form", "spelling", "initials")}

    def _lines_of(self, column: str, wanted: str) -> Iterator[SuggestionRow]:
        """The rows whose line holds what is wanted, in order."""
        text, starts = self._columns[column]
        at = text.find(wanted)
        while at >= 0 and starts:
            line = bisect_right(starts, at + wanted.startswith("\n")) - 1
            yield self.rows[line]
            at = text.find(wanted, starts[line + 1] - 1 if line + 1 < len(starts) else len(text))


def unpacked_rows(data: bytes) -> list[SuggestionRow]:
    """The rows of what `SuggestionBuilder` made."""
    lines = zlib.decompress(data).decode("utf-8").split("\n") if data else []
    told = (line.split("\t") for line in lines if line)
    return [SuggestionRow(form, spelling, initials, kind, int(total), text) for form, spelling, initials, kind, total, text in told]


def packed_rows(rows: Iterable[SuggestionRow]) -> bytes:
    """Rows, the weightiest first, as `SuggestionBuilder` makes them."""
    lines = ("\t".join((row.form, row.spelling, row.initials, row.kind, str(row.total), row.text)) for row in rows)
    return zlib.compress("\n".join(lines).encode("utf-8", "replace"))


class Suggester:
    """Answers prefixes from the suggestions of a generation. Thread-safe."""

    def __init__(self, rows: SuggestionRows) -> None:
        self._rows = rows

    def suggest(self, prefix: str, limit: int = 10) -> list[Suggestion]:
        """Suggestions for what has been typed so far, best first: by characters from the start, by pinyin, then by characters inside."""
        form = match_form(prefix).text
        if not form:
            return []
        most = limit * 3
        found: dict[SuggestionRow, None] = {}
        for rows in self._ways(form, 2 * most + 2):
            for row in rows:
                if row.form != form:
                    found[row] = None
                if len(found) >= most:
                    break
        return _mixed([Suggestion(row.text, row.kind, row.total) for row in found], limit)

    def spelled(self, letters: str) -> Iterable[str]:
        """Terms whose spelling, and names whose initials, are exactly these letters; in match form, the most frequent first."""
        spelled = [row.form for row in self._rows.spelled("spelling", letters) if row.kind in _WORDS]
        named = [row.form for row in self._rows.spelled("initials", letters) if row.kind in _NAMES]
        return list(dict.fromkeys((*spelled, *named)))

    def _ways(self, form: str, most: int) -> Iterator[Iterable[SuggestionRow]]:
        yield self._rows.starting("form", form, most)
        letters = re.search(r"[a-z']+$", form)
        if letters is not None and not letters.start():
            yield self._rows.starting("spelling", form.replace("'", ""), most)
            yield self._rows.starting("initials", form, most)
        elif letters is not None:
            yield self._half_spelled(form[: letters.start()], letters[0].replace("'", ""))
        yield self._rows.holding(form, most)

    def _half_spelled(self, head: str, letters: str) -> Iterator[SuggestionRow]:
        """密y: what starts with 密 and goes on in pinyin."""
        for row in self._rows.starting("form", head, MOST_HALF_SPELLED):
            rest = row.form[len(head) : len(head) + 12]
            if pinyin.initials(rest).startswith(letters) or any(one.startswith(letters) for one in pinyin.spellings(rest)):
                yield row


def _joined(lines: Sequence[str]) -> tuple[str, list[int]]:
    """Lines as one string that starts and ends with a newline, and where each starts."""
    starts, at = [], 1
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    return "\n" + "\n".join(lines) + "\n", starts


def _mixed(found: Sequence[Suggestion], limit: int) -> list[Suggestion]:
    """The first `limit`, with room kept for three titles or headings."""
    long = [one for one in found if one.kind in ("title", "heading")][: max(3, limit - len(found))]
    short = [one for one in found if one.kind not in ("title", "heading")][: limit - min(3, len(long))]
    return [*short, *long][:limit]
