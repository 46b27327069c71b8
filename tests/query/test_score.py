"""The scoring by hand-made passages: what must rank above what, and by which rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.engine.memory import MemoryEngine, MemoryStore, MemoryWriter
from search.engine.port import SearchRequest
from search.model import BlockKind, Document, Passage
from search.query.plan import And, Run, Term, Tier
from search.query.score import KIND_WEIGHTS, NEAR_BONUS, Candidate, rerank, togetherness
from tests.house.constants import patch_constant

AID, JOBS, OTHER = Term((Run("帮扶"),)), Term((Run("就业"),)), Term((Run("培训"),))


def ranked(passages: list[tuple[str, BlockKind]], *terms: Term) -> list[str]:
    """The texts of a document of these passages that have all the terms, best first."""
    made = tuple(Passage(f"p{at}", "d", at, kind, text, ()) for at, (text, kind) in enumerate(passages, start=1))
    store = MemoryStore()
    writer = MemoryWriter(store)
    writer.add(Document(id="d", title="题", source_file="d.txt", sha256="0" * 64, format="txt", passages=made))
    writer.commit()
    writer.publish()
    assert store.current is not None
    plan = And(terms) if len(terms) > 1 else terms[0]
    return [hit.passage.text for hit in MemoryEngine(store.current).search(SearchRequest(plan=plan, collect=())).hits]


@pytest.mark.parametrize("kind", [BlockKind.CAPTION, BlockKind.CREDIT, BlockKind.HEADING, BlockKind.SUBTITLE, BlockKind.TABLE])
def test_the_same_words_count_most_in_body_text(kind: BlockKind) -> None:
    """Where the text is the same, body text comes before captions, credits, headings and tables, and nothing weighs more than it."""
    text = "两地开展帮扶"
    assert ranked([(text + "。", kind), (text + "！", BlockKind.BODY)], AID) == [text + "！", text + "。"]
    assert max(KIND_WEIGHTS.values()) == KIND_WEIGHTS[BlockKind.BODY]


def test_words_that_stand_together_come_first() -> None:
    """Of two passages with the same words equally often, the one where they stand side by side, in the order asked for, is first."""
    near, reverse, far = "帮扶就业一二三四五六七八九十", "就业帮扶一二三四五六七八九十", "帮扶一二三四五六七八九十就业"
    assert ranked([(far, BlockKind.BODY), (reverse, BlockKind.BODY), (near, BlockKind.BODY)], AID, JOBS) == [near, reverse, far]
    assert togetherness((AID, JOBS), near) == 1.0
    assert 0 < togetherness((AID, JOBS), far) < togetherness((AID, JOBS), reverse) < 1.0
    assert togetherness((AID,), near) == 0.0


def test_the_second_phase_stays_within_its_tier() -> None:
    """Nearness never lifts a passage above a better tier, and adds at most its stated share."""
    whole = Candidate(0, Tier.EXACT, 1.0, "帮扶一二三四五六就业", "d", 1)
    parts = replace(whole, key=1, tier=Tier.RUN, match_text="帮扶就业", order=2)
    assert [one.key for one in rerank(And((AID, JOBS)), [whole, parts])] == [0, 1]
    assert rerank(And((AID, JOBS)), [parts])[0].score == pytest.approx(1.0 + NEAR_BONUS)


def test_so_many_occurrences_of_a_term_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """How near terms stand is told by their first occurrences, those of all runs of a term together."""
    text = "帮扶一二三四五六帮扶就业"
    either = Term((Run("帮扶"), Run("支援")))
    for most, expected in ((1, False), (2, True)):
        patch_constant(monkeypatch, "search.query.score._MOST_SPANS", most)
        assert (togetherness((AID, JOBS), text) == 1.0) is expected
        assert (togetherness((either, JOBS), "帮扶一二三四五六支援就业") == 1.0) is expected
