"""Which places a document's passages name, in which role, and which they inherit.

Works on a whole document, because context decides: a bare 合作 is a place only where 合作市 is spoken of, 朝阳区 is Beijing's in a
document about Beijing, and a passage that names no recipient has those of its article.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from search.labels.gazetteer import gazetteer
from search.labels.region.boundary import Words
from search.labels.region.context import Item, Knowledge, link, make_items
from search.labels.region.frames import framed
from search.labels.region.inherit import Heritage, about_aid, about_epidemic, inherit, places_of_articles
from search.labels.region.judge import dismiss, judge, names_of_persons
from search.labels.region.match import Found, Proof, find_names
from search.labels.region.pairs import pair_counts, pair_labels
from search.labels.region.roles import Sides, decide, plain_vote, spoken_role, tally, usual
from search.labels.region.settle import settle
from search.model import Block, Metadata, Origin, RegionLabel, Rejection, Role, Span


@dataclass(frozen=True, slots=True)
class RegionLabels:
    """One tuple of labels and one of rejections a block, in block order; supporters and recipients of the whole document."""

    labels: tuple[tuple[RegionLabel, ...], ...]
    supporters: tuple[str, ...]
    recipients: tuple[str, ...]
    rejected: tuple[tuple[Rejection, ...], ...]


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
    texts = [block.text for block in blocks]
    words = [Words(text) for text in texts]
    found = [find_names(text, here) for text, here in zip(texts, words, strict=True)]
    by_block = _items(blocks, texts, found, metadata)
    items = [item for here in by_block for item in here]
    _judge(blocks, texts, words, by_block)
    said: dict[int, float] = {}
    for text, here in zip(texts, by_block, strict=True):
        said.update(framed(text, here, usual))
    heritage = Heritage(blocks, by_block, _sides(blocks, texts, items, found, said))
    written = {(item.article, item.path) for item in items if item.alive and item.settled and item.end - item.start > 1}
    for at, block in enumerate(blocks):
        main = [path for path in heritage.main_places(block.article) if (block.article, path) in written]
        dismiss(texts[at], by_block[at], heritage.sides(block.article).supporters, main)
    labels = []
    for at, block in enumerate(blocks):
        own = _explicit(texts[at], by_block[at], heritage, block.article, said)
        labels.append(own + pair_labels(texts[at], found[at], [label.path for label in own], heritage.main_places(block.article)))
    labels = inherit(blocks, labels, heritage)
    given = _given(metadata)
    return RegionLabels(
        labels=tuple(_overridden(one, given, metadata) for one in labels),
        supporters=_allowed(heritage.supporters, metadata),
        recipients=_allowed(heritage.recipients, metadata),
        rejected=tuple(_rejections(texts[at], by_block[at]) for at in range(len(blocks))),
    )


def _items(blocks: Sequence[Block], texts: Sequence[str], found: Sequence[list[Found]], metadata: Metadata) -> list[list[Item]]:
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
    return by_block


def _sides(
    blocks: Sequence[Block],
    texts: Sequence[str],
    items: Sequence[Item],
    names: Sequence[Sequence[Found]],
    said: Mapping[int, float],
) -> dict[int, Sides | None]:
    """article → its sides; None where the article is not about aid."""
    found: dict[int, Sides | None] = {}
    by_article: dict[int, list[Item]] = {}
    for item in items:
        if item.alive:
            by_article.setdefault(item.article, []).append(item)
    for article, here in sorted(places_of_articles(blocks).items()):
        own = by_article.get(article, [])
        passages = [blocks[at] for at in here]
        paired = {place for place, at in enumerate(here) if any(pair_counts(texts[at], names[at]))}
        votes = tally(texts, own, said) if about_aid(passages, paired) else None
        if votes is None:
            found[article] = None
            continue
        sides = decide(votes, _lists(own), epidemic=about_epidemic(passages, votes))
        for place in sorted(paired):
            sides.add_pairs(*pair_counts(texts[here[place]], names[here[place]]))
        found[article] = sides
    return found


def _lists(items: Sequence[Item]) -> list[list[str]]:
    """The lists among the items of an article (林西县、敖汉旗和翁牛特旗), each as the paths in it."""
    found: list[list[str]] = []
    for item in items:
        if item.right is None or (item.left is not None and not item.left.meets):
            continue
        listed: list[str] = []
        at: Item | None = item
        while at is not None:
            if at.alive and at.settled:
                listed.append(at.path)
            at = None if at.meets else at.right
        found.append(listed)
    return found


def _judge(blocks: Sequence[Block], texts: Sequence[str], words: Sequence[Words], by_block: Sequence[Sequence[Item]]) -> None:
    named: dict[int, set[str]] = {}
    for block, items in zip(blocks, by_block, strict=True):
        named.setdefault(block.article, set()).update(item.path for item in items if item.settled and item.alive and item.name.full)
    persons = names_of_persons(texts, words, by_block)
    for at, block in enumerate(blocks):
        judge(texts[at], by_block[at], frozenset(named[block.article]), persons)


def _explicit(text: str, items: Sequence[Item], heritage: Heritage, article: int, framed_votes: Mapping[int, float]) -> list[RegionLabel]:
    """One label a place named in a block, with every range that names it. Its role is that of its article; where the article is
    not about aid, what the words around it say."""
    spans: dict[str, list[Span]] = {}
    was: dict[str, str] = {}
    said: dict[str, float] = {}
    for item in items:
        if not item.alive or not item.settled:
            continue
        spans.setdefault(item.path, []).append(item.evidence)
        if item.name.old and not item.shown_end:
            was.setdefault(item.path, text[item.name_start : item.end])
        if not heritage.about_aid(article):
            said[item.path] = said.get(item.path, 0.0) + plain_vote(text, item, framed_votes)
    sides = heritage.sides(article)
    return [
        RegionLabel(path, sides.role(path) if path not in said else spoken_role(said[path]), evidence=tuple(ranges), was=was.get(path))
        for path, ranges in spans.items()
    ]


def _rejections(text: str, items: Sequence[Item]) -> tuple[Rejection, ...]:
    return tuple(Rejection("region", text[item.start : item.end], (item.start, item.end), item.rejected) for item in items if item.rejected)


def _given(metadata: Metadata) -> tuple[str, ...]:
    """The user's places as paths; a name that only one division bears (滦平县) will do. What is no division stays as it is."""
    found = [gazetteer().lookup(name) for name in metadata.regions]
    return tuple(divisions[0].path if len(divisions) == 1 else name for name, divisions in zip(metadata.regions, found, strict=True))


def _allowed(paths: Sequence[str], metadata: Metadata) -> tuple[str, ...]:
    """Paths without those the user forbids, and all below them."""
    return tuple(path for path in paths if not any((path + "/").startswith(one + "/") for one in metadata.forbid_regions))


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
