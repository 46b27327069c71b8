"""A node with the security plugin: https with certificates of its own authority, users and roles. An older OpenSearch, the newest whose
plugin can be fetched like the distribution itself; it runs on Java 11 to 21."""

from __future__ import annotations

import base64
import json
import os
import shutil
import ssl
import subprocess
import urllib.request
from pathlib import Path
from urllib.error import HTTPError, URLError

from .nodes import NoCluster, Nodes, distribution, java_home

VERSION = "2.19.1"
ADMIN, PASSWORD = "admin", "Bangfu-Test-2026!"
MODULES = {
    "lang-painless": ("org.opensearch.painless.PainlessPlugin", ("lang-painless", "opensearch-scripting-painless-spi", "asm", "antlr4")),
    "analysis-common": ("org.opensearch.analysis.common.CommonAnalysisPlugin", ("analysis-common",)),
}
_PEM = ("pemcert_filepath: esnode.pem", "pemkey_filepath: esnode-key.pem", "pemtrustedcas_filepath: root-ca.pem")
SETTINGS = (
    "discovery.type: single-node",
    *(f"plugins.security.ssl.{layer}.{line}" for layer in ("transport", "http") for line in _PEM),
    "plugins.security.ssl.transport.enforce_hostname_verification: false",
    "plugins.security.ssl.http.enabled: true",
    "plugins.security.allow_unsafe_democertificates: true",
    "plugins.security.allow_default_init_securityindex: true",
    "plugins.security.authcz.admin_dn: ['CN=kirk,OU=client,O=client,L=test,C=de']",
    "plugins.security.restapi.roles_enabled: [all_access, security_rest_api_access]",
)
POLICY = 'grant { permission java.lang.RuntimePermission "createClassLoader"; permission java.lang.RuntimePermission "getClassLoader"; };\n'


class SecureNode(Nodes):
    """One node that speaks https and knows its users. `certificates` is the file of the authority to believe."""

    @property
    def certificates(self) -> Path:
        return self.folder / "n0" / "config" / "root-ca.pem"

    def call(self, method: str, path: str, body: object = None, user: str = ADMIN, password: str = PASSWORD) -> int:
        """A request as a user, past the product; its status."""
        context = ssl.create_default_context(cafile=str(self.certificates))
        context.check_hostname = False
        data = None if body is None else json.dumps(body).encode()
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Content-Type": "application/json", "Authorization": f"Basic {token}"}
        request = urllib.request.Request(f"https://127.0.0.1:{self.http[0]}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30, context=context) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code

    def health(self, number: int = 0) -> dict[str, object]:  # noqa: ARG002  there is one node
        try:
            return {"number_of_nodes": 1, "status": "green"} if self.call("GET", "/_cluster/health") == 200 else {}
        except (URLError, OSError):
            return {}

    def _needed_java(self) -> Path:
        return java_home(11, 21)

    def _slim(self) -> Path:
        source = distribution("secure", VERSION)
        self.folder.chmod(0o755)
        home = self.folder / "opensearch"
        shutil.copytree(source, home)
        extra = source.parent / "extra"
        for name, (classname, jars) in MODULES.items():
            folder = home / "modules" / name
            folder.mkdir()
            for jar in extra.glob("*.jar"):
                if jar.name.startswith(jars):
                    shutil.copy(jar, folder)
            (folder / "plugin-descriptor.properties").write_text(_descriptor(name, classname), encoding="utf-8")
        (home / "modules" / "lang-painless" / "plugin-security.policy").write_text(POLICY, encoding="utf-8")
        environment = {**os.environ, "OPENSEARCH_JAVA_HOME": str(self._java), "OPENSEARCH_INITIAL_ADMIN_PASSWORD": PASSWORD}
        environment.pop("JAVA_HOME", None)
        plugin = extra / "opensearch-security-2.19.1.0.zip"
        _run([str(home / "bin" / "opensearch-plugin"), "install", "--batch", plugin.as_uri()], home, environment)
        tools = home / "plugins" / "opensearch-security" / "tools"
        for script in tools.glob("*.sh"):
            script.chmod(0o755)
        _run(["bash", str(tools / "install_demo_configuration.sh"), "-y", "-i", "-s"], tools, environment)
        return home

    def _configure(self, number: int, folder: Path) -> None:
        super()._configure(number, folder)
        config = folder / "config"
        lines = (config / "opensearch.yml").read_text(encoding="utf-8").splitlines()
        alone = [line for line in lines if "cluster_manager" not in line and "seed_hosts" not in line]
        (config / "opensearch.yml").write_text("\n".join([*alone, *SETTINGS]) + "\n", encoding="utf-8")
        for file in (self._home / "config").iterdir():
            if file.is_dir():
                shutil.copytree(file, config / file.name, dirs_exist_ok=True)
            elif file.suffix == ".pem":
                shutil.copy(file, config)


def _descriptor(name: str, classname: str) -> str:
    lines = {
        "description": name, "version": VERSION, "name": name, "classname": classname, "java.version": "11", "opensearch.version": VERSION,
        "custom.foldername": "", "extended.plugins": "lang-painless" if name == "analysis-common" else "", "has.native.controller": "false",
    }  # fmt: skip
    return "".join(f"{key}={value}\n" for key, value in lines.items())


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise NoCluster(f"{Path(command[0]).name} failed: {done.stdout[-300:]}{done.stderr[-300:]}")
