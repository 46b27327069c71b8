"""What holds for every answer: limits on the way in; security headers, validators and compression on the way out."""

from __future__ import annotations

import gzip
import hashlib
import secrets
import time
from urllib.parse import quote

from flask import Flask, Response, before_render_template, g, redirect, request, template_rendered
from werkzeug.wrappers import Response as AnyResponse

from web import metrics
from web.costs import is_costly
from web.kept import KeptPage
from web.problems import Problem
from web.proxies import below, path_of
from web.site import site

MAX_URL = 60_000
"""Maximum URL length in bytes. Kept below the server's own limit, so that readers get our explanation instead of its bare error."""
MAX_BODY = 1_000_000
MAX_PARAMETERS = 200
MAX_VALUE = 2_000
"""Characters of a parameter that is no text to be searched for. A page repeats its parameters in each of its links."""
_TEXTS = frozenset(("q", "quote", "url"))
SMALLEST_COMPRESSED = 600
LEVEL = 2
"""Of gzip. A page of results takes half the time it takes at 5 and is a fifteenth longer."""
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

STANDING = (
    ("Content-Security-Policy", CONTENT_POLICY),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()"),
)
"""Headers of every answer that does not set them itself."""
_CONDITIONAL = frozenset(("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"))

_TEXT = ("text/", "application/json", "application/problem+json", "application/atom+xml", "application/xml", "application/opensearch")


def install(app: Flask) -> None:
    """Adds the limits and the headers to an application."""
    app.before_request(begin)
    app.before_request(one_address)
    app.before_request(refuse_oversize)
    app.before_request(kept_page)
    app.after_request(finish)
    before_render_template.connect(_rendering, app)
    template_rendered.connect(_rendered, app)


def begin() -> None:
    """Notes when the site began."""
    g.begun = time.perf_counter()


def one_address() -> AnyResponse | None:
    """A page has one address: one with a slash at its end leads to the one without."""
    if request.path == "/" or not request.path.endswith("/") or request.endpoint is None or request.method not in ("GET", "HEAD"):
        return None
    asked = request.query_string.decode("latin-1")
    return redirect(quote("/" + request.path.strip("/"), safe="/") + (f"?{asked}" if asked else ""), 308)


def _rendering(_app: Flask, **_: object) -> None:
    g.rendering = time.perf_counter()


def _rendered(_app: Flask, **_: object) -> None:
    if (begun := g.pop("rendering", None)) is not None:  # a page inside a page is a part of it
        metrics.STAGES.labels("rendering").observe(time.perf_counter() - begun)


def refuse_oversize() -> None:
    """414 for an address and 413 for a body that no page of ours needs; 429 for a client that asks too often."""
    if len(request.query_string) + len(request.path) > MAX_URL:
        raise Problem(414, "url-too-long", "网址太长。", hint="缩短检索词；要定位一大段引文，请用“引文定位”的表单提交。")
    if request.query_string.count(b"&") >= MAX_PARAMETERS:
        raise Problem(400, "too-many-parameters", f"网址里的参数超过 {MAX_PARAMETERS} 个。", hint="去掉一些筛选。")
    if len(request.query_string) > MAX_VALUE and any(len(v) > MAX_VALUE for n, v in request.args.items(multi=True) if n not in _TEXTS):
        raise Problem(400, "value-too-long", f"有的参数超过 {MAX_VALUE} 个字。", hint="请缩短它。")
    if (request.content_length or 0) > MAX_BODY:
        raise Problem(413, "body-too-large", "提交的内容太大。", hint="一次提交不要超过一兆字节。")
    if not request.path.startswith(("/static/", "/healthz", "/readyz", "/metrics")):
        _refuse_stranger()
        costly = is_costly(request.path, request.query_string.decode("latin-1"))
        site().limiter.check(request.remote_addr or "", costly=costly)


def _refuse_stranger() -> None:
    """401 for a program without the token, where one is asked for."""
    token = site().settings.read_token
    # A browser asks beforehand whether it may send a token, and sends none then.
    if not token or request.method == "OPTIONS" or not request.path.startswith(("/api/", "/feed.atom")):
        return
    said = request.headers.get("Authorization", "")
    if not secrets.compare_digest(said.encode(), f"Bearer {token}".encode()):
        raise Problem(401, "token-required", "数据接口要凭令牌读取。", hint="请求头：Authorization: Bearer 令牌。")


def kept_page() -> Response | None:
    """The page of results asked for, where this generation has already been asked for it at this very address."""
    if request.endpoint != KEPT or request.method not in ("GET", "HEAD"):
        return None
    generation, fault = site().library.manifest().generation, site().shelf.fault()
    key = generation, fault, request.scheme, request.host, request.query_string
    page = site().pages.get(key)
    if page is None:
        g.page_key = key
        return None
    g.page = page
    return Response(page.packed, mimetype="text/html")


def finish(response: Response) -> Response:
    """Headers for all; for whole text bodies a weak validator and gzip where accepted."""
    headers = response.headers
    present = {name.lower() for name, _value in headers}
    headers.extend([(name, value) for name, value in STANDING if name.lower() not in present])
    if "cache-control" not in present:
        headers.add("Cache-Control", "private, no-cache" if response.status_code == 200 else "no-store")
    _count(response)
    _let_origins_read(response)
    settings = site().settings
    if settings.hsts_seconds:
        headers.add("Strict-Transport-Security", f"max-age={settings.hsts_seconds}")
    if prefix := path_of(settings):
        if headers.get("Location", "").startswith("/"):
            headers["Location"] = prefix + headers["Location"]
        if response.mimetype in ("text/html", "application/json") and not response.is_streamed and "page" not in g:
            response.set_data(below(response.get_data(), prefix, response.mimetype))
    if response.is_streamed or response.direct_passthrough or not (response.mimetype or "").startswith(_TEXT):
        return response
    page = g.get("page") or _packed(response)
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        if "etag" not in present:
            response.set_etag(page.etag, weak=True)
        if not _CONDITIONAL.isdisjoint(request.environ):
            response.make_conditional(request)
        if response.status_code == 304:
            return response
    headers.add("Vary", "Accept-Encoding")
    if page.packed and "content-encoding" not in present and _takes_gzip():
        response.set_data(page.packed)
        headers.add("Content-Encoding", "gzip")
        if response.status_code == 200 and (key := g.pop("page_key", None)):
            site().pages.put(key, page)
    elif "page" in g:
        response.set_data(page.body)
    return response


def _let_origins_read(response: Response) -> None:
    """Lets pages of other origins read the API and the feed where the keeper says so. No cookie is ever asked for."""
    allowed = site().settings.cors_origins
    if not allowed or not request.path.startswith(("/api/", "/feed.atom")):
        return
    origin = request.headers.get("Origin", "")
    if allowed != "*":
        response.headers.add("Vary", "Origin")
        if origin not in {one.strip() for one in allowed.split(",")}:
            return
    response.headers["Access-Control-Allow-Origin"] = "*" if allowed == "*" else origin
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Max-Age"] = "86400"


def _packed(response: Response) -> KeptPage:
    """The body compressed, unless it is too small to gain by it, and its validator. A digest of the compressed body stands for the body,
    at a fifth of the reading."""
    body = response.get_data()
    packed = gzip.compress(body, LEVEL, mtime=0) if len(body) >= SMALLEST_COMPRESSED else b""
    return KeptPage(packed, hashlib.blake2b(packed or body, digest_size=9).hexdigest())


def _takes_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0


def _count(response: Response) -> None:
    endpoint = request.endpoint or "unknown"
    metrics.REQUESTS.labels(endpoint, response.status_code).inc()
    if (begun := g.get("begun")) is not None:
        metrics.SECONDS.labels(endpoint).observe(time.perf_counter() - begun)
