"""Small PDF files for tests, written by hand: Chinese text by an unembedded font, encryption by the oldest standard handler."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


@dataclass(frozen=True)
class Text:
    """A line of text at a place, in points from the lower left corner."""

    x: float
    y: float
    words: str
    size: float = 12
    page: int | None = None
    """Of an element on several pages: on which it stands, from 0."""


def make_pdf(
    pages: Sequence[Sequence[Text]], *, title: str = "", password: str | None = None, compress: bool = False, content: bytes | None = None
) -> bytes:
    """A PDF of A4 pages. `password` makes one needed to open it; `content` replaces the content stream of every page."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>"]
    first = 6
    objects += _common(len(pages), title)
    for index, page in enumerate(pages):
        objects.append(_page_object(first + 2 * index + 1))
        stream = content if content is not None else b"".join(_shown(text) for text in page)
        extra = b""
        if compress:
            stream, extra = zlib.compress(stream, 9), b"/Filter/FlateDecode"
        objects.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), extra, stream))
    return _written(objects, password)


def _common(pages: int, title: str = "") -> list[bytes]:
    """Objects 2 to 5: the list of pages, which follow from 6 on by twos, the font and the properties."""
    kids = b" ".join(b"%d 0 R" % (6 + 2 * index) for index in range(pages))
    return [
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000"
        b"/W[1[500 500 500] 4 95 500]>>",
        b"<</Title<%s>>>" % (b"\xfe\xff" + title.encode("utf-16-be")).hex().encode(),
    ]


def _page_object(content: int, extra: bytes = b"") -> bytes:
    return b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R%s>>" % (content, extra)


@dataclass(frozen=True)
class Tag:
    """An element of the structure a file marks: what it is, and what is in it."""

    role: str
    content: Sequence[Tag | Text]


def make_tagged_pdf(pages: Sequence[Sequence[Tag | Text]]) -> bytes:
    """A PDF whose text is marked as its structure says; what stands beside any element is marked as no content. An element that is given
    on several pages (the same object) is one."""
    maker = _Tagged(len(pages))
    for number, page in enumerate(pages):
        maker.page(number, page)
    return maker.written()


class _Tagged:
    def __init__(self, pages: int) -> None:
        self.pages = pages
        self.root = 6 + 2 * pages
        self.objects: list[bytes] = []
        self.streams: list[bytes] = []
        self.elements: dict[int, tuple[Tag, int, list[bytes]]] = {}
        self.parents: list[list[int]] = []

    def page(self, number: int, content: Sequence[Tag | Text]) -> None:
        self.stream, self.count, self.number = b"", 0, number
        self.parents.append([])
        for part in content:
            if isinstance(part, Text):
                self.stream += b"/Artifact BMC " + _shown(part) + b"EMC\n"
            else:
                self.element(part, self.root)
        self.streams.append(self.stream)

    def element(self, tag: Tag, parent: int) -> int:
        if id(tag) not in self.elements:
            self.elements[id(tag)] = (tag, parent, [])
        place = self.root + 1 + list(self.elements).index(id(tag))
        kids = self.elements[id(tag)][2]
        for part in tag.content:
            if isinstance(part, Tag):
                kid = b"%d 0 R" % self.element(part, place)
                if kid not in kids:
                    kids.append(kid)
            elif part.y > 0 and (part.page is None or part.page == self.number):
                self.stream += b"/%s <</MCID %d>> BDC " % (tag.role.encode(), self.count) + _shown(part) + b"EMC\n"
                kids.append(b"<</Type/MCR/Pg %d 0 R/MCID %d>>" % (6 + 2 * self.number, self.count))
                self.parents[-1].append(place)
                self.count += 1
        return place

    def written(self) -> bytes:
        tree = self.root
        objects = [b"<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R>>" % tree]
        objects += _common(self.pages)
        for number, stream in enumerate(self.streams):
            objects.append(_page_object(6 + 2 * number + 1, b"/StructParents %d" % number))
            objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        tops = [place for place, (_, parent, _) in enumerate(self.elements.values(), tree + 1) if parent == tree]
        nums = b" ".join(
            b"%d [%s]" % (number, b" ".join(b"%d 0 R" % place for place in places)) for number, places in enumerate(self.parents)
        )
        objects.append(b"<</Type/StructTreeRoot/K[%s]/ParentTree<</Nums[%s]>>>>" % (b" ".join(b"%d 0 R" % place for place in tops), nums))
        for tag, parent, kids in self.elements.values():
            objects.append(b"<</Type/StructElem/S/%s/P %d 0 R/K[%s]>>" % (tag.role.encode(), parent, b" ".join(kids)))
        return _written(objects, None)


def _shown(text: Text) -> bytes:
    return b"BT /F1 %g Tf %g %g Td <%s> Tj ET\n" % (text.size, text.x, text.y, text.words.encode("utf-16-be").hex().encode())


def _written(objects: list[bytes], password: str | None) -> bytes:
    identity = hashlib.md5(b"bangfu").digest()
    trailer = b"/Root 1 0 R/Info 5 0 R"
    if password is not None:
        key, entry = _encryption(password, identity)
        objects = [_encrypted(item, number, key) for number, item in enumerate(objects, 1)]
        objects.append(entry)
        trailer += b"/Encrypt %d 0 R" % len(objects)
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, item in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d%s/ID[<%s><%s>]>>\n" % (len(objects) + 1, trailer, identity.hex().encode(), identity.hex().encode())
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _encryption(password: str, identity: bytes) -> tuple[bytes, bytes]:
    """Key and dictionary of the 40-bit standard handler, revision 2."""
    padded = (password.encode("latin-1") + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + (-4 & 0xFFFFFFFF).to_bytes(4, "little") + identity).digest()[:5]
    user = _rc4(key, _PADDING)
    return key, b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (owner.hex().encode(), user.hex().encode())


def _encrypted(item: bytes, number: int, key: bytes) -> bytes:
    head, mark, rest = item.partition(b"stream\n")
    if not mark:
        return item
    body = rest.removesuffix(b"\nendstream")
    own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[: len(key) + 5]
    return head + mark + _rc4(own, body) + b"\nendstream"


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
