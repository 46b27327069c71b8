"""Small documents of other programs for tests: OpenDocument, presentations, books, web archives, compressed archives."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Sequence

_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def make_zip(files: dict[str, bytes | str]) -> bytes:
    """A ZIP container with the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in files.items():
            container.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def make_odt(body: str, *, styles: str = "", kind: str = "text", manifest: str = "<m/>") -> bytes:
    """An OpenDocument file; `body` is what stands in the text, `styles` what stands among the automatic styles."""
    content = f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
    content += f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return make_zip({"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest})


def make_pptx(slides: Sequence[str]) -> bytes:
    """A presentation; each slide is the XML of its shapes."""
    names = [f"slides/slide{number}.xml" for number in range(1, len(slides) + 1)]
    identities = "".join(f'<p:sldId id="{256 + number}" r:id="r{number}"/>' for number in range(len(slides)))
    spaces = f'xmlns:p="p" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_OFFICE}"'
    files: dict[str, bytes | str] = {
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{identities}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": "<R>"
        + "".join(f'<Relationship Id="r{n}" Type="{_OFFICE}/slide" Target="{name}"/>' for n, name in enumerate(names))
        + "</R>",
    }
    for name, shapes in zip(names, slides, strict=True):
        files[f"ppt/{name}"] = f"<p:sld {spaces}>{shapes}</p:sld>"
    return make_zip(files)


def shape(text: str, place: str = "") -> str:
    """A shape with a paragraph of text; `place` is the kind of placeholder."""
    holder = f'<p:nvPr><p:ph type="{place}"/></p:nvPr>' if place else ""
    return f"<p:sp>{holder}<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp>"


def make_epub(chapters: dict[str, str], *, cipher: str = "") -> bytes:
    """A book of chapters by name, each the body of a page; `cipher` is the algorithm the chapters are enciphered with."""
    items = "".join(f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in reversed(range(len(chapters))))
    stated = "<dc:title>口述史一种</dc:title><dc:creator>某人</dc:creator><dc:date>2019-05-01</dc:date>"
    files: dict[str, bytes | str] = {
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>',
        "O/b.opf": f'<package xmlns:dc="d"><metadata>{stated}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>',
    }
    files |= {f"O/{name}": f"<!DOCTYPE html><html><body>{body}</body></html>" for name, body in chapters.items()}
    if cipher:
        files["META-INF/encryption.xml"] = f'<e><EncryptionMethod Algorithm="{cipher}"/></e>'
    return make_zip(files)


def make_tar(files: dict[str, bytes], *, compressed: bool = True, encoding: str = "utf-8") -> bytes:
    """A TAR archive with the files, gzipped or not; a file without bytes is a symbolic link."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT, encoding=encoding) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            if not data:
                entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), mtime=0) if compressed else buffer.getvalue()


def make_warc(answers: Sequence[tuple[str, str, bytes]]) -> bytes:
    """A gzipped web archive of answers: address, type, body."""
    out = b""
    for address, kind, body in answers:
        answer = b"HTTP/1.0 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind.encode(), len(body), body)
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        out += gzip.compress(head.encode() + answer + b"\r\n\r\n", mtime=0)
    return out


def make_ofd(pages: Sequence[str], *, templates: Sequence[str] = (), title: str = "", extra: dict[str, bytes | str] | None = None) -> bytes:
    """An OFD of A4 pages; each page and template is the XML of its objects. Every page stands on all templates."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    stands = "".join(f'<ofd:TemplatePage ID="{900 + n}" BaseLoc="T/{n}.xml"/>' for n in range(len(templates)))
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="P/{n}.xml"/>' for n in range(len(pages)))
    on = "".join(f'<ofd:Template TemplateID="{900 + n}"/>' for n in range(len(templates)))
    files: dict[str, bytes | str] = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocInfo><ofd:Title>{title}</ofd:Title></ofd:DocInfo>"
        "<ofd:DocRoot>D/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "D/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        f"</ofd:PageArea>{stands}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for folder, items, head in (("P", pages, on), ("T", templates, "")):
        for n, objects in enumerate(items):
            files[f"D/{folder}/{n}.xml"] = f"<ofd:Page {space}>{head}<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    return make_zip(files | (extra or {}))


def ofd_text(x: float, y: float, text: str, size: float = 4.0, attributes: str = "") -> str:
    """A text object whose first character stands at a place, millimetres from the upper left corner; each a size apart."""
    boundary = f"{x} {y - size} {size * len(text) + size} {size * 1.3}"
    code = f'<ofd:TextCode X="0" Y="{size}" DeltaX="g {max(1, len(text) - 1)} {size}">{text}</ofd:TextCode>'
    return f'<ofd:TextObject ID="1" Font="3" Size="{size}" Boundary="{boundary}" {attributes}>{code}</ofd:TextObject>'


def make_rar(files: dict[str, bytes], *, flags: int = 0) -> bytes:
    """A RAR 4 archive whose files are stored as they are."""

    def block(kind: int, own: int, head: bytes, data: bytes = b"") -> bytes:
        rest = struct.pack("<BHH", kind, own, 7 + len(head)) + head
        return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest + data

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for name, data in files.items():
        raw = name.encode()
        head = struct.pack("<IIBIIBBHI", len(data), len(data), 3, zlib.crc32(data), 0, 20, 0x30, len(raw), 0o100644) + raw
        out += block(0x74, 0x8000 | flags, head, data)
    return out + block(0x7B, 0x4000, b"")
