"""Reads a query. Never raises: what cannot be understood is searched literally, with a remark that says where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from search.query import measure
from search.query.lexer import Cleaned, Lexer, Token, TokenKind, clean
from search.query.syntax import (
    TITLE,
    Conjunction,
    Disjunction,
    InField,
    Nearby,
    Negation,
    Neighbour,
    Phrase,
    Query,
    QueryNode,
    Remark,
    Wild,
    Word,
    has_operators,
)
from search.settings import Settings
from search.text.fold import match_form

MAX_DEPTH = 40
"""Brackets nested deeper are text."""
MAX_WILDCARDS = 8
"""Wildcards a query; further wildcard terms are searched literally."""
MAX_DISTANCE = 1000
MAX_NOTES = 20

_TERMS = (TokenKind.WORD, TokenKind.PHRASE)
_LETTERS_AT_LEAST = 3


def parse(text: str, settings: Settings | None = None, off: Iterable[str] = ()) -> Query:
    """The query a text asks. `off` are keys of expansions the user switched off."""
    settings = settings or Settings()
    cleaned = clean(text, settings.max_query_chars)
    parser = _QueryParser(cleaned, settings.max_query_terms)
    root = parser.query()
    return Query(root, frozenset(off), text, (*cleaned.notes, *parser.notes)[:MAX_NOTES])


class _QueryParser:
    """Recursive descent over the tokens of one query: or, then and, then not, then near, then terms."""

    def __init__(self, cleaned: Cleaned, max_terms: int) -> None:
        lexer = Lexer(cleaned)
        self._tokens = lexer.tokens()
        self._at = 0
        self._depth = 0
        self._terms = 0
        self._wildcards = 0
        self._neighbours: dict[Neighbour, Token] = {}
        self._max_terms = max_terms
        self.notes: list[Remark] = lexer.notes

    def query(self) -> QueryNode | None:
        """The whole query; brackets without a partner are text."""
        found: list[QueryNode] = []
        while self._at < len(self._tokens):
            part = self._either()
            if part is not None:
                found.append(part)
            if self._at < len(self._tokens):  # a closing bracket of nothing, or too many terms
                token = self._tokens[self._at]
                self._at += 1
                literal = self._literal(token)
                if literal is not None:
                    found.append(literal)
        return conjunction(found)

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *kinds: TokenKind) -> Token | None:
        token = self._peek()
        if token is None or token.kind not in kinds:
            return None
        self._at += 1
        return token

    def _note(self, code: str, message: str, token: Token) -> None:
        self.notes.append(Remark(code, message, token.start, token.end))

    def _either(self) -> QueryNode | None:
        children = [self._both()]
        while (operator := self._take(TokenKind.OR)) is not None:
            right = self._both() if children[-1] is not None else None
            if right is None:
                literal = self._literal(operator, lone=True)
                children[-1] = conjunction([node for node in (children[-1], literal, self._both()) if node is not None])
            else:
                children.append(right)
        return disjunction([child for child in children if child is not None])

    def _both(self) -> QueryNode | None:
        children: list[QueryNode] = []
        explicit = False
        while (token := self._peek()) is not None and token.kind not in (TokenKind.OR, TokenKind.CLOSE):
            if token.kind is TokenKind.AND:
                self._at += 1
                after = self._peek()
                if not children or after is None or after.kind in (TokenKind.OR, TokenKind.CLOSE, TokenKind.AND):
                    self._append(children, self._literal(token, lone=True))
                else:
                    explicit = True
                continue
            plus = self._take(TokenKind.PLUS) is not None
            child = self._unary()
            if plus and isinstance(child, Word):
                child = Phrase(child.text)
            explicit = explicit or plus
            self._append(children, child)
        return conjunction(_without_neighbours(children, self._stray_neighbour), explicit=explicit)

    @staticmethod
    def _append(children: list[QueryNode], child: QueryNode | None) -> None:
        if child is not None:
            children.append(child)

    def _unary(self) -> QueryNode | None:
        token = self._take(TokenKind.NOT, TokenKind.MINUS)
        if token is None:
            return self._near()
        following = self._peek()
        if following is None or following.kind in (TokenKind.AND, TokenKind.OR, TokenKind.CLOSE, TokenKind.NEAR, TokenKind.PLUS):
            return self._literal(token, lone=True)
        if self._depth >= MAX_DEPTH:
            return self._unary_flat()
        self._depth += 1
        child = self._unary()
        self._depth -= 1
        if child is None:
            return None
        return child.child if isinstance(child, Negation) else Negation(child)

    def _unary_flat(self) -> QueryNode | None:
        """Past the deepest nesting, operators are text."""
        token = self._tokens[self._at]
        self._at += 1
        return self._literal(token)

    def _near(self) -> QueryNode | None:
        left = self._primary()
        while (operator := self._take(TokenKind.NEAR)) is not None:
            following = self._peek()
            if not isinstance(left, Word | Phrase) or following is None or following.kind not in _TERMS:
                literal = self._literal(operator, lone=True)
                return conjunction([node for node in (left, literal) if node is not None])
            right = self._primary()
            if not isinstance(right, Word | Phrase):
                return left
            nearby = Nearby(left, right, min(operator.distance, MAX_DISTANCE), operator.ordered)
            if (chained := self._peek()) is None or chained.kind is not TokenKind.NEAR:
                return nearby
            rest = self._chain(right)
            return conjunction([nearby, *([rest] if rest is not None else [])], explicit=True)
        return left

    def _chain(self, left: Word | Phrase) -> QueryNode | None:
        """`A NEAR B NEAR C`: B is near C too."""
        found: list[QueryNode] = []
        while (operator := self._take(TokenKind.NEAR)) is not None:
            following = self._peek()
            right = self._primary() if following is not None and following.kind in _TERMS else None
            if not isinstance(right, Word | Phrase):
                self._append(found, self._literal(operator, lone=True))
                break
            found.append(Nearby(left, right, min(operator.distance, MAX_DISTANCE), operator.ordered))
            left = right
        return conjunction(found, explicit=True)

    def _primary(self) -> QueryNode | None:
        token = self._peek()
        if token is None:
            return None
        self._at += 1
        match token.kind:
            case TokenKind.OPEN:
                return self._group(token)
            case TokenKind.FIELD:
                return self._field(token)
            case TokenKind.NEIGHBOUR:
                neighbour = Neighbour(token.parts[0], token.parts[1], token.parts[2])
                self._neighbours[neighbour] = token
                return self._counted(token, neighbour)
            case TokenKind.PHRASE:
                return self._counted(token, Phrase(token.text))
            case TokenKind.WILD:
                return self._wild(token)
            case TokenKind.MEASURE:
                return self._measured(token)
            case TokenKind.CLOSE | TokenKind.OR | TokenKind.AND:
                self._at -= 1
                return None
            case _:
                return self._literal(token, lone=token.kind is not TokenKind.WORD)

    def _group(self, token: Token) -> QueryNode | None:
        if self._depth >= MAX_DEPTH:
            self._note("too-deep", f"括号嵌套超过 {MAX_DEPTH} 层，更深的括号按原样检索。", token)
            return self._literal(token)
        self._depth += 1
        inner = self._either()
        self._depth -= 1
        self._take(TokenKind.CLOSE)
        return inner

    def _field(self, token: Token) -> QueryNode | None:
        name = token.text
        following = self._peek()
        allowed = (TokenKind.WORD, TokenKind.PHRASE, TokenKind.OPEN, TokenKind.WILD) if name == TITLE else _TERMS
        if following is None or following.kind not in allowed:
            self._note("field-without-value", "字段后没有可用的值，按原样检索。", token)
            return None
        child = self._primary()
        return None if child is None else InField(name, child)

    def _measured(self, token: Token) -> QueryNode | None:
        condition = measure.read_condition(*token.parts)
        if condition is None:
            return self._literal(token)
        if condition.reversed:
            self._note("reversed-range", f"“{token.text}”的两头写反了，按从小到大检索。", token)
        return self._counted(token, condition.node)

    def _wild(self, token: Token) -> QueryNode | None:
        pieces = (len(token.parts) + 1) // 2
        self._wildcards += pieces - 1
        if self._wildcards > MAX_WILDCARDS:
            self._note("too-many-wildcards", f"通配符超过 {MAX_WILDCARDS} 个，多出的按原样检索。", token)
            return self._counted(token, Phrase(token.text))
        return self._counted(token, Wild(token.parts[:pieces], token.parts[pieces:]))

    def _literal(self, token: Token, *, lone: bool = False) -> QueryNode | None:
        if lone:
            self._note("lone-operator", f"“{token.text}”在这里不是运算符，按原样检索。", token)
        return self._counted(token, Word(token.text))

    def _counted(self, token: Token, node: QueryNode) -> QueryNode | None:
        self._terms += 1
        if self._terms <= self._max_terms:
            return node
        if self._terms == self._max_terms + 1:
            self._note("too-many-terms", f"检索词超过 {self._max_terms} 个，其余的未检索。", token)
        return None

    def _stray_neighbour(self, node: Neighbour) -> None:
        written = f"{node.before}[{node.core}]{node.after}"
        self._note("neighbour-without-term", f"“{written}”要与检索词“{node.core}”一起用，按原样排除。", self._neighbours[node])


def _without_neighbours(children: Sequence[QueryNode], stray: Callable[[Neighbour], None]) -> list[QueryNode]:
    """Exclusions by neighbour whose term is not beside them exclude the whole run instead; without a minus they are the run."""
    terms = {match_form(child.text).text for child in children if isinstance(child, Word | Phrase)}
    result: list[QueryNode] = []
    for child in children:
        inner = child.child if isinstance(child, Negation) else child
        if isinstance(inner, Neighbour) and (inner is child or match_form(inner.core).text not in terms):
            stray(inner)
            whole = Phrase(inner.before + inner.core + inner.after)
            child = Negation(whole) if inner is not child else whole
        result.append(child)
    return result


def conjunction(children: Sequence[QueryNode], *, explicit: bool = False) -> QueryNode | None:
    """All of the nodes, flat; one stands for itself, none is None. Letters typed apart (来 京 就 业) become one word."""
    flat: list[QueryNode] = []
    for child in children:
        if isinstance(child, Conjunction):
            flat.extend(child.children)
            explicit = explicit or child.explicit
        else:
            flat.append(child)
    explicit = explicit or any(has_operators(node) for node in flat)
    if not explicit:
        flat = _joined_letters(flat)
    if len(flat) < 2:
        return flat[0] if flat else None
    return Conjunction(tuple(flat), explicit)


def disjunction(children: Sequence[QueryNode]) -> QueryNode | None:
    """Any of the nodes, flat; one stands for itself, none is None."""
    flat: list[QueryNode] = []
    for child in children:
        flat.extend(child.children if isinstance(child, Disjunction) else (child,))
    if len(flat) < 2:
        return flat[0] if flat else None
    return Disjunction(tuple(flat))


def _joined_letters(nodes: Sequence[QueryNode]) -> list[QueryNode]:
    result: list[QueryNode] = []
    run: list[str] = []

    def close() -> None:
        letters = sum(len(text) == 1 for text in run)
        result.extend([Word("".join(run))] if letters >= _LETTERS_AT_LEAST else map(Word, run))
        run.clear()

    for node in nodes:
        text = node.text if isinstance(node, Word) else ""
        if (len(text) == 1 and text >= "\u3400") or (text.isdecimal() and run and not run[-1].isdecimal()):
            run.append(text)
            continue
        close()
        result.append(node)
    close()
    return result
