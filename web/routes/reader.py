"""From a request to a search state, held to what this site allows."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response, request

from web import api_form
from web.locale import gettext as _
from web.problems import Problem
from web.site import site
from web.state import SearchState

_FORM = "application/x-www-form-urlencoded"
_encoder = msgspec.json.Encoder()


def json_bytes(body: Any) -> bytes:
    """The JSON of a value. msgspec writes a page of a hundred hits in a ninth of the time that the standard library takes."""
    return _encoder.encode(body)


def as_json(body: Any) -> Response:
    """An answer of the API."""
    return Response(json_bytes(body), mimetype="application/json")


def check_request() -> None:
    """Refuses what the API does not take, before anything is looked up. Raises Problem 400, or 415 for a body that is no form."""
    if request.url_rule is None:
        return
    path = request.url_rule.rule.replace("<document>", "{id}").replace("<passage>", "{id}")
    if request.method == "POST" and request.mimetype not in (_FORM, "multipart/form-data"):
        raise Problem(415, "no-form", _("这里要一份表单。"), hint=f"Content-Type: {_FORM}")
    api_form.check(path, request.values.to_dict(flat=False))


def read_state(*, deep: bool = False) -> SearchState:
    """The state in the query string of the request. Raises Problem 400 for a value that makes no sense, or paging beyond the limit,
    unless the caller minds that itself (`deep`)."""
    here = site()
    state = SearchState.parse(request.args.to_dict(flat=False))
    deepest = here.settings.max_page_depth
    if state.question.offset >= deepest and not deep:
        # Of the API it is an address that does not exist: its description cannot say how far pages of each size go.
        status = 404 if request.path.startswith("/api/") else 400
        raise Problem(status, "page-too-deep", f"只能翻到第 {deepest:,} 条。", hint="用地区、年份或类型缩小范围，或导出全部结果。")
    return state
