"""Labels read what search reads: whatever a text is typed in, its labels are those of its plain form, with ranges of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.labels.labelling import DocumentLabels, label
from search.model import Block, BlockKind, Metadata
from search.text.fold import read_plainly, reading_form

PLAIN = "2019年，上海市长宁区对口支援云南省红河州绿春县，投入帮扶资金1200万元，开展劳务协作。"
NOISE = st.sampled_from(["\u200b", "\u200c", "\ufeff", "\u00ad", "\ue004", "\u2060"])


def _label(text: str) -> DocumentLabels:
    return label([Block(BlockKind.BODY, text, ())], Metadata())


def _values(found: DocumentLabels) -> tuple[object, ...]:
    (block,) = found.blocks
    return (
        [(one.path, one.role) for one in block.regions],
        [one.year for one in block.years],
        [(one.key, one.score) for one in block.programs],
        [(one.value, one.unit) for one in block.figures],
    )


@given(st.lists(st.tuples(st.integers(0, len(PLAIN)), NOISE), max_size=12))
def test_what_is_not_seen_changes_no_label(noise: list[tuple[int, str]]) -> None:
    """Zero-width, private-use and format characters anywhere leave the labels as they are; ranges are those of the text given,
    and hold nothing but what they hold in the plain text."""
    text = PLAIN
    for at, char in sorted(noise, reverse=True):
        text = text[:at] + char + text[at:]
    found, plain = _label(text), _label(PLAIN)
    assert _values(found) == _values(plain)
    for noisy, clean in zip(found.blocks[0].regions, plain.blocks[0].regions, strict=True):
        assert [reading_form(text[a:b]).text for a, b in noisy.evidence] == [PLAIN[a:b] for a, b in clean.evidence]
    for figure in found.blocks[0].figures:
        assert figure.text == text[figure.start : figure.end]


@pytest.mark.parametrize(
    "text",
    [
        "2019年，上海市⻓宁区对口支援云南省红河州绿春县，投入帮扶资⾦1200万元，开展劳务协作。",
        "２０１９年，上海市長寧區對口支援雲南省紅河州綠春縣，投入幫扶資金１２００萬元，開展勞務協作。",
        "2019年,上海市长宁区对口支援云南省红河州绿春县,投入帮扶资金1200万元,开展劳务协作。",
    ],
)
def test_radicals_traditional_script_and_width_are_read_as_plain_text(text: str) -> None:
    """Kangxi radicals, full-width digits, traditional script and half-width commas give the labels of plain text."""
    assert _values(_label(text)) == _values(_label(PLAIN))


@given(st.text())
def test_reading_keeps_places(text: str) -> None:
    """One character becomes one character, reading twice changes nothing more, and the reading form leads back."""
    plain = read_plainly(text)
    assert len(plain) == len(text)
    assert read_plainly(plain) == plain
    form = reading_form(text)
    assert len(form.offsets) == len(form.text) + 1
    assert [plain[form.offsets[at]] for at in range(len(form.text))] == list(form.text)


def test_sentences_keep_their_punctuation() -> None:
    """Quotes, long dashes and capital letters stay; a comma in a number stays half-width."""
    assert read_plainly("“TCL”——３,０００元（约）") == "“TCL”——3,000元（约）"
    plain = "消费扶贫"
    assert read_plainly(plain) is plain
