"""XML → structured text: feeds (RSS, Atom) item by item, other vocabularies a paragraph for every element that holds text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.encoding import decode
from search.reading.html import read_html, whole_lines
from search.reading.package import MAX_PART, local, tree
from search.reading.plain import without_controls
from search.reading.table import SEPARATOR
from search.settings import Settings

_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}encoding\s*=\s*["']([\w-]{2,20})""", re.IGNORECASE)
_ITEMS = frozenset({"item", "entry"})
_FEEDS = frozenset({"rss", "RDF", "feed"})
_BODIES = ("encoded", "content", "description", "summary")
_SHORT = 60
_TAGGED = re.compile(r"</?[a-zA-Z][^>]*>|&[a-z#\d]{2,8};")
_Written = tuple[str, str]


def read_xml(source: Source, settings: Settings) -> Reading:
    """The text of the elements. Raises UnreadableSource for what is no XML, and for XML that declares entities."""
    declared = _ENCODING.search(source.data[:400])
    decoded = decode(source.data, declared[1].decode("ascii") if declared else None)
    text, warnings = without_controls(decoded.text)
    if "<!ENTITY" in text[:64_000]:
        raise UnreadableSource("XML 含有不允许的实体声明。")
    if len(text) > MAX_PART // 2:
        raise UnreadableSource("XML 文件过大。", hint="请分成几个文件。")
    root, faults = _root(_DECLARATION.sub("", text, count=1))
    if local(root) == "html":
        return read_html(source, settings)
    is_feed = local(root) in _FEEDS
    metadata = _channel(root) if is_feed else Metadata()
    written = list(_feed(root, metadata.title) if is_feed else _elements(root))
    lines = tuple(SourceLine(number, line, style=style) for number, (line, style) in enumerate(written, 1))
    return Reading(lines, "xml", decoded.encoding, metadata, decoded.warnings + warnings + faults)


def _root(text: str) -> tuple[Any, tuple[str, ...]]:
    """The root element; where the syntax is broken (feeds often are), what can be made of it, with a warning."""
    data = text.encode("utf-8", "replace")
    try:
        return tree(data), ()
    except (etree.LxmlError, ValueError) as error:
        place = getattr(error, "lineno", None)
    where = f"第 {place} 行附近" if place else "开头"
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None or not local(root):
        raise UnreadableSource(f"不合 XML 语法：{where}。", hint="请检查文件是否完整。")
    return root, (f"不合 XML 语法（{where}），尽量读出；可能有缺。",)


def _channel(root: Any) -> Metadata:
    """What a feed states of itself."""
    channel = next((child for child in root.iterchildren() if local(child) == "channel"), root)
    said: dict[str, str] = {}
    for child in channel.iterchildren():
        if local(child) in {"title", "link"}:
            said.setdefault(local(child), " ".join((child.text or child.get("href") or "").split()))
    link = said.get("link", "")
    return Metadata(title=said.get("title") or None, url=link if link.startswith(("http://", "https://")) else None)


def _feed(root: Any, title: str | None) -> Iterator[_Written]:
    """The feed's title and description, then its items: title, who and when, text."""
    if title:
        yield title, "title"
    channel = next((child for child in root.iterchildren() if local(child) == "channel"), root)
    for child in channel.iterchildren():
        if local(child) in {"description", "subtitle"}:
            yield from _prose(child)
    for item in root.iter():
        if local(item) in _ITEMS:
            yield from _item(item)


def _item(item: Any) -> Iterator[_Written]:
    parts: dict[str, Any] = {}
    for child in item.iterchildren():
        parts.setdefault(local(child), child)
    if "title" in parts and (title := _flat(parts["title"])):
        yield title, "heading2"
    names = ("creator", "author", "pubDate", "date", "published", "updated")
    about = list(dict.fromkeys(text for name in names if name in parts and (text := _flat(parts[name]))))
    if about:
        yield SEPARATOR.join(about), "table"
    body = next((parts[name] for name in _BODIES if name in parts and _flat(parts[name])), None)
    if body is not None:
        yield from _prose(body)


def _prose(element: Any) -> Iterator[_Written]:
    """Text that may be HTML, escaped or not."""
    text = "".join(element.itertext())
    if len(element) or _TAGGED.search(text):
        markup = text if not len(element) else etree.tostring(element, encoding="unicode", with_tail=False)
        yield from whole_lines(markup)
        return
    yield from ((piece, "paragraph") for part in text.splitlines() if (piece := " ".join(part.split())))


def _elements(root: Any) -> Iterator[_Written]:
    """Records (elements with short leaves only) as table lines, everything else as paragraphs in order."""
    stack = [root]
    while stack:
        element = stack.pop()
        children = [child for child in element.iterchildren() if local(child)]
        if not children or _is_mixed(element, children):
            yield from ((piece, "paragraph") for part in "".join(element.itertext()).split("\n\n") if (piece := " ".join(part.split())))
            continue
        texts = [_flat(child) for child in children]
        if all(not len(child) for child in children) and len(set(map(local, children))) > 1 and max(map(len, texts)) <= _SHORT:
            if line := SEPARATOR.join(filter(None, texts)):
                yield line, "table"
            continue
        stack.extend(reversed(children))


def _is_mixed(element: Any, children: list[Any]) -> bool:
    """Whether text and elements alternate, as in a paragraph with emphasis."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in children)


def _flat(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
