"""Documents and passages as JSON bytes: a list of field values a dataclass, in field order, trailing defaults left out.

The code is made from the dataclasses' own type hints, so a field added at the end of one is stored without a change here, and rows written
before it read back with its default.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from search.engine.port import DocumentSummary
from search.model import Document, Passage

_Coder = Callable[[Any], Any]
_encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def _same(value: Any) -> Any:
    return value


def _optional(coder: _Coder) -> _Coder:
    return _same if coder is _same else lambda value: None if value is None else coder(value)


def _is_optional(hint: Any) -> bool:
    return get_origin(hint) in (types.UnionType, Union)


def _inner(hint: Any) -> Any:
    return next(one for one in get_args(hint) if one is not type(None))


def _plain_default(field: Any) -> Any:
    return field.default if field.default is not MISSING else MISSING


@cache
def encoder(hint: Any) -> _Coder:
    """A function from a value of this type to what JSON can hold."""
    if _is_optional(hint):
        return _optional(encoder(_inner(hint)))
    if get_origin(hint) is tuple:
        item = encoder(get_args(hint)[0])
        return list if item is _same else lambda value: [item(one) for one in value]
    if is_dataclass(hint):
        return _dataclass_encoder(hint)
    if hint is date:
        return date.isoformat
    return _same  # str, int, float, bool; text enums are text


def _dataclass_encoder(hint: Any) -> _Coder:
    hints = get_type_hints(hint)
    names = [field.name for field in fields(hint)]
    defaults = [_plain_default(field) for field in fields(hint)]
    coders = [(at, coder) for at, name in enumerate(names) if (coder := encoder(hints[name])) is not _same]
    values = attrgetter(*names)

    def encode(value: Any) -> list[Any]:
        row = list(values(value))
        last = len(row)
        while last and row[last - 1] == defaults[last - 1]:
            last -= 1
        del row[last:]
        for at, coder in coders:
            if at >= last:
                break
            row[at] = coder(row[at])
        return row

    return encode


@cache
def decoder(hint: Any) -> _Coder:
    """The way back from what JSON held."""
    if _is_optional(hint):
        return _optional(decoder(_inner(hint)))
    if get_origin(hint) is tuple:
        item = decoder(get_args(hint)[0])
        return tuple if item is _same else lambda value: tuple([item(one) for one in value])
    if is_dataclass(hint):
        return _dataclass_decoder(hint)
    if hint is date:
        return date.fromisoformat
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {one.value: one for one in hint}.__getitem__
    return _same


def _dataclass_decoder(hint: Any) -> _Coder:
    hints = get_type_hints(hint)
    coders = [(at, coder) for at, field in enumerate(fields(hint)) if (coder := decoder(hints[field.name])) is not _same]

    def decode(row: list[Any]) -> Any:
        present = len(row)
        for at, coder in coders:
            if at >= present:
                break
            row[at] = coder(row[at])
        return hint(*row)

    return decode


def text_of(row: bytes | str) -> str:
    """The JSON of a row."""
    return row if isinstance(row, str) else row.decode("utf-8", "surrogatepass")


def _decode_json(row: bytes | str) -> Any:
    try:
        return msgspec.json.decode(row)  # in half the time, but for lone surrogates
    except (msgspec.DecodeError, UnicodeError):
        return json.loads(text_of(row))


def pack_passage(passage: Passage) -> bytes:
    """A passage as bytes."""
    return _encode_json(encoder(Passage)(passage)).encode("utf-8", "surrogatepass")


def unpack_passage(data: bytes | str) -> Passage:
    """The passage again, equal to the one packed."""
    passage: Passage = decoder(Passage)(_decode_json(data))
    return passage


def pack_document(document: Document) -> bytes:
    """A document without its passages (they are stored one by one) as bytes."""
    return _encode_json(encoder(Document)(replace(document, passages=()))).encode("utf-8", "surrogatepass")


def unpack_document(data: bytes | str, passages: tuple[Passage, ...]) -> Document:
    """The document again, with these passages."""
    document: Document = decoder(Document)(_decode_json(data))
    return replace(document, passages=passages)


def pack_summary(one: DocumentSummary) -> bytes:
    """A summary as bytes."""
    return _encode_json(encoder(DocumentSummary)(one)).encode("utf-8", "surrogatepass")


def unpack_summary(data: bytes | str) -> DocumentSummary:
    """The summary again."""
    one: DocumentSummary = decoder(DocumentSummary)(_decode_json(data))
    return one
