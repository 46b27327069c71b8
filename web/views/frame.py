"""What stands around every page: title, search box, navigation, languages, links for machines."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import request

from web.locale import NAMES, language
from web.locale import gettext as _
from web.site import site
from web.state import DEFAULT_LANGUAGE, LANGUAGES, SearchState
from web.urls import Urls, query_string


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a template needs it. `current` marks the one the page stands on."""

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
    """The frame of a page. `hidden` are the fields a new search keeps; `metas` are citation tags; `robots` is empty or `noindex`."""

    title: str
    lang: str
    urls: Urls
    site_name: str
    state: SearchState
    navigation: tuple[Link, ...]
    languages: tuple[Link, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    robots: str = ""
    canonical: str = ""
    head_links: tuple[HeadLink, ...] = ()
    metas: tuple[tuple[str, str], ...] = ()
    search_in_page: bool = False
    description: str = ""

    @property
    def full_title(self) -> str:
        return f"{self.title} — {self.site_name}" if self.title else self.site_name


def build_frame(title: str, *, current: str = "", state: SearchState | None = None, **more: object) -> Frame:
    """The frame of the request at hand. `current` is the path of the navigation entry to mark; `more` are fields of Frame."""
    here = site()
    urls = here.urls()
    lang = language()
    state = state or SearchState(lang=lang)
    entries = (
        (_("浏览"), urls.search(SearchState(lang=lang)), "/search"),
        (_("谁帮谁"), urls.page("pairs", lang), "/pairs"),
        (_("引文定位"), urls.page("locate", lang), "/locate"),
        (_("高级检索"), urls.advanced(state), "/advanced"),
        (_("帮助"), urls.page("help", lang), "/help"),
        (_("关于"), urls.page("about", lang), "/about"),
    )
    navigation = tuple(Link(label, url, path == current) for label, url, path in entries)
    hidden = (("lang", lang),) if lang != DEFAULT_LANGUAGE else ()
    return replace(
        Frame(title, lang, urls, here.settings.site_name, state, navigation, _languages(lang), hidden),
        **more,  # type: ignore[arg-type]
    )


def _languages(lang: str) -> tuple[Link, ...]:
    """This very page in each language."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    out = []
    for code in LANGUAGES:
        chosen = pairs if code == DEFAULT_LANGUAGE else [*pairs, ("lang", code)]
        out.append(Link(NAMES[code], request.path + query_string(chosen), code == lang, code))
    return tuple(out)
