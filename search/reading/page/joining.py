"""Pieces of one row that are close together → one piece: words parted by the file, notes above the line, letters spaced out."""

from __future__ import annotations

from search.reading.page.sheet import Piece

APART = 0.42
"""A gap of so many em parts two pieces."""
WORD_GAP = 0.18
"""A gap of so many em between Latin letters is a space that the file left out."""
_SPACED, _SPACING = 4, 1.3
_NOTE_LONGEST, _NOTE_SIZE = 6, 0.8


def joined_in_rows(pieces: list[Piece]) -> list[Piece]:
    """Pieces that are close together in one row made one, left to right."""
    rows: list[list[Piece]] = []
    open_rows: list[list[Piece]] = []
    notes = _notes_among(pieces)
    for piece in sorted((piece for piece in pieces if id(piece) not in notes), key=lambda item: (item.middle, item.left)):
        open_rows = [row for row in open_rows if piece.middle - row[0].middle < row[0].size]
        for row in reversed(open_rows):
            head = row[0]
            if abs(head.middle - piece.middle) < 0.35 * min(head.size, piece.size) and abs(head.size - piece.size) < 0.4 * max(
                head.size, piece.size
            ):
                row.append(piece)
                break
        else:
            rows.append([piece])
            open_rows.append(rows[-1])
    for piece in pieces:
        if id(piece) in notes:
            next(row for row in rows if any(host is notes[id(piece)] for host in row)).append(piece)
    joined: list[Piece] = []
    for row in map(_without_spacing, rows):
        row.sort(key=lambda item: item.left)
        now = row[0]
        for piece in row[1:]:
            gap = piece.left - now.right
            if -0.6 * piece.size < gap < APART * piece.size and piece.block == now.block:
                now = _one(now, piece, gap)
            else:
                joined.append(now)
                now = piece
        joined.append(now)
    return joined


def _without_spacing(row: list[Piece]) -> list[Piece]:
    """A row with the letters of words that are spaced out evenly put together, each stretch as one piece."""
    if len(row) < _SPACED:
        return row
    row = sorted(row, key=lambda item: item.left)
    out: list[Piece] = []
    at = 0
    while at < len(row):
        end = at + 1
        gap = row[end].left - row[at].right if end < len(row) else 0.0
        while end < len(row) and _is_spaced(row[end - 1], row[end], gap):
            end += 1
        stretch = row[at:end]
        if len(stretch) >= _SPACED:
            first, last = stretch[0], stretch[-1]
            text = "".join(piece.text for piece in stretch)
            out.append(Piece(text, first.left, first.top, last.right, first.bottom, first.size, first.bold, block=first.block))
        else:
            out += stretch
        at = end
    return out


def _is_spaced(first: Piece, second: Piece, gap: float) -> bool:
    """Whether two pieces are letters of one line, parted by `gap` as those before."""
    letters = len(first.text) <= 2 and len(second.text) <= 2 and max(first.text[-1], second.text[0]) > "\u2e7f"
    own = second.left - first.right
    return letters and first.block == second.block and 0 < own < _SPACING * second.size and abs(own - gap) < 0.15 * second.size


def _one(first: Piece, second: Piece, gap: float) -> Piece:
    latin = first.text[-1].isascii() and second.text[0].isascii() and gap > WORD_GAP * second.size
    between = " " if latin and not first.text[-1].isspace() and not second.text[0].isspace() else ""
    longer = first if len(first.text) >= len(second.text) else second
    right = max(first.right, second.right)
    return Piece(
        first.text + between + second.text,
        first.left,
        longer.top,
        right,
        longer.bottom,
        longer.size,
        longer.bold,
        doubtful=first.doubtful or second.doubtful,
        block=first.block,
    )


def _notes_among(pieces: list[Piece]) -> dict[int, Piece]:
    """Small figures above or below a line, by identity, with the piece each belongs to."""
    small = [piece for piece in pieces if len(piece.text) <= _NOTE_LONGEST]
    if not small:
        return {}
    ends: dict[int, list[Piece]] = {}
    for piece in pieces:
        for edge in {round(piece.right / 4), round(piece.left / 4)}:
            ends.setdefault(edge, []).append(piece)
    found: dict[int, Piece] = {}
    for note in small:
        near = [host for edge in (round(note.left / 4), round(note.right / 4)) for step in (-1, 0, 1) for host in ends.get(edge + step, ())]
        hosts = [host for host in near if _is_note_of(note, host)]
        if hosts:
            found[id(note)] = min(hosts, key=lambda host: (min(abs(note.left - host.right), abs(host.left - note.right)), host.left))
    return {key: host for key, host in found.items() if id(host) not in found}


def _is_note_of(note: Piece, host: Piece) -> bool:
    if note is host or not note.size < _NOTE_SIZE * host.size:
        return False
    close = min(abs(note.left - host.right), abs(host.left - note.right)) < 0.35 * host.size
    return close and host.top - 0.3 * note.size < note.middle < host.bottom + 0.25 * note.size
