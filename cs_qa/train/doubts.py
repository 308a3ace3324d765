"""Labels of reviewers that deserve a second look, from heads that never saw their conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.special import softmax

from cs_qa.nn.heads import Calibration
from cs_qa.nn.registry import Registry
from cs_qa.store import Store
from cs_qa.train.calibrate import probabilities
from cs_qa.train.candidate import CalibratedHeads, Labelled
from cs_qa.train.dataset import ReviewedTurn, reviewed_turns, to_example
from cs_qa.train.head_rows import Inputs
from cs_qa.train.heads_fit import train_epochs
from cs_qa.train.hints import Hint, Probabilities, label_hints, out_of_fold
from cs_qa.train.retrain_config import RetrainConfig
from cs_qa.train.retrain_task import Log
from cs_qa.train.vectors import Vectors, vectors_file, vectors_of
from cs_qa.types import BANNED_LABELS


def doubtful_labels(
    store: Store,
    registry: Registry,
    config: RetrainConfig,
    folder: Path,
    *,
    log: Log = lambda _: None,
) -> list[Hint]:
    """List labels that the others contradict, of all reviewers, the least likely first.

    The heads in use are trained on the labels of other conversations and then asked. `folder` has
    the cache of vectors. Empty where fewer than two conversations have labels.
    """
    rows = reviewed_turns(store)
    if len({row.transcript_id for row in rows}) < 2:
        return []
    examples = [to_example(row) for row in rows]
    texts = {text for e in examples for text in (e.text, *(said for _, said in e.context))}
    file = vectors_file(folder, registry.encoder_sha256(), registry.version("ngrams"))
    vectors = vectors_of(sorted(texts), registry.load().encoder, file, log=log)
    champion = CalibratedHeads.load(registry.folder("heads"))
    settings = replace(config.heads, seed=config.seed)

    def fit_predict(known: Sequence[ReviewedTurn], asked: Sequence[ReviewedTurn]) -> Probabilities:
        taught = Labelled.of(
            [to_example(row) for row in known], vectors, [row.weight for row in known]
        )
        heads = train_epochs(
            champion.heads, taught.rows, Inputs(vectors), settings, settings.epochs
        )
        return _told(CalibratedHeads(heads, champion.settings), asked, vectors)

    return label_hints(rows, out_of_fold(rows, fit_predict))


def _told(model: CalibratedHeads, rows: Sequence[ReviewedTurn], vectors: Vectors) -> Probabilities:
    """Give the probabilities (rows, 11) of all labels, by the heads alone."""
    asked = Labelled.of([to_example(row) for row in rows], vectors, phrases=False)
    logits = model.logits(asked.rows, Inputs(vectors)).astype(np.float64)
    calibration = {label: Calibration(**model.settings["banned"][label]) for label in BANNED_LABELS}
    k = len(BANNED_LABELS)
    features = np.concatenate([logits[:, :k, None], asked.hits], axis=2)
    heat = model.settings["temperature"]
    return np.concatenate(
        [
            probabilities(calibration, features),
            softmax(logits[:, k : k + 3] / heat["empathy"], axis=1),
            softmax(logits[:, k + 3 : k + 6] / heat["sentiment"], axis=1),
        ],
        axis=1,
    )
