"""Heads with their calibration, and what they say of labelled turns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs_qa.annotate import STATED
from cs_qa.evaluation.judged import Judged
from cs_qa.evaluation.metrics import one_hot
from cs_qa.nn.heads import Calibration
from cs_qa.nn.network import Heads
from cs_qa.nn.ngrams import OUTPUTS
from cs_qa.train.calibrate import hit_features, probabilities
from cs_qa.train.head_rows import Inputs, Rows
from cs_qa.train.heads_fit import predict_rows
from cs_qa.train.heads_onnx import heads_from_onnx
from cs_qa.train.seed import Example
from cs_qa.train.vectors import Vectors
from cs_qa.types import BANNED_LABELS, SENTIMENTS

LEVELS = (0, 1, 2)
FLAG_FROM = 0.5

Hits = NDArray[np.float64]
_K = len(BANNED_LABELS)


@dataclass(frozen=True, slots=True)
class CalibratedHeads:
    """Heads of one version; `settings` is what its calibration.json holds."""

    heads: Heads
    settings: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> CalibratedHeads:
        """Read a version's folder, the files of which were checked; see `heads_from_onnx`."""
        settings = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
        return cls(heads_from_onnx(folder / "heads.onnx"), settings)

    def logits(self, rows: Rows, inputs: Inputs) -> NDArray[np.float32]:
        """Give the logits (n, 12) of rows, what the n-grams say among them."""
        told = predict_rows(self.heads, rows, inputs)
        if shares := self.settings.get("ngrams"):
            told[:, :OUTPUTS] += np.array(shares, np.float32) * inputs.ngrams(rows)
        return told


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labelled examples as heads read them; `hits` (n, 5, 2) tells strong and weak phrases."""

    examples: Sequence[Example]
    rows: Rows
    hits: Hits

    def __len__(self) -> int:
        return len(self.examples)

    @classmethod
    def of(
        cls,
        examples: Sequence[Example],
        vectors: Vectors,
        weights: Sequence[float] | None = None,
        *,
        phrases: bool = True,
    ) -> Labelled:
        """Gather examples; without `phrases` the heads are to be judged alone."""
        hits = np.zeros((len(examples), _K, 2))
        for row, example in enumerate(examples):
            if phrases and example.banned is not None:
                hits[row] = hit_features(example)
        return cls(examples, Rows.of(examples, vectors, weights), hits)


def judge(
    model: CalibratedHeads, labelled: Labelled, inputs: Inputs, *, name: str = ""
) -> dict[str, Judged]:
    """Judge labelled turns by each criterion that some of them has a label of.

    `Judged.rows` tells the transcript of each turn, by the same numbers for every criterion.
    """
    logits = model.logits(labelled.rows, inputs)
    items = np.unique([example.item for example in labelled.examples], return_inverse=True)[1]
    found = {}
    for criterion, (attribute, labels, told) in _TOLD.items():
        own = [i for i, e in enumerate(labelled.examples) if getattr(e, attribute) is not None]
        if not own:
            continue
        examples = [labelled.examples[i] for i in own]
        truth, guess = told(model, examples, logits[own], labelled.hits[own])
        found[criterion] = Judged(
            task=criterion,
            labels=labels,
            langs=np.array([example.lang for example in examples]),
            truth=truth,
            guess=guess,
            rows=items[own],
            shown=[{"id": example.id} for example in examples],
            is_multi_label=criterion == "banned_phrases",
            models={"heads": name},
        )
    return found


_Examples = Sequence[Example]
_Logits = NDArray[np.float32]
_Flags = NDArray[np.bool_]
_Told = Callable[[CalibratedHeads, _Examples, _Logits, Hits], tuple[_Flags, _Flags]]


def _banned(
    model: CalibratedHeads, examples: _Examples, logits: _Logits, hits: Hits
) -> tuple[_Flags, _Flags]:
    calibration = {label: Calibration(**model.settings["banned"][label]) for label in BANNED_LABELS}
    features = np.concatenate([logits[:, :_K, None].astype(np.float64), hits], axis=2)
    chances = np.maximum(probabilities(calibration, features), STATED * hits[:, :, 0])
    truth = np.array([[label in (e.banned or ()) for label in BANNED_LABELS] for e in examples])
    return truth, chances >= FLAG_FROM


def _empathy(
    _: CalibratedHeads, examples: _Examples, logits: _Logits, __: Hits
) -> tuple[_Flags, _Flags]:
    guess = logits[:, _K : _K + 3].argmax(1).tolist()
    return one_hot([e.empathy for e in examples], LEVELS), one_hot(guess, LEVELS)


def _sentiment(
    _: CalibratedHeads, examples: _Examples, logits: _Logits, __: Hits
) -> tuple[_Flags, _Flags]:
    guess = [SENTIMENTS[k] for k in logits[:, _K + 3 : _K + 6].argmax(1).tolist()]
    return one_hot([e.sentiment for e in examples], SENTIMENTS), one_hot(guess, SENTIMENTS)


_TOLD: Mapping[str, tuple[str, tuple[str, ...], _Told]] = {
    "banned_phrases": ("banned", BANNED_LABELS, _banned),
    "empathy": ("empathy", tuple(map(str, LEVELS)), _empathy),
    "sentiment": ("sentiment", SENTIMENTS, _sentiment),
}
