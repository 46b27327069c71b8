"""Progress says how much of the work is done and how long the rest takes, by bytes rather than files."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.building.report import BuildProgress
from search.command.progress import TimeLeft, show_progress, spoken


@given(sizes=st.lists(st.integers(1, 10**6), min_size=1, max_size=50), speed=st.floats(0.5, 10**5), before=st.integers(0, 10**6))
def test_at_an_even_speed_the_time_left_is_right(sizes: list[int], speed: float, before: int) -> None:
    """Files of any sizes read at so many bytes a second: whenever a time is told, it is what the rest takes. What was done before the
    first step counts for nothing."""
    left, total, done = TimeLeft(), sum(sizes) + before, before
    left.seconds(BuildProgress("a", 0, len(sizes), "", done, total), 100.0)
    now = 100.0
    for number, size in enumerate(sizes, start=1):
        done += size
        now += size / speed
        told = left.seconds(BuildProgress("a", number, len(sizes), "", done, total), now)
        if told is not None:
            assert told == pytest.approx((total - done) / speed, rel=1e-3)
    assert told is None


def test_nothing_is_told_too_early_or_where_the_whole_is_unknown() -> None:
    """In the first seconds, and of a stage without a total, no time is made up."""
    left = TimeLeft()
    assert left.seconds(BuildProgress("a", 0, 10), 0.0) is None
    assert left.seconds(BuildProgress("a", 1, 10), 1.0) is None
    assert left.seconds(BuildProgress("a", 2, 10), 4.0) == 16.0
    assert left.seconds(BuildProgress("b", 500, 0), 60.0) is None
    assert left.seconds(BuildProgress("b", 900, 0), 90.0) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "约 1 秒"), (21, "约 20 秒"), (130, "约 2 分钟"), (3_599, "约 1 小时"), (4_800, "约 1 小时 20 分钟")],
)
def test_times_are_spoken_roughly(seconds: float, words: str) -> None:
    """No false precision."""
    assert spoken(seconds) == words


def test_lines_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line a stage at once, then one every few seconds, with share and time left; a note always, by itself."""
    clock = iter([0.0, 1.0, 6.0, 6.5, 7.0])
    monkeypatch.setattr("search.command.progress.time.monotonic", lambda: next(clock))
    stream = io.StringIO()
    with show_progress(stream) as tell:
        tell(BuildProgress("读取", 0, 4, "a.txt", 0, 1_000))
        tell(BuildProgress("读取", 1, 4, "b.txt", 100, 1_000))
        tell(BuildProgress("读取", 2, 4, "c.txt", 200, 1_000))
        tell(BuildProgress("接着构建", 1, 4, note="接着上次。"))
        tell(BuildProgress("写入", 0, 0, work_done=30, work_total=60))
    assert stream.getvalue().splitlines() == ["读取 0/4（0%） a.txt", "读取 2/4（20%） 剩 约 25 秒 c.txt", "接着上次。", "写入 50%"]
