"""A reading list as a Word document: headings, quotes, references, live links."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from docx import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from search.present.reading_list import ReadingItem

CHUNK = 64 * 1024
SERIF = "宋体"
LINK_COLOUR = "8A2A1C"

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def reading_list_docx(items: Iterable[ReadingItem], title: str, made: date) -> Iterator[bytes]:
    """The file in pieces. It is put together in memory: a Word document cannot be written from front to back."""
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
    last = None
    for item in items:
        if item.document_id != last:
            last = item.document_id
            document.add_heading(_clean(item.title), 1)
            document.add_paragraph(_clean(item.reference))
        document.add_paragraph(_clean(item.quote), style="Quote")
        if item.url:
            _link(document.add_paragraph(), item.url)
    buffer = io.BytesIO()
    document.save(buffer)
    data = buffer.getvalue()
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]


def _link(paragraph: Paragraph, url: str) -> None:
    """A live link: python-docx reads them but has no call to write one."""
    anchor = OxmlElement("w:hyperlink")
    anchor.set(qn("r:id"), paragraph.part.relate_to(_clean(url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(_clean(url))
    colour = OxmlElement("w:color")
    colour.set(qn("w:val"), LINK_COLOUR)
    run._r.get_or_add_rPr().append(colour)
    anchor.append(run._r)
    paragraph._p.append(anchor)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
