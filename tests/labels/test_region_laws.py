"""Laws of the region labeller: evidence reads as claimed, labels are a function of the document alone."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from search.labels.gazetteer import gazetteer
from search.labels.region.boundary import Words
from search.labels.region.label import RegionLabels, find_places, label_regions
from search.labels.region.match import find_names
from search.labels.region.tables import Ending, tables
from search.model import Block, BlockKind, Metadata, Origin, RegionLabel

AROUND = list("、和与，。委在的县")
AROUND += ["对口支援", "帮扶", "投入", "受援地区", "合作", "资源", "京蒙", "闽宁", "援藏", "有限公司", "市场"]
WORDS = st.sampled_from([*gazetteer().names][::7] + AROUND)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=14).map("".join)
DOCUMENTS = st.lists(TEXTS, max_size=6)


def _blocks(texts: list[str]) -> list[Block]:
    return [Block(BlockKind.BODY, text, (), article=at % 2 + 1) for at, text in enumerate(texts)]


def _label(texts: list[str]) -> RegionLabels:
    return label_regions(_blocks(texts), Metadata())


def _reads_as(text: str, path: str) -> bool:
    """Whether a text is a name of the path, alone or behind names of its ancestors."""
    listed = tables()
    if path in (listed.aid_compounds.get(text), listed.places.get(text), listed.abbreviations.get(text)):
        return True
    if (division := listed.corps.division.fullmatch(text)) and listed.corps.towns.get(division[1]) == path:
        return True
    if text in listed.pairs:
        pair = listed.pairs[text]
        return path in (*pair.supporters, *pair.recipients)
    tails = [name for name, paths in gazetteer().names.items() if path in paths and text.endswith(name)]
    tails += [name for name, place in listed.places.items() if place == path and text.endswith(name)]
    above = gazetteer().ancestors(path)
    return any(not (head := text[: -len(name)].rstrip("·—- －•的")) or any(_reads_as(head, one) for one in above) for name in tails)


@given(DOCUMENTS)
def test_evidence_lies_in_the_text_and_names_the_place(texts: list[str]) -> None:
    """Every range of a label is inside its block and reads as a name of the label's place; inherited labels have none."""
    for text, labels in zip(texts, _label(texts).labels, strict=True):
        for label in labels:
            assert gazetteer().division(label.path)
            assert bool(label.evidence) != label.inherited
            for start, end in label.evidence:
                assert 0 <= start < end <= len(text)
                assert _reads_as(text[start:end], label.path), (text[start:end], label.path)


@given(DOCUMENTS)
def test_labels_are_a_function_of_the_document(texts: list[str]) -> None:
    """The same document gives the same labels, and one label a place."""
    found = _label(texts)
    assert found == _label(texts)
    for labels in found.labels:
        assert len({label.path for label in labels}) == len(labels)


@given(DOCUMENTS)
def test_supporters_and_recipients_are_divisions(texts: list[str]) -> None:
    """What a document is said to give and to receive are divisions, none of them on both sides."""
    found = _label(texts)
    assert not set(found.supporters) & set(found.recipients)
    assert all(gazetteer().division(path) for path in (*found.supporters, *found.recipients))


@given(TEXTS)
def test_names_do_not_overlap(text: str) -> None:
    """One pass gives names in order, apart from each other, each standing where it says."""
    end = 0
    for found in find_names(text):
        assert found.start >= end
        assert text[found.start : found.end] == found.name.text
        end = found.end


@given(TEXTS)
def test_places_of_a_query_lie_in_it(text: str) -> None:
    """Places found in a query have paths and stand in it."""
    for place in find_places(text):
        assert place.paths
        assert text[place.span[0] : place.span[1]] == place.text


@given(DOCUMENTS, st.sampled_from(["河北省/承德市/滦平县", "北京市"]))
def test_the_user_has_the_last_word(texts: list[str], path: str) -> None:
    """A place the user gives is on every block; one he forbids, and all below it, on none."""
    given_labels = label_regions(_blocks(texts), Metadata(regions=(path,))).labels
    assert all(any(label.path == path and label.origin is Origin.USER for label in labels) for labels in given_labels)
    forbidden = label_regions(_blocks(texts), Metadata(forbid_regions=(path,)))
    assert not [label for labels in forbidden.labels for label in labels if (label.path + "/").startswith(path + "/")]


def test_a_query_names_its_places() -> None:
    """A county alone is enough in a query, with all that the name may mean."""
    (found,) = find_places("2019年 赤城 就业")
    assert found.paths == ("河北省/张家口市/赤城县",)
    assert found.span == (6, 8)
    (district,) = find_places("朝阳区 医疗")
    assert set(district.paths) == {"北京市/朝阳区", "吉林省/长春市/朝阳区"}


def test_rejections_say_why() -> None:
    """What was taken for a place and is none is kept with its range and a reason."""
    text = "北京二商集团公司与赤城县合作。"
    rejected = label_regions([Block(BlockKind.BODY, text, ())], Metadata()).rejected[0]
    assert {(item.text, item.reason) for item in rejected} == {("北京", "企业名称的一部分"), ("合作", "常用词，此处无旁证")}
    assert all(text[item.span[0] : item.span[1]] == item.text for item in rejected)


def test_nothing_is_found_in_nothing() -> None:
    """An empty document has no labels and no sides."""
    assert label_regions([], Metadata()) == RegionLabels((), (), (), ())
    assert _label([""]).labels == ((),)
    assert isinstance(RegionLabel("北京市"), RegionLabel)


@given(TEXTS)
def test_word_borders_only_take_away_short_names(text: str) -> None:
    """Full names are found whether words are asked or not, but where a short name gave way that had hidden one; and what ends inside a
    word is marked."""
    plain = {(found.start, found.end) for found in find_names(text) if not found.name.bounded}
    asked = [found for found in find_names(text, Words(text)) if found.name.level > 1 or len(found.name.text) > 1]
    assert plain <= {(found.start, found.end) for found in asked}
    assert all(found.name.bounded for found in asked if found.torn)


@given(st.lists(st.text("帮扶对口了的过向", min_size=1, max_size=3), min_size=1, max_size=4), st.text("帮扶对口了的过向", max_size=8))
def test_an_ending_is_what_its_pattern_would_find(words: list[str], text: str) -> None:
    """Words at the end of a text, told by comparing, are those that the pattern of them finds there."""
    for then in ("", "了的过"):
        pattern = re.compile(f"(?:{'|'.join(words)}){f'[{then}]?' if then else ''}\\Z")
        assert Ending(tuple(words), then).ends(text) == bool(pattern.search(text))


def test_endings_of_the_tables_are_plain_words() -> None:
    """No word that is looked for at the end of a text is a pattern: it would be taken for what it looks like."""
    language = tables().language
    for ending in (
        language.before_given,
        language.before_given_strong,
        language.before_gives,
        language.site,
        language.gather,
        language.person,
    ):
        assert ending.words
        assert all(re.escape(word) == word for word in ending.words)
