"""The administrative divisions of China, county level and above: today's, and the names they bore since 1981.

A path is official names joined by `/`: `河北省/承德市/滦平县`. Municipalities have no prefecture level (`北京市/密云区`), and what a
province administers directly sits right below it (`湖北省/仙桃市`). The data file is compiled by `compile_gazetteer.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "gazetteer.tsv"
NATION = "全国"
"""What a document on the whole country is about: above all divisions, and none of them."""
SUFFIXES = ("省", "市", "县", "区", "旗", "盟", "州")


@dataclass(frozen=True, slots=True)
class Division:
    """A division in force. `level` is 1 province, 2 prefecture, 3 county. `forms` are the names beside the official one that
    mean it, most complete first (双江县, 双江); `old` the names it once bore."""

    path: str
    code: str
    level: int
    name: str
    forms: tuple[str, ...]
    order: int
    old: tuple[str, ...] = ()

    @property
    def province(self) -> str:
        return self.path.partition("/")[0]

    @property
    def parent(self) -> str:
        """Path of the division above; empty for a province."""
        return self.path.rpartition("/")[0]


class Gazetteer:
    """Lookup over the compiled divisions; immutable once loaded."""

    def __init__(self, text: str) -> None:
        self._rows: dict[str, tuple[int, str, str]] = {}
        """Path → place in the official order, code, other forms as listed."""
        self._made: dict[str, Division] = {}
        self._old: dict[str, list[tuple[str, int | None]]] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._load(text)

    def _load(self, text: str) -> None:
        current, _, past = text.partition("\nold\n")
        names: dict[str, list[str]] = {}
        rows = [line for line in current.splitlines() if not line.startswith("#")]
        for order, line in enumerate(rows):
            path, code, listed = line.split("\t")
            self._rows[path] = (order, code, listed)
            names.setdefault(path.rpartition("/")[2], []).append(path)
            for form in listed.split("|") if listed else ():
                names.setdefault(form, []).append(path)
        for line in past.splitlines():
            name, path, year = line.split("\t")
            self._old.setdefault(name, []).append((path, int(year) if year else None))
        for name, targets in self._old.items():
            names.setdefault(name, []).extend([path for path, _ in targets])
        self._names = {name: tuple(paths) for name, paths in names.items()}

    def _division(self, path: str) -> Division:
        """The division of a path in force, made when it is first asked for: a query names few of the three thousand."""
        made = self._made.get(path)
        if made is None:
            order, code, listed = self._rows[path]
            level = 1 if "/" not in path else 3 if code[4:] != "00" else 2
            forms = tuple(listed.split("|")) if listed else ()
            made = Division(path, code, level, path.rpartition("/")[2], forms, order, tuple(self._formerly.get(path, ())))
            self._made[path] = made
        return made

    @cached_property
    def _formerly(self) -> Mapping[str, list[str]]:
        """Path → the names its division once bore."""
        found: dict[str, list[str]] = {}
        for name, targets in self._old.items():
            for path, _ in targets:
                found.setdefault(path, []).append(name)
        return found

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._rows:
            found.setdefault(path.rpartition("/")[0], []).append(path)
        return found

    def lookup(self, name: str) -> tuple[Division, ...]:
        """Every division that bears or bore this name, full or short; in official order, today's bearers before former ones."""
        return tuple(self._division(path) for path in self._names.get(name, ()))

    def path_of(self, name: str) -> str:
        """The path of the one division that bears a name (滦平县); what no division bears, or several do, as it is."""
        found = self._names.get(name, ())
        return found[0] if len(found) == 1 else name

    def division(self, path: str) -> Division | None:
        """The division of a path, or None when no division in force has it."""
        return self._division(path) if path in self._rows else None

    def parent(self, path: str) -> Division | None:
        """The division above; None for a province or an unknown path."""
        return self.division(path.rpartition("/")[0])

    def ancestors(self, path: str) -> tuple[str, ...]:
        """Paths above, outermost first, without the path itself."""
        return _above(path)

    def children(self, path: str) -> tuple[Division, ...]:
        """The divisions right below, in official order; of the empty path, the provinces."""
        return tuple(self._division(item) for item in self._children.get(path, ()))

    def official_order(self, path: str) -> int:
        """Sort key of the official order (by code); unknown paths come last."""
        found = self._rows.get(path)
        return found[0] if found else len(self._rows)

    def short_names(self, path: str) -> tuple[str, ...]:
        """Forms without the official suffix: 滦平县 → 滦平, 兰州市 → 兰州. Empty for 蔚县, which is never shortened."""
        found = self.division(path)
        if found is None:
            return ()
        return tuple(form for form in found.forms if not form.endswith(SUFFIXES) or found.name[: len(form)] == form)

    def successor(self, name: str) -> Division | None:
        """Today's division of an old name (崇文区 → 北京市/东城区), of several the one that bore it last; None when it has none."""
        found = self._old.get(name)
        return self.division(found[0][0]) if found else None

    def old_until(self, name: str) -> int | None:
        """The last year an old name was in force, where known."""
        found = self._old.get(name)
        return found[0][1] if found else None

    def is_old(self, name: str, path: str) -> bool:
        """Whether `name` means the division of `path` only as a former name."""
        return any(target == path for target, _ in self._old.get(name, ()))

    def all_names(self) -> tuple[str, ...]:
        """Every name, full, short and former, each once: for a segmenter's lexicon and for suggestions."""
        return tuple(self._names)

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """name → paths; do not change."""
        return self._names

    @property
    def divisions(self) -> tuple[Division, ...]:
        """All divisions in force, in official order."""
        return tuple(map(self._division, self._rows))


@lru_cache(maxsize=8192)
def _above(path: str) -> tuple[str, ...]:
    parts = path.split("/")
    return tuple("/".join(parts[:count]) for count in range(1, len(parts)))


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The gazetteer, read once on first use."""
    return Gazetteer(DATA.read_text("utf-8"))
