"""Where a cluster is and by what right it is asked: the engine URL says the one, the environment the other, so that no secret is ever in an
address, a process list or a log.

    opensearch://HOST[:PORT][,HOST[:PORT]…]/NAME[?shards=3&replicas=1&tls=no]

HOST may be several nodes of one cluster. NAME is what the indices of this collection begin with. The connection is https with a verified
certificate, except to this machine itself while no user is named; `tls=no` asks for plain http elsewhere. `shards` and `replicas` are for
new indices.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from search.errors import EngineUnavailable

PORT = 9200
USER, PASSWORD, PASSWORD_FILE, CERTIFICATES = (
    "BANGFU_OPENSEARCH_USER",
    "BANGFU_OPENSEARCH_PASSWORD",
    "BANGFU_OPENSEARCH_PASSWORD_FILE",
    "BANGFU_OPENSEARCH_CA",
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HINT = "请写 opensearch://主机:9200/名字，名字只用小写字母、数字、- 和 _。"


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks, and which certificate authority is believed beside those of the system. The password is in no `repr`."""

    user: str = ""
    password: str = field(default="", repr=False)
    certificates: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A cluster, by its nodes (host, port), and the collection in it. `shards` 0: one per data node that there is."""

    nodes: tuple[tuple[str, int], ...]
    name: str
    tls: bool
    access: Access = Access()
    shards: int = 0
    replicas: int | None = None


def read_access(environ: Mapping[str, str]) -> Access:
    """User, password and authority from the environment; the password may be in a file of its own. Raises EngineUnavailable."""
    user, password = environ.get(USER, ""), environ.get(PASSWORD, "")
    if file := environ.get(PASSWORD_FILE, ""):
        try:
            password = Path(file).read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise EngineUnavailable(f"读不到 {PASSWORD_FILE} 指定的密码文件。", hint="请检查路径和权限。") from None
    if bool(user) != bool(password):
        raise EngineUnavailable("用户名和密码只给了一个。", hint=f"请同时设置 {USER} 和 {PASSWORD}（或 {PASSWORD_FILE}）。")
    certificates = environ.get(CERTIFICATES, "")
    if certificates and not Path(certificates).is_file():
        raise EngineUnavailable(f"{CERTIFICATES} 指定的证书文件不存在。", hint="请检查路径。")
    return Access(user, password, certificates)


def read_address(place: str, environ: Mapping[str, str]) -> Address:
    """The cluster that an engine URL (without `opensearch:`) names. Raises EngineUnavailable."""
    access = read_access(environ)
    try:
        parts = urlsplit(place)
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
        nodes = tuple(_node(one) for one in parts.netloc.split(","))
        shards, replicas = _number(options, "shards"), _number(options, "replicas")
    except ValueError:
        raise EngineUnavailable("引擎地址写得不对。", hint=_HINT) from None
    name = parts.path.strip("/")
    if "@" in parts.netloc:
        raise EngineUnavailable("引擎地址里不能写用户名和密码。", hint=f"请设置 {USER} 和 {PASSWORD}（或 {PASSWORD_FILE}）。")
    if not place.startswith("//") or not all(host for host, _ in nodes) or not _NAME.fullmatch(name) or set(options) - _OPTIONS:
        raise EngineUnavailable("引擎地址写得不对。", hint=_HINT)
    plain = options.get("tls") == ["no"] or ("tls" not in options and not access.user and all(host in _LOOPBACK for host, _ in nodes))
    return Address(nodes, name, not plain, access, shards or 0, replicas)


_OPTIONS = {"shards", "replicas", "tls"}


def _node(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    return parts.hostname or "", parts.port or PORT


def _number(options: Mapping[str, list[str]], name: str) -> int | None:
    found = options.get(name)
    if found is None:
        return None
    number = int(found[-1])
    if not 0 <= number <= 1024:
        raise ValueError(name)
    return number
