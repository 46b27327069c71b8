"""Plain text: encodings are told apart or refused, lines are numbered as an editor shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import UnreadableSource
from search.reading import read
from search.reading.encoding import Decoded, decode
from search.reading.found import source_of
from search.settings import Settings

SETTINGS = Settings()
SENTENCES = (
    "截至2019年底，帮助6个受援地区共计实现减贫17万余人，各受援地区均已实现“脱贫摘帽”。",
    "北京市密云区坚决贯彻落实精准扶贫精准脱贫重要战略思想。",
    "消费扶贫是社会各界通过消费来自贫困地区和贫困人口的产品与服务，帮助贫困人口增收脱贫的一种扶贫方式。",
    "（一）推动东西部地区建立消费扶贫协作机制。",
    "高位统筹推进",
)
TRADITIONAL = (
    "截至2019年底，幫助6個受援地區共計實現減貧17萬餘人。",
    "北京市密雲區堅決貫徹落實精準扶貧重要戰略思想。",
    "消費扶貧是社會各界通過消費來自貧困地區的產品與服務，幫助貧困人口增收脫貧的一種方式。",
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")


def text_of(data: bytes, name: str = "甲.txt") -> str:
    """The lines of a source, joined by line feeds."""
    return "\n".join(line.text for line in read(source_of(name, data), SETTINGS).lines)


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=20), st.sampled_from(ENCODINGS))
def test_prose_survives_every_encoding(sentences: list[str], encoding: str) -> None:
    """Chinese prose in any supported encoding is read back exactly, even a single line of it."""
    text = "\n".join(sentences)
    if len(text) >= 12:
        assert text_of(text.encode(encoding)) == text


@given(st.lists(st.sampled_from(TRADITIONAL), min_size=1, max_size=20), st.sampled_from(("big5", "big5hkscs", "gb18030", "utf-16-be")))
def test_traditional_prose_survives(sentences: list[str], encoding: str) -> None:
    """Traditional prose is read back exactly from Big5 as well as from GB18030."""
    text = "\n".join(sentences)
    assert text_of(text.encode(encoding)) == text


COMMON = st.text(
    st.one_of(
        st.sampled_from("，。、“”：；（）0123456789 \n"),
        st.integers(0xB0, 0xD6).flatmap(lambda row: st.integers(0xA1, 0xFE).map(lambda cell: bytes((row, cell)).decode("gb2312"))),
    ),
    min_size=24,
)


@given(COMMON, st.sampled_from((*ENCODINGS, "big5hkscs")))
def test_never_misread(text: str, encoding: str) -> None:
    """Any string of common characters is read back exactly or refused, never read as something else."""
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return
    try:
        read_back = text_of(data)
    except UnreadableSource:
        return
    assert read_back == text.removesuffix("\n")


@given(
    st.lists(st.text(st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029")), min_size=1),
    st.sampled_from(("\n", "\r\n", "\r")),
)
def test_lines_are_numbered_as_an_editor_shows_them(lines: list[str], end: str) -> None:
    """Line n of the reading is line n of the file, whatever the line ends."""
    text = "甲乙丙丁戊己庚辛壬癸" + end + end.join(lines) + end
    reading = read(source_of("甲.txt", text.encode()), SETTINGS)
    assert [line.number for line in reading.lines] == list(range(1, len(lines) + 2))
    assert [line.text for line in reading.lines][1:] == lines


def test_form_feed_begins_a_page() -> None:
    """A form feed opens a new page and is not part of any line."""
    lines = read(source_of("甲.txt", "第一页文字内容\n\f第二页文字内容\n续行\f\n第三页".encode()), SETTINGS).lines
    assert [(line.number, line.page, line.text.strip()) for line in lines] == [
        (1, 1, "第一页文字内容"),
        (2, 2, "第二页文字内容"),
        (3, 2, "续行"),
        (4, 3, "第三页"),
    ]


def test_nul_and_controls_are_dropped_with_a_warning() -> None:
    """A stray NUL does not make a text binary, and does not reach the lines."""
    reading = read(source_of("甲.txt", ("北京市密云区坚决贯彻落实精准扶贫" * 20 + "\0\n尾").encode()), SETTINGS)
    assert "\0" not in reading.lines[0].text
    assert "控制字符" in reading.warnings[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b" \n\n ", "没有文字"),
        (bytes(range(256)) * 20, "文本文件"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "图片"),
        (b"\x7fELF" + bytes(200), "程序"),
        (("�" * 50 + "字" * 50).encode(), "乱码"),
        (("锟斤拷" * 30).encode(), "乱码"),
        ("今年、中央政府は対口支援の方針を発表した。これについて記者が取材した。".encode("shift_jis"), "Shift_JIS"),
        ("甲\n".encode("gb18030"), "编码"),
    ],
)
def test_what_is_no_text_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    """Binary, garbled and undecidable files are refused, and the reason says which."""
    with pytest.raises(UnreadableSource, match=words):
        read(source_of("甲.txt", data), SETTINGS)


def test_one_broken_byte_does_not_lose_a_file() -> None:
    """A file cut in mid-character is read, with a warning."""
    reading = read(source_of("甲.txt", ("北京市密云区坚决贯彻落实精准扶贫。\n" * 40).encode()[:-2]), SETTINGS)
    assert "损坏" in reading.warnings[0]


@pytest.mark.parametrize(
    ("declared", "true"), [("gb2312", "utf-8"), ("utf-8", "gb18030"), ("big5", "gb18030"), ("gbk", "gb18030"), ("x-none", "utf-8")]
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 40])
def test_a_page_may_lie_about_its_encoding(declared: str, true: str, size: int) -> None:
    """What a page declares is believed only where it fits."""
    body = "".join((SENTENCES[index % 5])[index % 3 :] for index in range(size))
    page = f"<html><head><meta charset={declared}><script>{'var a=1;' * 200}</script></head><body><p>{body}</p></body></html>"
    assert text_of(page.encode(true), "甲.html") == body


PROSE = "2031年，青山区与云岭县开展消费帮扶协作，投入帮扶资金300万元，购买农特产品。"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("gbk", "latin-1"), ("gbk", "cp1252"), ("gbk", "mac_roman"), ("utf-8", "latin-1"), ("utf-8", "mac_roman"), ("big5", "latin-1")],
)
def test_text_saved_after_a_wrong_reading_is_led_back(right: str, wrong: str) -> None:
    """Chinese text that was read as Latin-1, Windows-1252 or MacRoman and saved so is what it was, with a warning."""
    prose = PROSE if right != "big5" else "青山區與雲嶺縣開展合作，投入資金三百萬元，購買農產品，成效顯著，群眾滿意。"
    decoded = decode(prose.encode(right).decode(wrong, errors="replace").encode())
    assert decoded.text == prose
    assert "误读" in decoded.warnings[0]


@pytest.mark.parametrize("text", ["café ©", "naïve résumé", "Étude à là carte française déjà vu, élève où ça", "£100 × 3 = £300"])
def test_text_of_the_west_is_utf8(text: str) -> None:
    """A few accented letters and signs among ASCII are UTF-8 and nothing else, and are not led anywhere."""
    assert decode(text.encode()) == Decoded(text, "utf-8")
