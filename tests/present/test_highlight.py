"""Laws of marks and snippets."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.present.highlight import leaves, marks, snippets
from search.query.match import pattern
from search.query.parse import parse
from search.query.plan import Node, Outside, Pattern
from search.text.fold import match_form
from tests.engine.corpora import HAN, ODD
from tests.engine.plans import plans
from tests.planned import plan

texts = st.text(HAN * 4 + ODD, max_size=120)


def searched(node: Node) -> set[str]:
    """Every run and word a plan asks for."""
    found: set[str] = set()
    for leaf in leaves(node):
        if isinstance(leaf, Pattern):
            continue
        found |= {leaf.run.text} if isinstance(leaf, Outside) else {*(run.text for run in leaf.runs), *leaf.words}
    return found


@given(plans, texts)
def test_marks_read_as_something_searched(node: Node, text: str) -> None:
    """Every mark folds to runs or words that were searched, laid over each other; marks are sorted and do not overlap."""
    spans = marks(node, text)
    wanted = searched(node)
    patterns = [leaf for leaf in leaves(node) if isinstance(leaf, Pattern)]
    end = 0
    for start, stop in spans:
        assert end <= start < stop <= len(text)
        end = stop
        form = match_form(text[start:stop]).text
        covered = [False] * len(form)
        for run in wanted:
            at = form.find(run)
            while at >= 0:
                covered[at : at + len(run)] = [True] * len(run)
                at = form.find(run, at + 1)
        for leaf in patterns:
            for found in pattern(leaf).finditer(form):
                covered[found.start() : found.end()] = [True] * (found.end() - found.start())
        assert all(covered) or any(form.startswith(run.strip()) for run in wanted)


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("消费扶贫", "助力消费扶贫，扶贫消费", ["消费扶贫"]),
        ("16958人", "带贫16,958人。", ["16,958人"]),
        ("来京就业", "来 京 就 业 1204 人", ["来 京 就 业"]),
        ("密雲區", "密云区委", ["密云区"]),
        ("“对口协作”", "对口协作，对口支援，协作", ["对口协作"]),
        ("消费扶贫", "扶贫产品的消费", ["扶贫", "消费"]),
        ("扶*贫", "扶真贫、真扶贫", ["扶真贫", "扶贫"]),
        ("京东 -北[京东]西", "京东在北京东西部", ["京东"]),
        ("三年来", "3年来成效显著", ["3年来"]),
        ("消费扶贫 AND NOT 密云", "密云消费扶贫", ["消费扶贫"]),
    ],
)
def test_marked_words(query: str, text: str, marked: list[str]) -> None:
    """Whole runs are marked where there are any, words only where there are none, never stray characters of a phrase."""
    assert [text[start:end] for start, end in marks(plan(parse(query)).plan, text)] == marked


@given(texts.map(lambda text: text * 4), st.lists(st.tuples(st.integers(0, 400), st.integers(1, 8)), max_size=6), st.integers(10, 90))
def test_snippets_are_cuts_of_the_text(text: str, places: list[tuple[int, int]], chars: int) -> None:
    """A snippet is the text of its range with marks, escaped; ranges do not overlap, and the first mark is always shown."""
    spans: list[tuple[int, int]] = []
    for start, length in sorted(places):
        if start + length <= len(text) and (not spans or start >= spans[-1][1]):
            spans.append((start, start + length))
    cuts = snippets(text, spans, chars=chars)
    assert bool(cuts) == bool(text)
    end = 0
    for cut in cuts:
        assert end <= cut.start < cut.end <= len(text)
        end = cut.end
        plain = cut.html.replace("<mark>", "").replace("</mark>", "")
        assert unescape(plain).strip("…") == text[cut.start : cut.end].strip("…")
        assert cut.html.count("<mark>") == sum(start < cut.end and stop > cut.start for start, stop in spans)
    if spans:
        assert any(cut.start <= start and stop <= cut.end for cut in cuts for start, stop in spans)


def test_markup_in_a_text_is_escaped() -> None:
    """Nothing of a text becomes markup."""
    (cut,) = snippets("<script>alert('京东')</script>", [(15, 17)])
    assert cut.html == "&lt;script&gt;alert(&#x27;<mark>京东</mark>&#x27;)&lt;/script&gt;"


def test_snippets_end_at_clauses_and_look_at_the_whole_text() -> None:
    """The best place of a long text is found wherever it is, and cut at punctuation."""
    text = "无关的话，说了又说。" * 60 + "密云区消费扶贫分中心，销售各地产品。" + "无关的话，说了又说。" * 60
    node = plan(parse("密云 消费扶贫")).plan
    cut = snippets(text, marks(node, text), chars=40, most=1)[0]
    assert "<mark>密云</mark>区<mark>消费扶贫</mark>分中心" in cut.html
    assert text[cut.start - 1] in "，。"
    assert text[cut.end - 1] in "，。"
