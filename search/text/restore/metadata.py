"""What the text says of itself: title, subtitle, byline, publication. Nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import replace

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


def read_metadata(units: list[Unit], known: Metadata) -> Metadata:
    """`known` (what the file itself says) with the gaps filled from the text."""
    kicker, title, subtitle = _headline(units)
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
        kicker=known.kicker or kicker,
        byline=known.byline or byline,
        publication=known.publication or publication,
    )


def _headline(units: list[Unit]) -> tuple[str | None, str | None, str | None]:
    """Kicker, title and deck of the first article: what stands above its title, the title, what stands below."""
    shown = [unit for unit in units if unit.kind in {BlockKind.TITLE, BlockKind.SUBTITLE} and unit.placed and unit.article <= 1]
    at = next((at for at, unit in enumerate(shown) if unit.kind is BlockKind.TITLE), None)
    if at is None:
        return None, None, shown[0].text if shown else None
    below = next((unit.text for unit in shown[at + 1 :] if unit.kind is BlockKind.SUBTITLE), None)
    return shown[at - 1].text if at else None, shown[at].text, below


def _byline(credits: list[str]) -> str | None:
    for text in credits:
        if "摄" in text or "供图" in text or "图片" in text:
            continue
        if found := _BYLINE.search(text) or _MARKED.match(text) or _OFFICE.search(text):
            return found.group(1).strip()
    return None
