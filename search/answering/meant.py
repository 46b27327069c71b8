"""The filters that the words of a command mean: tolerant where the collection leaves no doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from search.fields import BY_NAME, UNLABELLED, KeyField, NameField, TreeField
from search.labels.gazetteer import gazetteer
from search.query.expand import topic
from search.question import Filters
from search.text.fold import match_form

Count = Callable[[Sequence[Filters]], Sequence[int]]
"""How many passages each of several filters lets through."""
_SEPARATOR = re.compile(r"[,，、;；]")


def filters_meant(given: Mapping[str, Sequence[str]], count: Count) -> Filters:
    """Filters of a user's words by parameter name. Several values may stand in one word (`2018,2019`); of the places of one name only those
    count that any passage has, a province before all others; a program type may be given by any word for it.

    Raises BadRequest as `Filters.read` does."""
    return Filters.read({name: tuple(_values(name, texts, count)) for name, texts in given.items()})


def _values(parameter: str, texts: Sequence[str], count: Count) -> Iterator[str]:
    field = BY_NAME.get(parameter.removeprefix("not_"))
    for text in texts:
        if field is None or isinstance(field, NameField):
            yield text  # a name may hold any mark
            continue
        for part in filter(None, (part.strip() for part in _SEPARATOR.split(text))):
            if isinstance(field, TreeField):
                yield _place(field, part, count)
            elif isinstance(field, KeyField):
                yield _key(field, part)
            else:
                yield part


def _place(field: TreeField, text: str, count: Count) -> str:
    """The one place of this name that occurs; the text itself where that leaves a doubt, which reading it will say."""
    if text == UNLABELLED or gazetteer().division(text) is not None:
        return text
    last = text.rsplit("/", 1)[-1]
    paths = [division.path for division in gazetteer().lookup(last) if "/" not in text or text in division.path]
    if len(paths) < 2:
        return text
    totals = count([Filters.read({field.name: path}) for path in paths])
    occurring = [path for path, total in zip(paths, totals, strict=True) if total]
    kept = [path for path in occurring if "/" not in path] or occurring
    return kept[0] if len(kept) == 1 else text


def _key(field: KeyField, text: str) -> str:
    known, names = field.terms(), field.names()
    if text in known or text == UNLABELLED:
        return text
    if text in names:
        return names[text]
    asked = topic(match_form(text).text)
    if asked in known:
        return str(asked)
    labelled = [key for key, label in known.items() if text in label]
    return labelled[0] if len(labelled) == 1 else text
