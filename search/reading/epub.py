"""EPUB books → the chapters of the spine in order, with what the package states of the book.

Read by hand over the HTML reader: EbookLib, the usual library, is under the AGPL.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.container import open_package
from search.reading.encoding import decode
from search.reading.html import whole_lines
from search.reading.package import FAULTS, attribute, damaged, local, part, resolved, xml_part
from search.reading.plain import without_controls
from search.reading.sidecar import date_in
from search.reading.wording import stated_title
from search.settings import Settings

_WHAT = "EPUB 电子书"
_FONT_CIPHERS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_MAX_CHAPTERS = 5_000


def read_epub(source: Source, settings: Settings) -> Reading:
    """The text of the spine. Raises UnreadableSource for broken, protected and oversized books."""
    lines: list[SourceLine] = []
    room = settings.max_expanded_bytes // 4
    with open_package(source.data, _WHAT, settings, doctype=True) as package:
        try:
            _refuse_protected(package)
            name = next(attribute(item, "full-path") for item in xml_part(package, "META-INF/container.xml", _WHAT).iter("{*}rootfile"))
            book = xml_part(package, name, _WHAT)
            for chapter in _spine(book, name):
                for text, style in _chapter(package, chapter):
                    room -= len(text)
                    if room < 0:
                        raise UnreadableSource(f"{_WHAT}的文字过多。", hint="请分成几个文件。")
                    lines.append(SourceLine(len(lines) + 1, text, style=style))
            metadata = _metadata(book)
        except StopIteration:
            raise damaged(_WHAT) from None
        except FAULTS:
            raise damaged(_WHAT) from None
    return Reading(tuple(lines), "epub", metadata=metadata)


def _refuse_protected(package: zipfile.ZipFile) -> None:
    """Books whose chapters are enciphered; mere fonts may be."""
    try:
        root = xml_part(package, "META-INF/encryption.xml", _WHAT)
    except KeyError:
        return
    if any(not attribute(method, "Algorithm").startswith(_FONT_CIPHERS) for method in root.iter("{*}EncryptionMethod")):
        raise UnreadableSource(f"{_WHAT}已加密（有版权保护）。", hint="请使用没有加密的版本。")


def _spine(book: Any, name: str) -> Iterator[str]:
    """Parts of the chapters in reading order, without the table of contents."""
    items = {
        attribute(item, "id"): resolved(name, attribute(item, "href"))
        for item in book.iter("{*}item")
        if "nav" not in attribute(item, "properties").split()
    }
    seen: set[str] = set()
    for place in book.iter("{*}itemref"):
        chapter = items.get(attribute(place, "idref"), "")
        if chapter and chapter not in seen and attribute(place, "linear") != "no" and len(seen) < _MAX_CHAPTERS:
            seen.add(chapter)
            yield chapter


def _chapter(package: zipfile.ZipFile, name: str) -> list[tuple[str, str]]:
    try:
        data = part(package, name, _WHAT)
    except KeyError:
        return []
    text, _ = without_controls(decode(data).text)
    return whole_lines(text)


def _metadata(book: Any) -> Metadata:
    said: dict[str, str] = {}
    for element in book.iter():
        if local(element) in {"title", "creator", "publisher", "date"} and element.text:
            said.setdefault(local(element), " ".join(element.text.split()))
    date = date_in(said.get("date", "")[:10])
    return Metadata(
        title=stated_title(said.get("title", "")),
        byline=said.get("creator"),
        publication=said.get("publisher"),
        date=date,
        year=date.year if date else None,
    )
