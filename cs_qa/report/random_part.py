"""What people's reviews of the random part of the samples say of a group of conversations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cs_qa.errors import InputError
from cs_qa.estimate import Interval, Unit, ratio, share
from cs_qa.sampling import random_units

Values = Mapping[str, float | None]

LEAST_REVIEWED = 5
"""Reviewed conversations that an estimate needs; with fewer its interval would mislead."""


WIDEST = 50.0
"""Points of the 100 that the interval of an estimated mean may be wide; wider tells nothing."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A week's sample: the random part of it, as JSON, and what somebody has finished reviewing.

    `population` counts the conversations that it was drawn from; `finished` holds transcript ids.
    """

    week: str
    number: int
    population: int
    random_part: tuple[Mapping[str, Any], ...]
    finished: frozenset[str]


def speaking(draws: Iterable[Draw]) -> list[Draw]:
    """Choose the draw that speaks for each week: that of the most conversations, the first of such.

    A later draw leaves out what was drawn before, so that it speaks for the rest alone.
    """
    chosen: dict[str, Draw] = {}
    for draw in draws:
        known = chosen.get(draw.week)
        if known is None or draw.population > known.population:
            chosen[draw.week] = draw
    return [chosen[week] for week in sorted(chosen)]


@dataclass(frozen=True, slots=True)
class Member:
    """An item that the random part drew, and whether it belongs to the group."""

    unit: Unit
    is_member: bool

    @property
    def is_observed(self) -> bool:
        """Whether it belongs to the group and people reviewed it."""
        return self.is_member and self.unit.value is not None


def random_members(draws: Iterable[Draw], group: Collection[str], values: Values) -> list[Member]:
    """Give the random part of the draws in the strata that the group is in.

    `values` holds by transcript id what people found; an item that nobody reviewed has none. The
    other strata say nothing of the group.
    """
    strata: dict[str, list[Member]] = defaultdict(list)
    for draw in draws:
        ids = [row["transcript_id"] for row in draw.random_part]
        seen = {id_: values.get(id_) if id_ in group else 0.0 for id_ in draw.finished}
        for id_, unit in zip(ids, random_units(draw.random_part, seen), strict=True):
            named = replace(unit, stratum=f"{draw.week}/{unit.stratum}")
            strata[named.stratum].append(Member(named, id_ in group))
    return [each for own in strata.values() if any(one.is_member for one in own) for each in own]


def estimated_mean(drawn: Sequence[Member]) -> Interval | None:
    """Estimate the group's mean as a ratio: its sum over its number of conversations."""
    reviewed = sum(each.is_observed for each in drawn)
    if reviewed < LEAST_REVIEWED:
        return None
    try:
        found = ratio(replace(each.unit, of=float(each.is_member)) for each in drawn)
    except InputError:
        return None
    if found.high - found.low > WIDEST:
        return None
    return replace(found, low=max(0.0, found.low), high=min(100.0, found.high), n=reviewed)


def estimated_share(drawn: Sequence[Member]) -> Interval | None:
    """Estimate a share within the group, each stratum scaled to the part that is the group's."""
    if sum(each.is_observed for each in drawn) < LEAST_REVIEWED:
        return None
    sizes = Counter(each.unit.stratum for each in drawn)
    members = Counter(each.unit.stratum for each in drawn if each.is_member)
    units = []
    for each in drawn:
        if each.is_member:
            name = each.unit.stratum
            scaled = round(each.unit.population * members[name] / sizes[name])
            units.append(replace(each.unit, population=max(members[name], scaled)))
    return share(units)
