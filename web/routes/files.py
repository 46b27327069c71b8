"""Answers that are files to be kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response


def csv_file(rows: Iterable[Sequence[object]], name: str) -> Response:
    """Rows, the head among them, as a CSV file that spreadsheet programs read as UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return download(out.getvalue(), "text/csv; charset=utf-8", name)


def download(body: str | bytes | Iterator[bytes], mimetype: str, name: str) -> Response:
    """A file under a name."""
    response = Response(body, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
