"""From a query to a plan, and from a plan that finds nothing to wider ones, step by step.

Steps are chosen over the whole corpus, before any filter, so that choosing a facet value never changes what is searched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from search.query import expand, spelling
from search.query.plan import And, Node, Or, RunKind, Some
from search.query.syntax import Conjunction, Query, QueryNode, Word, bare_words, has_operators
from search.query.translate import Contains, Count, Step, Translation
from search.text.fold import match_form

__all__ = ["FEW", "Contains", "Count", "Step", "choose", "plan", "relaxations"]

Guesses = dict[str, tuple[spelling.Guess, ...]]
"""Word → how it may have been meant."""

FEW = 10
"""Below so many passages a query is widened."""
MOST_CONTENT = 24
"""Words a long text is relaxed to."""


def plan(query: Query, contains: Contains | None = None) -> Step:
    """The query as typed. With `contains`, expansions that occur nowhere are left out."""
    planner = Translation(query, contains, exact=has_operators(query.root))
    node = planner.node(query.root)
    return Step("", "", node, tuple(planner.expansions.values()), tuple(planner.notes))


def relaxations(query: Query, contains: Contains, speller: spelling.Speller | None = None) -> Iterator[Step]:
    """Wider and wider readings of a query that finds nothing. None for queries with operators, which mean what they say."""
    if has_operators(query.root) or not isinstance(query.root, Word | Conjunction):
        return
    words = bare_words(query.root)
    if not words:
        return
    fixed = tuple(child for child in _children(query.root) if not isinstance(child, Word))
    guesses = _guesses(words, contains, speller)
    if guesses:
        kinds = {guess.kind for one in guesses.values() for guess in one}
        code = "pinyin" if kinds == {RunKind.PINYIN} else "spelling"
        said = "、".join(f"“{word}”→“{'”“'.join(guess.text for guess in found)}”" for word, found in guesses.items())
        how = "拼音" if code == "pinyin" else "相近的写法"
        yield _step(code, f"没有找到原词，按{how}检索：{said}。", query, contains, query.root, guesses)
    content = _content(words)
    if len(content) > 1 and content != tuple(match_form(word.text).text for word in words):
        root = Conjunction((*map(Word, content), *fixed))
        message = f"没有找到整句，改为检索其中的词：{'、'.join(content)}。"
        yield _step("content-words", message, query, contains, root, _with(guesses, content, contains, speller))
    yield from _some(query, content, fixed, contains, _with(guesses, content, contains, speller))


def _children(root: QueryNode) -> tuple[QueryNode, ...]:
    return root.children if isinstance(root, Conjunction) else (root,)


def _step(code: str, message: str, query: Query, contains: Contains, root: QueryNode, guesses: Guesses) -> Step:
    planner = Translation(query, contains, guesses=guesses)
    node = planner.node(root)
    return Step(code, message, node, tuple(planner.expansions.values()), (), tuple(guesses.items()))


def _some(query: Query, content: Sequence[str], fixed: Sequence[QueryNode], contains: Contains, guesses: Guesses) -> Iterator[Step]:
    """Passages with half of the words, then with any of them."""
    findable = _findable(content, contains, guesses)
    if not findable:
        return
    missing = "、".join(f"“{word}”" for word in content if word not in findable)
    said = f"没有找到{missing}，" if missing else "没有同时含有这些词的段落，"
    for at_least in sorted({len(findable) if missing else 1, (len(findable) + 1) // 2, 1}, reverse=True):
        planner = Translation(query, contains, guesses=guesses)
        rest = [node for child in fixed if (node := planner.node(child)) is not None]
        tail = Some(tuple(planner.terms(findable)), at_least)
        message = f"{said}改为检索至少含其中 {at_least} 个词的段落：{'、'.join(findable)}。"
        yield Step("some-words", message, And((tail, *rest)) if rest else tail, tuple(planner.expansions.values()))


def _own_writings(text: str) -> list[str]:
    own = [run.text for run in expand.own_runs(text)]
    return [*own, *expand.number_runs(own[0])] if own else []


def _findable(content: Sequence[str], contains: Contains, guesses: Guesses) -> tuple[str, ...]:
    """The words, those that stand nowhere replaced by the parts of them that do."""
    found: dict[str, None] = {}
    for word in content:
        if word in guesses or any(contains([word, *(text for text, _ in expand.synonyms(word))])):
            found[word] = None
            continue
        parts = [part for part in expand.pieces(word) if len(part) > 1 and part != word]
        if not parts and not any(char.isascii() for char in word):
            parts = [word[at : at + 2] for at in range(len(word) - 1)]
        if parts:
            found.update(dict.fromkeys(part for part, count in zip(parts, contains(parts), strict=True) if count))
    return tuple(found)


def _content(words: Iterable[Word]) -> tuple[str, ...]:
    """The words that say what is sought: questions and long terms cut up, words of grammar dropped; place names stay whole, and single
    characters side by side stay together (a name that no dictionary knows)."""
    found: dict[str, None] = {}
    for word in words:
        form = match_form(word.text).text
        if expand.context_facets(form) or any(char.isdecimal() for char in form):
            found[form] = None
            continue
        cut = expand.content_pieces(form)
        telling = [one for one in cut if len(one) > 1]
        found.update(dict.fromkeys(telling or (form,)))
    return tuple(found)[:MOST_CONTENT]


def _guesses(words: Iterable[Word], contains: Contains, speller: spelling.Speller | None) -> Guesses:
    """For every word found nowhere, how it may have been meant."""
    forms = [match_form(word.text).text for word in words]
    forms = [form for form in forms if form]
    counts = contains(forms) if forms else ()
    found = {form: spelling.guesses(form, contains, speller) for form, count in zip(forms, counts, strict=True) if not count}
    return {form: guesses for form, guesses in found.items() if guesses}


def _with(guesses: Guesses, content: Sequence[str], contains: Contains, speller: spelling.Speller | None) -> Guesses:
    return {**guesses, **_guesses(map(Word, content), contains, speller)}


def choose(query: Query, contains: Contains, count: Count, speller: spelling.Speller | None = None) -> Step:
    """The first reading of the query that finds anything over the whole corpus: as typed, or relaxed; as typed if none does. One that finds
    less than a page of passages is widened by those with only some of the words, which rank below."""
    typed = plan(query, contains)
    chosen, total = typed, count(typed.plan)
    if not total:
        for step in relaxations(query, contains, speller):
            more = count(step.plan)
            if more:
                chosen, total = step, more
            if total and (total >= FEW or step.code != "some-words"):
                break
    if 0 < total < FEW and chosen.code != "some-words":
        return next((step for step in _wider(query, chosen, contains, total) if count(step.plan) > total), chosen)
    return chosen


def _wider(query: Query, step: Step, contains: Contains, total: int) -> Iterator[Step]:
    """The step with passages that have most of its words, or the program type it names."""
    if has_operators(query.root) or not isinstance(query.root, Word | Conjunction):
        return
    words = bare_words(query.root)
    content = _content(words)
    planner = Translation(query, contains, guesses=dict(step.guesses), expansions={one.key: one for one in step.expansions})
    fixed = [node for child in _children(query.root) if not isinstance(child, Word) and (node := planner.node(child)) is not None]
    if len(words) == 1 and (step.guesses or any(contains(_own_writings(words[0].text)))):
        return  # found as it was typed, or as it was meant
    tail: Node | None
    if len(words) == 1 and len(content) < 2:
        tail = planner.named_program(words[0])
    elif len(content) < 2 or (len(words) == 1 and any(char.isdecimal() for char in words[0].text)):
        return
    else:
        children = planner.terms(_findable(content, contains, planner.guesses))
        tail = Some(tuple(children), (len(children) + 1) // 2)
    if tail is None:
        return
    message = step.message or f"各项都符合的只有 {total} 段，其后列出部分符合的段落。"
    wider = Or((step.plan, And((tail, *fixed)) if fixed else tail))
    yield Step(step.code or "few", message, wider, tuple(planner.expansions.values()), step.notes, step.guesses)
