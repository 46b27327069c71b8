"""HTML → the main text as lines, one a block, with what the page states of itself; navigation is left out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.encoding import decode
from search.reading.html_tree import HtmlPage, Node, flat_text, main_part, parse_page, walk
from search.reading.plain import without_controls
from search.reading.sidecar import date_in
from search.reading.table import spanned, table_line, with_cells
from search.reading.wording import joined_lines, numbered_heading
from search.settings import Settings

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([\w-]{2,20})""", re.IGNORECASE)
_BLOCKS = frozenset(
    {
        "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
_BOLD = frozenset({"b", "strong"})
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)")
_MAX_CELL = 300
_TITLE_WITHIN = 8
"""How many lines may come before the title inside the main part: a place in the site, a rubric."""
_MAX_HEADING = 40
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f“”‘’—…"
_WRAP = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n]\s*(?=[{_CJK}])")
_SPACE = re.compile("[ \t\r\n\f\xa0]+")
_TITLE_MARK = re.compile(r"(?:^|[-_])(?:title|biaoti|headline|bt|tit)$|^(?:article|news|content|doc|xl|arti)title$")
_TITLE_META = ("articletitle", "og:title", "twitter:title", "dc.title", "title")
_DATE_META = (
    "pubdate",
    "publishdate",
    "article:published_time",
    "og:release_date",
    "dc.date",
    "date",
    "publication_date",
    "firstpublishtime",
)
_SOURCE_META = ("contentsource", "source", "mediaid", "og:site_name", "article:author_source")
_TABLE = tomllib.loads((Path(__file__).parent / "data" / "page_labels.toml").read_text(encoding="utf-8"))
_LABELS = tuple((name, _TABLE[name]) for name in ("written", "issued", "dated"))
_SOURCE_LABEL = re.compile(_TABLE["source"] + r"\s*[：:]\s*([^\s：:|｜\[\]【】（）()]{2,30})")
_ISSUER_LABEL = re.compile(_TABLE["issuer"] + r"\s*[：:]\s*([^\s：:|｜]{2,40})")
_AUTHOR_LABEL = re.compile(_TABLE["author"] + r"\s*[：:]\s*([^\s：:|｜\d]{2,20})")


_Written = tuple[str, str]
"""Text and style of a line."""


@dataclass(slots=True)
class _Writer:
    """Lines so far, and the line being written."""

    lines: list[_Written] = field(default_factory=list)
    rows: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    """Text and cells of the rows of tables among the lines, in their order."""
    parts: list[str] = field(default_factory=list)
    bold: int = 0
    size: int = 0
    style: str = "paragraph"
    open_heading: bool = False
    whole: bool = False

    def end_line(self, *, broken: bool = False) -> None:
        """Ends the line; `broken` where a `<br>` does: inside a heading the heading goes on."""
        text = squeeze("".join(self.parts))
        if text:
            heading = self.style.startswith("heading")
            bold = self.style == "paragraph" and self.bold >= self.size * 0.95
            if self.open_heading and heading:
                self.lines[-1] = (joined_lines((self.lines[-1][0], text)), self.style)
            else:
                self.lines.append((text, "bold" if bold else self.style))
            self.open_heading = heading and broken
        elif not broken:
            self.open_heading = False
        self.parts.clear()
        self.bold = self.size = 0


def read_html(source: Source, _settings: Settings) -> Reading:
    """Main text. Raises UnreadableSource when the page has none."""
    head = source.data[:4096]
    declared = _XML_ENCODING.match(head) or _CHARSET.search(head)
    decoded = decode(source.data, declared[1].decode("ascii") if declared else None)
    text, warnings = without_controls(decoded.text)
    page = parse_page(text)
    part = main_part(page.body)
    writer = _Writer()
    _write(part, writer)
    metadata = _metadata(page, writer.lines)
    lines = list(with_cells(_styled(writer.lines, metadata.title), writer.rows))
    if not lines:
        raise UnreadableSource("网页里没有文字。", hint="正文可能由脚本生成；请在浏览器中打开后另存为文本。")
    return Reading(tuple(lines), "html", decoded.encoding, metadata, decoded.warnings + warnings)


def whole_lines(text: str) -> list[_Written]:
    """All that an HTML text shows, for what is no web page: a letter, a chapter, an item of a feed. Raises UnreadableSource."""
    body = parse_page(text, whole=True).body
    writer = _Writer(whole=True)
    _write(body, writer)
    lines = []
    for line, style in writer.lines:
        if style in {"bold", "paragraph"}:
            style = numbered_heading(line, bold=style == "bold") or "paragraph"
        lines.append((line, style))
    return lines


def squeeze(text: str) -> str:
    """Text as a browser shows it: runs of white space are one space, none where a line end parts two Chinese characters."""
    return _SPACE.sub(" ", _WRAP.sub("", text)).strip(" \u3000")


def _write(part: Node, writer: _Writer) -> None:
    """Walks the tree without recursion. A None on the stack ends a block, a float leaves a bold run."""
    stack: list[tuple[Node | str | None, str, bool]] = [(part, "paragraph", False)]
    while stack:
        item, style, bold = stack.pop()
        if item is None:
            writer.end_line()
            writer.style = style
        elif isinstance(item, str):
            writer.parts.append(item)
            size = len(item.strip())
            writer.size += size
            writer.bold += size if bold else 0
        elif item.tag == "br":
            writer.end_line(broken=True)
        elif item.tag == "table" and _is_data(item):
            writer.end_line()
            for texts, cells in spanned([[(squeeze(flat_text(cell)), *cell.spans) for cell in row] for row in _cell_nodes(item)]):
                if line := table_line(texts):
                    writer.lines.append((line, "table"))
                    writer.rows.append((line, cells))
        elif writer.whole or item is part or not _is_link_list(item):
            own = _own_style(item, style)
            heavy = bold or item.tag in _BOLD or bool(_BOLD_STYLE.search(item.style))
            if item.tag in _BLOCKS:
                writer.end_line()
                writer.style = own
                stack.append((None, style, bold))
            stack.extend((child, own, heavy) for child in reversed(item.children))
    writer.end_line()


def _own_style(node: Node, outer: str) -> str:
    tag = node.tag
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return f"heading{tag[1]}"
    if tag in {"li", "dd", "dt"}:
        return "list"
    if tag == "blockquote":
        return "quote"
    return "caption" if tag in {"figcaption", "caption"} else outer


def _is_link_list(node: Node) -> bool:
    """Blocks that are nothing but links: menus, related articles, tags."""
    return node.tag in {"ul", "ol", "div", "dl", "section", "table"} and node.text > 0 and node.linked > 0.7 * node.text and node.prose < 5


def _is_data(table: Node) -> bool:
    """Whether a table holds data rather than the page: two rows of two short cells, no table inside."""
    wide = 0
    for row in _row_nodes(table):
        cells = [cell for cell in row.elements() if cell.tag in {"td", "th"}]
        if any(cell.text > _MAX_CELL or _holds_table(cell) for cell in cells):
            return False
        wide += sum(cell.text > 0 for cell in cells) > 1
    return wide >= 2


def _row_nodes(table: Node) -> list[Node]:
    rows = []
    for child in table.elements():
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in {"tbody", "thead", "tfoot"}:
            rows.extend(row for row in child.elements() if row.tag == "tr")
    return rows


def _holds_table(node: Node) -> bool:
    stack = list(node.elements())
    while stack:
        inner = stack.pop()
        if inner.tag == "table":
            return True
        stack.extend(inner.elements())
    return False


def _cell_nodes(table: Node) -> list[list[Node]]:
    return [[cell for cell in row.elements() if cell.tag in {"td", "th"}] for row in _row_nodes(table)]


def _styled(written: Sequence[_Written], title: str | None) -> list[SourceLine]:
    """Lines with final styles: the title in one line, found among the first or put before them; bold lines as headings."""
    styled: list[_Written] = []
    place = _title_lines(written, title)
    if title and not place:
        styled.append((title, "title"))
    body = False
    for index, (text, style) in enumerate(written):
        if index in place:
            if index == place.start:
                styled.append((joined_lines([line for line, _ in written[place.start : place.stop]]), "title"))
            continue
        if style == "heading1" and not title and not body:
            style = "title"
        elif style in {"bold", "paragraph"}:
            style = numbered_heading(text, bold=style == "bold") or (_bold_style(text, body) if style == "bold" else style)
        body = body or (style == "paragraph" and len(text) > 60)
        styled.append((text, style))
    return [SourceLine(number, text, style=style) for number, (text, style) in enumerate(styled, 1)]


def _title_lines(written: Sequence[_Written], title: str | None) -> range:
    """Which of the first lines make up the title; none when they do not."""
    wanted = _bare(title or "")
    for start in range(min(_TITLE_WITHIN, len(written)) if wanted else 0):
        joined = ""
        for end in range(start, min(start + 5, len(written))):
            joined += _bare(written[end][0])
            if joined == wanted:
                return range(start, end + 1)
            if not wanted.startswith(joined):
                break
    return range(0)


def _bold_style(text: str, body: bool) -> str:
    """A short line wholly in bold among body text is a heading."""
    closed = text.endswith(("。", "；", "，", "：", ":", "！", "？", "”"))
    return "heading2" if body and len(text) <= _MAX_HEADING and not closed and not date_in(text) else "paragraph"


def _metadata(page: HtmlPage, written: Sequence[_Written]) -> Metadata:
    """What meta tags, labels on the page and its first lines state."""
    text = flat_text(page.body, 200_000)
    dates = {
        name: date_in(place[1]) for name, label in _LABELS if (place := re.search(label + r"\s*[：:]?\s*(\S[^\n]{0,30}|\s*\S{8,20})", text))
    }
    stamped = next((found for name in _DATE_META if (found := date_in(page.meta.get(name, "")))), None)
    date = dates.get("written") or stamped or dates.get("issued") or dates.get("dated")
    publication = next((page.meta[name] for name in _SOURCE_META if page.meta.get(name)), None)
    if publication is None:
        named = _SOURCE_LABEL.search(text) or _ISSUER_LABEL.search(text)
        publication = named[1] if named else None
    author = _AUTHOR_LABEL.search(text[:20_000])
    url = page.canonical or page.meta.get("og:url", "")
    return Metadata(
        title=_title(page, written),
        byline=author[1] if author else None,
        publication=publication,
        date=date,
        year=date.year if date else None,
        url=url if re.match(r"https?://", url) else None,
    )


def _title(page: HtmlPage, written: Sequence[_Written]) -> str | None:
    """The page's own title: a meta tag, a level-1 heading, or `<title>` without the site's name."""
    for name in _TITLE_META[:1]:
        if page.meta.get(name):
            return page.meta[name]
    stated = page.meta.get("og:title") or page.title
    candidates = [piece.strip() for piece in re.split(r"[_|｜]|\s[-–—]+\s|\s*--\s*|-(?=[^-]*$)", stated) if piece.strip()]
    for candidate in (stated, *candidates):
        if len(_bare(candidate)) >= 4 and _title_lines(written, candidate):
            return candidate
    for named in (_named(page.body, _is_h1), _named(page.body, _is_title)):
        for heading in named:
            if 2 <= len(heading) <= 120 and (_bare(heading) in _bare(stated) or len(named) == 1):
                return heading
    return max(candidates, key=len, default=None)


def _named(body: Node, fits: Callable[[Node], bool]) -> list[str]:
    """The texts of the elements that fit."""
    return [squeeze(flat_text(node, 2000)) for node in walk(body) if node.text and fits(node)]


def _is_h1(node: Node) -> bool:
    return node.tag == "h1"


def _is_title(node: Node) -> bool:
    return node.text <= 120 and any(_TITLE_MARK.search(mark) for mark in node.marks)


def _bare(text: str) -> str:
    return re.sub(r"[\s\u3000\u200b]+", "", text)
