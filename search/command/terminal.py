"""Answers for a terminal: plain Chinese text, marks in bold red where the terminal has colours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import click

from search.building.report import BuildReport
from search.command.language import said
from search.fields import BY_NAME, FACETS, LABELS, KeyField
from search.labels.doubt import Doubt
from search.model import Span
from search.question import Question
from search.results import Answer, DocumentPage, FacetValue, FigureTable, LinkState, PassagePage, Told

STATES = {LinkState.EXACT: "原样", LinkState.MOVED: "已移动", LinkState.CHANGED: "有改动", LinkState.GONE: "已不存在"}
KINDS = {"title": "标题", "subtitle": "副题", "heading": "小标题", "body": "正文", "caption": "图说", "credit": "署名", "table": "表格"}
WIDEST = 30
"""Rejected files and warnings listed before the rest is only counted."""


def marked(text: str, marks: Sequence[Span]) -> str:
    """The text with its marks styled; click drops the styling where output is no terminal."""
    pieces, at = [], 0
    for start, end in marks:
        pieces += [text[at:start], click.style(text[start:end], fg="red", bold=True)]
        at = end
    return "".join((*pieces, text[at:]))


def print_answer(answer: Answer, reasons: Sequence[Sequence[tuple[float, str]]] = ()) -> None:
    """Hits with their links (and what their scores are the sum of), then the three facets."""
    query = answer.query
    for note in query.notes:
        click.echo(f"注意 {note.message}", err=True)
    if query.relaxed_message:
        click.echo(query.relaxed_message, err=True)
    first = (answer.question.page - 1) * answer.question.size + 1
    full = answer.first_also if answer.also else len(answer.hits)
    if full:
        click.echo(f"第 {first}–{first + full - 1} 条，共 {answer.total} 条，{answer.documents} 件文献")
    else:
        click.echo(said("Nothing found."))
        for culprit in answer.culprits:
            click.echo(f"  去掉“{culprit.label}”有 {culprit.total_without} 条")
    for number, hit in enumerate(answer.hits, start=first):
        if number == first + full:
            click.echo(f"\n另有 {answer.also} 条只是部分符合，最相近的在前，不计入总数：")
        passage = hit.passage
        places = "、".join(label.path.rsplit("/", 1)[-1] for label in passage.regions)
        years = "、".join(str(label.year) for label in passage.years)
        keyed = [field.labels for field in FACETS if isinstance(field, KeyField) and field.labels]
        kinds = "、".join(label.label for labels in keyed for label in getattr(passage, labels))
        click.echo(f"\n{number}. {hit.document.title}  /p/{passage.id}")
        click.echo("   " + " · ".join(part for part in (KINDS[passage.kind], *passage.section, places, years, kinds) if part))
        for snippet in hit.snippets:
            within = [(max(a, snippet.start) - snippet.start, min(b, snippet.end) - snippet.start) for a, b in hit.marks]
            text = passage.text[snippet.start : snippet.end]
            click.echo("   " + marked(text, [(a, b) for a, b in within if a < b]))
        if reasons:
            _print_reasons(hit.score, reasons[number - first])
    if answer.hits:
        click.echo("")
        for name, values in answer.facets.items():
            _print_facet(BY_NAME[name].label, values)
    for suggestion in answer.suggestions:
        click.echo(f"是不是要找：{suggestion.text}（{suggestion.total}）")


def _print_reasons(score: float, parts: Sequence[tuple[float, str]]) -> None:
    click.echo(f"   得分 {score:.4f}")
    for points, why in parts:
        click.echo(f"   {points:10.4f}  {why}" if points else f"   {'':10}  {why}")


def _print_facet(name: str, values: Sequence[FacetValue]) -> None:
    if values:
        click.echo(f"{name}  " + "  ".join(f"{value.label} {value.count}" for value in values[:12]))


def print_told(told: Told) -> None:
    """What the records answer to a question, each with the clause that says it, above the hits; a word where they say nothing."""
    if not told.relations and not told.figures:
        click.echo("没有一句话直接回答。\n")
        return
    click.echo("答：")
    for row in told.relations:
        since = f"，{row.since}年起" if row.since else ""
        click.echo(f"  {row.supporter} → {row.recipient}（{'、'.join(row.kinds)}{since}）")
        for one in row.evidence[:1]:
            click.echo(f"      “{one.quote}”  /p/{one.passage_id}")
    for figure in told.figures:
        click.echo(f"  {click.style(figure.figure.text, bold=True)}  “{figure.quote}”  /p/{figure.passage_id}")
    click.echo("")


def print_document(page: DocumentPage) -> None:
    """The restored text, a passage a paragraph, with ids in the margin."""
    document = page.document
    click.echo(document.title)
    facts = [document.publication, document.date.isoformat() if document.date else None, document.byline, document.source_file]
    click.echo(" · ".join(fact for fact in facts if fact))
    if document.year:
        click.echo(f"年份 {document.year}" + (f"（推定：{document.year_reason}）" if document.year_inferred else ""))
    for passage in document.passages:
        click.echo(f"\n[{passage.id}] {KINDS[passage.kind]}\n{passage.text}")
    if document.removed:
        click.echo(f"\n删去 {len(document.removed)} 处：")
        for removal in document.removed[:WIDEST]:
            where = f"第 {removal.source_lines[0][0]} 行 " if removal.source_lines else ""
            click.echo(f"  {where}{removal.reason}：{removal.text[:60]}")


def print_passage(page: PassagePage) -> None:
    """A passage, or what the ledger knows of it."""
    resolution = page.resolution
    click.echo(f"{resolution.id} {STATES[resolution.state]}")
    if page.passage and page.document:
        click.echo(f"{page.document.title}  /d/{page.document.id}#{page.passage.id}\n{page.passage.text}")
    if resolution.state in (LinkState.GONE, LinkState.CHANGED):
        click.echo(f"原文：{resolution.old_text}")
    for passage, document in page.candidates:
        click.echo(f"可能是 /p/{passage.id} {document.title}：{passage.text[:80]}")


def print_doubts(found: Sequence[tuple[Doubt, str]]) -> None:
    """The least certain labels with their reasons, and for each the line that takes it away when written beside its source."""
    for doubt, file in found:
        click.echo(f"{doubt.weight:.2f}  {doubt.value}  “{doubt.evidence}”  {file}  /p/{doubt.passage_id}")
        click.echo(f"      {doubt.reason}")
        click.echo(f"      若有误，在 {_sidecar_name(file)} 里写一行：{doubt.mend}")
    if not found:
        click.echo(said("No label needs review."))


def _sidecar_name(file: str) -> str:
    """The name of the `.toml` beside a source."""
    return str(PurePosixPath(file).with_suffix(".toml"))


def print_labels(explained: dict[str, Any]) -> None:
    """Why each label is there, and what was rejected and why."""
    click.echo(explained["text"])
    for labels, name in LABELS:
        click.echo(f"\n{name}")
        for label in explained[labels]:
            click.echo(f"  {label['value']}  {label['why']}" + (f"\n      若有误：{label['mend']}" if "mend" in label else ""))
    if explained["rejected"]:
        click.echo("\n未采用")
        for rejected in explained["rejected"]:
            click.echo(f"  {rejected['facet']} “{rejected['text']}”：{rejected['reason']}")


def print_report(report: BuildReport) -> None:
    """A line a file, then the whole."""
    for file in report.files:
        if file.status == "built":
            kinds = "，".join(f"{KINDS[kind]} {count}" for kind, count in file.blocks.items())
            removed = sum(file.removed.values())
            click.echo(f"{file.name}：{file.passages} 段（{kinds}）" + (f"，删去 {removed} 处" if removed else ""))
        for warning in file.warnings:
            click.echo(f"  注意 {file.name}：{warning}")
    kept = sum(file.status == "kept" for file in report.files)
    if kept:
        click.echo(f"{kept} 个文件没有变化，不再重读。")
    if report.resumed:
        click.echo(f"{report.resumed} 个文件上次构建中断前已处理，不再重读。")
    for file in report.rejected:
        click.echo(f"未收 {file.name}：{file.reason}")
    for document in report.removed_documents:
        click.echo(f"移出 {document}：来源文件已不在，链接记入链接簿。")
    for word in report.words:
        click.echo(f"词表{'新增' if word.added else '删去'}“{word.word}”：作为词出现的段落 {word.before} → {word.after}。")
    if report.words:
        click.echo(f"因词表变化重新切词的文献：{report.recut} 件，其余照旧。")
    if report.share:
        done = f"第 {report.share} 份已读完：{report.documents} 件文献，用时 {report.seconds:.1f} 秒。"
        click.echo(f"{done}各份都读完后，不加 --share 再运行一次。")
        return
    if report.unchanged:
        click.echo(f"没有变化，沿用版本 {report.generation}。")
    changes = "，".join(f"{name} {count}" for name, count in report.links.items() if count)
    click.echo(
        f"{report.documents} 件文献，{report.passages} 个段落"
        + (f"，其中 {report.copies} 件是同文副本" if report.copies else "")
        + f"；版本 {report.generation}，用时 {report.seconds:.1f} 秒"
        + (f"；链接：{changes}" if changes else "")
        + "。"
    )


def print_figures(table: FigureTable, question: Question) -> None:
    """Figures with subject, years, places and the clause they stand in; how many there are of each unit; what totals add up to."""
    first = question.offset + 1
    if table.rows:
        click.echo(f"第 {first}–{question.offset + len(table.rows)} 个数据，共 {table.total} 个，出自 {table.passages} 条")
    else:
        click.echo(said("No figures."))
    for number, row in enumerate(table.rows, start=first):
        figure = row.figure
        places = "、".join(path.rsplit("/", 1)[-1] for path in figure.regions)
        nature = "变化" if figure.change is not None else f"每{figure.per}" if figure.per else ""
        facts = (f"{figure.value:,.15g} {figure.unit}", nature, figure.subject, "、".join(map(str, figure.years)), places)
        click.echo(f"\n{number}. {click.style(figure.text, bold=True)}  /p/{row.passage_id}")
        click.echo("   " + " · ".join(part for part in facts if part))
        click.echo(f"   {row.quote}")
    if table.units:
        click.echo("\n单位  " + "  ".join(f"{unit or '无'} {count}" for unit, count in table.units[:12]))
