"""Headlines that the extractor left at the foot of the page, and which article each belongs to.

A page of several articles comes out as their texts one after the other, then all headlines. Which lead paragraph a
headline heads is told by the wording they share: a deck repeats its lead.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from search.model import BlockKind
from search.text.restore import spacing
from search.text.restore.captions import is_caption
from search.text.restore.cues import cues
from search.text.restore.kinds import headline_like, level, prose_bounds
from search.text.restore.measure import em, ends_sentence, ends_with_stop
from search.text.restore.shared import SharedRuns
from search.text.restore.units import Unit, absorb, merge_ranges

_TAIL_WIDEST = 64.0
_TAIL_LONGEST = 30
_DECK_LONG = 22.0
_SHARED_ENOUGH = 0.2
"""Share of a headline's three-character runs that must occur in a lead paragraph for it to be that article's."""
_CAPTION_SHARED = 0.3
_MOST_COMPARED = 4_000_000
"""Characters times headlines: more is no newspaper page, and comparing them would not be worth the time."""
_BEST_PARAGRAPHS = 3
_PAGE_CREDIT = ("本版", "本页", "本专版", "本整版")


@dataclass(slots=True)
class Headline:
    """A title with its decks, as found below the text."""

    title: Unit
    decks: list[Unit] = field(default_factory=list)

    @property
    def units(self) -> list[Unit]:
        """Title and decks in order."""
        return [self.title, *self.decks]

    @property
    def wording(self) -> str:
        """All its words."""
        return "".join(unit.text for unit in self.units)


def take_headlines(units: list[Unit]) -> list[Headline]:
    """Names headlines and captions among the lines that are outside the text. Where blank lines part the lines of a paragraph,
    two lines without one between them are a title and its deck."""
    _, last = prose_bounds(units)
    if last < 0:
        return []
    titled = any(unit.kind is BlockKind.TITLE for unit in units[: last + 1])
    headlines: list[Headline] = []
    absorbed: set[int] = set()
    for run in _runs_of_display(units[: last + 1]):
        headlines += _group(run, absorbed, only_pairs=True, titled=True)
    tail = [unit for at, unit in enumerate(units[last + 1 :], last + 1) if _display(units, at)]
    if len(tail) <= _TAIL_LONGEST:
        headlines += _group(tail, absorbed, only_pairs=False, titled=titled)
    if absorbed:
        units[:] = [unit for unit in units if id(unit) not in absorbed]
    for headline in headlines:
        for deck in headline.decks:
            deck.text = spacing.tidy_prose(deck.text)
    return headlines


def _runs_of_display(units: list[Unit]) -> list[list[Unit]]:
    """Stretches of display lines between paragraphs."""
    runs: list[list[Unit]] = [[]]
    for at, unit in enumerate(units):
        if _display(units, at):
            runs[-1].append(unit)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if 2 <= len(run) <= _TAIL_LONGEST]


def _group(run: list[Unit], absorbed: set[int], *, only_pairs: bool, titled: bool) -> list[Headline]:
    headlines: list[Headline] = []
    current: Headline | None = None
    for at, unit in enumerate(run):
        below = run[at + 1] if at + 1 < len(run) else None
        paired_below = below is not None and below.line_gap > 0 and below.gap == 0
        if current is not None and ((unit.line_gap > 0 and unit.gap == 0) or unit.text.startswith("——")):
            unit.kind = BlockKind.SUBTITLE
            current.decks.append(unit)
        elif current is not None and current.decks and not paired_below and _deck_goes_on(current.decks[-1], unit):
            absorb(current.decks[-1], unit)
            current.decks[-1].lines = merge_ranges(current.decks[-1].lines)
            absorbed.add(id(unit))
        elif paired_below or (not only_pairs and not titled and not headlines and _reads_as_title(unit.text)):
            unit.kind = BlockKind.TITLE
            current = Headline(unit)
            headlines.append(current)
        elif not only_pairs and (unit.line_gap > 0 or current is not None or headlines or _reads_as_caption(unit.text)):
            unit.kind, unit.placed, current = BlockKind.CAPTION, False, None
        else:
            current = None
    return headlines


def _display(units: list[Unit], at: int) -> bool:
    """Whether a unit may be a headline, a deck or a caption: no date, no signature above one, no numbered heading."""
    unit = units[at]
    text = unit.text
    if len(text) > 2 * _TAIL_WIDEST or unit.kind is not BlockKind.BODY or unit.cue:
        return False
    if at + 1 < len(units) and cues().date_line.match(units[at + 1].text):
        return False
    comma = text.endswith("，") and em(text) <= _TAIL_WIDEST
    if not (comma or headline_like(unit, _TAIL_WIDEST)) or is_caption(text):
        return False
    return not (cues().date_line.match(text) or level(text) or text in cues().heading_plain or cues().attachment.match(text))


def _deck_goes_on(deck: Unit, unit: Unit) -> bool:
    """Whether a deck runs on in the next line: it ends with a comma, or is long, has clauses, and the next is no caption."""
    if ends_sentence(deck.text):
        return False
    if ends_with_stop(deck.text):
        return True
    return "，" in deck.text and em(deck.text) >= _DECK_LONG and not _reads_as_caption(unit.text)


def _reads_as_caption(text: str) -> bool:
    return len(cues().scene_words.findall(text)) > len(cues().headline_words.findall(text)) and "，" not in text


def _reads_as_title(text: str) -> bool:
    seen = len(cues().scene_words.findall(text))
    said = len(cues().headline_words.findall(text)) + (1 if " " in text else 0) + (1 if cues().title_endings.search(text) else 0)
    return said > seen


def place_headlines(units: list[Unit], headlines: list[Headline]) -> list[Unit]:
    """Units with each headline before the article it belongs to, articles numbered; headlines that fit none stay behind the
    text, marked as not placed."""
    if not headlines:
        return units
    own = {id(unit) for headline in headlines for unit in headline.units}
    rest = [unit for unit in units if id(unit) not in own]
    _, last = prose_bounds(rest)
    starts = _match(headlines, rest)
    matched = {id(headline) for headline in starts.values()}
    stray: list[Unit] = []
    following = _places_after(units, own)
    for headline in headlines:
        if id(headline) in matched:
            continue
        where = following[id(headline.units[-1])]
        if where <= last and where not in starts:
            starts[where] = headline
        else:
            stray += headline.units
    placed: list[Unit] = []
    seen_body = False
    article = rest[0].article if rest else 1
    for at, unit in enumerate(rest):
        if at in starts:
            article += seen_body
            for part in starts[at].units:
                part.article = article
                placed.append(part)
        unit.article = article
        seen_body = seen_body or unit.body
        placed.append(unit)
    for part in stray:
        part.placed, part.article = False, 0 if article > 1 else article
    _, last = prose_bounds(placed)
    return placed[: last + 1] + stray + placed[last + 1 :]


def _places_after(units: list[Unit], own: set[int]) -> dict[int, int]:
    """For each unit of a headline, how many units that are none are above it: the index of the next one among these."""
    found: dict[int, int] = {}
    count = 0
    for unit in units:
        if id(unit) in own:
            found[id(unit)] = count
        else:
            count += 1
    return found


def _match(headlines: list[Headline], units: list[Unit]) -> dict[int, Headline]:
    """Index of the unit each headline goes before. The start of the text is one article's start for certain."""
    opening = next((at for at, unit in enumerate(units) if unit.body or unit.kind is BlockKind.HEADING), None)
    if opening is None:
        return {}
    first_free = not any(unit.kind is BlockKind.TITLE for unit in units[:opening])
    candidates = _lead_paragraphs(units, opening)
    if sum(len(units[at].text) for at in candidates) * len(headlines) > _MOST_COMPARED:
        return {}
    shared = SharedRuns([headline.wording for headline in headlines])
    scores = sorted(
        (-score, at, number)
        for at in candidates
        if at != opening or first_free
        for number, score in shared.shares(units[at].text).items()
        if score >= _SHARED_ENOUGH
    )
    starts: dict[int, Headline] = {}
    done: set[int] = set()
    for _, at, number in scores:
        if number in done or at in starts:
            continue
        starts[at] = headlines[number]
        done.add(number)
    left = [number for number in range(len(headlines)) if number not in done]
    if first_free and opening not in starts and len(left) == 1:
        starts[opening] = headlines[left[0]]
    return starts


def _lead_paragraphs(units: list[Unit], opening: int) -> list[int]:
    """Where an article may start: the opening, after a credit, or a paragraph between a section's text and a heading."""
    found = [opening]
    for at in range(opening + 1, len(units)):
        unit, above = units[at], units[at - 1]
        below = units[at + 1] if at + 1 < len(units) else None
        if unit.body and (above.kind is BlockKind.CREDIT or (above.body and below is not None and below.kind is BlockKind.HEADING)):
            found.append(at)
    return found


def place_captions(units: list[Unit], articles: int) -> list[Unit]:
    """Floating captions come after the text; each is given the article whose words it shares, 0 if none."""
    _, last = prose_bounds(units)
    for unit in units[last + 1 :]:
        unit.placed = unit.placed and unit.kind is not BlockKind.CAPTION
    for unit in units:
        if articles > 1 and unit.kind is BlockKind.CREDIT and any(word in unit.text for word in _PAGE_CREDIT):
            unit.article = 0
    floating = [unit for unit in units if unit.kind is BlockKind.CAPTION and not unit.placed]
    if not floating:
        return units
    body = [unit for unit in units if unit.body]
    if articles > 1 and sum(len(unit.text) for unit in body) * len(floating) <= _MOST_COMPARED:
        shared = SharedRuns([caption.text for caption in floating])
        found: list[dict[int, list[float]]] = [{} for _ in floating]
        for unit in body:
            for number, share in shared.shares(unit.text).items():
                found[number].setdefault(unit.article, []).append(share)
        for caption, of_article in zip(floating, found, strict=True):
            best = {article: sorted(shares, reverse=True)[:_BEST_PARAGRAPHS] for article, shares in of_article.items()}
            sure = any(shares[0] >= _CAPTION_SHARED for shares in best.values())
            caption.article = max(best, key=lambda article: (sum(best[article]), -article)) if sure else 0
    return [unit for unit in units if not (unit.kind is BlockKind.CAPTION and not unit.placed)] + floating
