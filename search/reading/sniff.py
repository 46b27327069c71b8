"""What format a source is in: by its name, checked against its first bytes; the bytes win."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from zipfile import ZipFile

from search.errors import UnreadableSource
from search.model import Source
from search.reading.container import open_container, read_member
from search.reading.ole import MAGIC as OLE
from search.reading.packed import is_packed
from search.reading.tarball import is_compressed, is_tar, opening

TEXT, MARKDOWN, HTML, PDF, DOCX, XLSX, CSV, ARCHIVE, ROW, SHEET = (
    "text", "markdown", "html", "pdf", "docx", "xlsx", "csv", "archive", "row", "sheet",
)  # fmt: skip
DOC, PPT, XLS, ODS, RTF, ODF, PPTX, EPUB, OFD, EML, MHT, MSG, WARC, JSON, XML, SUBTITLES, IMAGE = (
    "doc", "ppt", "xls", "ods", "rtf", "odf", "pptx", "epub", "ofd", "eml", "mht", "msg", "warc", "json", "xml", "subtitles", "image",
)  # fmt: skip

_BY_SUFFIX = {
    ".txt": TEXT, ".text": TEXT, ".md": MARKDOWN, ".markdown": MARKDOWN, ".htm": HTML, ".html": HTML, ".shtml": HTML, ".xhtml": HTML,
    ".pdf": PDF, ".docx": DOCX, ".docm": DOCX, ".dotx": DOCX, ".xlsx": XLSX, ".xlsm": XLSX, ".csv": CSV, ".tsv": CSV, ".zip": ARCHIVE,
    ".doc": DOC, ".dot": DOC, ".wps": DOC, ".wpt": DOC, ".ppt": PPT, ".pps": PPT, ".dps": PPT, ".xls": XLS, ".et": XLS, ".ods": ODS,
    ".rtf": RTF, ".odt": ODF, ".ott": ODF, ".odp": ODF, ".pptx": PPTX, ".pptm": PPTX, ".ppsx": PPTX, ".epub": EPUB, ".eml": EML,
    ".ofd": OFD, ".mht": MHT, ".mhtml": MHT, ".msg": MSG, ".warc": WARC, ".json": JSON, ".jsonl": JSON, ".ndjson": JSON, ".geojson": JSON,
    ".xml": XML, ".rss": XML, ".atom": XML, ".rdf": XML, ".srt": SUBTITLES, ".vtt": SUBTITLES, ".tar": ARCHIVE, ".tgz": ARCHIVE,
    ".png": IMAGE, ".jpg": IMAGE, ".jpeg": IMAGE, ".tif": IMAGE, ".tiff": IMAGE, ".bmp": IMAGE, ".gif": IMAGE, ".webp": IMAGE,
    ".gz": ARCHIVE, ".bz2": ARCHIVE, ".xz": ARCHIVE, ".7z": ARCHIVE, ".rar": ARCHIVE,
}  # fmt: skip
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"II+\0")
_BITMAP, _RIFF = b"BM", b"RIFF"
_MAGIC = (
    (b"\0\0\0\x18ftypheic", "这是图片（HEIC），不能读取。", "请另存为 JPEG 或 PNG。"),
    (b"AT&TFORM", "这是 DjVu 扫描件，不能读取。", "请转换为带文字层的 PDF。"),
    (b"\x7fELF", "这是程序文件，不是文章。", ""),
    (b"MZ\x90\0", "这是程序文件，不是文章。", ""),
    (b"\xca\xfe\xba\xbe", "这是程序文件，不是文章。", ""),
    (b"SQLite format 3\0", "这是数据库文件，不是文章。", ""),
    (b"HH GX2", "这是 CAJ 文件，不能读取。", "请用 CAJViewer 导出为 PDF 或文本。"),
    (b"KDH ", "这是 CAJ 文件，不能读取。", "请用 CAJViewer 导出为 PDF 或文本。"),
    (b"CAJ\0", "这是 CAJ 文件，不能读取。", "请用 CAJViewer 导出为 PDF 或文本。"),
    (b"NH\0\0", "这是 NH 文件（知网），不能读取。", "请用 CAJViewer 导出为 PDF 或文本。"),
    (b"Founder CEB", "这是 CEB 版式文件，不能读取。", "请用方正 Apabi 阅读器打印为 PDF。"),
)
_APABI, _CNKI = "请用方正 Apabi 阅读器打印为 PDF。", "请用 CAJViewer 导出为 PDF 或文本。"
_UNSUPPORTED_SUFFIX = {
    ".ceb": ("CEB 版式文件不能读取。", _APABI), ".cebx": ("CEBX 版式文件不能读取。", _APABI),
    ".caj": ("CAJ 文件不能读取。", _CNKI), ".nh": ("NH 文件（知网）不能读取。", _CNKI), ".kdh": ("KDH 文件不能读取。", _CNKI),
    ".pdg": ("PDG 文件（超星）不能读取。", "请用超星阅读器打印为 PDF。"), ".pages": ("Pages 文件不能读取。", "请另存为 .docx 或 PDF。"),
    ".mobi": ("MOBI 电子书不能读取。", "请转换为 EPUB。"), ".azw3": ("AZW3 电子书不能读取。", "请转换为 EPUB。"),
}  # fmt: skip
_WORDED = frozenset({HTML, MARKDOWN, CSV, JSON, SUBTITLES, EML, MHT})
"""Formats that are text: a file so named is read so whatever its bytes."""
_HEADER = re.compile(rb"(?im)^(from|subject|date|received|mime-version|message-id|return-path|content-type|snapshot-content-location):")
_LETTER_START = re.compile(rb"\s*[A-Za-z][A-Za-z-]{1,60}:")
_XML_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[\s>]")
_ROW = re.compile(r"\.(xlsx|xlsm|xls|et|ods|csv|tsv|json|jsonl|ndjson)/(?:.*/)?行 \d+$", re.IGNORECASE)
_SHEET = re.compile(r"\.(xlsx|xlsm|xls|et|ods)/工作表 .+$", re.IGNORECASE)
_HTML_START = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.{0,500}?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


def format_of(source: Source) -> str:
    """One of the format names of this module. Raises UnreadableSource for empty files and formats that cannot be read."""
    name, data = source.name, source.data
    if not data:
        raise UnreadableSource("文件是空的。")
    if _ROW.search(name):
        return ROW
    if _SHEET.search(name):
        return SHEET
    suffix = PurePosixPath(name).suffix.lower()
    for magic, message, hint in _MAGIC:
        if data.startswith(magic):
            raise UnreadableSource(message, hint=hint)
    if _is_picture(data):
        return IMAGE
    if data.startswith(OLE):
        return _inside_ole(suffix, data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(data, suffix)
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(b"{\\rtf"):
        return RTF
    if is_compressed(data):
        return WARC if opening(data, 16).startswith(b"WARC/") else ARCHIVE
    if data.startswith(b"WARC/"):
        return WARC
    if is_tar(data[:512]) or is_packed(data):
        return ARCHIVE
    return _by_name(suffix, data)


def _is_picture(data: bytes) -> bool:
    """Whether the bytes begin as a picture's do."""
    if data.startswith(_BITMAP):
        return data[6:10] == bytes(4) and data[14:18] in {b"\x28\0\0\0", b"\x0c\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0"}
    return data.startswith(_PICTURES) or (data.startswith(_RIFF) and data[8:12] == b"WEBP")


def mislabelled(name: str, form: str) -> str:
    """A warning where a file's extension says another format than its bytes; empty where it does not."""
    suffix = PurePosixPath(name).suffix.lower()
    stated = _BY_SUFFIX.get(suffix)
    if stated in {None, form} or form in {ROW, SHEET}:
        return ""
    return f"扩展名是 {suffix}，内容是 {form.upper()}，按内容读取。"


def _by_name(suffix: str, data: bytes) -> str:
    """Text of some kind, or a file that is not what its name says."""
    if suffix in _UNSUPPORTED_SUFFIX:
        message, hint = _UNSUPPORTED_SUFFIX[suffix]
        raise UnreadableSource(message, hint=hint)
    head = data[:4096]
    stated = _BY_SUFFIX.get(suffix)
    if stated in _WORDED and stated not in {EML, MHT}:
        return stated
    if _HTML_START.match(head):
        return HTML
    if (letter := _letter(head, stated)) is not None:
        return letter
    if stated == XML or _XML_START.match(head):
        return XML
    if stated in {DOC, XLS, RTF} and (table := _exported(head, stated)) is not None:
        return table
    if stated not in {None, TEXT}:
        raise UnreadableSource(f"扩展名是 {suffix}，内容却不是{_said(stated)}；文件可能已损坏。", hint="请重新下载或另存。")
    return TEXT


def _said(stated: str | None) -> str:
    return " PDF" if stated == PDF else ""


def _letter(head: bytes, stated: str | None) -> str | None:
    """EML or MHT where a file begins with the head of a letter: by its name, or by enough of the usual lines."""
    if not _LETTER_START.match(head):
        return None
    lines = {line.lower() for line in _HEADER.findall(head)}
    if stated not in {EML, MHT} and (len(lines) < 3 or not lines & {b"mime-version", b"received", b"message-id", b"return-path"}):
        return None
    if stated == EML or not lines:
        return EML if stated == EML else None
    saved = b"snapshot-content-location" in lines or b"multipart/related" in head.lower()
    return MHT if stated == MHT or saved else EML


def _exported(head: bytes, stated: str) -> str | None:
    """What offices' own systems write under the names of Word and Excel: text, or columns parted by tabs."""
    if b"\0" in head:
        return None
    return CSV if stated == XLS and b"\t" in head else TEXT


_OLE_STREAMS = (
    (DOC, "WordDocument"), (XLS, "Workbook"), (XLS, "Book"), (PPT, "PowerPoint Document"), (MSG, "__properties_version1.0"),
)  # fmt: skip
"""The stream that makes a compound file what it is."""


def _inside_ole(suffix: str, data: bytes) -> str:
    """What a compound file holds; where it holds several (a workbook in a letter), what its name says is tried first."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableSource("Office 文件已加密。", hint="请取消密码保护后另存。")
    held = [form for form, stream in _OLE_STREAMS if f"{stream}\0".encode("utf-16-le") in data]
    if not held:
        raise UnreadableSource(
            "Office 旧格式文件，里面却没有正文；文件可能已损坏，或不是 Office、WPS 所存。", hint="请另存为 .docx 或 PDF。"
        )
    stated = _BY_SUFFIX.get(suffix, "")
    return MSG if MSG in held else stated if stated in held else held[0]


_ZIP_PARTS = (
    ("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("xl/workbook.bin", XLS), ("ppt/presentation.xml", PPTX), ("OFD.xml", OFD),
    ("META-INF/container.xml", EPUB),
)  # fmt: skip
_ODF_KINDS = (("spreadsheet", ODS), ("text", ODF), ("presentation", ODF))


def _inside_zip(data: bytes, suffix: str) -> str:
    """What a ZIP container holds: a document of some program, or an archive of files."""
    with open_container(data, {".docx": "DOCX 文件", ".xlsx": "XLSX 文件", ".ofd": "OFD 文件"}.get(suffix, "压缩包")) as container:
        names = set(container.namelist())
        form = next((form for part, form in _ZIP_PARTS if part in names), None)
        if form is None and "content.xml" in names:
            form = _odf(container, suffix)
    if form is not None:
        return form
    if suffix in {".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".odt", ".ods", ".odp", ".epub", ".ofd"}:
        raise UnreadableSource(f"扩展名是 {suffix}，里面却没有正文；文件可能已损坏。", hint="请重新下载或另存。")
    if suffix == ".pages":
        raise UnreadableSource("Pages 文件不能读取。", hint="请另存为 .docx 或 PDF。")
    return ARCHIVE


def _odf(container: ZipFile, suffix: str) -> str | None:
    """Which kind of OpenDocument: by the part that names it, else by the file's name."""
    try:
        kind = read_member(container, container.getinfo("mimetype"), 200)
    except (KeyError, UnreadableSource):
        return {ODS: ODS, ODF: ODF}.get(_BY_SUFFIX.get(suffix, ""))
    if not kind.startswith(b"application/vnd.oasis.opendocument"):
        return None
    return next((form for word, form in _ODF_KINDS if word.encode() in kind), None)
