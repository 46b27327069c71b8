"""Tables, trends, comparisons and words: every number is one that its link gives."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections import Counter
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from search import Library
from search.answering.wordlists import distinctive, log_likelihood
from search.results import Question
from tests.web.conftest import Aged, Page, Reader


def said(page: Page) -> int:
    """The total of a page."""
    found = re.search(r"共 ([\d,]+) 条", page.text("#count"))
    return int(found[1].replace(",", "")) if found else 0


def table(client: FlaskClient, url: str) -> list[list[str]]:
    """A CSV file of the site as rows."""
    answer = client.get(url)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    "choice", ["rows=region&columns=year", "rows=program&columns=year&region=河北省", "rows=region&columns=program&level=3"]
)
def test_totals_of_the_cross_table_are_their_clicks(read: Reader, client: FlaskClient, choice: str) -> None:
    """The total of a row and of a column is what its link gives; the file says the same numbers as the page."""
    page = read(f"/search?q=帮扶&view=cross&{choice}")
    links = page.all("table.counts .sum a")
    assert len(links) > 8
    for link in links[:: max(1, len(links) // 8)]:
        assert said(read(link.attributes["href"] or "")) == int(link.text().replace(",", ""))
    rows = table(client, page.href("a[href^='/cross.csv']"))
    shown = [int(row.css("td.sum")[0].text().replace(",", "")) for row in page.all("table.counts tbody tr")]
    assert [int(row[-2]) for row in rows[1:-1]][: len(shown)] == shown or len(rows) - 2 > len(shown)
    assert all(row[-1] == "" or 0 <= float(row[-1].rstrip("%")) <= 100 for row in rows[1:])


def test_trends_count_what_their_links_find(read: Reader, client: FlaskClient) -> None:
    """Each number of the trend is what its link gives, absolute and as a share; the drawing and the file say the same."""
    page = read("/trends?words=消费扶贫，劳务协作&region=河北省")
    cells = page.all("table.counts tbody td a")
    assert cells
    for link in cells:
        assert said(read(link.attributes["href"] or "")) == int(link.text().replace(",", ""))
    drawn = {int(re.findall(r"\d+", dot.attributes["aria-label"] or "")[-1]) for dot in page.all("svg.trend a")}
    assert drawn == {int(link.text()) for link in cells}
    rows = table(client, "/trends.csv?words=消费扶贫，劳务协作&region=河北省")
    assert rows[0][:3] == ["年份", "消费扶贫", "消费扶贫 %"]
    for row in rows[1:]:
        assert float(row[2]) == pytest.approx(100 * int(row[1]) / int(row[-1]), abs=0.01)
    share = read("/trends?words=消费扶贫，劳务协作&region=河北省&by=share")
    assert "%" in (share.one("svg.trend a").attributes["aria-label"] or "")


def test_two_sets_are_compared(read: Reader, library: Library) -> None:
    """Totals, documents and values of two sets are those of their own results; words that set one apart are its own."""
    page = read("/compare?q=消费扶贫&with=劳务协作")
    for section, text in zip(page.all(".two section"), ("消费扶贫", "劳务协作"), strict=True):
        answer = library.search(Question(text))
        assert f"{answer.total} 条，出自 {answer.documents} 篇文献" in section.text()
    for link in page.all(".pairwise td a")[::5]:
        assert said(read(link.attributes["href"] or "")) == int(link.text().replace(",", ""))
    first, other = library.distinctive_words(Question("消费扶贫"), Question("劳务协作"), 10)
    assert "消费扶贫" in {word.word for word in first}
    assert not {word.word for word in first} & {word.word for word in other}
    assert read("/compare?q=消费扶贫").all("#other")
    assert read("/compare?with=密云").all(".two section")


def test_the_concordance_says_whence_and_how_far(read: Reader, library: Library) -> None:
    """A line has its source and date, as much context as was asked for, and a file of all; words beside lead to passages with both."""
    page = read("/search?q=帮扶&view=kwic&context=100&order=document")
    rows = page.all(".kwic tbody tr")
    assert all(row.css_first(".src").text().strip() for row in rows)  # type: ignore[union-attr]
    assert max(len(row.css_first(".r").text()) for row in rows) > 40  # type: ignore[union-attr]
    assert len(read("/search?q=帮扶&view=kwic&context=20").all(".kwic tbody tr")) == len(rows)
    assert page.all('a[href^="/api/v1/kwic.csv"]')
    for link in page.all(".beside-words a")[:4]:
        assert said(read(link.attributes["href"] or "")) > 0
    assert library.collocates(Question("帮扶"))


@given(st.integers(0, 50), st.integers(51, 500), st.integers(0, 50), st.integers(51, 500))
def test_strength_is_of_two_rates(count: int, total: int, other: int, other_total: int) -> None:
    """Equal rates have no strength; it turns its sign with the two sets, and grows with the evidence."""
    found = log_likelihood(count, total, other, other_total)
    assert found == pytest.approx(-log_likelihood(other, other_total, count, total)) or abs(found) < 1e-9
    assert abs(log_likelihood(count, total, count, total)) < 1e-9
    assert abs(log_likelihood(10 * count, 10 * total, 10 * other, 10 * other_total)) == pytest.approx(10 * abs(found), abs=1e-6)
    assert (found > 0) == (count * other_total > other * total) or abs(found) < 1e-9


def test_words_that_set_apart() -> None:
    """What one side has and the other lacks comes first; what both have alike does not come at all."""
    here, there = Counter({"蔬菜": 9, "帮扶": 20, "偶然": 2}), Counter({"医院": 9, "帮扶": 20})
    assert [one.word for one in distinctive(here, there, 5)] == ["蔬菜"]
    assert distinctive(here, Counter(), 5) == ()


def test_a_list_in_an_address(read: Reader, client: FlaskClient, library: Library) -> None:
    """A list is shown without script in its order, each id once; unknown ids are said, too many are refused."""
    ids = [hit.passage.id for hit in library.search(Question("消费扶贫")).hits[:3]]
    page = read(f"/list?p={ids[2]}&n=甲&p={ids[0]}&p={ids[2]}&p=000000000000")
    assert [row.attributes["data-id"] for row in page.all(".kept-items > li")] == [ids[2], ids[0]]
    assert page.text(".kept-note") == "甲"
    assert "1 个编号" in page.text("main")
    assert read("/list").all(".kept-items > li") == []
    assert client.get("/list?" + "&".join(f"p={number:012}" for number in range(150))).status_code == 200
    body = "&".join(f"p={number:012}" for number in range(301))
    form = "application/x-www-form-urlencoded"
    assert client.post("/list/csv", data=body, content_type=form).status_code == 400
    assert client.post("/list/poem", data={"p": ids}).status_code == 404
    sent = client.post("/list/csv", data={"p": ids, "n": ["=1+1", "", ""]})
    rows = list(csv.reader(io.StringIO(sent.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:]] == ids
    assert rows[1][5] == "'=1+1"


def test_a_list_knows_what_became_of_its_passages(aged: Aged) -> None:
    """What was kept and has changed or gone since is said to have."""
    html = aged.client.get(f"/list?p={aged.same}&p={aged.changed}&p={aged.gone}").get_data(as_text=True)
    assert "收下之后文字改过" in html
    assert "这一段已不在了" in html
    given = aged.client.post("/list/markdown", data={"p": [aged.changed, aged.gone], "n": ["", ""]})
    assert "四千万元" in given.get_data(as_text=True)
    assert "劳务协作帮助三百人" not in given.get_data(as_text=True)


def test_shared_sentences_lead_both_ways(read: Reader, library: Library) -> None:
    """A sentence that two documents have is found from each, with links to both places; one that only one has is not."""
    first, other = (hit.passage for hit in library.search(Question("双江 AND 茶叶")).hits[:2])
    assert first.document_id != other.document_id
    page = read(f"/d/{first.document_id}/shared")
    links = {unquote(link.attributes["href"] or "") for link in page.all(".found a")}
    assert any(link.endswith(f"#{other.id}") for link in links)
    assert any(f"/d/{other.document_id}" in link for link in links)
    for row in page.all(".found li p"):
        assert library.count(Question(f'"{row.text().strip().rstrip("。")}"')) >= 2
    alone = next(one.id for one in library.documents() if not library.shared_sentences(one.id).sentences)
    assert "没有一句" in read(f"/d/{alone}/shared").text(".say")
    assert read("/d/nowhere/shared", 404)


def test_a_wrong_label_has_its_line(read: Reader, library: Library) -> None:
    """From the labels of a passage one comes to the lines that mend them, which TOML reads."""
    hit = library.search(Question("消费扶贫"), filters={"program": ["consumption"]}).hits[0].passage
    assert read(f"/d/{hit.document_id}").all(f'a[href="/report/{hit.id}"]')
    page = read(f"/report/{hit.id}")
    lines = [code.text() for code in page.all(".mends code")]
    assert 'forbid_programs = ["consumption"]' in lines
    assert all(tomllib.loads(line) for line in lines)
    assert ".toml" in page.text("main")
    assert read("/report/000000000000", 404)


def test_a_document_is_read_beside_its_source(read: Reader, library: Library) -> None:
    """The source can be taken away, checksums come after what a reader wants, and a word can be looked for within the document."""
    hit = library.search(Question("消费扶贫")).hits[0].passage
    page = read(f"/d/{hit.document_id}?q=密云")
    original = page.href('.panel a[href$="/original"]')
    with read.client.get(original) as answer:
        assert answer.status_code == 200
    assert "SHA-256" not in page.text(".panel:nth-of-type(2) > .facts-list")
    assert "SHA-256" in page.text(".side-right")
    assert page.one(".side-left .within input[name=q]").attributes["value"] == "密云"
    assert page.all(".text mark")
