"""What stands between the server and the site in each worker: no request can stop another.

Bodies are read here, in the event loop, within a time and a size; only whole requests reach the site, which works in a few threads. A
request that finds too many before it is sent away at once (503, Retry-After), so is one whose turn does not come in half a minute; one
whose reader has gone is not begun. What is costly has a thread and a queue of its own, so that it never stands before the rest.
Streamed answers go through a file, so that a slow reader holds neither a thread nor memory. `/healthz` is answered without any of this.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from search import WorkStopped, under
from web import metrics
from web.costs import is_costly
from web.http import MAX_BODY

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

BODY_SECONDS = 10.0
"""In which a request's body must have come."""
BODIES = 256
"""Bodies that may be on their way into a worker."""
THREADS = 2
COSTLY_THREADS = 1
WAITING = 128
"""Requests that may wait for a thread of a worker; further ones are sent away."""
COSTLY_WAITING = 8
QUEUED_SECONDS = 30.0
"""After which a request that no thread has begun is sent away: whoever waits longer than that wants to be told."""
COSTLY_TIMES = 4
"""Times as long as an ordinary request that a costly one may take."""
FILE_SECONDS = 60.0
"""After which the name of a streamed answer's file is removed; who still reads it goes on reading."""
CHUNK = 1 << 16
HEALTH = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store"), ("x-content-type-options", "nosniff")]

log = logging.getLogger("bangfu.access")

_SENTENCES = {
    400: "这个请求看不懂。(Bad request.)\n",
    408: "请求迟迟没有发完。(The request came too slowly.)\n",
    411: "请注明内容的长度。(Please state the length of the body.)\n",
    413: "提交的内容太大。(The body is too large.)\n",
    503: "现在太忙，请稍后再试。(Too busy; please try again.)\n",
}


@dataclass(slots=True)
class Lane:
    """Threads with a queue of bounded length before them."""

    threads: int
    waiting: int
    name: str
    inside: int = 0
    executor: ThreadPoolExecutor = field(init=False)

    def open(self) -> None:
        """Starts the threads, in the process they work in."""
        self.executor = ThreadPoolExecutor(self.threads, thread_name_prefix=self.name)

    @property
    def is_full(self) -> bool:
        return self.inside >= self.threads + self.waiting


@dataclass(slots=True)
class SiteReply:
    """What the site said. `spool` is the file of a streamed body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    spool: Path | None = None
    size: int = 0


class Front:
    """An RSGI application over a WSGI one."""

    def __init__(
        self, app: Callable[..., Iterable[bytes]], *, access_log: bool = False, log_queries: bool = False, seconds: float = 60
    ) -> None:
        self._app, self._seconds = app, seconds
        self._access_log, self._log_queries = access_log, log_queries
        self._quick = Lane(THREADS, WAITING, "site")
        self._costly = Lane(COSTLY_THREADS, COSTLY_WAITING, "costly")
        self._bodies = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __rsgi_init__(self, _: asyncio.AbstractEventLoop) -> None:
        """In each worker, before the first request."""
        for lane in (self._quick, self._costly):
            lane.open()
        self._folder = tempfile.TemporaryDirectory(prefix="bangfu-answers-", ignore_cleanup_errors=True)

    def __rsgi_del__(self, _: asyncio.AbstractEventLoop) -> None:
        """When the worker ends: what is being worked on is finished, what waits is not begun."""
        for lane in (self._quick, self._costly):
            lane.executor.shutdown(wait=False, cancel_futures=True)
        if self._folder is not None:
            self._folder.cleanup()

    async def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> None:
        """One request."""
        if scope.path == "/healthz":
            proto.response_bytes(200, HEALTH, b"ok\n")
            return
        begun = time.perf_counter()
        request_id = secrets.token_hex(8)
        answer = await self._answer(scope, proto, request_id)
        if answer is None:
            return
        answer.headers.append(("X-Request-Id", request_id))
        self._send(proto, scope, answer)
        metrics.observe(time.perf_counter() - begun)
        if self._access_log:
            self._record(scope, answer, request_id, time.perf_counter() - begun)

    async def _answer(self, scope: Scope, proto: HTTPProtocol, request_id: str) -> SiteReply | None:
        headers = scope.headers.items()
        hosts = sum(name == "host" for name, _ in headers)
        if hosts > 1 or (not hosts and not scope.authority and scope.http_version == "1.1"):
            return self._refusal(400, "host")
        lane = self._costly if is_costly(scope.path, scope.query_string) else self._quick
        if lane.is_full:
            return self._refusal(503, "busy")
        body = b""
        if any(name in ("content-length", "transfer-encoding") for name, _ in headers):
            with metrics.stage("body"):
                read = await self._body(scope, proto)
            if not isinstance(read, bytes):
                return read
            body = read
        if lane.is_full:
            return self._refusal(503, "busy")
        gone = None
        if lane.inside >= lane.threads or lane is self._costly:
            gone = asyncio.ensure_future(proto.client_disconnect())
        lane.inside += 1
        try:
            work = partial(self._begun, time.perf_counter(), environ(scope, headers, body, request_id), gone, quick=lane is self._quick)
            return await self._begun_in_time(lane.executor.submit(work))
        finally:
            lane.inside -= 1
            if gone is not None:
                gone.cancel()

    async def _begun_in_time(self, work: Future[SiteReply | None]) -> SiteReply | None:
        """What the work gives, or a refusal where its turn does not come in time. Work that has begun has its own bound (`under`)."""
        answer = asyncio.wrap_future(work)
        await asyncio.wait((answer,), timeout=QUEUED_SECONDS)
        if not answer.done() and work.cancel():
            return self._refusal(503, "waited")
        return await answer

    async def _body(self, scope: Scope, proto: HTTPProtocol) -> bytes | SiteReply:
        """The whole body, or why it was not waited for."""
        if "transfer-encoding" in scope.headers:
            # Who does not say how long a body is cannot be told from who breaks off, and no form does so.
            return self._refusal(411, "chunked")
        stated = scope.headers.get("content-length", "0")
        if len(stated) > 12 or int(stated) > MAX_BODY:  # the server has refused what is no number
            return self._refusal(413, "body")
        if self._bodies >= BODIES:
            return self._refusal(503, "bodies")
        self._bodies += 1
        pieces: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for piece in proto:
                    pieces.append(piece)
                    size += len(piece)
                    if size > MAX_BODY:
                        return self._refusal(413, "body")
        except TimeoutError:
            return self._refusal(408, "slow")
        except (OSError, RuntimeError):  # the client hung up, or sent what is no body
            return self._refusal(400, "body")
        finally:
            self._bodies -= 1
        return b"".join(pieces) if size == int(stated) else self._refusal(400, "body")

    def _begun(self, asked: float, environment: dict[str, Any], gone: asyncio.Future[None] | None, *, quick: bool) -> SiteReply | None:
        """What is done in a thread, and how long it was waited for and worked at."""
        metrics.STAGES.labels("waiting").observe(time.perf_counter() - asked)
        with metrics.stage("working"):
            return self._worked(environment, gone, quick=quick)

    def _worked(self, environment: dict[str, Any], gone: asyncio.Future[None] | None, *, quick: bool = True) -> SiteReply | None:
        """The site's answer, made in a thread; None where nobody waits for it any more."""
        if gone is not None and gone.done():
            metrics.rejected("gone")
            return None
        begun: list[tuple[int, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            begun[:] = [(int(status[:3]), list(headers))]
            return lambda _: None

        with under(self._seconds * (1 if quick else COSTLY_TIMES), lambda: gone is not None and gone.done()):
            try:
                return self._site_reply(environment, start_response, begun, gone)
            except WorkStopped:  # in the middle of a streamed answer; elsewhere the site says so itself
                return self._refusal(503, "stopped")

    def _site_reply(
        self,
        environment: dict[str, Any],
        start_response: Callable[..., Any],
        begun: list[tuple[int, list[tuple[str, str]]]],
        gone: asyncio.Future[None] | None,
    ) -> SiteReply | None:
        pieces = self._app(environment, start_response)
        try:
            collected = list(pieces) if isinstance(pieces, (list, tuple)) else None
            if collected is None:
                iterator = iter(pieces)
                first = next(iterator, b"")
                status, headers = begun[0]
                if any(name.lower() == "content-length" for name, _ in headers) or environment["REQUEST_METHOD"] == "HEAD":
                    collected = [first, *iterator]
                else:
                    return self._spooled(status, headers, first, iterator, gone)
            status, headers = begun[0]
            body = b"".join(collected)
            return SiteReply(status, headers, body, size=len(body))
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    def _spooled(
        self, status: int, headers: list[tuple[str, str]], first: bytes, rest: Iterable[bytes], gone: asyncio.Future[None] | None
    ) -> SiteReply | None:
        """A streamed answer, written to a file as it comes; given up when the reader has gone."""
        assert self._folder is not None
        path = Path(self._folder.name) / secrets.token_hex(8)
        size = 0
        try:
            with path.open("wb") as file:
                size += file.write(first)
                for piece in rest:
                    if gone is not None and gone.done():
                        metrics.rejected("gone")
                        path.unlink()
                        return None
                    size += file.write(piece)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return SiteReply(status, [*headers, ("Content-Length", str(size))], spool=path, size=size)

    def _send(self, proto: HTTPProtocol, scope: Scope, answer: SiteReply) -> None:
        if answer.spool is not None:
            proto.response_file(answer.status, answer.headers, str(answer.spool))
            asyncio.get_running_loop().call_later(FILE_SECONDS, _remove, answer.spool)
        elif answer.body and scope.method != "HEAD":
            proto.response_bytes(answer.status, answer.headers, answer.body)
        else:
            proto.response_empty(answer.status, answer.headers)

    def _refusal(self, status: int, reason: str) -> SiteReply:
        """Sent away before the site has seen it. The connection is closed: what else is on it is not worth waiting for."""
        metrics.rejected(reason)
        body = _SENTENCES[status].encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        headers += [("Content-Security-Policy", "default-src 'none'"), ("Connection", "close"), ("Content-Length", str(len(body)))]
        if status == 503:
            headers.append(("Retry-After", "2"))
        return SiteReply(status, headers, body, size=len(body))

    def _record(self, scope: Scope, answer: SiteReply, request_id: str, seconds: float) -> None:
        """A line of the access log. What was asked is the reader's own, and is left out unless the keeper wants it."""
        said: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "id": request_id,
            "client": scope.client.rpartition(":")[0],
            "method": scope.method,
            "path": scope.path[:500],
            "status": answer.status,
            "bytes": answer.size,
            "ms": round(1000 * seconds, 1),
        }
        if self._log_queries:
            said["query"] = scope.query_string[:2_000]
        log.info(json.dumps(said, ensure_ascii=False))


def environ(scope: Scope, headers: list[tuple[str, str]], body: bytes, request_id: str) -> dict[str, Any]:
    """The WSGI environment of a request."""
    client, server = scope.client.rpartition(":")[0].strip("[]"), scope.server.rpartition(":")
    found: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "replace").decode("latin-1"),
        "RAW_URI": quote(scope.path, safe="/%"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server[0].strip("[]"),
        "SERVER_PORT": server[2],
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "bangfu.request_id": request_id,
    }
    for name, value in headers:
        if name in ("content-type", "content-length", "transfer-encoding"):
            continue
        key = f"HTTP_{name.upper().replace('-', '_')}"
        found[key] = f"{found[key]}{';' if name == 'cookie' else ','}{value}" if key in found else value
    if scope.authority and "HTTP_HOST" not in found:
        found["HTTP_HOST"] = scope.authority
    if body:
        found["CONTENT_LENGTH"] = str(len(body))
    if kind := scope.headers.get("content-type"):
        found["CONTENT_TYPE"] = kind
    return found


def _remove(path: Path) -> None:
    with suppress(OSError):
        os.unlink(path)
