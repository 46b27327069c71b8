"""Names that last: document ids from source names, passage ids from text.

A passage id is a hash of the document id, the match form of the text, and which occurrence of that text in the document it is. So the same
text keeps its id across rebuilds, machines, engines, file order and a move within its document, and a copy added after it gets an id of its
own. The order, the heading above and the kind play no part.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from search.text.fold import match_form

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Base 32 without i, l, o, u: nothing in it is taken for another when read aloud or typed off paper (Crockford's alphabet)."""

LENGTH = 12
"""60 bits: the chance of any collision among a million passages is below one in a million."""
WIDE_LENGTH = 16
MAX_STEM = 120

_ID = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}|[{ALPHABET}]{{{WIDE_LENGTH}}}")
_UNSAFE = re.compile(r"[^\w.\-]+")
_MANY_DASHES = re.compile(r"-{3,}")


def assign_ids(document_id: str, texts: Sequence[str], taken: Collection[str] = (), *, length: int = LENGTH) -> tuple[str, ...]:
    """One id a text, all different, none of `taken` (ids of other documents). `length` is in characters.

    An id that is taken is widened to `WIDE_LENGTH` characters: deterministic, and all but never needed.
    Raises ValueError where even the wide one is taken."""
    seen: Counter[str] = Counter()
    used: set[str] = set()
    ids: list[str] = []
    for text in texts:
        form = match_form(text).text
        digest = _digest(document_id, form, seen[form])
        seen[form] += 1
        found = next((wide for wide in (digest[:length], digest[:WIDE_LENGTH]) if wide not in used and wide not in taken), None)
        if found is None:
            raise ValueError(f"no free passage id in document {document_id!r}")
        used.add(found)
        ids.append(found)
    return tuple(ids)


def is_passage_id(text: str) -> bool:
    """Whether the text has the form of a passage id; says nothing of whether it was ever given out."""
    return _ID.fullmatch(text) is not None


def document_ids(names: Iterable[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Source name → document id, for all names of a build at once; independent of their order.

    The id is the name without its extension, folders joined by `--`, what a URL cannot carry replaced by `-`. Of several names that come
    to one id the first (by code points) has it and the others add their extension. `known` (source name → id, from the ledger) keeps ids
    given earlier, and hands the id of a vanished name to the same name in other case."""
    present = set(names)
    names = sorted(present)
    known = known or {}
    found: dict[str, str] = {}
    used: set[str] = set()
    vanished = {name.casefold(): id_ for name, id_ in sorted(known.items()) if name not in present}
    for source in (known, vanished):
        for name in names:
            id_ = source.get(name if source is known else name.casefold())
            if name not in found and id_ is not None and id_ not in used:
                found[name] = id_
                used.add(id_)
    for name in names:
        if name not in found:
            found[name] = _free_id(name, used)
            used.add(found[name])
    return {name: found[name] for name in names}


def _digest(document_id: str, form: str, occurrence: int) -> str:
    message = "\x00".join((document_id, str(occurrence), form)).encode("utf-8", "surrogatepass")
    number = int.from_bytes(hashlib.blake2b(message, digest_size=10, person=b"bangfu-passage").digest())
    return "".join(ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))


def _free_id(name: str, used: Collection[str]) -> str:
    path = PurePosixPath(unicodedata.normalize("NFC", name))
    stem = _url_safe("--".join([*(part for part in path.parts[:-1] if part not in ("/", "..")), path.stem]))
    if not stem or len(stem) > MAX_STEM:
        stem = f"{stem[:MAX_STEM] or 'doc'}-{hashlib.blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"
    if stem not in used:
        return stem
    suffix = _url_safe(path.suffix.removeprefix(".").lower())
    if suffix and f"{stem}-{suffix}" not in used:
        return f"{stem}-{suffix}"
    stem = f"{stem}-{suffix}" if suffix else stem
    return next(candidate for number in range(2, 2**31) if (candidate := f"{stem}-{number}") not in used)


def _url_safe(name: str) -> str:
    return _MANY_DASHES.sub("--", _UNSAFE.sub("-", name)).strip("-.")
