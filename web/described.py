"""The API's own description: `templates/openapi.json`, with filters, facets and labels filled in from the table of fields."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from search.results import BY_NAME, FACETS, FIELDS, LABELS, PARAMETERS, BlockKind, Field, TreeField, YearField

TEMPLATE = Path(__file__).parent / "templates" / "openapi.json"
FILTERED = "x-filters"
"""Mark of an operation that takes filters, put in the place of its parameters: `"all"`, or the names of some."""
LABEL_SCHEMAS = {"regions": "RegionLabel", "years": "YearLabel"}
"""Schemas of label lists; every other list holds labels with a key."""

Json = dict[str, Any]


@cache
def description() -> Json:
    """The OpenAPI document, without its `servers`. Read only."""
    described: Json = json.loads(TEMPLATE.read_text("utf-8"))
    for operations in described["paths"].values():
        for operation in operations.values():
            if (wanted := operation.pop(FILTERED, None)) is not None:
                names = PARAMETERS if wanted == "all" else [name for name in PARAMETERS if name.removeprefix("not_") in wanted]
                first, *rest = operation["parameters"]
                operation["parameters"] = [first, *map(_parameter, names), *rest]
    schemas = described["components"]["schemas"]
    schemas["Answer"]["properties"]["facets"] = {
        "type": "object",
        "properties": {field.name: _list("RegionNode" if isinstance(field, TreeField) else "FacetValue") for field in FACETS},
        "required": [field.name for field in FACETS],
    }
    lists = {field.labels: _list(LABEL_SCHEMAS.get(field.labels, "ProgramLabel")) for field in FIELDS}
    for name in ("Hit", "Block"):
        schemas[name]["properties"] |= lists
    return described


def _list(schema: str) -> Json:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}}


def _parameter(name: str) -> Json:
    plain = name.removeprefix("not_")
    field = BY_NAME.get(plain)
    items: Json = {"type": "string"}
    if isinstance(field, YearField):
        items["pattern"] = r"^([12]\d{3}(-[12]\d{3})?|none)$"
    if plain == "kind":
        items["enum"] = [str(kind) for kind in BlockKind]
    said = ("排除：" if name != plain else "") + (_said(field) if field else LABELS[plain])
    schema = {"type": "array", "items": items}
    return {"name": name, "in": "query", "description": said, "schema": schema, "style": "form", "explode": True}


def _said(field: Field) -> str:
    if isinstance(field, TreeField):
        return f"{field.label}的路径，如 河北省/承德市/滦平县；none 是未标明"
    if isinstance(field, YearField):
        return f"{field.label}：2019 或 2018-2020；none 是未标明"
    return f"{field.label}的键；none 是未标明"
