"""Where settling links changes path, or stops, by how much there is: both sides of each constant, which is patched small."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.links import Ledger, guard, likeness, names, store
from search.links.likeness import Text, weigh
from search.links.succession import find_successors
from tests.house.constants import patch_constant
from tests.links.corpus import Served, document, judged_texts

TEXTS = judged_texts()
LONG = [text for text in TEXTS if len(text) > 60]


def resolved(before: dict[str, list[str]], after: dict[str, list[str]], served: bool = True) -> dict[str, tuple[str, str | None, int]]:
    """Text of each passage before → state, the text that its link leads to, how many candidates."""
    old = [document(id_, texts) for id_, texts in before.items()]
    new = [document(id_, texts) for id_, texts in after.items()]
    found = {}
    with Ledger(":memory:") as ledger:
        ledger.record("g1", old)
        ledger.record("g2", new, base="g1")
        at_hand = Served(*new) if served else Served()
        for passage in (passage for one in old for passage in one.passages):
            link = ledger.resolve(passage.id, at_hand, "g2")
            current = at_hand.fetch([link.current or ""])[0]
            found[passage.text] = (str(link.state), current.text if current else None, len(link.candidates))
    return found


def edited(text: str) -> str:
    """A text with a few words changed."""
    return text[:20] + "另外" + text[22:]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=10)
def test_all_pairs_and_near_pairs_give_one_verdict(seed: int) -> None:
    """Whether every old text is weighed against every new one, or against those alone that share rare runs, each has the same successor."""
    rnd = random.Random(seed)
    texts = rnd.sample(TEXTS, min(14, len(TEXTS)))
    new = [edited(text) if rnd.random() < 0.5 and len(text) > 40 else text for text in texts if rnd.random() < 0.8]
    olds, news = ([Text(f"{side}{at}", "body", text, at) for at, text in enumerate(some)] for side, some in (("o", texts), ("n", new)))
    vanished = [at for at, text in enumerate(texts) if text not in new]
    fresh = [at for at, text in enumerate(new) if text not in texts]
    verdicts = []
    with pytest.MonkeyPatch.context() as patch:
        for most in (10**9, -1):
            patch_constant(patch, "search.links.succession.FEW_PAIRS", most)
            verdicts.append({at: one.targets for at, one in find_successors(olds, news, vanished, fresh).items()})
    assert verdicts[0] == verdicts[1]
    assert any(verdicts[0].values()) or not fresh


@pytest.mark.parametrize(("constant", "value"), [("VOTERS", 2), ("NEAREST", 1)])
def test_an_edit_is_found_by_few_voters_too(monkeypatch: pytest.MonkeyPatch, constant: str, value: int) -> None:
    """With hardly any runs asked and one text weighed, an edited text still leads to its edited form."""
    patch_constant(monkeypatch, "search.links.succession.FEW_PAIRS", -1)
    patch_constant(monkeypatch, f"search.links.succession.{constant}", value)
    before, after = LONG[:5], [edited(LONG[0]), *LONG[1:4], edited(LONG[4])]
    found = resolved({"d": list(before)}, {"d": after})
    assert found[LONG[0]][:2] == ("changed", edited(LONG[0]))
    assert found[LONG[4]][:2] == ("changed", edited(LONG[4]))


@pytest.mark.parametrize(("pool", "state"), [(10**6, "changed"), (0, "gone")])
def test_a_text_moved_and_edited_is_looked_for_in_a_pool_of_bounded_size(monkeypatch: pytest.MonkeyPatch, pool: int, state: str) -> None:
    """Where the build brings no more than the pool holds it is found; where it brings more it is gone, and led nowhere wrong."""
    patch_constant(monkeypatch, "search.links.settle.POOL", pool)
    found = resolved({"a": LONG[:3], "b": LONG[3:5]}, {"a": LONG[:2], "b": LONG[3:5], "c": [edited(LONG[2]), LONG[6]]})
    assert found[LONG[2]][0] == state
    assert found[LONG[2]][1] in (edited(LONG[2]), None)
    assert all(found[text][:2] == ("exact", text) for text in (*LONG[:2], *LONG[3:5]))


@pytest.mark.parametrize(("common", "moved"), [(2, True), (1, False)])
def test_a_set_phrase_is_followed_only_where_rarer_texts_lead(monkeypatch: pytest.MonkeyPatch, common: int, moved: bool) -> None:
    """A text that stands in two other documents: rare enough it is led to one that came with it; as a set phrase, where nothing rarer
    moved, it is not."""
    patch_constant(monkeypatch, "search.links.settle.COMMON", common)
    patch_constant(monkeypatch, "search.links.settle.POOL", 0)
    phrase = LONG[0]
    old = [document("a", [phrase, LONG[1]]), document("b", [phrase, LONG[2]])]
    new = [document("a", [LONG[1]]), old[1], document("c", [phrase, LONG[3]])]
    with Ledger(":memory:") as ledger:
        ledger.record("g1", old)
        ledger.record("g2", new, base="g1")
        gone_or_moved = str(ledger.resolve(old[0].passages[0].id, Served(*new), "g2").state)
    assert gone_or_moved == ("moved" if moved else "gone")


@pytest.mark.parametrize(("length", "state"), [(10, "moved"), (200, "gone")])
def test_an_untouched_copy_elsewhere_counts_from_a_length_on(monkeypatch: pytest.MonkeyPatch, length: int, state: str) -> None:
    """A deleted text that stood in another document all along leads there, unless it is too short to be more than a set phrase."""
    patch_constant(monkeypatch, "search.links.settle.LONG_ENOUGH", length)
    text = next(text for text in LONG if len(text) < 200)
    others = [one for one in LONG if one != text]
    found = resolved({"a": [*others[:4], text], "b": [others[5]]}, {"a": others[:4], "b": [others[5]]})
    assert found[text][0] == "gone"
    with Ledger(":memory:") as ledger:
        old = [document("a", [*others[:4], text]), document("b", [others[5], text])]
        new = [document("a", others[:4]), old[1]]
        ledger.record("g1", old)
        ledger.record("g2", new, base="g1")
        assert str(ledger.resolve(old[0].passages[4].id, Served(*new), "g2").state) == state


@pytest.mark.parametrize(("offered", "count"), [(1, 1), (2, 2)])
def test_only_so_many_candidates_are_offered(monkeypatch: pytest.MonkeyPatch, offered: int, count: int) -> None:
    """Of two equally good successors as many are offered as the bound allows; neither is chosen."""
    patch_constant(monkeypatch, "search.links.succession.OFFERED", offered)
    text = LONG[0]
    one, other = text[:30] + "甲" + text[31:], text[:30] + "乙" + text[31:]
    found = resolved({"d": [LONG[1], text, LONG[2]]}, {"d": [LONG[1], one, other, LONG[2]]})
    assert (found[text][0], found[text][2]) == ("gone", count)


@pytest.mark.parametrize("cached", [1, 2])
def test_documents_read_again_settle_alike(monkeypatch: pytest.MonkeyPatch, cached: int) -> None:
    """With hardly any document at hand the links are those of a build that keeps all of them."""
    before = {"a": LONG[:3], "b": LONG[3:5], "c": LONG[5:7]}
    after = {"a": [LONG[0], edited(LONG[1])], "b": [LONG[3], LONG[2]], "d": LONG[5:7]}
    expected = resolved(before, after)
    patch_constant(monkeypatch, "search.links.version.CACHED", cached)
    assert resolved(before, after) == expected
    assert {state for state, _, _ in expected.values()} >= {"exact", "moved", "changed"}


@pytest.mark.parametrize(
    "constants", [{"search.links.intake.TOGETHER": 1}, {"search.links.intake.TOGETHER": 3, "search.links.bodies.SAMPLES": 2}], ids=str
)
def test_snapshots_entered_together_or_one_by_one_settle_alike(monkeypatch: pytest.MonkeyPatch, constants: dict[str, int]) -> None:
    """However many snapshots wait before they are entered, and with a dictionary of their own or none, the links are the same."""
    before = {name: LONG[at : at + 2] for at, name in enumerate("abcdef")}
    after = {name: [texts[0], edited(texts[1])] for name, texts in before.items()}
    expected = resolved(before, after)
    for constant, value in constants.items():
        patch_constant(monkeypatch, constant, value)
    assert resolved(before, after) == expected


@given(count=st.integers(0, 9))
@settings(max_examples=10)
def test_a_ledger_asked_in_pieces_knows_the_same(count: int) -> None:
    """Ids asked for three at a time are the ids asked for at once."""
    one = document("d", LONG[:count] or ["短"])
    ids = [passage.id for passage in one.passages]
    with pytest.MonkeyPatch.context() as patch, Ledger(":memory:") as ledger:
        ledger.record("g1", [one])
        expected = ledger.first_seen(ids, "g1")
        patch_constant(patch, "search.links.store.CHUNK", 3)
        assert ledger.first_seen(ids, "g1") == expected
        assert [len(chunk) for chunk in store._chunks(ids)] == [len(ids[at : at + 3]) for at in range(0, len(ids), 3)]


def test_only_so_many_copies_of_the_ledger_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four changes two copies stay where two are kept: the newest, and sound."""
    patch_constant(monkeypatch, "search.links.guard.COPIES_KEPT", 2)
    path = tmp_path / "ledger.sqlite3"
    for number in range(5):
        with Ledger(path) as ledger:
            ledger.record(f"g{number}", [document("d", LONG[: number + 1])])
    kept = guard.copies(path)
    assert len(kept) == 2
    assert guard.sound_copy(path) == kept[0]


@pytest.mark.parametrize(("most", "differ"), [(2, True), (1, False)])
def test_texts_with_many_differences_are_not_compared_by_their_places(monkeypatch: pytest.MonkeyPatch, most: int, differ: bool) -> None:
    """Two names differ in two stretches: within the bound that is all that differs."""
    patch_constant(monkeypatch, "search.links.names.MOST_CHANGES", most)
    assert names.only_places_differ("密云区帮助了滦平县的人", "怀柔区帮助了丰宁县的人") is differ


@pytest.mark.parametrize(("longest", "differ"), [(3, True), (2, False)])
def test_names_of_places_are_looked_for_up_to_a_length(monkeypatch: pytest.MonkeyPatch, longest: int, differ: bool) -> None:
    """A name of three characters is found where names of three are looked for."""
    patch_constant(monkeypatch, "search.links.names.LONGEST_NAME", longest)
    assert bool(names._places_around("在滦平县里", 1, 4)) is differ


@pytest.mark.parametrize(("shortest", "part"), [(12, True), (60, False)])
def test_a_part_of_a_text_counts_from_a_length_on(monkeypatch: pytest.MonkeyPatch, shortest: int, part: bool) -> None:
    """Half a text is a part of it, unless it is too short to tell."""
    patch_constant(monkeypatch, "search.links.likeness.SHORTEST_PART", shortest)
    whole = LONG[0][:50]
    pair = weigh(Text("o", "body", whole, 0), Text("n", "body", whole[:25], 0), 0)
    assert pair is not None
    assert pair.eligible is part


@pytest.mark.parametrize(("gram", "shared"), [(4, True), (6, False)])
def test_texts_share_runs_of_one_length(monkeypatch: pytest.MonkeyPatch, gram: int, shared: bool) -> None:
    """Two texts that have five characters in a row in common share runs of four and none of six."""
    patch_constant(monkeypatch, "search.links.likeness.GRAM", gram)
    one, other = (Text(name, "body", text, 0) for name, text in (("o", "甲乙丙丁戊己庚"), ("n", "子丙丁戊己庚丑寅")))
    assert any(likeness._shared(one, other)) is shared


@pytest.mark.parametrize(("share", "state"), [(0.2, "changed"), (0.9, "gone")])
def test_what_was_edited_is_looked_for_in_the_heir(monkeypatch: pytest.MonkeyPatch, share: float, state: str) -> None:
    """A document that takes over half of another's text is its heir where that is enough: an edited text is found there, and else only by
    chance (the pool, which is empty here)."""
    patch_constant(monkeypatch, "search.links.settle.POOL", 0)
    patch_constant(monkeypatch, "search.links.version.HEIR", share)
    before, after = {"a": LONG[:4], "b": [LONG[5]]}, {"b": [LONG[5], LONG[0], LONG[1], edited(LONG[2])]}
    found = resolved(before, after)
    assert found[LONG[2]][0] == state
    assert found[LONG[0]][:2] == ("moved", LONG[0])
