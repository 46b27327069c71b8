"""One query planned by itself: what answering does with several at once."""

from __future__ import annotations

from search.query.planner import FEW, Asker, PlannedStep, Present, plan_all, settled
from search.query.spelling import Speller
from search.query.syntax import Query
from search.question import NO_FILTERS


def plan(query: Query, present: Present | None = None) -> PlannedStep:
    """The query as typed. With `present`, expansions that occur nowhere are left out."""
    return plan_all([query], present)[0]


def choose(query: Query, asker: Asker, speller: Speller | None = None) -> PlannedStep:
    """The first reading of the query that finds anything over the whole corpus: as typed, or relaxed; else its nearest passages, if it says
    enough to be near to."""
    step = plan(query, asker.present)
    (total,) = asker.counts([(step.plan, NO_FILTERS)], FEW)
    return settled(query, step, total, asker, speller)
