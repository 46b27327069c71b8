"""What a question asks for, and what is left of it without the words that ask."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "questions.toml"


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """A kind of question: the words that ask it, and a pattern of what answers it (empty: anything may)."""

    name: str
    cue: re.Pattern[str]
    answer: str


@cache
def kinds() -> tuple[QuestionKind, ...]:
    """The kinds of the table, in its order."""
    with _TABLE.open("rb") as file:
        return tuple(QuestionKind(one["name"], re.compile(one["cue"]), one["answer"]) for one in tomllib.load(file)["kind"])


def asked(form: str) -> QuestionKind | None:
    """The first kind of the table that a text in match form asks; None if it is no question."""
    return next((kind for kind in kinds() if kind.cue.search(form)), None)


def without_cues(form: str) -> str:
    """The text with line ends where its asking words were."""
    for kind in kinds():
        form = kind.cue.sub(lambda found: "\n" * len(found[0]), form)
    return form
