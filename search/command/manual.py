"""The manual page, and the completion of shells, both made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from search.command.language import examples, said
from search.errors import BadRequest

PROGRAM = "bangfu"
SHELLS = {
    "bash": Path(".local/share/bash-completion/completions/bangfu"),
    "zsh": Path(".local/share/zsh/site-functions/_bangfu"),
    "fish": Path(".config/fish/completions/bangfu.fish"),
}
"""Shell → where its completions are found, below the home folder."""


def manual(group: click.Group, version: str) -> str:
    """The manual page in roff, section 1."""
    return "\n".join(_lines(group, version)) + "\n"


def _lines(group: click.Group, version: str) -> Iterator[str]:
    context = click.Context(group, info_name=PROGRAM)
    yield f'.TH BANGFU 1 "" "bangfu {version}"'
    yield from (".SH NAME", f"bangfu \\- {_roff(group.help or '')}", ".SH SYNOPSIS", ".B bangfu", r"\fICOMMAND\fR …")
    yield ".SH COMMANDS"
    for name in group.list_commands(context):
        command = group.commands[name]
        own = click.Context(command, context, info_name=name)
        yield from (
            ".SS",
            rf"\fB{_roff(command.get_usage(own).split(':', 1)[-1].split('：', 1)[-1].strip())}\fR",
            _roff(command.help or ""),
        )
        for parameter in command.get_params(own):
            if record := parameter.get_help_record(own):
                yield from (".TP", rf"\fB{_roff(record[0])}\fR", _roff(record[1]))
        for line in examples().get(name, []):
            yield from (".PP", ".nf", f"    {_roff(line)}", ".fi")
    yield from (
        ".SH EXIT STATUS",
        _roff(said("0 done; 1 done with rejected files, or nothing found; 2 wrong usage; 3 no or unusable index.")),
    )


def _roff(text: str) -> str:
    """Text that roff takes for text."""
    kept = text.replace("\\", r"\e").replace("-", r"\-").replace("\n", " ")
    return rf"\&{kept}" if kept.startswith((".", "'")) else kept


def completion(group: click.Group, shell: str) -> str:
    """The script by which a shell completes commands, options and values."""
    made = get_completion_class(shell)
    if made is None:
        raise BadRequest(f"没有“{shell}”的补全。", hint=f"可用：{'、'.join(SHELLS)}。")
    return made(group, {}, PROGRAM, "_BANGFU_COMPLETE").source()


def install_completion(group: click.Group, shell: str, home: Path) -> Path:
    """Writes the script where the shell looks for it; where that is."""
    place = home / SHELLS[shell]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(completion(group, shell), "utf-8")
    return place
