"""Citations say what is known, in the form each style wants, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import BadRequest
from search.labels.genre import genre_labels, genres_cited
from search.labels.imprint import authors_of
from search.model import BlockKind, Document, Official, Passage
from search.present.cite import STYLES, CitationRecord, CiteKind, cite, json_ld, meta_tags
from search.present.cite_gb import EDITION_2015, gb_reference
from search.present.cite_search import SearchCitation, decode_citation

ACCESSED = date(2026, 11, 22)
URL = "https://example.org/p/0123456789ab"
NEWSPAPER = CitationRecord(
    "n1",
    "我们的科技一直在追赶",
    CiteKind.NEWSPAPER,
    subtitle="访中国工程院院长周济",
    authors=("余建斌",),
    container="人民日报",
    date=date(2013, 1, 12),
    year=2013,
    page_label="第02版",
)
ONLINE = CitationRecord(
    "n2",
    "携手奔小康",
    CiteKind.NEWSPAPER,
    authors=("甲一", "乙二", "丙三", "丁四"),
    container="北京日报",
    date=date(2020, 3, 1),
    year=2020,
    page_label="4",
    url=URL,
    quote="一句话。",
)
REPORT = CitationRecord("r", "2026年政府工作报告", CiteKind.REPORT, year=2026, page=5, url=URL)
INFERRED = CitationRecord("000_b8b8e29840079a9b", "聚焦精准 聚力攻坚", year=2020, year_inferred=True, url=URL)
PAGE = CitationRecord("w", "关于开展消费扶贫的意见", CiteKind.OFFICIAL, date=date(2019, 1, 14), year=2019, url=URL)
BARE = CitationRecord("z", "无题")

GOLDEN = [
    (NEWSPAPER, "gbt7714", "余建斌. 我们的科技一直在追赶: 访中国工程院院长周济[N]. 人民日报, 2013-01-12(2)."),
    (NEWSPAPER, "gbt7714-2025", "余建斌. 我们的科技一直在追赶：访中国工程院院长周济[N]. 人民日报，2013-01-12（2）."),
    (NEWSPAPER, "gbt7714-author-year", "余建斌, 2013. 我们的科技一直在追赶: 访中国工程院院长周济[N]. 人民日报, 2013-01-12(2)."),
    (NEWSPAPER, "plain", "余建斌：《我们的科技一直在追赶》（访中国工程院院长周济），人民日报，2013年1月12日，第2版。"),
    (ONLINE, "gbt7714", f"甲一, 乙二, 丙三, 等. 携手奔小康[N/OL]. 北京日报, 2020-03-01(4)[2026-11-22]. {URL}."),
    (ONLINE, "gbt7714-2025", f"甲一，乙二，丙三，等. 携手奔小康[N/OL]. 北京日报，2020-03-01（4）. {URL}."),
    (ONLINE, "gbt7714-2025-author-year", f"甲一，乙二，丙三，等，2020. 携手奔小康[N/OL]. 北京日报，2020-03-01（4）. {URL}."),
    (REPORT, "gbt7714", f"2026年政府工作报告[R/OL]. 2026: 5[2026-11-22]. {URL}."),
    (REPORT, "gbt7714-2025", f"2026年政府工作报告[R/OL]. 2026：5. {URL}."),
    (REPORT, "gbt7714-author-year", f"佚名, 2026. 2026年政府工作报告[R/OL]. [2026-11-22]. {URL}."),
    (INFERRED, "gbt7714", f"聚焦精准 聚力攻坚[EB/OL]. ([2020])[2026-11-22]. {URL}."),
    (INFERRED, "gbt7714-2025", f"聚焦精准 聚力攻坚[EB/OL]. （[2020]）[2026-11-22]. {URL}."),
    (INFERRED, "gbt7714-2025-author-year", f"佚名，[2020]. 聚焦精准 聚力攻坚[EB/OL]. [2026-11-22]. {URL}."),
    (INFERRED, "plain", f"《聚焦精准 聚力攻坚》，约2020年（据文意推定），{URL}（2026年11月22日访问）。"),
    (PAGE, "gbt7714", f"关于开展消费扶贫的意见[EB/OL]. (2019-01-14)[2026-11-22]. {URL}."),
    (PAGE, "gbt7714-2025", f"关于开展消费扶贫的意见[EB/OL]. （2019-01-14）[2026-11-22]. {URL}."),
    (BARE, "gbt7714", "无题[Z]."),
    (BARE, "gbt7714-2025-author-year", "佚名. 无题[Z]."),
    (BARE, "plain", "《无题》。"),
]

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), min_size=1, max_size=12)
RECORDS = st.builds(
    CitationRecord,
    id=st.just("x1"),
    title=TEXT,
    kind=st.sampled_from(CiteKind),
    subtitle=st.none() | TEXT,
    authors=st.lists(TEXT, max_size=5).map(tuple),
    container=st.none() | TEXT,
    date=st.none() | st.dates(date(1949, 1, 1), date(2030, 1, 1)),
    year=st.none() | st.integers(1949, 2030),
    year_inferred=st.booleans(),
    page_label=st.none() | TEXT,
    page=st.none() | st.integers(1, 99),
    url=st.sampled_from(["", URL]),
    quote=st.just("") | TEXT,
)


@pytest.mark.parametrize(("record", "style", "wanted"), GOLDEN, ids=lambda value: value if value in STYLES else None)
def test_references_read_as_the_standard_has_them(record: CitationRecord, style: str, wanted: str) -> None:
    """Golden references, the newspaper one from GB/T 7714—2015 itself."""
    assert cite(record, style, ACCESSED) == wanted


@given(RECORDS, st.sampled_from(sorted(STYLES)))
def test_nothing_unknown_is_said(record: CitationRecord, style: str) -> None:
    """No style invents a place, a publisher, or says None; every style holds the title's first word."""
    text = cite(record, style, ACCESSED)
    assert "None" not in text or "None" in repr(record).replace("=None", "")
    assert "不详" not in text
    assert not text.startswith((".", ",", "，", " "))
    if style.startswith("gbt"):
        assert text.endswith(".")
        assert "()" not in text
        assert "（）" not in text
        assert "2026-11-22" not in text or record.url


def test_an_unknown_style_is_refused_with_the_known_ones() -> None:
    """A wrong style is the caller's mistake, and the answer names the right ones."""
    with pytest.raises(BadRequest, match="gbt7714-2025"):
        cite(BARE, "apa", ACCESSED)


def test_bibtex_is_escaped_and_complete() -> None:
    """What TeX would take for a command stays text; names are not cut."""
    record = CitationRecord(
        "a b", "50% & _更多_ {x}", CiteKind.NEWSPAPER, authors=("余建斌",), container="人民日报", year=2020, url=URL + "?a=1&b=2"
    )
    text = cite(record, "bibtex", ACCESSED)
    assert text.startswith("@article{a-b,\n")
    assert r"title = {50\% \& \_更多\_ \{x\}}," in text
    assert "author = {{余建斌}}," in text
    assert "url = {https://example.org/p/0123456789ab?a=1&b=2}," in text
    assert text.endswith("\n}")


def test_ris_lines_are_tagged_and_ended() -> None:
    """Every line has a tag, the entry an end, and line breaks in a quote do not break it."""
    lines = cite(CitationRecord("n", "题", CiteKind.NEWSPAPER, quote="一\n二"), "ris", ACCESSED).split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert lines[-1] == "ER  - "
    assert "N1  - 一 二" in lines
    assert all(line[2:6] == "  - " for line in lines)


def test_csl_json_marks_an_inferred_year() -> None:
    """A year worked out from the text is circa."""
    (item,) = json.loads(cite(INFERRED, "csl-json", ACCESSED))
    assert item["issued"] == {"date-parts": [[2020]], "circa": True}
    assert item["URL"] == URL
    assert item["type"] == "webpage"


def test_machine_tags_hold_only_stated_facts() -> None:
    """Zotero imports title, author, newspaper, date and page; an inferred year is no publication date."""
    assert meta_tags(ONLINE)[:2] == [("citation_title", "携手奔小康"), ("citation_author", "甲一")]
    assert ("citation_publication_date", "2020/03/01") in meta_tags(ONLINE)
    assert ("prism.publicationName", "北京日报") in meta_tags(ONLINE)
    assert not any(name == "citation_journal_title" for name, _ in meta_tags(ONLINE)), "Zotero would take the newspaper for a journal"
    assert ("DC.type", "newspaperArticle") in meta_tags(ONLINE)
    assert ("article:published_time", "2020-03-01") in meta_tags(ONLINE)
    assert ("DC.date", "2020~") in meta_tags(INFERRED)
    assert not any(name == "citation_publication_date" for name, _ in meta_tags(INFERRED))
    quoted, whole = json_ld(ONLINE), json_ld(replace(ONLINE, quote=""))
    assert (quoted["@type"], quoted["text"], quoted["isPartOf"]["@type"]) == ("Quotation", "一句话。", "NewsArticle")
    assert whole["@type"] == "NewsArticle"
    assert whole["isPartOf"] == {"@type": "Newspaper", "name": "北京日报"}
    assert "datePublished" not in json_ld(INFERRED)


def test_records_take_facts_from_documents() -> None:
    """Kind, authors and date come from what the document states; an inferred date is none."""
    passage = Passage("0123456789ab", "d", 1, BlockKind.BODY, "一句话。", ((1, 1),), page=3)
    document = Document(
        "d",
        "携手奔小康",
        "d.txt",
        "0",
        "txt",
        (passage,),
        byline="本报记者 余建斌 王海",
        publication="北京日报",
        page_label="04",
        date=date(2020, 3, 1),
        year=2020,
        year_inferred=False,
        subtitle="一段很长的导语，" * 8,
    )
    record = CitationRecord.of(document, passage, url=URL)
    assert (record.kind, record.authors, record.quote, record.page) == (CiteKind.NEWSPAPER, ("余建斌", "王海"), "一句话。", 3)
    assert record.subtitle is None
    assert record.date == date(2020, 3, 1)
    guessed = Document(
        "d", "甘肃省政府工作报告", "d.txt", "0", "txt", (), date=date(2020, 1, 1), year=2020, year_inferred=True, genre="work_report"
    )
    assert (CitationRecord.of(guessed).kind, CitationRecord.of(guessed).date) == (CiteKind.REPORT, None)


@pytest.mark.parametrize(
    ("genre", "publication", "url", "kind"),
    [
        ("notice", None, None, CiteKind.OFFICIAL),
        ("plan", None, "https://example.org/a", CiteKind.OFFICIAL),
        ("communique", None, None, CiteKind.REPORT),
        ("notice", "青山日报", None, CiteKind.NEWSPAPER),
        ("report", "青山研究", None, CiteKind.JOURNAL),
        ("news", None, "https://example.org/a", CiteKind.WEBPAGE),
        ("speech", None, None, CiteKind.OTHER),
        ("", None, None, CiteKind.OTHER),
    ],
)
def test_a_citation_goes_by_the_genre_of_the_document(genre: str, publication: str | None, url: str | None, kind: CiteKind) -> None:
    """What no newspaper or journal published is cited as its genre says, the one the document is found by, whatever its title ends with."""
    document = Document("d", "让群众满意的答复方案", "d.txt", "0", "txt", (), genre=genre, publication=publication, url=url)
    assert CitationRecord.of(document).kind is kind


def test_every_genre_that_is_cited_apart_has_a_kind() -> None:
    """The table of genres names kinds that there are, and no genre that is none."""
    assert {CiteKind(kind) for kind in genres_cited().values()} == {CiteKind.OFFICIAL, CiteKind.REPORT}
    assert set(genres_cited()) < set(genre_labels())


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("本报记者 王海 李明", ("王海", "李明")),
        ("（记者 王思北）", ("王思北",)),
        ("新华社记者 于文静、高敬", ("于文静", "高敬")),
        ("■文/张三 摄影/李四", ("张三", "李四")),
        ("文 张 三", ("张三",)),
        (None, ()),
    ],
)
def test_bylines_give_names(byline: str | None, names: tuple[str, ...]) -> None:
    """Functions are no names."""
    assert authors_of(byline) == names


@given(
    st.lists(st.tuples(st.sampled_from(["q", "region", "year", "program"]), TEXT), max_size=5).map(tuple),
    st.integers(0, 10**9),
    st.dates(date(2026, 1, 1), date(2100, 1, 1)),
)
def test_a_cited_search_comes_back_from_its_url(parameters: tuple[tuple[str, str], ...], total: int, day: date) -> None:
    """Decoding what was encoded gives the same citation."""
    citation = SearchCitation(parameters, total, "g-1", day)
    assert decode_citation(citation.encode()) == citation


def test_a_cited_search_says_then_and_now() -> None:
    """The reader sees both totals; what makes no sense is no citation."""
    citation = SearchCitation((("q", "消费扶贫"),), 41, "g1", date(2026, 11, 22))
    assert citation.compare(44) == "2026-11-22 时 41 条，现在 44 条（多 3 条）"
    assert citation.compare(41) == "2026-11-22 时 41 条，现在仍为 41 条"
    for then, on in (("", "2026-11-22"), ("41", ""), ("-1", "2026-11-22"), ("x", "2026-11-22"), ("1", "x"), ("²", "2026-11-22")):
        wrong = [("then", then), ("on", on)]
        assert decode_citation(wrong) is None


def test_official_document_is_cited_by_issuer_and_number() -> None:
    """A notice is cited with the body that issued it as author and with its number, as other material."""
    notice = Document(
        "d", "关于印发项目计划的通知", "d.txt", "0", "text", (), date=date(2020, 2, 20), year=2020, year_inferred=False,
        official=Official(number="青协办发〔2020〕13号", issuer="青山区协作办"),
    )  # fmt: skip
    found = gb_reference(CitationRecord.of(notice), EDITION_2015, ACCESSED)
    assert found == "青山区协作办. 关于印发项目计划的通知: 青协办发〔2020〕13号[Z]. 2020-02-20."
