"""The product. Before every question it forgets all that was worked out for earlier ones: results and postings. Decoded
passages it keeps, as a running server does."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from search.engine.whoosh.answer.engine import WhooshEngine
from search.engine.whoosh.write.writer import WhooshWriter
from search.present.highlight import Marker, snippets
from search.query.analysis import fingerprint
from tests.bench.queries import Query
from tests.bench.rows import Corpus

from .port import SHOWN, Depth, Found


class Bangfu:
    """The engine below the site, without its caches of whole results."""

    name: ClassVar[str] = "bangfu"
    marking: ClassVar[str] = "the site's own: all occurrences marked, up to two cuts that end with a sentence or clause, escaped"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, corpus: Corpus) -> None:
        """From documents to a generation in force: segmentation, labels and stored passages included."""
        writer = WhooshWriter(self._folder, analysis=fingerprint(), base=False)
        for document in corpus.documents():
            writer.add(document)
        writer.commit()
        writer.publish()

    def open(self) -> None:
        """Maps the generation in force."""
        self.engine = WhooshEngine(self._folder)

    def close(self) -> None:
        """Lets go of the generation."""
        self.engine.close()

    def ask(self, asked: Query, depth: Depth) -> Found:
        """By the port of the product."""
        self.engine.forget_queries()
        request = asked.request(facets=depth is not Depth.TOP, limit=SHOWN)
        result = self.engine.search(request)
        texts = tuple(hit.passage.text for hit in result.hits)
        if depth is Depth.TOP:
            return Found(result.total, texts)
        counts = result.facets
        if depth is Depth.FACETS:
            return Found(result.total, texts, counts)
        marker = Marker(request.plan)
        cuts = ("".join(cut.html for cut in snippets(text, marker.marks(text))) for text in texts)
        return Found(result.total, texts, counts, tuple(cuts))
