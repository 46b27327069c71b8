"""What is wrong with an address, an access or an index: one sentence and the exit code that says the same."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from search.command.cli import main
from search.engine.choice import open_engine, open_writer
from search.engine.opensearch import cluster as asking
from search.engine.opensearch.address import read_access, read_address
from search.engine.opensearch.cluster import Cluster, Json, is_whole
from search.engine.port import SearchRequest
from search.errors import EngineUnavailable, IndexMissing
from search.query.analysis import fingerprint
from search.query.plan import All
from tests.cluster.nodes import Nodes
from tests.engine.corpora import corpus
from tests.engine.factories import fill

Place = Callable[..., str]


def run(*words: str) -> Result:
    """A command in this process."""
    return CliRunner().invoke(main, list(words))


@contextmanager
def answering(reply: Callable[[str], tuple[int, Json]]) -> Iterator[int]:
    """A server that answers every request so: for what no healthy cluster says."""

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = reply(self.path)
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = _reply

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    "place",
    ["", "//", "//host", "//host:9200/", "//host:port/x", "//host/Big", "//host/a/b", "//user:pw@host/x", "//host/x?shards=no",
     "//host/x?colour=red", "//host/x?shards=5000", "host:9200/x"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(place: str) -> None:
    """With a sentence, and without asking anyone."""
    with pytest.raises(EngineUnavailable):
        read_address(place, {})


def test_an_address_says_nodes_name_and_options() -> None:
    """Several nodes, a default port, and https for all that is not this machine or has a user."""
    found = read_address("//one,two:9300/docs?shards=3&replicas=2", {})
    assert (found.nodes, found.name, found.shards, found.replicas) == ((("one", 9200), ("two", 9300)), "docs", 3, 2)
    who = {"BANGFU_OPENSEARCH_USER": "reader", "BANGFU_OPENSEARCH_PASSWORD": "s3cret"}
    wanted = {"//one/x": True, "//127.0.0.1/x": False, "//localhost:1/x": False, "//127.0.0.1,one/x": True, "//one/x?tls=no": False}
    assert {place: read_address(place, {}).tls for place in wanted} == wanted
    assert read_address("//127.0.0.1/x", who).tls
    assert "s3cret" not in repr(read_address("//one/x", who))


def test_a_password_may_be_in_a_file(tmp_path: Path) -> None:
    """Without its line end; a file that is not there, and half of a pair, are refused."""
    file = tmp_path / "password"
    file.write_text("s3cret\n", encoding="utf-8")
    user = {"BANGFU_OPENSEARCH_USER": "reader"}
    assert read_access({**user, "BANGFU_OPENSEARCH_PASSWORD_FILE": str(file)}).password == "s3cret"
    for wrong in (user, {**user, "BANGFU_OPENSEARCH_PASSWORD_FILE": str(tmp_path / "none")}, {"BANGFU_OPENSEARCH_CA": "nowhere.pem"}):
        with pytest.raises(EngineUnavailable):
            read_access(wrong)


def test_nobody_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port on which nobody listens: exit 3, no traceback, no address."""
    monkeypatch.setattr(asking, "SECONDS", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        result = run("search", "扶贫", "--engine", f"opensearch://127.0.0.1:{taken.getsockname()[1]}/x")
    assert result.exit_code == 3
    assert "连不上" in result.output
    assert "127.0.0.1" not in result.output


@pytest.mark.parametrize(
    ("version", "said"),
    [({"number": "2.10.0", "distribution": "opensearch"}, "太旧"), ({"number": "8.15.0"}, "不是 OpenSearch"), ({}, "不是 OpenSearch")],
)
def test_what_is_no_opensearch_or_an_old_one_is_refused(version: Json, said: str) -> None:
    """Another program, and a cluster that lacks what is asked for."""
    with answering(lambda _: (200, {"version": version})) as port:
        result = run("search", "扶贫", "--engine", f"opensearch://127.0.0.1:{port}/x")
    assert result.exit_code == 3
    assert said in result.output


@pytest.mark.parametrize(
    "told",
    [
        {"_shards": {"total": 2, "successful": 1, "failed": 0}, "timed_out": False},
        {"_shards": {"total": 2, "successful": 2, "failed": 1}, "timed_out": False},
        {"_shards": {"total": 2, "successful": 2, "failed": 0}, "timed_out": True},
        {"_shards": {"total": 1, "successful": 1, "failed": 0}, "timed_out": False},
        {"_shards": {"total": 3, "successful": 3, "failed": 0}, "timed_out": False},
        {"timed_out": False},
    ],
)
def test_a_part_of_an_answer_is_none(told: Json) -> None:
    """An answer of fewer shards, of other ones, with failures or out of time is asked for again, then refused: never a smaller number."""
    assert not is_whole(told, 2)
    asked = []

    def reply(path: str) -> tuple[int, Json]:
        asked.append(path)
        return 200, {**told, "hits": {"total": {"value": 7}, "hits": []}}

    with answering(reply) as port, pytest.raises(EngineUnavailable):
        Cluster(read_address(f"//127.0.0.1:{port}/x", {})).search("x", {"size": 0}, shards=2, seconds=1.0)
    assert len(asked) > 1
    assert all("allow_partial_search_results=false" in path for path in asked)


def test_a_whole_answer_is_one() -> None:
    """All shards, in time."""
    assert is_whole({"_shards": {"total": 2, "successful": 2, "failed": 0}, "timed_out": False}, 2)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_cluster_that_is_busy_is_asked_again(status: int) -> None:
    """What it says after a while is the answer."""
    asked: list[str] = []

    def reply(path: str) -> tuple[int, Json]:
        asked.append(path)
        return (200, {"fine": True}) if len(asked) > 2 else (status, {"error": {"type": "busy"}})

    with answering(reply) as port:
        assert Cluster(read_address(f"//127.0.0.1:{port}/x", {})).ask("GET", "/", seconds=10.0) == {"fine": True}
    assert len(asked) == 3


@pytest.mark.cluster
def test_there_is_no_index_yet(place: Place) -> None:
    """Before the first build: exit 3, and the command that makes one."""
    result = run("search", "扶贫", "--engine", place())
    assert result.exit_code == 3
    assert "bangfu build" in result.output


@pytest.mark.cluster
def test_a_foreign_index_is_left_alone(node: Nodes, place: Place, tmp_path: Path) -> None:
    """An index of this name that is not ours: refused for reading and building, and not touched."""
    url = place()
    name = url.rpartition("/")[2]
    node.ask(f"/{name}/_doc/1?refresh=true", {"title": "somebody's own"}, "PUT")
    (tmp_path / "a.txt").write_text("密云区帮助滦平县。\n", encoding="utf-8")
    for words in (("search", "扶贫", "--engine", url), ("build", str(tmp_path), "--engine", url)):
        result = run(*words)
        assert result.exit_code == 3, result.output
        assert "不是帮扶检索建的" in result.output
    assert list(node.ask(f"/{name}*/_settings")) == [name]


@pytest.mark.cluster
def test_an_index_of_another_analysis_is_stale(place: Place) -> None:
    """Built by another version of tables and code: exit 3, and the command that mends it."""
    url = place()
    fill(open_writer(url, analysis="0123456789abcdef", base=False), corpus(2), {})
    result = run("search", "扶贫", "--engine", url)
    assert result.exit_code == 3
    assert "bangfu build" in result.output


@pytest.mark.cluster
def test_an_index_that_lost_one_of_its_parts_is_no_smaller_index(node: Nodes, place: Place) -> None:
    """Where an index of a generation was deleted by hand, nothing is answered from the rest."""
    url = place()
    fill(open_writer(url, analysis=fingerprint(), base=False), corpus(3), {})
    writer = open_writer(url, analysis=fingerprint(), base=True)
    for document in sorted(corpus(3), key=lambda one: one.id)[:-1]:
        writer.keep(document.id)
    writer.add(corpus(2)[0])
    writer.commit()
    writer.publish()
    engine = open_engine(url)
    assert engine.search(SearchRequest(All())).total > 0
    parts = sorted(node.ask(f"/{url.rpartition('/')[2]}-s-*/_settings"))
    assert len(parts) == 2
    node.ask(f"/{parts[1]}", method="DELETE")
    with pytest.raises((EngineUnavailable, IndexMissing)):
        engine.search(SearchRequest(All(), limit=5))
