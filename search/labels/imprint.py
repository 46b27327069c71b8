"""What a document is as a publication, read so that it can be a value of a field: names of authors, names of publications, its genre."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from search.model import Document, Imprint

_BETWEEN = re.compile(r"[、，,;；/■□◆●\s\u3000]+")
_SPACED_NAME = re.compile(r"^[\u4e00-\u9fff] [\u4e00-\u9fff]$")
_BRACKETS = re.compile(r"^[《〈“\"「『]+|[》〉”\"」』]+$")
_LONGEST = 200
_DATA = Path(__file__).parent / "data" / "bylines.toml"


@lru_cache(maxsize=1)
def _words() -> tuple[re.Pattern[str], frozenset[str]]:
    """What stands around names, and what is no name."""
    table = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    house, office = "|".join(table["house"]), "|".join(table["office"])
    around = rf"^(?:{house})?(?:{office})(?:[：:/／]|\s)*|[（(]?{table['after']}[)）]?$"
    return re.compile(around), frozenset(table["roles"])


def imprint_of(document: Document) -> Imprint:
    """What the passages of a document carry of it. An official document without a byline is its issuer's."""
    issuer = document.official.issuer if document.official else None
    authors = authors_of(document.byline) or ((issuer,) if issuer else ())
    names = tuple(dict.fromkeys(name for one in authors if (name := plain_name(one))))
    return Imprint(names, plain_name(document.publication or ""), document.genre, document.date, document.year)


def plain_name(text: str) -> str:
    """A name on one line, without the brackets of a title around it."""
    return _BRACKETS.sub("", " ".join(text.split()))[:_LONGEST].strip()


def authors_of(byline: str | None) -> tuple[str, ...]:
    """Names out of a byline (本报记者 王海 李明 → 王海, 李明); empty where it holds none."""
    if not byline:
        return ()
    around, roles = _words()
    bare = around.sub("", " ".join(byline.split()).strip("（）() "))
    if _SPACED_NAME.match(bare):
        return (bare.replace(" ", ""),)
    names = [name for part in _BETWEEN.split(bare) if (name := around.sub("", part).strip("（）() ")) and name not in roles]
    return tuple(dict.fromkeys(name for name in names if len(name) > 1 or not name.isascii()))
