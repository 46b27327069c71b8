"""Requests that no browser sends: absurd queries, parameters, ids and paths, made at random from a seed.

The law is the same for the few of the suite and the thousands by hand: an answer, no status of 500 or above, no trace of the inside.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_from_bytes

ALPHABETS = (
    "消费扶贫密云区滦平县就业教育2019年",
    string.ascii_letters + string.digits,
    "\"“”'()（）:：*?-+ AND OR NOT NEAR/9 与或非[]{}|\\/~^&%$#@!;,.",
    "\x00\x01\x07\x1b\x7f\u200b\u200e\u202e\u2066\ufeff\ufffd",
    "😀👩‍👩‍👧🇨🇳\U00020bb7\U0002f9f4雲區",
    "../..;%00${jndi:ldap}<script>alert(1)</script>'--",
)
PATHS = (
    "/", "/search", "/d/{}", "/p/{}", "/about", "/help", "/advanced", "/pairs", "/locate", "/api/v1/search", "/api/v1/documents",
    "/api/v1/documents/{}", "/api/v1/passages/{}", "/api/v1/locate", "/api/v1/suggest", "/api/v1/figures", "/api/v1/figures.csv",
    "/api/v1/cite", "/api/v1/export", "/api/v1/openapi.json", "/healthz", "/readyz", "/metrics", "/robots.txt", "/sitemap.xml", "/oembed",
    "/opensearch.xml", "/feed", "/static/{}", "/{}",
)  # fmt: skip
NAMES = (
    "q", "region", "not_region", "year", "not_year", "program", "not_program", "document", "kind", "sort", "page", "size", "view", "off",
    "lang", "quote", "unit", "min", "max", "format", "style", "url", "rows", "columns", "level", "order", "literal", "copies", "supporter",
)  # fmt: skip
SANE = (
    "消费扶贫", "河北省/承德市/滦平县",
    "2019", "2018-2020", "consumption", "none", "body", "year-desc", "1", "20", "kwic", "cross", "figures",
    "en", "CNY", "csv", "bibtex", "000_b8b8e29840079a9b", "99999999999999999999", "-1", "0", "1e309", "NaN", "",
)  # fmt: skip
SECRETS = ("Traceback (most recent call last)", "site-packages", "/search/engine/", 'File "')

Fetch = Callable[[str], tuple[int, str]]
"""Path and query, percent-encoded → status and body."""


def noise(rng: random.Random) -> str:
    """A text of any length that means nothing."""
    length = rng.choice((0, 1, 2, 5, 20, 200, rng.choice((2_000, 10_000))))
    alphabet = rng.choice(ALPHABETS)
    mixed = "".join(ALPHABETS) if rng.random() < 0.3 else alphabet
    return "".join(rng.choice(mixed) for _ in range(length))


def nested(rng: random.Random) -> str:
    """Brackets, quotes or operators without end."""
    piece = rng.choice(("(", "（", "NOT ", "-", '"', "“", "标题:", "*", "A OR ", "京 NEAR/2 ", "[", "地区:("))
    return piece * rng.choice((1, 3, 50, 1_000)) + "扶贫"


def encoded(rng: random.Random, text: str) -> str:
    """Percent-encoded; now and then bytes that are no UTF-8."""
    return quote_from_bytes(rng.randbytes(8)) if rng.random() < 0.05 else quote(text.encode("utf-8", "surrogatepass"))


def requests(count: int, seed: int = 1) -> Iterator[str]:
    """`count` paths with queries; the same ones for the same seed."""
    rng = random.Random(seed)
    for _ in range(count):
        path = rng.choice(PATHS).replace("{}", encoded(rng, rng.choice((noise(rng)[:300], rng.choice(SANE), "0123456789ab"))))
        pairs = []
        for _ in range(rng.choice((0, 1, 2, 3, 8))):
            value = rng.choice((noise, nested, lambda r: r.choice(SANE)))(rng)
            pairs.append(f"{rng.choice(NAMES)}={encoded(rng, value)}")
        yield path + ("?" + "&".join(pairs) if pairs else "")


def faults(fetch: Fetch, count: int, seed: int = 1) -> list[str]:
    """What broke the law, as sentences; empty when nothing did."""
    found = []
    for path in requests(count, seed):
        status, body = fetch(path)
        if status >= 500:
            found.append(f"{status} for {path[:300]}")
        for secret in SECRETS:
            if secret in body:
                found.append(f"{secret!r} in the answer to {path[:300]}")
    return found
