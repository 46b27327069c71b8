"""Pictures of pages: the process that draws is started before it is asked, and one picture is drawn once."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from search.reading import page_picture as drawing
from search.reading.kept import kept_place
from tests.reading.pdf_maker import Text, make_pdf


@pytest.fixture
def kept(tmp_path: Path) -> tuple[str, Path, Path]:
    """A kept PDF of one page: its digest, where sources are, and where pictures go."""
    data = make_pdf([[Text(72, 700, "茶园")]])
    digest = hashlib.sha256(data).hexdigest()
    place = kept_place(digest, tmp_path / "sources")
    assert place is not None
    place.parent.mkdir(parents=True)
    place.write_bytes(data)
    return digest, tmp_path / "sources", tmp_path / "pictures"


def test_the_process_is_ready_before_it_is_asked(kept: tuple[str, Path, Path]) -> None:
    """Looking at a document starts the process that draws; the picture is asked of that same one."""
    drawing._PROCESS.close()
    drawing.get_ready()
    ready = drawing._PROCESS.child
    assert ready is not None
    assert ready.is_alive
    digest, sources, pictures = kept
    data = drawing.page_picture(digest, 1, 700, sources=sources, pictures=pictures, most=10**9)
    assert data is not None
    assert data[8:12] == b"WEBP"
    assert drawing._PROCESS.child is ready


def test_readers_who_ask_at_once_have_one_picture_drawn(kept: tuple[str, Path, Path]) -> None:
    """Several requests for one page wait for the same drawing."""
    digest, sources, pictures = kept
    drawing._PROCESS.close()
    found: list[bytes | None] = []

    def ask() -> None:
        found.append(drawing.page_picture(digest, 1, 700, sources=sources, pictures=pictures, most=10**9))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert found[0]
    assert drawing._PROCESS.child is not None
    assert drawing._PROCESS.child.served == 1


def test_a_page_that_cannot_be_drawn_is_none(kept: tuple[str, Path, Path]) -> None:
    """A page beyond the last has no picture, and the process goes on."""
    digest, sources, pictures = kept
    assert drawing.page_picture(digest, 9, 700, sources=sources, pictures=pictures, most=10**9) is None
    assert drawing.page_picture(digest, 1, 700, sources=sources, pictures=pictures, most=10**9)
