"""The brute-force engine, `memory:NAME`: the oracle of the tests, and an index for as long as a process lives."""

from search.engine.memory.body import MemoryBody, MemoryStore, MemoryWriter
from search.engine.memory.corpus import Corpus, CorpusStatistics
from search.engine.memory.engine import MemoryEngine

BODY = MemoryBody()

__all__ = ["BODY", "Corpus", "CorpusStatistics", "MemoryBody", "MemoryEngine", "MemoryStore", "MemoryWriter"]
