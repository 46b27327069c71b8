"""Running heads, page numbers and mastheads: pieces at the edges of sheets that are no part of the text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from search.reading.page.sheet import Piece, Sheet

_EDGE_ROWS = 3
"""How many rows from the top and the bottom of a page may be furniture."""
_MAX_CHARS = 80
_NUMBER = re.compile(r"[\-—–─·•.\s|]*(\d{1,4})[\-—–─·•.\s|]*")
_ROMAN = re.compile(r"[\-—–─·\s]*[ivxlcIVXLCⅠ-ⅿ]{1,6}[\-—–─·\s]*")
_LABELLED = re.compile(
    r"[\-—–─·•.\s]*(?:第\s*\d{1,4}\s*页[\s,，/]*(?:[（(]?\s*共\s*\d{1,4}\s*页\s*[)）]?)?|\d{1,4}\s*/\s*\d{1,4}|[\-—–─]\s*\d{1,4}\s*[\-—–─]"
    r"|[Pp]age\s*\d{1,4}(?:\s*of\s*\d{1,4})?|P\.?\s?\d{1,4})[\-—–─·•.\s]*"
)
_SMALL = 0.93
_MARGIN = 0.2
"""Share of a page's height at either end in which a masthead or imprint can stand."""
_ALONE = 2.2
"""What is at the edge by itself has so many em of nothing between it and the text."""
_CUES = Path(__file__).parent / "data" / "page_edges.txt"


def mark_furniture(sheets: Sequence[Sheet], body: float) -> list[dict[int, str]]:
    """For each sheet the identities of its pieces of furniture, with their style."""
    edges = [_edges(sheet) for sheet in sheets]
    found: list[dict[int, str]] = [{} for _ in sheets]
    for sheet, marked in zip(sheets, found, strict=True):
        marked.update((id(piece), piece.style) for piece in sheet.pieces if piece.style)
    _mark_mastheads(sheets, edges, found, body)
    _mark_heads(sheets, edges, found)
    _mark_numbers(sheets, edges, found)
    return found


def _edges(sheet: Sheet) -> dict[str, list[list[Piece]]]:
    """The rows nearest the top and nearest the bottom, from the edge inward."""
    straight = sorted((piece for piece in sheet.pieces if not piece.turned and not piece.style), key=lambda piece: piece.middle)
    return {"top": _rows_inward(straight, 1), "bottom": _rows_inward(straight[::-1], -1)}


def _rows_inward(pieces: Sequence[Piece], sign: int) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    for piece in pieces:
        if rows and sign * (piece.middle - rows[-1][0].middle) < 0.5 * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        elif len(rows) == _EDGE_ROWS + 1:
            break
        else:
            rows.append([piece])
    return rows


def _mark_mastheads(
    sheets: Sequence[Sheet], edges: Sequence[dict[str, list[list[Piece]]]], found: Sequence[dict[int, str]], body: float
) -> None:
    """Small rows at the edge, apart from the text, that say date, page, makers, address or clock."""
    for sheet, zones, marked in zip(sheets, edges, found, strict=True):
        high = sheet.height if sheet.turns % 2 == 0 else sheet.width
        for rows in zones.values():
            for at, row in enumerate(rows[:_EDGE_ROWS]):
                inside = _MARGIN * high < row[0].middle < (1 - _MARGIN) * high
                if inside or not _is_masthead(row, rows, at, body):  # the last line of a short letter is its date
                    break
                marked.update((id(piece), "running-head") for piece in row)


def _is_masthead(row: Sequence[Piece], rows: Sequence[Sequence[Piece]], at: int, body: float) -> bool:
    text = "".join("".join(piece.text.split()) for piece in row)
    if len(text) > _MAX_CHARS:
        return False
    cued = sum(bool(_edge_cues().search(" ".join(piece.text.split()))) for piece in row)
    inner = rows[at + 1] if at + 1 < len(rows) else None
    gap = abs(inner[0].middle - row[0].middle) - (inner[0].size + row[0].size) / 2 if inner else 99.0
    small = all(piece.size < _SMALL * body for piece in row)
    if cued:
        return small or (gap > body and (len(row) > 1 or cued == len(row)))
    return False


def _mark_heads(sheets: Sequence[Sheet], edges: Sequence[dict[str, list[list[Piece]]]], found: Sequence[dict[int, str]]) -> None:
    """A short row that is at the same height of three or more pages (of both, of two) is a running head or foot."""
    places: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    for number, zones in enumerate(edges):
        for zone, rows in zones.items():
            for row in rows[:_EDGE_ROWS]:
                if (key := _key(row)) and re.search(r"[^\W\d_]", key):
                    for height in (round(row[0].middle / 6), round(row[0].middle / 6) + 1):
                        places[zone, key, height].add(number)
    enough = 2 if len(sheets) == 2 else 3
    for number, zones in enumerate(edges):
        marked = found[number]
        chosen: list[list[Piece]] = []
        outer: list[list[Piece]] = []
        for zone, rows in zones.items():
            first = True
            for row in rows[:_EDGE_ROWS]:
                text = "".join(piece.text for piece in row)
                if _NUMBER.fullmatch(text) or _LABELLED.fullmatch(text) or all(id(piece) in marked for piece in row):
                    continue
                height, key = round(row[0].middle / 6), _key(row)
                if not key or max(len(places.get((zone, key, height + step), ())) for step in (0, 1)) < enough:
                    break
                chosen.append(row)
                if first:
                    outer.append(row)
                first = False
        # where they would be most of the page, the pages are alike, and it is their text that repeats
        kept = chosen if sum(map(len, chosen)) * 2 <= len(sheets[number].pieces) else outer
        for row in kept:
            marked.update((id(piece), "running-head") for piece in row)


def _key(row: Sequence[Piece]) -> str:
    """The text as it repeats from page to page: without spaces, numbers masked; empty for what is too long."""
    text = "".join("".join(piece.text.split()) for piece in sorted(row, key=lambda item: item.left))
    return re.sub(r"\d+", "#", text) if len(text) <= _MAX_CHARS else ""


def _mark_numbers(sheets: Sequence[Sheet], edges: Sequence[dict[str, list[list[Piece]]]], found: Sequence[dict[int, str]]) -> None:
    """Numbers at the edge that run with the pages, and those that say that they are page numbers."""
    offsets: Counter[int] = Counter()
    bare: list[tuple[int, Piece, int]] = []
    for number, zones in enumerate(edges):
        marked = found[number]
        for rows in zones.values():
            outermost = True
            for row in rows[:_EDGE_ROWS]:
                if all(id(piece) in marked for piece in row):
                    continue
                left = [piece for piece in row if id(piece) not in marked]
                for piece in left:
                    text = piece.text.strip()
                    if len(left) > 1 and not _LABELLED.fullmatch(text):
                        continue
                    if _LABELLED.fullmatch(text):
                        marked[id(piece)] = "page-number"
                    elif outermost and (match := _NUMBER.fullmatch(text)):
                        bare.append((number, piece, int(match[1]) - number))
                        offsets[int(match[1]) - number] += 1
                    elif outermost and len(sheets) > 2 and _ROMAN.fullmatch(text):
                        marked[id(piece)] = "page-number"
                outermost = all(id(piece) in marked for piece in row)
    for number, piece, offset in bare:
        if offsets[offset] >= 2 or (len(sheets) == 1 and offset == 1):
            found[number][id(piece)] = "page-number"


@cache
def _edge_cues() -> re.Pattern[str]:
    lines = _CUES.read_text("utf-8").splitlines()
    return re.compile("|".join(f"(?:{line})" for line in lines if line and not line.startswith("#")))
