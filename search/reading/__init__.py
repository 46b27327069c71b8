"""Reading: bytes → lines with their places in the source.

`collect` walks files and folders; `read` makes lines of one source. In every `Reading`, `lines[i].number == i + 1`; for
text and Markdown these are the lines an editor shows. What `SourceLine.style` promises:

| style | the line is |
| --- | --- |
| None | a line of a page (text, PDF): where paragraphs begin and end is for `text.restore` to find out |
| `title` `subtitle` `heading1` … `heading6` `list` `caption` `table` `quote` | one whole block of that kind, as the format says |
| `paragraph` | one whole block; its bounds are certain, its kind is not: many files set headings as paragraphs |
| `running-head`, `page-number`, `watermark` | page furniture, to be kept among the removals |

A line with `continues` goes on the styled line before it (Markdown only: its lines are those of the file). Table cells are
joined by ` | `. In PDF, an indent is shown by ideographic spaces, a gap inside a line by four spaces, and a wide gap between
lines by an empty line, as in laid-out text; such lines carry `box` and `setting` besides, see `search.reading.page`. `page` counts from 1.
"""

from __future__ import annotations

from dataclasses import replace

from search.errors import UnreadableSource
from search.model import Reading, Source
from search.reading import limited
from search.reading.collect import collect, collection_labels, display_name, is_collectable
from search.reading.found import FoundSource
from search.reading.registry import is_limited, reader_of
from search.reading.sidecar import override
from search.reading.sniff import ARCHIVE, TEXT, WARC, format_of, mislabelled
from search.settings import Settings

__all__ = ["FoundSource", "collect", "collection_labels", "display_name", "is_collectable", "override", "read"]


def read(source: Source, settings: Settings) -> Reading:
    """The lines of a source. Raises UnreadableSource with a sentence for the user, and nothing else, whatever the bytes."""
    if len(source.data) > settings.max_source_bytes:
        raise UnreadableSource(f"文件过大：{len(source.data) / 2**20:.3g} MB，上限 {settings.max_source_bytes / 2**20:.3g} MB。")
    form = format_of(source)
    if form in {ARCHIVE, WARC}:
        raise UnreadableSource("压缩包要先展开。", hint="请用 collect 收集其中的文件。")
    if is_limited(form, len(source.data)):
        reading: Reading = limited.run("read", form, source, settings=settings)
    else:
        reading = reader_of(form)(source, settings)
    if not any(line.text.strip() for line in reading.lines):
        raise UnreadableSource("文件里没有文字。")
    if form != TEXT and any(len(line.text) > settings.max_line_chars for line in reading.lines):
        raise UnreadableSource(f"有一行超过 {settings.max_line_chars} 字，不像文章。")
    warning = mislabelled(source.name, form)
    return replace(reading, warnings=(warning, *reading.warnings)) if warning else reading
