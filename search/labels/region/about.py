"""Which places a document is about, apart from those it only mentions.

A place weighs what names it: every mention counts, those in titles and at the very start count more. A province is about when it weighs
enough beside the heaviest, or when it is a main side of the aid told of; within a province, the places that carry its weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search.labels.gazetteer import gazetteer
from search.labels.region.context import province_of
from search.labels.region.tables import tables
from search.model import Block, BlockKind

TITLE = 3
"""Mentions that one in a title is worth."""
OPENING = 200
"""Characters of running text at the start in which a mention counts twice."""
SIGNED = "——"
"""A paragraph that begins so says whose words the others are: 陕西省委书记在全省会议上说."""
ENOUGH = 0.25
"""A province with this share of the weight of the heaviest is about."""
SIDE = 0.12
"""A province that is a main side of the aid needs only this share."""
CARRIES = 0.34
"""A place below another stands for it when it carries this share of its weight."""
ITSELF = 0.5
"""A place that carries this share of its weight by its own name stands for itself, whatever lies in it."""
SHORT = 3
"""A document with more passages that name places than this is about none that only one of them names; a shorter one about none that is
named once, in its midst, and does not help or take."""
SPARSE = 400
"""Where the heaviest province is named neither in a title nor at the start, and less than once in so many characters, or less often than
the whole country, a document is about none; nor where a long one that speaks of the whole country names a single province, once."""


@dataclass(slots=True)
class _Tally:
    """What names each place, or one below it: as a weight, how often, in which blocks; and which are named in a title or at the start."""

    weights: Counter[str] = field(default_factory=Counter)
    mentions: Counter[str] = field(default_factory=Counter)
    blocks: dict[str, set[int]] = field(default_factory=dict)
    leading: set[str] = field(default_factory=set)
    titled: set[str] = field(default_factory=set)
    itself: set[str] = field(default_factory=set)
    """Named in a title by its own name."""
    characters: int = 0

    def add(self, path: str, at: int, worth: int) -> None:
        for one in (*gazetteer().ancestors(path), path):
            self.weights[one] += worth
            self.mentions[one] += 1
            self.blocks.setdefault(one, set()).add(at)
            if worth > 1:
                self.leading.add(one)
            if worth == TITLE:
                self.titled.add(one)
        if worth == TITLE:
            self.itself.add(path)


SCENE = 2
SCATTERED = 5
"""A document of some length that names places of so many provinces, none first or in a title, none so often or with half of the weight, is
about none."""
EXAMPLE = 0.35
"""What has no more than this share of all that is named is one example of many."""
COMMON = 1_000
"""A document on no place is on the whole country where it speaks of it, or of its central bodies, once in so many characters, and more
than once."""


Mentions = Sequence[Iterable[tuple[str, int]]]
"""Of each block, the places named in it: path and where its name starts."""


def places_about(blocks: Sequence[Block], mentions: Mentions, sides: Collection[str] = ()) -> tuple[str, ...]:
    """Paths that blocks are about, the heaviest first. `sides` are the main supporters and recipients of the aid they tell of."""
    tally = _tally(blocks, mentions)
    below: dict[str, list[str]] = {}
    for path in tally.weights:
        below.setdefault(path.rpartition("/")[0], []).append(path)
    return tuple(place for province in _provinces(blocks, tally, sides) for place in _carriers(province, tally, below))


def provinces_about(blocks: Sequence[Block], mentions: Mentions, sides: Collection[str] = ()) -> tuple[str, ...]:
    """Like `places_about`, their provinces only."""
    return _provinces(blocks, _tally(blocks, mentions), sides)


def is_of_the_nation(blocks: Sequence[Block]) -> bool:
    """Whether a document that is about no place is about the whole country: rules of a ministry, a report on all provinces."""
    spoken = _nation(blocks)
    return spoken > 1 and spoken * COMMON >= sum(len(block.text) for block in blocks)


def _provinces(blocks: Sequence[Block], tally: _Tally, sides: Collection[str]) -> tuple[str, ...]:
    provinces = {path: weight for path, weight in tally.weights.items() if "/" not in path}
    if not provinces:
        return ()
    heaviest = max(provinces, key=lambda path: provinces[path])
    weight = tally.mentions[heaviest]
    if _is_a_scene(heaviest, blocks, tally):
        return ()
    if heaviest not in tally.leading and (weight * SPARSE < tally.characters or weight < _nation(blocks)):
        return ()
    if heaviest not in tally.leading and _is_scattered(weight, provinces, tally):
        return ()
    if heaviest not in tally.titled and _is_of_examples(tally) and is_of_the_nation(blocks):
        return ()
    if weight == 1 == len(provinces) and heaviest not in tally.titled and tally.characters > SPARSE and _nation(blocks) > weight:
        return ()
    giving = {province_of(path) for path in sides}
    chosen = [
        path
        for path, weight in provinces.items()
        if weight >= (SIDE if path in giving else ENOUGH) * provinces[heaviest] and _is_more_than_an_example(path, tally, giving)
    ]
    return tuple(sorted(chosen, key=lambda path: (-provinces[path], gazetteer().official_order(path))))


def _is_scattered(most: int, provinces: Mapping[str, int], tally: _Tally) -> bool:
    """Whether a text names a village here and a county there, as that of a bank does on what it gives to whom."""
    return most < SCATTERED <= len(provinces) and most * 2 < sum(provinces.values()) and tally.characters > 2 * SPARSE


def _is_of_examples(tally: _Tally) -> bool:
    """Whether a text takes an example here and there (what universities, or the army, do in all parts of the country): none of many
    provinces is named often, or has more than its share (`EXAMPLE`) of all that is named."""
    named = [count for path, count in tally.mentions.items() if "/" not in path]
    return max(named) <= SCATTERED <= len(named) and max(named) <= EXAMPLE * sum(named)


def _is_a_scene(path: str, blocks: Sequence[Block], tally: _Tally) -> bool:
    """Whether a long article on the whole country begins in a place and then goes to others (a report on what the army does, from a
    village in 平舆): named in `SCENE` blocks that follow each other and never again, in no title, where as many other provinces are named
    afterwards."""
    if path in tally.titled or len(blocks) < 3 * SCENE or not is_of_the_nation(blocks):
        return False
    first = min(tally.blocks[path])
    last = max(tally.blocks[path])
    later = {one for one, at in tally.blocks.items() if "/" not in one and one != path and min(at) > last}
    return last < first + SCENE and len(later) >= SCENE


def _nation(blocks: Sequence[Block]) -> int:
    """How often blocks speak of the whole country, or of its central bodies."""
    nation = tables().language.nation
    return sum(1 for block in blocks for _ in nation.finditer(block.text))


def _is_more_than_an_example(path: str, tally: _Tally, sides: Collection[str]) -> bool:
    if path in tally.titled or len(tally.blocks[path]) > 1 or (path in sides and path in tally.leading):
        return True
    placed = {at for blocks in tally.blocks.values() for at in blocks}
    return len(placed) <= SHORT and (len(placed) == 1 or tally.mentions[path] > 1 or path in tally.leading or path in sides)


def _tally(blocks: Sequence[Block], mentions: Mentions) -> _Tally:
    found = _Tally()
    for at, (block, here) in enumerate(zip(blocks, mentions, strict=True)):
        titled = block.kind in (BlockKind.TITLE, BlockKind.SUBTITLE)
        for path, start in here:
            leads = block.kind is BlockKind.BODY and (found.characters + start < OPENING or block.text.startswith(SIGNED))
            found.add(path, at, TITLE if titled else 2 if leads else 1)
        found.characters += 0 if titled else len(block.text)
    return found


def _carriers(path: str, tally: _Tally, below: dict[str, list[str]]) -> list[str]:
    """The finest places that carry a place's weight; the place itself where none does, or where a title
    names it and none carries half of it."""
    weights = tally.weights
    heaviest = max((weights[one] for one in below.get(path, ())), default=0)
    if path in tally.itself and heaviest < ITSELF * weights[path]:
        return [path]
    own = weights[path] - sum(weights[one] for one in below.get(path, ()))
    if own >= ITSELF * weights[path]:
        return [path]
    heavy = [one for one in below.get(path, ()) if weights[one] >= CARRIES * weights[path]]
    if not heavy:
        return [path]
    heavy.sort(key=lambda one: (-weights[one], gazetteer().official_order(one)))
    return [place for one in heavy for place in _carriers(one, tally, below)]
