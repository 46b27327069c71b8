"""Documents that are XML parts in a ZIP container (ODF, PPTX, EPUB, OFD): their parts, parsed with suspicion."""

from __future__ import annotations

import posixpath
import zipfile
from typing import Any
from urllib.parse import unquote

from lxml import etree

from search.errors import UnreadableSource
from search.reading.container import BROKEN, read_member

MAX_PART = 48 * 2**20
"""Bytes of one XML part; its tree takes about ten times as much."""
FAULTS = (*BROKEN, etree.LxmlError, AttributeError, TypeError, LookupError, AssertionError, RecursionError)
"""What reading a damaged or hostile package raises."""


def damaged(what: str) -> UnreadableSource:
    """The error of a package that opens and cannot be read on."""
    return UnreadableSource(f"{what}已损坏，打不开。", hint="请重新下载，或打开后另存。")


def part(package: zipfile.ZipFile, name: str, what: str) -> bytes:
    """The bytes of a part; names are compared without regard to case where needed, as programs do. Raises KeyError."""
    try:
        member = package.getinfo(name)
    except KeyError:
        lowered = name.lower()
        member = next((item for item in package.infolist() if item.filename.lower() == lowered), None)  # type: ignore[assignment]
        if member is None:
            raise
    if member.file_size > MAX_PART:
        raise UnreadableSource(f"{what}展开后过大（疑为压缩炸弹）。")
    data = read_member(package, member, MAX_PART)
    if len(data) > MAX_PART:
        raise UnreadableSource(f"{what}展开后过大（疑为压缩炸弹）。")
    return data


def tree(data: bytes) -> Any:
    """The root element. Raises lxml's errors; entities are not resolved, nothing is fetched."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data, parser)


def xml_part(package: zipfile.ZipFile, name: str, what: str) -> Any:
    """The root element of a part."""
    return tree(part(package, name, what))


def resolved(base: str, target: str) -> str:
    """The name of the part that `target` means when `base` says it."""
    target = unquote(target.partition("#")[0])
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(base), target))


def relations(package: zipfile.ZipFile, name: str, what: str) -> dict[str, tuple[str, str]]:
    """By identity, the kind (last word of its type) and part name of what an OOXML part refers to inside the package."""
    folder, _, file = name.rpartition("/")
    try:
        root = xml_part(package, f"{folder}/_rels/{file}.rels", what)
    except KeyError:
        return {}
    return {
        item.get("Id", ""): (item.get("Type", "").rpartition("/")[2], resolved(name, item.get("Target", "")))
        for item in root.iterchildren()
        if item.get("TargetMode") != "External"
    }


def local(element: Any) -> str:
    """The tag without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """An attribute by its name without namespace; empty where it is not set."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
