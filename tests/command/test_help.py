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
from urllib.parse import quote

import click
import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from search.command.cli import main
from search.command.language import examples
from tests.command_here import bangfu_here

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
    """A folder with the example, an index of it and its copy, which examples restore in any order."""
    made = tmp_path_factory.mktemp("help")
    assert bangfu("example", "papers", cwd=made).returncode == 0
    assert bangfu("build", "papers", cwd=made).returncode == 0
    assert bangfu("backup", "backup_data", cwd=made).returncode == 0
    return made


EVERY_HELP = """import json, sys
from click.testing import CliRunner
from search.command.cli import main
said = {name: CliRunner().invoke(main, [name, "--help"], prog_name="bangfu").output for name in main.commands}
sys.stdout.write(json.dumps(said))
"""


def every_help(locale: str) -> dict[str, str]:
    """The help of every command as a process under this locale gives it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "BANGFU_"))}
    environment |= {"LANG": locale, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", EVERY_HELP], capture_output=True, text=True, check=True, env=environment)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_help_is_in_one_language() -> None:
    """Under a Chinese locale every line of help has Chinese words, click's own too; under another none but names of places and data."""
    every_chinese, every_english = every_help("zh_CN.UTF-8"), every_help("C.UTF-8")
    assert every_chinese["search"] == bangfu("search", "--help", LANG="zh_CN.UTF-8").stdout
    for name in COMMANDS:
        chinese, english = every_chinese[name], every_english[name]
        assert "用法：" in chinese
        assert "Usage:" not in chinese
        assert "选项" in chinese
        assert "显示这份说明" in chinese
        assert _HAN.search(chinese.splitlines()[2]), chinese
        assert not _HAN.search(english.splitlines()[2].replace("帮扶检索", "")), english
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
    """The examples of the help end well over what `bangfu example` writes."""
    if line.startswith("bangfu serve"):
        return  # it never ends; tests/packaging serves
    done = bangfu_here(*shlex.split(line)[1:], cwd=folder)
    assert done.exit_code == 0, done.output


def test_the_catalogue_is_compiled_as_it_is_written() -> None:
    """What gettext reads is what the .po says."""
    place = ROOT / "search/command/translations/zh/LC_MESSAGES"
    with (place / "messages.po").open("rb") as written, (place / "messages.mo").open("rb") as compiled:
        assert {one.id: one.string for one in read_po(written) if one.id and one.string} == {
            one.id: one.string for one in read_mo(compiled) if one.id
        }


def test_examples_stand_below_the_help() -> None:
    """Each command that has examples shows them."""
    assert set(examples()) <= set(COMMANDS)
    assert "bangfu kwic 消费扶贫" in bangfu("kwic", "--help").stdout


def test_everything_that_answers_has_json(folder: Path) -> None:
    """What answers a question can answer a program."""
    # What these write has a form of its own already, or none at all.
    own_form = {"serve", "mcp", "watch", "export", "completion", "man"}
    for name in set(COMMANDS) - own_form:
        assert any(option.name == "as_json" for option in main.commands[name].params), name
    (folder / "links.jsonl").write_text(bangfu_here("export", "--ledger", cwd=folder).stdout, "utf-8")
    asked: list[tuple[str, ...]] = [("kwic", "消费扶贫"), ("check",), ("new", "消费扶贫"), ("backup", "copies"), ("cite", "浙川协作项目表")]
    asked += [("import", "links.jsonl"), ("copy", "whoosh:index_data", "whoosh:other"), ("example", "more")]
    for words in asked:
        done = bangfu_here(*words, "--json", cwd=folder)
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)


def test_the_example_is_written_once_and_never_over_other_files(tmp_path: Path) -> None:
    """The same files may be written again; a file of the user's own under one of their names is left as it is, with a sentence."""
    first = json.loads(bangfu("example", "--json", cwd=tmp_path).stdout)["written"]
    assert len(first) == 5
    assert all((tmp_path / name).is_file() for name in first)
    assert bangfu("example", cwd=tmp_path).returncode == 0
    (tmp_path / first[0]).write_text("my own", "utf-8")
    refused = bangfu("example", cwd=tmp_path)
    assert refused.returncode == 2
    assert Path(first[0]).name in refused.stderr
    assert (tmp_path / first[0]).read_text("utf-8") == "my own"


def test_words_need_no_quotes(folder: Path) -> None:
    """Several words are one query, as they are in a search box; a quote may come in pieces too."""
    apart, together = (bangfu_here("search", *words, "--json", cwd=folder) for words in (("消费扶贫", "密云"), ("消费扶贫 密云",)))
    assert apart.stdout == together.stdout
    assert bangfu_here("locate", "累计投入", "帮扶资金9801万元", cwd=folder).exit_code == 0


def test_a_question_is_answered_above_the_hits(folder: Path) -> None:
    """谁帮助 has an answer with the clause that says it, for readers and for programs; where nothing says it, that is said."""
    told = bangfu_here("search", "谁帮助滦平县", cwd=folder).stdout
    assert told.startswith("答：\n  北京市/密云区 → 河北省/承德市/滦平县（对口帮扶")
    assert "从2016年起对口帮扶河北省滦平县" in told
    found = json.loads(bangfu_here("search", "谁帮助滦平县", "--json", cwd=folder).stdout)
    assert found["told"]["relations"][0]["supporter"] == "北京市/密云区"
    assert "没有一句话直接回答" in bangfu_here("search", "谁帮助阜平县", cwd=folder).stdout
    assert "told" not in json.loads(bangfu_here("search", "滦平县", "--json", cwd=folder).stdout)


def test_a_citation_has_a_whole_link(folder: Path) -> None:
    """The link of a citation is absolute and percent-encoded; where nobody said the address, a word on it goes to standard error."""
    name = "示例晨报_2020-05-12_02版"
    told = bangfu_here("cite", name, "--base-url", "https://example.org/archive", cwd=folder)
    assert f"https://example.org/archive/d/{quote(name)}" in told.stdout
    assert "[N/OL]" in told.stdout
    assert not told.stderr
    assert "--base-url" in bangfu_here("cite", name, cwd=folder).stderr
    assert bangfu_here("cite", name, "--base-url", "example", cwd=folder).exit_code == 2


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
    nothing = bangfu("build", cwd=tmp_path, LANG="zh_CN.UTF-8")
    assert nothing.returncode == 2
    assert "bangfu example" in nothing.stderr
    missing = bangfu("search", "扶贫", cwd=tmp_path)
    assert missing.returncode == 3
    assert "bangfu build" in missing.stderr


def test_another_package_of_the_same_name_is_noticed(folder: Path, tmp_path: Path) -> None:
    """Where another `web` comes first on the path, the site is not started with it: a sentence says whose name it is."""
    other = tmp_path / "web"
    other.mkdir()
    (other / "__init__.py").write_text("raise SystemExit('the other one was run')\n", "utf-8")
    told = bangfu("serve", "--port", "0", cwd=folder, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert told.returncode == 2
    assert str(other) in told.stderr
    assert "environment of its own" in told.stderr
    assert "was run" not in told.stderr


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
    text = bangfu_here("man", cwd=ROOT).stdout.replace("\\-", "-")
    for name, command in main.commands.items():
        assert f"bangfu {name}" in text
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.opts[0] in text
