"""Where the command runs: beside packages that have its names, and on systems without fork."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from search import build
from search.building import workers
from tests.packaging.wheel import free_port

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "from search.command.cli import main; main()"


def run(first: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with this folder first on the path."""
    path = os.pathsep.join((str(first), str(ROOT)))
    environment = {**os.environ, "PYTHONPATH": path, "LANG": "en_US.UTF-8", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments], env=environment, cwd=first, capture_output=True, text=True, timeout=60, check=False
    )


def test_another_web_on_the_path_is_named(tmp_path: Path) -> None:
    """A package `web` that is not the site's stops `bangfu serve` with its place and what to do, not with a traceback."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("两地结对帮扶，产业合作不断深入。\n", "utf-8")
    build([tmp_path / "papers"], tmp_path / "index")
    (tmp_path / "foreign" / "web").mkdir(parents=True)
    (tmp_path / "foreign" / "web" / "__init__.py").write_text("application = None\n", "utf-8")
    done = run(tmp_path / "foreign", "serve", "--index", str(tmp_path / "index"), "--port", "0")
    assert done.returncode == 2
    assert str(tmp_path / "foreign" / "web" / "__init__.py") in done.stderr
    assert "Traceback" not in done.stderr


def test_another_search_over_ours_is_named(tmp_path: Path) -> None:
    """A package `search` that was installed over ours, so that the folder holds files of both, stops every command with a sentence."""
    shutil.copytree(ROOT / "search" / "command", tmp_path / "search" / "command")
    (tmp_path / "search" / "__init__.py").write_text("def query(): ...\n", "utf-8")
    done = run(tmp_path, "search", "帮扶")
    assert done.returncode == 2
    assert "another package has the name “search”" in done.stderr
    assert str(tmp_path / "search" / "__init__.py") in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_sources_are_read_without_fork_elsewhere(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """Where forking is not safe or not there, one process reads all sources; no pool is made, however large they are."""
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    with workers._pool(10**9) as pool:
        assert pool is None


def test_the_site_runs_in_spawned_workers(tmp_path: Path) -> None:
    """As on macOS and Windows: nothing is loaded beforehand, the worker starts as a new process, and a page comes."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("两地结对帮扶，产业合作不断深入。\n", "utf-8")
    build([tmp_path / "papers"], tmp_path / "index")
    script = tmp_path / "elsewhere.py"
    script.write_text(
        "import multiprocessing, sys\n"
        "if __name__ == '__main__':\n"
        "    multiprocessing.set_start_method('spawn')\n"
        "    from web import __main__ as site\n"
        "    site.sys.platform = 'darwin'\n"
        "    site.main()\n",
        "utf-8",
    )
    port = free_port()
    environment = {**os.environ, "BANGFU_ENGINE": f"whoosh:{tmp_path / 'index'}", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert "产业合作" in page(f"http://127.0.0.1:{port}/search?q=%E5%B8%AE%E6%89%B6", process)
    finally:
        process.terminate()
        assert process.wait(20) in (0, -15)


def page(address: str, process: subprocess.Popen[bytes]) -> str:
    """A page of a server that may not be ready yet."""
    for _ in range(600):
        assert process.poll() is None, "the server ended before it was ready"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                text: str = answer.read().decode()
                return text
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server was not ready in time")
