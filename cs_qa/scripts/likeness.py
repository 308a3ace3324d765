"""How likely a message is an earlier one again, by its letters and by the encoder's vectors.

Cosines of the encoder overlap between same and other meaning, so they decide nothing alone: they
are one of the terms of a small logistic model that `benchmarks/fit_repeats.py` fits.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from cs_qa.scripts.content import LEAST_LETTERS, Content, weight

UNLIKE = 0.9
"""Cosine of turns that say different things: the mean of a conversation's closest pairs."""

WHOLE = 0.9
"""Share of a script from which it is there whole, whatever is put around it."""

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Formula:
    """Weights of the logistic model.

    `said` is the share of the later message's runs of letters that the earlier one holds, `left`
    the share of the earlier one's that the later one holds, `vector` tenths of cosine over
    `UNLIKE`; `whole` is added where the later one holds `WHOLE` of the earlier one.
    """

    bias: float
    said: float
    left: float
    vector: float
    whole: float

    def probability(self, said: float, left: float, cosine: float) -> float:
        """Give the probability (0-1) that the later message repeats the earlier one."""
        z = self.bias + self.said * said + self.left * left
        z += self.vector * 10 * (cosine - UNLIKE) + self.whole * (left >= WHOLE)
        return round(1 / (1 + math.exp(-z)), _DIGITS)


FITTED = Formula(bias=-7.52, said=3.34, left=4.23, vector=5.42, whole=2.29)


def repeats(
    later: Content, earlier: Content, cosine: float | None, *, formula: Formula = FITTED
) -> float:
    """Give the probability that a message repeats an earlier one: the likelier of two readings.

    One is without courtesy, so that courtesy hides nothing; the other is with it, for scripts
    that are nothing else. `cosine` is that of the encoder's vectors, None where they are unknown.
    """
    return max(
        formula.probability(said, left, UNLIKE if cosine is None else cosine)
        for said, left in readings(later, earlier)
    )


def likeness(later: Content, earlier: Content) -> float:
    """Give how alike two messages are in their letters (0-1), in the reading that is most alike."""
    found = [dice(later.kept_grams, earlier.kept_grams)]
    if min(weight(later.core), weight(earlier.core)) >= LEAST_LETTERS:
        found.append(dice(later.core_grams, earlier.core_grams))
    return round(max(found), _DIGITS)


def readings(later: Content, earlier: Content) -> list[tuple[float, float]]:
    """Give the shares `said` and `left` of each reading that is long enough to be compared."""
    found = [shares(later.kept_grams, earlier.kept_grams)]
    if min(weight(later.core), weight(earlier.core)) >= LEAST_LETTERS:
        found.append(shares(later.core_grams, earlier.core_grams))
    return found


def shares(later: Counter[str], earlier: Counter[str]) -> tuple[float, float]:
    """Give the share of each text's runs of letters that the other has too.

    >>> from cs_qa.scripts.content import grams
    >>> shares(grams("we will call"), grams("we will call you"))
    (1.0, 0.75)
    """
    common = (later & earlier).total()
    return common / max(1, later.total()), common / max(1, earlier.total())


def dice(one: Counter[str], other: Counter[str]) -> float:
    """Give the share of runs of letters that two texts have in common (0-1)."""
    return 2 * (one & other).total() / max(1, one.total() + other.total())
