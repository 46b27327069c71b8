"""The systemd unit is started by systemd, the container by podman, where the machine lets them: what runs is the wheel built here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.packaging.machine.base import base_of, fetch
from tests.packaging.wheel import ROOT, install_beside

pytestmark = pytest.mark.machine
MACHINE = Path(__file__).parent / "machine"
SYSTEMD = "/usr/lib/systemd/systemd"
CANNOT = 77
"""What the scripts end with where the machine lets nobody do this."""
NAMESPACES = ["unshare", "--mount", "--pid", "--uts", "--ipc", "--net", "--fork", "--kill-child"]


def system_python() -> str:
    """This machine's own Python of the version that runs the tests: an interpreter in a home folder is hidden by the unit. Skips
    without one."""
    python = "/usr/bin/python3"
    asked = subprocess.run([python, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True, check=False)
    if asked.stdout.strip() != str(sys.version_info[:2]):
        pytest.skip(f"{python} is not of the version under test")
    return python


def may_start(*tools: str) -> None:
    """Skips where the tools are not, or where we are not root."""
    missing = [tool for tool in ("unshare", "chroot", "useradd", *tools) if shutil.which(tool) is None and not Path(tool).exists()]
    if missing:
        pytest.skip(f"not here: {', '.join(missing)}")
    if os.geteuid() != 0:
        pytest.skip("only root starts a machine")


def index_of_seeds(bangfu: Path, folder: Path) -> Path:
    """The index of the seeds, built by the installed command."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BANGFU_"))}
    command = [str(bangfu), "build", str(ROOT / "seeds"), "--index", str(folder)]
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder.parent)
    return folder


def test_the_unit_serves_is_confined_comes_back_and_stops(wheel: Path, tmp_path: Path) -> None:
    """Booted by a systemd of its own, the unit answers as its user, sees a root it cannot write to, is started again after a kill, and
    stops at once and in peace."""
    may_start(SYSTEMD, "systemctl")
    environment = tmp_path / "environment"
    bangfu = install_beside(wheel, environment, system_python())
    index = index_of_seeds(bangfu, tmp_path / "index")
    # Seen from the unit the environment is /opt/bangfu.
    bangfu.write_text("#!/opt/bangfu/bin/python\n" + bangfu.read_text("utf-8").split("\n", 1)[1], "utf-8")
    (borrowed,) = environment.glob("lib/python*/site-packages/borrowed.pth")
    borrowed.write_text("/opt/bangfu/borrowed\n", "utf-8")
    (environment / "borrowed").mkdir()
    proof = tmp_path / "proof"
    proof.mkdir()
    shutil.copy2(MACHINE / "witness.py", proof)
    script = ["sh", str(MACHINE / "boot.sh"), str(ROOT / "ops" / "bangfu.service")]
    command = [*NAMESPACES, *script, str(environment), sysconfig.get_path("platlib"), str(index), str(proof)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    if done.returncode == CANNOT or "unshare:" in done.stderr:
        pytest.skip(done.stderr.strip()[-300:])
    assert (proof / "told.json").exists(), done.stderr[-3000:]
    told = json.loads((proof / "told.json").read_text("utf-8"))
    assert told.pop("seconds to stop") < 20, "TimeoutStopSec kills after 20 seconds"
    assert told == {
        "ready": 200,
        "search": 200,
        "user": "bangfu",
        "capabilities": "0000000000000000",
        "mounts": {"/": "ro", "/var/lib/bangfu": "rw"},
        "ready after a kill": 200,
        "another process": True,
        "restarts": "1",
        "result": "success",
        "exit": "0",
    }


def test_the_container_builds_serves_is_confined_and_stops(tmp_path: Path) -> None:
    """The image is built as its file says, with the packages of the lock; as its user and with nothing to write to but the index and
    /tmp, it builds, is healthy, answers and stops in peace."""
    may_start("podman", "ldd")
    python = system_python()
    base, wheels = tmp_path / "base", tmp_path / "wheels"
    base.mkdir()
    try:
        fetch(wheels)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"the packages of the lock are not to be had: {error.stderr[-300:]!r}")
    base_of(python, base)
    shutil.copytree(ROOT / "seeds", tmp_path / "papers")
    (tmp_path / "index").mkdir()
    script = ["sh", str(MACHINE / "contain.sh"), str(ROOT / "ops" / "Containerfile"), str(ROOT), str(base), str(wheels), str(tmp_path)]
    done = subprocess.run(["unshare", "--mount", *script], capture_output=True, text=True, check=False, timeout=400)
    if done.returncode == CANNOT:
        pytest.skip(done.stderr.strip()[-300:])
    assert done.returncode == 0, done.stderr[-3000:]
    told = {name: (tmp_path / name).read_text("utf-8").strip() for name in ("health", "user", "search", "exit")}
    assert told == {"health": "healthy", "user": "10001", "search": "200", "exit": "0"}
    assert "Read-only file system" in (tmp_path / "refused").read_text("utf-8")
