"""A drawn sample, and its random part in the form that estimates are made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from cs_qa.estimate import Unit
from cs_qa.sampling.config import SampleConfig
from cs_qa.sampling.strata import Stratum

Reason = Literal["random", "minimum", "risk", "uncertainty"]


@dataclass(frozen=True, slots=True)
class SampleItem:
    """One conversation to read. `position` counts from 0 in the order in which to read.

    `stratum` holds agent, language and channel, and for the random part the stratum's `number`
    and `conversations` (how many it has). `random_probability` is the chance with which the
    random part drew the item, None for the other parts. `slots` is 2 where two people review.
    """

    transcript_id: str
    scorecard_id: int
    position: int
    reason: Reason
    explanation: str
    stratum: dict[str, Any]
    random_probability: float | None
    is_blind: bool
    slots: Literal[1, 2]

    def to_json(self) -> dict[str, Any]:
        """Give the item as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Sample:
    """The items in reading order, and what they were drawn from.

    `population` counts the conversations that could be drawn, `strata` divide them.
    `short_agents` have fewer items of the random and minimum parts than the minimum, because the
    size left no place.
    """

    items: tuple[SampleItem, ...]
    config: SampleConfig
    seed: int
    population: int
    strata: tuple[Stratum, ...]
    short_agents: tuple[str, ...]

    @property
    def parts(self) -> dict[Reason, int]:
        """Number of items by reason."""
        return dict(Counter(item.reason for item in self.items))


def random_units(
    items: Iterable[SampleItem | Mapping[str, Any]], values: Mapping[str, float | None]
) -> list[Unit]:
    """Give the random part of one sample for `cs_qa.estimate`; items of other parts are left out.

    Items are a sample's, or their JSON form. `values` holds by transcript id what people found;
    an id that is missing, or None, is an item not yet reviewed. Hand over whole samples, one at a
    time: each speaks for the population that it was drawn from.
    """
    units = []
    for item in items:
        row = item.to_json() if isinstance(item, SampleItem) else item
        if row["random_probability"] is None:
            continue
        stratum = row["stratum"]
        name = f"{stratum['number']:06}"
        units.append(Unit(name, stratum["conversations"], values.get(row["transcript_id"])))
    return units
