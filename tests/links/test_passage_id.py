"""Laws of ids: the same text has the same id wherever and whenever it is read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.text.passage_id import ALPHABET, LENGTH, WIDE_LENGTH, assign_ids, document_ids, is_passage_id

TEXTS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), max_size=12)
NAMES = st.lists(st.text("ab/.- 文（》é📄", min_size=1, max_size=8).map(lambda stem: f"{stem}.txt"), max_size=12)


def test_ids_never_change() -> None:
    """Ids given out once are written in people's articles: this function may never give others."""
    assert assign_ids("000_b8b8e29840079a9b", ["密云区", "密云区", "消费扶贫 2020年"]) == ("z4rtd272ty5a", "yxf11n2xhsp9", "5kaqjw7130b3")


@given(TEXTS)
def test_ids_are_unique_short_and_url_safe(texts: list[str]) -> None:
    """Identical paragraphs of one document stay apart, and no id needs escaping."""
    ids = assign_ids("d", texts)
    assert len(set(ids)) == len(texts)
    assert all(is_passage_id(id_) and len(id_) == LENGTH and set(id_) <= set(ALPHABET) for id_ in ids)


@given(TEXTS, st.randoms(use_true_random=False))
def test_ids_follow_the_text_when_it_moves(texts: list[str], random: object) -> None:
    """Order plays no part: shuffled, each text still has the ids it had."""
    shuffled = list(texts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(zip(assign_ids("d", texts), texts, strict=True)) == sorted(zip(assign_ids("d", shuffled), shuffled, strict=True)) or len(
        set(texts)
    ) < len(texts)


@given(TEXTS, st.text(min_size=1, max_size=10))
def test_appending_changes_no_id(texts: list[str], more: str) -> None:
    """A copy or anything else added at the end leaves all ids before it as they were."""
    assert assign_ids("d", [*texts, more])[: len(texts)] == assign_ids("d", texts)


def test_ids_ignore_what_a_reader_does_not_see() -> None:
    """Line breaks, stray spaces, width and script are no reason for a link to break."""
    assert assign_ids("d", ["北京市密云\n区 2020 年"]) == assign_ids("d", ["北京市密雲区２０２０年"])


def test_documents_have_their_own_ids() -> None:
    """The same text in two documents is two passages."""
    assert assign_ids("a", ["同一段话"]) != assign_ids("b", ["同一段话"])


def test_a_collision_widens_the_later_id() -> None:
    """Ids so short that they must collide come out wide instead of wrong."""
    ids = assign_ids("d", [str(number) for number in range(40)], length=1)
    assert len(set(ids)) == 40
    assert {len(id_) for id_ in ids} == {1, WIDE_LENGTH}
    first = assign_ids("d", ["x"])[0]
    assert assign_ids("d", ["x"], taken={first})[0].startswith(first)


def test_seed_names_give_the_ids_of_the_contract() -> None:
    """A document is addressed by its file's name without extension."""
    assert document_ids(["000_b8b8e29840079a9b.txt"]) == {"000_b8b8e29840079a9b.txt": "000_b8b8e29840079a9b"}


def test_names_become_readable_and_url_safe() -> None:
    """Folders stay visible, Chinese stays Chinese, what a URL cannot carry goes."""
    found = document_ids(["县/报纸 1.txt", "北京（2020）.pdf", "a/b.txt", "a/b.pdf", "c.zip/d.txt", "..", "?.txt"])
    assert found["县/报纸 1.txt"] == "县--报纸-1"
    assert found["北京（2020）.pdf"] == "北京-2020"
    assert (found["a/b.pdf"], found["a/b.txt"]) == ("a--b", "a--b-txt")
    assert found["c.zip/d.txt"] == "c.zip--d"
    assert found["?.txt"].startswith("doc-")
    assert found[".."].startswith("doc-")


@given(NAMES, st.randoms(use_true_random=False))
def test_document_ids_are_unique_and_independent_of_order(names: list[str], random: object) -> None:
    """Whatever the names and their order, one id each, without characters that need escaping beyond Chinese."""
    shuffled = list(names)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = document_ids(names)
    assert found == document_ids(shuffled)
    assert len(set(found.values())) == len(set(names))
    assert all(all(char.isalnum() or char in "_-." for char in id_) for id_ in found.values())


@given(NAMES, NAMES)
def test_known_ids_are_kept(names: list[str], more: list[str]) -> None:
    """Files added later never take an id from one that had it."""
    known = document_ids(names)
    found = document_ids([*names, *more], known)
    assert {name: found[name] for name in known} == known


def test_a_file_replaced_or_recased_keeps_its_id() -> None:
    """TXT replaced by its PDF, and a name written in other case, are the same document."""
    known = {"a.txt": "a", "Report.TXT": "Report"}
    assert document_ids(["a.pdf", "report.txt"], known) == {"a.pdf": "a", "report.txt": "Report"}
    assert document_ids(["a.pdf", "a.txt"], known) == {"a.txt": "a", "a.pdf": "a-pdf"}
