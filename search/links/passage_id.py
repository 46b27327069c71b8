"""The ids a build gives out; the law of them is `search.text.passage_id`."""

from search.text.passage_id import assign_ids, document_ids, is_passage_id

__all__ = ["assign_ids", "document_ids", "is_passage_id"]
