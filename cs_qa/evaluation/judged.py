"""Labelled items and what was said of them, in the same arrays for every task."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

FLAGGED = "flagged"


@dataclass(frozen=True)
class Judged:
    """Items with truth and guess, (items, labels) each, in one order.

    `rows` (items,) is the row of the data that each came from: a row is a whole conversation where
    its turns are the items, so rows are independent of one another and items may not be.
    `probabilities` (items, labels) hold NaN where nothing was said; None where the task has none.
    `shown` is what a person is to read of each item. `unscored` says why a row was not judged.
    """

    task: str
    labels: tuple[str, ...]
    langs: NDArray[np.str_]
    truth: Flags
    guess: Flags
    rows: NDArray[np.int_]
    shown: Sequence[Mapping[str, Any]]
    probabilities: Floats | None = None
    is_multi_label: bool = False
    models: Mapping[str, str] = field(default_factory=dict)
    unscored: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.langs)

    @property
    def languages(self) -> list[str]:
        """The languages there are, in order."""
        return sorted(set(self.langs.tolist()))

    @property
    def flagged(self) -> tuple[Flags, Flags]:
        """Truth and guess of whether an item has any label, (items, 1) each."""
        return has_any(self.truth)[:, None], has_any(self.guess)[:, None]

    @property
    def is_right(self) -> Flags:
        """Whether every label of an item is right, (items,)."""
        right: Flags = (self.truth == self.guess).all(1)
        return right

    def of(self, lang: str) -> Self:
        """Give the items of one language."""
        own = self.langs == lang
        return replace(
            self,
            langs=self.langs[own],
            truth=self.truth[own],
            guess=self.guess[own],
            rows=self.rows[own],
            shown=[self.shown[item] for item in np.flatnonzero(own).tolist()],
            probabilities=None if self.probabilities is None else self.probabilities[own],
        )

    def explained(self, item: int) -> dict[str, Any]:
        """Give an item with truth, guess and probabilities, as a person reads it.

        Where it may have several labels, `missed` and `false_alarms` say which are wrong.
        """
        truth, guess = self.truth[item], self.guess[item]
        told: dict[str, Any] = {"truth": self._names(truth), "guess": self._names(guess)}
        if self.is_multi_label:
            told["missed"] = self._names(truth & ~guess)
            told["false_alarms"] = self._names(guess & ~truth)
        if self.probabilities is not None:
            values = self.probabilities[item].tolist()
            told["probabilities"] = {
                label: None if math.isnan(value) else value
                for label, value in zip(self.labels, values, strict=True)
            }
        return {**told, **self.shown[item]}

    def _names(self, flags: Flags) -> Any:
        """Name labels: a list, or the only one or None in a one-label task."""
        names = [label for label, flag in zip(self.labels, flags, strict=True) if flag]
        return names if self.is_multi_label else next(iter(names), None)


def has_any(flags: Flags) -> Flags:
    """Whether an item has any of its labels, (items, labels) to (items,)."""
    found: Flags = np.asarray(flags.any(axis=1))
    return found
