"""Strata of the random part, and how many conversations each gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cs_qa.sampling.candidate import Candidate
from cs_qa.sampling.config import Dimension

LEAST_DRAWN = 2
"""Conversations that each stratum gives where it can: a variance needs two."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """A group of the population, numbered from 1, and how many of it the random part draws.

    `values` are its distinct values of each dimension in order, None (not known) last.
    """

    number: int
    members: tuple[Candidate, ...]
    drawn: int
    values: dict[Dimension, tuple[str | None, ...]]

    @property
    def probability(self) -> float:
        """Chance of each member to be drawn, 0-1."""
        return self.drawn / len(self.members)


def stratify(
    population: Sequence[Candidate], dimensions: Sequence[Dimension], *, size: int
) -> list[Stratum]:
    """Divide the population as finely as gives two draws a stratum, and allot `size` draws.

    A value of the first dimension with enough conversations is divided by the next one, and so
    on; values with too few are put together with their neighbours. The allotment is proportional,
    rounded by largest remainders, so every member has a known positive chance close to
    size / population. `size` must be 1 to len(population).
    """
    members = sorted(population, key=lambda candidate: candidate.transcript_id)
    groups = _Division(size, len(members), tuple(dimensions)).divide(members)
    drawn = allot(size, [len(group) for group in groups])
    return [
        Stratum(number, tuple(group), share, {d: _values(group, d) for d in dimensions})
        for number, (group, share) in enumerate(zip(groups, drawn, strict=True), 1)
    ]


def allot(size: int, populations: Sequence[int]) -> list[int]:
    """Share `size` in proportion to the populations, by largest remainders.

    Among equal remainders the earlier one is served first.

    >>> allot(5, [10, 10, 5])
    [2, 2, 1]
    >>> allot(4, [3, 3, 3])
    [2, 1, 1]
    """
    total = sum(populations)
    parts = [divmod(size * population, total) for population in populations]
    shares = [whole for whole, _ in parts]
    by_remainder = sorted(range(len(parts)), key=lambda index: -parts[index][1])
    for index in by_remainder[: size - sum(shares)]:
        shares[index] += 1
    return shares


@dataclass(frozen=True, slots=True)
class _Division:
    size: int
    total: int
    dimensions: tuple[Dimension, ...]

    def divide(self, members: list[Candidate], level: int = 0) -> list[list[Candidate]]:
        """Divide members by the dimensions from `level` on."""
        if level == len(self.dimensions) or not self._gives(2 * LEAST_DRAWN, members):
            return [members]
        large: list[list[Candidate]] = []
        small: list[Candidate] = []
        pooled: list[list[Candidate]] = []
        for child in _split(members, self.dimensions[level]):
            if self._gives(LEAST_DRAWN, child):
                large.extend(self.divide(child, level + 1))
                continue
            small += child
            if self._gives(LEAST_DRAWN, small):
                pooled.extend(self.divide(small, level + 1))
                small = []
        if small:
            _give_to_smallest(pooled or large, small)
        return large + pooled

    def _gives(self, draws: int, members: Sequence[Candidate]) -> bool:
        return self.size * len(members) >= draws * self.total


def _give_to_smallest(groups: list[list[Candidate]], rest: list[Candidate]) -> None:
    index = min(range(len(groups)), key=lambda place: len(groups[place]))
    groups[index] = groups[index] + rest


def _split(members: Sequence[Candidate], dimension: Dimension) -> list[list[Candidate]]:
    parts: dict[str | None, list[Candidate]] = defaultdict(list)
    for member in members:
        parts[member.value(dimension)].append(member)
    return [parts[value] for value in sorted(parts, key=_known_first)]


def _values(group: Sequence[Candidate], dimension: Dimension) -> tuple[str | None, ...]:
    return tuple(sorted({member.value(dimension) for member in group}, key=_known_first))


def _known_first(value: str | None) -> tuple[bool, str]:
    return value is None, value or ""
