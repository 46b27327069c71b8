"""What `tests.torture.fuzz` grows inputs for: one function of bytes per promise, which raises where the promise is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from search import Settings
from search.building.one_source import prepare
from search.errors import UnreadableSource
from search.labels.figure.number import read_number
from search.model import BlockKind, Passage, Source
from search.query.match import Matchable, evaluate
from search.query.matchable import matchable
from search.query.parse import parse
from search.query.planner import plan_all
from search.reading import read
from search.reading.sidecar import read_sidecar
from tests.reading.fuzzed import SAMPLES
from web.problems import Problem
from web.state import SearchState

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
LARGEST = 20_000
"""Bytes of an input."""
LIMITS = Settings(max_line_chars=LARGEST)


def _is_a_sentence(said: str) -> None:
    assert said.strip()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


@cache
def _seen() -> Matchable:
    text = "2019年，南岭区向北岭县投入帮扶资金300万元，援建扶贫车间两座，带动16,958人就业。"
    return matchable(Passage("a:1", "a", 1, BlockKind.BODY, text, ()), "a", "", 0)


def query(data: bytes) -> None:
    """Whatever is typed is read, planned and asked of a passage; marks lie in its text."""
    (step,) = plan_all([parse(_text(data)[:500])])
    evaluate(step.plan, _seen())


def number(data: bytes) -> None:
    """From any place a number is read whole, or nothing is."""
    text = _text(data)[:200]
    for at in range(len(text)):
        found, end = read_number(text, at)
        assert at <= end <= len(text)
        assert found is None or found.low <= found.high


def address(data: bytes) -> None:
    """A query string is a state, whose address gives the same state, or a problem with a sentence."""
    try:
        state = SearchState.parse(parse_qs(_text(data), keep_blank_values=True))
    except Problem as problem:
        _is_a_sentence(problem.detail)
        return
    again: dict[str, list[str]] = {}
    for name, value in state.pairs():
        again.setdefault(name, []).append(value)
    assert SearchState.parse(again) == state


def sidecar(data: bytes) -> None:
    """What is understood of it, and warnings."""
    _, warnings = read_sidecar(data[:2_000])
    assert all(warnings)


def line(data: bytes) -> None:
    """A text through the whole line: passages whose labels have their evidence in them."""
    try:
        document = prepare(Source("a.txt", data, "0" * 64), "a", None, LIMITS).document
    except UnreadableSource:
        return
    for passage in document.passages:
        spans = [(figure.start, figure.end) for figure in passage.figures]
        spans += [span for region in passage.regions if not region.inherited for span in region.evidence]
        spans += [span for year in passage.years if not year.inherited for span in year.evidence]
        assert all(0 <= start < end <= len(passage.text) for start, end in spans)


def _reader(name: str) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        """A file of the format: lines, or a sentence."""
        try:
            reading = read(Source(name, data, "0" * 64), LIMITS)
        except UnreadableSource as error:
            _is_a_sentence(error.message)
            return
        assert [one.number for one in reading.lines] == list(range(1, len(reading.lines) + 1))

    return target


NATIVE = {"a.pdf", "a.png", "a.ofd", "a.rar"}
"""Formats whose work is done in other processes or native code, where nothing is seen of the paths taken."""
TARGETS: dict[str, Callable[[bytes], None]] = {
    "query": query,
    "number": number,
    "address": address,
    "sidecar": sidecar,
    "line": line,
    **{name: _reader(name) for name in sorted(SAMPLES) if name not in NATIVE},
}


def seeds(name: str) -> Iterator[bytes]:
    """What inputs of a target grow from."""
    if name in SAMPLES:
        yield SAMPLES[name]()
        return
    yield from (b"", '消费扶贫 OR "密云" -北京 /3 资金>1000万元'.encode(), "1亿3000万元、伍拾万、３.5亿、16,958人、近四成".encode())
    yield from (b"q=a&region=%E5%8C%97%E4%BA%AC%E5%B8%82&year=2018-2020&view=documents&page=2", 'title = "甲"\ndate = 2020-01-02'.encode())
    if name == "line":
        yield from (path.read_bytes()[:LARGEST] for path in sorted(SEEDS.glob("*.txt")))
