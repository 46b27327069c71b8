"""The recipe of ops/README.md for a login in front, word for word, under a real nginx where one is installed."""

from __future__ import annotations

import base64
import http.server
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.packaging.wheel import fetch, free_port
from tests.torture.server import Serving, serving

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/nginx/sbin") or shutil.which("nginx")
RECIPES = re.findall(r"```nginx\n(.*?)```", (ROOT / "ops" / "README.md").read_text(encoding="utf-8"), re.DOTALL)

pytestmark = pytest.mark.skipif(not NGINX, reason="no nginx is installed here")


@contextmanager
def behind(recipe: str, folder: Path, server: Serving, port: int, **replaced: str) -> Iterator[None]:
    """nginx with a recipe, on a port, before a server."""
    for old, new in {"127.0.0.1:8000": f"127.0.0.1:{server.port}", **replaced}.items():
        assert old in recipe
        recipe = recipe.replace(old, new)
    places = "".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    conf = folder / "nginx.conf"
    conf.write_text(
        f"{'user root;' if os.getuid() == 0 else ''} daemon off; worker_processes 1; events {{}}\n"
        f"pid {folder}/pid; error_log {folder}/error.log;\n"
        f"http {{ access_log off; {places} server {{ listen 127.0.0.1:{port};\n{recipe}\n}} }}",
        encoding="utf-8",
    )
    assert NGINX
    process = subprocess.Popen([NGINX, "-c", str(conf), "-p", str(folder)], stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
            try:
                fetch(port, "/")
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)
        if process.stderr:
            process.stderr.close()


@pytest.fixture
def proxied(index: str) -> Iterator[tuple[Serving, int]]:
    """A server that knows it is below /archive/ of a proxy on a port, and the port."""
    port = free_port()
    place = Path(index.removeprefix("whoosh:"))
    base = f"http://127.0.0.1:{port}/archive"
    with serving(place, base_url=base, trusted_proxies="127.0.0.1", allowed_hosts="127.0.0.1") as server:
        yield server, port


def walked(port: int, headers: dict[str, str]) -> None:
    """Pages, files, links and JSON below the path, for a reader who is let in."""
    status, body = fetch(port, "/archive/search?q=%E5%B8%AE%E6%89%B6", headers)
    page = body.decode()
    assert status == 200, page[page.index("<main") :]
    style = re.findall(r'href="(/[^"]+\.css)"', page)[0]
    document = quote(re.findall(r'href="(/archive/d/[^"#]+)', page)[0].replace("&amp;", "&"), safe="/?&=%")
    for address in (style, document, "/archive/", "/archive/api/v1/search?q=%E5%B8%AE"):
        assert fetch(port, address, headers)[0] == 200, address
    assert f"http://127.0.0.1:{port}/archive/d/" in fetch(port, "/archive/sitemap-1.xml", headers)[1].decode()


def test_a_password_in_front(proxied: tuple[Serving, int], tmp_path: Path) -> None:
    """Without it nobody gets in, wherever they knock; with it all is as it is without a proxy, below the path."""
    server, port = proxied
    (tmp_path / "htpasswd").write_text("reader:{PLAIN}geheim\n", encoding="utf-8")
    with behind(RECIPES[0], tmp_path, server, port, **{"/etc/nginx/archive.htpasswd": str(tmp_path / "htpasswd")}):
        for path in ("/archive/", "/archive/search?q=a", "/archive/api/v1/search", "/archive/static/x", "/archive/../archive/help"):
            assert fetch(port, path)[0] == 401, path
            assert fetch(port, path, {"Authorization": "Basic " + base64.b64encode(b"reader:falsch").decode()})[0] == 401, path
        walked(port, {"Authorization": "Basic " + base64.b64encode(b"reader:geheim").decode()})


class _Gate(http.server.BaseHTTPRequestHandler):
    """Answers as oauth2-proxy does at /oauth2/auth: 202 with a session, 401 without."""

    def do_GET(self) -> None:
        inside = "_oauth2_proxy=good" in self.headers.get("Cookie", "")
        self.send_response(202 if inside and self.path == "/oauth2/auth" else 401 if self.path == "/oauth2/auth" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_an_identity_provider_in_front(proxied: tuple[Serving, int], tmp_path: Path) -> None:
    """nginx asks a gate with the interface of oauth2-proxy: who has no session is sent to sign in, who has one reads."""
    server, port = proxied
    gate = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Gate)
    thread = threading.Thread(target=gate.serve_forever)
    thread.start()
    try:
        with behind(RECIPES[1], tmp_path, server, port, **{"127.0.0.1:4180": f"127.0.0.1:{gate.server_port}"}):
            for path in ("/archive/", "/archive/api/v1/search", "/archive/help"):
                status, _ = fetch(port, path)
                assert status == 302, path
            assert fetch(port, "/archive/", {"Cookie": "_oauth2_proxy=bad"})[0] == 302
            walked(port, {"Cookie": "_oauth2_proxy=good"})
    finally:
        gate.shutdown()
        gate.server_close()
        thread.join()
