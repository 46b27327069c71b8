"""The terms of a segment as Whoosh asks for them: words, runs, facet values, kinds and documents, each from the columns that hold it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import FieldCursor, TermsReader
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo

from search.engine.whoosh.answer.find import Finder, Numbers
from search.engine.whoosh.as_whoosh.schema import DOCUMENT, KIND, RUNS, WORDS
from search.engine.whoosh.files.postings import KeptLists, PostingLists, kept_lists
from search.engine.whoosh.files.segment import Segment, Vocabulary
from search.engine.whoosh.write.invert import sizes
from search.engine.whoosh.write.part import KINDS

Weights = NDArray[Any]


class Terms(Protocol):
    """The terms of one field, in the order of their bytes."""

    def __len__(self) -> int: ...

    def at(self, place: int) -> bytes:
        """The term at a place."""

    def place(self, text: bytes) -> int:
        """The place of a term, or of the first one behind where it would be."""

    def postings(self, place: int) -> tuple[Numbers, Weights]:
        """The passages of the term at a place, ascending, and how often each has it."""


class ColumnLists:
    """Terms whose postings are a list per term: words and facet values."""

    def __init__(self, segment: Segment, texts: Vocabulary, name: str, kept: KeptLists) -> None:
        self._lists, self._texts = PostingLists(segment.columns, name, kept), texts
        self._counts = name == "word"

    def __len__(self) -> int:
        return len(self._texts)

    def at(self, place: int) -> bytes:
        return self._texts.encoded(place)

    def place(self, text: bytes) -> int:
        return self._texts.place(text)

    def postings(self, place: int) -> tuple[Numbers, Weights]:
        if not self._counts:
            passages = self._lists.passages(place)
            return passages, np.ones(len(passages), np.uint8)
        entries = self._lists.entries(place)
        return entries.passages, entries.frequencies >> 1


class Runs:
    """Single characters and pairs of characters, with the places where they occur."""

    def __init__(self, segment: Segment, kept: KeptLists) -> None:
        self.finder = Finder(segment, kept)
        self._columns = segment.columns

    @cached_property
    def _terms(self) -> list[bytes]:
        columns = self._columns
        alphabet = [chr(code) for code in columns["alphabet"].tolist()]
        singles = [alphabet[key] for key in columns["character_keys"].tolist()]
        lefts = np.repeat(np.arange(len(alphabet)), sizes(columns["bigram_lefts"])).tolist()
        pairs = [alphabet[left] + alphabet[right] for left, right in zip(lefts, columns["bigram_rights"].tolist(), strict=True)]
        return sorted(text.encode("utf-8", "surrogatepass") for text in (*singles, *pairs))

    def __len__(self) -> int:
        return len(self._terms)

    def at(self, place: int) -> bytes:
        return self._terms[place]

    def place(self, text: bytes) -> int:
        return bisect_left(self._terms, text)

    def postings(self, place: int) -> tuple[Numbers, Weights]:
        found = self.finder.run(self._terms[place].decode("utf-8", "surrogatepass"))
        return found.passages, found.packed >> 1

    def positions(self, text: bytes) -> tuple[Numbers, Numbers]:
        """Where the run occurs: passage and place within it, ascending."""
        places = self.finder.places(text.decode("utf-8", "surrogatepass"))
        passages = self.finder.passages_at(places)
        return passages, places - self._columns["passage_first"][passages].astype(np.intp)


class Sets:
    """Terms that share out all passages among them: kinds, documents."""

    def __init__(self, passages: dict[str, Numbers]) -> None:
        self._passages = {text.encode("utf-8", "surrogatepass"): numbers for text, numbers in passages.items() if len(numbers)}
        self._terms = sorted(self._passages)

    def __len__(self) -> int:
        return len(self._terms)

    def at(self, place: int) -> bytes:
        return self._terms[place]

    def place(self, text: bytes) -> int:
        return bisect_left(self._terms, text)

    def postings(self, place: int) -> tuple[Numbers, Weights]:
        passages = self._passages[self._terms[place]]
        return passages, np.ones(len(passages), np.uint8)


def fields_of(segment: Segment) -> dict[str, Terms]:
    """Field → its terms."""
    first = segment.document_first.tolist()
    documents = {id_: np.arange(first[at], first[at + 1]) for at, id_ in enumerate(segment.documents.all())}
    kinds = {str(kind): np.flatnonzero(segment.columns["kind"] == at) for at, kind in enumerate(KINDS)}
    kept = kept_lists()
    found: dict[str, Terms] = {name: ColumnLists(segment, texts, name, kept) for name, texts in segment.facets.items()}
    found[WORDS] = ColumnLists(segment, segment.words, "word", kept)
    return {**found, RUNS: Runs(segment, kept), KIND: Sets(kinds), DOCUMENT: Sets(documents)}


class ColumnTerms(TermsReader):  # type: ignore[misc]
    """Terms and postings of a segment."""

    def __init__(self, segment: Segment) -> None:
        self._lengths = segment.columns["token_counts"]
        self._fields = fields_of(segment)

    def indexed_field_names(self) -> list[str]:
        return list(self._fields)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._place(*term) is not None

    def _place(self, field: str, text: bytes) -> int | None:
        terms = self._fields.get(field)
        if terms is None:
            return None
        at = terms.place(text)
        return at if at < len(terms) and terms.at(at) == text else None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for field in sorted(self._fields):
            yield from self.terms_from(field, b"")

    def terms_from(self, field: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        terms = self._fields[field]
        for at in range(terms.place(prefix), len(terms)):
            yield field, terms.at(at)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for field in sorted(self._fields):
            yield from self.items_from(field, b"")

    def items_from(self, field: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for _, text in self.terms_from(field, prefix):
            yield (field, text), self.term_info(field, text)

    def cursor(self, fieldname: str, fieldobj: Any) -> ColumnCursor:
        return ColumnCursor(self, fieldname, self._fields[fieldname], fieldobj)

    def _postings(self, field: str, text: bytes) -> tuple[Numbers, Weights]:
        at = self._place(field, text)
        if at is None:
            raise KeyError((field, text))
        return self._fields[field].postings(at)

    def term_info(self, field: str, text: bytes) -> TermInfo:
        passages, weights = self._postings(field, text)
        lengths = self._lengths[passages]
        return TermInfo(
            weight=float(weights.sum()), df=len(passages), minlength=int(lengths.min()), maxlength=int(lengths.max()),
            maxweight=float(weights.max()), minid=int(passages[0]), maxid=int(passages[-1]),
        )  # fmt: skip

    def frequency(self, field: str, text: bytes) -> float:
        return float(self.term_info(field, text).weight())

    def doc_frequency(self, field: str, text: bytes) -> int:
        return len(self._postings(field, text)[0])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        passages, weights = self._postings(fieldname, text)
        terms = self._fields[fieldname]
        kind = ListMatcher if not isinstance(terms, Runs) else RunMatcher
        matcher = kind(
            passages.tolist(), weights=weights.astype(float).tolist(), format=format_, scorer=scorer, term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )  # fmt: skip
        if isinstance(terms, Runs):
            matcher.runs = terms
        return matcher


class RunMatcher(ListMatcher):  # type: ignore[misc]
    """Postings of a run that tell where it occurs, so that Whoosh's phrases and spans work over it."""

    runs: Runs

    def copy(self) -> RunMatcher:
        made: RunMatcher = super().copy()
        made.runs, made._term, made._terminfo = self.runs, self._term, self._terminfo
        return made

    def supports(self, astype: str) -> bool:
        return astype in ("frequency", "positions")

    def value_as(self, astype: str) -> Any:
        if astype == "frequency":
            return int(self.weight())
        passages, places = self._positions
        begin, end = np.searchsorted(passages, [self.id(), self.id() + 1])
        return places[begin:end].tolist()

    @cached_property
    def _positions(self) -> tuple[Numbers, Numbers]:
        return self.runs.positions(self._term[1])


class ColumnCursor(FieldCursor):  # type: ignore[misc]
    """Walks the terms of a field in order."""

    def __init__(self, terms: ColumnTerms, field: str, terms_of: Terms, fieldobj: Any) -> None:
        self._terms, self._field, self._texts, self._fieldobj, self._at = terms, field, terms_of, fieldobj, 0

    def is_valid(self) -> bool:
        return self._at < len(self._texts)

    def first(self) -> str | None:
        self._at = 0
        return self.text()

    def find(self, string: str | bytes) -> str | None:
        self._at = self._texts.place(string.encode() if isinstance(string, str) else string)
        return self.text()

    def next(self) -> str | None:
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        return self._fieldobj.from_bytes(self._texts.at(self._at)) if self.is_valid() else None

    def term_info(self) -> TermInfo:
        return self._terms.term_info(self._field, self._texts.at(self._at))
