"""Outlook messages (.msg) → headers as metadata, the body as text; attachments are sources of their own.

Read over olefile by the names of the property streams ([MS-OXMSG] 2.4): extract-msg, the usual library, is under the GPL.
"""

from __future__ import annotations

from collections.abc import Iterator

from olefile import OleFileIO

from search.errors import UnreadableSource
from search.model import Reading, Source
from search.reading.archive import Member, safe_name
from search.reading.encoding import decode
from search.reading.mail import html_body, letter_metadata, plain_body
from search.reading.ole import BROKEN, damaged, open_ole, stream
from search.reading.plain import without_controls
from search.settings import Settings

_WHAT = "Outlook 邮件"
_SUBJECT, _SENDER, _TEXT, _HTML, _HEADERS = "0037", "0C1A", "1000", "1013", "007D"
_LONG_NAME, _SHORT_NAME, _CONTENT = "3707", "3704", "3701"


def read_outlook(source: Source, settings: Settings) -> Reading:
    """Subject, sender and date as metadata; the body alone as lines. Raises UnreadableSource."""
    container = open_ole(source.data, _WHAT)
    try:
        headers = _property(container, "", _HEADERS)
        sent = next((line[5:].strip() for line in headers.splitlines() if line.lower().startswith("date:")), "")
        metadata = letter_metadata(_property(container, "", _SUBJECT), _property(container, "", _SENDER), sent)
        html = stream(container, f"__substg1.0_{_HTML}0102")
        text = _property(container, "", _TEXT)
        lines = html_body(without_controls(decode(html).text)[0]) if html.strip() else ()
    except BROKEN:
        raise damaged(_WHAT) from None
    finally:
        container.close()
    return Reading(lines or plain_body(text, settings), "msg", metadata=metadata)


def outlook_attachments(data: bytes, settings: Settings) -> Iterator[Member]:
    """The files that came with a message, under safe names."""
    container = open_ole(data, _WHAT)
    try:
        folders = sorted({path[0] for path in container.listdir() if path[0].startswith("__attach_version1.0")})
        expanded = 0
        for number, folder in enumerate(folders[: settings.max_archive_members], 1):
            name = _property(container, folder, _LONG_NAME) or _property(container, folder, _SHORT_NAME) or f"附件{number}"
            content = stream(container, f"{folder}/__substg1.0_{_CONTENT}0102")
            expanded += len(content)
            if not content:
                yield Member(safe_name(name), reason="附件里的邮件不能展开。", hint="请在 Outlook 中另存后收录。")
            elif expanded > settings.max_expanded_bytes:
                yield Member(safe_name(name), reason="附件过大，不再展开。", hint="请另存附件后收录。")
            else:
                yield Member(safe_name(name), content)
    except BROKEN:
        raise damaged(_WHAT) from None
    finally:
        container.close()


def _property(container: OleFileIO, folder: str, name: str) -> str:
    """A property that is text: two bytes a character (type 001F), or one and a codepage (001E)."""
    start = f"{folder}/" if folder else ""
    wide = stream(container, f"{start}__substg1.0_{name}001F")
    if wide:
        return without_controls(wide.decode("utf-16-le", errors="replace"))[0]
    narrow = stream(container, f"{start}__substg1.0_{name}001E")
    try:
        return without_controls(decode(narrow).text)[0]
    except UnreadableSource:
        return without_controls(narrow.decode("gb18030", errors="replace"))[0]
