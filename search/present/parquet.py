"""A result set as a Parquet file, for pandas, polars, DuckDB and R: lists stay lists, figures stay records."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
from pyarrow import parquet as pq

from search.fields import LABELS

GROUP = 1_000
"""Rows held at a time."""
CHUNK = 64 * 1024
IN_MEMORY = 4 * 2**20

_LISTS = pa.list_(pa.string())
_FIGURE = pa.struct(
    [
        ("text", pa.string()), ("value", pa.float64()), ("unit", pa.string()), ("qualifier", pa.string()), ("subject", pa.string()),
        ("years", pa.list_(pa.int32())), ("regions", _LISTS), ("roles", _LISTS), ("programs", _LISTS), ("per", pa.string()),
        ("change", pa.string()), ("start", pa.int32()), ("end", pa.int32()),
    ]
)  # fmt: skip
_LABEL = pa.struct(
    [
        ("path", pa.string()), ("key", pa.string()), ("label", pa.string()), ("year", pa.int32()), ("role", pa.string()),
        ("was", pa.string()), ("score", pa.float64()), ("inherited", pa.bool_()), ("resolved", pa.bool_()), ("open", pa.bool_()),
        ("origin", pa.string()), ("evidence", pa.list_(pa.list_(pa.int32()))),
    ]
)  # fmt: skip
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("section", "supporters", "recipients", "inherited", *(name for name, _ in LABELS)), _LISTS),
    **dict.fromkeys(("year", "order", "rank", "page"), pa.int32()),
    **dict.fromkeys(("partial", "year_inferred"), pa.bool_()),
    "years": pa.list_(pa.int32()),
    "score": pa.float64(),
    "marks": pa.list_(pa.list_(pa.int32())),
    "figures": pa.list_(_FIGURE),
    "labels": pa.struct([(name, pa.list_(_LABEL)) for name, _ in LABELS]),
}
"""Types of the columns that are no text."""


def parquet(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """The file in pieces. It is put together in a file of its own: its directory stands at the end."""
    schema = pa.schema([(name, _TYPES.get(name, pa.string())) for name in columns])
    left = iter(rows)
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            while group := list(islice(left, GROUP)):
                writer.write_table(pa.Table.from_pylist(group, schema=schema))
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece
