"""Answers as notebooks show them: HTML with marks, and data frames. All text is escaped; nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, TypeAlias

from search.errors import BadRequest
from search.fields import LABELS

# Those of `search.results`, which knows of this module and not the other way round.
Hit: TypeAlias = Any
FigureRow: TypeAlias = Any
RelationRow: TypeAlias = Any
SHOWN = 20
"""Rows of a table in a notebook; the rest is only counted."""
_MARK = '<mark style="background:#fde68a;color:inherit">'


def hits_html(hits: Sequence[Hit], caption: str) -> str:
    """Hits as a table: document, year, the snippets with their marks."""
    rows = [
        (escape(hit.document.title), str(hit.document.year or ""), " ".join(_marked(cut.html) for cut in hit.snippets))
        for hit in hits[:SHOWN]
    ]
    return table_html(("文献", "年份", "摘录"), rows, caption, len(hits))


def figures_html(rows: Sequence[FigureRow], caption: str) -> str:
    """Figures as a table, each with its clause."""
    cells = [(escape(row.figure.text), f"{row.figure.value:,.10g}", escape(row.figure.unit), escape(row.quote)) for row in rows[:SHOWN]]
    return table_html(("数据", "数值", "单位", "原句"), cells, caption, len(rows))


def relations_html(rows: Sequence[RelationRow], caption: str) -> str:
    """Pairs as a table, each with the first clause that says so."""
    cells = [
        (escape(row.supporter), escape(row.recipient), escape("、".join(row.kinds)), str(row.since or ""), str(row.said), _first(row))
        for row in rows[:SHOWN]
    ]
    return table_html(("支援方", "受援方", "种类", "起始", "句数", "原句"), cells, caption, len(rows))


def table_html(heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str, total: int) -> str:
    """A table of cells that are HTML already."""
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in row) + "</tr>" for row in rows)
    more = f"<p>… {total - SHOWN} more</p>" if total > SHOWN else ""
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def hits_frame(hits: Iterable[Hit]) -> Any:
    """A row per hit. Raises BadRequest where pandas is not installed."""
    return _frame(
        {
            "id": hit.passage.id,
            "document": hit.document.id,
            "title": hit.passage.article_title or hit.document.title,
            "date": hit.document.date,
            "document_year": hit.document.year,
            "kind": hit.passage.kind.value,
            "text": hit.passage.text,
            "score": hit.score,
            "tier": hit.tier.name.lower(),
            **{name: [_value(label) for label in getattr(hit.passage, name)] for name, _ in LABELS},
        }
        for hit in hits
    )


def figures_frame(rows: Iterable[FigureRow]) -> Any:
    """A row per figure. Raises BadRequest where pandas is not installed."""
    return _frame(
        {
            "text": row.figure.text,
            "value": row.figure.value,
            "unit": row.figure.unit,
            "per": row.figure.per,
            "subject": row.figure.subject,
            "years": list(row.figure.years),
            "regions": list(row.figure.regions),
            "quote": row.quote,
            "passage": row.passage_id,
            "document": row.document_title,
        }
        for row in rows
    )


def relations_frame(rows: Iterable[RelationRow]) -> Any:
    """A row per pair. Raises BadRequest where pandas is not installed."""
    return _frame(
        {
            "supporter": row.supporter,
            "recipient": row.recipient,
            "kinds": list(row.kinds),
            "since": row.since,
            "until": row.until,
            "said": row.said,
            "quote": row.evidence[0].quote if row.evidence else "",
            "passage": row.evidence[0].passage_id if row.evidence else "",
        }
        for row in rows
    )


def _frame(rows: Iterable[dict[str, Any]]) -> Any:
    try:
        import pandas as pd  # noqa: PLC0415  (half a second that only data frames need)
    except ImportError:
        raise BadRequest("没有装 pandas。", hint="请安装：pip install 'bangfu[tables]'。") from None
    return pd.DataFrame(list(rows))


def _first(row: RelationRow) -> str:
    return escape(str(row.evidence[0].quote)) if row.evidence else ""


def _value(label: Any) -> str | int:
    """What a data frame says of a label: a path, a year, a name."""
    for name in ("path", "year", "label"):
        if (value := getattr(label, name, None)) is not None:
            return value  # type: ignore[no-any-return]
    return ""


def _marked(html: str) -> str:
    """A snippet with marks that show in dark and light notebooks."""
    return html.replace("<mark>", _MARK)
