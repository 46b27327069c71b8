"""What holds for a whole article or document, and what its passages take from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from search.labels.gazetteer import gazetteer
from search.labels.region_context import Item
from search.labels.region_roles import Sides, main_supporter
from search.labels.region_tables import tables
from search.model import Block, BlockKind, RegionLabel, Role

AID_SHARE = 0.3
"""An article with aid spoken of in this share of its passages is about aid."""
MANY = 12
"""More recipients than this are too many for a passage to inherit."""
ENUMERATION = 3
"""A passage that states the pairing and names this many recipients lists them."""
OFTEN = 0.3
"""A recipient named this often, against the most named, is a main one."""
DOMINANT = 0.5
"""A place with this share of the mentions is what a document without aid is about."""


class Heritage:
    """The main places of every article, and of the document."""

    def __init__(self, blocks: Sequence[Block], by_block: Sequence[Sequence[Item]], sides: dict[int, Sides]) -> None:
        self._blocks = blocks
        self._by_block = by_block
        self._sides = sides
        self._whole = _merged(sides)
        self._about_aid = {article: _about_aid([block for block in blocks if block.article == article]) for article in sides}
        self._supporter = {article: self._article_supporter(article) for article in sides}
        self._recipients = {article: self._article_recipients(article) for article in sides}
        self.supporters = self._document_supporters()
        self.recipients = self._document_recipients()

    def sides(self, article: int) -> Sides:
        """The roles of an article's places; those of the page for what belongs to no article."""
        own = self._sides[article]
        return self._whole if article == 0 or not (own.supporters or own.recipients) else own

    def supporter(self, article: int) -> tuple[str, ...]:
        """The main supporter to inherit, or none."""
        found = self._supporter.get(article)
        if found is None and article == 0 and len(self.supporters) > 0:
            found = self.supporters[0]
        return (found,) if found else ()

    def inherited_recipients(self, article: int) -> tuple[str, ...]:
        """The recipients to inherit. An article whose recipients another article of the same supporter lists has all of that list."""
        own = self._recipients.get(article, ())
        if article == 0:
            own = self.recipients
        for other, listed in self._recipients.items():
            if other != article and set(own) < set(listed) and self._supporter.get(other) == self._supporter.get(article):
                own = listed
        return own if len(own) <= MANY else ()

    def main_places(self, article: int) -> tuple[str, ...]:
        """All places a passage of the article could inherit."""
        return self.supporter(article) + self.inherited_recipients(article)

    def _article_supporter(self, article: int) -> str | None:
        return main_supporter(self._sides[article]) if self._about_aid[article] else None

    def _article_recipients(self, article: int) -> tuple[str, ...]:
        sides = self._sides[article]
        if not self._about_aid[article] or not sides.recipients:
            return ()
        listed: set[str] = set()
        for block, items in zip(self._blocks, self._by_block, strict=True):
            here = {item.path for item in items if item.alive and item.settled and item.path in sides.recipients}
            if block.article == article and len(here) >= ENUMERATION and tables().language.pairing.search(block.text):
                listed |= here
        most = max(sides.recipients.values())
        chosen = {path for path, count in sides.recipients.items() if count >= max(2, OFTEN * most) or path in listed}
        if not chosen and len(sides.recipients) == 1:
            chosen = set(sides.recipients)
        return _most_specific(chosen, sides.recipients)

    def _document_supporters(self) -> tuple[str, ...]:
        found: Counter[str] = Counter()
        for article, path in self._supporter.items():
            if path:
                found[path] += self._sides[article].supporters[path]
        for path in list(found):
            above = gazetteer().ancestors(path)
            for parent in above:
                if self._acts_itself(parent) >= 2:
                    found[parent] += 1
        return tuple(sorted(found, key=lambda path: (-found[path], gazetteer().official_order(path))))

    def _acts_itself(self, path: str) -> int:
        """In how many passages a place is named by its full name alone, as one that gives."""
        language = tables().language
        count = 0
        for block, items in zip(self._blocks, self._by_block, strict=True):
            if any(
                item.alive and item.settled and item.path == path and item.name.full and language.after_gives.match(block.text, item.end)
                for item in items
            ):
                count += 1
        return count

    def _document_recipients(self) -> tuple[str, ...]:
        found: Counter[str] = Counter()
        for listed in self._recipients.values():
            for path in listed:
                found[path] += self._whole.recipients[path]
        return tuple(sorted(found, key=lambda path: (-found[path], gazetteer().official_order(path))))


def _merged(sides: dict[int, Sides]) -> Sides:
    whole = Sides()
    for one in sides.values():
        whole.supporters.update(one.supporters)
        whole.recipients.update(one.recipients)
    for path in set(whole.supporters) & set(whole.recipients):
        weaker = whole.supporters if whole.supporters[path] < whole.recipients[path] else whole.recipients
        del weaker[path]
    return whole


def _about_aid(blocks: Sequence[Block]) -> bool:
    body = [block for block in blocks if block.kind in (BlockKind.BODY, BlockKind.TABLE)] or list(blocks)
    spoken = sum(1 for block in body if tables().language.aid.search(block.text))
    return bool(body) and spoken >= AID_SHARE * len(body)


def _most_specific(paths: set[str], counts: Counter[str]) -> tuple[str, ...]:
    """Without those places that only stand above others of the set."""
    kept = [path for path in paths if not any(other.startswith(path + "/") for other in paths)]
    return tuple(sorted(kept, key=lambda path: (-counts[path], gazetteer().official_order(path))))


def inherit(blocks: Sequence[Block], labels: Sequence[list[RegionLabel]], heritage: Heritage) -> list[list[RegionLabel]]:
    """Add what each block inherits: the main supporter where it names neither it nor a part of it, the recipients where it names none."""
    found = []
    for block, own in zip(blocks, labels, strict=True):
        paths = [label.path for label in own]
        added = [
            RegionLabel(path, role=Role.SUPPORTER, inherited=True)
            for path in heritage.supporter(block.article)
            if not any(have == path or have.startswith(path + "/") for have in paths)
        ]
        if not any(label.role is Role.RECIPIENT for label in own):
            added += [
                RegionLabel(path, role=Role.RECIPIENT, inherited=True)
                for path in heritage.inherited_recipients(block.article)
                if path not in paths
            ]
        found.append(own + added)
    return found
