"""The library of a site, asked over HTTP: the same questions and the same answers as an open `Library`.

    import search
    with search.connect("https://example.org/archive") as library:
        for hit in library.hits("消费扶贫", filters={"year": "2020"}):
            print(hit.document.title, hit.passage.text)

What the site does not send (source lines, scores' parts, evidence of documents) is empty.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from http.client import HTTPResponse
from itertools import count
from typing import Any, Self
from urllib.parse import quote, urlencode

from search import remote_answers as read
from search.errors import BadRequest, EngineUnavailable, LibraryClosed, NotFound, SearchError
from search.question import Filters, Question, Sort, read_sort
from search.results import (
    Answer,
    DocumentSummary,
    FigureTable,
    Hit,
    LocateMatch,
    Newest,
    PassagePage,
    RelationTable,
    Suggestion,
)

PAGE = 100
"""Hits asked for at a time."""
Given = Filters | Mapping[str, Sequence[str] | str] | None


def connect(url: str, *, token: str = "", seconds: float = 30.0) -> RemoteLibrary:
    """The library of the site at an address such as `https://example.org/archive`. `token` is what the site asks of its readers, `seconds`
    how long an answer is waited for. Raises BadRequest for what is no address, EngineUnavailable where no site of ours answers."""
    if not url.startswith(("http://", "https://")):
        raise BadRequest(f"“{url[:80]}”不是网址。", hint="请写 https://…；本机的索引用 open_library。")
    library = RemoteLibrary(url.rstrip("/"), token, seconds)
    library.documents(limit=1)
    return library


class RemoteLibrary:
    """See `connect`. Close it, or use it as a context manager; a question asked afterwards raises LibraryClosed."""

    def __init__(self, url: str, token: str, seconds: float) -> None:
        self._url = url
        self._token = token
        self._seconds = seconds
        self._closed = False

    def __repr__(self) -> str:
        return f"<RemoteLibrary {self._url}{', closed' if self._closed else ''}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closing twice is harmless."""
        self._closed = True

    def search(self, question: Question | str, *, filters: Given = None, sort: str = "relevance", page: int = 1, size: int = 20) -> Answer:
        """A page of results. Raises BadRequest for a filter, sort or page that makes no sense; never for a query."""
        asked = _question(question, filters, sort, page, size)
        pairs = [*_pairs(asked), ("page", str(asked.page)), ("size", str(asked.size))]
        return read.answer(self._json("search", pairs), asked)

    def hits(self, question: Question | str, *, filters: Given = None, sort: str = "relevance", limit: int | None = None) -> Iterator[Hit]:
        """All full hits one by one, a page asked for at a time, as far as the site's pages go; at most `limit`. None of a text that was
        relaxed."""
        asked, left = _question(question, filters, sort, 1, PAGE), limit
        for page in count(1):
            try:
                answer = self.search(replace(asked, page=page, size=PAGE))
            except NotFound:  # pages end here
                return
            full = answer.hits[: answer.first_also] if answer.also else answer.hits
            if answer.query.relaxed:
                return
            yield from full if left is None else full[:left]
            if left is not None:
                left -= len(full)
            if len(full) < PAGE or (left is not None and left <= 0):
                return

    def count(self, question: Question) -> int:
        """The exact total of a question."""
        return self.search(replace(question, page=1, size=1)).total

    def suggest(self, prefix: str) -> tuple[Suggestion, ...]:
        """What the user may be typing: queries with the totals that they give."""
        found = self._json("suggest", [("q", prefix[:100])])["suggestions"]
        return tuple(Suggestion(one["text"], one["kind"], one["total"]) for one in found)

    def newest(self, question: Question | str, *, filters: Given = None, since: str = "", limit: int = 50) -> Newest:
        """The full hits, the newest first by when their passages were first seen; only those after `since`. Raises NotFound."""
        asked = _question(question, filters, "relevance", 1, limit)
        pairs = [*_filtering(asked), ("size", str(limit)), *([("since", since)] if since else [])]
        return read.newest(self._json("new", pairs))

    def documents(self, limit: int | None = None) -> tuple[DocumentSummary, ...]:
        """All documents, by id."""
        pairs = [("page", "1"), ("size", str(limit))] if limit else []
        return tuple(map(read.summary, self._json("documents", pairs)["documents"]))

    def passage(self, passage_id: str) -> PassagePage:
        """A passage by its id, wherever it leads today. Raises NotFound for an id that was never given out."""
        return read.passage_page(self._json(f"passages/{quote(passage_id, safe='')}", gone=True))

    def locate(self, quotation: str) -> tuple[LocateMatch, ...]:
        """Where a quote occurs, best first. The texts are not sent: `passage(match.id)` has them."""
        found = self._json("locate", data=urlencode({"quote": quotation}).encode())
        return tuple(map(read.match, found["matches"]))

    def figures(
        self, question: Question | str, *, filters: Given = None, unit: str | None = None, per: str | None = None,
        minimum: float | None = None, maximum: float | None = None, sort: str = "document",
    ) -> FigureTable:  # fmt: skip
        """Figures of the passages that the text finds, as many as the site exports."""
        asked = _question(question, filters, "relevance", 1, 20)
        own = {"unit": unit, "per": per, "min": minimum, "max": maximum, "order": sort}
        chosen = [(name, f"{value:.15g}" if isinstance(value, float) else str(value)) for name, value in own.items() if value is not None]
        return read.figures(self._json("figures", [*_filtering(asked), *chosen]), asked)

    def relations(self, question: Question | str = "", *, filters: Given = None, kind: str | None = None) -> RelationTable:
        """Who helps whom, as many pairs as the site exports, those most often said first."""
        asked = _question(question, filters, "relevance", 1, 20)
        return read.relations(self._json("relations", [*_filtering(asked), *([("relation", kind)] if kind else [])]), asked)

    def cite(self, id_: str, style: str, *, accessed: date | None = None, url: str = "") -> str:
        """The citation of a document or passage as the site gives it today, with its own link."""
        del accessed, url  # the site's own
        return self._read("cite", [("id", id_), ("style", style)]).decode().rstrip("\n")

    def export(self, question: Question | str, format_: str, *, filters: Given = None, partial: bool = False) -> Iterator[bytes]:
        """A result set as a file, as it comes."""
        pairs = [*_pairs(_question(question, filters, "relevance", 1, 20)), ("format", format_), *([("partial", "1")] if partial else [])]
        with self._open("export", pairs) as response:
            while piece := response.read(64 * 1024):
                yield piece

    # --- asking ------------------------------------------------------------------------------------------------------

    def _json(self, path: str, pairs: Sequence[tuple[str, str]] = (), *, data: bytes | None = None, gone: bool = False) -> Any:
        """The JSON of an answer; with `gone` also that of a passage that is no more."""
        return json.loads(self._read(path, pairs, data=data, gone=gone))

    def _read(self, path: str, pairs: Sequence[tuple[str, str]] = (), *, data: bytes | None = None, gone: bool = False) -> bytes:
        with self._open(path, pairs, data, gone=gone) as response:
            return response.read()

    def _open(self, path: str, pairs: Sequence[tuple[str, str]], data: bytes | None = None, *, gone: bool = False) -> HTTPResponse:
        if self._closed:
            raise LibraryClosed("这个库已经关闭。", hint="请再连一次：connect(…)。")
        address = f"{self._url}/api/v1/{path}" + (f"?{urlencode(pairs)}" if pairs else "")
        request = urllib.request.Request(address, data, {"Authorization": f"Bearer {self._token}"} if self._token else {})
        try:
            found: HTTPResponse = urllib.request.urlopen(request, timeout=self._seconds)
        except urllib.error.HTTPError as error:
            if gone and error.code == 410:
                return error  # type: ignore[return-value]  # the body says the state of the link
            raise _error(error) from None
        except OSError as error:
            raise EngineUnavailable(f"{self._url} 没有回答：{error}", hint="请核对网址，稍后再试。") from None
        return found


def _question(question: Question | str, filters: Given, sort: str, page: int, size: int) -> Question:
    if isinstance(question, Question):
        return question
    chosen = filters if isinstance(filters, Filters) else Filters.read(filters or {})
    return Question(question, chosen, read_sort(sort), page, size)


def _filtering(asked: Question) -> list[tuple[str, str]]:
    """The parameters of a question that decide what is found, not in which order."""
    return [pair for pair in _pairs(asked) if pair[0] != "sort"]


def _pairs(asked: Question) -> list[tuple[str, str]]:
    """The parameters of a question, without its page."""
    pairs = [("q", asked.text)] if asked.text else []
    pairs += asked.filters.pairs()
    pairs += [("off", key) for key in asked.off]
    if asked.literal:
        pairs.append(("literal", "1"))
    return pairs if asked.sort is Sort.RELEVANCE else [*pairs, ("sort", str(asked.sort))]


def _error(error: urllib.error.HTTPError) -> SearchError:
    """The site's problem as the error that an open library would have raised."""
    try:
        detail = str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError):
        return EngineUnavailable(f"这个网址上没有帮扶检索（{error.code}）。", hint="请写站点的首页网址。")
    if error.code == 400:
        return BadRequest(detail)
    return NotFound(detail) if error.code in (404, 410) else EngineUnavailable(detail)
