"""Where building changes path, or stops, by how much there is: both sides of each constant, which is patched small."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from search import build
from search.building.copies import group_works, resemblance, sketch
from search.building.guard import refuse_shrinking
from search.building.shares import read_share
from search.engine.port import Share
from search.errors import BadRequest, GenerationShrinks
from search.model import BlockKind
from tests.building.test_resume import contents, write_sources
from tests.building.test_works import article, of
from tests.house.constants import patch_constant


def sketches(texts: Mapping[str, str]) -> dict[str, Sequence[int]]:
    """The sketches of documents."""
    return {name: of(text) for name, text in texts.items()}


@pytest.mark.parametrize("holders", [1, 2, 200])
def test_copies_are_found_however_few_documents_a_hash_remembers(monkeypatch: pytest.MonkeyPatch, holders: int) -> None:
    """Five copies of one text and two others are one work and two: copies are compared with the first that has their text."""
    patch_constant(monkeypatch, "search.building.copies.HOLDERS", holders)
    texts = {f"c{at}": article(1) for at in range(5)} | {"x": article(2), "y": article(3)}
    assert group_works(sketches(texts)) == {**dict.fromkeys((f"c{at}" for at in range(5)), "c0"), "x": "x", "y": "y"}


@pytest.mark.parametrize("probes", [1, 16, 128])
def test_copies_are_found_by_few_hashes(monkeypatch: pytest.MonkeyPatch, probes: int) -> None:
    """Letter for letter the same text is found by one hash as by all."""
    patch_constant(monkeypatch, "search.building.copies.PROBES", probes)
    assert group_works(sketches({"a": article(1), "b": article(1), "c": article(2)})) == {"a": "a", "b": "a", "c": "c"}


@pytest.mark.parametrize(("share", "same"), [(0.5, True), (1.0, False)])
def test_documents_are_one_work_from_a_resemblance_on(monkeypatch: pytest.MonkeyPatch, share: float, same: bool) -> None:
    """A text and the same with some more are one work where most is enough."""
    patch_constant(monkeypatch, "search.building.copies.RESEMBLANCE", share)
    works = group_works(sketches({"a": article(3, 800), "b": article(3, 800) + article(4, 40)}))
    assert (works["b"] == "a") is same


@pytest.mark.parametrize(("shortest", "judged"), [(40, True), (41, False)])
def test_short_documents_are_not_judged(monkeypatch: pytest.MonkeyPatch, shortest: int, judged: bool) -> None:
    """Forty characters are judged where forty are enough."""
    patch_constant(monkeypatch, "search.building.copies.SHORTEST", shortest)
    assert bool(sketch([(BlockKind.BODY, "甲乙丙丁戊己庚辛壬癸" * 4)])) is judged


@pytest.mark.parametrize(("size", "shingle"), [(4, 8), (128, 2), (10_000, 8)])
def test_a_sketch_is_the_smallest_hashes(monkeypatch: pytest.MonkeyPatch, size: int, shingle: int) -> None:
    """A small sketch is the beginning of a large one; the same text resembles itself by any."""
    whole = of(article(1))
    patch_constant(monkeypatch, "search.building.copies.SKETCH", size)
    patch_constant(monkeypatch, "search.building.copies.SHINGLE", shingle)
    some = of(article(1))
    assert len(some) <= size
    assert resemblance(some, some) == 1.0
    assert shingle != 8 or some[:4] == whole[:4]


@pytest.mark.parametrize(("few", "refused"), [(2, False), (1, True)])
def test_a_few_documents_may_always_go(monkeypatch: pytest.MonkeyPatch, few: int, refused: bool) -> None:
    """Two of four may go where two are few, though that is half."""
    patch_constant(monkeypatch, "search.building.guard.FEW", few)
    before = {f"{at}.txt": str(at) for at in range(4)}
    now = {name: digest for name, digest in before.items() if name > "1.txt"}
    if not refused:
        refuse_shrinking(before, now, 20)
        return
    with pytest.raises(GenerationShrinks):
        refuse_shrinking(before, now, 20)


@pytest.mark.parametrize(("named", "counted"), [(3, False), (2, True)])
def test_documents_that_would_go_are_named_or_counted(monkeypatch: pytest.MonkeyPatch, named: int, counted: bool) -> None:
    """Three are named where three are; else the sentence names two and counts three. The error holds all."""
    patch_constant(monkeypatch, "search.building.guard.NAMED", named)
    before = {f"{at}.txt": str(at) for at in range(3)}
    with pytest.raises(GenerationShrinks) as refused:
        refuse_shrinking(before, {}, 20)
    assert ("2.txt" in refused.value.message) is not counted
    assert ("等 3 件" in refused.value.message) is counted


@pytest.mark.parametrize(("most", "read"), [(4, True), (3, False)])
def test_a_source_is_cut_into_so_many_shares(monkeypatch: pytest.MonkeyPatch, most: int, read: bool) -> None:
    """A fourth is a share where four are allowed, else it is refused with the bound."""
    patch_constant(monkeypatch, "search.building.shares.MOST", most)
    if read:
        assert read_share("2/4") == Share(2, 4)
        return
    with pytest.raises(BadRequest, match=re.escape("2/4")):
        read_share("2/4")


@pytest.mark.parametrize("waiting", [1, 2, 100])
def test_one_process_or_several_build_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waiting: int) -> None:
    """Read here, or in processes of which few or many results may wait: the same generation, the same reports in the same order."""
    sources = write_sources(tmp_path / "in")
    monkeypatch.setattr("search.building.workers.threading.active_count", lambda: 1)
    made = []
    for size, at in ((10**9, "here"), (0, "there")):
        patch_constant(monkeypatch, "search.building.workers.PARALLEL_FROM", size)
        patch_constant(monkeypatch, "search.building.workers.WAITING", waiting)
        build([sources], f"whoosh:{tmp_path / at}")
        made.append(contents(f"whoosh:{tmp_path / at}"))
    assert made[0] == made[1]
