"""Other people's readers, asked about the same pages, files and sentences: trafilatura (HTML), docx2python (DOCX), recognizers-text
(numbers and times). Where they and we disagree is data with its reason (second_opinions.toml), and nothing else may differ."""

from __future__ import annotations

import io
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import pytest
import trafilatura
from docx2python import docx2python
from recognizers_date_time import Culture, DateTimeRecognizer
from recognizers_number import NumberRecognizer

from search import Library, build, open_library
from search.command.keeping import PAPERS
from search.model import BlockKind, Document, Passage
from search.reading import read
from search.reading.found import source_of
from search.settings import Settings

HERE = Path(__file__).parent
PAGES = sorted([*(HERE / "pages").glob("*.html"), *PAPERS.glob("*.html")])
KNOWN: dict[str, list[dict[str, Any]]] = tomllib.loads((HERE / "second_opinions.toml").read_text("utf-8"))
_CLAUSE = re.compile(r"[^。；，、]*(?:19|20)\d{2}年[^。；，、]*")


def bare(text: str) -> str:
    """Text without whitespace and the bars between cells."""
    return re.sub(r"\s+", "", text).strip("|")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The seeds, the example and the pages beside this file."""
    place = tmp_path_factory.mktemp("opinions") / "index_data"
    build([HERE.parents[1] / "seeds", PAPERS, HERE / "pages"], place)
    with open_library(place) as opened:
        yield opened


def documents(library: Library) -> list[Document]:
    return [library.document(one.id).document for one in library.documents()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_trafilatura_finds_the_same_text_of_a_page(page: Path, library: Library) -> None:
    """Every paragraph of theirs is a passage of ours and the other way round, but for what is listed."""
    document = next(one for one in documents(library) if Path(one.source_file).name == page.name)
    ours = {bare(passage.text) for passage in document.passages}
    found = trafilatura.extract(page.read_text("utf-8"), include_comments=False, include_tables=True, favor_recall=True)
    theirs = {bare(line) for line in (found or "").splitlines() if line.strip()}
    listed: dict[str, Any] = next((one for one in KNOWN["html"] if one["page"] == page.name), {"ours": [], "theirs": []})
    assert ours - theirs == set(listed["ours"])
    assert theirs - ours == {bare(one) for one in listed["theirs"]}
    assert ours & theirs


def test_trafilatura_and_we_find_the_seeds_in_a_page(library: Library) -> None:
    """The paragraphs of each seed, set as a web page with menus and rights around them, come back whole from both."""
    for document in documents(library):
        if not document.source_file.endswith(".txt"):
            continue
        body = [passage.text for passage in document.passages if passage.kind is BlockKind.BODY and len(passage.text) > 30]
        inner = "".join(f"<p>{text}</p>" for text in body)
        around = (
            "<html><head><title>题</title></head><body><nav><a href='/'>首页</a></nav><article>",
            "</article><footer>版权所有</footer>",
        )
        html = inner.join(around)
        theirs = {bare(line) for line in (trafilatura.extract(html, favor_recall=True) or "").splitlines()}
        ours = {bare(line.text) for line in read(source_of("页.html", html.encode()), Settings()).lines}
        assert {bare(text) for text in body} <= ours
        assert {bare(text) for text in body} <= theirs


def test_docx2python_finds_the_same_text_of_a_file() -> None:
    """Every paragraph and every cell, in the same order, but for what is listed; numbers of lists that come from a style are ours alone."""
    data = made_docx()
    lines = [line.text for line in read(source_of("甲.docx", data), Settings()).lines if line.text]
    ours = [re.sub(r"^\d+\. ", "", part) for line in lines for part in line.split(" | ")]
    with docx2python(io.BytesIO(data)) as opened:
        theirs = [line for line in opened.text.splitlines() if line]
    (listed,) = KNOWN["docx"]
    assert [line for line in theirs if line not in listed["theirs"]] == ours
    assert set(listed["theirs"]) <= set(theirs)


def made_docx() -> bytes:
    """A report with headings, runs, both kinds of list, a table, a line break, header and footer."""
    report = docx.Document()
    report.add_heading("年度帮扶工作小结", 0)
    report.add_heading("一、产业协作", 1)
    report.add_paragraph("全年建成大棚240座，带动农户1204户，销售额2150万元。")
    mixed = report.add_paragraph("合作社每周发布")
    mixed.add_run("订单").bold = True
    mixed.add_run("，社员据此安排采收。")
    for text in ("选派教师18名", "结对学校12所", "网课每周一节"):
        report.add_paragraph(text, style="List Number")
    report.add_paragraph("夏季补苗", style="List Bullet")
    table = report.add_table(rows=0, cols=3)
    for row in (("项目", "地点", "资金（万元）"), ("香菇大棚", "大屯镇", "320"), ("远程会诊", "县城", "150")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    report.add_heading("二、教育协作", 1)
    report.add_paragraph("教师白天上课，\n晚上备课。")
    report.sections[0].header.paragraphs[0].text = "内部资料"
    report.sections[0].footer.paragraphs[0].text = "第1页"
    kept = io.BytesIO()
    report.save(kept)
    return kept.getvalue()


def passages(library: Library) -> list[Passage]:
    return [passage for document in documents(library) for passage in document.passages]


def test_recognizers_read_the_same_amounts(library: Library) -> None:
    """Of some five hundred figures each has their number at its place, with the same value, but for what is listed."""
    numbers = NumberRecognizer(Culture.Chinese).get_number_model()
    counted: Counter[str] = Counter()
    unread = []
    for passage in passages(library):
        theirs = {found.start: float(found.resolution["value"]) for found in numbers.parse(passage.text)}
        for figure in passage.figures:
            near = [value for start, value in theirs.items() if figure.start <= start < figure.end]
            if not near:
                unread.append(figure.text)
            elif any(abs(value - figure.value) <= 1e-9 * abs(figure.value) for value in near):
                counted["same"] += 1
            else:
                assert passage.kind is BlockKind.TABLE, f"{figure.text}: {figure.value}, they say {near}"
                counted["by the head of a table"] += 1
    assert set(unread) <= set(KNOWN["figures"][0]["ours"])
    assert counted["same"] > 450
    assert 0 < counted["by the head of a table"] < 20


def test_recognizers_read_the_same_years(library: Library) -> None:
    """Every year that they find in a clause which names one is among the passage's years."""
    times = DateTimeRecognizer(Culture.Chinese).get_datetime_model()
    seen = 0
    for passage in passages(library):
        ours = {label.year for label in passage.years}
        for clause in _CLAUSE.findall(passage.text):
            for found in times.parse(clause[-40:], datetime(2020, 6, 30)):
                values = (found.resolution or {}).get("values", [])
                starts = (str(one.get("start") or one.get("value") or "") for one in values)
                years = {int(start[:4]) for start in starts if re.match(r"\d{4}-", start)}
                if years and re.search(r"\d{4}年", found.text):
                    assert years <= ours, f"{found.text}: they say {years}, we {ours}"
                    seen += 1
    assert seen > 50
