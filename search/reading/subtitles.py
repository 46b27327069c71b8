"""Subtitles (.srt, .vtt) → what is said, in paragraphs that end where a sentence or a pause does; no numbers, no times."""

from __future__ import annotations

import re

from search.errors import UnreadableSource
from search.model import Reading, Source, SourceLine
from search.reading.encoding import decode
from search.reading.plain import without_controls
from search.reading.wording import joined_lines
from search.settings import Settings

_TIMES = re.compile(r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})")
_MARKUP = re.compile(r"</?[a-zA-Z][^>]{0,80}>|\{\\[^}]{0,80}\}")
_NUMBER = re.compile(r"^\s*\d{1,7}\s*$")
_PAUSE = 4.0
"""Seconds of silence after which a new paragraph begins."""
_LONG, _LONGEST = 120, 400
_ENDS = tuple("。！？!?…”")


def read_subtitles(source: Source, _settings: Settings) -> Reading:
    """The cues joined to paragraphs. Raises UnreadableSource where there are none."""
    decoded = decode(source.data)
    text, warnings = without_controls(decoded.text)
    cues = _cues(text.splitlines())
    if not cues:
        raise UnreadableSource("字幕文件里没有字幕。")
    lines = tuple(SourceLine(number, part, style="paragraph") for number, part in enumerate(_paragraphs(cues), 1))
    return Reading(lines, "subtitles", decoded.encoding, warnings=decoded.warnings + warnings)


_Cue = tuple[float, float, str]
"""Begin and end in seconds, and the words."""


def _cues(lines: list[str]) -> list[_Cue]:
    """The cues in order; the same words shown twice in a row count once. What precedes the first cue is a header."""
    cues: list[_Cue] = []
    begin = end = 0.0
    words: list[str] = []
    for index, line in enumerate([*lines, "00:00:00,000 --> 00:00:00,000"]):
        times = _TIMES.match(line)
        if times is None:
            words.append(_MARKUP.sub("", line).strip())
            continue
        if words and _NUMBER.match(words[-1]) and index < len(lines):
            words.pop()
        said = [word for word in words if word]
        if said and end and (not cues or cues[-1][2] != joined_lines(said)):
            cues.append((begin, end, joined_lines(said)))
        begin, end = _seconds(times.groups()[:4]), _seconds(times.groups()[4:]) or 0.001
        words = []
    return cues


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction}")


def _paragraphs(cues: list[_Cue]) -> list[str]:
    """Cues joined while no pause, no sentence end past some length, and no length beyond all sentences parts them."""
    paragraphs: list[str] = []
    until: float | None = None
    for begin, end, words in cues:
        open_ended = until is not None and begin - until < _PAUSE and len(paragraphs[-1]) < _LONGEST
        if open_ended and not (len(paragraphs[-1]) >= _LONG and paragraphs[-1].endswith(_ENDS)):
            paragraphs[-1] = _joined(paragraphs[-1], words)
        else:
            paragraphs.append(words)
        until = end
    return paragraphs


def _joined(before: str, words: str) -> str:
    """Two cues as one text; Chinese subtitles leave out the comma between them, and a space keeps the words apart."""
    return before + ("" if before.endswith((*_ENDS, "，", "、", "；", "：")) else " ") + words
