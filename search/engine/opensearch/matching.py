"""Which passages match a plan, in a tier or a better one: `search.query.match` is the definition, this is its translation."""

from __future__ import annotations

from search.engine.opensearch import scripts
from search.engine.opensearch.encode import joined, pairs
from search.engine.opensearch.queries import (
    EVERYTHING,
    NOTHING,
    Query,
    all_of,
    any_of,
    facet_query,
    measure_query,
    none_of,
    run_query,
    span_of,
    word_query,
)
from search.query.match import SENTENCE_ENDS
from search.query.plan import (
    All,
    And,
    Facet,
    InDocument,
    Kinds,
    Listed,
    Measure,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Outside,
    Pattern,
    Some,
    Term,
    Tier,
)


def matching(node: Node, tier: Tier = Tier.RUN) -> Query:
    """Passages that match the node in this tier or a better one."""
    match node:
        case Term():
            return _term(node, tier)
        case And(children):
            return all_of([matching(child, tier) for child in children])
        case Or(children):
            return any_of([matching(child, tier) for child in children])
        case Some():
            return _some(node, tier)
        case Not(child):
            return none_of(matching(child))
        case Near():
            return all_of([matching(node.left, tier), matching(node.right, tier), _near_query(node)])
        case Outside():
            return _outside(node, tier)
        case Pattern():
            return _pattern_query(node)
        case Facet(name, value, own):
            return facet_query(name, value) if tier >= own else NOTHING
        case Measure(tier=own):
            return measure_query(node) if tier >= own else NOTHING
        case Kinds(kinds, child):
            return all_of([{"terms": {"kind": sorted(kind.value for kind in kinds)}}, matching(child, tier)])
        case InDocument(run):
            return _in_document(run)
        case Listed(passages):
            return {"terms": {"key": [key for key, _ in passages]}} if passages and tier >= Tier.RELAXED else NOTHING
        case All():
            return EVERYTHING
        case Nothing():
            return NOTHING


def better(node: Node, tier: Tier) -> Query:
    """Of the passages that match the node, those that do so in this tier or a better one."""
    match node:
        case And(children):
            return all_of([better(child, tier) for child in children])
        case Some(children):
            return any_of([matching(child, tier) for child in children]) if tier >= Tier.RELAXED else NOTHING
        case Near(left, right):
            return all_of([better(left, tier), better(right, tier)])
        case Kinds(_, child):
            return better(child, tier)
        case Pattern() | Not() | InDocument() | All():
            return EVERYTHING
        case Facet(tier=own) | Measure(tier=own):
            return EVERYTHING if tier >= own else NOTHING
        case Listed():
            return EVERYTHING if tier >= Tier.RELAXED else NOTHING
        case Term() | Or() | Outside() | Nothing():
            return matching(node, tier)


def _term(term: Term, tier: Tier) -> Query:
    found = []
    for run in term.runs:
        best = Tier.EXACT if run.kind.is_own else Tier.RELAXED
        if tier >= Tier.RUN:
            found.append(run_query(run.text))
        elif tier >= best:
            found.append(run_query(run.text, exact=True))
    if len(term.words) > 1 and tier >= Tier.WORDS:
        found.append(all_of([word_query(word) for word in dict.fromkeys(term.words)]))
    return any_of(found)


def _some(node: Some, tier: Tier) -> Query:
    least = max(node.at_least, 1)
    if tier < Tier.RELAXED or least > len(node.children):
        return NOTHING
    enough: Query = {"bool": {"should": [matching(child) for child in node.children], "minimum_should_match": least}}
    if tier >= Tier.RUN:
        return enough
    return all_of([enough, any_of([matching(child, tier) for child in node.children])])


def _outside(node: Outside, tier: Tier) -> Query:
    if not node.run.text or tier < (Tier.EXACT if node.run.kind.is_own else Tier.RELAXED):
        return NOTHING
    exact = tier < Tier.RUN
    if is_plainly_outside(node):
        return span_outside(node, exact=exact)
    script: Query = {"script": {"script": outside_script(node, scripts.OUTSIDE)}}
    return all_of([run_query(node.run.text, exact=exact), script])


def _in_document(run: str) -> Query:
    if not run:
        return EVERYTHING
    if len(run) == 1:
        return {"term": {"title_chars": run}}
    return {"match_phrase": {"title_pairs": {"query": joined(pairs(run)), "analyzer": "tokens"}}}


def _near_query(node: Near) -> Query:
    """Whether runs of both sides stand near to each other. Spans tell of one run each; of several lengths at once they would miss some."""
    lefts, rights = ([run.text for run in side.runs if run.text] for side in (node.left, node.right))
    if not lefts or not rights:
        return NOTHING
    if len(lefts) > 1 or len(rights) > 1:
        params = {"lefts": lefts, "rights": rights, "distance": node.distance, "ordered": node.ordered}
        return {"script": {"script": {"source": scripts.NEAR, "params": params}}}
    one, other = span_of(lefts[0], "chars"), span_of(rights[0], "chars")
    orders = ((one, other),) if node.ordered else ((one, other), (other, one))
    return any_of([{"span_near": {"clauses": list(order), "slop": node.distance, "in_order": True}} for order in orders])


def is_plainly_outside(node: Outside) -> bool:
    """Whether an occurrence of the run overlaps one of the longer ones only by lying in it at the offset given: then spans can tell."""
    run = node.run.text
    for longer, offset in node.longer:
        for at in range(-len(run) + 1, len(longer)):
            if at == offset:
                continue
            first, last = max(0, at), min(len(longer), at + len(run))
            if longer[first:last] == run[first - at : last - at]:
                return False
    return True


def span_outside(node: Outside, *, exact: bool) -> Query:
    """Where the run occurs outside of the longer ones, of a node for which spans can tell."""
    where = "chars" if len(node.run.text) == 1 else "pairs"
    wanted = span_of(node.run.text, where, exact=exact)
    longer = [span_of(text, where) for text, _ in node.longer if text]
    if not longer:
        return wanted
    barred = longer[0] if len(longer) == 1 else {"span_or": {"clauses": longer}}
    return {"span_not": {"include": wanted, "exclude": barred}}


def outside_script(node: Outside, source: str, **params: object) -> Query:
    """A script about the run of a node and the longer ones, with further parameters."""
    given = {"run": node.run.text, "longer": [text for text, _ in node.longer], "offsets": [offset for _, offset in node.longer]}
    return {"source": source, "params": {**given, **params}}


def _pattern_query(node: Pattern) -> Query:
    script = {
        "source": scripts.PATTERN,
        "params": {
            "pieces": list(node.pieces),
            "least": [least for least, _ in node.gaps],
            "most": [most for _, most in node.gaps],
            "stops": [ord(char) for char in SENTENCE_ENDS],
        },
    }
    return all_of([*(run_query(piece) for piece in node.pieces if piece), {"script": {"script": script}}])
