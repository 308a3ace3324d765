"""Whether a challenger may take the champion's place: the figures, and the rules they must meet.

The challenger must be better on the shop's held-out reviews, and nowhere worse by more than a
margin: in no language, not on the seed data that it did not train on, and it must not raise more
false alarms on ordinary service. Figures are macro-F1, the mean over criteria; intervals are of the
paired bootstrap over transcripts (`cs_qa.evaluation.bootstrap`). Where a bound cannot be told the
challenger is not promoted; of false alarms alone, fewer than ten ordinary conversations tell
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cs_qa.evaluation.bootstrap import Statistic, interval, point, replicates
from cs_qa.evaluation.figures import agreement
from cs_qa.evaluation.judged import Floats, Judged
from cs_qa.evaluation.layout import figure, grid, limits

MARGIN = 0.03
FALSE_ALARM_MARGIN = 0.01
DISAGREEMENT = 0.1
"""Share of the labels on which two versions are taken to differ, for `labels_needed`."""

Z = 1.96
HEADER = ("", "labels", "in use", "new", "difference", "95 % interval", "")
_IN_USE, _NEW = "in use", "new"


@dataclass(frozen=True, slots=True)
class Compared:
    """What champion and challenger say of the same labelled turns, by criterion.

    `ordinary` are the ids of turns of ordinary service, those not chosen for what is in them.
    """

    champion: Mapping[str, Judged]
    challenger: Mapping[str, Judged]
    ordinary: frozenset[str] = frozenset()

    @property
    def languages(self) -> set[str]:
        """The languages of all turns."""
        return {lang for judged in self.champion.values() for lang in judged.languages}

    def __len__(self) -> int:
        return sum(map(len, self.champion.values()))

    def of(self, *, lang: str | None = None, criterion: str | None = None) -> Compared:
        """Give the part of one language or criterion."""

        def part(side: Mapping[str, Judged]) -> dict[str, Judged]:
            return {
                name: own
                for name, judged in side.items()
                if criterion in (None, name) and len(own := judged.of(lang) if lang else judged)
            }

        return Compared(part(self.champion), part(self.challenger), self.ordinary)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison: two figures, their difference (new minus in use), its interval.

    `name` says of what, such as "shop: overall" or "seed: th"; `problem` is why the challenger is
    refused for it.
    """

    name: str
    labels: int
    champion: float | None
    challenger: float | None
    interval: tuple[float, float] | None
    problem: str = ""

    @property
    def difference(self) -> float | None:
        """New minus in use."""
        if self.champion is None or self.challenger is None:
            return None
        return round(self.challenger - self.champion, 4)

    def to_json(self) -> dict[str, Any]:
        """Give the line as metrics.json has it."""
        return {**asdict(self), "difference": self.difference}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The comparison, line by line."""

    lines: tuple[Line, ...]

    @property
    def is_better(self) -> bool:
        """Whether nothing speaks against the challenger."""
        return not self.why

    @property
    def why(self) -> tuple[str, ...]:
        """Why it is refused; empty when it is better."""
        return tuple(line.problem for line in self.lines if line.problem)

    def table(self) -> Iterator[str]:
        """Give the comparison as lines for people; refused ones are marked."""
        rows = [
            (
                line.name,
                str(line.labels),
                figure(line.champion),
                figure(line.challenger),
                figure(line.difference, "+"),
                limits(line.interval, "+"),
                "refused" if line.problem else "",
            )
            for line in self.lines
        ]
        return grid([HEADER, *rows])


def labels_needed(margin: float) -> int:
    """Give the labels from which a difference of `margin` can be told from none.

    Two versions that differ on a share d of n labels have a difference with the standard error
    sqrt(d / n), so the half-width of its interval is `margin` at n = d (1.96 / margin)^2.

    >>> labels_needed(0.03), labels_needed(0.1)
    (427, 39)
    """
    return math.ceil(DISAGREEMENT * (Z / margin) ** 2)


def compare(
    shop: Compared,
    seed: Compared,
    *,
    margin: float = MARGIN,
    false_alarm_margin: float = FALSE_ALARM_MARGIN,
) -> Verdict:
    """Compare on the shop's held-out reviews and on seed data that retraining left out.

    `seed` may have another champion than `shop`; see `cs_qa.train.challenger.Challenger`. A
    language with fewer than `labels_needed` of the shop's is decided by the seed's, unless the
    shop's show that it is worse. Of a language that neither has enough of nothing can be told; it
    is among the lines.
    """
    lines = [
        _better("shop: overall", shop),
        *(_line(f"shop: {name}", shop.of(criterion=name)) for name in shop.champion),
        _not_worse("seed: overall", seed, margin),
    ]
    for lang in sorted(shop.languages | seed.languages):
        lines += _of_language(lang, shop.of(lang=lang), seed.of(lang=lang), margin)
    lines += _false_alarms(shop, seed, false_alarm_margin)
    return Verdict(tuple(lines))


def _better(name: str, compared: Compared) -> Line:
    line = _line(name, compared)
    if line.interval is None:
        return _refused(line, "too few held-out reviews to tell")
    return line if line.interval[0] > 0 else _refused(line, "not shown to be better")


def _not_worse(name: str, compared: Compared, margin: float) -> Line:
    line = _line(name, compared)
    if line.interval is not None and line.interval[0] >= -margin:
        return line
    return _refused(line, f"may be worse by more than {margin}")


def _of_language(lang: str, shop: Compared, seed: Compared, margin: float) -> Iterator[Line]:
    line = _line(f"shop: {lang}", shop)
    if line.interval is not None and line.labels >= labels_needed(margin):
        yield _not_worse(line.name, shop, margin)
        return
    if line.labels:
        is_worse = line.interval is not None and line.interval[1] < 0
        yield _refused(line, "worse") if is_worse else line
    if len(seed):
        yield _not_worse(f"seed: {lang}", seed, margin)


def _false_alarms(shop: Compared, seed: Compared, margin: float) -> Iterator[Line]:
    """Compare the shares of clean ordinary agent turns that are flagged.

    A share that is surely higher refuses, and on the seed one that may be higher by more than the
    margin; the shop's clean turns are too few to tell that.
    """
    for name, compared, most in (("seed", seed, margin), ("shop", shop, 1.0)):
        line = _alarm_line(f"{name}: false alarms", compared)
        if line is None:
            continue
        low, high = line.interval or (0.0, 0.0)
        if low > 0:
            yield _refused(line, "raises more")
        elif high > most:
            yield _refused(line, f"may raise more, by over {most}")
        else:
            yield line


def _line(name: str, compared: Compared) -> Line:
    """Compare the macro-F1, as the mean over the criteria that there are."""
    criteria = list(compared.champion)
    if not criteria:
        return Line(name, 0, None, None, None)
    sizes = [len(compared.champion[each]) for each in criteria]
    cuts = np.cumsum(sizes)[:-1]
    rows = np.concatenate([compared.champion[each].rows for each in criteria])
    pairs = [
        tuple(agreement(side[each]) for side in (compared.champion, compared.challenger))
        for each in criteria
    ]

    def both(weights: Floats) -> dict[str, Floats]:
        parts = np.split(weights, cuts, axis=1)
        told = [
            [statistic(part)["macro_f1"] for statistic in pair]
            for pair, part in zip(pairs, parts, strict=True)
        ]
        in_use, new = (_mean(side) for side in zip(*told, strict=True))
        return {_IN_USE: in_use, _NEW: new}

    return _of(name, both, rows, sum(sizes))


def _alarm_line(name: str, compared: Compared) -> Line | None:
    judged = compared.champion.get("banned_phrases")
    if judged is None:
        return None
    is_ordinary = np.array([each["id"] in compared.ordinary for each in judged.shown], bool)
    clean = is_ordinary & ~judged.truth.any(1)
    if not clean.any():
        return None
    flags = [
        side["banned_phrases"].guess[clean].any(1).astype(float)
        for side in (compared.champion, compared.challenger)
    ]

    def both(weights: Floats) -> dict[str, Floats]:
        in_use, new = (weights @ flag / weights.sum(1) for flag in flags)
        return {_IN_USE: in_use, _NEW: new}

    return _of(name, both, judged.rows[clean], int(clean.sum()))


def _of(name: str, both: Statistic, rows: Any, labels: int) -> Line:
    now, drawn = point(both, labels), replicates(both, rows)
    found = interval(drawn[_NEW] - drawn[_IN_USE], rows)
    in_use, new = (None if math.isnan(now[k]) else round(now[k], 4) for k in (_IN_USE, _NEW))
    return Line(name, labels, in_use, new, None if found is None else (found[0], found[1]))


def _mean(values: Sequence[Floats]) -> Floats:
    """Mean over criteria, of those that are defined; NaN where none is."""
    stacked = np.stack(values)
    known = ~np.isnan(stacked)
    with np.errstate(invalid="ignore"):
        mean: Floats = np.nan_to_num(stacked).sum(0) / known.sum(0)
    return mean


def _refused(line: Line, problem: str) -> Line:
    told = f"{figure(line.difference, '+')} {limits(line.interval, '+')}"
    return Line(
        line.name,
        line.labels,
        line.champion,
        line.challenger,
        line.interval,
        f"{line.name}: {problem} ({told})",
    )
