"""What stands around every page: title, search box, navigation, languages, links for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import request

from web.locale import NAMES, language
from web.locale import gettext as _
from web.site import site
from web.state import DEFAULT_LANGUAGE, LANGUAGES, SearchState
from web.urls import QueryString, Urls, query_string


class Link(NamedTuple):
    """A link as a template needs it. `current` marks the one the page stands on. A tuple, because a page has dozens."""

    label: str
    url: str
    current: bool = False
    lang: str = ""


@dataclass(frozen=True, slots=True)
class HeadLink:
    """A `<link>` of the head."""

    rel: str
    href: str
    type: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page. `query` is the state's query string; `hidden` are the fields a new search keeps; `metas` are citation tags;
    `robots` is empty or `noindex`."""

    title: str
    lang: str
    urls: Urls
    site_name: str
    state: SearchState
    query: QueryString
    navigation: tuple[Link, ...]
    languages: tuple[Link, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    robots: str = ""
    canonical: str = ""
    head_links: tuple[HeadLink, ...] = ()
    metas: tuple[tuple[str, str], ...] = ()
    search_in_page: bool = False
    description: str = ""
    json_ld: str = ""
    """schema.org data of what the page shows, as JSON without `<`."""
    fault: str = ""
    """What is wrong with the index that is answered from."""

    @property
    def address(self) -> str:
        """The one address of the page."""
        return self.canonical or self.urls.absolute(next(link.url for link in self.languages if link.current))

    @property
    def full_title(self) -> str:
        return f"{self.title} — {self.site_name}" if self.title else self.site_name


def build_frame(title: str, *, current: str = "", state: SearchState | None = None, query: QueryString | None = None, **more: Any) -> Frame:
    """The frame of the request at hand. `current` is the path of the navigation entry to mark; `query` is the query string of `state`,
    where there is one already; `more` are fields of Frame."""
    here = site()
    urls = here.urls()
    lang = language()
    state = state or SearchState(lang=lang)
    query = query or QueryString(state)
    entries = (
        (_("浏览"), urls.browse(lang), "/search"),
        (_("谁帮谁"), urls.page("pairs", lang), "/pairs"),
        (_("引文定位"), urls.page("locate", lang), "/locate"),
        (_("高级检索"), query.path("/advanced"), "/advanced"),
        (_("清单"), urls.page("list", lang), "/list"),
        (_("帮助"), urls.page("help", lang), "/help"),
        (_("关于"), urls.page("about", lang), "/about"),
    )
    navigation = tuple([Link(label, url, path == current) for label, url, path in entries])
    more.setdefault("fault", here.shelf.fault())
    more.setdefault("hidden", (("lang", lang),) if lang != DEFAULT_LANGUAGE else ())
    return Frame(title, lang, urls, here.settings.site_name, state, query, navigation, _languages(lang), **more)


def _languages(lang: str) -> tuple[Link, ...]:
    """This very page in each language."""
    asked = query_string((name, value) for name, value in request.args.items(multi=True) if name != "lang")
    own = "&" if asked else "?"
    path = request.path
    return tuple(
        [
            Link(NAMES[code], f"{path}{asked}" + ("" if code == DEFAULT_LANGUAGE else f"{own}lang={code}"), code == lang, code)
            for code in LANGUAGES
        ]
    )


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """View model of `error.html`."""

    frame: Frame
    status: int
    title: str
    detail: str
    hint: str
    ways: tuple[Link, ...] = ()
