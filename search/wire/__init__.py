"""Answers as the JSON of the contract: plain dicts and lists, the same for the HTTP API and `--json` of the command.

Numbers stay numbers, ranges are `[start, end]` in code points, places are paths. Nothing here knows of HTTP; links are relative. Every
form is declared as a type, from which the API's description is made (`web/described.py`), beside the function that makes it.
"""

from __future__ import annotations

from importlib.util import find_spec

from search.present import cite, export
from search.present.export import safe_cell
from search.present.record_json import KeyForm, RegionForm, YearForm, figure_json, labels_json, relation_json
from search.wire.answers import (
    AnswerForm,
    NewestForm,
    RegionNodeForm,
    SuggestionsForm,
    answer_json,
    coins_of,
    hit_json,
    newest_json,
    suggestion_json,
    told_json,
)
from search.wire.documents import (
    DocumentForm,
    DocumentsForm,
    GoneForm,
    PassageForm,
    document_json,
    passage_block,
    passage_json,
    summaries_json,
)
from search.wire.tables import (
    FiguresForm,
    KwicForm,
    MatchesForm,
    RelationsForm,
    figure_table_json,
    figures_json,
    found_figure_json,
    kwic_json,
    matches_json,
    relation_row_json,
    relations_json,
    sums_json,
)

CITE_TYPES = {style: cite.MEDIA_TYPES.get(style, "text/plain") for style in cite.STYLES}
"""Style of citation → media type."""
_MISSING = {"parquet"} if find_spec("pyarrow") is None else set()
EXPORT_TYPES = {form: (media.partition(";")[0], suffix) for form, (_, media, suffix) in export.FORMATS.items() if form not in _MISSING}
"""Form of export → media type and file extension; those that an extra would bring are left out where it is not installed."""

__all__ = [
    "CITE_TYPES",
    "EXPORT_TYPES",
    "AnswerForm",
    "DocumentForm",
    "DocumentsForm",
    "FiguresForm",
    "GoneForm",
    "KeyForm",
    "KwicForm",
    "MatchesForm",
    "NewestForm",
    "PassageForm",
    "RegionForm",
    "RegionNodeForm",
    "RelationsForm",
    "SuggestionsForm",
    "YearForm",
    "answer_json",
    "coins_of",
    "document_json",
    "figure_json",
    "figure_table_json",
    "figures_json",
    "found_figure_json",
    "hit_json",
    "kwic_json",
    "labels_json",
    "matches_json",
    "newest_json",
    "passage_block",
    "passage_json",
    "relation_json",
    "relation_row_json",
    "relations_json",
    "safe_cell",
    "suggestion_json",
    "summaries_json",
    "sums_json",
    "told_json",
]
