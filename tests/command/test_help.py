"""The help of the command: one language by the locale, a word for every option, examples that run, colours as the environment says."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from search.command.cli import main
from search.command.language import examples

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = sorted(main.commands)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def bangfu(*words: str, cwd: Path = ROOT, **environment: Any) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "BANGFU_", "NO_COLOR", "FORCE_COLOR"))}
    command = [sys.executable, "-m", "search", *words]
    environment = {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False, env=environment)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the seeds, an index of them and its copy, which examples restore in any order."""
    made = tmp_path_factory.mktemp("help")
    shutil.copytree(ROOT / "seeds", made / "seeds")
    assert bangfu("build", "seeds", cwd=made).returncode == 0
    assert bangfu("backup", "backup_data", cwd=made).returncode == 0
    return made


def test_help_is_in_one_language() -> None:
    """Under a Chinese locale every line of help has Chinese words, click's own too; under another none but names of places and data."""
    for name in ("search", "build", "export", "watch"):
        chinese = bangfu(name, "--help", LANG="zh_CN.UTF-8").stdout
        english = bangfu(name, "--help", LANG="C.UTF-8").stdout
        assert "用法：" in chinese
        assert "Usage:" not in chinese
        assert "选项" in chinese
        assert "显示这份说明" in chinese
        assert "Usage:" in english
        described = re.findall(r"^  --?\S.*?  (\S.*)$", chinese, re.MULTILINE)
        assert described
        assert all(_HAN.search(line) for line in described), [line for line in described if not _HAN.search(line)]
    assert "出错" in bangfu("search", LANG="zh_CN.UTF-8").stderr
    assert "Error" in bangfu("search", LANG="en_US.UTF-8").stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is(name: str) -> None:
    """Every option of every command has a word of help, in Chinese too."""
    for option in main.commands[name].params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name}"
    assert main.commands[name].help


@pytest.mark.parametrize("line", [line for lines in examples().values() for line in lines])
def test_examples_run(line: str, folder: Path) -> None:
    """The examples of the help end well over the seeds."""
    done = bangfu(*shlex.split(line)[1:], cwd=folder)
    assert done.returncode == 0, done.stderr


def test_examples_stand_below_the_help() -> None:
    """Each command that has examples shows them."""
    assert set(examples()) <= set(COMMANDS)
    assert "bangfu kwic 消费扶贫" in bangfu("kwic", "--help").stdout


def test_everything_that_answers_has_json(folder: Path) -> None:
    """What answers a question can answer a program."""
    answering = {"search", "show", "labels", "locate", "kwic", "new", "check", "build", "backup", "restore", "rollback"}
    for name in answering:
        assert any(option.name == "as_json" for option in main.commands[name].params), name
    for words in (("kwic", "消费扶贫"), ("check",), ("new", "消费扶贫"), ("backup", "copies")):
        done = bangfu(*words, "--json", cwd=folder)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)


def on_a_terminal(folder: Path, **environment: str) -> bytes:
    """What a search writes to a terminal."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "search", "search", "消费扶贫", "--size", "1"]
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(command, cwd=folder, stdout=child, stderr=child, env={**plain, "PYTHONPATH": str(ROOT), **environment})
    os.close(child)
    found = b""
    while True:
        try:
            piece = os.read(parent, 65536)
        except OSError:
            break
        if not piece:
            break
        found += piece
    os.close(parent)
    process.wait()
    return found


def test_colours_are_as_the_environment_says(folder: Path) -> None:
    """A terminal gets colours, but for NO_COLOR and TERM=dumb; a pipe gets none, but for FORCE_COLOR."""
    assert b"\x1b[" in on_a_terminal(folder, TERM="xterm-256color")
    assert b"\x1b[" not in on_a_terminal(folder, TERM="xterm-256color", NO_COLOR="1")
    assert b"\x1b[" not in on_a_terminal(folder, TERM="dumb")
    assert "\x1b[" not in bangfu("search", "消费扶贫", cwd=folder).stdout
    assert "\x1b[" in bangfu("search", "消费扶贫", cwd=folder, FORCE_COLOR="1").stdout


def test_the_first_run_explains_itself(tmp_path: Path) -> None:
    """Without an index, `bangfu` alone says how to begin; a search says which command makes one."""
    first = bangfu(cwd=tmp_path, LANG="zh_CN.UTF-8").stdout
    assert "bangfu build 文件夹" in first
    missing = bangfu("search", "扶贫", cwd=tmp_path)
    assert missing.returncode == 3
    assert "bangfu build" in missing.stderr


def test_completion_is_installed_where_the_shell_looks(tmp_path: Path) -> None:
    """bash completes commands and the keys of types; the script is written below the home folder."""
    done = bangfu("completion", "bash", "--install", HOME=str(tmp_path))
    place = tmp_path / ".local/share/bash-completion/completions/bangfu"
    assert str(place) in done.stdout
    assert "_BANGFU_COMPLETE=bash_complete" in place.read_text("utf-8")
    asked = {"_BANGFU_COMPLETE": "bash_complete", "COMP_WORDS": "bangfu search --program con", "COMP_CWORD": "3"}
    assert "consumption" in bangfu(cwd=ROOT, **asked).stdout


@pytest.mark.skipif(shutil.which("man") is None and shutil.which("groff") is None, reason="no reader of manual pages here")
def test_the_manual_is_read_by_man(tmp_path: Path) -> None:
    """man renders the page without a warning."""
    page = tmp_path / "bangfu.1"
    page.write_text(bangfu("man").stdout, "utf-8")
    reader = ["man", "--warnings", "-l", str(page)] if shutil.which("man") else ["groff", "-man", "-Tutf8", "-ww", str(page)]
    done = subprocess.run(reader, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0
    assert not done.stderr
    assert "SYNOPSIS" in done.stdout


def test_the_manual_names_every_command_and_option() -> None:
    """Nothing that can be typed is missing."""
    text = bangfu("man").stdout.replace("\\-", "-")
    for name, command in main.commands.items():
        assert f"bangfu {name}" in text
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.opts[0] in text
