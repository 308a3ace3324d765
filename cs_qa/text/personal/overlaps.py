"""What stands of entities that overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from cs_qa.text.personal.entity import Entity

__all__ = ["without_overlaps"]


def without_overlaps(found: Iterable[Entity]) -> list[Entity]:
    """Keep the longest of what overlaps; of equals the first."""
    found = list(found)
    if len(found) < 2:
        return found
    kept: list[Entity] = []
    for entity in sorted(found, key=lambda each: each.start - each.end):
        place = bisect_left(kept, entity.start, key=lambda each: each.start)
        fits_before = place == 0 or kept[place - 1].end <= entity.start
        fits_after = place == len(kept) or entity.end <= kept[place].start
        if fits_before and fits_after:
            kept.insert(place, entity)
    return kept
