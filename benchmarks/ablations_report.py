"""The tables of benchmarks/ablations.py: what each variant says of the held-out fold."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ablations_variants import VARIANTS, is_first

from cs_qa.evaluation.bootstrap import Statistic, interval, point, replicates
from cs_qa.evaluation.figures import AVERAGE_PRECISION, RECALL, agreement, both, highest, ranking
from cs_qa.evaluation.judged import Judged, has_any
from cs_qa.evaluation.layout import figure, grid, limits
from cs_qa.evaluation.metrics import one_hot
from cs_qa.train.seed import Example
from cs_qa.types import BANNED_LABELS, SENTIMENTS

SHIPPED = "shipped"
COLUMNS = 120
LEVELS = (0, 1, 2)
BANNED = slice(len(BANNED_LABELS))
EMPATHY = slice(BANNED.stop, BANNED.stop + len(LEVELS))
SENTIMENT = slice(EMPATHY.stop, EMPATHY.stop + len(SENTIMENTS))

HEADER = ("variant", "hard F1", "hard AP", "- shipped", "recall", "conv AP", "- shipped",
          "empathy", "messages", "turns")  # fmt: skip
LEGEND = """\
hard F1   macro-F1 of the banned labels, hard cases, from 0.5 of the sigmoid
hard AP   average precision of flagged (any label), hard cases
recall    recall of flagged at 0.5 % false alarms, agent turns of conversations
conv AP   average precision of flagged there, as if 0.5 % of turns were violations
- shipped 95 % interval of the difference to shipped in the AP before it (paired bootstrap)
empathy   macro-F1 of the seed's empathy items
messages  macro-F1 of sentiment, single messages
turns     macro-F1 of sentiment, customer turns of conversations"""

Figures = dict[str, float | None]


@dataclass(frozen=True)
class Fold:
    """Items of one fold, and the logits (items, 12) of each variant that is done."""

    examples: Sequence[Example]
    logits: Mapping[str, np.ndarray]

    def part(self, *, first: bool) -> Fold:
        """Give the first data alone, or the later items."""
        own = [i for i, example in enumerate(self.examples) if is_first(example) is first]
        return Fold(
            [self.examples[i] for i in own], {name: z[own] for name, z in self.logits.items()}
        )

    def banned(self, task: str, variant: str) -> Judged:
        """Banned labels by the heads alone, uncalibrated."""
        own = [i for i, e in enumerate(self.examples) if e.task == task and e.banned is not None]
        said = 1 / (1 + np.exp(-self.logits[variant][own, BANNED].astype(float)))
        truth = [[label in self.examples[i].banned for label in BANNED_LABELS] for i in own]
        return self._judged(own, BANNED_LABELS, truth, said >= 0.5, said)

    def empathy(self, variant: str) -> Judged:
        """Empathy of the seed's empathy items."""
        own = [i for i, e in enumerate(self.examples) if e.task == "empathy"]
        return self._one_label(own, "empathy", LEVELS, self.logits[variant][own, EMPATHY])

    def sentiment(self, task: str, variant: str) -> Judged:
        """Sentiment of messages, or of customer turns."""
        own = [i for i, e in enumerate(self.examples) if e.task == task and e.sentiment]
        return self._one_label(own, "sentiment", SENTIMENTS, self.logits[variant][own, SENTIMENT])

    def _one_label(
        self, own: list[int], attribute: str, labels: tuple, logits: np.ndarray
    ) -> Judged:
        truth = one_hot([getattr(self.examples[i], attribute) for i in own], labels)
        guess = one_hot(logits.argmax(1).tolist(), range(len(labels)))
        return self._judged(own, tuple(map(str, labels)), truth, guess)

    def _judged(self, own, labels, truth, guess, probabilities=None) -> Judged:
        shape = (len(own), len(labels))
        _, rows = np.unique([self.examples[i].item for i in own], return_inverse=True)
        return Judged(
            "",
            labels,
            np.array([self.examples[i].lang for i in own], str),
            np.array(truth, bool).reshape(shape),
            np.array(guess, bool).reshape(shape),
            rows,
            [{} for _ in own],
            probabilities,
            is_multi_label=probabilities is not None,
        )


def report(fold: Fold) -> Iterator[str]:
    """Give the tables as lines of at most `COLUMNS` characters."""
    for title, first in (("Items numbered below 1000", True), ("Later items", False)):
        part = fold.part(first=first)
        if not part.logits or not part.examples:
            continue
        yield f"{title}: {counted(part)}"
        yield from grid([HEADER, *(row(part, name) for name in part.logits)])
        yield ""
    yield from LEGEND.splitlines()
    missing = [name for name in VARIANTS if name not in fold.logits]
    if missing:
        yield ""
        yield from textwrap.wrap(
            f"Not done: {', '.join(missing)}.", COLUMNS, break_on_hyphens=False
        )


def counted(fold: Fold) -> str:
    name = next(iter(fold.logits))
    hard, turns = (fold.banned(task, name) for task in ("banned", "conversations"))
    return ", ".join(
        f"{len(judged):,} {what} ({int(has_any(judged.truth).sum())} violations)"
        for judged, what in ((hard, "hard cases"), (turns, "agent turns"))
    )


def row(fold: Fold, name: str) -> list[str]:
    """Give a variant's line; what it did not learn is left open."""
    without = VARIANTS[name].without
    hard, hard_limits = ranked(fold, "banned", name)
    turns, turns_limits = ranked(fold, "conversations", name)
    sentiments = [
        macro_f1(fold.sentiment(task, name)) if without != "sentiment" else None
        for task in ("sentiment", "conversations")
    ]
    return [
        name,
        figure(hard["macro_f1"]),
        figure(hard[AVERAGE_PRECISION]),
        hard_limits,
        figure(turns[RECALL]),
        figure(turns[AVERAGE_PRECISION]),
        turns_limits,
        figure(macro_f1(fold.empathy(name)) if without != "empathy" else None),
        *map(figure, sentiments),
    ]


def ranked(fold: Fold, task: str, name: str) -> tuple[Figures, str]:
    """Give figures of banned labels, and the interval of the AP's difference to shipped."""
    judged = fold.banned(task, name)
    if not len(judged):
        return dict.fromkeys(("macro_f1", RECALL, AVERAGE_PRECISION)), figure(None)
    statistic = precision_of(task, judged)
    figures = point(both(agreement(judged), statistic), len(judged))
    known = {key: None if math.isnan(value) else value for key, value in figures.items()}
    if name == SHIPPED or SHIPPED not in fold.logits:
        return known, ""
    theirs = precision_of(task, fold.banned(task, SHIPPED))
    ours_drawn, theirs_drawn = (
        replicates(each, judged.rows)[AVERAGE_PRECISION] for each in (statistic, theirs)
    )
    return known, limits(interval(ours_drawn - theirs_drawn, judged.rows), "+")


def precision_of(task: str, judged: Judged) -> Statistic:
    return ranking(judged) if task == "conversations" else average_precision(judged)


def average_precision(judged: Judged) -> Statistic:
    """Average precision of flagged among the items as they are; see `ranking` for the scores."""
    scores = highest(judged)
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    positive = has_any(judged.truth)[order]

    def figures(weights: np.ndarray) -> dict[str, np.ndarray]:
        drawn = weights[:, order]
        found, seen = (np.cumsum(each, axis=1)[:, ends] for each in (drawn * positive, drawn))
        gained = np.diff(found, axis=1, prepend=0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            precision = np.nan_to_num(found / seen)
            return {AVERAGE_PRECISION: (gained * precision).sum(1) / found[:, -1]}

    return figures


def macro_f1(judged: Judged) -> float | None:
    return point(agreement(judged), len(judged))["macro_f1"] if len(judged) else None
