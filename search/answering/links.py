"""The ledger as those who answer see it: read-only, opened again when it is replaced, and honest about being damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from search.engine.choice import open_ledger
from search.engine.port import Engine
from search.errors import BadRequest, LedgerDamaged, NotFound
from search.links import LinkState, Resolution, guard, ledger


class Links:
    """The ledger at a path, or none. A damaged one does not stop the site: its newest sound copy answers, or without one every id of the
    generation in force resolves, and for others it is said that the ledger is damaged rather than that they never were."""

    def __init__(self, path: Path | None, url: str = "") -> None:
        """`url` is that of an engine which keeps the ledger itself."""
        self._path = None if url else path
        self._url = url
        self._ledger: ledger.Ledger | None = None
        self._identity: tuple[int, int, int] | None = None
        self.fault = ""
        self._open()

    def _open(self) -> None:
        self._identity, self._ledger, self.fault = self._seen(), None, ""
        if self._url and (kept := open_ledger(self._url, read_only=True)) is not None:
            self._ledger = ledger.Ledger(kept, read_only=True)
        if self._path is None or self._identity is None:
            return
        try:
            self._ledger = ledger.Ledger(self._path, read_only=True)
        except LedgerDamaged as damage:
            copy = guard.sound_copy(self._path)
            self._ledger = ledger.Ledger(copy, read_only=True) if copy else None
            instead = "现用它的副本回答。" if copy else "旧链接暂时查不到。"
            self.fault = f"{damage.message}{instead}请运行 bangfu restore。"

    def _seen(self) -> tuple[int, int, int] | None:
        """What tells one ledger file from another put in its place; a damaged one also from itself mended."""
        if self._path is None:
            return None
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino, status.st_mtime_ns if self.fault else 0

    def refresh(self) -> None:
        """Opens the ledger again if another file has taken its place. Requests under way finish on the old one."""
        if self._url and self._ledger is None:
            self._open()
        if self._seen() != self._identity:
            self._open()
            self._identity = self._seen()

    def close(self) -> None:
        """Closing twice is harmless."""
        if self._ledger is not None:
            self._ledger.close()

    def resolve(self, passage_id: str, engine: Engine, generation: str) -> Resolution:
        """Where the id leads. Raises NotFound, and LedgerDamaged where only the ledger could tell."""
        if self._ledger is not None:
            try:
                return self._ledger.resolve(passage_id, engine, generation)
            except NotFound:
                if self.fault:
                    raise LedgerDamaged("链接簿已损坏，这个链接暂时查不到。", hint="请站点的维护者运行 bangfu restore。") from None
                raise
            except LedgerDamaged as damage:
                self.fault = f"{damage.message}请运行 bangfu restore。"
                if engine.fetch((passage_id,))[0] is None:
                    raise
        elif engine.fetch((passage_id,))[0] is None:
            if self.fault:
                raise LedgerDamaged("链接簿已损坏，这个链接暂时查不到。", hint="请站点的维护者运行 bangfu restore。")
            raise NotFound("没有这个段落。", hint="请核对链接是否完整。")
        return Resolution(passage_id, LinkState.EXACT, passage_id)

    @property
    def ledger(self) -> ledger.Ledger | None:
        """The open ledger; None where there is none that can be read."""
        return self._ledger

    def export(self) -> Iterator[bytes]:
        """The whole ledger as JSON Lines; nothing where there is none."""
        if self._ledger is not None:
            yield from self._ledger.export()

    def import_(self, file: BinaryIO) -> int:
        """Takes in the links of a ledger exported elsewhere; how many."""
        place = open_ledger(self._url) if self._url else self._path
        if place is None:
            raise BadRequest("这个引擎没有链接簿。")
        with ledger.Ledger(place) as links:
            return links.import_(file)
