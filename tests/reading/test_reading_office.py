"""Formats of offices, mail, books and archives: what each says arrives as lines and styles, and bad files as sentences."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path

import pytest

from search.errors import UnreadableSource
from search.model import Reading
from search.reading import collect, read
from search.reading.found import FoundSource, source_of
from search.reading.rtf_packed import unpacked_rtf
from search.settings import Settings
from tests.reading.hostile import BODY, TRADITIONAL
from tests.reading.ole_maker import IN_TABLE, Paragraph, make_message, make_ole, make_slides, make_word, row
from tests.reading.package_maker import make_epub, make_odt, make_pptx, make_tar, make_warc, make_zip, shape

SETTINGS = Settings()


def reading_of(name: str, data: bytes | str, settings: Settings = SETTINGS) -> Reading:
    """The reading of a source."""
    return read(source_of(name, data.encode() if isinstance(data, str) else data), settings)


def styled(reading: Reading) -> list[tuple[str | None, str]]:
    """Style and text of every line with text."""
    return [(line.style, line.text) for line in reading.lines if line.text]


def refusal(name: str, data: bytes, settings: Settings = SETTINGS) -> str:
    """The sentence that a file is refused with."""
    with pytest.raises(UnreadableSource) as caught:
        reading_of(name, data, settings)
    return caught.value.message


def walked(folder: Path, files: dict[str, bytes], settings: Settings = SETTINGS) -> dict[str, FoundSource]:
    """What a walk finds among the files, by name."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return {found.name: found for found in collect([folder], settings)}


# --- Word 97 and WPS ---


def test_word_97_gives_paragraphs_styles_and_rows() -> None:
    """A heading by its style, paragraphs, the cells of a row in one line; WPS's files are read the same."""
    document = make_word(
        [Paragraph("年度报告", style=1), Paragraph(BODY), *row("地区", "资金"), *row("滦平县", "9801万元"), Paragraph("完。")],
        styles=("Normal", "heading 1"),
    )
    expected = [("title", "年度报告"), ("paragraph", BODY), ("table", "地区 | 资金"), ("table", "滦平县 | 9801万元"), ("paragraph", "完。")]
    assert styled(reading_of("甲.doc", document)) == expected
    assert styled(reading_of("甲.wps", document)) == expected
    assert reading_of("甲.wps", document).warnings == ()


def test_word_97_rows_with_empty_cells_stay_rows() -> None:
    """The end of a row is told by its properties, not by two marks in a row, which an empty cell makes as well."""
    document = make_word([*row("甲", "", "丙"), *row("", "", "丁"), Paragraph("完。")])
    assert styled(reading_of("甲.doc", document)) == [("table", "甲 |  | 丙"), ("table", "丁"), ("paragraph", "完。")]


def test_word_97_table_of_one_column_is_a_frame() -> None:
    """A frame of one cell around text gives its paragraphs."""
    document = make_word([Paragraph("框中一段。", "\r", IN_TABLE), *row("框中二段。"), Paragraph("完。")])
    assert [style for style, _ in styled(reading_of("甲.doc", document))] == ["paragraph", "paragraph"]


def test_word_97_shows_results_of_fields_only() -> None:
    """Of a link the words stay, its code goes; a field inside the code of another goes with it; half a field harms nothing."""
    document = make_word([Paragraph("见\x13 HYPERLINK \x13 X \x14y\x15\x14网站\x15。"), Paragraph("再见\x13 PAGE"), Paragraph("藏起来的")])
    assert styled(reading_of("甲.doc", document)) == [("paragraph", "见网站。"), ("paragraph", "再见")]


def test_old_and_locked_word_files_are_refused_with_reasons() -> None:
    """Word 95, encrypted and damaged files each have their own sentence."""
    good = [Paragraph(BODY)]
    assert "Word 95" in refusal("甲.doc", make_word(good, version=104))
    assert "加密" in refusal("甲.doc", make_word(good, flags=0x0300))
    assert "损坏" in refusal("甲.doc", make_word(good)[:1400])
    assert "没有正文" in refusal("甲.doc", make_word(good)[:512])


def test_word_97_beyond_the_basic_plane() -> None:
    """A character of two code units is one character, and a lone half is none."""
    assert styled(reading_of("甲.doc", make_word([Paragraph("𠮷祥")]))) == [("paragraph", "𠮷祥")]


# --- slides ---


def test_powerpoint_97_gives_slides_as_pages() -> None:
    """Titles are headings, the first the document's title; text of boxes and of the outline both come; a slide is a page."""
    reading = reading_of("甲.ppt", make_slides([[(0, "协作汇报")], [(0, "资金"), (1, "甲\r乙"), (4, "框")]]))
    assert [(line.page, line.style, line.text) for line in reading.lines] == [
        (1, "title", "协作汇报"),
        (2, "heading1", "资金"),
        (2, "paragraph", "框"),
        (2, "paragraph", "甲"),
        (2, "paragraph", "乙"),
    ]
    assert styled(reading_of("甲.dps", make_slides([[(1, BODY)]]))) == [("paragraph", BODY)]


def test_pptx_gives_titles_tables_and_groups() -> None:
    """Placeholders of dates and numbers are furniture, hidden slides are passed over, tables are rows."""
    table = "<a:tbl><a:tr><a:tc><a:p><a:r><a:t>县</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>资金</a:t></a:r></a:p></a:tc></a:tr></a:tbl>"
    slides = [shape("题目", "ctrTitle"), f"<p:grpSp>{shape(BODY)}</p:grpSp>{shape('3', 'sldNum')}{shape('小结', 'title')}{table}"]
    reading = reading_of("甲.pptx", make_pptx(slides))
    assert [(line.page, line.style, line.text) for line in reading.lines] == [
        (1, "title", "题目"), (2, "heading1", "小结"), (2, "paragraph", BODY), (2, "table", "县 | 资金"),
    ]  # fmt: skip


# --- OpenDocument, RTF, EPUB ---


def test_odt_gives_headings_rows_notes_and_spaces() -> None:
    """Outline levels, parent styles, tables, notes at the end, spaces as the format counts them; deletions are left out."""
    styles = '<style:style style:name="P1" style:parent-style-name="Subtitle"/>'
    body = (
        '<text:tracked-changes><text:p>删去的</text:p></text:tracked-changes><text:h text:outline-level="2">二级</text:h>'
        '<text:p text:style-name="P1">副题</text:p><text:p>甲<text:s text:c="2"/>乙<text:note><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>注文</text:p></text:note-body></text:note>\n  丙</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>县</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2"><text:p>万元</text:p></table:table-cell></table:table-row></table:table>'
    )
    assert styled(reading_of("甲.odt", make_odt(body, styles=styles))) == [
        ("heading2", "二级"), ("subtitle", "副题"), ("paragraph", "甲  乙 丙"), ("table", "县 | 万元 | 万元"), ("paragraph", "注文"),
    ]  # fmt: skip


def test_odt_locked_broken_and_bombed() -> None:
    """Each bad file has its sentence; a cell repeated a million times is written some hundred times at most."""
    assert "加密" in refusal("甲.odt", make_odt("", manifest="<m><encryption-data/></m>"))
    assert "损坏" in refusal("甲.odt", make_odt("<text:p>")[:-200] + bytes(200))
    cell = '<table:table-cell table:number-columns-repeated="999999"><text:p>字</text:p></table:table-cell>'
    bomb = make_odt(f"<table:table><table:table-row>{cell}{cell}</table:table-row></table:table>")
    assert sum(len(text) for _, text in styled(reading_of("甲.odt", bomb))) < 5000
    assert "没有文字" in refusal("甲.odt", make_odt(""))


def test_rtf_reads_chinese_however_it_is_written() -> None:
    """Escaped bytes of a codepage, one whose second byte is a letter, Unicode escapes with their stand-ins, raw bytes."""
    text = "新冠镕𠮷"
    raw = text[:2].encode("gbk") + text[2].encode("gbk")
    escaped = "".join(f"\\'{byte:02x}" for byte in raw[:-1]) + (chr(raw[-1]) if raw[-1] < 0x80 else f"\\'{raw[-1]:02x}")
    units = struct.unpack("<2h", text[3].encode("utf-16-le"))
    unicode_ = "".join(f"\\u{unit}?" for unit in units)
    assert styled(reading_of("甲.rtf", f"{{\\rtf1\\ansi\\ansicpg936 {escaped}\\uc1{unicode_}\\par}}")) == [("paragraph", text)]
    second = "丂"  # GBK 81 40: its second byte is the sign @
    assert second.encode("gbk")[1] == 0x40
    assert styled(reading_of("甲.rtf", "{\\rtf1\\ansicpg936 \\'81@\\par}")) == [("paragraph", second)]
    assert styled(reading_of("甲.rtf", b"{\\rtf1\\ansicpg936 " + "扶贫".encode("gbk") + b"}")) == [("paragraph", "扶贫")]


def test_rtf_gives_rows_styles_and_notes_and_no_furniture() -> None:
    """Cells share a line, a style's name tells headings, footnotes follow, headers, field codes and pictures are left out."""
    text = (
        "{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 S;}}{\\stylesheet{\\s1 heading 1;}}{\\info{\\title H}}{\\header X\\par}"
        "\\pard\\s1 Head\\par\\pard Body{\\footnote Note}{\\field{\\*\\fldinst PAGE}{\\fldrslt 7}}{\\*\\unknown Y}\\par"
        "{\\pict 0102}\\pard\\intbl A\\cell B\\cell\\row\\pard\\intbl C\\cell\\cell\\row\\pard End {\\v no}{\\b0 yes}\\par}"
    )
    assert styled(reading_of("甲.rtf", text)) == [
        ("title", "Head"), ("paragraph", "Body7"), ("table", "A | B"), ("table", "C"), ("paragraph", "End yes"), ("paragraph", "Note"),
    ]  # fmt: skip
    assert styled(reading_of("甲.doc", text))[0] == ("title", "Head")


def test_rtf_cut_off_nested_and_binary() -> None:
    """A cut file and one of endless groups are refused; binary data is skipped by its length."""
    assert "不完整" in refusal("甲.rtf", b"{\\rtf1 {\\b text")
    assert "嵌套" in refusal("甲.rtf", b"{\\rtf1 " + b"{" * 5000 + b"}" * 5000 + b"}")
    assert styled(reading_of("甲.rtf", b"{\\rtf1 A{\\pict\\bin4 }}}}}B}")) == [("paragraph", "AB")]


def test_epub_follows_the_spine() -> None:
    """Chapters come in the order of the spine; what the package states of the book is its metadata."""
    reading = reading_of("甲.epub", make_epub({"b.xhtml": f"<h1>第二章</h1><p>{BODY}</p>", "a.xhtml": "<h1>第一章</h1><aside>注</aside>"}))
    assert styled(reading) == [("heading1", "第一章"), ("paragraph", "注"), ("heading1", "第二章"), ("paragraph", BODY)]
    assert (reading.metadata.title, reading.metadata.byline, reading.metadata.year) == ("口述史一种", "某人", 2019)


def test_epub_locked_or_broken_is_refused() -> None:
    """Enciphered chapters are refused, enciphered fonts are not."""
    chapters = {"a.xhtml": f"<p>{BODY}</p>"}
    assert "加密" in refusal("甲.epub", make_epub(chapters, cipher="http://www.w3.org/2001/04/xmlenc#aes128-cbc"))
    assert styled(reading_of("甲.epub", make_epub(chapters, cipher="http://www.idpf.org/2008/embedding")))
    assert "损坏" in refusal("甲.epub", make_zip({"META-INF/container.xml": "<c/>"}))


# --- letters and saved pages ---

LETTER = (
    "From: =?utf-8?b?546L5p+Q?= <w@example.org>\r\nSubject: =?utf-8?b?6L2s5Y+R77ya5bi45Yqh5Lya57qq6KaB?=\r\n"
    'Date: Mon, 01 Jun 2020 10:00:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + BODY + "\r\n\r\n--b\r\n"
    'Content-Type: text/plain; charset=gbk\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\nattached text\r\n--b--\r\n'
)


def test_a_letter_is_its_text_and_its_attachments_are_sources(tmp_path: Path) -> None:
    """Headers are metadata, never text; every attachment is a source under the letter's name."""
    reading = reading_of("甲.eml", LETTER)
    assert styled(reading) == [(None, BODY)]
    assert (reading.metadata.title, reading.metadata.byline, str(reading.metadata.date)) == ("常务会纪要", "王某", "2020-06-01")
    found = walked(tmp_path, {"甲.eml": LETTER.encode(), "乙.eml": LETTER.encode()[:300]})
    assert set(found) == {"甲.eml", "甲.eml/附件/a.txt", "乙.eml"}
    source = found["甲.eml/附件/a.txt"].source
    assert source is not None
    assert source.data.strip() == b"attached text"


def test_a_letter_under_another_name_is_known_by_its_head() -> None:
    """The usual lines at the top make a letter; a text that begins with one colon does not."""
    assert reading_of("甲.txt", LETTER).format == "eml"
    assert reading_of("乙.txt", f"Subject: x\n\n{BODY}\n{BODY}").format == "text"


def test_a_letter_nested_beyond_reason_is_refused() -> None:
    """Thousands of parts are no letter."""
    assert "层数" in refusal("甲.eml", b"From: a\r\n" + b"Content-Type: multipart/mixed; boundary=x\r\n" * 2000)


def test_a_saved_page_is_read_as_the_page() -> None:
    """Of a web archive the page alone is text, by its own charset, under its own address."""
    page = f"<html><head><title>页题</title></head><body><p>{BODY}</p></body></html>".encode("gbk")
    saved = b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/a\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    saved += b'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=gbk\r\n\r\n'
    saved += page + b"\r\n--b\r\nContent-Type: text/css\r\n\r\nbody{}\r\n--b--\r\n"
    reading = reading_of("甲.mht", saved)
    assert (styled(reading), reading.metadata.url) == ([("title", "页题"), ("paragraph", BODY)], "https://example.org/a")
    assert "没有网页" in refusal("甲.mht", b"MIME-Version: 1.0\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\nx")


def test_an_outlook_message(tmp_path: Path) -> None:
    """Subject, sender and day are metadata, the body is text, attachments are sources."""
    message = make_message("纪要", "王某", BODY, {"附.txt": BODY.encode() * 90})
    reading = reading_of("甲.msg", message)
    assert (styled(reading), reading.metadata.title, reading.metadata.byline) == ([(None, BODY)], "纪要", "王某")
    assert set(walked(tmp_path, {"甲.msg": message})) == {"甲.msg", "甲.msg/附件/附.txt"}


def test_a_message_inside_a_message(tmp_path: Path) -> None:
    """A letter that was attached is a source with its own head and text, and so is what came with it."""
    inner = "__attach_version1.0_#00000000/__substg1.0_3701000D"
    streams = {
        f"{inner}/__substg1.0_0037001F": "转来的纪要".encode("utf-16-le"),
        f"{inner}/__substg1.0_0C1A001F": "李某".encode("utf-16-le"),
        f"{inner}/__substg1.0_1000001F": BODY.encode("utf-16-le"),
        f"{inner}/__attach_version1.0_#00000000/__substg1.0_3707001F": "附.txt".encode("utf-16-le"),
        f"{inner}/__attach_version1.0_#00000000/__substg1.0_37010102": BODY.encode() * 90,
        "__attach_version1.0_#00000000/__substg1.0_3001001F": "转来的纪要".encode("utf-16-le"),
        "__substg1.0_0037001F": "转".encode("utf-16-le"),
        "__substg1.0_1000001F": BODY.encode("utf-16-le"),
    }
    found = walked(tmp_path, {"甲.msg": make_ole({"__properties_version1.0": b"\0", **streams})})
    assert set(found) == {"甲.msg", "甲.msg/附件/转来的纪要.eml", "甲.msg/附件/转来的纪要.eml/附件/附.txt"}
    source = found["甲.msg/附件/转来的纪要.eml"].source
    assert source is not None
    reading = reading_of("乙.eml", source.data)
    assert (reading.metadata.title, reading.metadata.byline, styled(reading)) == ("转来的纪要", "李某", [(None, BODY)])


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        (
            "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c0900206277 05b06c647d0a800fa0",
            b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
        ),
        ("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0", b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
        ("1a0000001c0000004d454c41e2d44b51", b""),
    ],
)
def test_a_message_written_as_rtf_alone(packed: str, plain: bytes) -> None:
    """The examples of the specification unpack to the byte, cut off to what there is; a message that has nothing else is read by them."""
    data = bytes.fromhex(packed)
    assert unpacked_rtf(data, 1000) == plain
    assert plain.startswith(unpacked_rtf(data[:-3], 1000))
    assert unpacked_rtf(data, 5) == plain[:5]
    message = make_ole({"__properties_version1.0": b"\0", "__substg1.0_0037001F": "题".encode("utf-16-le"), "__substg1.0_10090102": data})
    if plain:
        assert [text for _, text in styled(reading_of("甲.msg", message))] == [plain.split(b" ", 1)[1].strip(b"}\r\n").decode()]


# --- structured text ---


def test_json_becomes_lines_not_syntax() -> None:
    """Short values of a record share a line, long ones are paragraphs, no braces or quotes are left."""
    long = BODY * 2
    text = '{"items": [{"县": "滦平县", "万元": 9801, "说明": "' + long + '"}, {"县": null, "在册": true}]}'
    assert styled(reading_of("甲.json", text)) == [("table", "县：滦平县 | 万元：9801"), ("paragraph", long), ("table", "在册：是")]


def test_json_lines_with_a_text_column_are_documents(tmp_path: Path) -> None:
    """Each record is a source with its metadata, as the rows of a table are."""
    lines = '{"标题": "甲", "正文": "' + BODY + '", "日期": "2020-03-01"}\n{"标题": "乙", "正文": "二", "日期": ""}\n'
    found = walked(tmp_path, {"集.jsonl": lines.encode()})
    assert set(found) == {"集.jsonl/行 1", "集.jsonl/行 2"}
    first = found["集.jsonl/行 1"]
    assert first.sidecar is not None
    assert first.source is not None
    assert (first.sidecar.title, first.sidecar.year, reading_of(first.name, first.source.data).lines[0].text) == ("甲", 2020, BODY)


def test_bad_json_is_refused_where_it_breaks() -> None:
    """The sentence says where; nesting without end is refused; a few bad lines of many are a warning."""
    assert "第 1 行" in refusal("甲.json", b'{"a": ')
    assert "嵌套" in refusal("甲.json", b"[" * 200_000)
    many = "\n".join(['{"甲": "乙"}'] * 40 + ["{"])
    assert "1 行" in reading_of("甲.jsonl", many).warnings[0]


def test_feeds_and_xml_are_read_as_such() -> None:
    """A feed's items are heading and text, whatever their markup; in other XML records are rows and long elements paragraphs."""
    feed = (
        '<?xml version="1.0" encoding="big5"?><rss><channel><title>某網</title><item><title>甲題</title><link>http://x</link>'
        f"<description>&lt;p&gt;{TRADITIONAL}&lt;/p&gt;</description></item></channel></rss>"
    ).encode("big5")
    reading = reading_of("甲.xml", feed)
    assert styled(reading) == [("title", "某網"), ("heading2", "甲題"), ("paragraph", TRADITIONAL)]
    assert reading.encoding == "big5hkscs"
    assert styled(reading_of("甲.xml", f"<r><row><a>滦平县</a><b>9801</b></row><t>{BODY}<i>斜</i></t></r>")) == [
        ("table", "滦平县 | 9801"),
        ("paragraph", BODY + "斜"),
    ]
    assert "实体" in refusal("甲.xml", b'<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>')
    assert "尽量" in reading_of("甲.xml", f"<r><a>{BODY}</a><b></r>").warnings[0]


def test_subtitles_are_what_is_said() -> None:
    """No numbers and times; cues join until a pause; a cue shown twice counts once."""
    cues = ["我们来到山里", "我们来到山里", "路不通。"]
    text = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{words}\n\n" for n, words in enumerate(cues, 1))
    text += "4\n00:01:00,000 --> 00:01:02,000\n<i>后来</i>\n"
    assert styled(reading_of("甲.srt", text)) == [("paragraph", "我们来到山里 路不通。"), ("paragraph", "后来")]
    assert "没有字幕" in refusal("甲.srt", b"1\nno times\n")


# --- archives ---


def test_tar_and_gzip_are_opened(tmp_path: Path) -> None:
    """Files of a TAR archive and a single compressed file are sources; links are not followed, names are safe."""
    names = {"../逃.txt": BODY.encode(), "连.txt": b""}
    found = walked(
        tmp_path,
        {
            "甲.tar.gz": make_tar(names),
            "乙.tar": make_tar({"密.txt": BODY.encode()}, compressed=False, encoding="gbk"),
            "丙.txt.gz": gzip.compress(BODY.encode()),
        },
    )
    assert {name: bool(item.source) for name, item in found.items()} == {
        "甲.tar.gz/逃.txt": True, "甲.tar.gz/连.txt": False, "乙.tar/密.txt": True, "丙.txt.gz/丙.txt": True,
    }  # fmt: skip


def test_compressed_bombs_and_cut_archives_are_refused(tmp_path: Path) -> None:
    """What expands beyond its size's worth is given up in bounded memory; a cut archive is a sentence."""
    bomb = gzip.compress(bytes(40 << 20))
    settings = Settings(max_expanded_bytes=8 << 20, max_source_bytes=4 << 20)
    cut = make_tar({"a.txt": BODY.encode() * 1000, "b.txt": bytes(range(256)) * 400}, compressed=True)[:-600]
    found = walked(
        tmp_path,
        {"弹.gz": bomb, "弹.tar.gz": gzip.compress(make_tar({"a.txt": bytes(9 << 20)}, compressed=False)), "断.tgz": cut},
        settings,
    )
    reasons = {name: item.reason for name, item in found.items() if item.reason}
    assert any("过大" in (reason or "") for name, reason in reasons.items() if name.startswith("弹.gz"))
    assert any("过大" in (reason or "") for name, reason in reasons.items() if name.startswith("弹.tar.gz"))
    assert "损坏" in (reasons["断.tgz"] or "")


def test_a_web_archive_gives_its_pages(tmp_path: Path) -> None:
    """Each answer with text is a source under its address, pictures are passed over, markup of the archive is no text."""
    page = f"<html><title>页</title><p>{BODY}</p></html>".encode()
    data = make_warc([("http://example.org/a", "text/html", page), ("http://example.org/b.png", "image/png", b"x")])
    found = walked(tmp_path, {"甲.warc.gz": data, "断.warc": gzip.decompress(data)[:80]})
    first = found["甲.warc.gz/example.org/a.html"]
    assert first.sidecar is not None
    assert first.sidecar.url == "http://example.org/a"
    assert first.source is not None
    assert styled(reading_of(first.name, first.source.data))[-1] == ("paragraph", BODY)
    assert {name for name in found if name.startswith("甲")} == {"甲.warc.gz/example.org/a.html"}
    assert found["断.warc"].reason


# --- names that lie, encodings, formats not taken ---


def test_names_that_lie_are_read_by_their_bytes() -> None:
    """What offices' systems call .xls is often a page or columns of text; a warning says so."""
    page = f"<html><body><p>{BODY}</p></body></html>"
    assert reading_of("甲.xls", page).format == "html"
    assert styled(reading_of("甲.xls", "地区\t资金\n滦平县\t9801\n")) == [("table", "地区 | 资金"), ("table", "滦平县 | 9801")]
    assert "RTF" in reading_of("甲.doc", "{\\rtf1 x}").warnings[0]
    assert "损坏" in refusal("甲.ppt", BODY.encode())


@pytest.mark.parametrize("name", ["甲.caj", "甲.nh", "甲.ceb", "甲.pdg", "甲.mobi"])
def test_formats_not_taken_say_what_to_do(name: str) -> None:
    """Each is refused with a sentence, and a hint that names the way out."""
    with pytest.raises(UnreadableSource) as caught:
        reading_of(name, BODY.encode())
    assert caught.value.hint


def test_euc_tw_is_read() -> None:
    """Taiwan's other encoding, by the correspondence of its planes to Big5; other Chinese text is never taken for it."""
    raw = bytes.fromhex("ddcec9dac7e2d9b4cefbf3d9c9b7ead8ccb6c9a2a1a2") + b"\n"
    reading = reading_of("甲.txt", raw * 4)
    assert (reading.encoding, reading.lines[0].text) == ("euc_tw", "貧困地區的幫助與協作，")
    assert reading_of("乙.txt", ("扶贫协作与对口支援的报告，" * 30).encode("gb2312")).encoding == "gb18030"


def test_data_too_short_for_any_header() -> None:
    """Beginnings of every format alone are refused, never a crash."""
    for start in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf", b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\0", b"WARC/1.0\r\n", b"PK\x03\x04"):
        for name in ("a.doc", "b.xls", "c.msg", "d.gz"):
            with pytest.raises(UnreadableSource):
                read(source_of(name, start + zlib.compress(b"x")[:4]), SETTINGS)
