"""A document too long for one page is shown in parts, and every address of a passage opens the part that holds it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from search import Library
from tests.web.conftest import Reader
from web.routes import reading
from web.shown import parts

SEED = "000_b8b8e29840079a9b"


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of ten passages, from eleven on."""
    monkeypatch.setattr(parts, "LONGEST_WHOLE", 10)
    monkeypatch.setattr(reading, "LONGEST_WHOLE", 10)
    monkeypatch.setattr(parts, "PART", 10)


def _ids(read: Reader, address: str) -> list[str]:
    return [item.attributes["id"] or "" for item in read(address).all(".passage")]


def test_the_parts_hold_every_passage_once_in_order(read: Reader, library: Library) -> None:
    """All parts after each other are the document; each says where it is; before the first and after the last there is none."""
    passages = library.document(SEED).document.passages
    count = -(-len(passages) // 10)
    assert count > 2
    shown: list[str] = []
    for number in range(1, count + 1):
        page = read(f"/d/{SEED}?part={number}")
        shown += [item.attributes["id"] or "" for item in page.all(".passage")]
        assert f"第 {number * 10 - 9}–{min(number * 10, len(passages))} 段" in page.text(".parts")
        assert bool(page.all(".parts a[rel=prev]")) == (number > 1)
        assert bool(page.all(".parts a[rel=next]")) == (number < count)
    assert shown == [passage.id for passage in passages]


@pytest.mark.parametrize("part", ["0", "99", "x", "-1", "1e9", "９"])
def test_a_part_that_is_none_is_not_found(client: FlaskClient, part: str) -> None:
    """A number past the last part, or none, is 404, never the first part in disguise."""
    assert client.get(f"/d/{SEED}?part={part}").status_code == 404


def test_a_permalink_opens_its_part(client: FlaskClient, read: Reader, library: Library) -> None:
    """The permalink of every passage leads to a page that holds it, opened, whatever part it is on."""
    for passage in library.document(SEED).document.passages[::7]:
        answer = client.get(f"/p/{passage.id}")
        assert answer.status_code == 302
        address, _hash, anchor = answer.headers["Location"].partition("#")
        assert anchor == passage.id
        assert read(address).all(f".passage.opened#{passage.id}") or passage.id in _ids(read, address)


def test_every_way_within_the_document_arrives(read: Reader, library: Library) -> None:
    """Outline and figures of any part lead to a page that holds the passage they name."""
    ids = {passage.id for passage in library.document(SEED).document.passages}
    ways = set()
    for part in (1, 3):
        page = read(f"/d/{SEED}?part={part}")
        here = set(_ids(read, f"/d/{SEED}?part={part}"))
        for link in page.all(".outline a, .figs a"):
            address, _hash, anchor = (link.attributes["href"] or "").partition("#")
            assert anchor in ids
            assert address or anchor in here
            if address:
                ways.add((address, anchor))
    assert len(ways) > 3
    for address, anchor in sorted(ways)[:12]:
        assert anchor in _ids(read, address)


def test_marks_on_other_parts_are_told(read: Reader, library: Library) -> None:
    """Before and after the part at hand, the passages with marks are counted, and the way leads to the nearest."""
    document = library.document(SEED, text="扶贫")
    marked = [bool(document.marks.get(passage.id)) for passage in document.document.passages]
    page = read(f"/d/{SEED}?q=扶贫&part=2")
    text = page.text(".parts")
    assert f"前面还有 {sum(marked[:10])} 段有命中" in text
    assert f"后面还有 {sum(marked[20:])} 段有命中" in text
    ways = [link.attributes["href"] or "" for link in page.all(".parts p a")]
    nearest = [document.document.passages[at].id for at in (max(at for at in range(10) if marked[at]), marked.index(True, 20))]
    assert [way.partition("#")[2] for way in ways] == nearest
    assert all(id_ in _ids(read, way.partition("#")[0]) for way, id_ in zip(ways, nearest, strict=True))


def test_without_script_a_field_takes_the_reader_to_a_passage(client: FlaskClient, read: Reader, library: Library) -> None:
    """What stands after `#` can be put into a field, with or without sentences behind it; an id that is gone is answered as by its link."""
    assert re.search(r'<noscript><form[^>]+method="get">.*name="hit"', client.get(f"/d/{SEED}").text)
    last = library.document(SEED).document.passages[-1].id
    assert last in _ids(read, f"/d/{SEED}?hit={last}.1-2")
    assert "hit" not in read(f"/d/{SEED}").text(".parts p")


def test_a_short_document_has_no_parts(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the limit a document is whole, its permalinks plain."""
    monkeypatch.setattr(parts, "LONGEST_WHOLE", 1_000)
    monkeypatch.setattr(reading, "LONGEST_WHOLE", 1_000)
    assert not read(f"/d/{SEED}").all(".parts")
