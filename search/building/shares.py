"""One share of a build: several processes or machines read a part of the sources each, into one unfinished generation. The build that
finishes it is an ordinary one: it takes up what the shares have written as it takes up what an interrupted build has, reads what none of
them has, and does what is over the whole collection (reprints, suggestions, links, putting in force).

Which share a source belongs to is decided by its name, so every builder must be given the same sources under the same names; a share that
was killed is run again, and goes on. What a share laid by is good as long as source, analysis and limits are the same.
"""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from search.building.base import Base, Input, packed_sketch, read_report, unpacked_sketch
from search.building.outcomes import Laid
from search.building.report import BuildProgress, BuildReport, FileReport, OnProgress
from search.building.second_walk import SecondWalk
from search.engine.choice import open_share
from search.engine.port import Share, SharingWriter
from search.errors import BadRequest
from search.query.analysis import fingerprint
from search.settings import Settings

MOST = 1_024
"""Shares at most."""


def read_share(text: str) -> Share:
    """The share that `2/4` names. Raises BadRequest."""
    number, _, of = text.partition("/")
    if number.isascii() and number.isdigit() and of.isascii() and of.isdigit() and 1 <= int(number) <= int(of) <= MOST:
        return Share(int(number), int(of))
    raise BadRequest(f"“{text[:20]}”不是一份。", hint=f"请写 1/4 到 4/4 这样的份数，最多 {MOST} 份。", parameter="share")


def is_of_share(name: str, share: Share) -> bool:
    """Whether a source of this name is read by this share."""
    found = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(found) % share.of == share.number - 1


def outcome_key(item: Input, settings: Settings) -> str:
    """What an outcome is laid by under: all that decides it, and nothing of the machine."""
    limits = [getattr(settings, one.name) for one in fields(settings) if one.name.startswith("max_")]
    told = json.dumps([fingerprint(), limits, item.name, item.document_id, item.digest])
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def packed_outcome(report: FileReport, sketch: Sequence[int] = (), receipt: str = "") -> bytes:
    """An outcome as it is laid by."""
    return zlib.compress(json.dumps([receipt, asdict(report), packed_sketch(sketch)], ensure_ascii=False).encode("utf-8", "surrogatepass"))


def unpacked_outcome(data: bytes) -> Laid:
    """The outcome again."""
    receipt, report, sketch = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    return Laid(read_report(report), unpacked_sketch(sketch), receipt)


def laid_outcomes(writer: object, wanted: Mapping[str, Input], settings: Settings) -> Iterator[tuple[Input, Laid]]:
    """Those of `wanted` whose outcome the builders of shares have laid by, in the order of their documents."""
    if not isinstance(writer, SharingWriter):
        return
    by_key: dict[str, Input] | None = None
    for key, data in writer.laid():
        by_key = by_key or {outcome_key(item, settings): item for item in wanted.values()}
        if key in by_key:
            yield by_key[key], unpacked_outcome(data)


@dataclass(slots=True)
class ShareBuild:
    """One run of a share. `inputs` are all that were surveyed, `refused` the files that are no sources."""

    sources: Sequence[str | Path]
    target: str
    settings: Settings
    tell: OnProgress
    share: Share

    def run(self, inputs: Sequence[Input], refused: Sequence[FileReport], base: Base | None) -> BuildReport:
        """Reads this share; its report, of no generation yet."""
        started = time.monotonic()
        files = [report for report in refused if is_of_share(report.name, self.share)]
        own = {item.name: item for item in inputs if is_of_share(item.name, self.share)}
        fresh = {name: item for name, item in own.items() if not (base and _is_kept(base, item))}
        resumed = 0
        if fresh:
            writer = open_share(self.target, analysis=fingerprint(), share=self.share)
            try:
                taken = self._taken_up(writer, fresh)
                resumed = len(taken)
                known = {report.name for report in taken}
                read = self._read(writer, {name: item for name, item in fresh.items() if name not in known})
                files = _without_refused([*files, *taken, *read], writer.refused())
            finally:
                writer.suspend()
        documents = [report for report in files if report.status != "rejected"]
        return BuildReport(
            "",
            self.target,
            tuple(sorted(files, key=lambda report: report.name)),
            len(documents) + len(own) - len(fresh),
            sum(report.passages for report in documents),
            seconds=time.monotonic() - started,
            resumed=resumed,
            share=f"{self.share.number}/{self.share.of}",
        )

    def _taken_up(self, writer: SharingWriter, fresh: Mapping[str, Input]) -> list[FileReport]:
        """The reports of what an earlier run of this share has done."""
        found = []
        for item, laid in laid_outcomes(writer, fresh, self.settings):
            if laid.report.status == "rejected" or writer.keep(item.document_id, laid.receipt) is not None:
                found.append(laid.report)
        return found

    def _read(self, writer: SharingWriter, fresh: Mapping[str, Input]) -> Iterator[FileReport]:
        second = SecondWalk(self.sources, self.settings, fresh)
        done, whole = 0, sum(item.size for item in fresh.values())
        for number, (item, outcome) in enumerate(second.outcomes(), start=1):
            done += fresh[item.name].size
            self.tell(BuildProgress("读取与还原", number, len(fresh), item.name, done, whole))
            key = outcome_key(item, self.settings)
            if isinstance(outcome, FileReport):
                writer.lay(key, item.document_id, packed_outcome(outcome))
                yield outcome
                continue
            document, report, sketched = outcome
            writer.lay(key, document.id, packed_outcome(report, sketched, writer.add(document)))
            yield report
        yield from second.missed.values()


def _is_kept(base: Base, item: Input) -> bool:
    """Whether the build that finishes will carry this source's document over."""
    return base.inputs.get(item.name) == item.remembered and item.name in base.reports


def _without_refused(files: Sequence[FileReport], refused: Mapping[str, str]) -> list[FileReport]:
    """The reports, where the engine will not take a document with that as the reason."""
    return [
        FileReport(one.name, "rejected", f"引擎不收这件文献（{refused[one.document]}）。", warnings=one.warnings)
        if one.document in refused
        else one
        for one in files
    ]
