"""WARC files → a source for each page or file that was fetched, under its address."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from search.errors import UnreadableSource
from search.model import Metadata
from search.reading.archive import Member, numbered_name, safe_name
from search.settings import Settings

_WHAT = "WARC 网页存档"
_KINDS = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "application/pdf": ".pdf", "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx", "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx", "application/rtf": ".rtf",
    "application/epub+zip": ".epub", "application/rss+xml": ".xml", "application/atom+xml": ".xml",
}  # fmt: skip
"""What is text, and how such a file is named; pictures, styles and scripts are passed over."""
_BROKEN = (ArchiveLoadFailed, OSError, ValueError, EOFError, LookupError, AttributeError, TypeError, AssertionError, MemoryError)


def records(data: bytes, settings: Settings) -> Iterator[tuple[Member, Metadata]]:
    """Every answer that holds text, and its address. Raises UnreadableSource when the archive is damaged before its first record."""
    taken: dict[str, int] = {}
    expanded = read = 0
    try:
        for record in ArchiveIterator(io.BytesIO(data)):
            read += 1
            if record.rec_type not in {"response", "resource"} or _status(record) not in {"", "200"}:
                continue
            ending = _KINDS.get(_kind(record))
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            if ending is None or not address:
                continue
            content = record.content_stream().read(settings.max_source_bytes + 1)
            expanded += len(content)
            if expanded > settings.max_expanded_bytes or len(taken) >= settings.max_archive_members:
                raise UnreadableSource(f"{_WHAT}展开后过大，其余网页不再展开。", hint="请分成几个文件。")
            address = address.strip("<>")
            yield Member(_named(address, ending, taken), content), Metadata(url=address if address.startswith("http") else None)
    except _BROKEN:
        raise UnreadableSource(f"{_WHAT}已损坏，{'只读到一部分' if read else '打不开'}。", hint="请重新下载或重新抓取。") from None


def _status(record: object) -> str:
    headers = getattr(record, "http_headers", None)
    return str(headers.get_statuscode()) if headers is not None else ""


def _kind(record: object) -> str:
    headers = getattr(record, "http_headers", None) or record.rec_headers  # type: ignore[attr-defined]
    return str(headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()


def _named(address: str, ending: str, taken: dict[str, int]) -> str:
    """The address as a path, with the ending of what was answered; the same address again is numbered."""
    parts = urlsplit(address)
    path = unquote(parts.path, errors="replace").rstrip("/") or "/index"
    if parts.query:
        path += "_" + unquote(parts.query, errors="replace")
    if PurePosixPath(path).suffix.lower() not in {ending, ".htm" if ending == ".html" else ending}:
        path += ending
    return numbered_name(safe_name(f"{parts.netloc}{path}"), taken)
