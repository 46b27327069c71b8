"""Folders kept under watch: an index rebuilt when files change, and word sent of the new hits of stored queries.

Files are told apart by size and time of change, looked at in turns: that works on every file system, network drives too, where notices of
the kernel do not.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from search.errors import BadRequest
from search.question import PARAMETERS, Filters, Question
from search.wire import newest_json

if TYPE_CHECKING:
    from search import Library

Files = Mapping[str, tuple[int, int]]
"""Path → size and time of change in nanoseconds."""
MOST_SENT = 100
"""New hits that one word of a query holds; `more` says that there are further ones."""
SECONDS = 10
"""After which a receiver that does not answer, or a command that does not end, is given up."""


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A question whose new hits someone wants to hear of, and how: an address that is posted to, a command that is run, or both."""

    name: str
    question: Question
    webhook: str = ""
    command: tuple[str, ...] = ()


def read_queries(path: Path) -> tuple[StoredQuery, ...]:
    """The stored queries of a TOML file: tables `[[query]]` with `name`, `q`, filters by name, and `webhook` or `command`.

    Raises BadRequest naming what is wrong."""
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("query", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRequest(f"读不出 {path.name}：{error}", hint="每个检索写一节 [[query]]，见文档“订阅与提醒”。") from None
    if not isinstance(tables, list) or not tables:
        raise BadRequest(f"{path.name} 里没有检索。", hint="每个检索写一节 [[query]]。")
    return tuple(_stored(table, path.name) for table in tables)


def _stored(table: Mapping[str, Any], file: str) -> StoredQuery:
    known = {"name", "q", "webhook", "command", *PARAMETERS}
    if strange := set(table) - known:
        raise BadRequest(f"{file}：不认识“{min(strange)}”。", hint=f"可用：{'、'.join(sorted(known))}。")
    given = {name: _words(table[name]) for name in PARAMETERS if name in table}
    webhook, command = str(table.get("webhook", "")), table.get("command", ())
    if webhook and not webhook.startswith(("http://", "https://")):
        raise BadRequest(f"{file}：webhook 要一个 http(s) 网址。")
    if isinstance(command, str):
        raise BadRequest(f"{file}：command 要写成一列词。", hint='如 command = ["mail", "-s", "新命中", "me"]。')
    text = str(table.get("q", ""))
    return StoredQuery(str(table.get("name", text)), Question(text, Filters.read(given)), webhook, tuple(map(str, command)))


def _words(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def look(sources: Sequence[Path]) -> Files:
    """The files below the sources as they are now; what vanishes while one looks is not there."""
    found: dict[str, tuple[int, int]] = {}
    for source in sources:
        for path in _files(source):
            try:
                status = path.stat()
            except OSError:
                continue
            found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


def _files(source: Path) -> Iterator[Path]:
    if not source.is_dir():
        yield source
        return
    for folder, _folders, names in os.walk(source):
        yield from (Path(folder) / name for name in names)


def changes(sources: Sequence[Path], every: float, before: Files, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yields whenever files have changed since `before` and then stood still for one look, so that no half-written file is read."""
    settled = before
    while True:
        sleep(every)
        now = look(sources)
        if now != before and now == settled:
            before = now
            yield
        settled = now


def pausing() -> Callable[[float], None]:
    """Sleeps until its time is over or Ctrl-C is pressed, which is remembered too: where Python drops what a signal raises (in a callback,
    in a finaliser), the next pause raises it again."""
    pressed = threading.Event()

    def press(_signal: int, _frame: FrameType | None) -> None:
        pressed.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, press)

    def pause(seconds: float) -> None:
        if pressed.wait(seconds):
            raise KeyboardInterrupt

    return pause


def tell(library: Library, queries: Sequence[StoredQuery], since: str, say: Callable[[str], None]) -> int:
    """Sends word of the hits first seen after the generation `since`; how many queries had any. A receiver that fails stops no other."""
    told = 0
    for query in queries:
        newest = library.newest(query.question, since=since, limit=MOST_SENT)
        if not newest.hits:
            continue
        told += 1
        say(f"{query.name}：新增 {len(newest.hits)}{'+' if newest.more else ''} 条 new hits")
        body = {"name": query.name, "q": query.question.text, "since": since, **newest_json(newest, query.question.text)}
        data = json.dumps(body, ensure_ascii=False).encode()
        for send in (_post, _run):
            try:
                send(query, data)
            except (OSError, subprocess.SubprocessError) as error:
                say(f"{query.name}：没有送到 not delivered: {error}")
    return told


def _post(query: StoredQuery, data: bytes) -> None:
    if query.webhook:
        request = urllib.request.Request(query.webhook, data, {"Content-Type": "application/json; charset=utf-8"})
        with urllib.request.urlopen(request, timeout=SECONDS):
            pass


def _run(query: StoredQuery, data: bytes) -> None:
    """The command gets the same JSON on its standard input; no shell is between."""
    if query.command:
        subprocess.run(query.command, input=data, timeout=SECONDS, check=True)
