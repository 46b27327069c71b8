"""Why hits score what they do: `bangfu search --explain`."""

from __future__ import annotations

from collections.abc import Sequence

from search.engine.port import Engine, SearchRequest
from search.query import explained
from search.query.explained import ScorePart
from search.query.match import evaluate
from search.query.matchable import matchable
from search.query.nearest import reading
from search.query.nearest.stages import LISTED, NearPassage
from search.query.plan import Listed, Node
from search.query.syntax import Query
from search.results import Hit


def explain_scores(hits: Sequence[Hit], plan: Node, query: Query, engine: Engine) -> tuple[tuple[ScorePart, ...], ...]:
    """For each hit the parts that its score is the sum of, but for rounding."""
    statistics = engine.statistics()
    near, question = _nearest(query, engine)
    found = []
    for hit in hits:
        known = near.get(hit.passage.id)
        if known is not None and evaluate(plan, matchable(hit.passage, hit.document.id, hit.document.title)) is None:
            found.append(tuple(explained.nearest_parts(known, hit.passage.kind, question=question)))
        else:
            found.append(tuple(explained.parts(plan, matchable(hit.passage, hit.document.id, hit.document.title), statistics, hit.score)))
    return tuple(found)


def _nearest(query: Query, engine: Engine) -> tuple[dict[str, NearPassage], bool]:
    """The nearest passages by id, and whether the query asks a question."""
    sought = reading.sought(query, engine.contains, engine.statistics().passages)
    if sought is None:
        return {}, False
    near = engine.nearest(sought)
    plan = Listed(tuple((one.key, one.score) for one in near))
    hits = engine.search(SearchRequest(plan, limit=LISTED, collect=())).hits
    # A list is ordered as its passages are near: both are in one order.
    return {hit.passage.id: one for hit, one in zip(hits, near, strict=True)}, sought.question
