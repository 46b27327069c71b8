"""What is new: the hits of a question in the order in which their passages were first seen, the newest first.

The ledger knows which documents each build found new or altered, so a feed asks the engine for those documents alone, build by build from
the newest, until its page is full. A passage whose text changes is another passage with an id of its own; one that only moved, or whose
document changed elsewhere, stays as old as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from search.answering.searching import Searcher
from search.errors import NotFound
from search.links.ledger import Ledger, Recorded
from search.question import Question, Sort
from search.results import Hit, Newest, NewHit

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T|$)")
MOST_DOCUMENTS = 2_000
"""Documents a build may have changed for the engine to be asked for them alone; else all hits are looked through."""


@dataclass(frozen=True, slots=True)
class NewestHits:
    """The hits of questions by when they were first seen. `limit` is the number of hits looked through per build at most."""

    searcher: Searcher
    ledger: Ledger | None
    generation: str
    created: str
    limit: int

    def page(self, question: Question, since: str, offset: int, size: int) -> Newest:
        """A page of the hits first seen after `since`: a generation, a day or a time (ISO 8601, UTC), or empty. Raises NotFound."""
        builds = self._builds(since)
        asked = replace(question, sort=Sort.DOCUMENT, collapse=None, page=1)
        found = list(islice(self._hits(asked, builds), offset, offset + size + 1))
        began = builds[-1].created if builds else self.created
        return Newest(tuple(found[:size]), len(found) > size, began)

    def _builds(self, since: str) -> list[Recorded]:
        known = self.ledger.generations(self.generation) if self.ledger else ()
        builds = list(known) or [Recorded(0, self.generation, self.created)]
        if not since:
            return builds
        for one in builds:
            if one.name == since:
                return [later for later in builds if later.sequence > one.sequence]
        if not _DAY.match(since):
            raise NotFound(f"没有“{since[:40]}”这个索引版本，也没有这个日子。", hint="请写 2026-11-27，或链接簿里的版本。")
        return [one for one in builds if one.created >= since]

    def _hits(self, question: Question, builds: Iterable[Recorded]) -> Iterator[NewHit]:
        for build in builds:
            yield from (NewHit(hit, build.created, build.name) for hit in self._first_seen(question, build))

    def _first_seen(self, question: Question, build: Recorded) -> Iterator[Hit]:
        """The hits that this build gave out first, in the order of documents."""
        if self.ledger is None:
            yield from self.searcher.each_found(question, self.limit)
            return
        changed = self.ledger.changed(build, MOST_DOCUMENTS + 1)
        if not changed:
            return
        if len(changed) <= MOST_DOCUMENTS:
            chosen = question.filters.documents
            documents = [one for one in changed if not chosen or one in chosen]
            if not documents:
                return
            question = question.filtered(question.filters.with_values(document=documents))
        found = list(self.searcher.each_found(question, self.limit))
        seen = self.ledger.first_seen((hit.passage.id for hit in found), self.generation)
        yield from (hit for hit in found if seen.get(hit.passage.id) == build.sequence)
