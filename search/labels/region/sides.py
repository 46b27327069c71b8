"""Who gives and who takes in each article of a document, and in the sections of those that are not about aid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from search.labels.region.about import provinces_about
from search.labels.region.context import Item, province_of
from search.labels.region.decide import Sides, decide
from search.labels.region.draft import Draft
from search.labels.region.frames import GIVES, TAKES
from search.labels.region.pairs import pair_counts
from search.labels.region.roles import STRICKEN, plain_vote, tally, usual
from search.labels.region.tables import tables
from search.model import Block, BlockKind

AID_SHARE = 0.3
"""An article with aid spoken of in this share of its passages is about aid; in half of it where its title says so outright."""
FEW = 6
"""In an article of more passages than this one pair, named once in its midst, tells of no sides."""

Told = dict[tuple[int, tuple[str, ...], str], float]
"""(article, section, path) → a sum of votes."""


def sides_of_articles(draft: Draft) -> dict[int, Sides | None]:
    """article → its sides; None where the article is not about aid."""
    found: dict[int, Sides | None] = {}
    by_article: dict[int, list[Item]] = {}
    for item in draft.items:
        if item.alive:
            by_article.setdefault(item.article, []).append(item)
    for article in sorted(draft.articles):
        found[article] = _sides(draft, draft.articles[article], by_article.get(article, []))
    return found


def _sides(draft: Draft, here: Sequence[int], items: Sequence[Item]) -> Sides | None:
    passages = [draft.blocks[at] for at in here]
    pairs = [pair_counts(draft.texts[at], draft.found[at]) for at in here]
    paired = {place for place, counts in enumerate(pairs) if any(counts)}
    if not about_aid(passages, paired) and not _tells_of_aid(draft, here, items):
        return None
    votes = tally(draft.texts, items, draft.said)
    named = ({path for counts in pairs for path in counts[at]} for at in (0, 1))
    by_units = _is_by_units(passages)
    sides = decide(votes, _lists(items), epidemic=about_epidemic(passages, votes), paired=tuple(map(frozenset, named)), by_units=by_units)
    once = len(paired) == 1 and passages[min(paired)].kind is BlockKind.BODY and len(passages) > FEW
    if not once or sides.supporters:  # 京蒙 named once does not make all that an article tells of 内蒙古 aid to it
        for place in sorted(paired):
            sides.add_pairs(*pairs[place])
    return sides


def _is_by_units(passages: Sequence[Block]) -> bool:
    """Whether the aid told of is that of companies, ministries or universities alone (定点帮扶): no place gives it."""
    language = tables().language
    return any(language.by_units.search(block.text) for block in passages) and not any(
        language.by_places.search(block.text) for block in passages
    )


def about_aid(blocks: Sequence[Block], paired: Collection[int] = ()) -> bool:
    """Whether aid is spoken of in enough of an article's passages, by its words or by a pair (沪滇); `paired` are the indexes of
    the blocks with a pair."""
    body = [at for at, block in enumerate(blocks) if block.kind in (BlockKind.BODY, BlockKind.TABLE)] or list(range(len(blocks)))
    spoken = sum(1 for at in body if at in paired or tables().language.aid.search(blocks[at].text))
    heads = [block.text for block in blocks if block.kind in (BlockKind.TITLE, BlockKind.SUBTITLE)]
    share = AID_SHARE / 2 if any(tables().language.outright.search(text) for text in heads) else AID_SHARE
    return bool(body) and spoken >= share * len(body)


def _tells_of_aid(draft: Draft, here: Sequence[int], items: Sequence[Item]) -> bool:
    """Whether an article that has few words of aid (the life of a doctor from 珠海 in 怒江) is about two provinces all the same, one
    of which it says outright to help the other."""
    living = [item for item in items if item.alive and item.settled]
    giving = {province_of(item.path) for item in living if draft.said.get(id(item), 0.0) >= GIVES}
    taking = {province_of(item.path) for item in living if draft.said.get(id(item), 0.0) <= TAKES}
    if not giving or not taking:
        return False
    about = provinces_about([draft.blocks[at] for at in here], [draft.mentions[at] for at in here], giving | taking)
    return any(one != other for one in giving.intersection(about) for other in taking.intersection(about))


def about_epidemic(blocks: Sequence[Block], places: Iterable[str]) -> bool:
    """Whether an article is about the aid of early 2020 to Hubei: it names Hubei, speaks of the epidemic throughout, and of those who
    went there."""
    if not any(path.startswith(STRICKEN) for path in places):
        return False
    language = tables().language
    spoken = sum(1 for block in blocks if language.epidemic.search(block.text))
    return spoken >= AID_SHARE * len(blocks) and any(language.to_the_stricken.search(block.text) for block in blocks)


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


def told_in_sections(draft: Draft, sides: Mapping[int, Sides | None]) -> Told:
    """What the plainest sentences of a section say of a place, for articles that are not about aid as a whole: those with no `sides`."""
    found: Told = {}
    for block, text, items in zip(draft.blocks, draft.texts, draft.by_block, strict=True):
        if sides[block.article] is not None:
            continue
        for item in items:
            if item.alive and item.settled and (value := plain_vote(text, item, draft.said)):
                key = (block.article, block.section, item.path)
                found[key] = found.get(key, 0.0) + value
    taking = {article for (article, _, _), value in found.items() if value < 0}
    return {key: value for key, value in found.items() if value < 0 or key[0] in taking or usual(key[2]) >= 0}
