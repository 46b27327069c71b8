"""The API's own description, OpenAPI 3.1: printed from the declarations in `web.api_form` and the types of `search.wire`."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from search import __version__
from search.results import FACETS, FIELDS, UNLABELLED, TreeField, YearField, place_paths
from search.wire import GoneForm, KeyForm, RegionForm, RegionNodeForm, YearForm
from web.api_form import OPERATIONS, TAGS, Json, Operation, Parameter

REF = "#/components/schemas/{name}"
FORM_SUFFIX = "Form"
PROBLEM = "application/problem+json"
SAID = (
    "只读。区间一律是半开的码点区间。不认识的参数和没有道理的值一律 400，并说明可用的；"
    "出错是 RFC 9457 的 problem+json，lang 决定说明的语言。"
)
REASONS = {
    400: "参数没有道理，或者不认识",
    401: "要凭令牌读取",
    404: "没有这件文献、这个段落或这一页",
    410: "这一段已不在了",
    414: "网址太长",
    429: "请求太密，见 Retry-After",
    503: "暂时不能检索，见 Retry-After",
}
LABEL_FORMS = {"regions": "RegionLabel", "years": "YearLabel"}
"""Schemas of label lists; every other list holds labels with a key."""
_NAMES = {
    "RegionForm": "RegionLabel",
    "YearForm": "YearLabel",
    "KeyForm": "KeyLabel",
    "FigureFrom": "FigureFrom",
    "FigureForm": "Figure",
    "RelationForm": "Relation",
    "NamedExpansionForm": "Expansion",
    "GoneForm": "GoneLink",
}


@cache
def description() -> Json:
    """The OpenAPI document, without its `servers`. Read only."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bangfu API",
            "version": __version__,
            "summary": "帮扶检索：段落检索、文献、链接、引文定位、数据",
            "description": SAID,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [{"name": tag, "description": said} for tag, said in TAGS.items()],
        "paths": {operation.path: _path(operation) for operation in OPERATIONS},
        "components": {"schemas": _schemas(), "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        # Either nothing or a token: a site may ask for one (BANGFU_READ_TOKEN).
        "security": [{}, {"token": []}],
    }


def _path(operation: Operation) -> Json:
    asked = {"get": _operation(operation)}
    if operation.posted:
        asked["post"] = _posted(operation)
    return asked


def _operation(operation: Operation) -> Json:
    return {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [_parameter(one) for one in operation.parameters],
        "responses": _responses(operation),
    }


def _posted(operation: Operation) -> Json:
    own = [one for one in operation.parameters if one.name != "lang"]
    body = {
        "type": "object",
        "properties": {one.name: one.schema for one in own},
        "required": [one.name for one in own if one.required],
        "additionalProperties": False,
    }
    return {
        "operationId": f"{operation.name}Long",
        "tags": [operation.tag],
        "summary": f"{operation.summary}（长的用表单提交）",
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": body}}},
        "responses": {
            **_responses(operation),
            "413": _problem("提交的内容太大"),
            "411": _problem("正文没有注明长度"),
            "415": _problem("要一份表单"),
        },
    }


def _parameter(one: Parameter) -> Json:
    schema = {"type": "array", "items": one.schema, "maxItems": 20} if one.many else one.schema
    found: Json = {"name": one.name, "in": one.where, "description": one.said, "schema": schema}
    if one.required:
        found["required"] = True
    if one.many:
        found |= {"style": "form", "explode": True}
    if one.example is not None:
        found["example"] = one.example
    return found


def _responses(operation: Operation) -> Json:
    content: Json = {}
    for media in operation.media:
        schema: Json = {"type": "string"}
        if operation.form is dict:
            schema = {"type": "object"}
        elif operation.form is not None:
            schema = {"$ref": REF.format(name=_name(operation.form.__name__))}
        elif not media.startswith("text/"):
            schema = {"type": "string", "format": "binary"}
        content[media] = {"schema": schema}
    responses: Json = {"200": {"description": "答案", "content": content}}
    turned = (404,) if any(one.name == "page" for one in operation.parameters) else ()  # there is no page behind the last that is shown
    for status in sorted({*operation.errors, *turned}):
        responses[str(status)] = _problem(REASONS[status], "Gone" if status == 410 else "Problem")
    return responses


def _problem(said: str, schema: str = "Problem") -> Json:
    return {"description": said, "content": {PROBLEM: {"schema": {"$ref": REF.format(name=schema)}}}}


def _schemas() -> Json:
    """Every type that an answer is made of. What the table of fields names is filled in from it."""
    forms = [operation.form for operation in OPERATIONS if operation.form not in (None, dict)]
    _, made = msgspec.json.schema_components([*forms, GoneForm, RegionNodeForm, RegionForm, YearForm, KeyForm], ref_template=REF)
    schemas = {_name(name): _renamed(schema) for name, schema in made.items()}
    for schema in schemas.values():
        schema.pop("title", None)
    lists = {field.labels: _list(LABEL_FORMS.get(field.labels, "KeyLabel")) for field in FIELDS if field.labels}
    for name in ("Hit", "Block", "Passage"):
        schemas[name]["properties"] |= lists
        schemas[name]["required"] += list(lists)
    schemas["Answer"]["properties"]["facets"] = {
        "type": "object",
        "properties": {field.name: _list("RegionNode" if isinstance(field, TreeField) else "FacetValue") for field in FACETS},
        "required": [field.name for field in FACETS],
        "additionalProperties": False,
    }
    years = [field.name for field in FACETS if isinstance(field, YearField)]
    schemas["FacetValue"]["description"] += f" Years ({', '.join(years)}) are integers."
    schemas["Place"] = {"type": "string", "description": "行政区划的全路径；none 是未标明", "enum": [*place_paths(), UNLABELLED]}
    schemas["Problem"] = _problem_schema()
    schemas["Gone"] = {"allOf": [{"$ref": REF.format(name="Problem")}, {"$ref": REF.format(name="GoneLink")}]}
    for name, schema in schemas.items():
        if schema.get("type") == "object" and name not in ("Problem", "GoneLink"):
            schema.setdefault("additionalProperties", False)
    return dict(sorted(schemas.items()))


def _problem_schema() -> Json:
    texts = {name: {"type": "string"} for name in ("type", "title", "detail", "code")}
    return {
        "type": "object",
        "description": "RFC 9457. `code` is for programs, `detail` is a sentence for people.",
        "properties": {**texts, "status": {"type": "integer"}},
        "required": ["status", "title", "detail", "code"],
    }


def _list(schema: str) -> Json:
    return {"type": "array", "items": {"$ref": REF.format(name=schema)}}


def _name(form: str) -> str:
    """`HitForm` is `Hit` in the description."""
    return _NAMES.get(form, form.removesuffix(FORM_SUFFIX))


def _renamed(schema: Any) -> Any:
    if isinstance(schema, dict):
        found = {key: _renamed(value) for key, value in schema.items()}
        if isinstance(found.get("$ref"), str):
            prefix, _slash, form = found["$ref"].rpartition("/")
            found["$ref"] = f"{prefix}/{_name(form)}"
        return found
    return [_renamed(one) for one in schema] if isinstance(schema, list) else schema
