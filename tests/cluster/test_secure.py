"""A cluster with users: certificates are verified, passwords are right or wrong, and who serves can only read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from search.command.cli import main
from search.engine.opensearch.address import CERTIFICATES, PASSWORD, PASSWORD_FILE, USER

from .nodes import NoCluster
from .secure import SecureNode

pytestmark = pytest.mark.cluster
NAME = "archive"
SECRET = "Kept-Secret-2026!"
ROLES = json.loads((Path(__file__).parents[2] / "ops" / "opensearch" / "roles.json").read_text(encoding="utf-8"))
"""The least that serving and building need."""


@pytest.fixture(scope="module")
def guarded() -> Iterator[SecureNode]:
    """A node with the users `reader` and `builder`."""
    try:
        node = SecureNode(heap="768m")
    except NoCluster as reason:
        pytest.skip(str(reason))
    try:
        node.start()
        for name, role in ROLES.items():
            assert node.call("PUT", f"/_plugins/_security/api/internalusers/{name}", {"password": SECRET}) in (200, 201)
            assert node.call("PUT", f"/_plugins/_security/api/roles/{name}", role) in (200, 201)
            assert node.call("PUT", f"/_plugins/_security/api/rolesmapping/{name}", {"users": [name]}) in (200, 201)
        yield node
    finally:
        node.stop()


def run(node: SecureNode, monkeypatch: pytest.MonkeyPatch, user: str, *words: str, **environment: str) -> Result:
    """A command as a user."""
    given = {USER: user, PASSWORD: SECRET if user else "", CERTIFICATES: str(node.certificates), **environment}
    for name in (USER, PASSWORD, PASSWORD_FILE, CERTIFICATES):
        monkeypatch.setenv(name, given[name]) if given.get(name) else monkeypatch.delenv(name, raising=False)
    # The test certificates are for this name, and for no address.
    url = f"opensearch://localhost:{node.http[0]}/{NAME}"
    return CliRunner().invoke(main, [*words, "--engine", url])


def test_users_can_do_what_their_role_says(
    guarded: SecureNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Who builds builds, who serves reads and cannot build; wrong passwords and strange certificates are a sentence each, exit 3; no
    secret is in any log or output."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "a.txt"
    source.write_text("密云区帮助滦平县\n\n2019年，密云区帮助滦平县销售农产品，带动贫困户增收。\n", encoding="utf-8")
    told = []

    def command(user: str, *words: str, **environment: str) -> Result:
        result = run(guarded, monkeypatch, user, *words, **environment)
        told.append(result.output)
        return result

    built = command("builder", "build", str(source))
    assert built.exit_code == 0, built.output
    (tmp_path / "password").write_text(f"{SECRET}\n", encoding="utf-8")
    found = command("reader", "search", "农产品", **{PASSWORD: "", PASSWORD_FILE: str(tmp_path / "password")})
    assert found.exit_code == 0, found.output
    assert "农产品" in found.output
    source.write_text("另一篇文章，说的是别的事情。\n", encoding="utf-8")
    refused = command("reader", "build", str(source), "--allow-shrink")
    assert refused.exit_code == 3
    assert "权限" in refused.output
    wrong = command("reader", "search", "农产品", **{PASSWORD: "not-the-one"})
    assert wrong.exit_code == 3
    assert "用户名或密码" in wrong.output
    strange = command("reader", "search", "农产品", **{CERTIFICATES: ""})
    assert strange.exit_code == 3
    assert "证书" in strange.output
    nobody = command("", "search", "农产品")
    assert nobody.exit_code == 3
    assert all(SECRET not in output for output in told)
    assert SECRET not in caplog.text
