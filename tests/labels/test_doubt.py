"""Labels that need a person's eye, and the line that mends one."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.building.one_source import make_document
from search.fields import BY_NAME
from search.labels.doubt import Doubt, doubts, mending_line
from search.labels.labelling import label
from search.model import Block, BlockKind, Document, Metadata, Origin, Passage, RegionLabel, Role, YearLabel
from search.reading import collect
from search.settings import Settings


def _document(texts: Sequence[str], metadata: Metadata | None = None) -> Document:
    found = label([Block(BlockKind.BODY, text, ()) for text in texts], metadata or Metadata())
    passages = tuple(
        Passage(
            f"p{at}",
            "d",
            at,
            BlockKind.BODY,
            text,
            (),
            regions=labels.regions,
            years=labels.years,
            programs=labels.programs,
            mechanisms=labels.mechanisms,
        )
        for at, (text, labels) in enumerate(zip(texts, found.blocks, strict=True), start=1)
    )
    return Document("d", "题", "甲.txt", "0", "txt", passages)


def _of(document: Document, facet: str = "region") -> dict[str, Doubt]:
    return {one.value: one for one in doubts(document) if one.facet == facet}


@given(st.sampled_from(["region", "program", "mechanism", "supporter", "recipient"]), st.lists(st.text(), max_size=4), st.booleans())
def test_a_mending_line_is_toml_that_says_the_values(facet: str, values: list[str], wanted: bool) -> None:
    """Whatever the values are, the line parses to them under the key that gives or takes away."""
    key = ("" if wanted else "forbid_") + facet + "s"
    assert tomllib.loads(mending_line(facet, values, wanted=wanted)) == {key: values}


def test_a_mending_line_of_years_has_numbers() -> None:
    """Years stand in it as numbers; a facet that no sidecar knows is an error."""
    assert tomllib.loads(mending_line("year", ["2019", "2020"])) == {"forbid_years": [2019, 2020]}
    assert tomllib.loads(mending_line("issued", ["2019"])) == {"year": 2019}
    with pytest.raises(KeyError):
        mending_line("kind", ["body"])


def test_an_inferred_year_of_the_document_is_doubted() -> None:
    """That a document's year was worked out is listed once, with the line in which the right one can be put."""
    passages = _document(["今年开工。", "天气晴朗。"]).passages
    guessed = replace(_document([]), passages=passages, year=2020, year_inferred=True, year_reason="文中最晚年份")
    (found,) = _of(guessed, "issued").values()
    assert (found.value, found.mend) == ("2020", "year = 2020")
    assert not _of(replace(guessed, year_inferred=False), "issued")


@pytest.mark.parametrize("facet", ["region", "year", "program", "mechanism", "supporter", "recipient"])
def test_the_line_of_every_facet_takes_its_label_away(facet: str, tmp_path: Path) -> None:
    """A label of each kind is gone from the passages when the source is read again with the line beside it, and only that one."""
    source = tmp_path / "甲.txt"
    source.write_text("2019年，北京市密云区对口帮扶河北省滦平县，选派教师支教，培训学校老师。\n", encoding="utf-8")
    field = BY_NAME[facet]

    def values() -> set[str]:
        (file,) = collect([str(source)], Settings())
        assert file.source is not None
        document = make_document(file.source, "甲", file.sidecar, Settings())
        return {value for passage in document.passages for value in field.values(passage)} - {"none"}

    before = values()
    wrong = max(before, key=len)
    source.with_suffix(".toml").write_text(mending_line(facet, [wrong]) + "\n", encoding="utf-8")
    after = values()
    assert wrong not in after
    assert not after - before


def test_short_names_without_their_full_form_are_doubted() -> None:
    """A county known by its short name alone is doubted; one whose full name stands elsewhere is not, nor one in full."""
    found = _of(_document(["甘肃省的教师到静宁、通渭支教。", "通渭县的学生高兴，甘肃省陇西县也派了人。"]))
    assert set(found) == {"甘肃省/平凉市/静宁县"}
    assert found["甘肃省/平凉市/静宁县"].evidence == "静宁"
    assert found["甘肃省/平凉市/静宁县"].mend == 'forbid_regions = ["甘肃省/平凉市/静宁县"]'


def test_mending_a_doubted_label_takes_it_away() -> None:
    """The label is gone when the document is labelled again with what its mending line says."""
    texts = ["甘肃省的教师到静宁支教。"]
    (doubt,) = _of(_document(texts)).values()
    said = tomllib.loads(doubt.mend)
    again = _document(texts, Metadata(forbid_regions=tuple(said["forbid_regions"]), origin=Origin.USER))
    assert not _of(again)
    assert {one.path for one in again.passages[0].regions} == {"甘肃省"}


def test_one_place_on_both_sides_is_doubted_most() -> None:
    """A place that gives in one passage and takes in another weighs more than an old name."""
    first, second = _document(["北京市崇文区的名字。", "河北省。"]).passages
    passages = (
        replace(first, regions=(RegionLabel("河北省", Role.SUPPORTER, evidence=((0, 3),)), *first.regions)),
        replace(second, regions=(RegionLabel("河北省", Role.RECIPIENT, evidence=((0, 3),)),)),
    )
    document = replace(_document([]), passages=passages)
    (side,) = _of(document, "supporter").values()
    assert side.weight > _of(document)["北京市/东城区"].weight
    assert tomllib.loads(side.mend) == {"forbid_supporters": ["河北省"]}
    assert not _of(document, "recipient")
    often = replace(document, passages=(*passages, replace(first, regions=first.regions[:0] + passages[0].regions[:1])))
    assert set(_of(often, "recipient")) == {"河北省"}


def test_the_users_word_is_not_doubted() -> None:
    """Neither what the user said nor what is inherited needs review."""
    passage = _document(["到静宁。"]).passages[0]
    users = replace(passage, regions=(RegionLabel("甘肃省/平凉市/静宁县", evidence=((1, 3),), origin=Origin.USER),))
    taken = replace(passage, regions=(RegionLabel("甘肃省/平凉市/静宁县", inherited=True),))
    assert not _of(replace(_document([]), passages=(users, taken)))


def test_years_worked_out_from_a_guess_are_doubted() -> None:
    """A year resolved from the document's own date is doubted only where that date is itself inferred."""
    passage = replace(_document(["今年开工。"]).passages[0], years=(YearLabel(2020, resolved=True, evidence=((0, 2),)),))
    guessed = replace(_document([]), passages=(passage,), year=2020, year_inferred=True, year_reason="文中最晚年份")
    assert set(_of(guessed, "year")) == {"2020"}
    assert not _of(replace(guessed, year_inferred=False), "year")


def test_mechanisms_inferred_from_a_pair_are_doubted() -> None:
    """A mechanism that no word names is listed for review, one that the text names is not; its line takes it away."""
    texts = ["上海市长宁区对口帮扶云南省绿春县。", "沪滇东西部协作在广西以外的地方深入推进。"]
    found = _of(_document(texts[:1]), "mechanism")
    assert set(found) == {"east_west"}
    assert tomllib.loads(found["east_west"].mend) == {"forbid_mechanisms": ["east_west"]}
    assert not _of(_document(texts[1:]), "mechanism")
    again = _document(texts[:1], Metadata(forbid_mechanisms=("east_west",), origin=Origin.USER))
    assert not _of(again, "mechanism")
