"""What format a source is in: by its name, checked against its first bytes; the bytes win."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from search.errors import UnreadableSource
from search.model import Source
from search.reading.container import open_container

TEXT, MARKDOWN, HTML, PDF, DOCX, XLSX, CSV, ARCHIVE, ROW, SHEET = (
    "text", "markdown", "html", "pdf", "docx", "xlsx", "csv", "archive", "row", "sheet",
)  # fmt: skip

_BY_SUFFIX = {
    ".txt": TEXT, ".text": TEXT, ".md": MARKDOWN, ".markdown": MARKDOWN, ".htm": HTML, ".html": HTML, ".shtml": HTML, ".xhtml": HTML,
    ".pdf": PDF, ".docx": DOCX, ".docm": DOCX, ".dotx": DOCX, ".xlsx": XLSX, ".xlsm": XLSX, ".csv": CSV, ".tsv": CSV, ".zip": ARCHIVE,
}  # fmt: skip

_OCR = "请先做文字识别（OCR），再收录识别出的文字。"
_MAGIC = (
    (b"\x89PNG\r\n", "这是图片（PNG），没有文字。", _OCR),
    (b"\xff\xd8\xff", "这是图片（JPEG），没有文字。", _OCR),
    (b"GIF8", "这是图片（GIF），没有文字。", _OCR),
    (b"II*\0", "这是图片（TIFF），没有文字。", _OCR),
    (b"MM\0*", "这是图片（TIFF），没有文字。", _OCR),
    (b"AT&TFORM", "这是 DjVu 扫描件，不能读取。", "请转换为带文字层的 PDF。"),
    (b"Rar!\x1a\x07", "RAR 压缩包不能读取。", "请解压后收录，或改用 ZIP。"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包不能读取。", "请解压后收录，或改用 ZIP。"),
    (b"\x1f\x8b", "gzip 压缩文件不能读取。", "请解压后收录，或改用 ZIP。"),
    (b"BZh", "bzip2 压缩文件不能读取。", "请解压后收录，或改用 ZIP。"),
    (b"\xfd7zXZ\0", "xz 压缩文件不能读取。", "请解压后收录，或改用 ZIP。"),
    (b"{\\rtf", "RTF 文件不能读取。", "请用 Word 或 WPS 打开，另存为 .docx。"),
    (b"\x7fELF", "这是程序文件，不是文章。", ""),
    (b"MZ\x90\0", "这是程序文件，不是文章。", ""),
    (b"\xca\xfe\xba\xbe", "这是程序文件，不是文章。", ""),
    (b"SQLite format 3\0", "这是数据库文件，不是文章。", ""),
    (b"HH GX2", "这是 CAJ 文件，不能读取。", "请用 CAJViewer 导出为 PDF 或文本。"),
    (b"KDH ", "这是 CAJ 文件，不能读取。", "请用 CAJViewer 导出为 PDF 或文本。"),
    (b"CAJ\0", "这是 CAJ 文件，不能读取。", "请用 CAJViewer 导出为 PDF 或文本。"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNSUPPORTED_SUFFIX = {
    ".pptx": "演示文稿不能读取。", ".ppt": "演示文稿不能读取。", ".odt": "OpenDocument 文件不能读取。", ".epub": "EPUB 电子书不能读取。",
    ".ofd": "OFD 版式文件不能读取。", ".ceb": "CEB 版式文件不能读取。", ".wps": "WPS 旧格式不能读取。", ".pages": "Pages 文件不能读取。",
    ".mht": "MHT 网页存档不能读取。", ".mhtml": "MHT 网页存档不能读取。", ".caj": "CAJ 文件不能读取。",
}  # fmt: skip
_ROW = re.compile(r"\.(xlsx|xlsm|csv|tsv)/(?:.*/)?行 \d+$", re.IGNORECASE)
_SHEET = re.compile(r"\.(xlsx|xlsm)/工作表 .+$", re.IGNORECASE)
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
    if data.startswith(_OLE):
        _refuse_ole(suffix, data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(data, suffix)
    if b"%PDF-" in data[:1024]:
        return PDF
    return _by_name(suffix, data)


def mislabelled(name: str, form: str) -> str:
    """A warning where a file's extension says another format than its bytes; empty where it does not."""
    suffix = PurePosixPath(name).suffix.lower()
    stated = _BY_SUFFIX.get(suffix)
    if stated in {None, form} or form in {ROW, SHEET}:
        return ""
    return f"扩展名是 {suffix}，内容是 {form.upper()}，按内容读取。"


def _by_name(suffix: str, data: bytes) -> str:
    """The format of bytes that carry no mark of their own."""
    if suffix in _UNSUPPORTED_SUFFIX:
        raise UnreadableSource(_UNSUPPORTED_SUFFIX[suffix], hint="请另存或导出为 .docx 或 PDF。")
    stated = _BY_SUFFIX.get(suffix)
    if stated == PDF:
        raise UnreadableSource("扩展名是 .pdf，内容却不是 PDF。")
    if stated in (DOCX, XLSX, ARCHIVE):
        raise UnreadableSource(f"扩展名是 {suffix}，内容却不是；文件可能已损坏。", hint="请重新下载或另存。")
    if stated in (HTML, MARKDOWN, CSV):
        return stated
    return HTML if _HTML_START.match(data[:4096]) else TEXT


def _refuse_ole(suffix: str, data: bytes) -> None:
    """Legacy Office files share one container with encrypted new ones; says which it is."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableSource("Office 文件已加密。", hint="请取消密码保护后另存。")
    if suffix in {".xls", ".et"} or "Workbook".encode("utf-16-le") in data:
        raise UnreadableSource("旧格式 .xls 不能读取。", hint="请用 Excel 或 WPS 打开，另存为 .xlsx。")
    if suffix in {".ppt", ".dps"}:
        raise UnreadableSource("演示文稿不能读取。", hint="请另存为 .docx 或 PDF。")
    raise UnreadableSource("旧格式 .doc 不能读取。", hint="请用 Word 或 WPS 打开，另存为 .docx。")


def _inside_zip(data: bytes, suffix: str) -> str:
    """What a ZIP container holds: a Word file, a workbook, another program's document, or an archive of files."""
    with open_container(data, {".docx": "DOCX 文件", ".xlsx": "XLSX 文件"}.get(suffix, "压缩包")) as container:
        names = set(container.namelist())
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    if "ppt/presentation.xml" in names:
        raise UnreadableSource("演示文稿不能读取。", hint="请另存为 .docx 或 PDF。")
    if "OFD.xml" in names:
        raise UnreadableSource("OFD 版式文件不能读取。", hint="请导出为 PDF。")
    if "META-INF/container.xml" in names or "content.xml" in names:
        raise UnreadableSource("EPUB 或 OpenDocument 文件不能读取。", hint="请另存为 .docx 或 PDF。")
    if suffix in {".docx", ".docm", ".xlsx", ".xlsm"}:
        raise UnreadableSource(f"扩展名是 {suffix}，里面却没有正文；文件可能已损坏。", hint="请重新下载或另存。")
    return ARCHIVE
