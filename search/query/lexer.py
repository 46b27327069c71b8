"""Cuts a query text into tokens. Never fails: what is no operator in its place is part of a word.

Operators need room: a quote, bracket, minus or field name counts only at the start of a word, a closing bracket only at the end of one.
So text pasted as a query (北京市（密云区）, “造血”能力, 5-10人) stays what it is. A backslash takes the meaning from the next character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from search.fields import FIELDS
from search.query import measure
from search.query.syntax import DOCUMENT, TITLE, Remark

QUOTES = {'"': '"', "“": "”", "「": "」", "『": "』", "＂": "＂", "„": "“", "«": "»", "﹁": "﹂", "﹃": "﹄"}
OPENERS = {"(": ")", "（": "）"}
CLOSERS = {")": "(", "）": "（"}
MINUS = "-－"
PLUS = "+＋"
WILDCARDS = "*＊?"
SPECIAL = frozenset("\\[]［］:：|｜&＆" + "".join(QUOTES) + "".join(QUOTES.values()) + "()（）" + MINUS + PLUS + WILDCARDS)
"""Characters a canonical query escapes where they are meant literally."""

OPERATORS = {"AND": "and", "OR": "or", "NOT": "not", "＆": "and", "&": "and", "&&": "and", "|": "or", "||": "or", "｜": "or", "｜｜": "or"}
CHINESE_OPERATORS = {"与": "and", "或": "or", "非": "not"}
"""These are also words: they count only between terms of two and more characters, so that spaced-out text stays text."""
_NEAR = re.compile(r"(NEAR|近|PRE|前)(?:[/／]([0-9０-９]{1,4}))?", re.ASCII)
DEFAULT_DISTANCE = 10

FIELD_NAMES = {
    **{word: field.name for field in FIELDS for word in field.words},
    **dict.fromkeys(("标题", "题名", "title"), TITLE),
    **dict.fromkeys(("文献", "document"), DOCUMENT),
}
FIELD = re.compile(rf"({'|'.join(sorted(FIELD_NAMES, key=len, reverse=True))})[:：](?=\S)", re.IGNORECASE)
_NEIGHBOUR = re.compile(r"([^\[\]［］]*)[\[［]([^\[\]［］]+)[\]］]([^\[\]［］]*)")


class TokenKind(StrEnum):
    """What a token is."""

    OPEN = "("
    CLOSE = ")"
    AND = "and"
    OR = "or"
    NOT = "not"
    NEAR = "near"
    MINUS = "minus"
    PLUS = "plus"
    FIELD = "field"
    MEASURE = "measure"
    WORD = "word"
    PHRASE = "phrase"
    WILD = "wild"
    NEIGHBOUR = "neighbour"


@dataclass(frozen=True, slots=True)
class Token:
    """A token with its range in the text typed. `text` has escapes taken out; `parts` are the pieces and gaps of a wildcard term, the three
    parts of a neighbour, name, sign and value of a condition on figures; `distance` and `ordered` belong to NEAR."""

    kind: TokenKind
    text: str
    start: int
    end: int
    parts: tuple[str, ...] = ()
    distance: int = 0
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A query text without control and format characters; `positions` leads back to the text typed (with the end)."""

    text: str
    positions: Sequence[int]
    notes: tuple[Remark, ...]


def clean(text: str, most: int) -> Cleaned:
    """Takes out what cannot be typed and cuts what is too long, each with a remark."""
    notes: list[Remark] = []
    kept: list[str] = []
    positions: list[int] = []
    odd: list[int] = []
    for position, char in enumerate(text):
        category = unicodedata.category(char)
        if (category == "Cc" and not char.isspace()) or category == "Cf":
            if category == "Cc" or unicodedata.bidirectional(char) in (
                "R",
                "L",
                "AL",
                "LRE",
                "RLE",
                "LRO",
                "RLO",
                "PDF",
                "LRI",
                "RLI",
                "PDI",
            ):
                odd.append(position)
            continue
        if len(kept) == most:
            notes.append(Remark("too-long", f"检索词过长，只检索前 {most} 个字符。", position, len(text)))
            break
        kept.append(char)
        positions.append(position)
    positions.append(positions[-1] + 1 if positions else len(text))
    if odd:
        notes.insert(0, Remark("control-characters", "已忽略控制字符。", odd[0], odd[0] + 1))
    return Cleaned("".join(kept), positions, tuple(notes))


class Lexer:
    """One pass over a cleaned text."""

    def __init__(self, cleaned: Cleaned) -> None:
        self._text = cleaned.text
        self._positions = cleaned.positions
        self.notes: list[Remark] = []
        self._quotes: dict[int, int] = {}
        self._groups: dict[int, int] = {}
        self._find_pairs()
        self._closers = set(self._groups.values())

    def note(self, code: str, message: str, start: int, end: int) -> None:
        """Records a remark on a range of the cleaned text."""
        self.notes.append(Remark(code, message, self._positions[start], self._positions[end - 1] + 1))

    def tokens(self) -> list[Token]:
        """All tokens, in order."""
        found: list[Token] = []
        position = 0
        while position < len(self._text):
            if self._text[position].isspace():
                position += 1
                continue
            token, position = self._next(position, found[-1] if found else None)
            found.append(token)
        return _settled(found)

    def _find_pairs(self) -> None:
        """Pairs quotes and brackets that have room around them."""
        text = self._text
        stack: list[tuple[int, bool]] = []
        fresh, position = True, 0
        while position < len(text):
            char = text[position]
            if self._escapes(position):
                position, fresh = position + 2, False
            elif fresh and char in QUOTES:
                close = self._closing(position)
                if close is not None:
                    self._quotes[position] = close
                position, fresh = position + 1 if close is None else close + 1, close is not None
            elif char in OPENERS:
                stack.append((position, fresh))
                position += 1
            elif char in CLOSERS:
                fresh = self._pair(stack, position)
                position += 1
            else:
                prefix = FIELD.match(text, position) if fresh else None
                fresh = char.isspace() or prefix is not None or (fresh and char in MINUS + PLUS)
                position = prefix.end() if prefix else position + 1
        unpaired = next((start for start, grouping in stack if grouping), None)
        if unpaired is not None:
            self.note("unpaired-bracket", "括号不成对，按原样检索。", unpaired, unpaired + 1)

    def _escapes(self, at: int) -> bool:
        """Whether a backslash here takes the meaning of the next character."""
        return self._text[at] == "\\" and at + 1 < len(self._text) and not self._text[at + 1].isspace()

    def _pair(self, stack: list[tuple[int, bool]], position: int) -> bool:
        after = self._text[position + 1 : position + 2]
        room = not after or after.isspace() or after in CLOSERS
        if not stack:
            return False
        start, grouping = stack.pop()
        if grouping and room and self._text[start + 1 : position].strip() and OPENERS[self._text[start]] in "）)":
            self._groups[start] = position
        return False

    def _closing(self, position: int) -> int | None:
        """Where the quote that opens here closes, if it does and holds anything."""
        close = QUOTES[self._text[position]]
        at = position + 1
        while at < len(self._text):
            if self._escapes(at):
                at += 2
                continue
            if self._text[at] == close:
                return at if self._text[position + 1 : at].strip() else None
            at += 1
        self.note("unpaired-quote", "引号不成对，按原样检索。", position, position + 1)
        return None

    def _token(self, kind: TokenKind, text: str, start: int, end: int) -> Token:
        return Token(kind, text, self._positions[start], self._positions[end - 1] + 1)

    def _next(self, at: int, before: Token | None) -> tuple[Token, int]:
        text = self._text
        char = text[at]
        if at in self._groups:
            return self._token(TokenKind.OPEN, char, at, at + 1), at + 1
        if at in self._closers:
            return self._token(TokenKind.CLOSE, char, at, at + 1), at + 1
        if at in self._quotes:
            close = self._quotes[at]
            return self._token(TokenKind.PHRASE, _unescaped(text[at + 1 : close]), at, close + 1), close + 1
        fresh = at == 0 or text[at - 1].isspace() or at - 1 in self._groups or (before is not None and before.kind is TokenKind.FIELD)
        follows = at + 1 < len(text) and not text[at + 1].isspace()
        if fresh and follows and char in MINUS and not (before is None and text[at + 1].isdecimal()):
            return self._token(TokenKind.MINUS, char, at, at + 1), at + 1
        if fresh and follows and char in PLUS and not text[at + 1].isdecimal():
            return self._token(TokenKind.PLUS, char, at, at + 1), at + 1
        prefixed = fresh or (before is not None and before.kind in (TokenKind.MINUS, TokenKind.PLUS))
        prefix = FIELD.match(text, at) if prefixed else None
        if prefix is not None:
            name = FIELD_NAMES[prefix[1].lower()]
            return self._token(TokenKind.FIELD, name, at, prefix.end()), prefix.end()
        condition = measure.opening().match(text, at) if prefixed else None
        if condition is not None and measure.read_condition(*condition.groups()) is not None:
            found = self._token(TokenKind.MEASURE, condition[0], at, condition.end())
            return Token(found.kind, found.text, found.start, found.end, condition.groups()), condition.end()
        return self._word(at, before)

    def _word(self, start: int, before: Token | None) -> tuple[Token, int]:
        text, at = self._text, start
        pieces, gaps = [""], [""]
        escaped = False
        while at < len(text) and not text[at].isspace() and at not in self._closers:
            if at in self._groups:  # taken for a bracket of its own, but inside a word after all
                self._closers.discard(self._groups[at])
            if self._escapes(at):
                escaped = True
                pieces[-1] += text[at + 1]
                at += 2
                continue
            if text[at] in WILDCARDS:
                if pieces[-1]:
                    pieces.append("")
                    gaps.append("")
                gaps[-1] += text[at].replace("＊", "*")
            else:
                pieces[-1] += text[at]
            at += 1
        token = self._token(TokenKind.WORD, "".join(pieces), start, at)
        if len(pieces) > 1 or gaps[0]:
            return self._wild(pieces, gaps, start, at), at
        if escaped:
            return token, at
        neighbour = _NEIGHBOUR.fullmatch(token.text) if before is not None and before.kind is TokenKind.MINUS else None
        if neighbour is not None and (neighbour[1] or neighbour[3]):
            return Token(TokenKind.NEIGHBOUR, token.text, token.start, token.end, neighbour.groups()), at
        return operator(token), at

    def _wild(self, pieces: list[str], gaps: list[str], start: int, end: int) -> Token:
        """A wildcard term; wildcards at its ends say nothing (any run is found wherever it is) and are dropped."""
        raw = self._text[start:end]
        if not any(pieces):
            self.note("lone-wildcard", f"“{raw}”没有可检索的字，按原样检索。", start, end)
            return self._token(TokenKind.WORD, raw, start, end)
        ends = gaps[0] or not pieces[-1]
        if not pieces[-1]:
            pieces, gaps = pieces[:-1], gaps[:-1]
        if ends and not (raw.endswith("?") and gaps[0] == ""):
            self.note("wildcard-at-end", "词首词尾的通配符可以省去：任何位置的字串都会找到。", start, end)
        if len(pieces) == 1:
            return self._token(TokenKind.WORD, pieces[0], start, end)
        parts = (*pieces, *("*" if "*" in gap else gap for gap in gaps[1:]))
        return Token(TokenKind.WILD, raw, self._positions[start], self._positions[end - 1] + 1, parts)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(\S)", r"\1", text)


def operator(token: Token) -> Token:
    """The operator a word is, or the word itself."""
    kind = OPERATORS.get(token.text)
    if kind is not None:
        return Token(TokenKind(kind), token.text, token.start, token.end)
    near = _NEAR.fullmatch(token.text)
    if near is not None and (near[2] or near[1] in ("NEAR", "PRE")):
        distance = int(near[2]) if near[2] else DEFAULT_DISTANCE
        return Token(TokenKind.NEAR, token.text, token.start, token.end, distance=distance, ordered=near[1] in ("PRE", "前"))
    return token


def _settled(tokens: list[Token]) -> list[Token]:
    """与, 或 and 非 made operators where they are between terms."""
    terms = (TokenKind.WORD, TokenKind.PHRASE, TokenKind.WILD)
    result: list[Token] = []
    for place, token in enumerate(tokens):
        kind = CHINESE_OPERATORS.get(token.text) if token.kind is TokenKind.WORD and token.end - token.start == 1 else None
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        before = result[-1] if result else None
        left = before is None or before.kind not in terms or len(before.text) > 1
        right = after is not None and (after.kind not in terms or len(after.text) > 1)
        if kind is not None and left and right and (before is not None or kind == "not"):
            token = Token(TokenKind(kind), token.text, token.start, token.end)
        result.append(token)
    return result
