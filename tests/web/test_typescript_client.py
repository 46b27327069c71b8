"""A TypeScript client whose types are generated of the description: type-checked, and called against the site it describes."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from search import Library
from tests.node.installed import HERE, NoNode, installed


@pytest.fixture(scope="module")
def tools() -> Path:
    """Where the generator and the compiler are; where there is no Node the tests are skipped, with the reason."""
    try:
        return installed("client")
    except NoNode as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def made(app: Flask, tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose `schema.ts` is generated of the site's description."""
    folder = tmp_path_factory.mktemp("typescript")
    for name in ("calls.ts", "tsconfig.json", "package.json"):
        shutil.copy2(HERE / "client" / name, folder)
    (folder / "node_modules").symlink_to(tools / "node_modules")
    (folder / "openapi.json").write_bytes(app.test_client().get("/api/v1/openapi.json").get_data())
    done = node(folder, "openapi-typescript/bin/cli.js", "openapi.json", "--output", "schema.ts")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def node(folder: Path, script: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["node", script if script.startswith("made/") else f"node_modules/{script}", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_typescript_client_reads_every_kind_of_answer(made: Path, address: str, library: Library) -> None:
    """tsc takes the calls under its strictest rules, and the answers are those of the library."""
    checked = node(made, "typescript/bin/tsc")
    assert checked.returncode == 0, checked.stdout
    (made / "made" / "package.json").write_text('{"type": "module"}', "utf-8")
    done = node(made, "made/calls.js", address)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    wanted = library.search("消费扶贫", filters={"region": "河北省"}, size=5)
    first = wanted.hits[0].passage
    assert told["total"] == wanted.total
    assert told["ids"] == [hit.passage.id for hit in wanted.hits]
    assert told["places"] == [label.path for label in first.regions]
    assert told["marked"][0] == "消费扶贫"
    assert (told["text"], told["state"], told["located"]) == (first.text, "exact", first.id)
    assert (told["refused"], told["docx"]) == ("not-found", "PK")
    assert told["documents"] == len(library.documents())
    assert min(told["money"], told["pairs"]) > 0
    assert f"/p/{first.id}" in told["cited"]


def test_the_compiler_refuses_what_is_not_described(made: Path) -> None:
    """A parameter that the API does not know (`years`), a value it does not take and a member that no answer has are errors of types."""
    wrong = (made / "calls.ts").read_text("utf-8").replace("found.total,", "found.totals,").replace('format: "docx"', 'format: "doc"')
    asked = 'export const asked: paths["/api/v1/search"]["get"]["parameters"]["query"] = { years: ["2019"] };'
    (made / "wrong.ts").write_text(f"{wrong}\n{asked}\n", "utf-8")
    (made / "wrong.json").write_text('{"extends": "./tsconfig.json", "files": ["wrong.ts"], "compilerOptions": {"noEmit": true}}', "utf-8")
    told = node(made, "typescript/bin/tsc", "--project", "wrong.json").stdout
    assert "'years' does not exist" in told
    assert "'totals' does not exist" in told
    assert "'\"doc\"' is not assignable" in told
