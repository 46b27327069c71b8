"""What the text says of itself: title, subtitle, byline, publication. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from search.model import Block, BlockKind, Metadata
from search.text.restore.byline import authors_in, closing_note, signed_in
from search.text.restore.cues import cue_table, cues, either
from search.text.restore.official import read_official
from search.text.restore.units import Unit

_GAP = re.compile(r"\s{2,}|\s(?=[\u3400-\u9fff]{2,4}[：:])|\s?(?=(?:19|20)\d\d[-年./])")
_CUES = cue_table()["metadata"]
_MASTHEAD = re.compile(rf"《?([\u3400-\u9fff]{{2,12}}{either(_CUES['periodical'])})》?\s*[（(]?\s*(?:19|20)\d{{2}}\s*[年.\-/]")
_ACCOUNT = re.compile(r"原创\s+(\S{2,8})\s+(\S{2,20}?)\s*(?:19|20)\d\d-\d{1,2}-\d{1,2}")
_PAGE = re.compile(r"第\s?0*([A-Z]?\d{1,3})\s?版|(?:日|[\s，,])\s?0*([A-Z]?\d{1,3})\s?版")
_URL = re.compile(r"https?://[^\s，。；）)】]{4,200}")
_ROLE_WITHIN = 45
_OPENINGS, _OPENING = 2, 120
"""So many paragraphs may open with a dateline, whose names come within so many characters."""
_OFFICE = re.compile(rf"[{_CUES['office']}]\s([\u3400-\u9fff·]{{2,6}}|[\u3400-\u9fff]\s[\u3400-\u9fff])\Z")
_REPRINT = re.compile(either(_CUES["taken_from"]) + r"\s*《([^》]{1,20})》\s*([\u3400-\u9fff·]{2,4})?")
_SOURCE = re.compile(rf"(?:^|[（(]){either(_CUES['of_source'])}?来源\s*[：:]\s*《?([^》）)]{{2,30}})")
_PRESS = re.compile(either(_CUES["press"]))
_OF_PICTURE = re.compile(either(_CUES["of_picture"]))


def read_metadata(units: list[Unit], known: Metadata) -> Metadata:
    """`known` (what the file itself says) with the gaps filled from the text."""
    kicker, title, subtitle = _headline(units)
    credits = [unit.text for unit in units if unit.kind is BlockKind.CREDIT]
    issue = _issue(credits)
    articles = {unit.article for unit in units if unit.kind is BlockKind.TITLE}
    own = [unit for unit in units if unit.article <= 1] if len(articles) > 1 else units
    byline, publication = byline_of(own), issue.publication
    for text in credits:
        if found := _REPRINT.search(text):
            publication = publication or found.group(1)
            byline = byline or found.group(2)
        elif (found := _SOURCE.search(text)) and _PRESS.search(found.group(1)):
            publication = publication or _GAP.split(found.group(1).strip())[0].rstrip("，, ")
    return replace(
        known,
        title=known.title or title,
        subtitle=known.subtitle or subtitle,
        kicker=known.kicker or kicker,
        byline=known.byline or byline,
        publication=known.publication or publication,
        page_label=known.page_label or issue.page_label,
        url=known.url or issue.url,
        official=known.official or read_official(units),
    )


def _headline(units: list[Unit]) -> tuple[str | None, str | None, str | None]:
    """Kicker, title and deck of the first article: what is above its title, the title, what is below."""
    shown = [unit for unit in units if unit.kind in {BlockKind.TITLE, BlockKind.SUBTITLE} and unit.placed and unit.article <= 1]
    at = next((at for at, unit in enumerate(shown) if unit.kind is BlockKind.TITLE), None)
    if at is None:
        return None, None, shown[0].text if shown else None
    below = next((unit.text for unit in shown[at + 1 :] if unit.kind is BlockKind.SUBTITLE), None)
    return shown[at - 1].text if at else None, shown[at].text, below


@dataclass(frozen=True, slots=True)
class _Issue:
    """Where and on which page the text was printed, as its masthead or source line says."""

    publication: str | None = None
    page_label: str | None = None
    url: str | None = None


def _issue(credits: list[str]) -> _Issue:
    """Of mastheads (某日报 2019年10月17日 第03版), of the head of a public account (原创 某人 某号 2021-06-18), of addresses."""
    paper = next((found for text in credits if (found := _MASTHEAD.match(text))), None)
    account = next((found for text in credits if (found := _ACCOUNT.match(text))), None)
    page = next((found.group(1) or found.group(2) for text in credits if (found := _PAGE.search(text))), None)
    url = next((found.group() for text in credits if (found := _URL.search(text))), None)
    return _Issue(paper.group(1) if paper else account.group(2) if account else None, page, url)


def byline_of(units: Sequence[Unit | Block]) -> str | None:
    """The authors of an article, set apart by 、: of its credits (each of its parts may have one), else of the beginning of a report, else
    of the note that closes it."""
    credits = [unit.text for unit in units if unit.kind is BlockKind.CREDIT]
    own = [text for text in credits if not _OF_PICTURE.search(text) and not _MASTHEAD.match(text)]
    if signed := dict.fromkeys(name for text in own for name in authors_in(text) or signed_in(text)):
        return "、".join(signed)
    for text in own:
        if found := _OFFICE.search(text) or _ACCOUNT.match(text):
            return found.group(1).strip()
    bodies = [unit.text for unit in units if unit.kind is BlockKind.BODY]
    for text in bodies[:_OPENINGS]:
        opening = text[:_OPENING]
        if names := (authors_in(opening) if _opens_report(opening) else []) or _of_dateline(text):
            return "、".join(names)
    for text in map(closing_note, bodies[-2:]):
        if names := authors_in(text) or signed_in(text):
            return "、".join(names)
    return None


def bylines_of(blocks: Sequence[Block]) -> dict[int, str]:
    """The authors of each article of a page that names any, by the number of the article."""
    articles: dict[int, list[Block]] = {}
    for block in blocks:
        articles.setdefault(block.article, []).append(block)
    return {article: byline for article, own in articles.items() if (byline := byline_of(own))}


def _of_dateline(text: str) -> list[str]:
    """The names in brackets behind a dateline: 本报某地7月1日电 （王海、李明）."""
    opened = cues().dateline.match(text)
    return signed_in(text[opened.end() :].lstrip()) if opened else []


def _opens_report(text: str) -> bool:
    """Whether a byline is at the very beginning of a paragraph: （记者 王海）, 某报客户端 | 记者 王海, □ 本报记者 王海."""
    role = cues().author_role.search(text, 0, _ROLE_WITHIN)
    return role is not None and "。" not in text[: role.start()]
