"""The file beside a source (`name.toml`), a folder's `labels.toml`, and rows of a table: what the user says of a source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime

from search.errors import UnreadableSource
from search.model import Metadata, Origin
from search.reading.encoding import decode

COLLECTION_FILE = "labels.toml"
MAX_SIDECAR_BYTES = 256 * 1024

MAX_DEPTH = 100
"""Dots in one key; no key that is known has any."""
_PARTS = re.compile(r"[=\n{}\[\],]")

_NAMES = {
    "title": "标题 题目 名称", "subtitle": "副标题 副题", "byline": "作者 署名 记者 author", "page_label": "版次 版面 page",
    "publication": "来源 报纸 刊物 媒体 source publisher", "date": "日期 发布日期 发布时间 发表日期 时间 pubdate publishdate",
    "year": "年份 年", "url": "网址 链接 link", "regions": "地区 region", "years": "所涉年份", "programs": "类型 帮扶类型 program",
    "forbid_regions": "排除地区", "forbid_years": "排除年份", "forbid_programs": "排除类型",
    "genre": "文种 体裁", "mechanisms": "机制 帮扶机制 mechanism", "forbid_mechanisms": "排除机制",
    "supporters": "支援方 supporter", "recipients": "受援方 recipient",
    "forbid_supporters": "排除支援方", "forbid_recipients": "排除受援方",
}  # fmt: skip
_ALIASES = {alias: name for name, aliases in _NAMES.items() for alias in aliases.split()}
_KEYS = {item.name for item in fields(Metadata)} - {"origin", "named_date", "named_year", "named_page", "official"}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?(?!\d)")
_BARE_KEY = re.compile(r"^(\s*)([^\s\"'#=\[\]]*[^\x00-\x7f\s][^\s\"'#=\[\]]*)(\s*=)", re.MULTILINE)
_SEPARATOR = re.compile(r"[;；、,，|\n]+")
_RANGE = re.compile(r"\s*[-—–~～至到]+\s*")
_MAX_VALUE_CHARS = 2_000
_MAX_VALUES = 1_000


def field_of(key: str) -> str | None:
    """The metadata field that a TOML key or a column heading means, or None."""
    name = re.sub(r"[\s_\-　]+", "", key).strip("：:").lower()
    known = {item.replace("_", ""): item for item in _KEYS}
    return _ALIASES.get(name) or known.get(name)


def read_sidecar(data: bytes) -> tuple[Metadata, tuple[str, ...]]:
    """What a TOML file says, and warnings for what in it makes no sense. Never raises: a broken file says nothing."""
    if len(data) > MAX_SIDECAR_BYTES:
        return Metadata(origin=Origin.USER), ("旁注文件过大，未采用。",)
    try:
        text = decode(data).text
        if _is_too_deep(text):
            return Metadata(origin=Origin.USER), ("旁注文件的项目一层套一层，太深，未采用。",)
        table = _parsed(text)
    except UnreadableSource:
        return Metadata(origin=Origin.USER), ("旁注文件的编码无法识别，未采用；请存为 UTF-8。",)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        where = re.search(r"line (\d+)", str(error))
        return Metadata(origin=Origin.USER), (f"旁注文件{f'第 {where[1]} 行' if where else ''}不合 TOML 语法，未采用。",)
    return metadata_of(table, "旁注")


def _is_too_deep(text: str) -> bool:
    """Whether a key is dotted so often that reading it would take memory by the gigabyte: a parser keeps every level of every key."""
    return any(part.count(".") > MAX_DEPTH for part in _PARTS.split(text))


def _parsed(text: str) -> dict[str, object]:
    """TOML, in which Chinese keys may also be without quotes: the standard wants them quoted, users do not."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return tomllib.loads(_BARE_KEY.sub(r'\1"\2"\3', text))


def metadata_of(table: Mapping[str, object], where: str) -> tuple[Metadata, tuple[str, ...]]:
    """Metadata from keys in English or Chinese. Unknown keys and values of the wrong kind become warnings."""
    said: dict[str, object] = {}
    warnings = []
    for key, value in table.items():
        name = field_of(key)
        if name is None:
            warnings.append(f"{where}的“{key[:40]}”不是已知的项目。")
            continue
        reader = _READERS.get(name, _text)
        try:
            read = reader(value)
        except (ValueError, TypeError, OverflowError):
            warnings.append(f"{where}的“{key[:40]}”的值不合要求：{str(value)[:40]}")
            continue
        if read not in (None, ()):
            said[name] = read
    stated = Metadata(origin=Origin.USER, **said)  # type: ignore[arg-type]
    if stated.date is not None and stated.year is None:
        stated = replace(stated, year=stated.date.year)
    return stated, tuple(warnings)


def override(stated: Metadata | None, said: Metadata | None) -> Metadata:
    """`stated` with everything that `said` says in its place; lists are replaced, not joined.

    The origin is that of `said`, if it says anything.
    """
    if said is None or said == Metadata(origin=said.origin):
        return stated or Metadata()
    if stated is None:
        return said
    empty = Metadata()
    changes = {name: getattr(said, name) for name in _KEYS if getattr(said, name) != getattr(empty, name)}
    if "date" in changes and "year" not in changes:
        changes["year"] = changes["date"].year
    return replace(stated, origin=said.origin, **changes)


def date_in(text: str) -> date | None:
    """The first full date in a text (2019年1月14日, 2019-01-14, 2019/1/14), or None."""
    for found in _DATE.finditer(text):
        if found[3] is None:
            continue
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            continue
    return None


def _text(value: object) -> str | None:
    if isinstance(value, (dict, list)):
        raise TypeError
    text = " ".join(str(value).split())
    if len(text) > _MAX_VALUE_CHARS:
        raise ValueError
    return text or None


def _date(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    if text is None:
        return None
    found = date_in(text)
    if found is None and re.fullmatch(r"\d{8}", text):
        found = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if found is None:
        raise ValueError
    return found


def _year(value: object) -> int | None:
    text = _text(value)
    if text is None:
        return None
    year = int(float(text.removesuffix("年")))
    if not 1000 <= year <= 2999:
        raise ValueError
    return year


def _several(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else _SEPARATOR.split(str(value))
    if len(values) > _MAX_VALUES:
        raise ValueError
    return tuple(text for item in values if (text := _text(item)) is not None)


def _years(value: object) -> tuple[int, ...]:
    """Years listed one by one or as ranges (2018-2020)."""
    years: list[int] = []
    for item in _several(value):
        first, *last = _RANGE.split(item.replace("年", ""), maxsplit=1)
        start = _year(first)
        end = _year(last[0]) if last else start
        if start is None or end is None or not start <= end <= start + 200:
            raise ValueError
        years.extend(range(start, end + 1))
    return tuple(dict.fromkeys(years))


def _sections(value: object) -> str:
    """`confirmed` or `none`, in Chinese too."""
    said = {"confirmed": "confirmed", "确认": "confirmed", "none": "none", "不采用": "none"}.get((_text(value) or "").lower())
    if said is None:
        raise ValueError
    return said


_READERS: dict[str, Callable[[object], object]] = {
    "date": _date, "year": _year, "years": _years, "forbid_years": _years, "regions": _several, "programs": _several,
    "sections": _sections, "forbid_regions": _several, "forbid_programs": _several,
    "mechanisms": _several, "forbid_mechanisms": _several, "supporters": _several, "recipients": _several,
    "forbid_supporters": _several, "forbid_recipients": _several,
}  # fmt: skip
