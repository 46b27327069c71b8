"""Which places a document's passages name, in which role, and which they inherit.

Works on a whole document, because context decides: a bare 合作 is a place only where 合作市 is spoken of, 朝阳区 is Beijing's in a
document about Beijing, and a passage that names no recipient has those of its article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from search.labels.gazetteer import NATION, gazetteer
from search.labels.region.about import is_of_the_nation, places_about
from search.labels.region.boundary import Words
from search.labels.region.context import Item, Knowledge, link, make_items
from search.labels.region.draft import Draft
from search.labels.region.inherit import Heritage, main_sides, sides_of_document
from search.labels.region.judge import dismiss, judge, judge_compounds, names_of_persons
from search.labels.region.match import Proof, find_names, names_of_blocks
from search.labels.region.pairs import pair_counts, pair_labels, with_roles_of_pairs
from search.labels.region.roles import spoken_role
from search.labels.region.sections import inherit
from search.labels.region.settle import settle
from search.labels.region.sides import Told, sides_of_articles, told_in_sections
from search.labels.region.stated import StatedSides
from search.model import Block, Metadata, Origin, RegionLabel, Rejection, Role, Span


@dataclass(frozen=True, slots=True)
class RegionLabels:
    """One tuple of labels and one of rejections per block, in block order; supporters and recipients of the whole document, and the
    places it is about: `NATION` alone where it is about the whole country."""

    labels: tuple[tuple[RegionLabel, ...], ...]
    supporters: tuple[str, ...]
    recipients: tuple[str, ...]
    rejected: tuple[tuple[Rejection, ...], ...]
    about: tuple[str, ...] = ()
    helped: tuple[str, ...] = ()
    """The places helped where no place helps; `recipients` has those that one does."""
    about_of: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Article → what it is about, where a document has several."""


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place in a query: the paths it may mean, those of highest rank first, and where it stands. `certain` is False for what
    is an ordinary word as well (合作, 资源)."""

    paths: tuple[str, ...]
    span: Span
    text: str
    certain: bool = True


def label_regions(blocks: Sequence[Block], metadata: Metadata) -> RegionLabels:
    """Region labels of all blocks of one document. Pure; the user's `metadata.regions` are added to every block and
    `metadata.forbid_regions` (with all below them) given to none."""
    draft = _draft(blocks, metadata)
    sides = sides_of_articles(draft)
    heritage = Heritage(draft, sides)
    written = {(item.article, item.path) for item in draft.items if item.alive and item.settled and item.end - item.start > 1}
    for at, block in enumerate(blocks):
        main = [path for path in heritage.main_places(block.article) if (block.article, path) in written]
        dismiss(draft.texts[at], draft.by_block[at], heritage.sides(block.article).supporters, main)
    told = told_in_sections(draft, sides)
    labels = []
    for at, block in enumerate(blocks):
        own = with_roles_of_pairs(draft.texts[at], draft.found[at], _explicit(draft.texts[at], draft.by_block[at], heritage, block, told))
        have = [label.path for label in own]
        labels.append(own + pair_labels(draft.texts[at], draft.found[at], have, heritage.main_places(block.article)))
    labels = inherit(blocks, labels, draft.mentions, heritage)
    given = _given(metadata)
    venues = draft.passing | (draft.venues if is_of_the_nation(blocks) else frozenset())
    shown = [
        [(label.path, start) for label in own for start, _ in label.evidence if (at, start) not in venues] for at, own in enumerate(labels)
    ]
    about = places_about(blocks, shown, main_sides(heritage.supporters, heritage.recipients))
    paired = sides_of_document(heritage.supporters, heritage.recipients, about)

    stated = StatedSides.of(metadata)

    def subject(of: Sequence[Block], places: Sequence[str]) -> tuple[str, ...]:
        nation = (NATION,) if not given and is_of_the_nation(of) else ()
        return tuple(dict.fromkeys((*given, *_allowed(places or nation, metadata))))

    return RegionLabels(
        labels=tuple(stated.of_labels(_overridden(one, given, metadata)) for one in labels),
        supporters=stated.of_supporters(_allowed(paired.supporters, metadata)),
        recipients=stated.of_recipients(_allowed(paired.recipients, metadata)),
        rejected=tuple(_rejections(draft.texts[at], draft.by_block[at]) for at in range(len(blocks))),
        about=subject(blocks, about),
        helped=stated.of_helped(_allowed(paired.helped, metadata)),
        about_of={article: subject(of, places) for article, of, places in _articles_about(draft, shown, heritage)},
    )


def _articles_about(
    draft: Draft, shown: Sequence[Sequence[tuple[str, int]]], heritage: Heritage
) -> Iterator[tuple[int, Sequence[Block], tuple[str, ...]]]:
    """Of each article of a document with several: its number, its blocks, the places it is about."""
    articles = {article: here for article, here in draft.articles.items() if article}
    for article, here in articles.items() if len(articles) > 1 else ():
        of, sides = [draft.blocks[at] for at in here], heritage.sides(article)
        yield article, of, places_about(of, [shown[at] for at in here], main_sides(sides.supporters, sides.recipients))


def _draft(blocks: Sequence[Block], metadata: Metadata) -> Draft:
    """The names of a document, settled and judged."""
    texts = [block.text for block in blocks]
    words = [Words(text) for text in texts]
    found = names_of_blocks(texts, words)
    by_block: list[list[Item]] = []
    for at, block in enumerate(blocks):
        here = make_items(at, block.article, found[at])
        link(texts[at], here)
        by_block.append(here)
    known = Knowledge(path for path in _given(metadata) if gazetteer().division(path))
    for at, block in enumerate(blocks):
        for counts in pair_counts(texts[at], found[at]):
            known.note_pair(counts.elements(), block.article)
    settle(texts, by_block, known)
    _judge(blocks, texts, words, by_block)
    return Draft(blocks, texts, found, by_block)


def _judge(blocks: Sequence[Block], texts: Sequence[str], words: Sequence[Words], by_block: Sequence[Sequence[Item]]) -> None:
    named: dict[int, set[str]] = {}
    for block, items in zip(blocks, by_block, strict=True):
        named.setdefault(block.article, set()).update(item.path for item in items if item.settled and item.alive and item.name.full)
    persons = names_of_persons(texts, words, by_block)
    for at, block in enumerate(blocks):
        judge(texts[at], by_block[at], frozenset(named[block.article]), persons)
    judge_compounds(texts, by_block)


def _explicit(text: str, items: Sequence[Item], heritage: Heritage, block: Block, told: Told) -> list[RegionLabel]:
    """One label for each place named in a block, with every range that names it. Its role is that of its article; where the article is
    not about aid, what the plainest sentences of the section say."""
    spans: dict[str, list[Span]] = {}
    was: dict[str, str] = {}
    for item in items:
        if not item.alive or not item.settled:
            continue
        spans.setdefault(item.path, []).append(item.evidence)
        if item.name.old and not item.shown_end:
            was.setdefault(item.path, text[item.name_start : item.end])
    if heritage.about_aid(block.article):
        roles = {path: heritage.sides(block.article).role(path) for path in spans}
    else:
        roles = {path: spoken_role(told.get((block.article, block.section, path), 0.0)) for path in spans}
    return [RegionLabel(path, roles[path], evidence=tuple(ranges), was=was.get(path)) for path, ranges in spans.items()]


def _rejections(text: str, items: Sequence[Item]) -> tuple[Rejection, ...]:
    return tuple(Rejection("region", text[item.start : item.end], (item.start, item.end), item.rejected) for item in items if item.rejected)


def _given(metadata: Metadata) -> tuple[str, ...]:
    """The user's places as paths; a name that only one division bears (滦平县) will do. What is no division stays as it is."""
    return tuple(map(gazetteer().path_of, metadata.regions))


def _allowed(paths: Sequence[str], metadata: Metadata) -> tuple[str, ...]:
    """Paths without those the user forbids, and all below them."""
    forbidden = tuple(f"{gazetteer().path_of(name)}/" for name in metadata.forbid_regions)
    return tuple(path for path in paths if not f"{path}/".startswith(forbidden)) if forbidden else tuple(paths)


def _overridden(labels: list[RegionLabel], given: Sequence[str], metadata: Metadata) -> tuple[RegionLabel, ...]:
    if not given and not metadata.forbid_regions:
        return tuple(labels)
    allowed = set(_allowed([label.path for label in labels], metadata))
    kept = [label for label in labels if label.path in allowed]
    have = {label.path: at for at, label in enumerate(kept)}
    for path in given:
        if path in have:
            kept[have[path]] = replace(kept[have[path]], origin=Origin.USER)
        else:
            kept.append(RegionLabel(path, role=Role.MENTIONED, inherited=True, origin=Origin.USER))
    return tuple(kept)


def find_places(text: str) -> tuple[PlaceMention, ...]:
    """The places a short text (a query) may name. Nothing is asked of a name but that it is one; all its meanings are given."""
    items = make_items(0, 0, find_names(text))
    link(text, items)
    mentions = [
        PlaceMention(
            tuple(sorted(item.paths, key=lambda path: path.count("/"))),
            (item.start, item.end),
            text[item.start : item.end],
            certain=item.in_chain or item.name.proof < Proof.LIST,
        )
        for item in items
        if not item.absorbed and not item.name.compound
    ]
    return tuple(mentions)
