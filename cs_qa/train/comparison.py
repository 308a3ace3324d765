"""Heads with the vectors that they read, and the comparison of new ones with those in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cs_qa.evaluation.judged import Judged
from cs_qa.train.candidate import CalibratedHeads, Labelled, judge
from cs_qa.train.dataset import ReviewedTurn, to_example
from cs_qa.train.head_rows import Inputs
from cs_qa.train.promote import Compared, Verdict, compare
from cs_qa.train.retrain_config import RetrainConfig
from cs_qa.train.seed import Example
from cs_qa.train.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Candidate:
    """Calibrated heads beside the vectors of their own encoder."""

    model: CalibratedHeads
    vectors: Vectors

    def judge(self, examples: Sequence[Example], *, phrases: bool) -> Mapping[str, Judged]:
        """Judge examples by criterion; without `phrases` by the heads alone."""
        labelled = Labelled.of(examples, self.vectors, phrases=phrases)
        return judge(self.model, labelled, Inputs(self.vectors))


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training gave, beside what was in use before it.

    `control` is the champion after the same training without the reviews, on replayed seed rows
    alone. The champion has seen the seed rows that are left out, so on those it is better than on
    what is new; any further training takes some of that away. What the reviews did to the seed's
    turns is seen beside the control, which lost as much. `metrics` say how the training went.
    `encoder` is a folder of files as `Registry.add_version` takes them, where there is a new one.
    """

    champion: Candidate
    challenger: Candidate
    control: Candidate
    metrics: Mapping[str, object]
    encoder: Path | None = None


def compared(
    trained: Trained,
    held_out: Sequence[ReviewedTurn],
    seed: Sequence[Example],
    config: RetrainConfig,
) -> Verdict:
    """Compare on held-out reviews, judged as in use, and on seed examples, by the heads alone.

    On the reviews the challenger stands beside the champion, on the seed beside the control. The
    phrase lists were written with sight of the seed, so there they would hide what the heads
    forgot.
    """
    shop = [to_example(row) for row in held_out]
    drawn = frozenset(row.id for row in held_out if row.reason == "random")
    ordinary = frozenset(example.id for example in seed if example.task == "conversations")
    new = trained.challenger
    return compare(
        Compared(trained.champion.judge(shop, phrases=True), new.judge(shop, phrases=True), drawn),
        Compared(
            trained.control.judge(seed, phrases=False), new.judge(seed, phrases=False), ordinary
        ),
        margin=config.margin,
        false_alarm_margin=config.false_alarm_margin,
    )
