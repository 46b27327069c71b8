"""Which place a name means, if any: settled by what stands beside it and by what the rest of the document names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from search.labels.gazetteer import gazetteer
from search.labels.region.boundary import TORN
from search.labels.region.context import BOUNDARY, LONG_LIST, Item, Knowledge, province_of, shared_levels
from search.labels.region.match import Proof
from search.labels.region.tables import tables

ENOUGH = 6
"""Neighbours in a list that are asked."""
LOOK_BACK = 60
"""Names before one that may be the ancestor it belongs to."""
INSISTENT = 3
"""Where no province is spoken of at all, a bare name that stands this often is a place (密云, 滦平 in a local paper)."""
HOME = 8
"""A province named this often, and in half of all mentions, is what a document is about."""
SPOKEN = 2
"""A province an article names this often makes plain the short names of its counties that are no ordinary words."""
DOMINANT = 5
"""A municipality named this often makes the bare names of its districts plain."""


def settle(texts: Sequence[str], by_block: Sequence[Sequence[Item]], known: Knowledge) -> None:
    """Give every item its one path, or the reason why it has none. Names that need no proof come first, then the rest."""
    every = [item for here in by_block for item in here]
    items = [item for item in every if not item.torn]
    known.bare.update(item.name.text for item in items)
    placeless = not any(item.name.proof is Proof.NONE and _speaks_of_region(item) for item in items)
    for item in items:
        if len(item.paths) == 1 and (item.in_chain or item.name.proof is Proof.NONE):
            _accept(item, known)
    ordered = sorted(items, key=lambda item: item.name.proof)
    for item in ordered:
        if item.name.proof is Proof.NONE and not item.settled and item.alive:
            _choose(item, by_block[item.block], known)
    for item in ordered if placeless else ():
        if len(item.paths) == 1 and known.bare[item.name.text] >= INSISTENT and _is_distinct(item):
            _accept(item, known)
    for item in ordered:
        if item.name.proof is Proof.SUPPORT and not item.settled and item.alive:
            _support(texts[item.block], item, by_block[item.block], known)
    for _ in range(2):
        for item in ordered:
            if item.name.proof >= Proof.SOME and not item.settled and item.alive:
                _prove(texts[item.block], item, by_block[item.block], known)
    for item in items:
        if not item.settled and item.alive:
            item.rejected = "常用词，此处无旁证" if item.name.proof >= Proof.SOME else "同名多地，无从判断"
    for item in every:
        if item.torn:
            _mend(item, known)


def _mend(item: Item, known: Knowledge) -> None:
    """A name that an ordinary word tears counts where the document names the place in full."""
    own = [path for path in item.paths if path in known.own]
    if item.name.proof <= Proof.SUPPORT and own:
        item.paths = own[:1]
        _accept(item, known)
    else:
        item.rejected = TORN


def _speaks_of_region(item: Item) -> bool:
    """Whether a name tells the part of the country: a full one, a province or a prefecture."""
    return item.name.full or any(path.count("/") == 0 or path.endswith(("市", "州", "盟", "地区")) for path in item.paths)


def _is_distinct(item: Item) -> bool:
    """A county's short name, or a district's that is no ordinary word."""
    return item.name.proof is Proof.SUPPORT or (item.name.proof is Proof.SOME and item.name.text not in tables().names.weak)


def _accept(item: Item, known: Knowledge) -> None:
    if not item.settled:
        item.settled = True
        known.note(item, full=item.name.full and not item.name.compound)


def _neighbours(item: Item) -> list[Item]:
    found = [other for other in (item.left, item.right) if other is not None and other.settled and other.alive]
    for step in ("left", "right"):
        other = getattr(item, step)
        for _ in range(LONG_LIST):
            other = other and getattr(other, step)
            if other is None or len(found) >= ENOUGH:
                break
            if other.settled and other.alive:
                found.append(other)
    return found


def _choose(item: Item, items: Sequence[Item], known: Knowledge) -> None:
    """Settle a name that several places bear."""
    chosen = _by_siblings(item) or _by_own(item, known) or _by_neighbours(item)
    if chosen is None:
        provinces = [path for path in item.paths if "/" not in path]
        chosen = provinces[0] if provinces and not item.in_chain else _by_context(item, items, known)
    if chosen is None:
        _leave_the_sure_part(item, known)
        return
    item.paths = [chosen]
    _accept(item, known)


def _leave_the_sure_part(item: Item, known: Knowledge) -> None:
    """What is certain survives what is not: 江苏省鼓楼区 may be two districts, but of 江苏省 it is."""
    above = item.above
    shared = above and [path for path in above.paths if all(one.startswith(path + "/") for one in item.paths)]
    if not above or not shared or len(shared) > 1:
        item.rejected = "同名多地，无从判断"
        return
    item.paths = shared
    item.shown_end = above.end
    _accept(item, known)


def _highest(paths: Sequence[str]) -> str | None:
    """The one path above or alone among the others of its level; None when two are equal."""
    levels = sorted(paths, key=lambda path: path.count("/"))
    if len(levels) > 1 and levels[0].count("/") == levels[1].count("/"):
        return None
    return levels[0] if levels else None


def _by_own(item: Item, known: Knowledge) -> str | None:
    named = [path for path in item.paths if path in known.own]
    return _lifted(_highest(named), item)


def _lifted(path: str | None, item: Item) -> str | None:
    """和田 is the prefecture, not its seat of the same name, even where 和田市 is spoken of too."""
    if path is None or item.name.full:
        return path
    return min((above for above in item.paths if path.startswith(above + "/")), key=len, default=path)


def _by_siblings(item: Item) -> str | None:
    """The one candidate that lies right beside a neighbour in the list: 元阳、红河 are two counties."""
    for other in (item.left, item.right):
        if other is None or not other.alive or len(other.paths) > 1 or other.name.proof is Proof.LIST:
            continue
        parent = other.path.rpartition("/")[0]
        beside = [path for path in item.paths if parent and path != other.path and path.rpartition("/")[0] == parent]
        if len(beside) == 1:
            return beside[0]
    return None


def _by_neighbours(item: Item) -> str | None:
    best: tuple[int, str] | None = None
    for other in _neighbours(item):
        for path in item.paths:
            shared = shared_levels(path, other.path)
            if shared and (best is None or shared > best[0]):
                best = (shared, path)
    if best is None:
        return None
    return _lifted(best[1], item)


def _by_context(item: Item, items: Sequence[Item], known: Knowledge) -> str | None:
    """The nearest place named before in the block, then the province most spoken of, then the one of highest rank."""
    at = bisect_left(items, item.start, key=lambda one: one.end)
    for other in reversed([one for one in items[max(0, at - LOOK_BACK) : at + 1] if one.end <= item.start and one.settled]):
        near = [path for path in item.paths if shared_levels(path, other.path)]
        if near:
            deepest = max(shared_levels(path, other.path) for path in near)
            return _highest([path for path in near if shared_levels(path, other.path) == deepest]) or _highest(near) or near[0]
    spoken = [path for path in item.paths if known.weight(path, item.article) > (0, 0)]
    if spoken:
        most = max(known.weight(path, item.article) for path in spoken)
        return _highest([path for path in spoken if known.weight(path, item.article) == most])
    return _highest(item.paths)


def _support(text: str, item: Item, items: Sequence[Item], known: Knowledge) -> None:
    """A county's short name counts when its province is spoken of, or it stands where only a place can."""
    spoken = [path for path in item.paths if path in known.own or known.provinces[province_of(path)]]
    spoken = [path for path in spoken if not path.endswith("区") or _speaks_of_town(path, known)]
    if not spoken and not _beside_aid(text, item) and not tables().language.after_town.match(text, item.end):
        item.rejected = "全文未提及其所在省份"
        return
    item.paths = spoken or item.paths
    _choose(item, items, known)


def _speaks_of_town(path: str, known: Knowledge) -> bool:
    """Whether a document names the town of a district (秦淮 is a river, but for one about 南京), or the district itself in full."""
    return path in known.own or path.rpartition("/")[0] in known.named


def _beside_aid(text: str, item: Item) -> bool:
    language = tables().language
    before = text[max(0, item.start - 8) : item.start]
    return bool(language.before_given_strong.ends(before)) and bool(BOUNDARY.match(text, item.end))


def _prove(text: str, item: Item, items: Sequence[Item], known: Knowledge) -> None:
    """Look for the proof an ordinary word needs before it is a place."""
    common = item.name.proof is Proof.LIST
    own = [path for path in item.paths if path in known.own]
    cut = text[item.end - 1 : item.end + 1] in tables().names.crossing and not item.name.full
    if own and (not common or (_stands_alone(text, item) and not cut)):
        item.paths = [_highest(own) or own[0]]
        _accept(item, known)
        return
    for other in _neighbours(item):
        near = [path for path in item.paths if path != other.path and shared_levels(path, other.path) >= _closeness(path, common)]
        if near and not cut and _list_like(text, item):
            item.paths = [max(near, key=lambda path: shared_levels(path, other.path))]
            _accept(item, known)
            return
    if common or cut:
        return
    spoken = [path for path in item.paths if known.provinces[province_of(path)]]
    if spoken and _plausible(text, item, spoken, known):
        item.paths = spoken
        _choose(item, items, known)
    elif item.name.full and item.in_chain:
        _choose(item, items, known)


def _plausible(text: str, item: Item, spoken: Sequence[str], known: Knowledge) -> bool:
    if item.name.full and item.name.text[-1] == "县" and _opens(text, item):
        return True
    return (
        _beside_aid(text, item)
        or _mutual(item, spoken)
        or _plain_district(item, spoken, known)
        or _at_home(text, item, spoken, known)
        or _in_province(text, item, spoken, known)
    )


def _closeness(path: str, common: bool) -> int:
    """Levels a neighbour must share: the prefecture for a common word, the province for others."""
    return 2 if common and path.count("/") > 1 else 1


def _list_like(text: str, item: Item) -> bool:
    return bool(BOUNDARY.match(text, item.end)) or item.name.full or item.name.proof is not Proof.LIST


def _stands_alone(text: str, item: Item) -> bool:
    before = text[max(0, item.start - 8) : item.start]
    language = tables().language
    given = language.before_given.ends(before)
    left = not before or before[-1] in "、，。；：“《（ " or bool(given or language.site.ends(before))
    right = BOUNDARY.match(text, item.end) or language.after_receives_strong.match(text, item.end)
    return left and bool(right or (given and language.task.match(text, item.end)))


def _opens(text: str, item: Item) -> bool:
    """Whether nothing before could take the name's first character to itself (示范|县)."""
    return item.start == 0 or text[item.start - 1] in "、，。；：“《（ \n"


def _mutual(item: Item, spoken: Sequence[str]) -> bool:
    """Whether a neighbour in the list, itself unproven, could be of the same province."""
    provinces = {province_of(path) for path in spoken}
    for other in (item.left, item.right):
        if other is None or not other.alive or other.name.proof is Proof.LIST:
            continue
        if any(province_of(path) in provinces for path in other.paths):
            return True
    return False


def _at_home(text: str, item: Item, spoken: Sequence[str], known: Knowledge) -> bool:
    """平潭 alone, in a report on 福建: a county of the province that nearly all of the document is about."""
    if item.name.full or any(path.endswith("区") for path in spoken) or text[item.start - 1 : item.start + 1] in tables().names.crossing:
        return False
    count = known.provinces[province_of(spoken[0])]
    return count >= HOME and count * 2 >= known.provinces.total()


def _in_province(text: str, item: Item, spoken: Sequence[str], known: Knowledge) -> bool:
    """青川 or 海原, where the article speaks of the province: the name opens a clause or follows 在, 到, 赴, and cuts no word in two."""
    if item.name.full or any(path.endswith("区") for path in spoken) or text[item.start - 1 : item.start + 1] in tables().names.crossing:
        return False
    if item.name.text in tables().names.wordlike and not BOUNDARY.match(text, item.end):
        return False
    language = tables().language
    before = text[max(0, item.start - 8) : item.start]
    opens = not before or before[-1] in "、，。；：“”《（ " or bool(language.before_given.ends(before) or language.site.ends(before))
    return opens and any(known.weight(path, item.article)[0] >= SPOKEN for path in spoken)


def _plain_district(item: Item, spoken: Sequence[str], known: Knowledge) -> bool:
    """密云 alone, in a document that speaks of 北京 again and again."""
    if len(item.paths) > 1 or spoken[0].count("/") != 1 or not spoken[0].endswith("区"):
        return False
    parent = gazetteer().parent(spoken[0])
    return parent is not None and known.provinces[parent.path] >= DOMINANT
