"""What a document calls units for short, looked for all at once, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import ahocorasick

from search.labels.relation.table import relation_table
from search.model import Block, Span


class ShortNames:
    """Names, and where a text has them: in time that grows with the text, and not with how many they are."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = tuple(dict.fromkeys(filter(None, names)))
        self._automaton = ahocorasick.Automaton()
        for number, name in enumerate(self.names):
            self._automaton.add_word(name, (number, len(name)))
        if self.names:
            self._automaton.make_automaton()

    def spans(self, text: str, low: int, high: int) -> Iterator[tuple[str, Span]]:
        """The names that a range of the text has and where, by their ends; of one name, none that overlap."""
        if not self.names:
            return
        ends: dict[int, int] = {}
        for last, (number, length) in self._automaton.iter(text, low, high):
            start = last + 1 - length
            if start >= ends.get(number, low):
                ends[number] = last + 1
                yield self.names[number], (start, last + 1)

    def counts(self, text: str) -> Counter[str]:
        """How often a text has each."""
        return Counter(name for name, _ in self.spans(text, 0, len(text)))


NO_NAMES = ShortNames()


def short_names(blocks: Sequence[Block]) -> ShortNames:
    """What a document says it will call units (…公司（简称“甲”）), and what it uses by itself besides (甲集团, 甲)."""
    table = relation_table()
    said = [match["short"] for block in blocks if "简称" in block.text for match in table.short.finditer(block.text)]
    longer: dict[str, set[str]] = {}
    for block in blocks:
        for match in table.shortened.finditer(block.text):
            longer.setdefault(match["group"] or match["rest"], set()).add(match.group())
    counts = ShortNames([*longer, *(one for names in longer.values() for one in names)]).counts("\n".join(block.text for block in blocks))
    used = [name for name, names in longer.items() if counts[name] > sum(counts[one] for one in names)]
    return ShortNames([*said, *used, *(one for name in used for one in longer[name])])
