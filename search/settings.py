"""Limits and places, read once at the edge (command or application factory) and passed down as a value."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network

PREFIX = "BANGFU_"
LOCAL_ADDRESS = "http://127.0.0.1:8000"
"""Where `bangfu serve` serves unless told otherwise: what links of exports begin with while no public address is stated."""


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
    costly_limit_per_minute: int = 120
    """The same for exports, concordances, figures, tables of pairs and cross tables."""
    max_request_seconds: int = 60
    """What one request may take before it is broken off with 503; exports and large tables four times as long."""
    trusted_proxies: str = ""
    """Addresses or networks of proxies whose X-Forwarded-For, -Proto and -Host are believed, with commas between; empty: none's."""
    allowed_hosts: str = ""
    """Hosts that may be asked for, with commas between, `.example.org` for all below; empty: any, unless `base_url` names one."""
    hsts_seconds: int = 0
    """For how long browsers are to use HTTPS only (Strict-Transport-Security); 0: nothing is said."""
    read_token: str = ""
    """What readers of the API and the feeds must send as `Authorization: Bearer …`; empty: anyone may read."""
    cors_origins: str = ""
    """Origins whose pages may call the API, with commas between, or `*` for all; empty: none."""
    access_log: int = 0
    """1: a line of JSON per request on standard error, with the id that the answer carries as X-Request-Id."""
    log_queries: int = 0
    """1: with what was asked, which is the reader's own."""
    max_shrink_percent: int = 20
    """A build that would lose a larger share of the documents needs `--allow-shrink`; one or two of a handful may always go."""
    keep_generations: int = 3
    """Generations that stay on the disk: the one in force, and those that `bangfu rollback` can go back to."""
    max_compression_ratio: int = 200
    """An archive member of more than a megabyte that shrinks further than this is taken for a bomb."""
    max_reader_seconds: int = 60
    """A file that takes more of the processor's time to parse (HTML, DOCX, XLSX, archives, sidecars, the streams of a PDF) is given up, and
    one that takes four times as long by the clock."""
    max_reader_memory_bytes: int = 1536 * 2**20
    """What the process that parses may take; a file that wants more is given up."""
    max_pdf_seconds: int = 120
    """A PDF that takes more of the processor's time to read is given up, and one that takes four times as long by the clock."""
    max_ocr_page_seconds: int = 240
    """A page that takes longer to be read by OCR is given up."""
    max_ocr_memory_bytes: int = 1200 * 2**20
    """What the process that reads scans may take."""
    ocr_cache: str = ""
    """Folder where pages read by OCR are kept; empty: beside the index."""
    keep_sources: int = 1
    """1 keeps every source beside the index, so that its pages can be shown and the file downloaded; 0 keeps none."""
    sources_folder: str = ""
    """Folder of the kept sources; empty: beside the index, where `keep_sources` is 1."""
    page_cache_bytes: int = 256 * 2**20
    """What the pictures of pages may take on the disk of a server."""
    max_pdf_memory_bytes: int = 1536 * 2**20
    """What the process that reads PDFs may take; a PDF that wants more is given up."""

    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of `trusted_proxies`. Raises ValueError for what is none."""
        return tuple(ip_network(part.strip(), strict=False) for part in self.trusted_proxies.split(",") if part.strip())


_OF_CLUSTER = frozenset({f"BANGFU_OPENSEARCH_{name}" for name in ("USER", "PASSWORD", "PASSWORD_FILE", "CA")})
"""Who asks a cluster, and whom it believes: read by the engine itself, so that no secret is in a value that is handed around."""
OTHERS = frozenset({"BANGFU_ENGINE", "BANGFU_CHROMIUM"}) | _OF_CLUSTER
"""Variables of our prefix that are no settings."""
_FLAGS = frozenset({"access_log", "log_queries"})
_MAY_BE_NONE = frozenset({"rate_limit_per_minute", "costly_limit_per_minute", "cache_bytes", "hsts_seconds", "max_shrink_percent"}) | _FLAGS


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises ValueError naming the variable for a value that is no number of the right kind or makes no
    sense, and for a name that is none of ours."""
    environ = os.environ if environ is None else environ
    known = {PREFIX + item.name.upper(): item for item in fields(Settings)}
    for name in environ:
        if name.startswith(PREFIX) and name not in known and name not in OTHERS:
            near = get_close_matches(name, known, 1)
            raise ValueError(f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else ""))
    found: dict[str, int | str] = {}
    for name, item in known.items():
        raw = environ.get(name)
        if raw is None:
            continue
        if item.type != "int":
            found[item.name] = raw.strip()
            continue
        try:
            number = int(raw)
        except ValueError:
            raise ValueError(f"{name} must be a whole number, not {raw!r}") from None
        if number < (0 if item.name in _MAY_BE_NONE else 1):
            raise ValueError(f"{name} must not be {number}")
        found[item.name] = number
    settings = Settings(**found)  # type: ignore[arg-type]
    checked_address(settings.base_url, f"{PREFIX}BASE_URL")
    settings.proxies()
    return settings


def checked_address(text: str, name: str) -> str:
    """The public address of a site, if it is one or empty. Raises ValueError naming the setting."""
    if text and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
        raise ValueError(f"{name} must be an address like https://example.org/archive, not {text!r}")
    return text.rstrip("/")
