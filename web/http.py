"""What holds for every answer: limits on the way in; security headers, validators and compression on the way out."""

from __future__ import annotations

import gzip
import hashlib

from flask import Flask, Response, g, request

from web.kept import KeptPage
from web.problems import Problem
from web.site import site

MAX_URL = 60_000
"""Bytes. Below what the server under us takes, so that it is we who answer, and say why."""
MAX_BODY = 1_000_000
SMALLEST_COMPRESSED = 600
KEPT = "pages.search"
"""The endpoint whose pages are kept."""

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
EMBED_POLICY = CONTENT_POLICY.replace("script-src 'self'; ", "").replace("frame-ancestors 'none'", "frame-ancestors *")

_TEXT = ("text/", "application/json", "application/problem+json", "application/atom+xml", "application/xml", "application/opensearch")


def install(app: Flask) -> None:
    """Adds the limits and the headers to an application."""
    app.before_request(refuse_oversize)
    app.before_request(kept_page)
    app.after_request(finish)


def refuse_oversize() -> None:
    """414 for an address and 413 for a body that no page of ours needs; 429 for a client that asks too often."""
    if len(request.query_string) + len(request.path) > MAX_URL:
        raise Problem(414, "url-too-long", "网址太长。", hint="缩短检索词；要定位一大段引文，请用“引文定位”的表单提交。")
    if (request.content_length or 0) > MAX_BODY:
        raise Problem(413, "body-too-large", "提交的内容太大。", hint="一次提交不要超过一兆字节。")
    if not request.path.startswith(("/static/", "/healthz", "/readyz", "/metrics")):
        site().limiter.check(request.remote_addr or "")


def kept_page() -> Response | None:
    """The page of results asked for, where this generation has already been asked for it at this very address."""
    if request.endpoint != KEPT or request.method not in ("GET", "HEAD"):
        return None
    generation = site().library.manifest().generation
    g.page_key = (generation, request.host_url, request.query_string)
    page = site().pages.get(g.page_key)
    if page is None:
        return None
    g.page = page
    return Response(page.packed, mimetype="text/html")


def finish(response: Response) -> Response:
    """Headers for all; for whole text bodies a weak validator and gzip where accepted."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()")
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-cache" if response.status_code == 200 else "no-store"
    _count(response)
    if response.is_streamed or response.direct_passthrough or not (response.mimetype or "").startswith(_TEXT):
        return response
    page: KeptPage | None = g.get("page")
    if page is None:
        body = response.get_data()
        etag = hashlib.blake2b(body, digest_size=9).hexdigest()
    else:
        body, etag = page.packed, page.etag
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        if not response.get_etag()[0]:
            response.set_etag(etag, weak=True)
        response.make_conditional(request)
        if response.status_code == 304:
            return response
    headers.add("Vary", "Accept-Encoding")
    if len(body) >= SMALLEST_COMPRESSED and "Content-Encoding" not in headers and request.accept_encodings["gzip"] > 0:
        packed = page.packed if page else gzip.compress(body, 5, mtime=0)
        response.set_data(packed)
        headers["Content-Encoding"] = "gzip"
        if page is None and response.status_code == 200 and (key := g.get("page_key")):
            site().pages.put(key, KeptPage(packed, etag))
    elif page is not None:
        response.set_data(page.body)
    return response


def _count(response: Response) -> None:
    key = (request.endpoint or "unknown", response.status_code)
    counters = site().counters
    counters[key] = counters.get(key, 0) + 1
