"""PDF with a text layer → lines in reading order, with page numbers; scanned, encrypted and bomb PDFs are refused.

pdfium is not thread-safe: one lock guards it. Pages are opened and closed one by one, so memory does not grow with them.
"""

from __future__ import annotations

import re
import threading
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.page_layout import Line, furniture, in_reading_order, laid_out, margins
from search.reading.plain import without_controls
from search.settings import Settings

_WATERMARKS = Path(__file__).parent / "data" / "scanner_watermarks.txt"
_LOCK = threading.Lock()
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_MAX_STREAMS = 300_000
_MAX_PAGE_CHARS = 400_000
_SCANNED_CHARS = 12
"""A page with fewer characters than this, watermarks left out, has no text layer worth the name."""
_STAMPED_CHARS = 40
"""Below so many characters a page, lines that stand on nearly every page are taken for a stamp."""
_MAX_GARBLED_SHARE = 0.2
_OCR = "请先做文字识别（OCR），再收录识别出的文字。"
_LINE_END = re.compile("\r\n|\r|\n")
_TITLE_JUNK = re.compile(
    r"(?i)^(microsoft (word|powerpoint|excel)\b.*|untitled.*|无标题.*|未命名.*|文档\s*\d*|document\s*\d*|幻灯片.*|powerpoint.*"
    r"|.*\.(docx?|wps|pdf|indd|qxd|fh\d*|cdr|dwg|html?|txt|xlsx?|pptx?|tmp)|https?://.*|[\W\d_]*|\S{0,3})$"
)


def read_pdf(source: Source, settings: Settings) -> Reading:
    """The text layer. Raises UnreadableSource for encrypted, broken, scanned, garbled and oversized files."""
    _refuse_bomb(source.data, settings)
    with _LOCK:
        pages, title = _pages(source.data, settings)
    warnings = _refuse_unread(pages)
    styles = furniture(pages)
    edges = margins(pages)
    lines: list[SourceLine] = []
    for number, (page, marked) in enumerate(zip(pages, styles, strict=True), 1):
        for text, style in laid_out(page, marked, edges):
            lines.append(SourceLine(len(lines) + 1, text, number, style))
    return Reading(tuple(lines), "pdf", metadata=Metadata(title=title), warnings=warnings)


def _pages(data: bytes, settings: Settings) -> tuple[list[list[Line]], str | None]:
    """Lines of every page in reading order, and the title the file states."""
    try:
        document = pypdfium2.PdfDocument(data)
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise UnreadableSource("PDF 已加密，需要密码。", hint="请取消密码保护后另存。") from None
        raise UnreadableSource("PDF 已损坏，打不开。", hint="请重新下载或另存。") from None
    try:
        count = len(document)
        if count > settings.max_pdf_pages:
            raise UnreadableSource(f"PDF 有 {count} 页，超过上限 {settings.max_pdf_pages} 页。", hint="请分成几个文件。")
        if count == 0:
            raise UnreadableSource("PDF 里没有页。")
        pages = []
        characters = 0
        for number in range(count):
            page = _page_lines(document, number)
            characters += sum(len(line.text) for line in page)
            if characters > settings.max_expanded_bytes // 4:
                raise UnreadableSource("PDF 的文字过多。", hint="请分成几个文件。")
            pages.append(page)
        return pages, _title(document)
    finally:
        document.close()


def _page_lines(document: Any, number: int) -> list[Line]:
    """Lines of one page; none where the page is damaged."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return []
    try:
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        page.close()
        return []
    try:
        count = textpage.count_chars()
        if count > _MAX_PAGE_CHARS:
            raise UnreadableSource(f"PDF 第 {number + 1} 页的文字多得不合常理。")
        text = textpage.get_text_range() if count > 0 else ""
        return in_reading_order(_boxed(textpage, text, len(text) == count))
    except pypdfium2.PdfiumError:
        return []
    finally:
        textpage.close()
        page.close()


def _boxed(textpage: Any, text: str, exact: bool) -> list[Line]:
    """Lines with boxes. Where characters outside the basic plane shift the count, lines are told to follow each other."""
    lines = []
    start = 0
    for row, part in enumerate(_LINE_END.split(text)):
        clean = without_controls(part.replace("\x02", "-").replace("\ufffe", "-"))[0]
        if clean.strip():
            first = start + len(part) - len(part.lstrip())
            last = start + len(part.rstrip()) - 1
            if exact:
                left, bottom, _, top = textpage.get_charbox(first, loose=True)
                _, other, right, _ = textpage.get_charbox(last, loose=True)
                lines.append(Line(clean, left, max(left, right), min(bottom, other), max(1.0, top - bottom)))
            else:
                lines.append(Line(clean, 0.0, 12.0 * len(clean), -18.0 * row, 12.0))
        start += len(part) + 2  # pdfium parts lines by CR LF
    return lines


def _refuse_unread(pages: list[list[Line]]) -> tuple[str, ...]:
    """Refuses files without a usable text layer; warns of single pages without one."""
    stamps = _stamps(pages)
    filled = [sum(len("".join(line.text.split())) for line in page if _bare(line.text) not in stamps) for page in pages]
    empty = [number for number, count in enumerate(filled, 1) if count < _SCANNED_CHARS]
    if sum(filled) < _SCANNED_CHARS or len(empty) > 0.9 * len(pages) > 1:
        had = any(page for page in pages)
        message = "扫描的 PDF，文字层里只有扫描软件的水印或零星文字。" if had else "扫描的 PDF，没有文字层。"
        raise UnreadableSource(message, hint=_OCR)
    text = "".join(line.text for page in pages for line in page)
    garbled = sum(text.count(mark) for mark in "\ufffd\ufffe\uffff") + len(re.findall("[\ue000-\uf8ff\x80-\x9f]", text))
    if garbled > _MAX_GARBLED_SHARE * max(1, len(text)):
        raise UnreadableSource("PDF 的文字层是乱码（字体没有编码表）。", hint=_OCR)
    if empty and len(pages) > 1:
        shown = "、".join(map(str, empty[:10])) + ("…" if len(empty) > 10 else "")
        return (f"第 {shown} 页没有文字层，未能读出。",)
    return ()


def _stamps(pages: list[list[Line]]) -> set[str]:
    """Scanner watermarks, and lines that stand on nearly every page of a file that has little else."""
    known = {_bare(line.text) for page in pages for line in page if _is_watermark(_bare(line.text))}
    total = sum(len(line.text) for page in pages for line in page)
    if len(pages) >= 3 and total < _STAMPED_CHARS * len(pages):
        seen: dict[str, int] = {}
        for page in pages:
            for key in {_bare(line.text) for line in page}:
                seen[key] = seen.get(key, 0) + 1
        known |= {key for key, count in seen.items() if count >= 0.8 * len(pages)}
    return known


def _is_watermark(text: str) -> bool:
    return any(mark in text and len(text) <= 2 * len(mark) + 6 for mark in _watermarks())


def _bare(text: str) -> str:
    return re.sub(r"[\s\d]+", "", text).lower()


@cache
def _watermarks() -> tuple[str, ...]:
    lines = _WATERMARKS.read_text("utf-8").splitlines()
    return tuple(_bare(line) for line in lines if line and not line.startswith("#"))


def _title(document: Any) -> str | None:
    """The title in the file's properties, unless a program put it there."""
    try:
        stated = without_controls(document.get_metadata_value("Title"))[0]
    except (pypdfium2.PdfiumError, UnicodeError, ValueError):
        return None
    title = " ".join(stated.split())
    return None if _TITLE_JUNK.match(title) or len(title) > 200 or "\ufffd" in title else title


def _refuse_bomb(data: bytes, settings: Settings) -> None:
    """Inflates every deflated stream, keeping nothing, before pdfium is let near them. Image streams count one by one."""
    total = 0
    for count, mark in enumerate(_STREAM.finditer(data)):
        if count > _MAX_STREAMS:
            raise UnreadableSource("PDF 的内容流多得不合常理。")
        head = data[max(0, mark.start() - 1024) : mark.start()]
        head = head[head.rfind(b"obj") + 3 :] if b"obj" in head else head
        if b"Fl" not in head:
            continue
        size = _inflated(data, mark.end(), settings.max_expanded_bytes, twice=head.count(b"Fl") > 1)
        total += 0 if b"/Image" in head else size
        if size > settings.max_expanded_bytes or total > settings.max_expanded_bytes:
            raise UnreadableSource("PDF 展开后过大（疑为压缩炸弹）。")


def _inflated(data: bytes, start: int, limit: int, *, twice: bool) -> int:
    """Size of a deflated stream, counted up to a little over `limit`."""
    outer, inner = zlib.decompressobj(), zlib.decompressobj()
    size, place = 0, start
    pending = b""
    try:
        while size <= limit and not outer.eof:
            if not pending:
                pending = data[place : place + 65_536]
                place += len(pending)
                if not pending:
                    break
            chunk = outer.decompress(pending, 1 << 20)
            pending = outer.unconsumed_tail
            size += len(chunk)
            while twice and chunk and size <= limit and not inner.eof:
                size += len(inner.decompress(chunk, 1 << 20))
                chunk = inner.unconsumed_tail
    except zlib.error:
        return size
    return size
