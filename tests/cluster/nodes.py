"""A real OpenSearch on this machine, one process a node, so that a node can be killed; nothing of it stays behind.

    python -m tests.cluster.nodes          # one node until Enter is pressed: for trying things out

Needs Java 21 or newer and Maven (once, to fetch the distribution into a cache folder). OpenSearch will not run as root, so there the nodes
run as nobody.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from urllib.error import URLError

HERE = Path(__file__).parent
VERSION = "3.8.0"
OLDEST_JAVA = 21
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bangfu-test-cluster"
MODULES = {"analysis-common", "lang-painless", "reindex", "transport-netty4", "mapper-extras"}
"""What the product needs; without the others a node starts in half the time."""
HEAP = "512m"
START_SECONDS = 240.0


class NoCluster(Exception):
    """Why no cluster can be started here."""


def java_home(oldest: int = OLDEST_JAVA, newest: int = 99) -> Path:
    """A JDK that is new enough, and not too new. Raises NoCluster."""
    given = [Path(os.environ[name]) for name in ("OPENSEARCH_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    on_path = shutil.which("java")
    found = [Path(on_path).resolve().parents[1]] if on_path else []
    for home in (*given, *found, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)):
        if oldest <= _java_version(home) <= newest:
            return home
    raise NoCluster(f"no Java from {oldest} on found: set OPENSEARCH_JAVA_HOME")


def _java_version(home: Path) -> int:
    with suppress(OSError):
        told = re.search(r'JAVA_VERSION="(\d+)', (home / "release").read_text(encoding="utf-8"))
        return int(told[1]) if told else 0
    return 0


def distribution(profile: str = "", version: str = VERSION) -> Path:
    """The unpacked distribution, fetched by Maven if it is not in the cache. Raises NoCluster."""
    target = CACHE / (profile or "plain")
    folder = target / f"opensearch-{version}"
    if not (folder / "bin" / "opensearch").exists():
        maven = shutil.which("mvn")
        if maven is None:
            raise NoCluster("the distribution is not in the cache, and there is no Maven to fetch it")
        command = [maven, "-q", "-B", "-f", str(HERE / "pom.xml"), f"-Dtarget={target}", *([f"-P{profile}"] if profile else [])]
        done = subprocess.run([*command, "generate-resources"], capture_output=True, text=True, timeout=600, check=False)
        if done.returncode or not (folder / "bin" / "opensearch").exists():
            raise NoCluster(f"Maven could not fetch OpenSearch {version}: {done.stdout[-300:]}")
    return folder


@dataclass
class Nodes:
    """A cluster of `count` nodes with data of its own; HTTP on free ports of the loopback interface."""

    count: int = 1
    heap: str = HEAP
    settings: Sequence[str] = ()
    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="bangfu-cluster-")))
    http: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._java = self._needed_java()
        self._home = self._slim()
        ports = _free_ports(2 * self.count)
        self.http, self._transport = ports[: self.count], ports[self.count :]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def place(self, name: str, options: str = "") -> str:
        """An engine URL of a collection in this cluster."""
        return f"opensearch://{','.join(f'127.0.0.1:{port}' for port in self.http)}/{name}{options}"

    def start(self) -> None:
        """Starts all nodes and waits until they have found each other. Raises NoCluster."""
        for number in range(self.count):
            self.start_node(number)
        self.wait(self.count)

    def start_node(self, number: int) -> None:
        """Starts a node, or starts it again."""
        folder = self.folder / f"n{number}"
        for part in ("config", "data", "logs", "tmp"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self._configure(number, folder)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "nobody", str(folder)], check=True)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("JAVA", "OPENSEARCH", "BANGFU"))},
            "OPENSEARCH_HOME": str(self._home),
            "OPENSEARCH_PATH_CONF": str(folder / "config"),
            "OPENSEARCH_TMPDIR": str(folder / "tmp"),
            "OPENSEARCH_JAVA_OPTS": f"-Xms{self.heap} -Xmx{self.heap}",
            "OPENSEARCH_JAVA_HOME": str(self._java),
        }
        as_nobody = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        log = (folder / "out.log").open("ab")
        command = [*as_nobody, str(self._home / "bin" / "opensearch")]
        self._processes[number] = subprocess.Popen(
            command, cwd=self._home, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        log.close()

    def wait(self, count: int, seconds: float = START_SECONDS) -> None:
        """Waits until so many nodes are in the cluster and every shard has its primary. Raises NoCluster."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for number, process in self._processes.items():
                if process.poll() is None:
                    health = self.health(number)
                    if health.get("number_of_nodes") == count and health.get("status") in ("green", "yellow"):
                        return
            if all(process.poll() is not None for process in self._processes.values()):
                break
            time.sleep(0.5)
        raise NoCluster(f"the cluster did not come up: {self.log_end()}")

    def health(self, number: int = 0) -> dict[str, object]:
        """What a node says of the cluster; nothing where it does not answer."""
        with suppress(URLError, OSError, ValueError):
            found: dict[str, object] = self.ask(f"/_cluster/health?timeout=1s&wait_for_nodes={self.count}", number=number)
            return found
        return {}

    def ask(self, path: str, body: object = None, method: str = "", number: int = 0) -> dict[str, object]:
        """A request to a node, past the product."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.http[number]}{path}", data, {"Content-Type": "application/json"})
        request.method = method or ("POST" if data else "GET")
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, object] = json.loads(answer.read() or b"{}")
            return found

    def kill(self, number: int) -> None:
        """Ends a node as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self._processes[number].pid, signal.SIGKILL)
        self._processes[number].wait()

    def pause(self, number: int, *, on: bool = True) -> None:
        """Stops a node without ending it, as a long garbage collection does; or lets it go on."""
        os.killpg(self._processes[number].pid, signal.SIGSTOP if on else signal.SIGCONT)

    def stop(self) -> None:
        """Ends all nodes and removes their data. Harmless when done twice."""
        for number, process in self._processes.items():
            if process.poll() is None:
                self.kill(number)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log_end(self) -> str:
        """The last lines that the first node said."""
        with suppress(OSError):
            return (self.folder / "n0" / "out.log").read_text(encoding="utf-8", errors="replace")[-1_000:]
        return ""

    def _needed_java(self) -> Path:
        return java_home()

    def _slim(self) -> Path:
        self.folder.chmod(0o755)
        home = self.folder / "opensearch"
        shutil.copytree(distribution(), home, copy_function=_link, ignore=lambda at, names: _left_out(Path(at), names))
        return home

    def _configure(self, number: int, folder: Path) -> None:
        config = folder / "config"
        shutil.copy(self._home / "config" / "log4j2.properties", config)
        # No log of the collector and no heap dumps: their paths are relative to a folder that is not the node's to write to.
        options = (self._home / "config" / "jvm.options").read_text(encoding="utf-8").splitlines()
        kept = (line for line in options if "gc.log" not in line and "HeapDump" not in line and not line.startswith("-Xm"))
        told = "\n".join(kept).replace("logs/hs_err", f"{folder}/logs/hs_err")
        (config / "jvm.options").write_text(told + "\n", encoding="utf-8")
        lines = [
            "cluster.name: bangfu-test",
            f"node.name: n{number}",
            f"path.data: {folder}/data",
            f"path.logs: {folder}/logs",
            "network.host: 127.0.0.1",
            f"http.port: {self.http[number]}",
            f"transport.port: {self._transport[number]}",
            f"discovery.seed_hosts: [{', '.join(f'127.0.0.1:{port}' for port in self._transport)}]",
            "cluster.initial_cluster_manager_nodes: [n0]",
            *self.settings,
        ]
        (config / "opensearch.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _left_out(at: Path, names: Sequence[str]) -> set[str]:
    return set(names) - MODULES if at.name == "modules" else set()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


@cache
def shared() -> Nodes:
    """One node for all tests of this process. Raises NoCluster."""
    nodes = Nodes()
    atexit.register(nodes.stop)
    nodes.start()
    return nodes


def main() -> None:
    """One node until Enter is pressed."""
    nodes = Nodes()
    try:
        nodes.start()
        print(nodes.place("bangfu"))
        input("Enter ends it. ")
    finally:
        nodes.stop()


if __name__ == "__main__":
    main()
