"""Every point of a score, and where it comes from: the same sums as `search.query.score` and `search.query.nearest`, kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.model import BlockKind
from search.query.match import LeafMatch, Matchable, evaluate
from search.query.nearest import stages
from search.query.plan import Listed, Node, Outside, Pattern, RunKind
from search.query.score import KIND_WEIGHTS, NEAR_BONUS, WORD_SHARE, Statistics, idf, on_grid, positive_terms, saturate, togetherness

_FROM = {
    RunKind.LITERAL: "原词",
    RunKind.NUMBER: "同一数目",
    RunKind.SCRIPT: "异体",
    RunKind.SYNONYM: "近义词",
    RunKind.SPELLING: "近形近音",
    RunKind.PINYIN: "拼音",
}
_FEATURES = {
    "near": "段落里的字串",
    "cover": "段落占检索词的份额",
    "words": "段落里的词",
    "document": "全文里的字串",
    "document_words": "全文里的词",
    "best": "全文最好的一段",
    "head": "标题和导语",
    "labels": "地区年份类型",
    "sentence": "最好的一句",
    "clause": "最好的一小句",
    "run": "最长的相同字串",
    "answer": "问的是数目、时间或名单，句中有",
    "wish": "引号里的话",
    "characters": "一句里的字",
}


@dataclass(frozen=True, slots=True)
class ScorePart:
    """So many points, and for what."""

    points: float
    why: str


def parts(plan: Node, passage: Matchable, statistics: Statistics, shown: float) -> list[ScorePart]:
    """The parts of the score `shown` of a passage that matches the plan; their sum is the score, but for rounding."""
    match = evaluate(plan, passage)
    if match is None:
        return []
    weight = KIND_WEIGHTS[passage.kind]
    found = [
        ScorePart(on_grid(weight * part.points), part.why) for leaf in match.leaves for part in _leaf(leaf, len(passage.text), statistics)
    ]
    first = sum(part.points for part in found)
    terms = tuple(dict.fromkeys(positive_terms(plan)))
    bonus = first * NEAR_BONUS * togetherness(terms, passage.text)
    if bonus and abs(first + bonus - shown) < abs(first - shown):
        found.append(ScorePart(bonus, "各词相近、依次"))
    return found


def nearest_parts(near: stages.NearPassage, kind: BlockKind, *, question: bool) -> list[ScorePart]:
    """The parts of the score of one of the nearest passages."""
    known = stages.weights()
    whole = stages.total(near.features)
    scale = KIND_WEIGHTS[kind] * (near.score / whole if whole else 0.0)
    found = [
        ScorePart(scale * known[name] * value, f"{_FEATURES[name]} {value:.2f} × {known[name]:g}")
        for name, value in zip(stages.FEATURES, near.features, strict=True)
        if value and known[name]
    ]
    less = [f"段落种类 × {KIND_WEIGHTS[kind]:g}"] if KIND_WEIGHTS[kind] != 1.0 else []
    less += [f"问句不以标题作答 × {stages.NO_ANSWER:g}"] if question and kind in stages.HEADINGS else []
    less += [f"同篇已有更近的一段 × {1.0 - near.repeated:g}"] if near.repeated else []
    return [*found, *(ScorePart(0.0, f"（各项已乘：{'、'.join(less)}）") for _ in less[:1])]


def _leaf(match: LeafMatch, length: int, statistics: Statistics) -> Iterator[ScorePart]:
    n, mean = statistics.passages, statistics.mean_length
    leaf = match.leaf
    if isinstance(leaf, Listed):
        yield ScorePart(match.listed, "相近")
    elif isinstance(leaf, Pattern):
        yield ScorePart(idf(n, statistics.pattern_df(leaf)) * saturate(1, length, mean), f"“{'*'.join(leaf.pieces)}”")
    else:
        runs = (leaf.run,) if isinstance(leaf, Outside) else leaf.runs
        rated = [
            (run.weight * idf(n, statistics.run_df(run.text)) * saturate(len(match.runs[run.text]), length, mean), run)
            for run in runs
            if run.text in match.runs
        ]
        if rated:
            points, run = max(rated, key=lambda one: one[0])
            yield ScorePart(points, f"“{run.text}”{_FROM[run.kind]} {len(match.runs[run.text])} 处，见于 {statistics.run_df(run.text)} 段")
    for word, spans in match.words.items():
        points = WORD_SHARE * idf(n, statistics.word_df(word)) * saturate(len(spans), length, mean)
        yield ScorePart(points, f"其中的词“{word}” {len(spans)} 处，见于 {statistics.word_df(word)} 段")


def shown(found: Sequence[ScorePart]) -> float:
    """What the parts add up to."""
    return sum(part.points for part in found)
