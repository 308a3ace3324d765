"""The store: inspected transcripts and their scorecards, in SQLite or PostgreSQL."""

from cs_qa.store.connection import open_store
from cs_qa.store.query import ORDERS, Order, TranscriptFilter, TranscriptRow
from cs_qa.store.store import AddResult, Store

__all__ = [
    "ORDERS",
    "AddResult",
    "Order",
    "Store",
    "TranscriptFilter",
    "TranscriptRow",
    "open_store",
]
