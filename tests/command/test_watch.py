"""Folders under watch: rebuilt when files change, and word sent to who wants to hear of new hits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from search import build, open_library
from search.command.watch import changes, look, pausing, read_queries, tell
from search.errors import BadRequest

TEXT = "青山区与绿水县结对帮扶。\n\n双方商定在{what}方面继续加大力度，资金已经到位。\n"


class Receiver:
    """A real receiver of webhooks: the JSON bodies that arrived."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(500 if self.path == "/broken" else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    (made / "one.txt").write_text(TEXT.format(what="产业协作"), "utf-8")
    return made


def until(what: Callable[[], object], seconds: float = 60) -> None:
    """Waits for something that another process does."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_command_rebuilds_and_tells(tmp_path: Path, folder: Path, receiver: Receiver) -> None:
    """`bangfu watch` builds, sees a new file, builds again and posts exactly the new hits of the stored query; Ctrl-C ends it."""
    queries = tmp_path / "queries.toml"
    queries.write_text(f'[[query]]\nname = "劳务"\nq = "劳务协作"\nwebhook = "{receiver.url}/hook"\n', "utf-8")
    index = tmp_path / "index"
    command = [sys.executable, "-m", "search", "watch", str(folder), "--index", str(index), "--queries", str(queries), "--every", "0.2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        assert process.stderr
        until(lambda: b"\xe7\x89\x88\xe6\x9c\xac" in process.stderr.readline())  # type: ignore[union-attr]  # 版本
        (folder / "two.txt").write_text(TEXT.format(what="劳务协作"), "utf-8")
        until(lambda: receiver.bodies)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.stderr.close()  # type: ignore[union-attr]
        process.wait()
    (body,) = receiver.bodies
    assert (body["name"], body["q"], len(body["hits"]), body["more"]) == ("劳务", "劳务协作", 1, False)
    assert "劳务协作" in body["hits"][0]["hit"]["text"]
    with open_library(f"whoosh:{index}") as library:
        assert library.search("劳务协作").total == 1


def test_a_command_gets_the_hits_and_a_broken_receiver_stops_no_other(tmp_path: Path, folder: Path, receiver: Receiver) -> None:
    """The command reads JSON on its standard input; a receiver that answers 500, and one that is not there, are said and passed over."""
    heard = tmp_path / "heard.json"
    writes = [sys.executable, "-c", f"import sys; open({str(heard)!r}, 'w').write(sys.stdin.read())"]
    queries = tmp_path / "queries.toml"
    queries.write_text(
        f'[[query]]\nq = "资金"\nwebhook = "{receiver.url}/broken"\n'
        '[[query]]\nq = "资金"\nname = "b"\nwebhook = "http://127.0.0.1:9/"\n'
        f'[[query]]\nq = "资金"\nname = "c"\nyear = "none"\ncommand = {json.dumps(writes)}\n'
        '[[query]]\nq = "没有这样的话"\nname = "d"\ncommand = ["false"]\n',
        "utf-8",
    )
    url = f"whoosh:{tmp_path / 'index'}"
    first = build([folder], url)
    (folder / "two.txt").write_text(TEXT.format(what="劳务协作"), "utf-8")
    build([folder], url)
    said: list[str] = []
    with open_library(url) as library:
        assert tell(library, read_queries(queries), first.generation, said.append) == 3
    assert len(receiver.bodies) == 1
    assert sum("没有送到" in line for line in said) == 2
    assert json.loads(heard.read_text("utf-8"))["name"] == "c"


def test_a_file_that_is_being_written_is_waited_for(folder: Path) -> None:
    """Only files that stood still for one look start a build; a file that goes is a change too."""
    steps = ["", "甲", "甲乙", "", "gone", "", ""]
    taken: list[str] = []

    def sleep(_seconds: float) -> None:
        step = steps[len(taken)]
        taken.append(step)
        if step == "gone":
            (folder / "two.txt").unlink()
        elif step:
            (folder / "two.txt").write_text(step, "utf-8")

    found = changes([folder], 1, look([folder]), sleep)
    next(found)
    assert len(taken) == 4, "not while it grew"
    next(found)
    assert len(taken) == 6


def test_an_interruption_that_was_dropped_ends_the_next_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a signal raises in a callback or finaliser, Python drops with a word on standard error: watching ends all the same."""
    handlers: dict[int, Any] = {}
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    pause = pausing()
    pause(0.001)
    with pytest.raises(KeyboardInterrupt):
        handlers[signal.SIGINT](signal.SIGINT, None)
    with pytest.raises(KeyboardInterrupt):
        pause(60)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "没有检索"),
        ("[[query]]\nq = 1\nyears = 2019\n", "years"),
        ('[[query]]\nq = "a"\nwebhook = "ftp://x"\n', "http"),
        ('[[query]]\nq = "a"\ncommand = "rm x"\n', "一列词"),
        ('[[query]]\nq = "a"\nregion = "没有的地方"\n', "地区"),
        ("not toml", "读不出"),
    ],
)
def test_stored_queries_that_make_no_sense_are_named(tmp_path: Path, text: str, named: str) -> None:
    """What is wrong with the file is said in a sentence, before anything is built."""
    path = tmp_path / "queries.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadRequest, match=named):
        read_queries(path)


def test_looking_takes_files_and_folders(folder: Path) -> None:
    """A single file can be watched; what is not there is no file."""
    assert len(look([folder])) == len(look([folder / "one.txt"])) == 1
    assert look([folder / "none.txt"]) == {}
    assert list(islice(look([folder]), 1)) == [str(folder / "one.txt")]
