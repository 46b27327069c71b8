"""Markdown → lines with the style their markup gives them, numbered as in the file; the markup itself is dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from search.model import Metadata, Reading, Source, SourceLine
from search.reading.encoding import decode
from search.reading.plain import read_plain, split_lines, without_controls
from search.reading.sidecar import metadata_of
from search.reading.table import SEPARATOR
from search.settings import Settings

_Piece = tuple[str, str | None, bool]
"""Text of a source line, its style, and whether it goes on the line before."""
_MAX_BYTES = 2 * 2**20
_MAX_LINKS = 20_000
_MAX_LINKS_TOGETHER = 1_000
"""Opening brackets in all and between two empty lines, above which links are left as text: the parser is quadratic in them."""
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_KEY = re.compile(r"^([^\s:：#][^:：\n]{0,40})[:：]\s*(.*)$")
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)


def read_markdown(source: Source, settings: Settings) -> Reading:
    """A source line each; empty lines and lines of pure markup are empty. The first level-1 heading is the title."""
    if len(source.data) > _MAX_BYTES:
        plain = read_plain(source, settings)
        return replace(plain, warnings=(*plain.warnings, f"Markdown 文件超过 {_MAX_BYTES >> 20} MB，按纯文本读入。"))
    decoded = decode(source.data)
    text, warnings = without_controls(decoded.text)
    raw = [line.text for line in split_lines(text, settings)]
    normal = "\n".join(raw)
    metadata, front = _front_matter(normal)
    pieces: list[_Piece] = [("", None, False)] * len(raw)
    body = "\n".join([""] * front + raw[front:])
    rows: dict[int, list[str]] = {}
    _place(_parser(body).parse(body), raw, pieces, rows)
    lines = tuple(
        SourceLine(number, piece[0], style=piece[1], continues=piece[2], cells=tuple(rows.get(number - 1, ())))
        for number, piece in enumerate(pieces, 1)
    )
    return Reading(lines, "markdown", decoded.encoding, metadata, decoded.warnings + warnings)


def _parser(text: str) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table")
    marks = [chunk.count("[") + chunk.count("<") for chunk in text.split("\n\n")]
    if sum(marks) > _MAX_LINKS or max(marks) > _MAX_LINKS_TOGETHER:
        parser.disable(["link", "image", "html_inline", "autolink", "reference", "html_block"])
    return parser


def _front_matter(text: str) -> tuple[Metadata, int]:
    """What simple `key: value` lines between two `---` at the top say, and how many lines they take."""
    found = _FRONT.match(text)
    if found is None:
        return Metadata(), 0
    said = {}
    for line in found[1].split("\n"):
        pair = _FRONT_KEY.match(line)
        if pair and pair[2].strip():
            said[pair[1].strip()] = pair[2].strip().strip("\"'").strip("[]")
    if not said:
        return Metadata(), 0
    metadata, _ = metadata_of(said, "文首")
    return metadata, found[0].rstrip("\n").count("\n") + 1


def _place(tokens: Sequence[Token], raw: Sequence[str], pieces: list[_Piece], rows: dict[int, list[str]]) -> None:
    """Writes each token's text at its source lines, and the cells of rows of tables into `rows`."""
    around: list[str] = []
    titled = False
    item_opens = False
    marker = ""
    for position, token in enumerate(tokens):
        if token.nesting == 1:
            around.append(token.type.removesuffix("_open"))
            if token.type == "list_item_open":
                item_opens = True
                marker = f"{token.info}{token.markup} " if token.info else ""
            if token.type == "tr_open" and token.map:
                pieces[token.map[0]] = ("", "table", False)
        elif token.nesting == -1:
            around.pop()
        elif token.map and token.type == "inline":
            style = _style(around, tokens[position - 1].tag, token)
            if style == "heading1" and not titled:
                style, titled = "title", True
            if "tr" in around:
                _add_cell(token, pieces, rows)
                continue
            if style == "list" and not item_opens:
                style = "paragraph"  # a further paragraph of the same item is a block of its own
            item_opens = False
            for offset, line in enumerate(_inline_lines(token)):
                line = marker + line if style == "list" else line  # the number of an ordered item is text
                marker = ""
                if token.map[0] + offset < len(pieces):
                    pieces[token.map[0] + offset] = (line, style, offset > 0)
        elif token.map and token.type in {"fence", "code_block", "html_block"}:
            _verbatim(token, raw, pieces)


def _verbatim(token: Token, raw: Sequence[str], pieces: list[_Piece]) -> None:
    """Code and HTML blocks line by line, without fences and tags."""
    assert token.map is not None
    first, last = token.map
    if token.type == "fence":
        first += 1
        closing = raw[last - 1].strip() if last - 1 >= first and last <= len(raw) else ""
        if closing and not closing.strip("`~"):
            last -= 1
    for index in range(first, min(last, len(pieces))):
        text = _TAG.sub("", raw[index]) if token.type == "html_block" else raw[index]
        pieces[index] = (text.strip(), "paragraph" if text.strip() else None, False)


def _style(around: Sequence[str], tag: str, token: Token) -> str:
    """The style of an inline token by what is around it; `tag` is that of the token that opens it."""
    if "heading" in around:
        return "heading" + tag.removeprefix("h")
    children = [child for child in token.children or () if child.type != "softbreak"]
    if children and all(child.type == "image" for child in children):
        return "caption"
    if "blockquote" in around:
        return "quote"
    return "list" if "list_item" in around else "paragraph"


def _add_cell(token: Token, pieces: list[_Piece], rows: dict[int, list[str]]) -> None:
    assert token.map is not None
    before = pieces[token.map[0]][0]
    cell = " ".join(_inline_lines(token)).strip()
    rows.setdefault(token.map[0], []).append(cell)
    pieces[token.map[0]] = (f"{before}{SEPARATOR}{cell}" if before else cell, "table", False)


def _inline_lines(token: Token) -> list[str]:
    """The text of an inline token, a string a source line."""
    lines = [""]
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            lines.append("")
        elif child.type == "html_inline":
            continue
        else:
            first, *rest = child.content.split("\n")
            lines[-1] += first
            lines.extend(rest)
    return [line.strip() for line in lines]
