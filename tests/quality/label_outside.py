"""Years, types and mechanisms on material that is not in the repository.

`python -m tests.quality.label_outside --cases FILE.jsonl --without-aid FILE … --labelled FILE.jsonl`

- cases: a line of text each with `date` and `expect` (`years` exactly, `years_without`, `programs` exactly), and the share that is right;
- without aid: documents on something else (yearly reports, rules for subsidies): passages that get a type although neither they nor a
  heading above them hold a word of aid;
- labelled: `file`, beside the JSON Lines file, and `programs`, the words by which a person named types and mechanisms; recall by document;
  where given, `provinces` it is about (全国 among them), `donor`, `recipient` and `year`: F1 over all documents, sides also over those for
  which the person named one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from search.building.one_source import make_document
from search.labels.labelling import label
from search.labels.mechanism.table import mechanism_key
from search.labels.program.table import program_key, program_rule
from search.model import Block, BlockKind, Document, Metadata
from search.reading import collect
from search.settings import Settings

Row = dict[str, Any]
WORDS = {
    "社会力量扶贫": "society",
    "干部人才": "talent",
    "文旅": "tourism",
    "产业扶贫": "industry",
    "就业扶贫": "labour",
    "省内对口帮扶": "within_province",
}
"""Words a person used that are no name of a type or mechanism in the tables."""


def wrong_cases(rows: Iterable[Row]) -> Iterator[str]:
    """A line for every case on years or types that comes out wrong, an empty one for every one that is right."""
    for row in rows:
        expect = row["expect"]
        if not {"years", "years_without", "programs"} & set(expect):
            continue
        block = Block(BlockKind.BODY, row["text"], ((1, 1),))
        found = label([block], Metadata(date=date.fromisoformat(row["date"]))).blocks[0]
        years = [one.year for one in found.years if not one.inherited]
        types = {one.key for one in found.programs}
        right = (
            years == expect.get("years", years)
            and not set(years) & set(expect.get("years_without", ()))
            and types == set(expect.get("programs", types))
        )
        yield "" if right else f"{row['text']}: {years}, {sorted(types)}"


def unaided(documents: Iterable[Document]) -> Iterator[tuple[int, list[str]]]:
    """For each document the number of its passages, and those with a type though no word of aid is in them or a heading above."""
    aid = program_rule().aid
    for document in documents:
        faults = [
            f"{[one.key for one in passage.programs]} {passage.text[:40]}"
            for passage in document.passages
            if passage.programs and not any(word in text for text in (passage.text, *passage.section) for word in aid)
        ]
        yield len(document.passages), faults


def named(rows: Iterable[Row], folder: Path) -> Iterator[tuple[set[str], set[str]]]:
    """For each labelled document what a person named of types and mechanisms, and what the labels name."""
    for row in rows:
        (document,) = read([folder / row["file"]])
        keys = {WORDS.get(word) or program_key(word) or mechanism_key(word) for word in row["programs"]} - {None}
        found = {one.key for passage in document.passages for one in (*passage.programs, *passage.mechanisms)}
        yield {key for key in keys if key}, found


@dataclass(slots=True)
class Share:
    """Hits, given and wanted of one measure over documents."""

    hit: int = 0
    given: int = 0
    wanted: int = 0

    def add(self, want: set[str], got: set[str]) -> None:
        """Count one document."""
        self.hit += len(want & got)
        self.given += len(got)
        self.wanted += len(want)

    @property
    def f1(self) -> float:
        """Of what was counted."""
        return 2 * self.hit / max(1, self.given + self.wanted)


def scored(rows: Iterable[Row], folder: Path) -> Iterator[str]:
    """A line a measure: provinces, sides and years of whole documents against a person's."""
    shares = {name: Share() for name in ("about", "supporter", "recipient", "supporter where judged", "recipient where judged")}
    mentioned, years = Share(), [0, 0]
    for row in rows:
        (document,) = read([folder / row["file"]])
        about, wanted = _provinces(document.about), set(row["provinces"])
        shares["about"].add(wanted, about)
        named = about.union(*(_provinces(label.path for label in passage.regions) for passage in document.passages))
        mentioned.add(wanted, named & wanted)
        for name, key, paths in (("supporter", "donor", document.supporters), ("recipient", "recipient", document.recipients)):
            judged = set(row[key] or ())
            shares[name].add(judged, _provinces(paths))
            if judged:
                shares[f"{name} where judged"].add(judged, _provinces(paths))
        years = [years[0] + (document.year == row["year"]), years[1] + 1]
    yield from (f"{name}: F1 {share.f1:.3f}" for name, share in shares.items())
    yield f"mentioned: recall {mentioned.hit / max(1, mentioned.wanted):.3f}"
    yield f"years: {years[0]} of {years[1]} exact"


def _provinces(paths: Iterable[str]) -> set[str]:
    return {path.partition("/")[0] for path in paths}


def read(paths: Iterable[Path]) -> Iterator[Document]:
    """The documents of files outside the repository."""
    settings = Settings()
    for file in collect([str(path) for path in paths], settings):
        if file.source:
            yield make_document(file.source, Path(file.name).stem, file.sidecar, settings)


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--without-aid", type=Path, nargs="*", default=[])
    parser.add_argument("--labelled", type=Path)
    given = parser.parse_args()
    if given.cases:
        said = list(wrong_cases(_rows(given.cases)))
        print(f"cases: {said.count('')} of {len(said)} right", *filter(None, said), sep="\n  ")
    if given.without_aid:
        counted = list(unaided(read(given.without_aid)))
        faults = [fault for _, some in counted for fault in some]
        print(f"types without aid: {len(faults)} of {sum(passages for passages, _ in counted)} passages", *faults, sep="\n  ")
    if given.labelled:
        pairs = list(named(_rows(given.labelled), given.labelled.parent))
        hit, wanted = (sum(map(len, sets)) for sets in ([a & b for a, b in pairs], [a for a, _ in pairs]))
        print(f"labelled: {hit} of {wanted} types and mechanisms named by a person are found")
        rows = [row for row in _rows(given.labelled) if "provinces" in row]
        print(*scored(rows, given.labelled.parent), sep="\n")


if __name__ == "__main__":
    main()
