"""What holds for every answer: limits on the way in; security headers, validators and compression on the way out."""

from __future__ import annotations

import gzip
import hashlib

from flask import Flask, Response, request

from web.problems import Problem
from web.site import site

MAX_URL = 100_000
MAX_BODY = 1_000_000
SMALLEST_COMPRESSED = 600

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
    app.after_request(finish)


def refuse_oversize() -> None:
    """414 for an address and 413 for a body that no page of ours needs; 429 for a client that asks too often."""
    if len(request.query_string) + len(request.path) > MAX_URL:
        raise Problem(414, "url-too-long", "网址太长。", hint="缩短检索词；要定位一大段引文，请用“引文定位”的表单提交。")
    if (request.content_length or 0) > MAX_BODY:
        raise Problem(413, "body-too-large", "提交的内容太大。", hint="一次提交不要超过一兆字节。")
    if not request.path.startswith(("/static/", "/healthz", "/readyz", "/metrics")):
        site().limiter.check(request.remote_addr or "")


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
    body = response.get_data()
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        if not response.get_etag()[0]:
            response.set_etag(hashlib.blake2b(body, digest_size=9).hexdigest(), weak=True)
        response.make_conditional(request)
        if response.status_code == 304:
            return response
    headers.add("Vary", "Accept-Encoding")
    if len(body) >= SMALLEST_COMPRESSED and "Content-Encoding" not in headers and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(body, 5, mtime=0))
        headers["Content-Encoding"] = "gzip"
    return response


def _count(response: Response) -> None:
    key = (request.endpoint or "unknown", response.status_code)
    counters = site().counters
    counters[key] = counters.get(key, 0) + 1
