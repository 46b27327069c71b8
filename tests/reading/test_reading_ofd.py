"""OFD: characters at their places become lines in reading order, whatever the order of the file."""

from __future__ import annotations

import pytest

from search.errors import UnreadableSource
from search.model import Reading
from search.reading import read
from search.reading.found import source_of
from search.settings import Settings
from tests.reading.package_maker import make_ofd, ofd_text

SETTINGS = Settings()
FIRST, SECOND = "第一次联席会议明确了结对帮扶机制并安排资金，", "带动两县群众稳定增收。"


def reading_of(data: bytes, settings: Settings = SETTINGS) -> Reading:
    """The reading of an OFD."""
    return read(source_of("甲.ofd", data), settings)


def texts(reading: Reading) -> list[str]:
    """The lines with text, without indents."""
    return [line.text.strip() for line in reading.lines if line.text.strip()]


def test_lines_come_in_the_order_of_the_page() -> None:
    """The file draws the lower line first; lines keep their page and their box in points."""
    reading = reading_of(make_ofd([ofd_text(20, 46, SECOND) + ofd_text(28, 40, FIRST), ofd_text(20, 40, "次页一行文字。")]))
    assert texts(reading) == [FIRST, SECOND, "次页一行文字。"]
    first = next(line for line in reading.lines if line.text.strip() == FIRST)
    assert first.page == 1
    assert first.box is not None
    assert first.box[0] == pytest.approx(28 / 25.4 * 72, abs=1)
    assert first.box[1] < 40 / 25.4 * 72 < first.box[3]
    assert reading.page_sizes[0] == pytest.approx((595.3, 841.9), abs=0.1)


def test_one_object_a_character_makes_one_line() -> None:
    """Programs that place every character by itself, scaled by its matrix, write the same lines."""
    scaled = "".join(
        f'<ofd:TextObject ID="1" Font="3" Size="1" CTM="4 0 0 4 0 0" Boundary="{20 + 4 * n} 36 5 5">'
        f'<ofd:TextCode X="0" Y="1">{c}</ofd:TextCode></ofd:TextObject>'
        for n, c in enumerate(FIRST)
    )
    assert texts(reading_of(make_ofd([scaled]))) == [FIRST]


def test_templates_count_and_copies_do_not() -> None:
    """Words of the form lie on a template page, values on the page; what both draw at one place is one."""
    form = ofd_text(20, 40, "发证机关")
    reading = reading_of(make_ofd([form + ofd_text(40, 40, "某省住房和城乡建设厅")], templates=[form]))
    assert [text.replace(" ", "") for text in texts(reading)] == ["发证机关某省住房和城乡建设厅"]


def test_text_outside_the_page_is_no_text() -> None:
    """What lies beside the paper is on no printed page."""
    assert texts(reading_of(make_ofd([ofd_text(20, 40, FIRST) + ofd_text(400, 40, "页外")]))) == [FIRST]


def test_title_only_where_the_text_begins_with_it() -> None:
    """The title in the properties is often that of the form the file was made from."""
    page = ofd_text(60, 30, "关于涵洞建设的函", 7) + ofd_text(20, 60, FIRST)
    assert reading_of(make_ofd([page], title="某市国土资源局")).metadata.title is None
    assert reading_of(make_ofd([page], title="关于涵洞建设的函")).metadata.title == "关于涵洞建设的函"


def test_the_date_of_a_short_letter_is_no_imprint() -> None:
    """The last line of a letter of half a page is its date, not the foot of the page; at the foot it is."""
    body = ofd_text(28, 60, FIRST) + ofd_text(20, 67, SECOND)
    assert {line.style for line in reading_of(make_ofd([body + ofd_text(140, 100, "2023年7月12日")])).lines if "7月12日" in line.text} == {
        None
    }
    foot = reading_of(make_ofd([body + ofd_text(140, 288, "2023年7月12日")]))
    assert {line.style for line in foot.lines if "7月12日" in line.text} == {"running-head"}


def test_bad_files_are_refused_with_sentences() -> None:
    """Encrypted, cut off, empty, scanned, endless: each its own sentence, in bounded time."""
    good = make_ofd([ofd_text(20, 40, FIRST)])
    image = '<ofd:ImageObject ID="2" Boundary="0 0 210 297" ResourceID="4"/>'
    cases = {
        "加密": make_ofd([""], extra={"Encryptions.xml": "<e/>"}),
        "损坏": good[:200],
        "没有文字": make_ofd([""]),
        "扫描": make_ofd([image]),
        "超过上限": make_ofd(["<a/>"] * 5),
        "过大": make_ofd([f"<ofd:X>{' ' * (9 << 20)}</ofd:X>"]),
    }
    for words, data in cases.items():
        with pytest.raises(UnreadableSource) as caught:
            reading_of(data, Settings(max_pdf_pages=4))
        assert words in caught.value.message


def test_numbers_that_are_none_harm_nothing() -> None:
    """Boundaries, matrices and steps that make no sense are passed over."""
    odd = '<ofd:TextObject Size="nan" Boundary="a b"><ofd:TextCode X="1e400" DeltaX="g 9999999999 1 g x">字</ofd:TextCode></ofd:TextObject>'
    odd += '<ofd:TextObject Size="4" CTM="0 0 0 0 0 0" Boundary="0 0 9 9"><ofd:TextCode>字</ofd:TextCode></ofd:TextObject>'
    assert texts(reading_of(make_ofd([odd + ofd_text(20, 40, FIRST)]))) == [FIRST]
