"""How Whoosh itself opens a generation: schema, analysers and a codec over our columns.

`whoosh.index.open_dir(generation)` gives an ordinary Whoosh index. Its own query parser and searcher find words (`words`), runs of any
length as phrases (`runs`), facet values, documents and kinds of passage, and group by them, with the hits and counts of our own search.
The codec reads; segments are written in bulk by `search.engine.whoosh.write`. Whoosh's matchers go passage by passage in Python and take
about a hundred times as long as the vectorised reader, so no page of the site goes through them.

The table of contents is a pickle: the engine never reads it, only Whoosh does, when somebody opens the folder with it.
"""

from search.engine.whoosh.as_whoosh.codec import ColumnCodec, ColumnSegment, write_table_of_contents
from search.engine.whoosh.as_whoosh.schema import schema

__all__ = ["ColumnCodec", "ColumnSegment", "schema", "write_table_of_contents"]
