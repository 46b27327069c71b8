"""JSON and JSON lines → structured text: a record's short values are one table line, its long ones paragraphs.

Records of one list that have a text column (正文, content, text …) are documents, as the rows of a table are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from search.errors import UnreadableSource
from search.model import Reading, Source, SourceLine
from search.reading.encoding import decode
from search.reading.plain import without_controls
from search.reading.table import SEPARATOR, TabledDocument, documents, header_of
from search.settings import Settings

_MAX_WHOLE = 32 * 2**20
"""Bytes of one JSON value; its objects take about ten times as much."""
_MAX_VALUES = 2_000_000
_LONG = 60
_MAX_DEPTH = 100
_MAX_BAD_LINES = 0.1
_Written = tuple[str, str]


def read_json(source: Source, settings: Settings) -> Reading:
    """The values of a file that is no table of documents. Raises UnreadableSource for what is no JSON and for what is too large."""
    decoded = decode(source.data)
    values, bad = _values(decoded.text, settings)
    written = [line for value in values for line in _lines(value)]
    lines = tuple(SourceLine(number, text, style=style) for number, (text, style) in enumerate(written, 1))
    warnings = (f"有 {bad} 行不合 JSON 语法，未读出。",) if bad else ()
    return Reading(lines, "json", decoded.encoding, warnings=decoded.warnings + warnings)


def json_documents(data: bytes, settings: Settings) -> Iterator[TabledDocument] | None:
    """The documents that a file lists, or None where its records have no text column. Raises UnreadableSource."""
    values, _ = _values(decode(data).text, settings)
    records = values if len(values) > 1 else _records(values[0] if values else None)
    first = next((record for record in records if isinstance(record, dict) and record), None)
    if first is None or header_of([str(key) for key in first]) is None:
        return None
    names = list(dict.fromkeys(str(key) for record in records[:1000] if isinstance(record, dict) for key in record))
    return documents(_rows(records, names))


def _rows(records: Sequence[Any], names: list[str]) -> Iterator[tuple[int, list[str]]]:
    yield 0, names
    for number, record in enumerate(records, 1):
        if isinstance(record, dict):
            yield number, [_plain(record.get(name)) for name in names]


def _plain(value: object) -> str:
    """A value as a cell: lists of scalars joined, what is nested further as its texts."""
    if isinstance(value, str):
        return without_controls(value)[0]
    if isinstance(value, list) and all(not isinstance(item, (dict, list)) for item in value):
        return "；".join(_scalar(item) for item in value)
    if isinstance(value, (dict, list)):
        return "\n".join(text for text, _ in _lines(value))
    return _scalar(value)


def _records(value: Any) -> Sequence[Any]:
    """The list of records in a value: itself, or the only list in an object around it."""
    if isinstance(value, dict):
        lists = [item for item in value.values() if isinstance(item, list) and any(isinstance(record, dict) for record in item)]
        value = lists[0] if len(lists) == 1 else [value]
    return value if isinstance(value, list) else ()


def _values(text: str, settings: Settings) -> tuple[list[Any], int]:
    """The values of a file, one a line or one in all, and the number of lines that are none."""
    stripped = text.strip("\ufeff \t\r\n")
    if len(stripped) <= _MAX_WHOLE:
        try:
            return [_parsed(stripped)], 0
        except json.JSONDecodeError as error:
            fault = error
    else:
        fault = None
    lines = [line for line in stripped.split("\n") if line.strip()]
    if len(lines) < 2:
        raise _refused(fault)
    values, bad = [], 0
    for line in lines:
        if len(line) > settings.max_line_chars * 4:
            raise UnreadableSource("JSON 的一行过长。")
        try:
            values.append(_parsed(line))
        except json.JSONDecodeError:
            bad += 1
            if bad > max(1.0, _MAX_BAD_LINES * len(lines)):
                raise _refused(fault) from None
    return values, bad


def _parsed(text: str) -> Any:
    """The value. Raises JSONDecodeError; nesting and numbers beyond reason are refused."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError, MemoryError):
        raise UnreadableSource("JSON 的嵌套层数或数字多得不合常理。") from None


def _refused(fault: json.JSONDecodeError | None) -> UnreadableSource:
    if fault is None:
        return UnreadableSource("JSON 文件过大。", hint="请改为一行一条的 JSONL，或分成几个文件。")
    return UnreadableSource(f"不合 JSON 语法：第 {fault.lineno} 行第 {fault.colno} 列附近。", hint="请检查文件是否完整。")


def _lines(value: Any) -> Iterator[_Written]:
    """A value as lines, without recursion: of an object first its short values in one line, then the long and the nested ones."""
    stack: list[tuple[str, Any, int]] = [("", value, 0)]
    count = 0
    while stack:
        name, item, depth = stack.pop()
        count += 1
        if count > _MAX_VALUES:
            raise UnreadableSource("JSON 的值过多。", hint="请分成几个文件。")
        if isinstance(item, dict) and depth < _MAX_DEPTH:
            short = [f"{key}：{_scalar(inner)}" for key, inner in item.items() if _is_short(inner) and _scalar(inner)]
            if short:
                yield _clean(SEPARATOR.join(short)), "table"
            stack.extend((str(key), inner, depth + 1) for key, inner in reversed(item.items()) if not _is_short(inner))
        elif isinstance(item, list) and depth < _MAX_DEPTH:
            if item and all(map(_is_short, item)):
                texts = [_scalar(inner) for inner in item]
                yield _clean((f"{name}：" if name else "") + SEPARATOR.join(texts)), "table"
            else:
                stack.extend(("", inner, depth + 1) for inner in reversed(item))
        elif isinstance(item, str):
            yield from ((piece, "paragraph") for part in item.splitlines() if (piece := _clean(part)))
        elif item is not None:
            yield _clean(f"{name}：{_scalar(item)}" if name else _scalar(item)), "paragraph"


def _is_short(value: object) -> bool:
    return not isinstance(value, (dict, list)) and not (isinstance(value, str) and (len(value) > _LONG or "\n" in value))


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _clean(text: str) -> str:
    return without_controls(" ".join(text.split()))[0]
