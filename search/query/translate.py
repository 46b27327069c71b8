"""A query as a plan: what each part of it asks of the engine, and what is searched beside the user's words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from search.fields import BY_NAME, UNLABELLED, DayField, Field, KeyField, NameField, SideField, TreeField, YearField
from search.model import BlockKind
from search.query import expand, interrogative, measure, notation, spelling
from search.query.expand import Expansion
from search.query.plan import (
    All,
    And,
    Facet,
    InDocument,
    Kinds,
    Near,
    Node,
    Not,
    Or,
    Outside,
    Pattern,
    Run,
    RunKind,
    Term,
    Tier,
)
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
    Remark,
    Wild,
    Word,
)
from search.text.fold import match_form

TITLE_KINDS = frozenset({BlockKind.TITLE, BlockKind.SUBTITLE, BlockKind.HEADING})
WILDCARD_GAP = 20
"""The most characters `*` stands for."""
LONGEST_CUT = 40
MOST_WORDS = 6
"""A term of more words is a sentence: a passage answers it in full only where it is whole, else the nearest ones are looked for."""
MOST_NUMBERS = 8
"""Writings of a term's numbers beside the user's own."""


Contains = Callable[[Sequence[str]], Sequence[int]]
"""For each run in match form, the number of passages it occurs in (`Engine.contains`)."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A plan with what it searches beside the user's words. `code` is empty for the query as typed, else names the relaxation that
    `message` says in Chinese: `spelling`, `pinyin`, `nearest`. `notes` say which field values mean nothing. `few` says that it finds so few
    passages that the nearest ones are shown below them (`search.query.planner.below`). `missing` are the words and phrases asked for, in
    match form, that occur nowhere."""

    code: str
    message: str
    plan: Node
    expansions: tuple[Expansion, ...] = ()
    notes: tuple[Remark, ...] = ()
    guesses: tuple[tuple[str, tuple[spelling.Guess, ...]], ...] = ()
    few: bool = False
    missing: frozenset[str] = frozenset()


@dataclass
class Translation:
    """One query on its way to a plan. `doubtful` gathers the runs that are searched beside the user's words: which of them occur is asked
    of the engine once, for all queries in hand, and `without` drops the others."""

    query: Query
    doubtful: set[str] = field(default_factory=set)
    notes: list[Remark] = field(default_factory=list)
    expansions: dict[str, Expansion] = field(default_factory=dict)
    exact: bool = False
    guesses: dict[str, tuple[spelling.Guess, ...]] = field(default_factory=dict)

    def node(self, root: QueryNode | None) -> Node:
        """The plan of a subtree; what holds nothing to match is left out."""
        if root is None:
            return All()
        found = self._node(root)
        if found is None:
            return All()
        # Labels alone rank nothing: those passages come first that name what is asked for, not the first lines of documents.
        names = list(_names(found)) if _is_labels(found) else []
        return And((found, Or((All(), *names)))) if names else found

    def _node(self, node: QueryNode) -> Node | None:
        match node:
            case Word(text):
                return self.exact_term(text) if self.exact else self._word(text)
            case Phrase(text):
                return self.exact_term(text)
            case Wild():
                return self._wild(node)
            case Nearby(left, right, distance, ordered):
                first, second = self.exact_term(left.text), self.exact_term(right.text)
                return Near(first, second, distance, ordered) if first and second else first or second
            case InField():
                return self._field(node)
            case Measured():
                return measure.plan_of(node)
            case Conjunction(children):
                return self._both(children)
            case Disjunction(children):
                found = [plan for child in children if (plan := self._node(child)) is not None]
                return joined(Or, found)
            case Negation(child):
                plan = self._node(child)
                return None if plan is None else Not(plan)
            case Neighbour(before, core, after):
                return self.exact_term(before + core + after)

    def _both(self, children: Sequence[QueryNode]) -> Node | None:
        longer = _neighbours(children)
        several = [word for word in children if isinstance(word, Word)]
        facetable = [word for word in several if expand.context_facets(match_form(word.text).text)]
        contextual = not self.exact and len(several) > 1 and len(facetable) < len(several)
        typed = not self.exact and len(several) > 1
        found: list[Node] = []
        for child in children:
            if isinstance(child, Negation) and isinstance(child.child, Neighbour):
                continue
            plan: Node | None
            form = match_form(child.text).text if isinstance(child, Word | Phrase) else ""
            if form in longer:
                plan = Outside(Run(form), longer[form])
            elif isinstance(child, Word) and ((contextual and child in facetable) or (typed and expand.topic(form))):
                plan = self._in_context(child.text, form)
            else:
                plan = self._node(child)
            if plan is not None:
                found.append(plan)
        return joined(And, found)

    def terms(self, content: Sequence[str]) -> list[Node]:
        """The terms of a query of these words, in context."""
        planned = self.node(Conjunction(tuple(map(Word, content)))) if len(content) > 1 else self.node(Word("".join(content)))
        return list(planned.children) if isinstance(planned, And) else [planned]

    def _in_context(self, text: str, form: str) -> Node | None:
        """A place, year or program type beside other terms: passages labelled with it count too, ranked below those that name it."""
        term = self.term(text)
        if term is None:
            return None
        facets = [facet for facet in expand.stand_ins(form) if self._use(form, facet.value, "facet", f"{facet.name}:{facet.value}")]
        return Or((term, *facets)) if facets else term

    def _word(self, text: str) -> Node | None:
        """A bare term; for a day also passages of its year that name it without the year, for an amount those with a figure of it."""
        term = self.term(text)
        form = match_form(text).text
        day = notation.day_of(form)
        if term is not None and day is None and (amounts := measure.amount_of(form)):
            said = [(one, measure.said(one)) for one in amounts]
            meant = [one for one, range_ in said if self._use(form, range_, "number", range_)]
            return Or((term, *meant)) if meant else term
        if day is None or term is None:
            return term
        in_its_year = And((Term((Run(notation.short_run(day), RunKind.NUMBER),)), Facet("year", str(day.year))))
        return Or((term, in_its_year))

    def exact_term(self, text: str) -> Term | None:
        runs = expand.own_runs(text)
        return Term(runs) if runs else None

    def term(self, text: str) -> Term | None:
        """A bare term: its own runs, and beside them what means the same."""
        own = expand.own_runs(text)
        if not own:
            return None
        form = own[0].text
        runs = list(own)
        known = {run.text for run in own}
        for kind, others in (
            (RunKind.NUMBER, [Run(one, RunKind.NUMBER) for one in _written_otherwise(form)]),
            (RunKind.SYNONYM, list(expand.synonym_runs(form))),
        ):
            for run in others:
                if run.text not in known and self._use(form, run.text, kind.value, run.text):
                    runs.append(run)
                    known.add(run.text)
                    self.doubtful.add(run.text)
        for guess in self.guesses.get(form, ()):
            if guess.text not in known and self._use(form, guess.text, guess.kind.value, guess.text):
                runs.extend(Run(name, guess.kind, weight * expand.GUESS_WEIGHT) for name, weight in self._guessed(guess.text))
        return Term(tuple(runs), _loose(form))

    def _guessed(self, text: str) -> list[tuple[str, float]]:
        """A guess, and where it is a place its other names, which rank below (its full name above a short one)."""
        names = dict.fromkeys(expand.place_names(text), expand.PLACE_WEIGHT)
        names |= dict.fromkeys(expand.full_names(text), 1.0)
        self.doubtful.update(names)
        return [(text, 1.0), *names.items()]

    def named_program(self, word: Word) -> Node | None:
        """The program type that a word or a synonym of it names."""
        form = match_form(word.text).text
        key = next((key for name in (form, *(run for run, _ in expand.synonyms(form))) if (key := expand.program_key(name))), None)
        if key is None or not self._use(form, key, "facet", f"program:{key}"):
            return None
        return Facet("program", key, Tier.RELAXED)

    def _use(self, source: str, target: str, kind: str, name: str) -> bool:
        """Records an expansion; False where the user switched it off."""
        key = f"{kind}:{source}>{name}"
        if key in self.query.off or kind in self.query.off:
            return False
        self.expansions[key] = Expansion(key, source, target, kind)
        return True

    def _wild(self, node: Wild) -> Node | None:
        pieces = tuple(match_form(piece).text for piece in node.pieces)
        if not all(pieces):
            return self.exact_term("".join(node.pieces))
        gaps = tuple((0, WILDCARD_GAP) if gap == "*" else (len(gap), len(gap)) for gap in node.gaps)
        return Pattern(pieces, gaps)

    def _field(self, node: InField) -> Node | None:
        if node.name == TITLE:
            child = self._node(node.child)
            return None if child is None else Kinds(TITLE_KINDS, child)
        text = node.child.text if isinstance(node.child, Word | Phrase) else ""
        form = match_form(text).text
        if node.name == DOCUMENT:
            return InDocument(form) if form else None
        values = field_values(node.name, form, text)
        if not values:
            said = BY_NAME[node.name].label
            at = max(self.query.text.find(text), 0)
            self.notes.append(Remark("unknown-value", f"“{text}”不是已知的{said}，按原样检索。", at, max(at + len(text), 1)))
            return self.exact_term(text)
        return joined(Or, [Facet(node.name, value) for value in values])


def field_values(name: str, form: str, text: str) -> tuple[str, ...]:
    """The facet values that a field value means, given in match form and as written; none if it means nothing."""
    if form in ("none", "未标明"):
        return ("none",)
    field = BY_NAME[name]
    if isinstance(field, TreeField):
        return expand.region_values(form) or (expand.unit_values(field, text) if isinstance(field, SideField) else ())
    if isinstance(field, NameField):
        return expand.name_values(field, form, text)
    if isinstance(field, DayField):
        return expand.day_values(field, text)
    found = expand.key_value(field, form) if isinstance(field, KeyField) else expand.year_value(form)
    return () if found is None else (found,)


def _is_labels(node: Node) -> bool:
    """Whether a plan asks for labels alone."""
    match node:
        case And(children) | Or(children):
            return all(map(_is_labels, children))
        case Not() | Facet():
            return True
        case _:
            return False


def _names(node: Node) -> Iterator[Term]:
    """How passages name what a plan of labels asks for, in its order; nothing for what it excludes."""
    match node:
        case And(children) | Or(children):
            yield from chain.from_iterable(map(_names, children))
        case Facet(name, value, Tier.EXACT):  # asked for as a field, not meant by a word
            named = _name(BY_NAME[name], value)
            yield from () if named is None else (named,)


def _name(field: Field, value: str) -> Term | None:
    """How passages name a value that is said of themselves, a place by its full or its short name; nothing for what is said of the
    whole document, which its passages need not name."""
    if value == UNLABELLED or not (isinstance(field, TreeField) or (isinstance(field, KeyField | YearField) and not field.closed)):
        return None
    name = match_form(f"{value}年" if isinstance(field, YearField) else field.shown_as(value)).text
    return Term((Run(name), *map(Run, expand.place_names(name))))


def without(node: Node, absent: Collection[str]) -> Node:
    """The plan without these runs, which occur nowhere: it matches the same. A term keeps at least its first run."""
    match node:
        case Term(runs, words):
            kept = tuple(run for at, run in enumerate(runs) if not at or run.text not in absent)
            return node if len(kept) == len(runs) else Term(kept, words)
        case And(children):
            return And(tuple(without(child, absent) for child in children))
        case Or(children):
            return Or(tuple(without(child, absent) for child in children))
        case Not(child):
            return Not(without(child, absent))
        case Kinds(kinds, child):
            return Kinds(kinds, without(child, absent))
        case _:
            return node


def _written_otherwise(form: str) -> list[str]:
    """The same number, amount or date in other writings."""
    day = notation.day_of(form)
    if day is not None:
        return list(notation.day_runs(day))
    return list(dict.fromkeys((*notation.amount_runs(form), *expand.number_runs(form))))[:MOST_NUMBERS]


def _says_nothing_alone(word: str) -> bool:
    return word[0].isdecimal() or (len(word) == 1 and word not in expand.function_words())


def _loose(form: str) -> tuple[str, ...]:
    """The words that a passage may have one by one instead of the whole term; none where a single character, a number or a word of a
    question is among what it is cut into: 京 and 蒙 are not 京蒙, and 1 and 亿元 not 1亿元."""
    longest = expand.long_pieces(form) if len(form) <= LONGEST_CUT else ()
    if interrogative.asked(form) or any(_says_nothing_alone(word) for word in longest):
        return ()
    words = expand.pieces(form)
    return words if 1 < len(words) <= MOST_WORDS else ()


def _neighbours(children: Iterable[QueryNode]) -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for child in children:
        if isinstance(child, Negation) and isinstance(child.child, Neighbour):
            around = child.child
            core = match_form(around.core).text
            longer = (match_form(around.before + around.core + around.after).text, len(match_form(around.before).text))
            found[core] = (*found.get(core, ()), longer)
    return found


def joined(kind: type[And] | type[Or], children: Sequence[Node]) -> Node | None:
    if len(children) < 2:
        return children[0] if children else None
    return kind(tuple(children))
