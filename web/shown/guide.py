"""View models of the help page and of the page about this site."""

from __future__ import annotations

from dataclasses import dataclass

from web.shown.frame import Frame


@dataclass(frozen=True, slots=True)
class HelpExample:
    """An example with the number of passages it finds in this very collection."""

    query: str
    says: str
    url: str
    total: int


@dataclass(frozen=True, slots=True)
class HelpPage:
    """View model of `help.html`: examples by section key."""

    frame: Frame
    examples: dict[str, tuple[HelpExample, ...]]


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A program type, or a mechanism, as its table defines it."""

    label: str
    definition: str
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class AboutPage:
    """View model of `about.html`."""

    frame: Frame
    documents: int
    passages: int
    types: tuple[TypeRow, ...]
    mechanisms: tuple[TypeRow, ...]
    generation: str
    created: str
    analysis: str
    segmenter: str
    engine: str
