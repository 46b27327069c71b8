"""What a document is as a publication: its names, its genre, its day, and the fields that passages have of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import BadRequest
from search.fields import BY_NAME, FIRST_YEAR, LAST_YEAR, document_day, facet_values
from search.labels.genre import genre_labels, genre_of
from search.labels.imprint import imprint_of, plain_name
from search.model import BlockKind, Document, Imprint, Metadata, Official, Passage

DATE = BY_NAME["date"]
days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))


def _passage(imprint: Imprint) -> Passage:
    return Passage("p", "d", 1, BlockKind.BODY, "文", ((1, 1),), imprint=imprint)


@given(day=days, first=days, last=days)
def test_a_range_holds_the_days_between_its_ends(day: date, first: date, last: date) -> None:
    """A day is in a range exactly where it lies between its ends, and what covers the range says the same."""
    if last < first:
        first, last = last, first
    chosen, values = f"{first}..{last}", DATE.values(_passage(Imprint(date=day, year=day.year)))
    assert DATE.has(values, chosen) == (first <= day <= last)
    assert DATE.has(values, chosen) == any(value in values for value in DATE.covers(chosen))


@given(first=days, length=st.integers(0, 800))
def test_a_range_is_covered_by_few_times(first: date, length: int) -> None:
    """Years and months are taken whole wherever they lie in the range, so that no choice asks for thousands of values."""
    last = min(first + timedelta(days=length), date(LAST_YEAR, 12, 31))
    assert len(list(DATE.covers(f"{first}..{last}"))) <= 31 + 31 + 11 + 11 + 400


def test_a_day_counts_for_its_month_and_year() -> None:
    """A passage of a dated document has day, month and year; one of which only the year is known has the year."""
    assert DATE.values(_passage(Imprint(date=date(2020, 8, 19), year=2020))) == ("2020", "2020-08", "2020-08-19")
    assert DATE.values(_passage(Imprint(year=2020))) == ("2020",)
    assert DATE.values(_passage(Imprint())) == ("none",)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2020年8月19日", "2020-08-19"),
        ("2020年8月", "2020-08"),
        ("2020年", "2020"),
        ("2020.8.19", "2020-08-19"),
        ("2020/08", "2020-08"),
        ("2020-08-01..2020-09-15", "2020-08-01..2020-09-15"),
        ("2020年8月至2021年2月", "2020-08..2021-02"),
        ("2018-2020", "2018..2020"),
        ("2020-08..", "2020-08.."),
        ("..2020", "..2020"),
        ("2020..2020", "2020"),
        ("none", "none"),
    ],
)
def test_times_are_read_as_people_write_them(written: str, value: str) -> None:
    """Every common writing of a day, a month, a year or a range gives the one canonical value, which reads back as itself."""
    assert DATE.read(written) == value == DATE.read(value)


@pytest.mark.parametrize(
    "written", ["", "..", "昨天", "2020-13", "2020-02-30", "1799", "2201", "202008", "2020-09..2020-08", "年", "2020-08-1x"]
)
def test_what_is_no_time_is_refused(written: str) -> None:
    """No guess is made at a time that does not exist, and the sentence says how to write one."""
    with pytest.raises(BadRequest) as refused:
        DATE.read(written)
    assert refused.value.hint
    assert refused.value.parameter == "date"


@given(imprints=st.lists(st.builds(Imprint, date=st.none() | st.dates(), year=st.none() | st.integers(1, 9999)), min_size=2, max_size=6))
def test_documents_are_ordered_by_day(imprints: list[Imprint]) -> None:
    """The number of a day grows with the day; a year alone comes before its days and after the year before; nothing is 0."""
    dated = [one for one in imprints if one.date and one.date.year <= LAST_YEAR]
    for one in dated:
        assert one.date is not None
        for other in dated:
            assert other.date is not None
            assert (document_day(_passage(one)) < document_day(_passage(other))) == (one.date < other.date)
        year, before = (document_day(_passage(Imprint(year=one.date.year - back))) for back in (0, 1))
        assert year < document_day(_passage(one))
        if one.date.year > 1:
            assert before < year
    assert document_day(_passage(Imprint())) == 0
    assert all(document_day(_passage(one)) < 1_000_000 for one in imprints)


GENRES = [
    ("关于做好2020年协作工作的通知", "notice"),
    ("某省人民政府关于加强对口支援工作的意见（试行）", "opinions"),
    ("关于同意设立协作示范区的批复", "reply"),
    ("某市人民代表大会公告", "announcement"),
    ("关于第0123号建议的答复", "answer"),
    ("2020年政府工作报告", "work_report"),
    ("某县乡村产业调研报告", "report"),
    ("东西部协作三年行动方案（2021—2023年）", "plan"),
    ("某省乡村振兴促进条例", "law"),
    ("对口支援资金管理办法", "law"),
    ("在协作工作会上的讲话", "speech"),
]


@pytest.mark.parametrize(("title", "genre"), GENRES)
def test_a_title_tells_the_genre(title: str, genre: str) -> None:
    """Official documents, plans, laws and speeches are told by how their titles end, whatever follows in brackets."""
    assert genre_of(title, Metadata(), ()) == genre
    assert genre in genre_labels()


@pytest.mark.parametrize(
    "title", ["各部门收到紧急通知", "国务院印发扶贫开发规划", "他为乡亲想办法", "县里听取群众意见", "山海携手奔小康", "某省出台帮扶方案"]
)
def test_a_headline_is_no_official_document(title: str) -> None:
    """Everyday headlines that end in the same words are none of these types; on a page of a newspaper they are news."""
    assert genre_of(title, Metadata(), ()) == ""
    assert genre_of(title, Metadata(page_label="03"), ()) == "news"
    assert genre_of(title, Metadata(publication="某某日报"), ()) == "news"
    assert genre_of(title, Metadata(), ("本报北京3月1日电 记者从会上获悉",)) == "news"


def test_a_document_number_makes_a_plain_title_official() -> None:
    """A title such as 通知 alone counts where the text has the number of an official document."""
    assert genre_of("紧急通知", Metadata(), ()) == ""
    assert genre_of("紧急通知", Metadata(official=Official(number="某政发〔2020〕1号")), ()) == "notice"


def test_the_users_word_on_the_genre_counts_first() -> None:
    """What the file beside the source says beats the title; a word that is no genre says nothing."""
    assert genre_of("关于某事的通知", Metadata(genre="讲话"), ()) == "speech"
    assert genre_of("关于某事的通知", Metadata(genre="没有的"), ()) == "notice"


def test_names_are_plain() -> None:
    """A publication is the same value with and without the brackets of its title, whatever spaces it was set with."""
    assert plain_name("《 某某日报 》") == plain_name("某某日报") == "某某日报"
    assert BY_NAME["publication"].read("《某某日报》") == "某某日报"
    for nothing in ("", "  ", "《》", "a\x00b"):
        with pytest.raises(BadRequest):
            BY_NAME["publication"].read(nothing)


def test_passages_carry_what_is_known_of_their_document() -> None:
    """Publication, genre, authors and date of a document are values of every field of its passages; an official document without a byline
    is its issuer's."""
    document = Document(
        "d",
        "题",
        "a.txt",
        "0",
        "txt",
        (),
        byline="本报记者 王海 李明",
        publication="《某某日报》",
        date=date(2020, 8, 19),
        year=2020,
        genre="news",
    )
    values = facet_values(_passage(imprint_of(document)))
    assert (values["author"], values["publication"], values["genre"]) == (("李明", "王海"), ("某某日报",), ("news",))
    assert (values["issued"], values["date"]) == (("2020",), ("2020", "2020-08", "2020-08-19"))
    issued = Document("d", "题", "a.txt", "0", "txt", (), official=Official(issuer="某市扶贫办"))
    assert imprint_of(issued).authors == ("某市扶贫办",)
