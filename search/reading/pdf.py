"""PDF with a text layer → lines in reading order, with page numbers; scanned, encrypted and bomb PDFs are refused."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source
from search.reading import limited
from search.reading.ocr import INSTALL, Scanned, as_scanned, is_installed, read_scan, scanned_pages
from search.reading.page import Arranged, Piece, Sheet, arranged, sheet_of
from search.reading.page.plausible import is_doubtful, is_plausible
from search.reading.pdf_glyphs import glyphs_of
from search.reading.pdf_process import text_of
from search.reading.plain import without_controls
from search.reading.watermarks import bare, is_watermark
from search.settings import Settings

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_MAX_STREAMS = 300_000
_SCANNED_CHARS = 12
"""A page with fewer characters than this, watermarks left out, has no text layer worth the name."""
_STAMPED_CHARS = 40
"""Below so many characters a page, lines that are on nearly every page are taken for a stamp."""
_ERRORS = {
    "locked": ("PDF 已加密，需要密码。", "请取消密码保护后另存。"),
    "broken": ("PDF 已损坏，打不开。", "请重新下载或另存。"),
    "empty": ("PDF 里没有页。", ""),
    "large": ("PDF 的文字过多。", "请分成几个文件。"),
    "slow": ("PDF 过于复杂，在限定时间内读不完。", "请另存为简单的 PDF 或 DOCX。"),
    "greedy": ("PDF 过于复杂，读取时耗尽内存。", "请另存为简单的 PDF 或 DOCX。"),
}
_TITLE_JUNK = re.compile(
    r"(?i)^(microsoft (word|powerpoint|excel)\b.*|untitled.*|无标题.*|未命名.*|文档\s*\d*|document\s*\d*|幻灯片.*|powerpoint.*"
    r"|.*\.(docx?|wps|pdf|indd|qxd|fh\d*|cdr|dwg|html?|txt|xlsx?|pptx?|tmp)|https?://.*|[\W\d_]*|\S{0,3})$"
)


def read_pdf(source: Source, settings: Settings) -> Reading:
    """The text layer; where there is none worth the name, what OCR reads. Raises UnreadableSource for encrypted, broken and oversized
    files, and for scanned and garbled ones where OCR is not installed."""
    limited.run("pdf-bomb", source.data, settings=settings)
    pages, title, blocks = _pages(source.data, settings)
    unread = _unread([sheet.pieces for sheet in pages])
    if unread.reason:
        return _scanned(source, unread.reason, settings)
    warnings = unread.warnings
    scans: dict[int, Scanned] = {}
    if unread.pages and is_installed():
        scans, warnings = scanned_pages(source, unread.pages, settings)
        blank = [number for number, page in scans.items() if not page.sheet.pieces]
        warnings += (f"第 {_shown(blank)} 页没有文字层，也没有认出文字。",) if blank else ()
    sheets = [scans[number].sheet if number in scans else sheet for number, sheet in enumerate(pages, 1)]
    found = arranged(sheets, blocks)
    lines = tuple(as_scanned(line, scans[line.page]) if line.page in scans else line for line in found.lines)
    metadata = Metadata(title=_in_text(title, found))
    return Reading(lines, "pdf", metadata=metadata, warnings=warnings + _doubts(pages), page_sizes=found.page_sizes)


def _scanned(source: Source, reason: str, settings: Settings) -> Reading:
    """A file that is pictures throughout."""
    if not is_installed():
        raise UnreadableSource(reason, hint=INSTALL)
    try:
        return read_scan(source, "pdf", settings)
    except UnreadableSource as error:
        raise UnreadableSource(reason + error.message, hint=error.hint) from None


@dataclass(frozen=True, slots=True)
class _Unread:
    """Pages without a text layer, with a warning; or why the text layer of the whole file is of no use."""

    pages: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str = ""


def _pages(data: bytes, settings: Settings) -> tuple[list[Sheet], str | None, list[list[object]]]:
    """The sheet of every page, the title the file states, and the blocks it marks."""
    answer = text_of(data, settings)
    error = answer.get("error")
    if error == "long":
        raise UnreadableSource(f"PDF 有 {answer['count']} 页，超过上限 {settings.max_pdf_pages} 页。", hint="请分成几个文件。")
    if error is not None:
        message, hint = _ERRORS[error]
        raise UnreadableSource(message, hint=hint)
    return [sheet_of(glyphs_of(page)) for page in answer["pages"]], _title(answer["title"]), answer["blocks"]


def _unread(pages: list[list[Piece]]) -> _Unread:
    """What of a file has no usable text layer."""
    stamps = _stamps(pages)
    filled = [sum(len("".join(line.text.split())) for line in page if bare(line.text) not in stamps) for page in pages]
    empty = [number for number, count in enumerate(filled, 1) if count < _SCANNED_CHARS]
    if sum(filled) < _SCANNED_CHARS or len(empty) > 0.9 * len(pages) > 1:
        had = any(page for page in pages)
        return _Unread(reason="扫描的 PDF，文字层里只有扫描软件的水印或零星文字。" if had else "扫描的 PDF，没有文字层。")
    garbled = [number for number, page in enumerate(pages, 1) if not is_plausible(page)]
    if garbled and len(garbled) + len(empty) >= len(pages):
        return _Unread(reason="PDF 的文字层是乱码（字体没有编码表）。")
    for number in garbled:
        pages[number - 1].clear()
    warnings: list[str] = []
    if empty and len(pages) > 1:
        warnings.append(f"第 {_shown(empty)} 页没有文字层，未能读出。")
    if garbled:
        warnings.append(f"第 {_shown(garbled)} 页的文字层是乱码（字体没有编码表），未收。")
    return _Unread(tuple(sorted({*(empty if len(pages) > 1 else ()), *garbled})), tuple(warnings))


def _doubts(sheets: list[Sheet]) -> tuple[str, ...]:
    """What share of the lines of a text layer holds characters that stand for none."""
    doubtful = sum(is_doubtful(piece.text) for sheet in sheets for piece in sheet.pieces)
    if not doubtful:
        return ()
    share = doubtful / sum(len(sheet.pieces) for sheet in sheets)
    return (f"有 {doubtful} 行存疑（{max(share, 0.001):.1%}）：其中有字体没有说明的字符。",)


def _in_text(title: str | None, found: Arranged) -> str | None:
    """The title in the file's properties if it also occurs in the text: many are those of templates, of earlier documents, of
    people and of printers."""
    if title is None:
        return None
    text = "".join("".join(line.text.split()) for line in found.lines if line.style is None)
    return title if "".join(title.split()) in text else None


def _shown(numbers: list[int]) -> str:
    """The first ten of some page numbers."""
    return "、".join(map(str, numbers[:10])) + ("…" if len(numbers) > 10 else "")


def _stamps(pages: list[list[Piece]]) -> set[str]:
    """Scanner watermarks, and lines that are on nearly every page of a file that has little else."""
    known = {bare(line.text) for page in pages for line in page if is_watermark(line.text)}
    total = sum(len(line.text) for page in pages for line in page)
    if len(pages) >= 3 and total < _STAMPED_CHARS * len(pages):
        seen: dict[str, int] = {}
        for page in pages:
            for key in {bare(line.text) for line in page}:
                seen[key] = seen.get(key, 0) + 1
        known |= {key for key, count in seen.items() if count >= 0.8 * len(pages)}
    return known


def _title(stated: str) -> str | None:
    """The title in the file's properties, unless a program put it there."""
    title = " ".join(without_controls(stated)[0].split())
    return None if _TITLE_JUNK.match(title) or len(title) > 200 or "\ufffd" in title else title


def refuse_bomb(data: bytes, settings: Settings) -> None:
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
