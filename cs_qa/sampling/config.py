"""How a sample is divided, with the shares that are used where nothing else is said."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Dimension = Literal["agent", "language", "channel", "grade", "day"]

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
PositiveShare = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class SampleConfig(BaseModel):
    """The size of a sample and its shares, each 0-1; the three shares of parts sum to 1.

    `minimum_per_agent` conversations of each agent are in the random and the minimum part
    together; the minimum part takes its places from risk and uncertainty. `blind_share` of the
    items hide the machine's view, `second_review_share` are reviewed twice; both are drawn at
    random among all items. `strata` names what the random part is stratified by, coarsest first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: Annotated[int, Field(ge=1, le=100_000)] = 60
    random_share: PositiveShare = 0.5
    risk_share: Share = 0.3
    uncertainty_share: Share = 0.2
    blind_share: Share = 0.1
    second_review_share: Share = 0.1
    minimum_per_agent: Annotated[int, Field(ge=0)] = 1
    strata: tuple[Dimension, ...] = ("agent", "language", "channel")

    @model_validator(mode="after")
    def _check(self) -> Self:
        total = self.random_share + self.risk_share + self.uncertainty_share
        if not math.isclose(total, 1, abs_tol=1e-9):
            raise ValueError(
                "random_share, risk_share and uncertainty_share must sum to 1; "
                f"they sum to {total:g}"
            )
        if len(set(self.strata)) < len(self.strata):
            raise ValueError(f"strata names a dimension twice: {', '.join(self.strata)}")
        return self

    @property
    def random_size(self) -> int:
        """Number of items of the random part, at least 1, where there are as many."""
        return max(1, rounded(self.size * self.random_share))


def rounded(number: float) -> int:
    """Round to the nearest integer, halves up.

    >>> [rounded(number) for number in (0.4, 0.5, 2.5)]
    [0, 1, 3]
    """
    return math.floor(number + 0.5)
