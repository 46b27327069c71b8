"""What the text says of itself: title, subtitle, byline, publication, date. Nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from search.model import BlockKind, Metadata
from search.text.restore.units import Unit

_BYLINE = re.compile(
    r"(?:记者|通讯员|作者|撰文|撰稿)[：:\s]*"
    r"([\u3400-\u9fff·]{2,4}(?:[\s、，]+[\u3400-\u9fff·]{2,4}(?![\u3400-\u9fff]*[：:])){0,5})"
)
_GAP = re.compile(r"\s{2,}|\s(?=[\u3400-\u9fff]{2,4}[：:])")
_MARKED = re.compile(r"[□■●○]\s*([\u3400-\u9fff·]{2,4})\Z")
_OFFICE = re.compile(r"[长席任记]\s([\u3400-\u9fff·]{2,6}|[\u3400-\u9fff]\s[\u3400-\u9fff])\Z")
_REPRINT = re.compile(r"(?:转自|转载自|原载|摘自|选自|来源[：:]\s*|据)\s*《([^》]{1,20})》\s*([\u3400-\u9fff·]{2,4})?")
_SOURCE = re.compile(r"(?:^|[（(])(?:文章|稿件|信息)?来源\s*[：:]\s*《?([^》）)]{2,30})")
_PRESS = re.compile(r"报|社|刊|网|杂志|电视|客户端|央视|新华|发布")
_DATE = re.compile(r"(\d{4})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})\s*日?")
_HAN_DATE = re.compile(r"([二一][〇○零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日")
_HAN_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}


def read_metadata(units: list[Unit], known: Metadata) -> Metadata:
    """`known` (what the file itself says) with the gaps filled from the text."""
    title = _first(units, BlockKind.TITLE)
    subtitle = _first(units, BlockKind.SUBTITLE)
    credits = [unit.text for unit in units if unit.kind is BlockKind.CREDIT]
    byline, publication = _byline(credits), None
    for text in credits:
        if found := _REPRINT.search(text):
            publication = publication or found.group(1)
            byline = byline or found.group(2)
        elif (found := _SOURCE.search(text)) and _PRESS.search(found.group(1)):
            publication = publication or _GAP.split(found.group(1).strip())[0]
    return replace(
        known,
        title=known.title or title,
        subtitle=known.subtitle or subtitle,
        byline=known.byline or byline,
        publication=known.publication or publication,
        date=known.date or _date(units),
    )


def _first(units: list[Unit], kind: BlockKind) -> str | None:
    return next((unit.text for unit in units if unit.kind is kind and unit.placed and unit.article <= 1), None)


def _byline(credits: list[str]) -> str | None:
    for text in credits:
        if "摄" in text or "供图" in text or "图片" in text:
            continue
        if found := _BYLINE.search(text) or _MARKED.match(text) or _OFFICE.search(text):
            return found.group(1).strip()
    return None


def _date(units: list[Unit]) -> date | None:
    """The date of a date line, of a subtitle, or of a credit; never one out of running text."""
    for wanted in (BlockKind.SUBTITLE, BlockKind.CREDIT):
        for unit in units:
            if unit.kind is wanted and (found := _parse(unit.text)):
                return found
    return None


def _parse(text: str) -> date | None:
    try:
        if found := _DATE.search(text):
            return date(int(found.group(1)), int(found.group(2)), int(found.group(3)))
        if found := _HAN_DATE.search(text):
            year = int("".join(str(_HAN_DIGITS[char]) for char in found.group(1)))
            return date(year, _small(found.group(2)), _small(found.group(3)))
    except (ValueError, KeyError):
        return None
    return None


def _small(text: str) -> int:
    """A Chinese number up to 99."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _HAN_DIGITS[ones]
    return (_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[ones] if ones else 0)
