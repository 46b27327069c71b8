"""What a query looks for among the nearest passages, and when nothing is near to it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model import BlockKind
from search.query import expand, paired
from search.query.nearest import reading, stages
from search.query.nearest.at_once import read_at_once
from search.query.nearest.stages import Asked, NearCandidate
from search.query.parse import parse


def _sought(text: str, passages: Sequence[str]) -> Asked | None:
    return reading.sought(parse(text), lambda runs: [sum(run in passage for passage in passages) for run in runs], len(passages))


def test_what_is_in_parentheses_weighs_less() -> None:
    """The pairs that stand in parentheses alone weigh `ASIDE` of their idf, those outside all of it."""
    passages = ["山村通了公路", "基层一线故事", "山村的故事", "别的事情"]
    beside, whole = _sought("山村通公路（一线故事）", passages), _sought("山村通公路 一线故事", passages)
    assert beside is not None
    assert whole is not None
    with_, without = dict(beside.pairs), dict(whole.pairs)
    assert with_["山村"] == without["山村"] > 0
    assert with_["一线"] == pytest.approx(stages.ASIDE * without["一线"])
    only = _sought("（一线故事）", passages)
    assert only is not None
    assert dict(only.pairs)["一线"] == without["一线"]


@pytest.mark.parametrize(("known", "near"), [(0.5, True), (0.51, False)])
def test_nothing_is_near_to_what_is_mostly_unknown(monkeypatch: pytest.MonkeyPatch, known: float, near: bool) -> None:
    """A query of whose four pairs and two words half occurs is near to something at a floor of a half, and at one above it is not."""
    monkeypatch.setattr(stages, "KNOWN", known)
    sought = _sought("公路 雨林", ["山村通了公路", "别的事情"])
    assert sought is not None
    assert bool(sought.pairs) is near


@pytest.mark.parametrize(("text", "near"), [("邦佑村火了", True), ("尼勒克", False), ("京蒙", False)])
def test_a_long_unknown_name_is_looked_for_by_its_parts(text: str, near: bool) -> None:
    """A name of four characters that no dictionary knows may be near to something; a shorter one is there or is not."""
    assert (_sought(text, ["邦佑村", "火了起来", "勒克", "蒙古"]) is not None) is near


def test_the_characters_of_a_short_form_count() -> None:
    """Of two sentences with none of the pairs that tell them apart, the one that holds the characters of the query is nearer."""
    texts = ["甲县教育和体育部门办学校。", "甲县农业和商贸部门办学校。"]
    sought = _sought("甲县教体局办学校", texts)
    assert sought is not None
    candidates = [NearCandidate(at, at, at, BlockKind.BODY, text, (0.0,) * stages.FIRST) for at, text in enumerate(texts)]
    first, second = stages.second_stage(sought, candidates)
    assert first.key == 0
    assert first.score > second.score


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("甲县办学校修公路", True),
        ("甲县办学校修路", False),
        ("甲县办了学校 乙县", True),
        ("甲县 办学校 乙县 修公路", False),
        ("甲县为何办学校修公路", False),
    ],
)
def test_a_sentence_is_long_and_asks_nothing(text: str, sentence: bool) -> None:
    """A sentence has eight characters or more, four per part; a question is none."""
    sought = _sought(text, ["甲县办学校。", "修公路"])
    assert sought is not None
    assert sought.sentence is sentence


def test_a_word_said_in_three_ways_counts_once() -> None:
    """A sentence that holds three words of one meaning holds no more than one that holds one of them; a hint lifts what is labelled."""
    texts = ["甲县的电商靠网络和互联网。", "甲县的电商靠公路和学校们。"]
    sought = _sought("甲县网上", texts)
    assert sought is not None
    first, second = stages.read_plainly(sought, texts)
    assert first[0] == second[0] <= 1.0
    assert expand.hints("招聘会")
    assert not expand.stand_ins("招聘会")


def test_two_provinces_are_looked_for_by_the_word_for_their_pairing() -> None:
    """Who names a supporter and a recipient, in either order, or places within them, looks for their pairing too, and for both by it."""
    assert dict(paired.pair_words(["上海", "云南"])) == {"沪滇": paired.NAMED}
    assert paired.pair_words(["云南", "上海"]) == paired.pair_words(["上海", "云南"])
    assert dict(paired.pair_words(["丰台", "林西"]))["京蒙"] == paired.WITHIN
    assert paired.pair_words(["上海", "蘑菇"]) == ()
    sought = _sought("上海怎样帮扶云南", ["沪滇协作办学校", "上海办学校", "云南修公路"])
    assert sought is not None
    assert (("沪滇", paired.NAMED),) in [runs for runs, _ in sought.words]
    assert [facet.value for (facet,) in paired.sides("京蒙协作")] == ["北京市", "内蒙古自治区"]


def test_short_numbers_and_days_say_nothing_alone() -> None:
    """A number of two digits is in every other year: it counts with what follows it. A day is named or it is not."""
    assert set(reading.pairs("19人")) == {"19人"}
    assert set(reading.pairs("190人")) == {"190", "190人"}
    assert _sought("2020-08-19", ["2020年", "19人", "08"]) is None


def test_being_of_one_document_never_makes_far() -> None:
    """What is taken off a second passage of a document does not push it off the list: only nearness does."""
    texts = ["甲县办学校修公路。", "甲县办学校，修公路。"]
    sought = _sought("甲县办学校修公路", texts)
    assert sought is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "REPEATED_IN_SENTENCE", 0.9)
        patch.setattr(stages, "LEAST", 0.5)
        near = stages.second_stage(
            sought, [NearCandidate(at, at, 0, BlockKind.BODY, text, (0.0,) * stages.FIRST) for at, text in enumerate(texts)]
        )
    assert [one.repeated for one in near] == [0.0, 0.9]
    assert near[1].score < 0.5 * near[0].score


@given(text=st.text("甲乙丙", max_size=12), other=st.text("甲乙丙", max_size=12))
def test_the_longest_common_run_is_the_longest(text: str, other: str) -> None:
    """The longest common run is what trying every run gives."""
    runs = [text[start:end] for start in range(len(text)) for end in range(start + 1, len(text) + 1)]
    assert stages.longest_common(text, other) == max((len(run) for run in runs if run in other), default=0)


_CHARS = st.text("甲乙丙1a,:。;!𠀀", max_size=30)
_WAYS = st.lists(st.tuples(st.text("甲乙丙1", min_size=1, max_size=3), st.sampled_from([1.0, 0.7])), min_size=1, max_size=3)


@given(
    st.builds(
        Asked,
        text=_CHARS,
        pairs=st.lists(st.tuples(st.text("甲乙丙1a,。𠀀", min_size=1, max_size=3), st.floats(0.01, 9)), max_size=8).map(tuple),
        words=st.lists(st.tuples(_WAYS.map(tuple), st.floats(0.01, 9)), max_size=4).map(tuple),
        wishes=st.lists(st.text("甲乙", min_size=1, max_size=2), max_size=2).map(tuple),
        answer=st.sampled_from(["", "[0-9]", "丙"]),
        characters=st.frozensets(st.sampled_from("甲乙丙。𠀀")),
    ),
    st.lists(_CHARS, max_size=6),
)
def test_texts_read_at_once_say_what_each_says_alone(sought: Asked, texts: list[str]) -> None:
    """The features of texts read by vectors are those of the definition, number for number."""
    assert read_at_once(sought, texts) == stages.read_plainly(sought, texts)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("谁帮助赤城县", False),  # named nowhere
        ("墨脱 公路", False),
        ("谁帮助滦平县", True),
        ("滦平 公路", True),  # named in short
        ("东乡县 公路", True),  # by another name than its own
        ("赤城县和滦平县 公路", True),  # one of two
        ("赤城县向滦河中学捐款修通公路", True),  # a sentence may be a quotation with a wrong name
    ],
)
def test_nothing_is_near_to_what_is_asked_of_a_place_that_is_not_there(text: str, near: bool) -> None:
    """Who asks of a place that no passage names, under any name, is not told of other places."""
    passages = ["有人帮助滦平修通了公路", "东乡族自治县的公路", "谁帮助了山村", "滦平县的人们", "滦河中学向别处捐款"]
    sought = _sought(text, passages)
    assert sought is not None
    assert bool(sought.pairs) is near
