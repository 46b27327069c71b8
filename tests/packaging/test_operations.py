"""What starts the server for years: the systemd unit by systemd's own reader, the container file by what is in the repository.

The unit and the container are started, where the machine allows it, by tests/packaging/test_started.py."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from search.command.cli import main

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "ops" / "bangfu.service"
CONTAINER = ROOT / "ops" / "Containerfile"


def instructions() -> list[tuple[str, str]]:
    """The instructions of the container file, lines that go on joined."""
    text = re.sub(r"\\\n", " ", CONTAINER.read_text("utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def options_of(command: str, words: list[str]) -> set[str]:
    known = {option for one in main.commands[command].params if isinstance(one, click.Option) for option in one.opts}
    return {word for word in words if word.startswith("--")} - known


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_the_unit_is_read_without_a_complaint(tmp_path: Path) -> None:
    """systemd-analyze verify takes every line, once the command is where the unit says; a directive it does not know is a complaint."""
    made = tmp_path / "bangfu.service"
    here = UNIT.read_text("utf-8").replace("/opt/bangfu/bin/bangfu", str(shutil.which("true"))).replace("User=bangfu\n", "")
    made.write_text(here, "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(made)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    made.write_text(here.replace("PrivateTmp=", "PrivateTemp="), "utf-8")
    told = subprocess.run(["systemd-analyze", "verify", "--man=no", str(made)], capture_output=True, text=True, check=False)
    assert "PrivateTemp" in told.stderr


def test_the_unit_and_the_container_start_the_command_as_it_is() -> None:
    """Commands and options named there are ours, neither runs as root, and the unit writes below its own state folder alone."""
    (start,) = re.findall(r"^ExecStart=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE)
    _, command, *words = shlex.split(start)
    assert not options_of(command, words)
    assert "--index /var/lib/bangfu" in start
    assert "User=bangfu" in UNIT.read_text("utf-8")
    said = dict(instructions())
    command, *words = json.loads(said["CMD"])
    assert not options_of(command, words)
    assert json.loads(said["ENTRYPOINT"]) == ["bangfu"]
    assert said["USER"] == "bangfu"
    for line in re.findall(r"^#   podman run .* bangfu ((?:build|serve).*)$", CONTAINER.read_text("utf-8"), re.MULTILINE):
        command, *words = shlex.split(line)
        assert not options_of(command, words), line


def test_the_container_is_made_of_what_is_here() -> None:
    """Every file copied from the checkout is there, packages come by the lock's hashes, and the server listens where the check asks."""
    for name, rest in instructions():
        if name == "COPY" and not rest.startswith("--from"):
            *files, _ = rest.split()
            assert all((ROOT / file).exists() for file in files), rest
    text = CONTAINER.read_text("utf-8")
    assert "--require-hashes -r /wheel/requirements.lock" in text
    (port,) = re.findall(r"^EXPOSE (\d+)$", text, re.MULTILINE)
    assert f"127.0.0.1:{port}/healthz" in text
    default = next(one.default for one in main.commands["serve"].params if one.name == "port")
    assert str(default) == port


@pytest.mark.skipif(shutil.which("podman") is None and shutil.which("buildah") is None, reason="neither podman nor buildah here")
def test_the_container_file_is_parsed_by_its_reader(tmp_path: Path) -> None:
    """A builder that may fetch nothing reads the whole file and stops at the base image, not at a line of ours."""
    builder = ["podman", "build"] if shutil.which("podman") else ["buildah", "build"]
    command = [*builder, "--pull=never", "-f", str(CONTAINER), "-t", "bangfu-test", str(ROOT)]
    environment = {"HOME": str(tmp_path), "PATH": "/usr/sbin:/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)
    assert done.returncode != 0
    assert "python:3.13-slim" in done.stderr
    assert "unknown instruction" not in done.stderr.lower()
