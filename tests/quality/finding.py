"""Asked in sentences: does a search find the article or the passage, and does it find it better than bigram BM25?

    python -m tests.quality.finding FOLDER

FOLDER holds newspaper articles as text files outside the repository. Three sets are made of them, the same every time: the headline of an
article, cut off before the rest is indexed, asks for the article; a sentence with a third of its words dropped or replaced asks for its
passage; the questions of `data/facts.tsv` ask for a passage that holds the answer. Each is asked of a library and, beside it, of BM25 over
pairs of characters, by passages and by whole documents. One page of ten is judged.
"""

from __future__ import annotations

import math
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from search import build, open_library
from search.answering.library import Library
from search.model import BlockKind, Passage
from search.query.analysis import longest, words
from search.question import Question
from search.text.fold import match_form

FACTS = Path(__file__).parent / "data" / "facts.tsv"
DEPTH = 10
K1, B = 1.2, 0.75
"""Of the baseline: what most engines come with."""
_SENTENCE = re.compile(r"[^。！？]+")
_HAN = re.compile("[一-龥]")
_LEAST_HEADLINE = 4
"""Chinese characters; what has fewer is a date or the label of a page."""
Found = tuple[str, str]
"""A passage and its document."""
Ranker = Callable[[str], Sequence[Found]]


@dataclass(frozen=True)
class Asked:
    """A query and what answers it: ids of passages, or of documents if `whole`."""

    text: str
    answers: frozenset[str]
    whole: bool = False


def beheaded(text: str) -> tuple[str, str] | None:
    """The headline of an article, and the rest of it; None where it does not begin with one."""
    lines = text.split("\n")
    count = next((at for at, line in enumerate(lines) if not line.strip() or line.startswith("　　") or len(line) >= 60), len(lines))
    head = [line.strip() for line in lines[:count]]
    if not head or count == len(lines) or any(line.endswith("。") for line in head):
        return None
    headline = max((line for line in head if not line.startswith("—")), key=len, default=head[0])
    return (headline, "\n".join(lines[count:])) if len(_HAN.findall(headline)) >= _LEAST_HEADLINE else None


def changed(sentence: str, vocabulary: Sequence[str], chance: random.Random) -> str:
    """The sentence with a third of its words dropped or replaced."""
    pieces = [word for word, _, _ in longest(words(match_form(sentence).text))]
    for at in chance.sample(range(len(pieces)), len(pieces) // 3):
        pieces[at] = chance.choice(vocabulary) if chance.random() < 0.5 else ""
    return "".join(pieces)


def bigram_ranker(units: Sequence[tuple[Found, str]]) -> Ranker:
    """BM25 over the pairs of characters of these texts."""
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    lengths = []
    for at, (_, text) in enumerate(units):
        counts = Counter(text[place : place + 2] for place in range(len(text) - 1))
        lengths.append(sum(counts.values()))
        for pair, count in counts.items():
            postings[pair].append((at, count))
    mean = sum(lengths) / len(lengths)

    def ranked(query: str) -> Sequence[Found]:
        form = match_form(query).text
        scores: dict[int, float] = defaultdict(float)
        for pair in {form[place : place + 2] for place in range(len(form) - 1)}:
            there = postings.get(pair, ())
            weight = math.log(1 + (len(units) - len(there) + 0.5) / (len(there) + 0.5))
            for at, count in there:
                scores[at] += weight * count * (K1 + 1) / (count + K1 * (1 - B + B * lengths[at] / mean))
        return [units[at][0] for at in sorted(scores, key=lambda at: -scores[at])[:DEPTH]]

    return ranked


def measured(asked: Iterable[Asked], ranker: Ranker) -> tuple[float, float, float]:
    """Means of nDCG@10, hit@10 and the reciprocal rank."""
    rows = []
    for one in asked:
        found = ranker(one.text)[:DEPTH]
        ranked = list(dict.fromkeys(document for _, document in found)) if one.whole else [passage for passage, _ in found]
        gains = [1 / math.log2(place + 2) for place, id_ in enumerate(ranked) if id_ in one.answers]
        ideal = sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(one.answers))))
        first = next((1 / (place + 1) for place, id_ in enumerate(ranked) if id_ in one.answers), 0.0)
        rows.append((sum(gains) / ideal, float(bool(gains)), first))
    ndcg, hit, rank = (sum(column) / max(1, len(rows)) for column in zip(*rows, strict=True))
    return ndcg, hit, rank


def headlines(heads: dict[str, str], library: Library) -> list[Asked]:
    """Each headline asks for its article."""
    return [
        Asked(heads[name], frozenset({one.id}), whole=True) for one in library.documents() if (name := Path(one.source_file).name) in heads
    ]


def sentences(passages: Sequence[Passage]) -> list[Asked]:
    """One changed sentence per document asks for the passages that hold it."""
    chance = random.Random(11)
    vocabulary = [word for one in passages[::50] for word, _, _ in longest(words(match_form(one.text).text)) if len(word) > 1]
    by_document: dict[str, list[str]] = defaultdict(list)
    for one in passages:
        if one.kind is BlockKind.BODY:
            by_document[one.document_id] += [found for found in _SENTENCE.findall(one.text) if 22 <= len(found) <= 60]
    found = []
    for _, texts in sorted(by_document.items()):
        if texts:
            sentence = chance.choice(texts)
            holding = frozenset(one.id for one in passages if sentence in one.text)
            found.append(Asked(changed(sentence, vocabulary, chance), holding))
    return found


def questions(passages: Sequence[Passage]) -> list[Asked]:
    """The questions that some passage answers."""
    forms = [(one.id, match_form(one.text).text) for one in passages]
    rows = [line.split("\t") for line in FACTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found = []
    for text, *facts in rows:
        held = [match_form(fact).text for fact in facts]
        answers = frozenset(id_ for id_, form in forms if all(fact in form for fact in held))
        if answers:
            found.append(Asked(text, answers))
    return found


def main(folder: Path) -> None:
    """Prints the table."""
    heads: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as work:
        sources = Path(work) / "articles"
        sources.mkdir()
        for path in sorted(folder.rglob("*.txt")):
            text = path.read_text(encoding="utf-8", errors="replace")
            if (cut := beheaded(text)) is not None:
                heads[path.name], text = cut
            (sources / path.name).write_text(text, encoding="utf-8")
        url = f"whoosh:{Path(work) / 'index'}"
        build([str(sources)], url)
        with open_library(url) as library:
            _print(heads, library)


def _print(heads: dict[str, str], library: Library) -> None:
    passages = [passage for one in library.documents() for passage in library.document(one.id).document.passages]
    units = [((one.id, one.document_id), match_form(one.text).text) for one in passages]
    whole: dict[str, list[str]] = defaultdict(list)
    for (_, document), text in units:
        whole[document].append(text)
    rankers: dict[str, Ranker] = {
        "bangfu": lambda query: [(hit.passage.id, hit.document.id) for hit in library.search(Question(query, size=DEPTH)).hits],
        "bigrams, passages": bigram_ranker(units),
        "bigrams, documents": bigram_ranker([(("", document), "\n".join(texts)) for document, texts in whole.items()]),
    }
    sets = {"headlines": headlines(heads, library), "sentences": sentences(passages), "questions": questions(passages)}
    for name, asked in sets.items():
        for ranker, rank in rankers.items():
            if name == "headlines" or not ranker.endswith("documents"):
                print(f"{name:10} {len(asked):4} {ranker:20} nDCG@10 %.3f  hit@10 %.3f  MRR %.3f" % measured(asked, rank), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
