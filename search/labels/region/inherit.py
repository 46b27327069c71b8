"""What holds for a whole article or document, and what its passages take from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from search.labels.gazetteer import gazetteer
from search.labels.region.about import provinces_about
from search.labels.region.context import Item, list_span, province_of
from search.labels.region.decide import Sides, main_supporters
from search.labels.region.draft import Draft
from search.labels.region.tables import tables
from search.model import Block, BlockKind

FEW = 3
"""More supporters than this are too many for a passage to inherit."""
PLAIN = 2
"""So few recipients, named in so large a share of an article (`THROUGHOUT`), are meant in all of it, said or not."""
THROUGHOUT = 0.4
MANY = 12
"""More recipients than this are too many for a passage to inherit."""
COUNTLESS = 60
"""Of more main recipients only the most named are kept."""
ENUMERATION = 3
"""A passage that states the pairing and names this many recipients lists them."""
OFTEN = 0.3
"""A recipient named this often, against the most named, is a main one."""
FINER = 0.4
"""A place below another stands for it when it has this share of the mentions of both and all else below."""
HEAD = 3
"""The place a document is about is named within this many of its first blocks."""
DOMINANT = 0.5
"""A place with this share of the mentions is what a document without aid is about."""


class Heritage:
    """The main places of every article, and of the document."""

    def __init__(self, draft: Draft, found: dict[int, Sides | None]) -> None:
        sides = {article: one or Sides() for article, one in found.items()}
        self._blocks, self._by_block, self._mentions = draft.blocks, draft.by_block, draft.mentions
        self._places = draft.articles
        self._sides = sides
        self._whole = _merged(sides)
        self._about_aid = {article: one is not None for article, one in found.items()}
        self._about = {article: self._provinces(article) for article in sides if self._about_aid[article]}
        self._supporters = {
            article: tuple(path for path in main_supporters(sides[article]) if province_of(path) in about)
            for article, about in self._about.items()
        }
        self._throughout: dict[int, bool] = {}
        self._asked: tuple[Block, bool] | None = None
        self._inherited: dict[int, tuple[str, ...]] = {}
        self._inherited_supporters: dict[int, tuple[str, ...]] = {}
        self._listed = {article: self._enumerated(article) for article in sides}
        self._recipients = {article: self._article_recipients(article) for article in sides}

    def _provinces(self, article: int) -> frozenset[str]:
        """The provinces an article is about: only their places are main sides of the aid it tells of, others are examples."""
        here, sides = self._places.get(article, []), self._sides[article]
        found = provinces_about(
            [self._blocks[at] for at in here], [self._mentions[at] for at in here], main_sides(sides.supporters, sides.recipients)
        )
        return frozenset(found)

    def sides(self, article: int) -> Sides:
        """The roles of an article's places; those of the page for what belongs to no article."""
        own = self._sides[article]
        if not self.about_aid(article):
            return Sides()
        return self._whole if article == 0 or not (own.supporters or own.recipients) else own

    def about_aid(self, article: int) -> bool:
        """Whether an article speaks of aid often enough for its places to have sides; of article 0, whether any does."""
        return self._about_aid.get(article, False) if article else any(self._about_aid.values())

    def inherited_supporters(self, article: int) -> tuple[str, ...]:
        """The main supporters to inherit; none when they are too many to hold for each passage."""
        if article not in self._inherited_supporters:
            found = self._supporters.get(article, ()) or (self.supporters[:1] if article == 0 else ())
            few = len(found) <= FEW and not self._named_once(article, found)
            self._inherited_supporters[article] = found if few else ()
        return self._inherited_supporters[article]

    def _named_once(self, article: int, supporters: Sequence[str]) -> bool:
        """Whether a long article names its only supporter once, in its midst: an example, not the one whose aid it tells of."""
        if len(supporters) != 1 or self._sides[article].supporters[supporters[0]] > 1:
            return False
        passages = self._places.get(article, [])
        early = any(item.path == supporters[0] for at in passages[:HEAD] for item in self._by_block[at] if item.settled)
        return len(passages) > HEAD and not early

    def inherited_recipients(self, article: int) -> tuple[str, ...]:
        """The recipients to inherit. An article whose recipients another article of the same supporter lists has all of that list."""
        if article not in self._inherited:
            self._inherited[article] = self._find_inherited(article)
        return self._inherited[article]

    def speaks_of_recipients(self, block: Block) -> bool:
        """Whether a block that names no recipient means those of its article: by a word like 受援地区, or since all of the article
        is about one or two of them."""
        article = block.article
        if article not in self._throughout:
            self._throughout[article] = self._is_throughout(article)
        return self._throughout[article] or self.points_back(block)

    def points_back(self, block: Block) -> bool:
        """Whether a block speaks of the recipients by a word like 受援地区: of all of them, whatever its section names."""
        if self._asked is None or self._asked[0] is not block:  # asked twice of each, one after the other
            self._asked = block, bool(tables().language.anaphora.search(block.text))
        return self._asked[1]

    def points_nearby(self, block: Block) -> bool:
        """Whether all it says of them is 当地 or the like: those its section is about."""
        nearby = tables().language.nearby
        return all(nearby.fullmatch(match[0]) for match in tables().language.anaphora.finditer(block.text))

    def _is_throughout(self, article: int) -> bool:
        """Whether one or two recipients are meant in all of an article: named all through, or each in its title or at its start."""
        listed = self.inherited_recipients(article)
        here = self._places.get(article, ())
        passages = [self._by_block[at] for at in here if _is_body(self._blocks[at])]
        if not passages or not listed or len(listed) > PLAIN:
            return False
        named = sum(1 for items in passages if any(item.alive and item.settled and item.path in listed for item in items))
        opening = {path for at in here[:HEAD] for path, _ in self._mentions[at]}
        return named >= THROUGHOUT * len(passages) or all(any(_holds(path, one) for one in opening) for path in listed)

    def _find_inherited(self, article: int) -> tuple[str, ...]:
        own = self._recipients.get(article, ())
        if article == 0:
            own = self.recipients
        for other, listed in self._alike.get(self._supporters.get(article, ()), ()):
            if other != article and len(own) < len(listed) and set(own) < set(listed):
                own = listed
        return own if len(own) <= MANY else ()

    @cached_property
    def _alike(self) -> dict[tuple[str, ...], list[tuple[int, tuple[str, ...]]]]:
        """supporters → the articles that have them and list their recipients, with these; the same list once."""
        found: dict[tuple[str, ...], list[tuple[int, tuple[str, ...]]]] = {}
        seen: set[tuple[bool, tuple[str, ...], tuple[str, ...]]] = set()
        for article, listed in self._recipients.items():
            known = (article == 0, self._supporters.get(article, ()), listed)
            if self._listed[article] and known not in seen:
                seen.add(known)
                found.setdefault(self._supporters.get(article, ()), []).append((article, listed))
        return found

    def all_supporters(self) -> set[str]:
        """The main supporters of all articles."""
        return {path for paths in self._supporters.values() for path in paths}

    def main_places(self, article: int) -> tuple[str, ...]:
        """All places a passage of the article could inherit."""
        return self.inherited_supporters(article) + self.inherited_recipients(article)

    def _article_recipients(self, article: int) -> tuple[str, ...]:
        sides = self._sides[article]
        if not self._about_aid[article] or not sides.recipients:
            return ()
        listed = self._listed[article]
        most = max(sides.recipients.values())
        about = self._about[article]
        enough = max(min(2, most), OFTEN * most)
        chosen = {path for path, count in sides.recipients.items() if count >= enough and province_of(path) in about}
        chosen |= listed & set(sides.recipients)
        if not chosen and len(sides.recipients) == 1 and about:
            chosen = set(sides.recipients)
        chosen |= self._listed_first(article, chosen)
        most_named = sorted(chosen, key=lambda path: (-sides.recipients[path], gazetteer().official_order(path)))[:COUNTLESS]
        return _most_specific(set(most_named), listed, sides.recipients)

    def _listed_first(self, article: int, chosen: Collection[str]) -> set[str]:
        """The recipients that the passage which first names a chosen one lists beside it: 察右前旗、太仆寺旗, later called 两旗."""
        recipients = self._sides[article].recipients
        for at in self._places.get(article, ()) if chosen else ():
            here = [item for item in self._by_block[at] if item.alive and item.settled]
            if any(item.path in chosen for item in here) and _is_body(self._blocks[at]):
                listed = [item for item in here if item.path in recipients and item.path not in chosen]
                return {item.path for item in listed if any(_lists(item, other.path) for other in here if other.path in chosen)}
        return set()

    def _enumerated(self, article: int) -> set[str]:
        """The recipients of those passages of an article that state who is paired with whom."""
        recipients = self._sides[article].recipients
        found: set[str] = set()
        for at in self._places.get(article, ()) if recipients else ():
            if not tables().language.pairing.search(self._blocks[at].text):
                continue
            here = {item.path for item in self._by_block[at] if item.alive and item.settled and item.path in recipients}
            if len(here) >= ENUMERATION:
                found |= here
        return found

    @cached_property
    def supporters(self) -> tuple[str, ...]:
        """The document's supporters, the most named first. Ask only when names in passing have been dismissed."""
        found: Counter[str] = Counter()
        for article, paths in self._supporters.items():
            for path in (*paths, *self._beside(article)):
                found[path] += self._sides[article].supporters[path]
        above = {path: gazetteer().ancestors(path) for path in found}
        acting = self._acting({parent for parents in above.values() for parent in parents})
        for parents in above.values():
            for parent in parents:
                if acting[parent] >= 2:
                    found[parent] += 1
        return tuple(sorted(found, key=lambda path: (-found[path], gazetteer().official_order(path))))

    def _beside(self, article: int) -> tuple[str, ...]:
        """Supporters of an article that is about those they help, not about them: an article on 西藏 says that 北京 and 广东 help it."""
        sides, about = self._sides[article], self._about[article]
        if not any(province_of(path) in about for path in self._recipients.get(article, ())):
            return ()
        have = {province_of(path) for path in self._supporters[article]}
        told = Sides(supporters=Counter({path: sides.supporters[path] for path in sides.told}))
        return tuple(path for path in main_supporters(told, rival=0.0) if province_of(path) not in have | about)

    @cached_property
    def theme(self) -> str | None:
        """The one place a document without aid is about: named in full in its first blocks, and in most of its mentions."""
        if any(self._about_aid.values()):
            return None
        counts: Counter[str] = Counter()
        heads: dict[str, None] = {}  # in the order they are named: of two that are alike the first is chosen, whatever the process
        total = 0
        for at, items in enumerate(self._by_block):
            for item in items:
                if item.alive and item.settled:
                    total += 1
                    counts.update([item.path, *gazetteer().ancestors(item.path)])
                    if at < HEAD and item.name.full:
                        heads[item.path] = None
        about = [path for path in heads if counts[path] >= DOMINANT * total]
        return max(about, key=lambda path: (path.count("/"), counts[path]), default=None)

    def _acting(self, paths: Collection[str]) -> Counter[str]:
        """In how many passages each of these places is named by its full name alone, as one that gives."""
        language = tables().language
        found: Counter[str] = Counter()
        for block, items in zip(self._blocks, self._by_block, strict=True):
            asked = [item for item in items if item.alive and item.settled and item.path in paths and item.name.full]
            found.update({item.path for item in asked if language.after_gives.match(block.text, list_span(item)[1])})
        return found

    @cached_property
    def recipients(self) -> tuple[str, ...]:
        """The document's main recipients, the most named first."""
        found: Counter[str] = Counter()
        for listed in self._recipients.values():
            for path in listed:
                found[path] += self._whole.recipients[path]
        return tuple(sorted(found, key=lambda path: (-found[path], gazetteer().official_order(path))))


def main_sides(supporters: Iterable[str], recipients: Iterable[str]) -> tuple[str, ...]:
    """The sides of which a share of the names is enough for a document to be about them: not supporters from many provinces, each of which
    is one of those that help."""
    givers = tuple(supporters)
    return (*(givers if len(set(map(province_of, givers))) <= FEW else ()), *recipients)


@dataclass(frozen=True, slots=True)
class SidesOfDocument:
    """The pairing a document tells of: places that help, and those they help. `helped` are the places helped where no place is said to
    help: companies, ministries or the whole country do."""

    supporters: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    helped: tuple[str, ...] = ()


def sides_of_document(supporters: Sequence[str], recipients: Sequence[str], about: Sequence[str]) -> SidesOfDocument:
    """The sides of a document that is `about` these places: none where it is about none. A place that helps others of its own province
    must be one of those (成都, in one paragraph of a report on all of 四川, is an example), and without it those take from nobody."""
    if not about:
        return SidesOfDocument()
    if not supporters:
        return SidesOfDocument(helped=tuple(recipients))
    taking = set(map(province_of, recipients))
    kept = tuple(path for path in supporters if {province_of(path)} != taking or any(f"{one}/".startswith(f"{path}/") for one in about))
    return SidesOfDocument(kept, tuple(recipients)) if kept else SidesOfDocument()


def _lists(item: Item, path: str) -> bool:
    """Whether a place stands right beside another of its province in a list."""
    beside = [other.path for other in (item.left, item.right) if other and other.alive and other.settled]
    return path in beside and "/" in path and "/" in item.path and province_of(path) == province_of(item.path)


def _holds(path: str, other: str) -> bool:
    """Whether a place is another, or holds it, or lies in it."""
    return f"{other}/".startswith(f"{path}/") or f"{path}/".startswith(f"{other}/")


def _merged(sides: dict[int, Sides]) -> Sides:
    whole = Sides()
    for one in sides.values():
        whole.supporters.update(one.supporters)
        whole.recipients.update(one.recipients)
    for path in set(whole.supporters) & set(whole.recipients):
        weaker = whole.supporters if whole.supporters[path] < whole.recipients[path] else whole.recipients
        del weaker[path]
    return whole


def _is_body(block: Block) -> bool:
    return block.kind in (BlockKind.BODY, BlockKind.TABLE)


def _most_specific(paths: set[str], listed: set[str], counts: Counter[str]) -> tuple[str, ...]:
    """Of a place and those below it, what is spoken of: the finer ones when they are listed, or when one stands out."""
    kept = set(paths)
    for path in paths:
        below = [other for other in paths if other.startswith(path + "/")]
        named = counts[path] + sum(count for other, count in counts.items() if other.startswith(path + "/"))
        finest = max((counts[other] for other in below), default=0)
        if below and (finest >= FINER * named or (listed.issuperset(below) and finest >= counts[path])):
            kept.discard(path)
        else:
            kept.difference_update(below)
    return tuple(sorted(kept, key=lambda path: (-counts[path], gazetteer().official_order(path))))
