"""A reading list as a Word document: headings, quotes, references, live links.

python-docx makes an empty document with its styles; the body is written into it from front to back, so that time grows as the list does
and memory hardly. (With its own calls each link looks through all links before it, and the whole document is held as a tree.)
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from html import escape

from docx import Document as WordDocument
from docx.oxml.ns import qn

from search.present.reading_list import ReadingItem

CHUNK = 64 * 1024
IN_MEMORY = 4 * 2**20
"""Bytes from which the file is put together on the disk."""
SERIF = "宋体"
LINK_COLOUR = "8A2A1C"

_BODY, _LINKS = "word/document.xml", "word/_rels/document.xml.rels"
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def reading_list_docx(items: Iterable[ReadingItem], title: str, made: date) -> Iterator[bytes]:
    """The file in pieces, put together in a file of its own: the directory of a package stands at its end."""
    with zipfile.ZipFile(io.BytesIO(_template(title, made))) as template, tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            for name in template.namelist():
                if name not in (_BODY, _LINKS):
                    package.writestr(name, template.read(name))
            before, end = _parted(template.read(_BODY).decode(), "<w:sectPr")
            urls: list[str] = []
            with package.open(_BODY, "w") as body:
                body.write(before.encode())
                for paragraph in _paragraphs(items, urls):
                    body.write(paragraph.encode())
                body.write(end.encode())
            before, end = _parted(template.read(_LINKS).decode(), "</Relationships>")
            with package.open(_LINKS, "w") as links:
                links.write(before.encode())
                for number, url in enumerate(urls):
                    target = escape(_clean(url))
                    line = f'<Relationship Id="link{number}" Type="{_HYPERLINK}" Target="{target}" TargetMode="External"/>'
                    links.write(line.encode())
                links.write(end.encode())
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


def _template(title: str, made: date) -> bytes:
    document = WordDocument()
    document.core_properties.title = _clean(title)
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = datetime(made.year, made.month, made.day)
    style = document.styles["Normal"]
    style.font.name = SERIF
    # Word takes the face of Chinese text from an attribute of its own.
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SERIF)
    if title:
        document.add_heading(_clean(title), 0)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _parted(xml: str, mark: str) -> tuple[str, str]:
    at = xml.rindex(mark)
    return xml[:at], xml[at:]


def _paragraphs(items: Iterable[ReadingItem], urls: list[str]) -> Iterator[str]:
    """The paragraphs as XML; the addresses of their links are added to `urls`, in the order of their numbers."""
    last = None
    for item in items:
        if item.document_id != last:
            last = item.document_id
            yield _paragraph(_run(item.title), "Heading1")
            yield _paragraph(_run(item.reference))
        yield _paragraph(_run(item.quote), "Quote")
        if item.note:
            yield _paragraph(_run(item.note))
        if item.url:
            link = _run(item.url, f'<w:rPr><w:color w:val="{LINK_COLOUR}"/></w:rPr>')
            yield _paragraph(f'<w:hyperlink r:id="link{len(urls)}">{link}</w:hyperlink>')
            urls.append(item.url)


def _paragraph(runs: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{runs}</w:p>"


def _run(text: str, properties: str = "") -> str:
    lines = escape(_clean(text)).split("\n")
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{properties}{inner}</w:r>"


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
