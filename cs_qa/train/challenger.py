"""From a champion's heads and reviewed turns to a challenger's: training and calibration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from cs_qa.train.calibrate import Judged
from cs_qa.train.candidate import CalibratedHeads, Labelled
from cs_qa.train.head_rows import Inputs, Rows
from cs_qa.train.heads_fit import Fitted, HeadSettings, fit_heads, predict_rows, train_epochs
from cs_qa.train.promote import FALSE_ALARM_MARGIN, MARGIN
from cs_qa.train.recalibrate import recalibrated
from cs_qa.types import BANNED_LABELS

Share = Annotated[float, Field(gt=0, lt=1)]


class RetrainConfig(BaseModel):
    """How to retrain.

    `replay_share` is the part of the seed data that is trained on again, `review_share` the part
    of the training weight that reviews have together, unless one would weigh more than
    `most_weight` seed examples. `validation_share` and `held_out_share` are of the reviewed
    transcripts: the first decides when training stops and moves the calibration, the second
    compares. With fewer than `least_labels` labels to train on there is nothing to train.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 0
    replay_share: Share = 0.25
    review_share: Share = 0.5
    most_weight: float = Field(default=10.0, gt=0)
    validation_share: Share = 0.2
    held_out_share: Share = 0.2
    least_labels: int = Field(default=50, ge=1)
    margin: float = Field(default=MARGIN, gt=0, lt=1)
    false_alarm_margin: float = Field(default=FALSE_ALARM_MARGIN, gt=0, lt=1)
    shadow: int = Field(default=500, ge=0)
    heads: HeadSettings = HeadSettings()


@dataclass(frozen=True, slots=True)
class Challenger:
    """Retrained heads with their calibration, and how their training went.

    `control` is the champion after the same epochs on the replayed seed rows alone. The champion
    has seen the seed rows that are left out, so on those it is better than on what is new; any
    further training takes some of that away. What the reviews did to the seed's turns is seen
    beside the control, which lost as much.
    """

    model: CalibratedHeads
    control: CalibratedHeads
    fitted: Fitted


def train_challenger(
    champion: CalibratedHeads,
    reviews: Labelled,
    validation: Labelled,
    replay: Rows,
    inputs: Inputs,
    config: RetrainConfig,
    *,
    checkpoint: Path | None = None,
    log: Callable[[str], None] = lambda _: None,
) -> Challenger:
    """Train the champion's heads further on reviews and replayed seed rows.

    Which epoch is kept, and how far the calibration moves, `validation` decides: reviews of other
    transcripts. With `checkpoint`, training goes on from its last finished epoch.
    """
    rows = mixed(reviews.rows, replay, config)
    settings = replace(config.heads, seed=config.seed)
    fitted = fit_heads(
        champion.heads, rows, validation.rows, inputs, settings, checkpoint=checkpoint, log=log
    )
    logits = predict_rows(fitted.heads, validation.rows, inputs)
    agents = _agent_turns(validation, logits)
    calibration = recalibrated(champion.settings, agents, validation.examples, logits)
    log("control: the same epochs without the reviews")
    control = train_epochs(champion.heads, replay, inputs, settings, fitted.best_epoch)
    return Challenger(
        CalibratedHeads(fitted.heads, calibration),
        CalibratedHeads(control, champion.settings),
        fitted,
    )


def mixed(reviews: Rows, replay: Rows, config: RetrainConfig) -> Rows:
    """Put reviews and replayed rows together, with the weights that `config` asks for."""
    own = reviews.weight / reviews.weight.mean()
    wanted = config.review_share / (1 - config.review_share) * len(replay) / max(1, len(reviews))
    return reviews.weighing(own * min(wanted, config.most_weight)).joined(replay)


def _agent_turns(labelled: Labelled, logits: NDArray[np.float32]) -> Judged:
    """Gather the turns whose banned labels are known, with the logits and phrases of each label."""
    own = [i for i, example in enumerate(labelled.examples) if example.banned is not None]
    examples = [labelled.examples[i] for i in own]
    told = logits[own, : len(BANNED_LABELS), None].astype(np.float64)
    truth = [[label in (e.banned or ()) for label in BANNED_LABELS] for e in examples]
    return Judged(
        examples,
        np.concatenate([told, labelled.hits[own]], axis=2),
        np.array(truth, bool).reshape(len(own), len(BANNED_LABELS)),
        labelled.rows.weight.numpy()[own].astype(np.float64),
    )
