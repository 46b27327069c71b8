"""Match forms as the tokens that a cluster indexes, and passages as its documents.

A run is found by the pairs of characters it is made of, standing one after the other; a single character by itself. Where a pair may begin
or end a word, the token says so by a flag before or behind it, and the analyser indexes it with and without its flags at one place: so a
run “on word boundaries” is an ordinary phrase. Match forms hold no control characters, so those can be separators and flags.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from typing import Any

from search.engine.port import summary
from search.engine.stored import pack_document, pack_passage, pack_summary
from search.fields import document_day
from search.model import Document, Figure, Passage, Relation
from search.query.match import Matchable
from search.query.matchable import matchable
from search.records import is_total, record_number, record_values, record_years

SEPARATOR, START, END = "\n", "\x02", "\x03"
LONGEST_TOKEN = 200
"""Characters; a longer word is indexed by its hash."""
PART_BYTES = 8 * 2**20
"""Stored bytes are cut into rows of this size: a request has its limit."""
PASSAGE, DOCUMENT, PART = "passage", "document", "part"

Row = dict[str, Any]


def word_token(word: str) -> str:
    """A word as one token, which is never too long for the index."""
    if len(word) <= LONGEST_TOKEN:
        return word
    return "\x01" + blake2b(word.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def pairs(text: str) -> list[str]:
    """The pairs of characters of a run of two characters or more."""
    return [text[at : at + 2] for at in range(len(text) - 1)]


def flagged(tokens: Sequence[str], first: bool, last: bool) -> list[str]:
    """The tokens of a run that must begin (end) on a word boundary."""
    found = list(tokens)
    if first:
        found[0] = START + found[0]
    if last:
        found[-1] += END
    return found


def joined(tokens: Iterable[str]) -> str:
    """Tokens as the text that the analyser takes apart again."""
    return SEPARATOR.join(tokens)


def pairs_field(seen: Matchable) -> str:
    """The pairs of a match form with their flags."""
    text, starts, ends = seen.text, seen.starts, seen.ends
    return joined((START if starts[at] else "") + text[at : at + 2] + (END if ends[at + 2] else "") for at in range(len(text) - 1))


def characters_field(seen: Matchable) -> str:
    """The characters of a match form, flagged where one is a word by itself."""
    text, starts, ends = seen.text, seen.starts, seen.ends
    return joined(START + char + END if starts[at] and ends[at + 1] else char for at, char in enumerate(text))


def row_id(kind: str, id_: str) -> str:
    """The `_id` of a row: fixed length, whatever ids there are."""
    return f"{kind[0]}{digest(id_)}"


def digest(text: str) -> str:
    """128 bits of a text, in hexadecimal."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def passage_key(passage_id: str) -> int:
    """The number by which a list names a passage: 53 bits of a hash, which JSON hands on unharmed."""
    return int.from_bytes(blake2b(passage_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 11


def document_rows(document: Document, number: int, receipt: str) -> list[tuple[str, Row]]:
    """The rows of a document with their ids, its own row last: whoever finds that finds them all. `number` counts documents in an index."""
    passages = sorted(document.passages, key=lambda passage: passage.order)
    matchables = [matchable(passage, document.id, document.title) for passage in passages]
    length = sum(len(seen.text) for seen in matchables)
    rows = [
        (row_id(PASSAGE, passage.id), _passage_row(passage, seen, number, at, length))
        for at, (passage, seen) in enumerate(zip(passages, matchables, strict=True))
    ]
    packed = zlib.compress(pack_document(document), 6)
    parts = [packed[at : at + PART_BYTES] for at in range(0, len(packed), PART_BYTES)]
    rows += [
        (row_id(PART, f"{at} {document.id}"), {"row": PART, "doc": document.id, "ord": at - 1_000_000, "src": encoded(part)})
        for at, part in enumerate(parts[1:], start=1)
    ]
    own = {
        "row": DOCUMENT,
        "doc": document.id,
        "ord": -1_000_000,
        "src": encoded(parts[0]),
        "about": encoded(pack_summary(summary(document))),
        "words": encoded(zlib.compress(joined(_counted_words(matchables)).encode(), 6)),
        "receipt": receipt,
        "no": number,
        "held": len(passages),
    }
    return [*rows, (row_id(DOCUMENT, document.id), own)]


def encoded(data: bytes) -> str:
    """Bytes as JSON holds them."""
    return base64.b64encode(data).decode("ascii")


def decoded(text: str) -> bytes:
    """The bytes again."""
    return base64.b64decode(text)


def counted_words(row: Row) -> dict[str, int]:
    """Word → passages of the document that have it, from the document's row."""
    lines = zlib.decompress(decoded(row["words"])).decode().split(SEPARATOR)
    return {word: int(count) for line in lines if line for count, _, word in (line.partition(" "),)}


def _counted_words(matchables: Sequence[Matchable]) -> Iterable[str]:
    counts: dict[str, int] = {}
    for seen in matchables:
        for word in {token[0] for token in seen.tokens}:
            counts[word] = counts.get(word, 0) + 1
    return (f"{count} {word}" for word, count in sorted(counts.items()))


def _passage_row(passage: Passage, seen: Matchable, number: int, place: int, length: int) -> Row:
    years = [label.year for label in passage.years]
    row: Row = {
        "row": PASSAGE,
        "doc": passage.document_id,
        "ord": passage.order,
        "no": number,
        "place": place,
        "pairs": pairs_field(seen),
        "chars": characters_field(seen),
        "words_in": joined(word_token(token[0]) for token in seen.tokens),
        "title_pairs": [joined(pairs(form)) for form in seen.document_forms],
        "title_chars": [joined(form) for form in seen.document_forms],
        "text": encoded(seen.text.encode("utf-8", "surrogatepass")),
        "len": len(seen.text),
        "document_len": length,
        "kind": passage.kind.value,
        "key": passage_key(passage.id),
        "copy": digest(passage.text),
        "facet": {name: _tidy(values) for name, values in seen.facets.items()},
        "src": encoded(pack_passage(passage)),
    }
    if years:
        row |= {"year_first": min(years), "year_last": max(years)}
    if day := document_day(passage):
        row["day"] = day
    of_passage: dict[str, Sequence[Figure | Relation]] = {"figures": passage.figures, "relations": passage.relations}
    for name, records in of_passage.items():
        if records:
            row[name] = [_record_row(record, passage, at) for at, record in enumerate(records)]
    return row


def _record_row(record: Figure | Relation, passage: Passage, at: int) -> Row:
    years = record_years(record)
    row: Row = {
        **{name: _tidy(values) for name, values in record_values(record).items()},
        "number": record_number(record),
        "doc": passage.document_id,
        "ord": passage.order,
        "at": at,
    }
    if years:
        row |= {"year_first": min(years), "year_last": max(years)}
    if isinstance(record, Figure):
        row["adds"] = is_total(record)
        if len(record.years) == 1:
            row["alone"] = record.years[0]
    else:
        row["sides"] = json.dumps([record.supporter.name, record.recipient.name], ensure_ascii=False)
    return row


def sides_of(text: str) -> tuple[str, str]:
    """Supporter and recipient of relations, from how their rows have both."""
    supporter, recipient = json.loads(text)
    return supporter, recipient


def _tidy(values: Collection[str]) -> list[str]:
    return [value[:8_000] for value in values]
