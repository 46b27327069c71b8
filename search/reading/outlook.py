"""Outlook messages (.msg) → headers as metadata, the body as text; attachments are sources of their own.

Read over olefile by the names of the property streams ([MS-OXMSG] 2.4): extract-msg, the usual library, is under the GPL.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

from olefile import STGTY_STORAGE, OleFileIO

from search.errors import UnreadableSource
from search.model import Reading, Source
from search.reading.archive import Member, safe_name
from search.reading.encoding import decode
from search.reading.mail import html_body, letter_metadata, plain_body
from search.reading.ole import BROKEN, damaged, open_ole, stream
from search.reading.plain import without_controls
from search.reading.rtf import read_rtf
from search.reading.rtf_packed import unpacked_rtf
from search.settings import Settings

_WHAT = "Outlook 邮件"
_SUBJECT, _SENDER, _TEXT, _HTML, _HEADERS, _PACKED_RTF = "0037", "0C1A", "1000", "1013", "007D", "1009"
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _CONTENT = "3707", "3704", "3001", "3701"
_ATTACHMENT = "__attach_version1.0"
_DEEPEST = 3
"""So many letters may lie one inside the other."""


def read_outlook(source: Source, settings: Settings) -> Reading:
    """Subject, sender and date as metadata; the body alone as lines. Raises UnreadableSource."""
    container = open_ole(source.data, _WHAT)
    try:
        metadata = letter_metadata(_property(container, "", _SUBJECT), _property(container, "", _SENDER), _sent(container, ""))
        html, text = _html(container, ""), _property(container, "", _TEXT)
        lines = html_body(html) if html else ()
        if not lines and not text.strip() and (rtf := _rtf(container, "", settings)):
            lines = read_rtf(Source(source.name, rtf, source.sha256), settings).lines
    except BROKEN:
        raise damaged(_WHAT) from None
    finally:
        container.close()
    return Reading(lines or plain_body(text, settings), "msg", metadata=metadata)


def outlook_attachments(data: bytes, settings: Settings) -> Iterator[Member]:
    """The files that came with a message, under safe names; a message among them as a letter of its own."""
    container = open_ole(data, _WHAT)
    try:
        expanded = 0
        for number, folder in enumerate(_attachments(container, "")[: settings.max_archive_members], 1):
            name = _attached_name(container, folder) or f"附件{number}"
            if inner := _inner_message(container, folder):
                content = _as_letter(container, inner, settings, _DEEPEST).as_bytes()
                name = f"{safe_name(name.removesuffix('.msg').replace('/', '_'))}.eml"
            else:
                content = stream(container, f"{folder}/__substg1.0_{_CONTENT}0102")
            expanded += len(content)
            if not content:
                yield Member(safe_name(name), reason="附件是链接或嵌入的对象，不能展开。", hint="请在 Outlook 中另存后收录。")
            elif expanded > settings.max_expanded_bytes:
                yield Member(safe_name(name), reason="附件过大，不再展开。", hint="请另存附件后收录。")
            else:
                yield Member(safe_name(name), content)
    except BROKEN:
        raise damaged(_WHAT) from None
    finally:
        container.close()


def _as_letter(container: OleFileIO, folder: str, settings: Settings, deeper: int) -> EmailMessage:
    """A message that lies inside another, in the form every reader of letters knows."""
    letter = EmailMessage()
    for header, value in (
        ("Subject", _property(container, folder, _SUBJECT)),
        ("From", _property(container, folder, _SENDER)),
        ("Date", _sent(container, folder)),
    ):
        if line := " ".join(value.split()):
            letter[header] = line
    html, text = _html(container, folder), _property(container, folder, _TEXT)
    rtf = b"" if html or text.strip() else _rtf(container, folder, settings)
    letter.set_content(html or text, subtype="html" if html else "plain")
    if rtf:
        letter.add_attachment(rtf, maintype="application", subtype="rtf", filename="正文.rtf")
    for number, inside in enumerate(_attachments(container, folder)[: settings.max_archive_members], 1):
        if inner := _inner_message(container, inside):
            if deeper > 1:
                letter.add_attachment(_as_letter(container, inner, settings, deeper - 1))
        elif content := stream(container, f"{inside}/__substg1.0_{_CONTENT}0102"):
            name = _attached_name(container, inside) or f"附件{number}"
            letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter


def _attachments(container: OleFileIO, folder: str) -> list[str]:
    """The storages of what came with a message, itself in the storage given."""
    above = folder.split("/") if folder else []
    inside = {path[len(above)] for path in container.listdir() if path[: len(above)] == above and len(path) > len(above)}
    return ["/".join([*above, name]) for name in sorted(inside) if name.startswith(_ATTACHMENT)]


def _attached_name(container: OleFileIO, folder: str) -> str:
    names = (_property(container, folder, name) for name in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
    return next(filter(None, names), "")


def _inner_message(container: OleFileIO, folder: str) -> str:
    """Where the message lies that is attached itself; empty where what is attached is a file."""
    inner = f"{folder}/__substg1.0_{_CONTENT}000D"
    return inner if container.exists(inner) and container.get_type(inner) == STGTY_STORAGE else ""


def _sent(container: OleFileIO, folder: str) -> str:
    headers = _property(container, folder, _HEADERS)
    return next((line[5:].strip() for line in headers.splitlines() if line.lower().startswith("date:")), "")


def _html(container: OleFileIO, folder: str) -> str:
    html = stream(container, f"{_start(folder)}__substg1.0_{_HTML}0102")
    return without_controls(decode(html).text)[0] if html.strip() else ""


def _rtf(container: OleFileIO, folder: str, settings: Settings) -> bytes:
    return unpacked_rtf(stream(container, f"{_start(folder)}__substg1.0_{_PACKED_RTF}0102"), settings.max_source_bytes)


def _start(folder: str) -> str:
    return f"{folder}/" if folder else ""


def _property(container: OleFileIO, folder: str, name: str) -> str:
    """A property that is text: two bytes a character (type 001F), or one and a codepage (001E)."""
    start = _start(folder)
    wide = stream(container, f"{start}__substg1.0_{name}001F")
    if wide:
        return without_controls(wide.decode("utf-16-le", errors="replace"))[0]
    narrow = stream(container, f"{start}__substg1.0_{name}001E")
    try:
        return without_controls(decode(narrow).text)[0]
    except UnreadableSource:
        return without_controls(narrow.decode("gb18030", errors="replace"))[0]
