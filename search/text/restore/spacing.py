"""Spaces an extractor put in are taken out; spaces an author put in stay.

Nothing but white space is ever touched, so every function here keeps the non-space characters and their order.
"""

from __future__ import annotations

import re

HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
CLOSERS = "，。、；：！？”’）》〉】」』…％℃"
OPENERS = "“‘（《〈【「『"

_SPACE_RUN = re.compile(r"\s+")
_HAN_TOKEN = re.compile(rf"[{CLOSERS}{OPENERS}]*[{HAN}][{CLOSERS}{OPENERS}]*")
_SPACED_OUT = re.compile(rf"(?:^|\s)[{CLOSERS}{OPENERS}]*[{HAN}][{CLOSERS}{OPENERS}]*\s")
_ENUMERATOR = re.compile(rf"(?:\d{{1,3}}(?:\.\d{{1,3}})*[.、)）]?|[{OPENERS}]*第?[一二三四五六七八九十百]+[章节条编部]?)(?=[ 　])")
_BEFORE_DIGIT = re.compile(rf"(?<=[{HAN}{CLOSERS}{OPENERS}〔〕]) +(?=[\d+\-—~～]*\d)(?!\d{{1,2}}:\d\d)")
_AFTER_DIGIT = re.compile(rf"(?<=[\d%％℃]) +(?=[{HAN}{CLOSERS}{OPENERS}〔])")
_BEFORE_LETTER = re.compile(rf"(?<=[{HAN}]) +(?=[A-Z](?:[^A-Za-z ]|\Z))")
_BEFORE_CLOSER = re.compile(rf"(?<=[^\s]) +(?=[{CLOSERS}])")
_AFTER_OPENER = re.compile(rf"(?<=[{OPENERS}]) +")
_AFTER_STOP = re.compile(rf"(?<=[，。、；！？]) +(?=[{HAN}{OPENERS}])")
_SPACED_NUMBER = re.compile(rf"(?<=[{HAN}{CLOSERS}{OPENERS}]) ?(\d(?: [\d.,]){{2,14}})(?![\d.,]| [\d.,])(?= ?[{HAN}%％℃])")
"""A number whose figures an extractor set apart, between Chinese words: 资金 1 0 4 . 8 亿元."""
_HAN = re.compile(f"[{HAN}]")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]")
LETTER_SPACED = 4
"""So many single characters in a row, each with a space after it, are letter-spacing and no list of words."""


def tidy(text: str) -> str:
    """One line, trimmed, with letter-spaced runs closed and stray spaces around digits and punctuation gone."""
    text = text.strip()
    if len(text.split(None, 1)) < 2:
        return text
    if _SPACED_OUT.search(text):
        text = _close_letter_spacing(text)
    return _close_stray(_SPACE_RUN.sub(_one_space, text))


def tidy_prose(text: str) -> str:
    """A running paragraph: also no space after a comma or full stop before a Chinese word."""
    return _AFTER_STOP.sub("", _close_stray(text)) if " " in text else text


def is_letter_spaced(text: str) -> bool:
    """Whether most words of a line are single characters, four or more."""
    words = text.split()
    return sum(bool(_HAN_TOKEN.fullmatch(word)) for word in words) >= max(LETTER_SPACED, len(words) // 2 + 1)


def single_spaced(text: str) -> str:
    """Every run of white space one space (an ideographic space standing alone stays one)."""
    text = text.strip()
    return _SPACE_RUN.sub(_one_space, text) if len(text.split(None, 1)) > 1 else text


def join(left: str, right: str) -> str:
    """Two parts of a broken line as one text: a space only where two Latin words meet."""
    if not left or not right:
        return left + right
    a, b = left[-1], right[0]
    if a.isascii() and b.isascii():
        if (a.isalpha() and (b.isalnum() or b in "(\"'")) or (a.isdigit() and b.isalpha() and len(b) == 1 and b.islower() and " " in left):
            return f"{left} {right}"
        if a in ".,;:!?)\"'" and b.isalnum() and _ASCII_WORD.search(left[-12:-1]):
            return f"{left} {right}"
    return left + right


def two_part(text: str) -> str:
    """A letter-spaced headline of eight characters in two parallel halves (聚焦精准|聚力攻坚) keeps the space between them."""
    if len(text) == 8 and any(text[at] == text[at + 4] for at in range(4)) and re.fullmatch(rf"[{HAN}]+", text):
        return f"{text[:4]} {text[4:]}"
    return text


def _one_space(run: re.Match[str]) -> str:
    return "　" if run.group() == "　" else " "


def _close_stray(text: str) -> str:
    if " " not in text:
        return text
    enumerator = _ENUMERATOR.match(text)
    if enumerator and (not enumerator.group().isdigit() or not _HAN.match(text, enumerator.end() + 1)):
        head = text[: enumerator.end() + 1]
        return head + _close_stray_in(text[enumerator.end() + 1 :])
    return _close_stray_in(text)


def _close_stray_in(text: str) -> str:
    text = _SPACED_NUMBER.sub(lambda number: number.group(1).replace(" ", ""), text)
    text = _BEFORE_DIGIT.sub("", text)
    text = _AFTER_DIGIT.sub("", text)
    text = _BEFORE_LETTER.sub("", text)
    text = _BEFORE_CLOSER.sub("", text)
    return _AFTER_OPENER.sub("", text)


def _close_letter_spacing(text: str) -> str:
    """Closes each run of four or more single Chinese characters, with the numbers and marks that are inside it."""
    pieces = [(match.group(1), match.group(2)) for match in re.finditer(r"(\S+)(\s*)", text)]
    kept = [gap for _, gap in pieces]
    at = 0
    while at < len(pieces):
        end, singles = at, 0
        while end < len(pieces) and (single := bool(_HAN_TOKEN.fullmatch(pieces[end][0])) or not _has_word(pieces[end][0])):
            singles += single and bool(_HAN_TOKEN.fullmatch(pieces[end][0]))
            end += 1
        if singles >= LETTER_SPACED:
            widest = min(len(pieces[i][1]) for i in range(at, end - 1)) if end - at > 1 else 1
            for i in range(at, end - 1):
                kept[i] = " " if len(pieces[i][1]) > widest else ""
        at = max(end, at + 1)
    closed = "".join(piece + gap for (piece, _), gap in zip(pieces, kept, strict=True))
    return two_part(closed) if " " not in closed and len(pieces) == 8 else closed


def _has_word(token: str) -> bool:
    """Whether a token holds letters, so that it is neither a number nor marks."""
    return any(char.isalpha() for char in token)
