"""Questions that records answer: who helps whom, since when, with how much, as `data/questions.toml` says people put them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_TABLE: Final = Path(__file__).parent / "data" / "questions.toml"
_SIDES: Final = {"supporter": "(?P<supporter>.{2,12}?)", "recipient": "(?P<recipient>.{2,12}?)", "year": "(?P<year>(?:19|20)[0-9]{2})"}
_ENDS: Final = "？?。！! \u3000"


@dataclass(frozen=True, slots=True)
class RecordQuestion:
    """What a question asks (`since`, `who`, `whom`, `amount`) of which places, by the names it uses; empty where it names none."""

    asks: str
    supporter: str
    recipient: str
    year: int | None


@lru_cache(maxsize=1)
def question_words() -> dict[str, Any]:
    """The table, read once."""
    return tomllib.loads(_TABLE.read_text("utf-8"))


@lru_cache(maxsize=1)
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    raw = question_words()
    parts = {**raw["words"], **_SIDES}
    return tuple((asks, re.compile(_filled(form, parts))) for asks, forms in raw["forms"].items() for form in forms)


def _filled(form: str, parts: dict[str, str]) -> str:
    return re.sub(r"\{([a-z]+)\}", lambda match: parts[match[1]], form)


def readings(text: str) -> Iterator[RecordQuestion]:
    """Every way a text can be read as such a question, the likeliest first."""
    question = text.strip().rstrip(_ENDS)
    if len(question) > 60:
        return
    for asks, pattern in _forms():
        if match := pattern.fullmatch(question):
            said = match.groupdict()
            year = said.get("year")
            yield RecordQuestion(asks, said.get("supporter") or "", said.get("recipient") or "", int(year) if year else None)


@lru_cache(maxsize=1)
def given_pattern() -> re.Pattern[str]:
    """Words beside an amount that was given, not earned."""
    return re.compile(question_words()["amounts"]["given"])


@lru_cache(maxsize=1)
def national_pattern() -> re.Pattern[str]:
    """Words of a giver that is no province."""
    return re.compile(question_words()["amounts"]["national"])
