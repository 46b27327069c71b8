"""From a request to a search state, held to what this site allows."""

from __future__ import annotations

from flask import request

from web.problems import Problem
from web.site import site
from web.state import SearchState


def read_state() -> SearchState:
    """The state in the query string of the request. Raises Problem 400 for a value that makes no sense, or paging beyond the limit."""
    here = site()
    state = SearchState.parse(request.args.to_dict(flat=False))
    deepest = here.settings.max_page_depth
    if state.question.offset >= deepest:
        raise Problem(400, "page-too-deep", f"只能翻到第 {deepest:,} 条。", hint="用地区、年份或类型缩小范围，或导出全部结果。")
    return state
