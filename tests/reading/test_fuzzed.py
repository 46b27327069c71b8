"""Sound files of every format with bytes broken in them, through the walk and the readers, each in its limited process: sources and
readings, or sentences. The time and memory are those of the limits; `make torture` takes five thousand examples of each."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Settings
from search.errors import UnreadableSource
from search.reading import collect, read
from search.reading.sidecar import read_sidecar
from tests.reading.fuzzed import SAMPLES, Blow, broken
from tests.torture import hostile_files

LIMITS = Settings(max_reader_seconds=10, max_pdf_seconds=10)
PIECES = st.one_of(
    st.binary(min_size=1, max_size=6),
    st.sampled_from(
        (
            b"\0" * 8,
            b"\xff" * 8,
            b"<",
            b">",
            b"]]>",
            b"&x;",
            b"{",
            b"\\u-1",
            b"--x",
            b"99999999999",
            b"-1",
            b"\r\n\r\n",
            b"%s",
            b"\xed\xa0\x80",
        )
    ),
)
BLOWS = st.lists(st.tuples(st.floats(0, 1), PIECES), max_size=5)
KEPT = st.one_of(st.just(1.0), st.floats(0.1, 1))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_sample_is_sound(name: str, tmp_path: Path) -> None:
    """What is broken below is read as it is; a picture without text is refused."""
    (tmp_path / name).write_bytes(SAMPLES[name]())
    found = list(collect([tmp_path], LIMITS))
    assert found
    for one in found:
        assert one.source is not None, one.reason
        if name == "a.png":
            with pytest.raises(UnreadableSource):
                read(one.source, LIMITS)
        else:
            assert read(one.source, LIMITS).lines


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_broken_files_are_read_or_refused(name: str) -> None:
    """Every format, with bytes overwritten and its end cut off: nothing but readings and sentences comes of it, and the walk gives
    something."""

    @settings(max_examples=settings().max_examples // 10)
    @given(BLOWS, KEPT)
    def law(blows: list[Blow], kept: float) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / name).write_bytes(broken(SAMPLES[name](), blows, kept))
            found = list(collect([folder], LIMITS))
            assert found
            for one in found:
                assert (one.source is None) == bool(one.reason)
                if one.source is None:
                    continue
                try:
                    reading = read(one.source, LIMITS)
                except UnreadableSource:
                    continue
                assert [line.number for line in reading.lines] == list(range(1, len(reading.lines) + 1))
                assert not any("\n" in line.text or "\0" in line.text for line in reading.lines)

    law()


@given(
    st.binary(max_size=300),
    st.lists(st.sampled_from(('title = "甲"', "date = 2020-01-01", "[a]", "a.b.c = 1", "年份 = [2019, 2020]", "x = {")), max_size=8),
)
def test_any_sidecar(rest: bytes, lines: list[str]) -> None:
    """Bytes at random among lines that make sense: what is understood, and warnings, never an error."""
    said, warnings = read_sidecar("\n".join(lines).encode() + rest)
    assert said.origin
    assert all(warnings)


def test_hostile_files_are_taken_in_or_refused() -> None:
    """One of each kind of the three hundred of `make torture`, through the whole line: a document or a sentence, within the limits."""
    settings = Settings(max_reader_seconds=10, max_pdf_seconds=10, max_reader_memory_bytes=600 << 20, max_pdf_memory_bytes=600 << 20)
    small = [number for number in range(60) if len(_made(number)[1]) < 400_000]
    kinds = {hostile_files.KINDS[number % len(hostile_files.KINDS)]: number for number in reversed(small)}
    wrong = []
    for number in kinds.values():
        name, data = _made(number)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.txt").write_text("密云区帮扶滦平县。", encoding="utf-8")
            (Path(folder) / name).write_bytes(data)
            found = hostile_files.taken_in(Path(folder), settings)
        if found.fault:
            wrong.append(f"{name} ({number}): {found.fault}")
    assert not wrong
    assert len(kinds) >= 9


def _made(number: int) -> hostile_files.Made:
    return hostile_files.KINDS[number % len(hostile_files.KINDS)](random.Random(1_000_003 + number))
