"""How much of some short wordings occurs in a text: all wordings are looked for in one pass over it."""

from __future__ import annotations

from collections.abc import Sequence

_RUN = 3


class SharedRuns:
    """The runs of three characters of some headlines or captions."""

    def __init__(self, wordings: Sequence[str]) -> None:
        runs = [_runs(wording) for wording in wordings]
        self._counts = [len(found) for found in runs]
        self._holders: dict[str, list[int]] = {}
        for number, found in enumerate(runs):
            for run in found:
                self._holders.setdefault(run, []).append(number)

    def shares(self, text: str) -> dict[int, float]:
        """For each wording that shares a run with a text, by its number, the share of its runs that are there; linear in the text."""
        found: dict[int, int] = {}
        for run in filter(self._holders.__contains__, {text[at : at + _RUN] for at in range(len(text) - _RUN + 1)}):
            for number in self._holders[run]:
                found[number] = found.get(number, 0) + 1
        return {number: count / self._counts[number] for number, count in found.items()}


def _runs(wording: str) -> set[str]:
    return {run for run in (wording[at : at + _RUN] for at in range(len(wording) - _RUN + 1)) if run.isalnum()}
