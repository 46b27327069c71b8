"""From a request to a search state, with the checks that need the library's own tables."""

from __future__ import annotations

from flask import request

from web.problems import Problem
from web.site import site
from web.state import SearchState

UNLABELLED = "none"


def read_state() -> SearchState:
    """The state in the query string of the request. Raises Problem 400 for a value that makes no sense, or paging beyond the limit."""
    here = site()
    state = SearchState.parse(request.args.to_dict(flat=False))
    known = here.programs() if state.program or state.not_program else {}
    for key in (*state.program, *state.not_program):
        if key != UNLABELLED and key not in known:
            raise Problem(400, "bad-program", f"没有“{key}”这个帮扶类型。", hint=f"可用的是 {'、'.join(known)}。")
    deepest = here.settings.max_page_depth
    if (state.page - 1) * state.size >= deepest:
        raise Problem(400, "page-too-deep", f"只能翻到第 {deepest:,} 条。", hint="用地区、年份或类型缩小范围，或导出全部结果。")
    return state
