"""How often each of several people is wrong, told from where they differ.

Two people who differ cannot both be right; who of them is wrong, a third one's labels tell, or a
lead who decided. The model is Dawid and Skene's (Applied Statistics 28, 1979) with one error rate
a person, fitted by EM; where nothing tells two people apart, both get half of the blame. Intervals
are bootstrapped over conversations, since the turns of one are not independent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cs_qa.estimate import t_quantile

RESAMPLES = 400
_STEPS = 50
_START = 0.05
_LEAST = 1e-4

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RatedTurn:
    """A turn that people labelled independently of one another, of one criterion.

    `labels` are by login, `settled` is what a lead decided, None where none did. `conversation`
    is what was drawn: the turns of one are no independent evidence.
    """

    conversation: str
    criterion: str
    turn: int
    labels: Mapping[str, Hashable]
    settled: Hashable | None = None

    def of(self, raters: Collection[str]) -> RatedTurn:
        """Give the turn with the labels of these raters only."""
        return replace(self, labels={n: each for n, each in self.labels.items() if n in raters})

    def agreement(self, rater: str) -> float | None:
        """Give the share of the others who say the same, or whether the lead does.

        None where nobody else labelled the turn: what leads settle is what people differ on, so
        one label and a lead's alone would say too little good of anybody.
        """
        others = [label for name, label in self.labels.items() if name != rater]
        if rater not in self.labels or not others:
            return None
        own = self.labels[rater]
        if self.settled is not None:
            return float(own == self.settled)
        return sum(label == own for label in others) / len(others)


@dataclass(frozen=True, slots=True)
class Share:
    """A share (0-1) with its confidence limits, of so many labels in so many conversations."""

    estimate: float
    low: float
    high: float
    labels: int
    conversations: int


def agreement_of(turns: Iterable[RatedTurn], rater: str, *, level: float) -> Share | None:
    """Give the share of a rater's labels that others agree with, None where nobody could.

    The limits are exact ones (Clopper and Pearson, Biometrika 26, 1934) at the effective size of
    a sample of conversations (Korn and Graubard, Survey Methodology 24, 1998).
    """
    by_conversation: dict[str, list[float]] = {}
    for turn in turns:
        agreed = turn.agreement(rater)
        if agreed is not None:
            by_conversation.setdefault(turn.conversation, []).append(agreed)
    if not by_conversation:
        return None
    sums = np.array([sum(own) for own in by_conversation.values()])
    sizes = np.array([float(len(own)) for own in by_conversation.values()])
    estimate = float(sums.sum() / sizes.sum())
    size = _effective_size(estimate, sums, sizes, level)
    low, high = _exact_limits(estimate, size, level)
    return Share(estimate, low, high, int(sizes.sum()), len(sizes))


def error_rates(
    turns: Sequence[RatedTurn], raters: Sequence[str], *, seed: int = 0
) -> tuple[Floats, Floats]:
    """Estimate how often each rater is wrong: rates (raters,) and resampled (`RESAMPLES`, raters).

    Only turns that two of the raters labelled tell anything; a rater without such a turn gets a
    rate that means nothing.
    """
    patterns = Counter(
        (turn.conversation, _pattern(turn, raters))
        for turn in (each.of(raters) for each in turns)
        if len(turn.labels) > 1
    )
    conversations = {name: i for i, name in enumerate(dict.fromkeys(c for c, _ in patterns))}
    kinds = {kind: i for i, kind in enumerate(dict.fromkeys(kind for _, kind in patterns))}
    counts = np.zeros((len(conversations), len(kinds)))
    for (conversation, kind), count in patterns.items():
        counts[conversations[conversation], kinds[kind]] = count
    drawn = _draws(len(conversations), seed) @ counts
    rates = _fit(list(kinds), drawn, len(raters))
    return rates[0], rates[1:]


_Pattern = tuple[tuple[tuple[int, int], ...], int | None]
"""Which raters, by index, gave which of the turn's values, numbered; and which one is settled."""


def _pattern(turn: RatedTurn, raters: Sequence[str]) -> _Pattern:
    number: dict[Hashable, int] = {}
    given = tuple(
        (i, number.setdefault(turn.labels[name], len(number)))
        for i, name in enumerate(raters)
        if name in turn.labels
    )
    settled = None if turn.settled is None else number.setdefault(turn.settled, len(number))
    return given, settled


def _draws(units: int, seed: int) -> Floats:
    """How often each unit is in each resample, (1 + resamples, units); the first has all once."""
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(units, np.full(units, 1 / max(units, 1)), size=RESAMPLES)
    return np.concatenate([np.ones((1, units)), drawn])


def _fit(kinds: Sequence[_Pattern], counts: Floats, raters: int) -> Floats:
    """Fit error rates (draws, raters) to counts of patterns (draws, kinds)."""
    rated = np.zeros((len(counts), raters))
    for kind, (given, _) in enumerate(kinds):
        for rater, _ in given:
            rated[:, rater] += counts[:, kind]
    rates = np.full(rated.shape, _START)
    for _ in range(_STEPS):
        wrong = np.zeros(rated.shape)
        for kind, pattern in enumerate(kinds):
            blame = _blame(pattern, rates)
            for place, (rater, _) in enumerate(pattern[0]):
                wrong[:, rater] += counts[:, kind] * blame[:, place]
        rates = np.clip(wrong / np.maximum(rated, 1), _LEAST, 1 - _LEAST)
    return rates


def _blame(pattern: _Pattern, rates: Floats) -> Floats:
    """Probability that each rater of a pattern is wrong, (draws, raters of the pattern)."""
    given, settled = pattern
    values = np.array([value for _, value in given])
    if settled is not None:
        return np.broadcast_to((values != settled).astype(float), (len(rates), len(values)))
    # All may be wrong together, so that agreement alone proves nobody right.
    candidates = np.arange(values.max() + 1 if values.max() else 2)
    own = rates[:, [rater for rater, _ in given]]
    is_right = values[None, :] == candidates[:, None]
    terms = np.where(is_right, np.log1p(-own)[:, None, :], np.log(own)[:, None, :])
    likelihood = np.exp(terms.sum(2))
    truth = likelihood / likelihood.sum(1, keepdims=True)
    blame: Floats = 1 - truth[:, values]
    return blame


def _effective_size(estimate: float, sums: Floats, sizes: Floats, level: float) -> float:
    """How many independent labels tell as much; where all are alike, the conversations."""
    units, labels = len(sizes), float(sizes.sum())
    residuals = sums - estimate * sizes
    if units < 2 or not residuals.any():
        return float(units)
    variance = units / (units - 1) * float((residuals**2).sum()) / labels**2
    caution = (t_quantile(level, labels - 1) / t_quantile(level, units - 1)) ** 2
    return min(labels, estimate * (1 - estimate) / variance * caution)


def _exact_limits(estimate: float, size: float, level: float) -> tuple[float, float]:
    from scipy.stats import beta

    tail, agreed = (1 - level) / 2, estimate * size
    low = beta.ppf(tail, agreed, size - agreed + 1) if agreed > 0 else 0.0
    high = beta.ppf(1 - tail, agreed + 1, size - agreed) if agreed < size else 1.0
    return float(low), float(high)
