"""How many labels there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from cs_qa.train.dataset import ReviewedTurn

Counts = Mapping[str, Mapping[str, int]]
"""How many labels there are, by criterion and language."""


def counted(rows: Iterable[ReviewedTurn]) -> Counts:
    """Count labels by criterion and language."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row.criterion][row.lang] += 1
    return {criterion: dict(sorted(own.items())) for criterion, own in sorted(counts.items())}
