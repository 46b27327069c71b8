"""A query in its canonical writing, and read back in words."""

from __future__ import annotations

from collections.abc import Mapping

from search.fields import FIELDS
from search.query import measure
from search.query.lexer import CHINESE_OPERATORS, FIELD, SPECIAL, Token, TokenKind, operator
from search.query.syntax import (
    DOCUMENT,
    TITLE,
    Conjunction,
    Disjunction,
    InField,
    Measured,
    Nearby,
    Negation,
    Neighbour,
    Phrase,
    Query,
    QueryNode,
    Wild,
    Word,
)

_NAMES: Mapping[str, str] = {TITLE: "标题", DOCUMENT: "文献", **{field.name: field.words[0] for field in FIELDS}}
_HARMLESS_INSIDE = frozenset("-－+＋:：|｜&＆")

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "all": "全部段落",
        "word": "含“{}”",
        "phrase": "含字串“{}”",
        "wild": "含形如“{}”的字串",
        "and": "，并且",
        "or": "，或者",
        "group": "（{}）",
        "not": "不{}",
        "not-group": "不满足（{}）",
        "near": "“{}”与“{}”相隔不超过 {} 字",
        "ordered": "“{0}”之后 {2} 字以内有“{1}”",
        "neighbour": "不算“{}”里的“{}”",
        "title": "标题{}",
        **{field.name: f"{field.label}为“{{}}”" for field in FIELDS},
        "document": "文献为“{}”",
        "measured": "有一个数满足“{}”",
    },
    "en": {
        "all": "all passages",
        "word": "has “{}”",
        "phrase": "has the run “{}”",
        "wild": "has a run like “{}”",
        "and": ", and ",
        "or": ", or ",
        "group": "({})",
        "not": "not: {}",
        "not-group": "not ({})",
        "near": "“{}” and “{}” with at most {} characters between",
        "ordered": "“{0}” and within {2} characters after it “{1}”",
        "neighbour": "not counting “{1}” inside “{0}”",
        "title": "the title {}",
        **{field.name: f"{field.english.lower()} “{{}}”" for field in FIELDS},
        "document": "document “{}”",
        "measured": "a figure with “{}”",
    },
}


def canonical(query: Query) -> str:
    """The one writing of what the query asks: `parse(canonical(q)) == parse(q)`."""
    return "" if query.root is None else _written(query.root)


def escape(text: str) -> str:
    """The text as a word of a query that means it literally, whatever is in it (whitespace still parts words)."""
    return " ".join(_word(word, fully=True) for word in text.split())


def describe(query: Query, lang: str = "zh") -> str:
    """What the query asks, in words of `zh` or `en`."""
    texts = _TEXTS.get(lang, _TEXTS["zh"])
    return texts["all"] if query.root is None else _said(query.root, texts)


def _written(node: QueryNode) -> str:
    match node:
        case Word(text):
            return _word(text)
        case Phrase(text):
            return _phrase(text)
        case Wild(pieces, gaps):
            return "".join(_word(piece, fully=True) + gap for piece, gap in zip(pieces, (*gaps, ""), strict=True))
        case Neighbour(before, core, after):
            return f"{_word(before, fully=True)}[{_word(core, fully=True)}]{_word(after, fully=True)}"
        case Nearby(left, right, distance, ordered):
            return f"{_written(left)} {'PRE' if ordered else 'NEAR'}/{distance} {_written(right)}"
        case InField(name, child):
            return f"{_NAMES[name]}:{_enclosed(child, Word | Phrase | Wild)}"
        case Measured():
            return measure.written(node)
        case Negation(child):
            return (
                f"-{_written(child)}"
                if isinstance(child, Neighbour)
                else f"NOT {_enclosed(child, Word | Phrase | Wild | InField | Measured)}"
            )
        case Conjunction(children, explicit):
            return (" AND " if explicit else " ").join(
                f"({_written(child)})" if isinstance(child, Disjunction) else _written(child) for child in children
            )
        case Disjunction(children):
            return " OR ".join(_written(child) for child in children)


def _enclosed(node: QueryNode, alone: object) -> str:
    written = _written(node)
    return written if isinstance(node, alone) else f"({written})"  # type: ignore[arg-type]


def _phrase(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _word(text: str, *, fully: bool = False) -> str:
    """A word with a backslash wherever it would mean something else."""
    if not text:
        return ""
    odd = not SPECIAL.isdisjoint(text)
    is_operator = operator(Token(TokenKind.WORD, text, 0, len(text))).kind is not TokenKind.WORD or text in CHINESE_OPERATORS
    condition = measure.opening().match(text)
    is_condition = condition is not None and measure.read_condition(*condition.groups()) is not None
    if not odd and not is_operator and not is_condition:
        return text
    if is_operator or is_condition or (not fully and FIELD.match(text)):
        return "".join("\\" + char if char in SPECIAL or place == 0 else char for place, char in enumerate(text))
    harmless = frozenset() if fully else _HARMLESS_INSIDE | _brackets(text)
    return "".join("\\" + char if char in SPECIAL and (place == 0 or char not in harmless) else char for place, char in enumerate(text))


def _brackets(text: str) -> frozenset[str]:
    """The round brackets, where they are paired inside the word."""
    depth = 0
    for char in text:
        depth += (char in "(（") - (char in ")）")
        if depth < 0:
            return frozenset()
    return frozenset("()（）") if depth == 0 else frozenset()


def _said(node: QueryNode, texts: Mapping[str, str]) -> str:
    match node:
        case Word(text):
            return texts["word"].format(text)
        case Phrase(text):
            return texts["phrase"].format(text)
        case Wild(pieces, gaps):
            return texts["wild"].format("".join(piece + gap for piece, gap in zip(pieces, (*gaps, ""), strict=True)))
        case Neighbour(before, core, after):
            return texts["neighbour"].format(before + core + after, core)
        case Nearby(left, right, distance, ordered):
            return texts["ordered" if ordered else "near"].format(left.text, right.text, distance)
        case InField(name, child):
            if name == TITLE:
                return texts["title"].format(_grouped(child, texts))
            return texts[name].format(child.text if isinstance(child, Word | Phrase) else _said(child, texts))
        case Measured():
            return texts["measured"].format(measure.written(node))
        case Negation(child):
            if isinstance(child, Neighbour):
                return _said(child, texts)
            simple = isinstance(child, Word | Phrase | Wild)
            return texts["not" if simple else "not-group"].format(_said(child, texts))
        case Conjunction(children):
            return texts["and"].join(_grouped(child, texts) for child in children)
        case Disjunction(children):
            return texts["or"].join(_grouped(child, texts) for child in children)


def _grouped(node: QueryNode, texts: Mapping[str, str]) -> str:
    said = _said(node, texts)
    return texts["group"].format(said) if isinstance(node, Conjunction | Disjunction) else said
