"""An HTML page as a light tree, built without recursion, bounded in depth and size; and where its text is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from search.errors import UnreadableSource

_TABLE = Path(__file__).parent / "data" / "html_content.txt"
_MAX_CHARS = 24 * 2**20
_MAX_NODES = 400_000
_MAX_DEPTH = 2_000
_MAX_SPAN = 200
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_UNNESTED = frozenset(
    {
        "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li", "link", "meta",
        "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
    }
)  # fmt: skip
"""Void elements, and those whose end tag may be left out: they say nothing of depth."""
_DROPPED = frozenset(
    {
        "audio", "button", "canvas", "dialog", "embed", "iframe", "input", "map", "math", "noscript", "object", "option", "rp", "rt", "rtc",
        "script", "select", "style", "svg", "template", "textarea", "video",
    }
)  # fmt: skip
_ASIDE = frozenset({"aside", "footer", "form", "nav"})
_ASIDE_WORDS = frozenset(
    {"nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "footer", "sidebar", "pagination", "copyright"}
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PROSE = re.compile("[。，；！？：]")


@dataclass(slots=True)
class Node:
    """An element: its tag, its marks (id and classes, lower case), its children in order, and counts of what is inside:
    characters of text, of those inside links, and marks of punctuation that only prose has."""

    tag: str
    marks: tuple[str, ...] = ()
    style: str = ""
    children: list[Node | str] = field(default_factory=list)
    text: int = 0
    linked: int = 0
    prose: int = 0
    spans: tuple[int, int] = (1, 1)
    """How many rows and columns a cell of a table spans."""

    def elements(self) -> Iterator[Node]:
        """The elements among its children."""
        return (child for child in self.children if isinstance(child, Node))


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """The body as a tree, the `<title>`, and meta tags by lower-case name, as far as the page states them."""

    body: Node
    title: str
    meta: dict[str, str]
    canonical: str


def parse_page(text: str, *, whole: bool = False) -> HtmlPage:
    """The page; `whole` keeps what is beside the article too (a letter, a chapter of a book has no navigation).

    Raises UnreadableSource for pages too deep or too large to be documents.
    """
    if len(text) > _MAX_CHARS:
        raise UnreadableSource("网页过大。", hint="请把正文另存为文本或 DOCX。")
    _refuse_depth(text)
    parser = LexborHTMLParser(text)
    if parser.root is None:
        raise UnreadableSource("网页里没有文字。")
    meta: dict[str, str] = {}
    for tag in parser.css("meta")[:500]:
        attributes = tag.attributes
        name = (attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or "").strip().lower()
        content = " ".join((attributes.get("content") or "").split())
        if name and content and name not in meta:
            meta[name] = content[:1000]
    title = parser.css_first("head title") or parser.css_first("title")
    link = parser.css_first('link[rel="canonical"]')
    body = _tree(parser.body if parser.body is not None else parser.root, whole)
    stated = " ".join(title.text(deep=True).split()) if title is not None else ""
    return HtmlPage(body, stated[:1000], meta, ((link.attributes.get("href") or "") if link is not None else "")[:1000])


def _refuse_depth(text: str) -> None:
    """Elements nested by the thousand make any HTML parser quadratic; no page a person wrote has them."""
    depth = 0
    opened: Counter[str] = Counter()
    for found in _TAG.finditer(text):
        tag = found[2].lower()
        if tag in _UNNESTED:
            continue
        if not found[1]:
            opened[tag] += 1
            depth += 1
        elif opened[tag]:  # an end tag without its start closes nothing
            opened[tag] -= 1
            depth -= 1
        if depth > _MAX_DEPTH:
            raise UnreadableSource("网页的嵌套层数多得不合常理。")


def _tree(root: Any, whole: bool) -> Node:
    """A copy of what can hold text, without what is beside the article, and the counts of every element."""
    top = Node("body")
    stack: list[tuple[Node, Any]] = [(top, root.child)]
    count = 0
    while stack:
        parent, node = stack.pop()
        if node is None:
            continue
        stack.append((parent, node.next))
        count += 1
        if count > _MAX_NODES:
            raise UnreadableSource("网页的结构过于庞大。")
        tag = node.tag
        if tag == "-text":
            if text := node.text_content:
                parent.children.append(text)
        elif tag and not tag.startswith(("-", "!", "_")) and tag not in _DROPPED and len(stack) <= 2 * _MAX_DEPTH:
            attributes = node.attributes
            style = attributes.get("style") or ""
            if "hidden" in attributes or _HIDDEN.search(style):
                continue
            marks = ((attributes.get("id") or "") + " " + (attributes.get("class") or ""))[:500].lower().split()
            child = Node(tag, tuple(marks), style.lower())
            if tag in {"td", "th"}:
                child.spans = (_span(attributes.get("rowspan")), _span(attributes.get("colspan")))
            parent.children.append(child)
            stack.append((child, node.child))
    _count(top)
    if not whole:
        _prune(top)
        _count(top)
    return top


def _span(stated: str | None) -> int:
    return min(int(stated), _MAX_SPAN) if stated and stated.isascii() and stated.isdigit() and int(stated[:4]) else 1


def _count(top: Node) -> None:
    """Sets the counts of every element, children before parents."""
    for node in reversed(list(walk(top))):
        node.text = node.linked = node.prose = 0
        for child in node.children:
            if isinstance(child, str):
                size = len(child) - sum(map(child.count, " \n\t\r\xa0"))
                node.text += size
                node.prose += len(_PROSE.findall(child)) if size > 8 else 0
            else:
                node.text += child.text
                node.linked += child.text if child.tag == "a" else child.linked
                node.prose += 0 if child.tag == "a" else child.prose


def _prune(top: Node) -> None:
    """Takes out navigation and its like, by tag and by mark, unless it holds half of the page: some pages are one form."""
    for node in walk(top):
        node.children = [child for child in node.children if isinstance(child, str) or not _is_aside(child, top)]


def _is_aside(node: Node, top: Node) -> bool:
    if node.tag in {"body", "html", "main", "article"} or (node.tag not in _ASIDE and not any(map(_never, node.marks))):
        return False
    return node.prose * 2 < top.prose if top.prose else node.text * 2 < top.text


def main_part(body: Node) -> Node:
    """The element that holds the article: one marked so, else the deepest that holds nearly all prose of the page."""
    own = max(1, body.text - body.linked)
    marked = [node for node in walk(body) if any(mark in _content_marks() for mark in node.marks) and node.text - node.linked >= 40]
    if marked:
        best = max(marked, key=lambda node: node.prose)
        if best.prose * 3 >= body.prose or (best.text - best.linked) * 3 >= own:
            return best
    for node in walk(body):
        if node.tag in {"article", "main"} and node.prose * 2 >= body.prose > 0:
            return _deepest(node)
    return _deepest(body)


def _deepest(node: Node) -> Node:
    """Down to the last element that still holds four fifths of the prose."""
    wanted = node.prose * 0.8
    while wanted:
        inner = next((child for child in node.elements() if child.prose >= wanted and child.tag not in {"p", "span", "font", "b"}), None)
        if inner is None:
            break
        node = inner
    return node


def walk(node: Node) -> Iterator[Node]:
    """The element and all elements in it, in document order."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(node.elements())))


def flat_text(node: Node, limit: int = 1_000_000) -> str:
    """All text inside an element, up to a limit."""
    parts: list[str] = []
    size = 0
    stack: list[Node | str] = [node]
    while stack and size < limit:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            size += len(item)
        else:
            stack.extend(reversed(item.children))
            if item.tag in {"p", "div", "tr", "td", "li", "br", "h1", "h2", "h3", "table"}:
                parts.append("\n")
    return "".join(parts)


@cache
def _lists() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    texts, never, prefixes = set(), set(), set()
    for line in _TABLE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, mark = line.lower().split()
            if kind == "text":
                texts.add(mark)
            elif mark.endswith("*"):
                prefixes.add(mark[:-1])
            else:
                never.add(mark)
    return frozenset(texts), frozenset(never), tuple(sorted(prefixes))


def _content_marks() -> frozenset[str]:
    return _lists()[0]


def _never(mark: str) -> bool:
    _, never, prefixes = _lists()
    return mark in never or mark.startswith(prefixes) or not _ASIDE_WORDS.isdisjoint(re.split("[-_]", mark))
