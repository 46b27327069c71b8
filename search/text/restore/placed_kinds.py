"""What each unit of a page with places is: by size, weight and place first, then by wording."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from search.model import BlockKind, Box, SourceLine
from search.text.restore.captions import is_caption
from search.text.restore.cues import cue_table, cues, either
from search.text.restore.head import main_line
from search.text.restore.kinds import headline_like, level, name_article_heads, name_attachments, name_middle, name_rest, prose_like
from search.text.restore.lines import BULLETS
from search.text.restore.measure import ends_sentence, ends_with_stop
from search.text.restore.placed_line import DISPLAY, SMALL, Placed, is_entry
from search.text.restore.title import name_decreed_law, name_serials
from search.text.restore.units import Unit

_TITLE = 1.33
"""Characters so much larger than the text are those of a title, or of a headline among several."""
_ALIKE = 0.08
_HEADING_LONGEST = 44
_TITLE_LONGEST = 120
_CAPTION_LONGEST = 150
_CUES = cue_table()["placed"]
_NOTE = re.compile(either(_CUES["note"]) + r"\s*[：:]|[①-⑳⑴-⒇*＊※]|[\[［]\d{1,2}[\]］]")
_TABLE_HEAD = re.compile(either(_CUES["numbered"]) + r"\s*[\d一二三四五六七八九十]+(?:[-—.．]\d+)*[\s　：:]?")
_JUMP = re.compile(
    r"[（(【]?\s*(?:下转|上接|转|接)\s*第?\s*([A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3})\s*版(?:[^）)】。]{0,40}[）)】]|.{0,12})\Z"
)
_DOC_NUMBER = re.compile(r"[〔\[［（(]\s?\d{4}\s?[〕\]］）)]\D{0,2}\d{1,4}\s?号\Z")
_MARKED_HEADS = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6", "Title"})
_COLUMN_ROWS = 3
_UNDER_TITLE = (BlockKind.HEADING, BlockKind.BODY, BlockKind.CAPTION)
_SENDER = "文件"
"""Ends the red head of an official document, which is above its title in larger type."""
_ONE_SIZE = 0.02
_PLAIN_HEAD = 4
"""Where all characters are of one size, the headline is among so many units above the text."""
_DASHES = ("——", "—", "──", "--")
_FILLED = 1.0
_BYLINE_LONGEST = 60
_RIGHT, _SIGNED_FROM = 0.35, 2.6


def name_placed(units: list[Unit], heads: dict[int, Placed], ends: dict[int, Placed], *, several: bool) -> None:
    """Kinds by size and place. `several` says that pages are set in columns."""
    for unit in units:
        if not unit.cue:
            unit.kind = _kind(unit, heads[id(unit)], ends[id(unit)])
    _name_display(units, heads, several=several)
    _name_title(units, heads)
    _name_signatures(units, heads)


def name_by_wording(units: list[Unit], heads: dict[int, Placed], ends: dict[int, Placed]) -> None:
    """What size and place did not tell: headings among short lines that end before the edge of their column."""
    for unit in units:
        filled = id(unit) in ends and ends[id(unit)].setting.room < _FILLED and not heads[id(unit)].middle_set
        unit.cue = unit.cue or filled
        unit.cue = unit.cue or unit.kind is not BlockKind.BODY or _is_note(unit, heads)
    name_middle(units)
    name_rest(units)
    name_decreed_law(units)
    name_serials(units)
    name_attachments(units)
    if _has_sizes(units, heads):
        _number_articles(units)
    else:
        name_article_heads(units)
    for unit in units:
        unit.cue = True


def _has_sizes(units: list[Unit], heads: dict[int, Placed]) -> bool:
    """Whether characters differ in size anywhere but in bylines; those of text that keeps its columns by spaces do not."""
    sized = (heads[id(unit)] for unit in units if unit.kind is not BlockKind.CREDIT and id(unit) in heads)
    return any(abs(head.setting.size - 1.0) > _ONE_SIZE for head in sized)


def sets_several(source: Iterable[SourceLine]) -> bool:
    """Whether pages are set in columns, as those of newspapers are: two of three rows or more are side by side on a page. Lists are not."""
    columns: dict[tuple[int, int], list[Box]] = {}
    for line in source:
        if (
            line.setting is not None
            and line.box is not None
            and SMALL <= line.setting.size <= DISPLAY
            and not line.text.lstrip().startswith(BULLETS)
        ):
            columns.setdefault((line.page or 1, line.setting.column), []).append(line.box)
    places: dict[int, list[Box]] = {}
    for (page, _), boxes in columns.items():
        if len(boxes) >= _COLUMN_ROWS:
            sides = list(zip(*boxes, strict=True))
            places.setdefault(page, []).append((min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])))
    return any(_beside(one, other) for found in places.values() for one, other in pairwise(found))


def _beside(one: Box, other: Box) -> bool:
    apart = one[2] <= other[0] or other[2] <= one[0]
    return apart and min(one[3], other[3]) > max(one[1], other[1])


def _kind(unit: Unit, first: Placed, last: Placed) -> BlockKind:
    """The kind of one unit by itself; display text comes out as a heading."""
    text = unit.text
    setting = first.setting
    if _JUMP.match(text):
        return BlockKind.CREDIT
    if is_entry(text):
        return BlockKind.BODY
    if first.line.cued and len(text) <= 120 and cues().credit_whole.match(text):
        return BlockKind.CREDIT
    if first.line.cued and cues().date_line.match(text) and (first.middle_set or first.rank):
        return BlockKind.CREDIT
    if first.middle_set and cues().credit_head.match(text):
        return BlockKind.CREDIT
    if (marked := _marked_kind(unit, first)) is not None:
        return marked
    if first.rank > 0 and setting.under_picture:
        return BlockKind.CAPTION
    if first.rank > 0:
        long = len(text) > _TITLE_LONGEST or (ends_sentence(text) and len(text) > _HEADING_LONGEST)
        return BlockKind.BODY if long else BlockKind.HEADING
    if first.rank < 0:
        return _small_kind(text, first)
    if _TABLE_HEAD.match(text) and len(text) < 50 and not ends_with_stop(text) and (first.middle_set or setting.bold):
        return BlockKind.CAPTION
    if is_caption(text) and first.line.cued:
        return BlockKind.CAPTION
    if len(text) > _HEADING_LONGEST or ends_with_stop(text):
        return BlockKind.BODY
    lone = last.setting.room > 1.2 or first.middle_set
    if lone and (setting.bold or (level(text) and level(text) <= 5) or text in cues().heading_plain):
        return BlockKind.HEADING
    return BlockKind.HEADING if _is_centred(first) else BlockKind.BODY


def _marked_kind(unit: Unit, first: Placed) -> BlockKind | None:
    """What the file itself says a unit is, where that is a heading or a caption; a heading in the size of a title is left to be told from
    others by it."""
    role = first.setting.role
    if role in _MARKED_HEADS:
        return BlockKind.HEADING if len(unit.text) <= _TITLE_LONGEST else None
    return (
        BlockKind.CAPTION
        if role == "Caption"
        else BlockKind.BODY
        if role == "P" and first.rank == 0 and ends_with_stop(unit.text)
        else None
    )


def _is_centred(item: Placed) -> bool:
    setting = item.setting
    middle = setting.start > 2.6 and abs(setting.start - setting.room) < 1.6
    return (middle or (item.inset and not item.line.inner)) and any(map(str.isalpha, item.line.text))


def _small_kind(text: str, first: Placed) -> BlockKind:
    if _NOTE.match(text) or len(text) > _CAPTION_LONGEST:
        return BlockKind.BODY
    if _TABLE_HEAD.match(text) or is_caption(text) or first.setting.under_picture or first.middle_set:
        return BlockKind.CAPTION
    return BlockKind.CAPTION if first.setting.size < 0.92 and first.setting.width < 26 else BlockKind.BODY


def _name_display(units: list[Unit], heads: dict[int, Placed], *, several: bool) -> None:
    """Titles and subtitles among the display text: stretch by stretch, the largest of each that is over an article."""
    sizes = Counter(round(_size(unit, heads), 1) for unit in units if _is_display(unit, heads))
    pages = max((unit.page or 1 for unit in units), default=1)
    largest = max((_size(unit, heads) for unit in units if _is_display(unit, heads) and not unit.text.endswith(_SENDER)), default=0.0)
    titled = False
    at = 0
    while at < len(units):
        end = at
        while end < len(units) and _in_head(units, at, end, heads):
            end += 1
        if end == at:
            at += 1
            continue
        group = [unit for unit in _below_number(units[at:end], heads) if _is_display(unit, heads) and not level(unit.text)]
        top = max((_size(unit, heads) for unit in group), default=0.0)
        same = sizes[round(top, 1)]
        over = top >= _TITLE and (several or not titled or (top > largest - _ALIKE * largest and same <= max(2, pages // 3)))
        if over:
            _name_head(group, top, heads)
            titled = True
        at = end


def _below_number(head: list[Unit], heads: dict[int, Placed]) -> list[Unit]:
    """The part of a head below the number of an official document; those who issue it, in larger type above, are named as credits."""
    number = next((at for at, unit in enumerate(head) if unit.kind is BlockKind.CREDIT and _DOC_NUMBER.search(unit.text)), None)
    if number is None or not any(_is_display(unit, heads) for unit in head[number + 1 :]):
        return head
    for unit in head[:number]:
        unit.kind = BlockKind.CREDIT
    return head[number + 1 :]


def _is_note(unit: Unit, heads: dict[int, Placed]) -> bool:
    """Whether a unit is in small type, or an entry of a table of contents: no heading, whatever its wording."""
    return id(unit) in heads and (heads[id(unit)].rank < 0 or is_entry(unit.text))


def _is_display(unit: Unit, heads: dict[int, Placed]) -> bool:
    return unit.kind is BlockKind.HEADING and id(unit) in heads and heads[id(unit)].rank > 0


def _in_head(units: list[Unit], start: int, at: int, heads: dict[int, Placed]) -> bool:
    """Whether a unit is part of the head that begins at `start`: display text, and the credits between."""
    if _is_display(units[at], heads):
        return True
    return at > start and units[at].kind is BlockKind.CREDIT and at + 1 < len(units) and _is_display(units[at + 1], heads)


def _size(unit: Unit, heads: dict[int, Placed]) -> float:
    return heads[id(unit)].setting.size


def _name_head(group: list[Unit], top: float, heads: dict[int, Placed]) -> None:
    titled = False
    if len(group) > 1 and group[0].text.endswith(_SENDER):
        group[0].kind = BlockKind.CREDIT
        group = group[1:]
        top = max(_size(unit, heads) for unit in group)
    for unit in group:
        if unit.text.startswith(_DASHES) or (unit is not group[0] and unit.text[0] in "（(" and unit.text[-1] in "）)"):
            unit.kind = BlockKind.SUBTITLE
        elif _size(unit, heads) > top * (1 - _ALIKE) and not titled:
            unit.kind, titled = BlockKind.TITLE, True
        elif _size(unit, heads) > top * (1 - _ALIKE):
            unit.kind = BlockKind.TITLE
        else:
            unit.kind = BlockKind.SUBTITLE


def _name_title(units: list[Unit], heads: dict[int, Placed]) -> None:
    """Above the first paragraph: a title where no size told one, bylines, dashed and bracketed lines under a title."""
    first = next((at for at, unit in enumerate(units) if prose_like(unit)), len(units))
    if not any(unit.kind in (BlockKind.TITLE, BlockKind.SUBTITLE) for unit in units):
        head = [unit for unit in units[: min(first, 12)] if unit.kind is BlockKind.HEADING and not level(unit.text)]
        for unit in head:
            if unit.text.startswith(_DASHES):
                unit.kind = BlockKind.SUBTITLE
        head = [unit for unit in head if unit.kind is BlockKind.HEADING]
        if not head and not _has_sizes(units, heads):
            head = [unit for unit in units[: min(first, _PLAIN_HEAD)] if headline_like(unit) and not unit.text.startswith(_DASHES)]
            head = head and [head[main_line([unit.text for unit in head])]]
        if head:
            chosen = max(head, key=lambda unit: _size(unit, heads)) if id(head[0]) in heads else head[0]
            chosen.kind = BlockKind.TITLE
    headed = False
    for above, unit in pairwise(units):
        headed = above.kind in (BlockKind.TITLE, BlockKind.SUBTITLE) or (headed and above.kind is BlockKind.CREDIT)
        if headed:
            _name_under_title(above, unit, heads)


def _name_under_title(above: Unit, unit: Unit, heads: dict[int, Placed]) -> None:
    """Bylines, dates and decks: short lines right under a title, or under another of them."""
    if unit.kind not in _UNDER_TITLE:
        return
    text = unit.text
    if len(text) > _BYLINE_LONGEST or ends_sentence(text):
        return
    if cues().credit_head.match(text) or cues().date_line.match(text):
        unit.kind = BlockKind.CREDIT
    elif text.startswith("—") or (text[0] in "（(" and text[-1] in "）)") or (above.kind is BlockKind.TITLE and _is_deck(unit, heads)):
        unit.kind = BlockKind.SUBTITLE


def _is_deck(unit: Unit, heads: dict[int, Placed]) -> bool:
    """Whether a line below a title lies in the middle, in a size of its own, as no line of the text does."""
    item = heads.get(id(unit))
    if item is None or ends_with_stop(unit.text) or level(unit.text) or item.setting.under_picture:
        return False
    return abs(item.setting.size - 1.0) > 0.02 or _is_centred(item)


def _name_signatures(units: list[Unit], heads: dict[int, Placed]) -> None:
    """A date to the right below the text, and the names to the right above it."""
    for at, unit in enumerate(units):
        if id(unit) not in heads or not cues().date_line.match(unit.text) or not heads[id(unit)].middle_set:
            continue
        unit.kind = BlockKind.CREDIT
        for above in reversed(units[max(0, at - 3) : at]):
            if id(above) not in heads or above.kind not in (BlockKind.BODY, BlockKind.HEADING) or ends_with_stop(above.text):
                break
            setting = heads[id(above)].setting
            right = setting.start >= min(_RIGHT * setting.width, _SIGNED_FROM)
            if len(above.text) > 40 or not right or setting.size > 1.08 or level(above.text):
                break
            above.kind = BlockKind.CREDIT


def _number_articles(units: list[Unit]) -> None:
    """An article begins with a head that has a title, after text."""
    article, text = 1, False
    for at, unit in enumerate(units):
        if unit.kind in (BlockKind.TITLE, BlockKind.SUBTITLE) and text:
            head = [other.kind for other in units[at : at + 3]]
            if BlockKind.TITLE in head[: 1 + head.index(BlockKind.TITLE) if BlockKind.TITLE in head else 0]:
                article, text = article + 1, False
        text = text or prose_like(unit) or unit.kind is BlockKind.TABLE
        unit.article = article


def is_jump(text: str) -> bool:
    """Whether a line only says on which page the article goes on, or where it began."""
    return bool(_JUMP.match(text))


def jump_of(unit: Unit) -> tuple[bool, str] | None:
    """Of a line such as （下转第2版）: whether it leads on, and the page it names; None for any other."""
    match = _JUMP.match(unit.text)
    return None if match is None else ("上接" not in unit.text and not unit.text.lstrip("（(【 ").startswith("接"), match[1])
