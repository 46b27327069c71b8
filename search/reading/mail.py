"""E-mail (.eml) and saved web pages (.mht) → headers as metadata, the body as text; attachments are sources of their own."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import UTC
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html import escape

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.archive import Member, numbered_name, safe_name
from search.reading.encoding import decode
from search.reading.found import source_of
from search.reading.html import read_html, whole_lines
from search.reading.plain import split_lines, without_controls
from search.settings import Settings

_MAX_PARTS = 1_000
_BOUNDARY = re.compile(rb"(?i)\bboundary\s*=")
_ENDING = {"text/plain": ".txt", "text/html": ".html", "message/rfc822": ".eml", "application/pdf": ".pdf"}
_BROKEN = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError, UnicodeError, MemoryError, OSError)


def read_mail(source: Source, settings: Settings) -> Reading:
    """Subject, sender and date as metadata; the body alone as lines. Raises UnreadableSource."""
    message = _message(source.data)
    body = _body(message)
    metadata = letter_metadata(_header(message, "subject"), _header(message, "from"), _header(message, "date"))
    if body is None:
        return _with_title((), "eml", metadata)
    text, _ = _text(body)
    if body.get_content_type() == "text/html":
        return _with_title(html_body(text), "eml", metadata)
    return _with_title(plain_body(text, settings), "eml", metadata)


def read_saved_page(source: Source, settings: Settings) -> Reading:
    """The page that a web archive (RFC 2557) was saved for, read as any page is. Raises UnreadableSource."""
    message = _message(source.data)
    root = _root(message)
    if root is None:
        raise UnreadableSource("网页存档里没有网页。", hint="请在浏览器中打开后另存为文本或 PDF。")
    text, encoding = _text(root)
    address = _header(message, "snapshot-content-location") or _header(root, "content-location")
    told = f'<meta property="og:url" content="{escape(address)}">' if re.match(r"https?://", address) else ""
    reading = read_html(source_of(source.name, (told + text).encode("utf-8", "replace")), settings)
    return Reading(reading.lines, "mht", encoding, reading.metadata, reading.warnings)


def attachments(data: bytes, settings: Settings) -> Iterator[Member]:
    """The files that came with a letter, under safe names; pictures that belong to its text are not among them."""
    message = _message(data)
    body = _body(message)
    taken: dict[str, int] = {}
    expanded = count = 0
    for part in _parts(message):
        kind = part.get_content_type()
        if part is body or (part.is_multipart() and kind != "message/rfc822"):
            continue
        stated = _file_name(part)
        belongs = not stated or (part.get_content_maintype() == "image" and part.get("content-id"))
        if belongs and part.get_content_disposition() != "attachment" and kind != "message/rfc822":
            continue
        count += 1
        if count > settings.max_archive_members:
            return
        name = numbered_name(safe_name(stated or f"附件{count}{_ENDING.get(kind, '')}"), taken)
        content = _bytes(part)
        expanded += len(content)
        if expanded > settings.max_expanded_bytes:
            yield Member(name, reason="附件过大，不再展开。", hint="请另存附件后收录。")
        else:
            yield Member(name, content)


def letter_metadata(subject: str, sender: str, sent: str) -> Metadata:
    """What the head of a letter says: its subject, the sender's name and the day it was sent."""
    name = re.sub(r"\s*<[^>]*>\s*$", "", sender).strip(" \"'")
    try:
        moment = parsedate_to_datetime(sent)
        day = (moment if moment.tzinfo is None or "+" in sent or "-" in sent[-6:] else moment.astimezone(UTC)).date()
    except (ValueError, TypeError, OverflowError, IndexError):
        day = None
    title = re.sub(r"^(?:(?:re|fw|fwd|答复|回复|转发)\s*[:：]\s*)+", "", " ".join(subject.split()), flags=re.IGNORECASE)
    return Metadata(title=title[:300] or None, byline=name[:100] or None, date=day, year=day.year if day else None)


def html_body(text: str) -> tuple[SourceLine, ...]:
    """The lines of a letter written as HTML."""
    return tuple(SourceLine(number, line, style=style) for number, (line, style) in enumerate(whole_lines(text), 1))


def plain_body(text: str, settings: Settings) -> tuple[SourceLine, ...]:
    """The lines of a letter written as text."""
    return split_lines(text, settings)


def _with_title(lines: tuple[SourceLine, ...], form: str, metadata: Metadata) -> Reading:
    """A letter without text says at least its subject."""
    if not any(line.text.strip() for line in lines) and metadata.title:
        lines = (SourceLine(1, metadata.title, style="title"),)
    return Reading(lines, form, metadata=metadata)


def _message(data: bytes) -> EmailMessage:
    if len(_BOUNDARY.findall(data)) > _MAX_PARTS:
        raise UnreadableSource("邮件的层数多得不合常理。")
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        if not message.keys():
            raise UnreadableSource("邮件已损坏，没有信头。")
        return message
    except _BROKEN:
        raise UnreadableSource("邮件已损坏，打不开。", hint="请在邮件程序中重新另存。") from None


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """All parts in order; a letter inside the letter counts as one."""
    stack = [message]
    count = 0
    while stack and count < 10 * _MAX_PARTS:
        part = stack.pop()
        count += 1
        yield part
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            stack.extend(reversed([inner for inner in part.iter_parts() if isinstance(inner, EmailMessage)]))


def _body(message: EmailMessage) -> EmailMessage | None:
    """The part that is the letter: HTML before text where both are given, for text is wrapped at 76 columns."""
    readable = [
        part
        for part in _parts(message)
        if part.get_content_type() in {"text/plain", "text/html"}
        and part.get_content_disposition() != "attachment"
        and not _file_name(part)
    ]
    html = next((part for part in readable if part.get_content_type() == "text/html"), None)
    plain = next((part for part in readable if part.get_content_type() == "text/plain"), None)
    if html is None or plain is None:
        return html or plain
    return html if html_body(_text(html)[0]) else plain


def _root(message: EmailMessage) -> EmailMessage | None:
    """The page of a web archive: the part that `start` names, else the first HTML."""
    pages = [part for part in _parts(message) if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    start = str(message.get_param("start", "") or "").strip("<>")
    return next((page for page in pages if start and _header(page, "content-id").strip("<>") == start), pages[0] if pages else None)


def _text(part: EmailMessage) -> tuple[str, str]:
    """The text of a part and its encoding, by the stated charset where it fits. Raises UnreadableSource."""
    decoded = decode(_bytes(part), part.get_content_charset())
    return without_controls(decoded.text)[0], decoded.encoding


def _bytes(part: EmailMessage) -> bytes:
    try:
        if part.get_content_type() == "message/rfc822":
            return b"".join(inner.as_bytes() for inner in part.iter_parts())
        content = part.get_payload(decode=True)
    except _BROKEN:
        raise UnreadableSource("邮件的内容已损坏。") from None
    return content if isinstance(content, bytes) else b""


def _header(part: EmailMessage, name: str) -> str:
    """A header as text; raw bytes in it, which old Chinese programs leave there, are decoded by what they are."""
    try:
        value = str(part.get(name, ""))
    except _BROKEN:
        return ""
    if any("\udc80" <= character <= "\udcff" or character == "\ufffd" for character in value):
        raw = next((bytes(v, "ascii", "surrogateescape") for k, v in part.raw_items() if k.lower() == name), b"")
        try:
            value = decode(raw).text
        except UnreadableSource:
            value = raw.decode("gb18030", errors="replace")
    return without_controls(value)[0]


def _file_name(part: EmailMessage) -> str:
    try:
        return without_controls(part.get_filename() or "")[0]
    except _BROKEN:
        return ""
