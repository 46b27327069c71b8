"""What lies inside a source that holds several: files of an archive, attachments of a letter, answers in a web archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from search.model import Metadata, Source
from search.reading.archive import Member, members
from search.reading.mail import attachments
from search.reading.outlook import outlook_attachments
from search.reading.packed import is_packed, packed_files
from search.reading.sniff import EML, MSG
from search.reading.tarball import files
from search.reading.webarchive import records
from search.settings import Settings

CARRIERS = frozenset({EML, MSG})
"""Formats that are a source themselves and bring others along."""


def archived(source: Source, settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """Files of an archive whose name is wanted. Raises UnreadableSource when the archive as a whole is unfit."""
    if source.data.startswith(b"PK"):
        return members(source.data, settings, wanted)
    if is_packed(source.data):
        return packed_files(source.data, settings, wanted)
    return files(source.name, source.data, settings, wanted)


def attached(form: str, source: Source, settings: Settings) -> Iterator[Member]:
    """The files that came with a letter. Raises UnreadableSource when it is broken."""
    return (attachments if form == EML else outlook_attachments)(source.data, settings)


def fetched(source: Source, settings: Settings) -> Iterator[tuple[Member, Metadata]]:
    """The pages of a web archive and their addresses. Raises UnreadableSource where it is damaged."""
    return records(source.data, settings)
