"""The indices: settings, analysis and fields. `dynamic: strict` throughout: what is not declared here is refused, not guessed."""

from __future__ import annotations

from typing import Any

from search.engine.opensearch.bounded import SIMILARITY
from search.engine.opensearch.encode import END, SEPARATOR, START
from search.fields import NAMES
from search.records import FIELDS, RecordKind

FORMAT = 2
"""Raised whenever rows written before can no longer be read or searched as they are."""
WINDOW = 20_000
"""The last hit that one request reaches; collapsing looks a little past the deepest page."""
NESTED = {RecordKind.FIGURE: "figures", RecordKind.RELATION: "relations"}

_KEYWORD: dict[str, Any] = {"type": "keyword"}
_STORED: dict[str, Any] = {"type": "keyword", "index": False, "doc_values": False}
_NUMBER: dict[str, Any] = {"type": "integer", "index": False}


_TOKENS: dict[str, Any] = {"tokens": {"type": "char_group", "tokenize_on_chars": [SEPARATOR], "max_token_length": 1_000}}
_TOKENS_ANALYZER: dict[str, Any] = {"tokens": {"type": "custom", "tokenizer": "tokens"}}


def _text(analyzer: str, options: str = "positions", *, norms: bool = False) -> dict[str, Any]:
    return {
        "type": "text",
        "analyzer": analyzer,
        "search_analyzer": "tokens",
        "similarity": "occurrences",
        "norms": norms,
        "index_options": options,
    }


def _captures(size: int) -> list[str]:
    """What a flagged token is indexed as besides: without flags, and with either one alone."""
    inner = f"[^{START}{END}]{{{size}}}"
    bare = f"^{START}?({inner}){END}?$"
    return [bare] if size == 1 else [bare, f"^({START}{inner}){END}?$", f"^{START}?({inner}{END})$"]


def _nested(kind: RecordKind) -> dict[str, Any]:
    fields: dict[str, Any] = dict.fromkeys(FIELDS[kind], _KEYWORD)
    fields |= {"number": {"type": "double"}, "year_first": {"type": "short"}, "year_last": {"type": "short"}}
    fields |= {"doc": {"type": "keyword", "index": False}, "ord": _NUMBER, "at": _NUMBER}
    if kind is RecordKind.FIGURE:
        fields |= {"adds": {"type": "boolean"}, "alone": {"type": "short", "index": False}}
    else:
        fields["sides"] = _KEYWORD
    return {"type": "nested", "dynamic": "strict", "properties": fields}


def passages_index(shards: int, replicas: int | None, meta: dict[str, Any]) -> dict[str, Any]:
    """The body of an index of passages and documents."""
    return {
        "settings": {
            **spread(shards, replicas),
            "refresh_interval": -1,
            "codec": "best_compression",
            "max_result_window": WINDOW,
            "max_inner_result_window": WINDOW,
            "mapping.nested_objects.limit": 1_000_000,
            "similarity": {"occurrences": {"type": "scripted", "script": {"source": SIMILARITY}}},
            "analysis": {
                "tokenizer": _TOKENS,
                "filter": {
                    "flags_of_pairs": {"type": "pattern_capture", "preserve_original": True, "patterns": _captures(2)},
                    "flags_of_characters": {"type": "pattern_capture", "preserve_original": True, "patterns": _captures(1)},
                },
                "analyzer": {
                    **_TOKENS_ANALYZER,
                    "pairs": {"type": "custom", "tokenizer": "tokens", "filter": ["flags_of_pairs"]},
                    "characters": {"type": "custom", "tokenizer": "tokens", "filter": ["flags_of_characters"]},
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {**meta, "bangfu": FORMAT},
            "_source": {"includes": ["src", "about", "words", "receipt", "doc", "ord", "no", "held", "row"]},
            "properties": _passage_fields(),
        },
    }


def _passage_fields() -> dict[str, Any]:
    return {
        "row": _KEYWORD,
        "doc": _KEYWORD,
        "ord": {"type": "integer"},
        "no": {"type": "integer"},
        "held": {"type": "integer"},
        "place": _NUMBER,
        "pairs": _text("pairs", norms=True),
        "chars": _text("characters", norms=True),
        "words_in": _text("tokens", "freqs"),
        "title_pairs": _text("tokens"),
        "title_chars": _text("tokens"),
        "text": {"type": "binary", "doc_values": True},
        "len": _NUMBER,
        "document_len": _NUMBER,
        "kind": _KEYWORD,
        "key": {"type": "long"},
        "copy": {"type": "keyword", "index": True},
        "year_first": {"type": "short"},
        "year_last": {"type": "short"},
        "day": {"type": "integer"},
        "facet": {"dynamic": "strict", "properties": dict.fromkeys(NAMES, _KEYWORD)},
        **{field: _nested(kind) for kind, field in NESTED.items()},
        "src": {"type": "binary"},
        "about": {"type": "binary"},
        "words": {"type": "binary"},
        "receipt": _STORED,
    }


def spread(shards: int, replicas: int | None) -> dict[str, Any]:
    """Over how many nodes an index lies. Without a number of replicas there is one as soon as there is a second node."""
    copies = {"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}
    return {"number_of_shards": max(1, shards), **copies}


def derived_index(replicas: int | None) -> dict[str, Any]:
    """The body of the index of what is derived over a generation. `at` is the order in which rows were written."""
    runs = {"type": "text", "analyzer": "tokens", "norms": False}
    return {
        "settings": {**spread(1, replicas), "refresh_interval": -1, "analysis": {"tokenizer": _TOKENS, "analyzer": _TOKENS_ANALYZER}},
        "mappings": {
            "dynamic": "strict",
            "_meta": {"bangfu": FORMAT},
            "properties": {
                "row": _KEYWORD,
                "at": {"type": "integer"},
                "doc": _KEYWORD,
                "work": _KEYWORD,
                "place": {"type": "integer"},
                **{name: {"type": "keyword", "doc_values": False} for name in ("form", "spelling", "initials")},
                **dict.fromkeys(("kind", "text"), _STORED),
                "total": _NUMBER,
                "pairs": runs,
                "chars": runs,
                "name": _KEYWORD,
                "field": _STORED,
                "value": {"type": "binary"},
            },
        },
    }


def outcomes_index(replicas: int | None) -> dict[str, Any]:
    """The body of the index of what builders of shares lay by."""
    return {
        "settings": spread(1, replicas),
        "mappings": {
            "dynamic": "strict",
            "_meta": {"bangfu": FORMAT},
            "properties": {"key": _KEYWORD, "doc": _KEYWORD, "data": {"type": "binary"}},
        },
    }


def state_index(replicas: int | None) -> dict[str, Any]:
    """The body of the index of what is said of generations: small records by name."""
    return {
        "settings": spread(1, replicas),
        "mappings": {
            "dynamic": "strict",
            "_meta": {"bangfu": FORMAT},
            "properties": {
                "row": _KEYWORD,
                "generation": _KEYWORD,
                "name": _STORED,
                "part": _NUMBER,
                "parts": _NUMBER,
                "data": {"type": "binary"},
                "record": {"type": "object", "enabled": False},
            },
        },
    }


def links_index(shards: int, replicas: int | None) -> dict[str, Any]:
    """The body of the index of the ledger. `at` is the row's own name: the order in which rows are gone through."""
    return {
        "settings": {**spread(shards, replicas), "refresh_interval": -1, "codec": "best_compression"},
        "mappings": {
            "dynamic": "strict",
            "_meta": {"bangfu": FORMAT},
            "properties": {
                "row": _KEYWORD,
                "at": {"type": "keyword", "index": False},
                "no": {"type": "integer"},
                "name": _KEYWORD,
                "base": _NUMBER,
                "created": _STORED,
                "whole": {"type": "boolean"},
                "document": _KEYWORD,
                "digest": _STORED,
                "title": _STORED,
                "source": _STORED,
                "passages": _NUMBER,
                "ids": {"type": "keyword", "doc_values": False},
                "lookups": {"type": "long", "doc_values": False},
                "body": {"type": "binary"},
                "generation": {"type": "integer"},
                "snapshot": {"type": "integer"},
                "id": _KEYWORD,
                "state": _KEYWORD,
                "target": _STORED,
                "parts": _STORED,
                "candidates": _STORED,
                "similarity": {"type": "double", "index": False},
            },
        },
    }
