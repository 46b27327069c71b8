"""The sides that a user states for a document: who helps and who takes, or does not, whatever the text seems to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from search.labels.gazetteer import gazetteer
from search.model import Metadata, Origin, RegionLabel, Role


@dataclass(frozen=True, slots=True)
class StatedSides:
    """Paths by what the user says of them; what lies in a place is said with it. What is said to be goes before what is said not to."""

    supporters: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    no_supporters: tuple[str, ...] = ()
    no_recipients: tuple[str, ...] = ()

    @classmethod
    def of(cls, metadata: Metadata) -> StatedSides:
        """Of a user's metadata; a name that only one division bears will do."""
        stated = (metadata.supporters, metadata.recipients, metadata.forbid_supporters, metadata.forbid_recipients)
        return cls(*(tuple(map(gazetteer().path_of, names)) for names in stated))

    def of_labels(self, labels: Sequence[RegionLabel]) -> tuple[RegionLabel, ...]:
        """The labels of a passage with the roles the user states. What was inherited for a role that it has not is left out."""
        if self == StatedSides():
            return tuple(labels)
        given = [(label, self._role(label)) for label in labels]
        return tuple(
            label if role is label.role else replace(label, role=role, origin=Origin.USER)
            for label, role in given
            if not (label.inherited and role is Role.MENTIONED is not label.role)
        )

    def _role(self, label: RegionLabel) -> Role:
        if _within(label.path, self.supporters):
            return Role.SUPPORTER
        if _within(label.path, self.recipients):
            return Role.RECIPIENT
        ruled_out = self.no_supporters if label.role is Role.SUPPORTER else self.no_recipients if label.role is Role.RECIPIENT else ()
        return Role.MENTIONED if _within(label.path, ruled_out) else label.role

    def of_supporters(self, found: Iterable[str]) -> tuple[str, ...]:
        """The supporters of the document: the user's, then those found that he does not rule out or say to take."""
        return _merged(self.supporters, found, (*self.no_supporters, *self.recipients))

    def of_recipients(self, found: Iterable[str]) -> tuple[str, ...]:
        """Its recipients, in the same way."""
        return _merged(self.recipients, found, (*self.no_recipients, *self.supporters))

    def of_helped(self, found: Iterable[str]) -> tuple[str, ...]:
        """The places helped where no place helps, without those the user rules out, or has said of otherwise."""
        return _merged((), found, (*self.no_recipients, *self.supporters, *self.recipients))


def _within(path: str, places: Iterable[str]) -> bool:
    return any(f"{path}/".startswith(f"{place}/") for place in places)


def _merged(stated: Sequence[str], found: Iterable[str], ruled_out: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*stated, *(path for path in found if not _within(path, ruled_out)))))
