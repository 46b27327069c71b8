"""Laws of folding and of the match form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.fold import fold, match_form

texts = st.one_of(st.text(max_size=60), st.text("密雲区ＡｂＣ１２，,.  \u3000\n\u200b😀𠮷⻓“”—-●①é\ud800", max_size=30))


@given(texts)
def test_folding_keeps_places(text: str) -> None:
    """One character becomes one character, and folding twice changes nothing more."""
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    assert all(fold(char) == other for char, other in zip(text, folded, strict=True))


@given(texts)
def test_offsets_lead_back(text: str) -> None:
    """Every character of a match form stands for the canonical character its offset names, in order; the last offset is the end."""
    form = match_form(text)
    assert len(form.offsets) == len(form.text) + 1
    assert form.offsets[-1] == len(text)
    assert list(form.offsets) == sorted(set(form.offsets)) or not text
    for place, char in enumerate(form.text):
        canonical = text[form.offsets[place]]
        assert fold(canonical) == char or (char == " " and canonical.isspace())


@given(texts, st.data())
def test_a_run_of_a_text_is_a_run_of_its_match_form(text: str, data: st.DataObject) -> None:
    """Whatever part of a text is cut out, its match form stands in the text's, unless the cut goes through a comma inside a number."""
    start = data.draw(st.integers(0, len(text)))
    run = text[start : data.draw(st.integers(start, len(text)))]
    edge = run.strip()
    if edge[:1] not in (",", "，") and edge[-1:] not in (",", "，"):
        assert match_form(run).text in match_form(text).text


@given(texts, st.data())
def test_spans_fold_to_what_was_matched(text: str, data: st.DataObject) -> None:
    """The canonical range of a range of the match form has that range as its own match form (or holds it, at a comma)."""
    form = match_form(text)
    if not form.text:
        return
    start = data.draw(st.integers(0, len(form.text) - 1))
    end = data.draw(st.integers(start + 1, len(form.text)))
    a, b = form.span(start, end)
    if form.text[start:end].strip():
        assert match_form(text[a:b]).text == form.text[start:end].strip()


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("密雲區", "密云区"),
        ("９８０１万元", "9801万元"),
        ("来 京 就 业 1204 人", "来京就业1204人"),
        ("16,958人", "16958人"),
        ("2018，2019年", "2018,2019年"),
        ("iPhone  12\nPro", "iphone 12 pro"),
        ("“造血”能力", '"造血"能力'),
        ("2018—2020年", "2018-2020年"),
        ("二○二○年", "二〇二〇年"),
        ("⻓⺠⼈", "长民人"),
        ("羣眾", "群众"),
        ("東西部\u200b扶貧", "东西部扶贫"),
        ("①2019", "①2019"),
    ],
)
def test_match_forms(text: str, form: str) -> None:
    """Width, script, case, quotes, dashes, stray spaces, digit groups and radicals are unified; a circled digit is no digit."""
    assert match_form(text).text == form
