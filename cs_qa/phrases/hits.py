"""What a lexicon finds: hits, and of hits that overlap the one that counts most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cs_qa.phrases.lexicon_file import Strength
from cs_qa.types import BannedLabel

__all__ = ["Exempt", "Hit", "strongest"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of a lexicon in a turn: [start, end) in code points of the original text.

    `phrase` is the lexicon's entry; `guard` names what voids it ("except", "quote", "negation",
    "unless", "next_step"), None where nothing does. `suspected`: the phrase stands only in a
    reading that undoes a disguise (`cs_qa.text.disguise`).
    """

    label: BannedLabel
    start: int
    end: int
    phrase: str
    strength: Strength
    language: str
    guard: str | None
    suspected: bool = False

    @property
    def stands(self) -> bool:
        """Whether the phrase is there as it is written and nothing voids it."""
        return self.guard is None and not self.suspected

    def overlaps(self, other: Hit) -> bool:
        """Whether the two share a label and a part of the text."""
        return self.label == other.label and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Exempt:
    """Text that is not to be flagged with some labels: [start, end) in the original text."""

    labels: frozenset[BannedLabel]
    start: int
    end: int

    def voids(self, label: BannedLabel, start: int, end: int) -> bool:
        """Whether a hit of that label in [start, end) holds some of it."""
        return label in self.labels and self.start < end and start < self.end


@lru_cache(maxsize=1_024)
def _rank(hit: Hit) -> tuple[bool, bool, bool, int, int, str]:
    return (
        hit.suspected,
        hit.guard is not None,
        hit.strength == "weak",
        hit.start - hit.end,
        hit.start,
        hit.phrase,
    )


def strongest(hits: Sequence[Hit]) -> list[Hit]:
    """Keep one of hits that overlap with the same label, and give them in text order.

    Suspected hits stand apart: they displace no plain one.
    """
    kept: list[Hit] = []
    for hit in sorted(hits, key=_rank):
        if not any(hit.overlaps(other) and hit.suspected == other.suspected for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.end, hit.label))
