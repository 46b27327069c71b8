"""A build after a small change reads what changed, and says of the whole collection what a full build says."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import build
from search.building import base as base_of_builds
from search.engine.attached import INPUTS, RECENT, SUGGESTED, SUGGESTIONS, WORKS
from search.engine.choice import open_engine
from search.engine.whoosh.files.segment import Segment
from search.model import Document
from search.query import suggest
from search.settings import Settings

FILES = 12


def _text(number: int, said: str) -> str:
    head = f"北岭县第{number}件通知\n\n"
    return head + f"20{10 + number}年，南岭区向北岭县投入帮扶资金{number}万元，援建扶贫车间{number}座，培训电焊工人{said}。\n\n" * 2


def _write(folder: Path, numbers: Iterator[int] | range, said: str) -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"{number:02}.txt").write_text(_text(number, said), encoding="utf-8")


def _said(url: str) -> dict[str, object]:
    engine = open_engine(url)
    try:
        suggestions = zlib.decompress(engine.attachment(SUGGESTIONS) or b"").decode().splitlines()
        counted = json.loads(engine.attachment(SUGGESTED) or b"null")
        attached = {name: json.loads(engine.attachment(name) or b"null") for name in (INPUTS, RECENT, WORKS)}
        documents = [engine.document(id_) for id_ in engine.document_ids()]
        return {**attached, "suggestions": suggestions, "counted": counted, "documents": documents}
    finally:
        engine.close()


@pytest.fixture
def read_documents(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that are read from a generation."""
    found: list[str] = []
    real = Segment.document

    def noted(segment: Segment, ordinal: int) -> Document:
        document = real(segment, ordinal)
        found.append(document.id)
        return document

    monkeypatch.setattr(Segment, "document", noted)
    return found


@pytest.mark.parametrize("sampled", [10, 3_000_000])
def test_a_small_change_reads_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_documents: list[str], sampled: int
) -> None:
    """One document changed, one gone, one new: of the generation in force the first two are read, and everything that is said of the
    whole is as a full build says it. (What is sampled of a large collection depends on the order in which it came.)"""
    monkeypatch.setattr(suggest, "SAMPLED_CHARS", sampled)
    folder, url = tmp_path / "in", f"whoosh:{tmp_path / 'index'}"
    _write(folder, range(FILES), "若干名")
    build([folder], url)
    _write(folder, range(3, 4), "一百名，组织就业援助专场招聘会")
    (folder / "07.txt").unlink()
    _write(folder, range(FILES, FILES + 1), "两名")
    read_documents.clear()
    report = build([folder], url, allow_shrink=True)
    assert sorted(read_documents) == ["03", "07"]
    assert {one.name: one.status for one in report.files} == {
        f"{number:02}.txt": "built" if number in (3, FILES) else "kept" for number in range(FILES + 1) if number != 7
    }
    whole = f"whoosh:{tmp_path / 'whole'}"
    again = build([folder], whole)
    assert (report.documents, report.passages, report.copies) == (again.documents, again.passages, again.copies)
    mine, theirs = _said(url), _said(whole)
    if sampled == 10:
        for name in ("suggestions", "counted"):
            mine.pop(name), theirs.pop(name)
    assert mine == theirs


def test_where_most_changes_or_nothing_is_known_documents_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_documents: list[str]
) -> None:
    """A generation that does not say what its suggestions were made of, and one of which most went."""
    folder, url = tmp_path / "in", f"whoosh:{tmp_path / 'index'}"
    _write(folder, range(FILES), "若干名")
    build([folder], url)
    _write(folder, range(3, 4), "一百名")
    with monkeypatch.context() as patch:
        patch.setattr(base_of_builds, "SUGGESTED", "nothing.json")
        read_documents.clear()
        build([folder], url)
    assert len(read_documents) == FILES - 1
    for number in range(2, FILES):
        (folder / f"{number:02}.txt").unlink()
    read_documents.clear()
    report = build([folder], url, allow_shrink=True, settings=Settings())
    assert sorted(read_documents) == ["00", "01"]
    assert report.documents == 2
