"""Limits and places, read once at the edge (command or application factory) and passed down as a value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

PREFIX = "BANGFU_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every number a keeper of a site may want to change. Environment: `BANGFU_` and the field's name in capitals."""

    max_source_bytes: int = 64 * 2**20
    """A larger file is rejected."""
    max_expanded_bytes: int = 256 * 2**20
    """What one archive or PDF may expand to before it counts as a bomb."""
    max_archive_members: int = 2_000
    """Members of one archive; the rest of a larger one is rejected."""
    max_pdf_pages: int = 3_000
    """Pages of one PDF; a longer one is rejected."""
    max_line_chars: int = 2_000_000
    """Characters of one line; a file with a longer one is rejected."""
    max_query_chars: int = 2_000
    """Longer queries are cut, with a note."""
    max_query_terms: int = 64
    """Terms of a query; the rest is left out, with a note."""
    max_page_depth: int = 10_000
    """The last hit that paging reaches."""
    max_export_rows: int = 10_000
    """Hits that an export holds."""
    state: str = ""
    """Where the ledger and what interrupted builds did are kept; empty: the engine's own place, for `whoosh:` the index folder."""
    base_url: str = ""
    """The public address of the site, without a final slash; empty: links are relative."""
    site_name: str = "帮扶检索"
    """The name on every page and in citations."""
    cache_bytes: int = 32 * 2**20
    """Pages of results that a worker keeps as they were sent; 0 keeps none."""
    rate_limit_per_minute: int = 0
    """Requests a minute and client before 429; 0 is no limit."""
    max_shrink_percent: int = 20
    """A build that would lose a larger share of the documents needs `--allow-shrink`; one or two of a handful may always go."""
    max_compression_ratio: int = 200
    """An archive member of more than a megabyte that shrinks further than this is taken for a bomb."""
    max_pdf_seconds: int = 120
    """A PDF that takes longer to read is given up."""
    max_ocr_page_seconds: int = 240
    """A page that takes longer to be read by OCR is given up."""
    max_ocr_memory_bytes: int = 1200 * 2**20
    """What the process that reads scans may take."""
    ocr_cache: str = ""
    """Folder where pages read by OCR are kept; empty: beside the index."""
    max_pdf_memory_bytes: int = 1536 * 2**20
    """What the process that reads PDFs may take; a PDF that wants more is given up."""


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; a value that is no number of the right kind raises ValueError naming the variable."""
    environ = os.environ if environ is None else environ
    found: dict[str, int | str] = {}
    for item in fields(Settings):
        raw = environ.get(PREFIX + item.name.upper())
        if raw is None:
            continue
        if item.type == "int":
            try:
                found[item.name] = int(raw)
            except ValueError:
                raise ValueError(f"{PREFIX}{item.name.upper()} must be a whole number, not {raw!r}") from None
        else:
            found[item.name] = raw
    return Settings(**found)  # type: ignore[arg-type]
