"""Builds the wheel from what git tracks, installs it, and walks through the command as a user who never saw the checkout."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "ops" / "requirements.lock"
"""Every dependency at run time, direct or not, with version and hashes."""
PATIENCE = 90.0
TRAPS = ("granian", "click", "numpy", "flask", "whoosh", "jieba", "web", "search", "sitecustomize", "usercustomize")
"""Names of modules that a hostile current folder might hold."""


def tracked(*folders: str) -> list[str]:
    """The files that git tracks below the folders of the checkout."""
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def build_wheel(folder: Path) -> Path:
    """The wheel, built outside the checkout, so that nothing untracked slips in and nothing is left behind."""
    source = folder / "source"
    for name in tracked():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(source)], check=True, capture_output=True, cwd=folder)
    return next(folder.glob("bangfu-*.whl"))


def wheel_names(wheel: Path) -> set[str]:
    """The files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def install_beside(wheel: Path, folder: Path, interpreter: str = sys.executable) -> Path:
    """The `bangfu` of a fresh environment that borrows its dependencies from the running one, which has the checkout too: the wheel
    comes first on the path. The interpreter is of the running one's version."""
    subprocess.run([interpreter, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    target = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True, check=True
    )
    site = Path(target.stdout.strip())
    options = ["--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel)], check=True, capture_output=True)
    # addsitedir would run the .pth of the editable install; a bare line only appends the folder.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n" + sysconfig.get_path("platlib") + "\n", encoding="utf-8")
    return folder / "bin" / "bangfu"


def install_whole(wheel: Path, python: str, folder: Path) -> Path:
    """The `bangfu` of a clean environment of this Python, dependencies fetched from the registry: those of the lock, by their hashes."""
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", str(LOCK)], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    return folder / "bin" / "bangfu"


def pythons() -> dict[str, str]:
    """Version → interpreter, of every Python from 3.11 on that is to be had here."""
    found: dict[str, str] = {}
    for version in ("3.11", "3.12", "3.13", "3.14"):
        names = [shutil.which(f"python{version}"), *map(str, Path.home().glob(f".pyenv/versions/{version}*/bin/python{version}"))]
        for name in filter(None, names):
            asked = subprocess.run(
                [name, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True, check=False
            )
            if asked.stdout.strip() == version:
                found.setdefault(version, name)
    return found


def hostile_folder(folder: Path) -> Path:
    """A current folder full of modules that leave a mark when they are run."""
    folder.mkdir()
    for name in TRAPS:
        (folder / f"{name}.py").write_text(f"open({str(folder / 'RUN')!r}, 'a').write({name!r})\n", encoding="utf-8")
    return folder


def walk_through(bangfu: Path, folder: Path) -> None:
    """Builds, searches, cites, exports, checks and serves with the installed command, in a folder that is no checkout. Raises
    AssertionError, or CalledProcessError with what was said."""
    here = hostile_folder(folder / "here")
    shutil.copytree(ROOT / "seeds", here / "papers")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BANGFU_", "VIRTUAL_ENV"))}

    def run(*arguments: str) -> str:
        done = subprocess.run([bangfu, *arguments], cwd=here, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (arguments, done.stdout[-2000:], done.stderr[-2000:])
        return done.stdout

    assert run("build", "papers")
    found = json.loads(run("search", "消费扶贫", "--json"))
    assert found["total"] > 0
    assert found["hits"][0]["id"] in run("cite", found["hits"][0]["id"], "--style", "bibtex")
    assert "@" in run("export", "消费扶贫", "--format", "bibtex")
    assert json.loads(run("check", "--json"))["sound"]
    port = free_port()
    server = subprocess.Popen(
        [bangfu, "serve", "--port", str(port), "--workers", "2"],
        cwd=here,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server)
        hit = found["hits"][0]["id"]
        for path in (
            "/",
            "/search?q=%E6%B6%88%E8%B4%B9%E6%89%B6%E8%B4%AB",
            f"/api/v1/cite?id={hit}&style=bibtex",
            "/api/v1/openapi.json",
            "/readyz",
        ):
            assert fetch(port, path)[0] == 200, path
    finally:
        server.terminate()
        server.wait(PATIENCE)
    assert not (here / "RUN").exists(), (here / "RUN").read_text(encoding="utf-8")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Waits until the server answers. Raises AssertionError where it ends, or never does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, server.returncode
        try:
            fetch(port, "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server never answered")
