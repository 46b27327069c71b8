"""PDF: furniture told from text, layout kept as evidence, hostile files given up in time."""

from __future__ import annotations

import gc
import os
import threading
from collections import Counter
from dataclasses import replace

import pytest

from search.errors import UnreadableSource
from search.model import Reading
from search.reading import read
from search.reading.found import source_of
from search.settings import Settings
from tests.reading.pdf_maker import Text, make_pdf

SETTINGS = Settings()
WORDS = "密云区委区政府主动提高政治站位建立了党政一把手负总责的扶贫支援工作机制成立了领导小组"


def pages_of_prose(count: int) -> list[list[Text]]:
    """Pages with a running head, two paragraphs told by indent, and a page number."""
    pages = []
    for number in range(1, count + 1):
        page = [Text(200, 800, "帮扶工作年度报告（2019）")]
        for row in range(12):
            turned = WORDS[(row * 5 + number * 3) % 30 :] + WORDS
            indent = 24 if row in (0, 6) else 0
            page.append(Text(90 + indent, 740 - 20 * row, turned[: 32 - indent // 12]))
        page.append(Text(290, 40, str(number + 4)))
        pages.append(page)
    return pages


def reading_of(data: bytes, settings: Settings = SETTINGS) -> Reading:
    """The reading of a PDF."""
    return read(source_of("甲.pdf", data), settings)


def test_heads_and_numbers_have_styles_of_their_own() -> None:
    """Running heads and page numbers are marked on every page; everything else is a line without style."""
    reading = reading_of(make_pdf(pages_of_prose(5)))
    assert Counter(line.style for line in reading.lines) == {None: 60, "running-head": 5, "page-number": 5}
    assert {line.text for line in reading.lines if line.style == "page-number"} == {"5", "6", "7", "8", "9"}
    assert [line.page for line in reading.lines] == sorted(line.page or 0 for line in reading.lines)


def test_indents_and_gaps_are_shown() -> None:
    """A first-line indent of two characters shows as two ideographic spaces, a wide gap as an empty line."""
    page = [Text(90, 700 - 20 * row, WORDS[row : row + 30]) for row in range(6)] + [Text(114, 550, WORDS[:20]), Text(90, 530, WORDS[:30])]
    texts = [line.text for line in reading_of(make_pdf([page])).lines]
    assert texts[6] == ""
    assert texts[7] == "　　" + WORDS[:20]


def test_two_columns_written_across_come_out_one_after_the_other() -> None:
    """A text layer that jumps from column to column is put in order."""
    page = []
    for row in range(10):
        page += [Text(60, 700 - 20 * row, f"左栏第{row}行文字内容"), Text(330, 690 - 20 * row, f"右栏第{row}行文字内容")]
    for order in (page, page[::-1]):
        texts = [line.text.strip("　") for line in reading_of(make_pdf([order])).lines if line.text]
        assert texts == [f"左栏第{row}行文字内容" for row in range(10)] + [f"右栏第{row}行文字内容" for row in range(10)]


def test_two_columns_on_one_baseline_come_apart() -> None:
    """Columns whose lines stand at the same height are told by the gutter; the cells of a table stay in their row."""
    page = []
    for row in range(10):
        page += [Text(60, 700 - 20 * row, WORDS[row : row + 18]), Text(320, 700 - 20 * row, WORDS[10 + row : 28 + row])]
    texts = [line.text.strip("　") for line in reading_of(make_pdf([page])).lines if line.text]
    assert texts == [WORDS[row : row + 18] for row in range(10)] + [WORDS[10 + row : 28 + row] for row in range(10)]
    cells = [Text(90 + 150 * cell, 700 - 20 * row, f"第{row}行{'甲' * (cell + row % 3)}") for row in range(12) for cell in range(3)]
    rows = [line.text for line in reading_of(make_pdf([cells])).lines if line.text]
    assert rows[1] == "第1行甲    第1行甲甲    第1行甲甲甲"


def test_the_title_is_taken_unless_a_program_wrote_it() -> None:
    """A stated title that the text has too is metadata; one that it lacks, or 'Microsoft Word - x.doc', is not."""
    assert reading_of(make_pdf(pages_of_prose(1), title="帮扶工作年度报告")).metadata.title == "帮扶工作年度报告"
    assert reading_of(make_pdf(pages_of_prose(1), title="张三的电脑")).metadata.title is None
    assert reading_of(make_pdf(pages_of_prose(1), title="Microsoft Word - 报告.doc")).metadata.title is None


def test_pages_without_text_are_named() -> None:
    """One scanned page among others is a warning, not a refusal."""
    assert "第 2 页" in reading_of(make_pdf([pages_of_prose(1)[0], [], pages_of_prose(1)[0]])).warnings[0]


def test_too_many_pages_are_refused() -> None:
    """The page limit is a setting."""
    with pytest.raises(UnreadableSource, match="超过上限"):
        reading_of(make_pdf(pages_of_prose(4)), Settings(max_pdf_pages=3))


def nested_forms(depth: int) -> bytes:
    """Two kilobytes that unfold tenfold at each of `depth` levels."""
    content = b"/X Do BT /F1 12 Tf 90 700 Td <53174EAC> Tj ET"
    data = make_pdf([[]], content=content).replace(b"/Resources<<", b"/Resources<</XObject<</X 100 0 R>>", 1)
    forms = []
    for level in range(depth):
        last = level == depth - 1
        inner = b"BT /F1 12 Tf 9 9 Td <53174EAC> Tj ET" if last else b"/X Do " * 10
        wanted = b"/Font<</F1 3 0 R>>" if last else b"/XObject<</X %d 0 R>>" % (101 + level)
        forms.append(
            b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%s>>/Length %d>>stream\n%s\nendstream endobj\n"
            % (100 + level, wanted, len(inner), inner)
        )
    head = data[: data.rindex(b"xref\n0")]
    return head + b"".join(forms) + b"trailer<</Root 1 0 R/Size 200>>\n%%EOF\n"


def test_a_file_that_unfolds_without_end_is_given_up() -> None:
    """Forms drawn ten times at each of twelve levels end the PDF process, not this one; the next file is read."""
    for settings in (Settings(max_pdf_memory_bytes=400 * 2**20), Settings(max_pdf_seconds=5)):
        with pytest.raises(UnreadableSource, match="过于复杂"):
            reading_of(nested_forms(12), settings)
        patient = replace(settings, max_pdf_seconds=SETTINGS.max_pdf_seconds)  # a new process may take a second to start on a busy machine
        assert reading_of(make_pdf(pages_of_prose(1)), patient).lines


def test_threads_and_forks_take_turns() -> None:
    """Several threads may read at once, and a forked process reads by a process of its own."""
    data = make_pdf(pages_of_prose(2))
    expected = reading_of(data)
    found: list[Reading] = []
    threads = [threading.Thread(target=lambda: found.append(reading_of(data))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4
    if hasattr(os, "fork"):
        gc.collect()
        child = os.fork()
        if child == 0:
            os._exit(0 if reading_of(data) == expected else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert reading_of(data) == expected
