"""Lines of a PDF page with their boxes → reading order, paragraph gaps and indents, running heads and page numbers."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

_EDGE_LINES = 3
"""How many lines from the top and the bottom of a page may be furniture."""
_MAX_HEAD_CHARS = 80
_CHAOS = 0.4
"""Share of jumps upward and sideways above which the order of a page's text layer is no reading order."""
_GAP = 1.28
"""A distance of lines beyond this multiple of the page's usual one is a paragraph gap."""
_GUTTER_LINES = 8
_COLUMN_CHARS = 10
"""Text on both sides of a gutter is at least so long; what is shorter are the cells of a table."""
WIDE_SPACE = "    "
"""Stands for a gap inside a line that is wider than any space."""
_MAX_INDENT = 16
_NUMBER = re.compile(r"[\-—–─·•.\s|]*(\d{1,4})[\-—–─·•.\s|]*")
_ROMAN = re.compile(r"[\-—–─·\s]*[ivxlcIVXLCⅠ-ⅿ]{1,6}[\-—–─·\s]*")
_LABELLED = re.compile(
    r"[\-—–─·•.\s]*(?:第\s*\d{1,4}\s*页[\s,，/]*(?:[（(]?\s*共\s*\d{1,4}\s*页\s*[)）]?)?|\d{1,4}\s*/\s*\d{1,4}|[\-—–─]\s*\d{1,4}\s*[\-—–─]"
    r"|[Pp]age\s*\d{1,4}(?:\s*of\s*\d{1,4})?|P\.?\s?\d{1,4})[\-—–─·•.\s]*"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its text, and its box in points from the lower left corner; `height` is that of a character.
    `style` is set for page furniture."""

    text: str
    left: float
    right: float
    bottom: float
    height: float
    style: str | None = None

    @property
    def em(self) -> float:
        """The width of a Chinese character, as far as the line shows it."""
        return (self.right - self.left) / max(1.0, sum(1.0 if character > "\u2e7f" else 0.5 for character in self.text))

    @property
    def key(self) -> str:
        """The text as it repeats from page to page: without spaces, numbers masked."""
        return re.sub(r"\d+", "#", "".join(self.text.split()))


def joined(page: Sequence[Sequence[Line]]) -> list[Line]:
    """Pieces joined to lines by a wide space; left apart where the gaps of most lines share a gutter: then they are columns."""
    pairs = [pair for line in page for pair in pairwise(line)]
    running = bool(pairs) and statistics.median(min(len(left.text), len(right.text)) for left, right in pairs) >= _COLUMN_CHARS
    gaps = [(left.right, right.left) for left, right in pairs]
    gutter = _gutter(gaps) if running and len(gaps) >= _GUTTER_LINES and len(gaps) >= 0.5 * len(page) else None
    lines = []
    for pieces in page:
        run: list[Line] = []
        for piece in pieces:
            if run and gutter is not None and run[-1].right <= gutter <= piece.left:
                lines.append(_one(run))
                run = []
            run.append(piece)
        lines.append(_one(run))
    return [line for line in lines if line.text.strip()]


def _gutter(gaps: Sequence[tuple[float, float]]) -> float | None:
    """A place across the page that nearly all gaps leave empty, or None."""
    ends = sorted(gaps)
    place = (statistics.median(left for left, _ in ends) + statistics.median(right for _, right in ends)) / 2
    return place if sum(left <= place <= right for left, right in ends) >= 0.85 * len(ends) else None


def _one(pieces: Sequence[Line]) -> Line:
    first = pieces[0]
    text = WIDE_SPACE.join(piece.text for piece in pieces)
    return Line(text, first.left, max(piece.right for piece in pieces), min(piece.bottom for piece in pieces), first.height)


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """The lines as the text layer gives them; by columns when that order jumps about."""
    jumps = sum(after.bottom > before.bottom + before.height / 2 for before, after in pairwise(lines))
    jumps += sum(after.left > before.right or after.right < before.left for before, after in pairwise(lines))
    if len(lines) < 6 or jumps <= _CHAOS * len(lines):
        return list(lines)
    return _cut(list(lines), 0)


def _cut(lines: list[Line], depth: int) -> list[Line]:
    """Recursive cut along the widest empty band, down before across: columns stay together."""
    if len(lines) < 2 or depth > 12:
        return sorted(lines, key=lambda line: (-line.bottom, line.left))
    em = statistics.median(line.height for line in lines)
    for parts in (_split(lines, em * 1.8, across=False), _split(lines, em * 0.9, across=True)):
        if len(parts) > 1:
            return [line for part in parts for line in _cut(part, depth + 1)]
    return sorted(lines, key=lambda line: (-round(line.bottom / max(1.0, em)), line.left))


def _split(lines: list[Line], gap: float, *, across: bool) -> list[list[Line]]:
    """Groups parted by bands of at least `gap` in which no line stands; across: left to right, else top to bottom."""
    spans = [((line.left, line.right) if across else (-(line.bottom + line.height), -line.bottom), line) for line in lines]
    spans.sort(key=lambda item: item[0])
    groups: list[list[Line]] = []
    reach = float("-inf")
    for (start, end), line in spans:
        if not groups or start - reach > gap:
            groups.append([])
        groups[-1].append(line)
        reach = max(reach, end)
    return groups


def furniture(pages: Sequence[Sequence[Line]]) -> list[dict[int, str]]:
    """For each page the indexes of its running heads and feet and page numbers, with their style."""
    edges = [_edges(page) for page in pages]
    found: list[dict[int, str]] = [{} for _ in pages]
    _mark_heads(pages, edges, found)
    _mark_numbers(pages, edges, found)
    return found


def _edges(page: Sequence[Line]) -> dict[int, str]:
    """Indexes of the lines nearest the top and the bottom, with the zone they are in."""
    filled = sorted((index for index, line in enumerate(page) if line.text.strip()), key=lambda index: -page[index].bottom)
    top = dict.fromkeys(filled[:_EDGE_LINES], "top")
    return (
        dict.fromkeys(filled[-_EDGE_LINES:], "bottom") | top
        if len(filled) <= _EDGE_LINES
        else top | dict.fromkeys(filled[-_EDGE_LINES:], "bottom")
    )


def _mark_heads(pages: Sequence[Sequence[Line]], edges: Sequence[dict[int, str]], found: list[dict[int, str]]) -> None:
    """A short line that stands at the same height of three or more pages (of both, of two) is a running head or foot."""
    places: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    for number, page in enumerate(pages):
        for index, zone in edges[number].items():
            line = page[index]
            if len(line.text) <= _MAX_HEAD_CHARS and re.search(r"[^\W\d_]", line.text):
                for height in (round(line.bottom / 6), round(line.bottom / 6) + 1):
                    places[zone, line.key, height].add(number)
    enough = 2 if len(pages) == 2 else 3
    for number, page in enumerate(pages):
        marked = set()
        for index, zone in edges[number].items():
            line = page[index]
            height = round(line.bottom / 6)
            if max(len(places.get((zone, line.key, height + step), ())) for step in (0, 1)) >= enough:
                marked.add(index)
        for index in _from_the_edge(page, edges[number], marked):
            found[number][index] = "page-number" if _LABELLED.fullmatch(page[index].text) else "running-head"


def _from_the_edge(page: Sequence[Line], edges: dict[int, str], marked: set[int]) -> set[int]:
    """Of the marked lines those with nothing but marked lines and numbers between them and the edge; only the outermost ones
    where they would be most of the page: then the pages are alike, and it is their text that repeats."""
    kept: list[int] = []
    outermost = set()
    for zone, sign in (("top", -1), ("bottom", 1)):
        order = sorted((index for index, where in edges.items() if where == zone), key=lambda index: sign * page[index].bottom)
        inward = [index for index in order if not _NUMBER.fullmatch(page[index].text) and not _LABELLED.fullmatch(page[index].text)]
        run = list(takewhile(marked.__contains__, inward))
        kept += run
        outermost.update(run[:1])
    labelled = {index for index in marked if _LABELLED.fullmatch(page[index].text)}
    filled = sum(bool(line.text.strip()) for line in page)
    return labelled | (outermost if len(kept) * 2 > filled else set(kept))


def _mark_numbers(pages: Sequence[Sequence[Line]], edges: Sequence[dict[int, str]], found: list[dict[int, str]]) -> None:
    """Numbers at the edge that run with the pages, and those that say that they are page numbers."""
    offsets: Counter[int] = Counter()
    bare: list[tuple[int, int, int]] = []
    for number, page in enumerate(pages):
        outermost = _outermost(page, edges[number], found[number])
        for index in edges[number]:
            text = page[index].text.strip()
            if _LABELLED.fullmatch(text):
                found[number][index] = "page-number"
            elif index in outermost and (match := _NUMBER.fullmatch(text)):
                bare.append((number, index, int(match[1]) - number))
                offsets[int(match[1]) - number] += 1
            elif index in outermost and len(pages) > 2 and _ROMAN.fullmatch(text):
                found[number][index] = "page-number"
    for number, index, offset in bare:
        if offsets[offset] >= 2 or (len(pages) == 1 and offset == 1):
            found[number][index] = "page-number"


def _outermost(page: Sequence[Line], edges: dict[int, str], taken: dict[int, str]) -> set[int]:
    """The first and last line of a page that is not yet known as furniture: only there a bare number is a page number."""
    outer = set()
    for zone, sign in (("top", -1), ("bottom", 1)):
        left = [index for index, where in edges.items() if where == zone and index not in taken]
        if left:
            outer.add(min(left, key=lambda index: sign * page[index].bottom))
    if len(edges) <= _EDGE_LINES and edges:
        outer.add(min(edges, key=lambda index: page[index].bottom))
    return outer


def margins(pages: Sequence[Sequence[Line]]) -> tuple[float, float]:
    """The left and right edges that most pages keep to, in points."""
    lefts = Counter(round(min(line.left for line in page)) for page in pages if page)
    rights = Counter(round(max(line.right for line in page)) for page in pages if page)
    return (float(lefts.most_common(1)[0][0]), float(rights.most_common(1)[0][0])) if lefts else (0.0, 0.0)


def laid_out(page: Sequence[Line], styles: dict[int, str], margin: tuple[float, float]) -> list[tuple[str, str | None]]:
    """Texts and styles in order: indents as ideographic spaces, paragraph gaps as empty lines."""
    body = [line for index, line in enumerate(page) if index not in styles and line.text.strip()]
    pitch = _usual_pitch(body)
    em = statistics.median(line.em for line in body) if body else 12.0
    # on a page of short lines (a list) the edge is that of the other pages; a page of full lines may be shifted for binding
    short = max((line.right + 3 * line.height for line in body), default=0.0) < margin[1]
    out: list[tuple[str, str | None]] = []
    before: Line | None = None
    for index, line in enumerate(page):
        if index in styles:
            out.append((line.text.strip(), styles[index]))
            continue
        if not line.text.strip():
            continue
        if before is not None and pitch:
            distance = before.bottom - line.bottom
            if distance > pitch * _GAP or distance < -pitch:
                out.append(("", None))
        out.append(("　" * _indent(line, body, margin[0] if short else None, em) + line.text.strip(), None))
        before = line
    return out


def _usual_pitch(body: Sequence[Line]) -> float:
    """The commonest distance from line to line, in points; 0 where there are too few lines to tell."""
    distances = [round(above.bottom - below.bottom, 1) for above, below in pairwise(body)]
    near = [distance for distance, line in zip(distances, body, strict=False) if 0.8 * line.height < distance < 4 * line.height]
    if len(near) < 3:
        return 0.0
    tenths = Counter(round(distance) for distance in near)
    return float(tenths.most_common(1)[0][0])


def _indent(line: Line, body: Sequence[Line], known: float | None, em: float) -> int:
    """How many characters a line starts to the right of its column's edge."""
    column = [other.left for other in body if other.left < line.right and other.right > line.left]
    edge = min(column, default=line.left)
    if known is not None and 0 < edge - known < 6 * line.height:
        edge = known
    indent = (line.left - edge) / max(4.0, min(line.height, em))
    return min(_MAX_INDENT, round(indent)) if indent > 1.2 else 0
