"""From a champion's heads and reviewed turns to a challenger's: training and calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs_qa.nn.network import Heads
from cs_qa.train.calibrate import Judged
from cs_qa.train.candidate import CalibratedHeads, Labelled
from cs_qa.train.head_rows import Inputs, Rows
from cs_qa.train.heads_fit import Fitted, fit_heads, train_epochs
from cs_qa.train.recalibrate import recalibrated
from cs_qa.train.retrain_config import RetrainConfig
from cs_qa.types import BANNED_LABELS


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
    log("control: the same epochs without the reviews")
    control = train_epochs(champion.heads, replay, inputs, settings, fitted.best_epoch)
    return Challenger(
        calibrated(fitted.heads, champion.settings, validation, inputs),
        CalibratedHeads(control, champion.settings),
        fitted,
    )


def calibrated(
    heads: Heads, parent: Mapping[str, Any], validation: Labelled, inputs: Inputs
) -> CalibratedHeads:
    """Calibrate heads from the parent's calibration and labels that they were not trained on."""
    logits = CalibratedHeads(heads, parent).logits(validation.rows, inputs)
    agents = _agent_turns(validation, logits)
    return CalibratedHeads(heads, recalibrated(parent, agents, validation.examples, logits))


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
