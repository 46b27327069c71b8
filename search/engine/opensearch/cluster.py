"""The one way to a cluster. Every request of this body goes through `Cluster.ask`, every search through `Cluster.search`.

An answer is whole or there is none. A search that lost a shard looks like one that found less: it is 200, without failures, and only fewer
shards were successful than there are. So it is told how many shards must have answered, partial results are forbidden, a time-out is no
answer, and whatever is doubtful is asked again, on another node, until the deadline; then it is EngineUnavailable (503), never a smaller
number. `_count` says nothing of what is missing and is never used.
"""

from __future__ import annotations

import json
import os
import random
import ssl
import time
import warnings
from collections.abc import Mapping
from threading import Lock
from typing import Any

import opensearchpy
from opensearchpy.exceptions import ConnectionError as NotConnected
from opensearchpy.exceptions import SSLError, TransportError

from search.engine.opensearch.address import CERTIFICATES, PASSWORD, USER, Address
from search.errors import BadRequest, EngineUnavailable, IndexMissing

Json = dict[str, Any]

SECONDS = 20.0
"""What a question may take, with all that is tried again."""
ATTEMPT = 10.0
"""What one attempt of it may take."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
OLDEST = (2, 11)
"""Versions before it lack what the requests here ask for."""
_FULL = ("flood-stage watermark", "create-index blocked")
"""What a cluster says while its disks are too full to write to, or to make an index on."""
_AGAIN = frozenset({429, 502, 503, 504})
"""Statuses that say: not now."""


class Conflict(Exception):
    """Another has written first what was to be written (409)."""


class Absent(Exception):
    """There is no such document or index (404)."""


class Refused(Exception):
    """The cluster will never take this request: status, type and reason as it says them."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"{status} {kind}: {reason}")
        self.status, self.kind, self.reason = status, kind, reason


class Cluster:
    """A cluster at an address. Connects when it is first asked, in each process for itself. Thread-safe."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._lock = Lock()
        self._client: opensearchpy.OpenSearch | None = None
        self._process = 0

    def close(self) -> None:
        """Closing twice is harmless."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None and self._process == os.getpid():
            client.close()

    def ask(
        self,
        method: str,
        path: str,
        body: Json | list[Json] | None = None,
        *,
        seconds: float | None = None,
        attempt: float = ATTEMPT,
        **params: Any,
    ) -> Json:
        """The JSON that the cluster answers within `seconds` (by default SECONDS). Raises EngineUnavailable; Conflict, Absent and Refused
        where the cluster has said so."""
        end = time.monotonic() + (SECONDS if seconds is None else seconds)
        pause = FIRST_PAUSE
        while True:
            left = end - time.monotonic()
            try:
                return self._once(method, path, body, min(attempt, max(left, 0.1)), params)
            except _Unsure as doubt:
                rest = pause * random.uniform(0.5, 1.5)
                if time.monotonic() + rest >= end:
                    raise doubt.sentence from None
                time.sleep(rest)
                pause = min(2 * pause, LONGEST_PAUSE)

    def search(self, index: str, body: Json, *, shards: int, seconds: float | None = None, **params: Any) -> Json:
        """What a search found over all of `shards` shards, no fewer. Raises EngineUnavailable."""
        params |= {"allow_partial_search_results": "false", "cancel_after_time_interval": f"{int(ATTEMPT)}s"}
        end = time.monotonic() + (SECONDS if seconds is None else seconds)
        pause = FIRST_PAUSE
        while True:
            try:
                found = self.ask("POST", f"/{index}/_search", body, seconds=max(end - time.monotonic(), 0.1), **params)
            except Absent:
                raise IndexMissing("集群里没有这个版本的索引。", hint="请运行 bangfu build --engine。") from None
            if is_whole(found, shards):
                return found
            rest = pause * random.uniform(0.5, 1.5)
            if time.monotonic() + rest >= end:
                raise EngineUnavailable("集群只能给出部分结果，这次不予回答。", hint="请稍后再试。")
            time.sleep(rest)
            pause = min(2 * pause, LONGEST_PAUSE)

    def check_version(self) -> None:
        """Raises EngineUnavailable where what answers is no OpenSearch, or one too old."""
        try:
            version = self.ask("GET", "/").get("version", {})
        except (Refused, Absent, Conflict):
            version = {}
        if version.get("distribution") != "opensearch":
            raise EngineUnavailable("这个地址上的不是 OpenSearch。", hint="请核对 --engine 的主机和端口。")
        number = str(version.get("number", ""))
        try:
            known = tuple(int(part) for part in number.split(".")[:2])
        except ValueError:
            known = OLDEST
        if known < OLDEST:
            wanted = ".".join(map(str, OLDEST))
            raise EngineUnavailable(f"集群的版本 {number} 太旧。", hint=f"需要 OpenSearch {wanted} 或更新。")

    def _once(self, method: str, path: str, body: Any, seconds: float, params: Mapping[str, Any]) -> Json:
        try:
            headers = {"content-type": "application/x-ndjson"} if isinstance(body, list) else None
            sent = ndjson(body) if isinstance(body, list) else body
            found = self._connected().transport.perform_request(
                method, path, params={**params, "request_timeout": seconds}, body=sent, headers=headers
            )
        except SSLError:
            raise EngineUnavailable("集群的证书不可信，没有连接。", hint=f"请用 {CERTIFICATES} 指定签发它的 CA，或核对主机名。") from None
        except NotConnected as error:
            if _is_about_certificates(error):
                raise EngineUnavailable(
                    "集群的证书不可信，没有连接。", hint=f"请用 {CERTIFICATES} 指定签发它的 CA，或核对主机名。"
                ) from None
            raise _Unsure("连不上 OpenSearch 集群。", "请核对 --engine 的主机、端口，以及集群是否在运行。") from None
        except TransportError as error:
            raise _said(error) from None
        if not isinstance(found, dict):
            raise EngineUnavailable("这个地址上的不是 OpenSearch。", hint="请核对 --engine 的主机和端口。")
        return found

    def _connected(self) -> opensearchpy.OpenSearch:
        with self._lock:
            if self._client is None or self._process != os.getpid():
                self._client, self._process = _connect(self.address), os.getpid()
            return self._client


class _Unsure(Exception):
    """Worth asking again; the sentence for when it is not."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.sentence = EngineUnavailable(message, hint=hint)


def is_whole(found: Json, shards: int) -> bool:
    """Whether an answer to a search is of all shards, in time. (`terminated_early` says nothing: a shard that can count without collecting
    says it too, and none is asked to stop early.)"""
    told = found.get("_shards", {})
    return not found.get("timed_out") and not told.get("failed") and told.get("total") == told.get("successful") == shards


def ndjson(lines: list[Json]) -> str:
    """Lines of JSON, as bulk and multi-search want them."""
    return "\n".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines) + "\n"


def _connect(address: Address) -> opensearchpy.OpenSearch:
    access = address.access
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return opensearchpy.OpenSearch(
            hosts=[{"host": host, "port": port} for host, port in address.nodes],
            http_auth=(access.user, access.password) if access.user else None,
            use_ssl=address.tls,
            verify_certs=True,
            ca_certs=(access.certificates or None) if address.tls else None,
            http_compress=True,
            max_retries=0,
            retry_on_timeout=False,
            pool_maxsize=32,
        )


def _is_about_certificates(error: NotConnected) -> bool:
    cause: BaseException | None = error.info if isinstance(error.info, BaseException) else None
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _said(error: TransportError) -> Exception:
    """What the cluster answered, as an error of ours."""
    status, kind, reason = _status(error), str(error.error), _reason(error)
    if status == 401:
        return EngineUnavailable("集群不认这个用户名或密码。", hint=f"请核对 {USER} 和 {PASSWORD}。")
    if status == 403 and "security" in kind + reason:
        return EngineUnavailable("这个用户没有做这件事的权限。", hint="请核对集群里给它的角色。")
    if status == 404:
        return Absent(kind)
    if status == 409:
        return Conflict(kind)
    if any(cause in reason for cause in _FULL):
        return _Unsure("集群的磁盘快满了，现在不能写入。", "请给集群腾出磁盘空间；有了空间它会自己恢复写入。")
    if status in _AGAIN or (status == 403 and "block" in kind + reason):
        return _Unsure("集群现在不能回答。", "请稍后再试；持续如此请查看集群的健康状况。")
    if "too_many" in kind + reason or "maxClauseCount" in reason:
        return BadRequest("检索式太长，集群不能一次回答。", hint="请减少检索词。")
    if status >= 500:
        return _Unsure(f"集群出错（{kind[:60]}）。", "请查看集群的日志。")
    return Refused(status, kind, reason)


def _status(error: TransportError) -> int:
    return error.status_code if isinstance(error.status_code, int) else 0


def _reason(error: TransportError) -> str:
    try:
        info: Any = error.info
        found = info["error"]
        causes = found.get("root_cause") or [found] if isinstance(found, dict) else []
        return " ".join(str(one.get("reason", "")) for one in causes)[:500] or str(found)[:500]
    except (KeyError, TypeError, AttributeError, IndexError):
        return str(error.info)[:500]
