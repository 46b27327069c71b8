"""The two stages in plain Python: what every engine is held to (see the package's own text)."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import fsum
from operator import mul
from pathlib import Path

from search.model import BlockKind
from search.query.expand import function_words
from search.query.match import SENTENCE_ENDS, has_facet, occurrences
from search.query.plan import Facet
from search.query.score import KIND_WEIGHTS, idf, quantise, saturate

DEPTH = 2_000
"""Passages of the first stage that are looked at again."""
MOST_OF_DOCUMENT = 6
"""Of one document no more while others have something: a long article would crowd out everything else."""
CANDIDATES = 100
"""Passages whose texts are read."""
LISTED = 60
LEAST = 0.3
"""Passages below this share of the best one's score are not near."""
KNOWN = 0.45
"""A query of whose pairs, and of whose words, a smaller share occurs anywhere is about something else: nothing is near to it."""
REPEATED = 0.2
"""What is taken off the score of a passage, as a share of it, where a nearer one is of the same document: one article must not fill the
page."""
REPEATED_IN_SENTENCE = 0.5
"""The same for a sentence that asks nothing: what is asked may be answered twice in one article, a headline or a quotation has one."""
ASIDE = 0.3
"""What is left of the weight of what is only said in parentheses: a pasted headline names its series or column there."""
NO_ANSWER = 0.6
"""What is left of the score of a title or heading where a question is asked: they say what is spoken of, and seldom what is so."""
HEADINGS = frozenset({BlockKind.TITLE, BlockKind.SUBTITLE, BlockKind.HEADING})
POSTINGS = 400_000
"""What the first stage may add up, in postings: bounded at any size of collection."""
DOCUMENT_K1 = 2.0
DOCUMENT_B = 0.6

FEATURES = (
    "near",
    "cover",
    "words",
    "document",
    "document_words",
    "best",
    "head",
    "labels",
    "sentence",
    "clause",
    "run",
    "answer",
    "wish",
    "characters",
)
FIRST = 8
"""How many of them the first stage knows."""
CLAUSE_ENDS = ",:"
UNITS = 1 << 20
"""In one unit of weight, where sums are compared: see `wanted`."""
_SENTENCE_END = re.compile(f"[{SENTENCE_ENDS}]")
_CLAUSE_END = re.compile(f"[{CLAUSE_ENDS}]")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, with its weights: (pair, idf) and (runs with their shares, idf), the rarest first. `text` is the query in match
    form, `wishes` its quoted parts; `question` says that it asks, and `answer` is a pattern of what it asks for, or empty. `labels`
    are the facet values that its words name, for each word those it may mean, `characters` those of its pairs that say something;
    `sentence` says that it is a sentence that asks nothing."""

    text: str
    pairs: tuple[tuple[str, float], ...]
    words: tuple[tuple[tuple[tuple[str, float], ...], float], ...] = ()
    wishes: tuple[str, ...] = ()
    question: bool = False
    answer: str = ""
    labels: tuple[tuple[Facet, ...], ...] = ()
    characters: frozenset[str] = frozenset()
    sentence: bool = False

    @property
    def pair_total(self) -> float:
        """The idf of all pairs; 1 if there are none."""
        return fsum(weight for _, weight in self.pairs) or 1.0

    @property
    def word_total(self) -> float:
        """The idf of all words; 1 if there are none."""
        return fsum(weight for _, weight in self.words) or 1.0


@dataclass(frozen=True, slots=True)
class NearPassage:
    """A passage of the list, by the key the engine gave it, with its score before its kind is weighed, its features in the order of
    FEATURES, and the share that was taken off because a passage of its document is nearer."""

    key: int
    score: float
    features: tuple[float, ...]
    repeated: float = 0.0


@dataclass(frozen=True, slots=True)
class NearCandidate:
    """A passage that the first stage kept. `key` is whatever the engine knows it by, `order` its place in document order."""

    key: int
    order: int
    document: int
    kind: BlockKind
    text: str
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage as the first stage sees it: match form, and the number of its document (documents and passages in document order)."""

    text: str
    document: int
    facets: Mapping[str, Collection[str]] = field(default_factory=dict)


Reading = Callable[[Asked, Sequence[str]], Sequence[tuple[float, ...]]]
"""Reads texts for one query: of each its features of the second stage."""


@cache
def weights() -> Mapping[str, float]:
    """Feature → weight, from the table."""
    with (Path(__file__).parent / "data" / "weights.toml").open("rb") as file:
        table = tomllib.load(file)
    return {name: float(table[name]["weight"]) for name in FEATURES}


def total(features: Sequence[float]) -> float:
    """The weighted sum of the first features given."""
    return fsum(map(mul, _weights(), features))


@cache
def _weights() -> tuple[float, ...]:
    return tuple(weights().values())


def asked(
    text: str,
    pairs: Iterable[str],
    words: Iterable[Sequence[tuple[str, float]]],
    contains: Callable[[Sequence[str]], Sequence[int]],
    passages: int,
    *,
    wishes: tuple[str, ...] = (),
    question: bool = False,
    answer: str = "",
    labels: tuple[tuple[Facet, ...], ...] = (),
    aside: Collection[str] = (),
    sentence: bool = False,
    places: Sequence[str] = (),
) -> Asked:
    """What is looked for with its weights, as far as it occurs and as many postings may be asked for; nothing if too little of it occurs
    anywhere, or if it names places and none of their names occurs: who asks what is done there wants nothing of what is done elsewhere.
    Runs that are `aside` weigh less."""
    pairs, words = list(dict.fromkeys(pairs)), list(dict.fromkeys(tuple(one) for one in words))
    runs = list(dict.fromkeys((*pairs, *(run for word in words for run, _ in word), *places)))
    counts = dict(zip(runs, contains(runs), strict=True)) if runs else {}
    if not _is_known(pairs, words, counts) or (places and not any(counts[name] for name in places)):
        return Asked(text, ())
    there = sorted((count, pair) for pair in pairs if (count := counts[pair]))
    left = POSTINGS - sum(count for count, _ in there)
    while left < 0 and len(there) > 1:
        left += there.pop()[0]
    spoken = sorted((max(counts[run] for run, _ in word), word) for word in words)
    kept = []
    for count, word in spoken:
        occurring = tuple((run, share) for run, share in word if counts[run])
        left -= sum(counts[run] for run, _ in occurring)
        if occurring and left >= 0:
            kept.append((occurring, idf(passages, count) * _share(word[0][0], aside)))
    weighed = tuple((pair, idf(passages, count) * _share(pair, aside)) for count, pair in there)
    return Asked(text, weighed, tuple(kept), wishes, question, answer, labels, _characters(pair for pair, _ in weighed), sentence)


def _is_known(pairs: Sequence[str], words: Sequence[Sequence[tuple[str, float]]], counts: Mapping[str, int]) -> bool:
    """Whether enough of what is looked for occurs anywhere, by pairs or by words."""
    pairs_there = sum(counts[pair] > 0 for pair in pairs)
    words_there = sum(any(counts[run] for run, _ in word) for word in words)
    return pairs_there >= KNOWN * len(pairs) or words_there >= KNOWN * max(1, len(words))


def _share(run: str, aside: Collection[str]) -> float:
    return ASIDE if run in aside else 1.0


def _characters(pairs: Iterable[str]) -> frozenset[str]:
    return frozenset(char for pair in pairs if not pair.isascii() for char in pair) - function_words()


def first_stage(sought: Asked, passages: Sequence[Seen]) -> list[tuple[int, tuple[float, ...]]]:
    """The candidates: (place in `passages`, features of the first stage)."""
    lengths = [len(passage.text) for passage in passages]
    mean = max(1.0, sum(lengths) / max(1, len(lengths)))
    near: dict[int, float] = defaultdict(float)
    cover: dict[int, float] = defaultdict(float)
    spoken: dict[int, float] = defaultdict(float)
    for run, idf_ in sought.pairs:
        weight = idf_ / sought.pair_total
        for place, passage in enumerate(passages):
            if frequency := len(occurrences(run, passage.text)):
                near[place] += weight * saturate(frequency, lengths[place], mean)
                cover[place] += weight
    for runs, idf_ in sought.words:
        weight = idf_ / sought.word_total
        for place, passage in enumerate(passages):
            if share := max(share if run in passage.text else 0.0 for run, share in runs):
                spoken[place] += weight * share
    by_pairs = _documents(passages, [(((run, 1.0),), weight / sought.pair_total) for run, weight in sought.pairs])
    by_words = _documents(passages, [(runs, weight / sought.word_total) for runs, weight in sought.words])
    best: dict[int, float] = defaultdict(float)
    head: dict[int, float] = defaultdict(float)
    seen_of: dict[int, int] = defaultdict(int)
    for place, passage in enumerate(passages):
        best[passage.document] = max(best[passage.document], near[place])
        if seen_of[passage.document] < 2:
            head[passage.document] = max(head[passage.document], cover[place])
        seen_of[passage.document] += 1
    found: list[tuple[int, tuple[float, ...]]] = []
    for place, passage in enumerate(passages):
        if cover[place] or spoken[place]:
            at = passage.document
            found.append(
                (
                    place,
                    (near[place], cover[place], spoken[place], by_pairs[at], by_words[at], best[at], head[at], _labelled(sought, passage)),
                )
            )
    found.sort(key=lambda one: (-quantise(total(one[1])), one[0]))
    found = found[:DEPTH]
    return [found[at] for at in spread([passages[place].document for place, _ in found])]


def _labelled(sought: Asked, passage: Seen) -> float:
    held = [any(has_facet(passage.facets, one.name, one.value) for one in ways) for ways in sought.labels]
    return sum(held) / len(held) if held else 0.0


def spread(documents: Sequence[int]) -> list[int]:
    """Which of the passages are candidates, given their documents, best first: those that are among the first `MOST_OF_DOCUMENT` of theirs,
    then the others, as long as there is room."""
    kept: list[int] = []
    rest: list[int] = []
    of_document: dict[int, int] = {}
    for at, document in enumerate(documents):
        count = of_document[document] = of_document.get(document, 0) + 1
        (kept if count <= MOST_OF_DOCUMENT else rest).append(at)
        if len(kept) == CANDIDATES:
            break
    return [*kept, *rest][:CANDIDATES]


def _documents(passages: Sequence[Seen], wanted: Sequence[tuple[Sequence[tuple[str, float]], float]]) -> Mapping[int, float]:
    """Document → the sum over what is wanted of its weight times the saturated frequency over the whole document."""
    lengths: dict[int, int] = defaultdict(int)
    for passage in passages:
        lengths[passage.document] += len(passage.text)
    mean = max(1.0, sum(lengths.values()) / max(1, len(lengths)))
    result: dict[int, float] = defaultdict(float)
    for runs, weight in wanted:
        frequencies: dict[int, float] = defaultdict(float)
        for passage in passages:
            frequencies[passage.document] += fsum(share * len(occurrences(run, passage.text)) for run, share in runs)
        for document, frequency in frequencies.items():
            norm = DOCUMENT_K1 * (1.0 - DOCUMENT_B + DOCUMENT_B * lengths[document] / mean)
            result[document] += weight * frequency * (DOCUMENT_K1 + 1.0) / (frequency + norm)
    return result


def second_stage(sought: Asked, candidates: Sequence[NearCandidate], read: Reading | None = None) -> tuple[NearPassage, ...]:
    """The list, nearest first. `read` gives the features of texts that `read_plainly` gives, sooner."""
    rated = []
    read_features = (read or read_plainly)(sought, [candidate.text for candidate in candidates])
    for candidate, more in zip(candidates, read_features, strict=True):
        features = (*candidate.features, *more)
        score = total(features) * (NO_ANSWER if sought.question and candidate.kind in HEADINGS else 1.0)
        rated.append((KIND_WEIGHTS[candidate.kind] * score, candidate, score, features))
    rated.sort(key=lambda one: (-quantise(one[0]), one[1].order))
    least = max(1, quantise(LEAST * rated[0][0])) if rated else 0
    final = []
    repeated = REPEATED_IN_SENTENCE if sought.sentence else REPEATED
    documents: set[int] = set()
    for weighed, candidate, score, features in rated:
        if quantise(weighed) < least:
            break
        taken = repeated if candidate.document in documents else 0.0
        documents.add(candidate.document)
        final.append((weighed * (1.0 - taken), candidate, NearPassage(candidate.key, score * (1.0 - taken), features, taken)))
    final.sort(key=lambda one: (-quantise(one[0]), one[1].order))
    return tuple(near for _, _, near in final[:LISTED])


def wanted(sought: Asked) -> tuple[tuple[tuple[str, ...], int], ...]:
    """What sentences are looked through for: runs of which any counts, with their weight in whole `UNITS`, so that a sum is the same in
    whatever order it is added up. Words that occur nowhere have no pairs: what is said in their place takes it."""
    instead = [(tuple(run for run, _ in runs), runs[0][1] * weight) for runs, weight in sought.words if runs[0][1] < 1.0]
    found = [*(((run,), weight) for run, weight in sought.pairs), *instead]
    return tuple((runs, round(weight * UNITS)) for runs, weight in found)


def read_plainly(sought: Asked, texts: Sequence[str]) -> list[tuple[float, ...]]:
    """The features that the second stage adds, of each text."""
    looked_for = wanted(sought)
    most = sum(weight for _, weight in looked_for) or 1
    answer = re.compile(sought.answer) if sought.answer else None
    return [_features(sought, looked_for, most, answer, text) for text in texts]


def _features(
    sought: Asked, looked_for: Sequence[tuple[tuple[str, ...], int]], most: int, answer: re.Pattern[str] | None, text: str
) -> tuple[float, ...]:
    sentences = _SENTENCE_END.split(text)
    sentence, share = _best(sentences, looked_for)
    clause, closer = _best(_CLAUSE_END.split(sentence), looked_for)
    wishes = sought.wishes
    return (
        share / most,
        closer / most,
        longest_common(sought.text, text) / max(1, len(sought.text)),
        answered(answer, text, sentence, clause) if answer else 0.0,
        sum(wish in text for wish in wishes) / len(wishes) if wishes else 0.0,
        max(len(sought.characters.intersection(sentence)) for sentence in sentences) / (len(sought.characters) or 1),
    )


def answered(answer: re.Pattern[str], text: str, sentence: str, clause: str) -> float:
    """How near what is asked for is to what it is asked of."""
    return next((share for part, share in ((clause, 1.0), (sentence, 0.5), (text, 0.25)) if answer.search(part)), 0.0)


def _best(parts: Sequence[str], looked_for: Sequence[tuple[tuple[str, ...], int]]) -> tuple[str, int]:
    """The part that holds the most, and what it holds: of the runs that stand for one another any counts, once."""
    best, found = "", 0
    for part in parts:
        share = sum(weight for runs, weight in looked_for if any(run in part for run in runs))
        if share > found:
            best, found = part, share
    return best, found


def longest_common(text: str, other: str) -> int:
    """The length of the longest run of `text` that is in `other`."""
    longest = 0
    for at in range(len(text)):
        while at + longest < len(text) and text[at : at + longest + 1] in other:
            longest += 1
    return longest
