"""A table as an XLSX workbook of one sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767
"""Characters of one cell; a workbook holds no more."""


def workbook(columns: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> bytes:
    """The file. Numbers are numbers, and no text is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("bangfu")
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_text(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, _NOT_XML.sub("", text)[:_LONGEST])
    cell.data_type = "s"
    return cell
