"""The compose file and its scripts, as far as they can be tried without a container engine: by the reference schema, by what the pieces say
of each other, and with the certificates made for real."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from search.engine.opensearch.address import CERTIFICATES, PASSWORD_FILE, USER, read_address
from tests.cluster.nodes import VERSION

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "ops" / "opensearch"
SCHEMA = ROOT / "tests" / "fixtures" / "compose-spec.json.gz"
NODES = ("node1", "node2", "node3")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file with its anchors and variables filled in."""
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    filled = re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}", lambda found: found[1] or "x", text)
    loaded: dict[str, Any] = yaml.safe_load(filled)
    return loaded


def test_it_is_a_compose_file(compose: dict[str, Any]) -> None:
    """By the schema of the Compose Specification; and the schema notices what is wrong."""
    schema = json.loads(gzip.decompress(SCHEMA.read_bytes()))
    jsonschema.validate(compose, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**compose, "services": {"node1": {"imagine": "x"}}}, schema)


def test_the_nodes_are_those_that_are_tested(compose: dict[str, Any]) -> None:
    """The version of the tests; each knows the others by their names, has data and certificates of its own, and speaks https."""
    for name in NODES:
        node = compose["services"][name]
        assert node["image"] == f"opensearchproject/opensearch:{VERSION}"
        told = node["environment"]
        assert told["node.name"] == name
        assert told["discovery.seed_hosts"].split(",") == told["cluster.initial_cluster_manager_nodes"].split(",") == list(NODES)
        assert told["plugins.security.ssl.http.enabled"] == "true"
        for layer in ("http", "transport"):
            assert told[f"plugins.security.ssl.{layer}.pemcert_filepath"] == f"certificates/{name}.pem"
            assert told[f"plugins.security.ssl.{layer}.pemkey_filepath"] == f"certificates/{name}-key.pem"
        volumes = [volume.split(":")[0] for volume in node["volumes"]]
        assert volumes[0] in compose["volumes"]
    assert len({compose["services"][name]["volumes"][0] for name in NODES}) == 3
    published = [port for service in compose["services"].values() for port in service.get("ports", ()) if "9200" in port]
    assert published == ["127.0.0.1:9200:9200"]


def test_the_site_is_served_by_what_there_is(compose: dict[str, Any]) -> None:
    """Its command names the nodes and a collection that the roles cover, its environment is what the engine reads, its password a file."""
    site = compose["services"]["site"]
    url = site["command"][site["command"].index("--engine") + 1]
    environment = site["environment"]
    assert set(environment) == {USER, PASSWORD_FILE, CERTIFICATES}
    assert (FOLDER / site["build"]["context"] / site["build"]["dockerfile"]).is_file()
    address = read_address(url.removeprefix("opensearch:"), {})
    assert [host for host, _ in address.nodes] == list(NODES)
    assert address.tls
    roles = json.loads((FOLDER / "roles.json").read_text(encoding="utf-8"))
    for role in roles.values():
        (pattern,) = role["index_permissions"][0]["index_patterns"]
        assert f"{address.name}-state".startswith(pattern.removesuffix("*"))
    assert environment[USER] in roles
    assert environment[PASSWORD_FILE] == f"/run/secrets/{site['secrets'][0]}"
    assert set(site["secrets"]) <= set(compose["secrets"])
    assert f"./certificates/authority.pem:{environment[CERTIFICATES]}:ro" in site["volumes"]


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl here")
def test_certificates_are_made_once_and_believed(compose: dict[str, Any], tmp_path: Path) -> None:
    """For each node one of the authority, for its name and this machine, with the name that the nodes are told to believe; made again,
    nothing changes; keys are for their owner alone."""
    folder = tmp_path / "opensearch"
    folder.mkdir()
    shutil.copy(FOLDER / "certificates.sh", folder)
    for _ in range(2):
        subprocess.run(["sh", str(folder / "certificates.sh")], check=True, capture_output=True)
        made = {path.name: path.read_bytes() for path in (folder / "certificates").iterdir()}
    assert {*(f"{name}.pem" for name in NODES), "admin.pem", "authority.pem"} <= made.keys()
    subprocess.run(["sh", str(folder / "certificates.sh")], check=True, capture_output=True)
    assert made == {path.name: path.read_bytes() for path in (folder / "certificates").iterdir()}
    for name in NODES:
        certificate = folder / "certificates" / f"{name}.pem"
        authority = folder / "certificates" / "authority.pem"
        subprocess.run(["openssl", "verify", "-CAfile", str(authority), str(certificate)], check=True, capture_output=True)
        command = ["openssl", "x509", "-in", str(certificate), "-noout", "-subject", "-ext", "subjectAltName", "-nameopt", "RFC2253"]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert f"DNS:{name}, DNS:localhost" in told
        assert f"CN={name},O=bangfu" in told
        assert os.stat(folder / "certificates" / f"{name}-key.pem").st_mode & 0o077 == 0
    believed = compose["services"]["node1"]["environment"]
    assert believed["plugins.security.nodes_dn"] == "CN=node*,O=bangfu"
    assert believed["plugins.security.authcz.admin_dn"] == "CN=admin,O=bangfu"


@pytest.mark.skipif(not shutil.which("sh"), reason="no shell here")
@pytest.mark.parametrize("script", sorted(path.name for path in FOLDER.glob("*.sh")))
def test_scripts_are_shell(script: str) -> None:
    """Each can be read by a shell."""
    subprocess.run(["sh", "-n", str(FOLDER / script)], check=True, capture_output=True)
