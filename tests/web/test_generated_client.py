"""A client that a generator makes of the description, called against the site it describes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from search import Library

CALLS = """
import json, sys
from made import Client
from made.api.documents import documents, passage
from made.api.records import figures, relations
from made.api.search import locate, search
from made.api.taking import cite, export
from made.models import ExportFormat, Place, Problem

client = Client(base_url=sys.argv[1])
answer = search.sync(client=client, q="消费扶贫", region=[Place("河北省")], size=5)
hit = answer.hits[0]
found = passage.sync(hit.id, client=client)
refused = passage.sync("nowhere00000", client=client)
assert isinstance(refused, Problem), refused
print(json.dumps({
    "total": answer.total,
    "ids": [hit.id for hit in answer.hits],
    "places": [label.path for label in hit.regions],
    "facet": answer.facets.region[0].children[0].label,
    "text": found.text,
    "state": found.state,
    "refused": refused.code,
    "located": locate.sync(client=client, quote=hit.text).matches[0].id,
    "documents": documents.sync(client=client).total,
    "money": figures.sync(client=client, q="资金", unit="CNY").total,
    "pairs": relations.sync(client=client).total,
    "docx": export.sync_detailed(client=client, q="消费扶贫", format_=ExportFormat.DOCX).content[:2].decode(),
    "cited": cite.sync_detailed(client=client, id=hit.id).content.decode(),
}))
"""


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_generated_client_reads_every_kind_of_answer(app: Flask, library: Library, address: str, tmp_path: Path) -> None:
    """openapi-python-client makes a package of the description; its types take the answers, and errors come as Problem."""
    described = tmp_path / "openapi.json"
    described.write_bytes(app.test_client().get("/api/v1/openapi.json").get_data())
    command = [
        "-m",
        "openapi_python_client",
        "generate",
        "--path",
        str(described),
        "--output-path",
        str(tmp_path / "made"),
        "--meta",
        "none",
    ]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONUTF8": "1"}
    made = subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=300, check=False, env=environment)
    assert made.returncode == 0, made.stdout + made.stderr
    done = subprocess.run(
        [sys.executable, "-c", CALLS, address], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    wanted = library.search("消费扶贫", filters={"region": "河北省"}, size=5)
    assert told["total"] == wanted.total
    assert told["ids"] == [hit.passage.id for hit in wanted.hits]
    first = wanted.hits[0].passage
    assert told["places"] == [label.path for label in first.regions]
    assert (told["text"], told["state"], told["located"]) == (first.text, "exact", first.id)
    assert (told["refused"], told["docx"]) == ("not-found", "PK")
    assert told["documents"] == len(library.documents())
    assert told["money"] > 0
    assert told["pairs"] > 0
    assert f"/p/{first.id}" in told["cited"]
