"""Program types: what proves them, what does not, and the laws every labelling keeps."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.labels.program.label import ProgramType, label_programs, program_key, program_types
from search.model import Block, BlockKind, Metadata, Origin
from tests.quality.label_programs import score_programs

CASES = Path(__file__).parent / "data" / "program_cases.toml"
KEYS = (
    "leadership", "funding", "industry", "labour", "consumption", "education", "health", "talent", "society", "infrastructure", "science",
    "tourism", "finance", "disability", "epidemic",
)  # fmt: skip


def body(text: str, *, kind: BlockKind = BlockKind.BODY, section: tuple[str, ...] = ()) -> Block:
    """A block of one source line."""
    return Block(kind, text, ((1, 1),), section=section)


def keys(text: str) -> list[str]:
    """The types of a passage that stands alone."""
    return [label.key for label in label_programs([body(text)], Metadata()).labels[0]]


@pytest.mark.parametrize(("text", "required", "allowed"), tomllib.loads(CASES.read_text("utf-8"))["cases"])
def test_passage_has_its_types(text: str, required: list[str], allowed: list[str]) -> None:
    """Each golden passage gets the types it must get and no other than it may."""
    found = set(keys(text))
    assert set(required) <= found
    assert found <= set(required) | set(allowed)


def test_table_is_whole() -> None:
    """The fifteen types stand in the table in the order of the design, each with label, definition, source and phrases."""
    types = program_types()
    assert tuple(t.key for t in types) == KEYS
    for item in types:
        assert item.label
        assert item.definition
        assert item.source
        assert item.synonyms
        assert len(item.phrases) == len(set(item.phrases)) >= 15


@pytest.mark.parametrize("item", program_types(), ids=lambda item: item.key)
def test_own_name_proves_a_type(item: ProgramType) -> None:
    """A heading that is the type's own phrase of most weight gets that type."""
    phrase = item.phrases[0]
    assert item.key in keys(f"{phrase}取得进展")


PHRASES = [phrase for item in program_types() for phrase in item.phrases]
pieces = st.one_of(st.sampled_from(PHRASES), st.sampled_from(["，", "。", "、", "方面", "和", "的"]), st.text(max_size=3))
texts = st.lists(pieces, max_size=16).map("".join)


@given(st.lists(texts, max_size=4), st.sampled_from(["", "创新消费扶贫 巩固成果", "加强劳务协作"]))
def test_labels_keep_their_laws(paragraphs: list[str], heading: str) -> None:
    """Evidence lies inside the text and is a phrase of the table; a label without evidence is inherited; best come first."""
    known = set(PHRASES)
    blocks = [body(heading, kind=BlockKind.HEADING), *(body(t, section=(heading,)) for t in paragraphs)]
    result = label_programs(blocks, Metadata())
    assert len(result.labels) == len(result.rejected) == len(blocks)
    for block, labels in zip(blocks, result.labels, strict=True):
        scores = [label.score for label in labels]
        assert scores == sorted(scores, reverse=True)
        assert len({label.key for label in labels}) == len(labels)
        for label in labels:
            assert label.inherited == (not label.evidence)
            for start, end in label.evidence:
                assert block.text[start:end] in known
    assert result == label_programs(list(blocks), Metadata())


def test_heading_speaks_for_its_section() -> None:
    """A passage without a word of its own inherits a clear heading's type; the last of an article does not."""
    heading = "创新消费扶贫 巩固脱贫成果"
    blocks = [
        body(heading, kind=BlockKind.HEADING),
        body("为此，各部门想了许多办法。", section=(heading,)),
        body("两地情谊更深。", section=(heading,)),
    ]
    labels = label_programs(blocks, Metadata()).labels
    assert [(label.key, label.inherited, label.evidence) for label in labels[1]] == [("consumption", True, ())]
    assert labels[2] == ()


def test_excluded_phrase_proves_nothing() -> None:
    """A longer word that only holds a phrase gives no type, and still gives those of other types within it."""
    assert keys("北京某某科技有限公司来访。") == []
    assert keys("补齐教育基础设施短板。") == ["education"]


def test_types_have_many_names() -> None:
    """A type is found by key, label or synonym."""
    assert {program_key(name) for name in ("consumption", "消费扶贫", "以购代捐")} == {"consumption"}
    assert program_key("没有的类型") is None


def test_users_types_stand_and_forbidden_ones_fall() -> None:
    """The user's types are added with their origin, forbidden ones are refused with the reason."""
    metadata = Metadata(programs=("科技扶贫",), forbid_programs=("消费帮扶", "没有的类型"))
    result = label_programs([body("销售扶贫产品，举办展销会。")], metadata)
    assert [(label.key, label.origin) for label in result.labels[0]] == [("science", Origin.USER)]
    assert [r.reason for r in result.rejected[0]] == ["使用者排除了这一类型"]


def test_judged_passages_hold_the_bar() -> None:
    """On the judged passages kept with the tests, main types reach macro F1 0.85."""
    score = score_programs()
    assert score.macro_f1 >= 0.85, score.faults
