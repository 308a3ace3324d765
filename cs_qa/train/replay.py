"""The part of the seed data that retraining sees again, and the part that tests it."""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cs_qa.train.seed import Example


@dataclass(frozen=True, slots=True)
class SeedParts:
    """Examples to train on again, so that nothing is forgotten, and held-out ones."""

    replay: tuple[Example, ...]
    held_out: tuple[Example, ...]


def seed_parts(examples: Sequence[Example], share: float) -> SeedParts:
    """Take a share (0-1) of the seed's items, of each task, language and set of labels alike.

    Whole items are taken, at least one of each kind; which ones, their ids alone decide.
    """
    by_item: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_item[example.item].append(example)
    by_kind: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for item, own in by_item.items():
        by_kind[_kind(own)].append(item)
    taken: set[str] = set()
    for items in by_kind.values():
        items.sort(key=lambda item: (zlib.crc32(item.encode()), item))
        taken.update(items[: math.ceil(share * len(items))])
    return SeedParts(
        tuple(example for example in examples if example.item in taken),
        tuple(example for example in examples if example.item not in taken),
    )


def _kind(examples: Sequence[Example]) -> tuple[str, ...]:
    """Task, language and labels of an item; of a conversation which violations it has."""
    first = examples[0]
    labels: set[str] = {label for example in examples for label in example.banned or ()}
    if first.task != "conversations":
        labels |= {str(e) for e in (first.empathy, first.sentiment) if e is not None}
    return (first.task, first.lang, *sorted(labels))
