"""A base image for the container out of this machine's own files, since none is fetched: its Python, a shell and the few commands that
ops/Containerfile runs, with the libraries they need."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

from tests.packaging.wheel import LOCK, ROOT

COMMANDS = ("sh", "rm", "install", "useradd", "id", "cat")
LIBRARIES = (
    "libstdc++.so.6",
    "libgcc_s.so.1",
    "libpthread.so.0",
    "libdl.so.2",
    "librt.so.1",
    "libutil.so.1",
    "libm.so.6",
    "libresolv.so.2",
)
"""Needed by wheels, not by the Python they are installed in."""
SKIPPED = shutil.ignore_patterns("__pycache__", "test", "idlelib", "lib2to3", "EXTERNALLY-MANAGED")


def needed(binary: Path) -> set[Path]:
    """The shared libraries of a binary, with those they need themselves."""
    listed = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False).stdout
    return {Path(path) for path in re.findall(r"(?:=> |^\s*)(/\S+) \(0x", listed, re.MULTILINE)}


def base_of(python: str, root: Path) -> None:
    """Fills the folder with a small root file system whose pip finds nothing but what is in /wheels."""
    interpreter = Path(python).resolve()
    standard = Path(
        subprocess.run(
            [python, "-c", "import os; print(os.path.dirname(os.__file__))"], capture_output=True, text=True, check=True
        ).stdout.strip()
    )
    for name in ("usr/bin", "usr/lib", "usr/lib64", "usr/sbin", "usr/local/bin", "etc", "tmp", "var", "run"):
        (root / name).mkdir(parents=True)
    for name in ("bin", "lib", "lib64", "sbin"):
        (root / name).symlink_to(f"usr/{name}")
    shutil.copytree(standard, root / standard.relative_to("/"), ignore=SKIPPED, symlinks=False, ignore_dangling_symlinks=True)
    binaries = [interpreter, *(Path(path) for name in COMMANDS if (path := shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")))]
    for binary in binaries:
        shutil.copy2(binary, root / "usr/bin" / binary.name)
    (root / "usr/bin/python3").symlink_to(interpreter.name)
    (root / "usr/bin/python").symlink_to(interpreter.name)
    cache = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    wanted = {Path(path) for path in re.findall(r"=> (\S+)", cache) if Path(path).name in LIBRARIES}
    for binary in (*binaries, *wanted, *standard.glob("lib-dynload/*.so")):
        wanted = wanted | needed(binary)
    for library in wanted:
        into = root / library.relative_to("/")
        into.parent.mkdir(parents=True, exist_ok=True)
        if not into.exists():
            shutil.copy2(library, into)
    version = sysconfig.get_python_version()
    shutil.copytree(Path(sysconfig.get_path("purelib")) / "pip", root / f"usr/local/lib/python{version}/dist-packages/pip", ignore=SKIPPED)
    pip = root / "usr/local/bin/pip"
    pip.write_text('#!/bin/sh\nexec python3 -m pip "$@"\n', "utf-8")
    pip.chmod(0o755)
    (root / "etc/pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheels\n", "utf-8")
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n", "utf-8")
    (root / "etc/group").write_text("root:x:0:\n", "utf-8")
    (root / "tmp").chmod(0o1777)


def fetch(wheels: Path) -> None:
    """The packages of the lock, by their hashes, and what builds the wheel. Raises CalledProcessError without the registry."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        builders = tomllib.load(file)["build-system"]["requires"]
    command = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", str(wheels)]
    running = str(Path(sysconfig.get_path("scripts")) / "python")
    subprocess.run([running, *command, "--require-hashes", "--requirement", str(LOCK)], check=True, capture_output=True)
    subprocess.run([running, *command, *builders, "wheel"], check=True, capture_output=True)
