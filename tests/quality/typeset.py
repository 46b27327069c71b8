"""How well restoring undoes typesetting: `python -m tests.quality.typeset [TEXT_FILE …]`.

Takes clean paragraphs and headings (the judged rows, and any text files of one paragraph a line), sets them in columns as a
newspaper does and leaves what an extractor leaves: lines cut at the column's width, indents lost, blank lines after every line or
none, captions in mid-sentence, headlines at the end, lines letter-spaced, paragraphs of changing width. Prints the share of body
paragraphs, headings and captions that come back exactly, for each way of setting. Deterministic.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from search.model import BlockKind, Reading, SourceLine
from search.text.restore import restore

JUDGED = Path(__file__).parent / "data" / "reflow.jsonl"
WIDTHS = (11, 13, 14, 16, 18, 20, 22, 24, 28, 32, 38)
ROUNDS = 2
LONG_ENOUGH = 6
"""Only in a paragraph of more lines does a caption interrupt a sentence."""
_TOKEN = re.compile(r"[0-9][0-9.,%]*|[A-Za-z]+|.")
_NO_START = "，。、；：！？”’）》】％%"
_NO_END = "“‘（《【"
_SQUEEZED = "，。、；：！？“”‘’（）《》【】"
_MOST_SQUEEZED = 1.5
Piece = tuple[BlockKind, str]


@dataclass(frozen=True)
class Setting:
    """One way to set a page."""

    name: str
    blank: bool = False
    """A blank line after every line."""
    apart: bool = False
    """A blank line between paragraphs."""
    changing: bool = False
    """Some paragraphs are set wider or narrower."""
    captions: bool = False
    """A caption stands in mid-sentence."""
    spaced: bool = False
    """Some lines are letter-spaced."""
    headline: bool = False
    """The title stands behind the text."""


SETTINGS = (
    Setting("adjacent lines"),
    Setting("adjacent lines, paragraphs apart", apart=True),
    Setting("blank after every line", blank=True),
    Setting("adjacent, changing width", changing=True),
    Setting("apart, changing width", apart=True, changing=True),
    Setting("blank, changing width", blank=True, changing=True),
    Setting("blank, captions in mid-sentence", blank=True, captions=True),
    Setting("adjacent, captions in mid-sentence", captions=True),
    Setting("blank, letter-spaced lines", blank=True, spaced=True),
    Setting("blank, headline at the end", blank=True, headline=True),
)


def set_lines(text: str, width: float, chance: random.Random, indent: float = 2.0) -> list[str]:
    """A paragraph cut as a column of so many em cuts it; the indent is reckoned with and lost."""
    lines: list[str] = []
    current, used = "", indent
    tokens = _TOKEN.findall(text)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        wide = used + sum(_em(char) for char in token)
        squeeze = min(0.5 * sum(char in _SQUEEZED for char in current + token), _MOST_SQUEEZED)
        fits = wide <= width or (token[0] in _NO_START and wide - squeeze <= width)
        if fits or not current or (wide - min(squeeze, 1.0) <= width and chance.random() < 0.6):
            current, used, at = current + token, wide, at + 1
            continue
        if token[0] in _NO_START and len(current) > len(tokens[at - 1]):
            current, at = current[: -len(tokens[at - 1])], at - 1
        while len(current) > 1 and current[-1] in _NO_END:
            current, at = current[:-1], at - 1
        lines.append(current)
        current, used = "", 0.0
    return [*lines, current] if current else lines


def _em(char: str) -> float:
    return 0.5 if char.isascii() else 1.0


def set_page(pieces: list[Piece], width: int, setting: Setting, chance: random.Random) -> tuple[list[str], list[Piece]]:
    """The lines an extractor would leave, and the blocks that should come back."""
    lines: list[str] = []
    wanted: list[Piece] = []
    titles: list[str] = []
    own = float(width)
    for number, (kind, text) in enumerate(pieces):
        if kind is BlockKind.TITLE:
            if setting.headline:
                titles.append(text)
            continue
        if kind is BlockKind.HEADING:
            parts = text.split(" ") if len(text) + 3 > width and text.count(" ") == 1 else [text]
            lines += ["", *parts, ""]
            wanted.append((kind, text))
            continue
        if setting.changing and chance.random() < 0.3:
            own = width + chance.choice([0, -1, 2, -3])
        paragraph = set_lines(text, own, chance)
        wanted.append((kind, text))
        if setting.captions and number % 3 == 0 and len(paragraph) > LONG_ENOUGH:
            caption = f"图为青山区医疗队在云岭县第{number}卫生院义诊。"
            paragraph.insert(chance.randrange(2, len(paragraph) - 2), caption)
            wanted.append((BlockKind.CAPTION, caption))
        if setting.spaced:
            paragraph = [" ".join(line) if chance.random() < 0.1 and line.isalpha() and not line.isascii() else line for line in paragraph]
        if setting.blank:
            paragraph = [line for pair in zip(paragraph, [""] * len(paragraph), strict=True) for line in pair]
        lines += ["", *paragraph, ""] if setting.apart else paragraph
    for title in titles:
        lines += ["", title]
        wanted.append((BlockKind.TITLE, title))
    return lines, wanted


def measure(pages: list[list[Piece]], setting: Setting) -> tuple[Counter[str], Counter[str]]:
    """How many blocks of each kind there were, and how many came back exactly, over all widths and rounds."""
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for turn in range(ROUNDS):
        for width in WIDTHS:
            chance = random.Random(1000 * turn + width)
            for page in pages:
                lines, blocks = set_page(page, width, setting, chance)
                restored = restore(Reading(tuple(SourceLine(at, line) for at, line in enumerate(lines, 1)), "txt"))
                got = Counter((block.kind, block.text.replace(" ", "")) for block in restored.blocks)
                for kind, text in blocks:
                    wanted[kind] += 1
                    found[kind] += got[kind, text.replace(" ", "")] > 0
    return wanted, found


def judged_pages() -> list[list[Piece]]:
    """The judged articles as clean pieces."""
    pages: dict[tuple[str, int], list[Piece]] = {}
    for line in JUDGED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["article"] and row["type"] in ("title", "heading", "body"):
            pages.setdefault((row["doc"], row["article"]), []).append((BlockKind(row["type"]), row["text"]))
    return list(pages.values())


def file_page(path: Path) -> list[Piece]:
    """A text file of one paragraph a line as clean pieces: its sentences of some length."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [(BlockKind.BODY, line.replace(" ", "")) for line in lines if line.endswith("。") and 30 <= len(line) <= 600]


def main() -> int:
    """Prints the shares; 0 always: there is no bar, the figures are compared from one state of the code to the next."""
    pages = judged_pages() + [file_page(Path(name)) for name in sys.argv[1:]]
    for setting in SETTINGS:
        wanted, found = measure(pages, setting)
        print(f"{setting.name:36}", "  ".join(f"{kind} {found[kind] / wanted[kind]:.3f} of {wanted[kind]}" for kind in sorted(wanted)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
