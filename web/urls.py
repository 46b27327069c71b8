"""The one place where addresses are made. Pages, JSON and feeds never put a URL together themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, quote_plus

from web.state import DEFAULT_LANGUAGE, PARAMETERS, SearchState

_plus = lru_cache(8192)(lambda value: quote_plus(value, safe="/", errors="replace"))
_path = lru_cache(8192)(lambda value: quote(value, safe="", errors="replace"))


def query_string(pairs: Iterable[tuple[str, str]]) -> str:
    """`?a=b&c=d`, or nothing without pairs."""
    text = _joined(pairs)
    return "?" + text if text else ""


def _joined(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join([f"{_plus(name)}={_plus(value)}" for name, value in pairs])


@lru_cache(4096)
def _value_address(name: str, value: str, lang: str) -> str:
    return "/search" + query_string(SearchState(lang=lang).choose(name, value).pairs())


class Steps:
    """Addresses of the choices one state leads to. A page holds some hundred of them that differ in one facet, so what they have in common
    is written once; they are the addresses of `state.choose`, `state.exclude` and `state.remove`."""

    def __init__(self, state: SearchState) -> None:
        self._state = state
        self._pairs = state.with_page(1).pairs()
        self._around: dict[str, tuple[str, str]] = {}

    def choose(self, facet: str, value: str) -> str:
        return self._address(facet, (value,), self._without(f"not_{facet}", value))

    def exclude(self, facet: str, value: str) -> str:
        excluded = {*getattr(self._state, f"not_{facet}"), value}
        return self._address(facet, self._without(facet, value), sorted(excluded))

    def remove(self, name: str, value: str) -> str:
        facet = name.removeprefix("not_")
        chosen, excluded = getattr(self._state, facet), getattr(self._state, f"not_{facet}")
        left = self._without(name, value)
        return self._address(facet, chosen if name != facet else left, excluded if name == facet else left)

    def _without(self, name: str, value: str) -> Sequence[str]:
        values: tuple[str, ...] = getattr(self._state, name)
        return [item for item in values if item != value] if value in values else values

    def _address(self, facet: str, chosen: Sequence[str], excluded: Sequence[str]) -> str:
        around = self._around.get(facet)
        if around is None:
            own = PARAMETERS.index(facet)
            before = [pair for pair in self._pairs if PARAMETERS.index(pair[0]) < own]
            after = [pair for pair in self._pairs if PARAMETERS.index(pair[0]) > own + 1]
            around = self._around[facet] = _joined(before), _joined(after)
        parts = [around[0], *(f"{facet}={_plus(item)}" for item in chosen), *(f"not_{facet}={_plus(item)}" for item in excluded), around[1]]
        text = "&".join(filter(None, parts))
        return f"/search?{text}" if text else "/search"


@dataclass(frozen=True, slots=True)
class Urls:
    """Addresses of one site. `base` is its public address without a final slash (or empty: addresses stay relative to the host);
    `assets` maps static names to fingerprinted paths."""

    base: str
    assets: Mapping[str, str]

    def absolute(self, path: str) -> str:
        return self.base + path

    def _plain(self, path: str, lang: str, *pairs: tuple[str, str]) -> str:
        chosen = [pair for pair in pairs if pair[1]]
        if lang != DEFAULT_LANGUAGE:
            chosen.append(("lang", lang))
        return path + query_string(chosen)

    def home(self, lang: str = DEFAULT_LANGUAGE) -> str:
        return self._plain("/", lang)

    def page(self, name: str, lang: str = DEFAULT_LANGUAGE) -> str:
        """A page without state of its own: about, help, locate."""
        return self._plain(f"/{name}", lang)

    def search(self, state: SearchState) -> str:
        return "/search" + query_string(state.pairs())

    def value(self, name: str, value: str, lang: str = DEFAULT_LANGUAGE) -> str:
        """Everything with one value of one facet."""
        return _value_address(name, value, lang)

    def facet(self, name: str, state: SearchState, *, find: str = "", by: str = "", start: int = 1) -> str:
        """The full list of a facet's values under a state."""
        extra = [("find", find), ("by", by), ("start", str(start) if start > 1 else "")]
        return f"/facet/{name}" + query_string([*state.with_page(1).pairs(), *(pair for pair in extra if pair[1])])

    def advanced(self, state: SearchState) -> str:
        return "/advanced" + query_string(state.with_page(1).pairs())

    def pairs(self, state: SearchState) -> str:
        return "/pairs" + query_string(state.with_page(1).pairs())

    def cite_search(self, state: SearchState) -> str:
        return "/cite" + query_string(state.with_page(1).pairs())

    def document(self, document_id: str, state: SearchState | None = None, *, hit: str = "", anchor: str = "", source: bool = False) -> str:
        """A document page. With a state it keeps the way back to the results; `hit` is the result it was opened from."""
        pairs = state.pairs() if state else []
        if hit:
            pairs.append(("hit", hit))
        if source:
            pairs.append(("source", "1"))
        return f"/d/{_path(document_id)}{query_string(pairs)}" + (f"#{_path(anchor)}" if anchor else "")

    def passage(self, passage_id: str, q: str = "", lang: str = DEFAULT_LANGUAGE) -> str:
        return self._plain(f"/p/{_path(passage_id)}", lang, ("q", q))

    def embed(self, passage_id: str) -> str:
        return f"/embed/{_path(passage_id)}"

    def cite(self, identifier: str, style: str) -> str:
        return "/api/v1/cite" + query_string([("id", identifier), ("style", style)])

    def export(self, state: SearchState, form: str) -> str:
        return "/api/v1/export" + query_string([*self._found(state), ("format", form)])

    def api_search(self, state: SearchState) -> str:
        known = {"sort", "page", "size"}
        return "/api/v1/search" + query_string([*self._found(state), *(pair for pair in state.pairs() if pair[0] in known)])

    def api_document(self, document_id: str) -> str:
        return f"/api/v1/documents/{_path(document_id)}"

    def figures_csv(self, state: SearchState) -> str:
        known = {"unit", "min", "max"}
        return "/api/v1/figures.csv" + query_string([*self._found(state), *(pair for pair in state.pairs() if pair[0] in known)])

    def feed(self, state: SearchState) -> str:
        return "/feed.atom" + query_string(self._found(state))

    def oembed(self, passage_id: str) -> str:
        return "/oembed" + query_string([("url", self.absolute(f"/p/{_path(passage_id)}"))])

    def static(self, name: str) -> str:
        return self.assets[name]

    @staticmethod
    def _found(state: SearchState) -> list[tuple[str, str]]:
        """Only what decides which passages are found."""
        shown = {"sort", "view", "copies", "order", "rows", "columns", "level", "unit", "min", "max", "page", "size", "lang"}
        return [pair for pair in state.pairs() if pair[0] not in shown]
