"""Why each label of a passage is there, and what was weighed and not given: the labelling is done once more, with its rejections kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nlargest
from typing import Any

from search.fields import BY_NAME, LABELS
from search.labels.doubt import Doubt, doubts, mending_line
from search.labels.labelling import label
from search.labels.mechanism.table import ARRANGED, is_arranged
from search.model import Block, Document, Metadata, Origin, Passage, ProgramLabel, RegionLabel, Role, Span, YearLabel

_KEYED = {"programs": "program", "mechanisms": "mechanism"}
"""Lists of keyed labels that a file beside the source can correct; topics are no labels of aid."""
ROLES = {Role.SUPPORTER: "支援方", Role.RECIPIENT: "受援方", Role.MENTIONED: "提及"}


def explain(document: Document, passage: Passage) -> dict[str, Any]:
    """The labels of a passage with their reasons, and the rejections, as plain data with Chinese sentences.

    What a person set by hand is shown as such; rejections are those of the machine on the text alone."""
    index = next(at for at, known in enumerate(document.passages) if known.id == passage.id)
    weighed = label(
        [_block(known) for known in document.passages], Metadata(date=document.date, year=None, publication=document.publication)
    )
    return {
        "id": passage.id,
        "document": document.id,
        "text": passage.text,
        **{name: [_entry(name, item, passage.text, document) for item in getattr(passage, name)] for name, _ in LABELS},
        "rejected": [
            {"facet": found.facet, "text": found.text, "span": list(found.span), "reason": found.reason}
            for found in weighed.blocks[index].rejected
        ],
    }


def least_certain(documents: Iterable[Document], limit: int) -> list[Doubt]:
    """The `limit` least certain labels of some documents, the least certain first; holds no more than those in memory."""
    return nlargest(limit, (found for document in documents for found in doubts(document)), key=lambda found: found.weight)


def _block(passage: Passage) -> Block:
    return Block(passage.kind, passage.text, passage.source_lines, passage.article, passage.section, passage.placed, passage.page)


def _entry(name: str, item: RegionLabel | YearLabel | ProgramLabel, text: str, document: Document) -> dict[str, str]:
    """A label of the list `name` with its reason and, where a file beside the source can take it away, the line that does (`mend`)."""
    match item:
        case RegionLabel():
            facet, key, value, why = "region", item.path, BY_NAME["region"].shown_as(item.path), _why_region(item, text)
        case YearLabel():
            facet, key, value, why = "year", str(item.year), str(item.year), _why_year(item, text, document)
        case _:
            facet, key, value, why = _KEYED.get(name, ""), item.key, item.label, _why_program(item, text)
            if facet == "mechanism" and item.origin is not Origin.USER and is_arranged(item, text):
                why = f"{ARRANGED}；{why}"
    return {"value": value, "why": why, "key": key} | ({"mend": mending_line(facet, [key])} if facet else {})


def _why_region(item: RegionLabel, text: str) -> str:
    role = ROLES[item.role]
    if item.origin is Origin.USER:
        return f"{role}；由来源旁的 .toml 或 labels.toml 指定"
    if item.inherited:
        return f"{role}；本段未写明，承自本文的{role}"
    was = f"；文中用旧名“{item.was}”" if item.was else ""
    return f"{role}；依据 {_quoted(text, item.evidence)}{was}"


def _why_year(item: YearLabel, text: str, document: Document) -> str:
    if item.origin is Origin.USER:
        return "由来源旁的 .toml 或 labels.toml 指定"
    if item.inherited:
        return f"本段未写年份，承自文献年份（{document.year_reason}）" if item.year == document.year else "本段未写年份，承自小标题"
    quoted = _quoted(text, item.evidence)
    reason = f"由 {quoted} 推算，以文献年份 {document.year} 为准" if item.resolved else f"依据 {quoted}"
    return f"{reason}；自此年起，文中未说止于何年" if item.open else reason


def _why_program(item: ProgramLabel, text: str) -> str:
    if item.origin is Origin.USER:
        return "由来源旁的 .toml 或 labels.toml 指定"
    source = "承自小标题" if item.inherited and not item.evidence else f"依据 {_quoted(text, item.evidence)}"
    return f"{source}；得分 {item.score:g}"


def _quoted(text: str, spans: Sequence[Span]) -> str:
    return "、".join(dict.fromkeys(f"“{text[start:end]}”" for start, end in spans))
