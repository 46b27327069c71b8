"""What queries alone cannot say, in Painless. Sources are constants, and all that varies is a parameter: a cluster compiles each once."""

from __future__ import annotations

from search.query.score import GRID, K1, KIND_WEIGHTS, B

WEIGHTS = {kind.value: weight for kind, weight in KIND_WEIGHTS.items()}

_SATURATED = f"tf * {K1 + 1.0} / (tf + {K1} * ({1.0 - B} + {B} * doc['len'].value / params.mean))"
_TEXT = "String text = doc['text'].size() == 0 ? '' : doc['text'].value.utf8ToString();"


def _share(frequency: str) -> str:
    """A script for what a leaf adds to the score of a passage, given how often it occurs there."""
    return (
        f"double tf = {frequency}; double share = params.weights[doc['kind'].value] * params.idf * ({_SATURATED});"
        f" return Math.floor(share * {GRID} + 0.5) / {GRID};"
    )


OCCURRENCES = _share("Math.rint(_score / params.terms)")
"""`_score` is the frequency, once for each of the `terms` that the query is made of."""
ONCE = _share("1.0")
LISTED = f"return Math.floor(params.weights[doc['kind'].value] * params.scores[String.valueOf(doc['key'].value)] * {GRID} + 0.5) / {GRID};"

PATTERN = f"""
{_TEXT}
List ends = new ArrayList();
String first = params.pieces[0];
for (int at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {{ ends.add(at + first.length()); }}
for (int gap = 0; gap < params.least.length; gap++) {{
  Set next = new HashSet();
  int least = params.least[gap]; int most = params.most[gap]; String piece = params.pieces[gap + 1];
  for (int end : ends) {{
    int at = end; int width = 0;
    while (true) {{
      if (width >= least && text.startsWith(piece, at)) {{ next.add(at + piece.length()); }}
      if (width >= most || at >= text.length()) {{ break; }}
      int point = text.codePointAt(at);
      if (least != most && params.stops.contains(point)) {{ break; }}
      at += point > 65535 ? 2 : 1; width++;
    }}
  }}
  ends = new ArrayList(next);
  if (ends.isEmpty()) {{ return false; }}
}}
return !ends.isEmpty();
"""

NEAR = f"""
List placesOf(String text, def runs) {{
  List found = new ArrayList();
  for (run in runs) {{
    for (int at = text.indexOf(run); at >= 0; at = text.indexOf(run, at + 1)) {{ found.add(new int[] {{ at, at + run.length() }}); }}
  }}
  return found;
}}
boolean near(String text, int end, int start, int distance) {{
  return start >= end && start - end <= 2 * distance && text.codePointCount(end, start) <= distance;
}}
{_TEXT}
List lefts = placesOf(text, params.lefts);
List rights = placesOf(text, params.rights);
for (left in lefts) {{
  for (right in rights) {{
    if (near(text, left[1], right[0], params.distance)) {{ return true; }}
    if (!params.ordered && near(text, right[1], left[0], params.distance)) {{ return true; }}
  }}
}}
return false;
"""

_OUTSIDE = f"""
{_TEXT}
int found = 0;
for (int at = text.indexOf(params.run); at >= 0; at = text.indexOf(params.run, at + 1)) {{
  boolean inside = false;
  for (int k = 0; k < params.longer.length; k++) {{
    int start = at - params.offsets[k];
    if (start >= 0 && text.startsWith(params.longer[k], start)) {{ inside = true; break; }}
  }}
  if (!inside) {{ found++; }}
}}
"""
OUTSIDE = f"{_OUTSIDE} return found > 0;"
OUTSIDE_SHARE = f"{_OUTSIDE} {_share('found')}"

DOCUMENTS = {
    "init_script": "state.seen = new BitSet();",
    "map_script": "state.seen.set((int) doc['no'].value);",
    "combine_script": "return state.seen.cardinality();",
    "reduce_script": "long sum = 0; for (s in states) { if (s != null) { sum += s; } } return sum;",
}
"""How many documents the hits are of: a document is whole in one shard, where it has a number of its own."""
