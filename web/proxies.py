"""A site behind proxies: whose word on the client is taken, which hosts it answers for, and below which path it is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from search import Settings

_ADDRESS = re.compile(rb"""((?:href|src|action|data-[a-z-]+)=")(?=/[^/])""")
_JSON_ADDRESS = re.compile(rb"""("(?:permalink|url)": ?")(?=/[^/])""")
"""Keys of the API whose values are addresses of this site. Inside a text its quotes would be escaped, so that no text is met."""
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def install(app: Flask, settings: Settings) -> None:
    """Makes an application heed the settings on proxies, hosts and its path."""
    hosts = [host.strip() for host in settings.allowed_hosts.split(",") if host.strip()]
    inner: Application = app.wsgi_app
    if hosts:
        inner = _Known(inner, [*hosts, "localhost", "127.0.0.1", "[::1]"])
    if prefix := path_of(settings):
        inner = _Below(inner, prefix)
    if settings.trusted_proxies:
        inner = _Believing(inner, settings.proxies())
    app.wsgi_app = inner  # type: ignore[method-assign,assignment]


def path_of(settings: Settings) -> str:
    """The path below which the site is found, without a final slash; empty at the root of its host."""
    return urlsplit(settings.base_url).path.rstrip("/")


def below(body: bytes, prefix: str, mimetype: str) -> bytes:
    """A page, or an answer of the API, whose addresses of this site are below a path."""
    addresses = {"text/html": _ADDRESS, "application/json": _JSON_ADDRESS}.get(mimetype)
    return body if addresses is None else addresses.sub(rb"\1" + prefix.encode(), body)


class _Known:
    """Answers for the hosts named alone. Whoever asks for another is told so before any page could repeat the name."""

    def __init__(self, app: Application, hosts: list[str]) -> None:
        self._app, self._hosts = app, hosts

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if host_is_trusted(environ.get("HTTP_HOST", ""), self._hosts):
            return self._app(environ, start_response)
        body = "不为这个主机名服务。(This host is not served here.)\n".encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response("400 Bad Request", headers)
        return [body]


class _Below:
    """Takes the path of the site off what is asked for. A proxy may have done so already."""

    def __init__(self, app: Application, prefix: str) -> None:
        self._app, self._prefix = app, prefix

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == self._prefix or path.startswith(self._prefix + "/"):
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        return self._app(environ, start_response)


class _Believing:
    """Believes the last of the X-Forwarded headers where the request comes from a proxy that is named, and nobody else's."""

    def __init__(self, app: Application, trusted: tuple[IPv4Network | IPv6Network, ...]) -> None:
        self._plain, self._fixed = app, ProxyFix(app, x_for=1, x_proto=1, x_host=1, x_prefix=0)
        self._trusted = trusted

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            address = ip_address(environ.get("REMOTE_ADDR", ""))
        except ValueError:
            return self._plain(environ, start_response)
        if any(address in network for network in self._trusted):
            return self._fixed(environ, start_response)
        return self._plain(environ, start_response)
