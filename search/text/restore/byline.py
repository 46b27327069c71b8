"""Who wrote a text, out of a byline, a dateline or a note at its end; and names whose characters an extractor set apart."""

from __future__ import annotations

import re
from functools import cache

from search.text.restore.cues import cues
from search.text.restore.spacing import HAN

_HAN = "\u3400-\u9fff"
_MARK = r"[、，,\s）)（(】\]|｜\d“”\"。；;/／]"
"""What a name is set off by, if by anything."""
_NAME = rf"(?:[{_HAN}]{{1,8}}(?:[·•・．][{_HAN}]{{1,10}})+|[{_HAN}]{{2,4}}?)"
_BETWEEN = re.compile(r"[、，,\s]+")
_NOTED = re.compile(rf"[（(]作者(?:单位)?(?:系|为|是|：|:)[^（）()]{{2,40}}?\s({_NAME})[）)]")
_ENDED = rf"(?:(?![{HAN}])|(?=整理|报道|摄|采访|文/))"
_SINGLES = re.compile(rf"[{HAN}](?:[ \u3000\u00a0]+[{HAN}]{_ENDED})+")
_APART = re.compile(rf"(?:[\s、，,]*{_SINGLES.pattern})+")
_MARKED = re.compile(rf"[□■]\s*(?={_NAME}(?:[、，,\s]|\Z))")
_CLOSING = re.compile(r"[（(][^（）()]{1,400}[）)]\Z")
_NOTE_LONGEST = 400
_PHOTOGRAPHED = re.compile(r"\s*摄(?!影报道|影[：:\s]+[\u3400-\u9fff])")
_SIGNED = re.compile(rf"[（(]\s*({_NAME}(?:[、，,\s]+{_NAME}){{0,5}})\s*[）)]")
_WITHIN = 200
"""A byline is so near the beginning of its line."""
_MOST = 40


def names_closed(text: str) -> str:
    """A byline whose names are set apart (记者 王 海 李 明) with each name closed: two characters a name, or three if there are no more."""
    parts: list[str] = []
    done = 0
    for role in cues().author_role.finditer(text):
        if role.end() >= done and (names := _APART.match(text, role.end())):
            parts += [text[done : role.end()], _SINGLES.sub(_closed, names.group())]
            done = names.end()
    return "".join([*parts, text[done:]])


def _closed(run: re.Match[str]) -> str:
    singles = run.group().split()
    if len(singles) == 3:
        return "".join(singles)
    if len(singles) % 2:
        return run.group()
    return " ".join(first + second for first, second in zip(singles[::2], singles[1::2], strict=True))


@cache
def _name_at() -> re.Pattern[str]:
    return re.compile(rf"\s*({_NAME})(?={_MARK}|\Z|{cues().after_name})")


def signed_in(text: str) -> list[str]:
    """The names that brackets at the beginning of a text hold, and nothing else: （王海、李明）."""
    found = _SIGNED.match(_SINGLES.sub(_closed, text[:_WITHIN]))
    if found is None or cues().no_signature.match(found.group(1)) or cues().no_name.match(found.group(1)):
        return []
    return [name for name in _BETWEEN.split(found.group(1)) if name]


def authors_in(text: str) -> list[str]:
    """The names that a byline, the beginning of a report or a note at its end gives, in order; editors and photographers are none."""
    text = names_closed(text)
    if noted := _NOTED.search(text):
        return [noted.group(1)]
    found: list[str] = []
    for role in cues().author_role.finditer(text, 0, _WITHIN):
        found += _names_from(text, role.end())
    if not found and (marked := _MARKED.match(text)):
        found = _names_from(text, marked.end())
    return list(dict.fromkeys(found))[:_MOST]


def closing_note(text: str) -> str:
    """The brackets that close a text, empty where there are none: （本报记者 王海）."""
    found = _CLOSING.search(text, max(0, len(text) - _NOTE_LONGEST - 2))
    return found.group() if found else ""


def _names_from(text: str, at: int) -> list[str]:
    names: list[str] = []
    while name := _name_at().match(text, at):
        if cues().no_name.match(name.group(1)) or _PHOTOGRAPHED.match(text, name.end()):
            break
        names.append(name.group(1))
        between = _BETWEEN.match(text, name.end())
        if between is None:
            break
        at = between.end()
    return names
