"""Errors as answers: problem+json below `/api/`, a page everywhere else. Never a trace, never a path of the server."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from search import SearchError, WorkStopped
from search.results import LABELS
from web import metrics
from web.locale import gettext as _
from web.locale import language
from web.problems import Problem
from web.said import said
from web.sentences import in_readers_language
from web.shown.frame import ErrorPage, Link, build_frame
from web.shown.labels import facet_label
from web.state import SearchState

log = logging.getLogger("bangfu.web")

_PROBLEM_TYPE = "application/problem+json"
_RETRY_SECONDS = {429: "60", 503: "5"}


def install(app: Flask) -> None:
    """Answers every exception of an application."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(SearchError, _from_library)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _unexpected)


def answer(problem: Problem) -> Response:
    """A problem in the form the asker reads."""
    problem = replace(problem, detail=in_readers_language(problem.detail), hint=in_readers_language(problem.hint))
    wants_json = request.path.startswith("/api/") or request.path in ("/oembed", "/metrics")
    response = _json(problem) if wants_json else _page(problem)
    response.status_code = problem.status
    response.headers["Cache-Control"] = "no-store"
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="bangfu"'
    if problem.status in _RETRY_SECONDS:
        response.headers["Retry-After"] = _RETRY_SECONDS[problem.status]
    return response


def title_of(status: int) -> str:
    """What a status says, for people."""
    known = {
        400: _("这个请求看不懂"),
        401: _("需要令牌"),
        404: _("没有这一页"),
        405: _("这里不能这样请求"),
        410: _("这一段已不在了"),
        413: _("提交的内容太大"),
        414: _("网址太长"),
        415: _("提交的内容不是表单"),
        429: _("请求太密"),
        500: _("服务器出错了"),
        503: _("暂时不能检索"),
    }
    return str(known.get(status, HTTPStatus(status).phrase))


def _json(problem: Problem) -> Response:
    body = {
        "type": "about:blank",
        "status": problem.status,
        "title": title_of(problem.status),
        "detail": " ".join(part for part in (problem.detail, problem.hint) if part),
        "code": problem.code,
        **problem.extra,
    }
    return Response(json.dumps(body, ensure_ascii=False), mimetype=_PROBLEM_TYPE)


_PARAMETER = re.compile(r"参数 ([a-z_]+) (?:的值)?")


def _in_words(detail: str) -> str:
    """The sentence with the parameter called what the page calls it."""
    names = {
        "page": _("页码"),
        "size": _("每页条数"),
        "sort": _("排序"),
        "view": _("视图"),
        "lang": _("语言"),
        "min": _("下限"),
        "max": _("上限"),
    }

    def name(found: re.Match[str]) -> str:
        parameter = found[1]
        if parameter.removeprefix("not_") in LABELS:
            return facet_label(parameter)
        return str(names.get(parameter, parameter))

    return said(_PARAMETER.sub(name, detail, count=1))


def _page(problem: Problem) -> Response:
    """The page of a problem. The query stays in its box, and where there is a next step it is a link."""
    title = title_of(problem.status)
    lang = language()
    asked = SearchState(lang=lang).with_query(request.args.get("q", "")[:2_000])
    frame = build_frame(title, state=asked, robots="noindex")
    ways = [Link(str(_("只按检索词检索")), frame.urls.search(asked))] if asked.q and problem.status in (400, 404) else []
    ways += [Link(label, url) for label, url in problem.ways]
    shown = ErrorPage(frame, problem.status, title, _in_words(problem.detail), said(problem.hint), tuple(ways))
    return Response(render_template("error.html", page=shown))


def _from_library(error: SearchError) -> Response:
    if isinstance(error, WorkStopped):
        metrics.rejected("stopped")
    return answer(Problem(error.status, error.code, error.message, error.hint))


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400 and error.response is None:
        return Response(error.get_response().get_data(), status, dict(error.get_headers()))
    details = {
        404: ("not-found", _("网址可能抄漏了一段，也可能这里从来没有过这一页。"), _("回首页，或直接检索。")),
        405: ("method-not-allowed", _("这个网址不接受这种请求方法。"), ""),
        413: ("body-too-large", _("提交的内容太大。"), _("一次提交不要超过一兆字节。")),
    }
    code, detail, hint = details.get(status, ("http-error", HTTPStatus(status).phrase, ""))
    response = answer(Problem(status, code, detail, hint))
    if status == 405 and (allowed := dict(error.get_headers()).get("Allow")):
        response.headers["Allow"] = allowed
    return response


def _unexpected(error: Exception) -> Response:
    """A fault of ours: the trace goes to the log, the reader gets a sentence."""
    log.error("unexpected error while answering %s", request.path, exc_info=error)
    return answer(Problem(500, "internal", _("这是我们的错，已经记下。"), _("换个说法再试；若总是这样，请告诉站点的维护者。")))
