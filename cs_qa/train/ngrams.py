"""Fits the character n-gram model and how much it counts beside the heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from cs_qa.nn.manifest import write_manifest
from cs_qa.nn.ngrams import FEATURES, OUTPUTS, hashed_ngrams, weighted
from cs_qa.train.calibrate import ORDINARY_WEIGHT
from cs_qa.train.seed import Example
from cs_qa.train.vectors import read_as
from cs_qa.types import BANNED_LABELS, SENTIMENTS

STRENGTH = 10.0
"""Inverse regularisation (scikit-learn's C): 3 is worse, 30 the same."""

LARGEST = 127
_K = len(BANNED_LABELS)
HEADS = {"empathy": slice(_K, _K + 3), "sentiment": slice(_K + 3, OUTPUTS)}
"""The heads of which one class holds, and their columns."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NgramWeights:
    """One linear model an output: weight (FEATURES, OUTPUTS), bias (OUTPUTS,), rarity (FEATURES,).

    `rarity` is the smoothed inverse document frequency of each bucket of n-grams.
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    rarity: NDArray[np.float32]


def fit_ngrams(examples: Sequence[Example]) -> NgramWeights:
    """Fit every output on the examples that have its label."""
    counted = [hashed_ngrams(read_as(example.text)) for example in examples]
    rarity = _rarity([buckets for buckets, _ in counted])
    rows = _matrix(counted, rarity)
    weight = np.zeros((FEATURES, OUTPUTS), np.float32)
    bias = np.zeros(OUTPUTS, np.float32)
    met = np.unique(rows.indices)
    rows = rows[:, met]
    for output in range(OUTPUTS):
        own, truth = _labels(examples, output)
        if len(set(truth)) == 2:
            weight[met, output], bias[output] = _fit(rows[own], truth)
    return NgramWeights(weight, bias, rarity)


def ngram_scores(weights: NgramWeights, examples: Sequence[Example]) -> Scores:
    """Score examples, (examples, OUTPUTS), in log-odds."""
    counted = [hashed_ngrams(read_as(example.text)) for example in examples]
    scores: Scores = _matrix(counted, weights.rarity) @ weights.weight + weights.bias
    return scores


def out_of_fold_scores(examples: Sequence[Example], folds: Mapping[str, int]) -> Scores:
    """Score each example by a model fitted on the other folds than its own, (examples, OUTPUTS)."""
    scores = np.zeros((len(examples), OUTPUTS), np.float32)
    own = np.array([folds[example.item] for example in examples])
    for fold in sorted(set(own.tolist())):
        held_out = np.flatnonzero(own == fold).tolist()
        weights = fit_ngrams([examples[i] for i in np.flatnonzero(own != fold).tolist()])
        scores[held_out] = ngram_scores(weights, [examples[i] for i in held_out])
    return scores


def shares(examples: Sequence[Example], logits: Scores, scores: Scores) -> NDArray[np.float32]:
    """Find how much each score counts beside its head's logit, (OUTPUTS,), never less than 0.

    Both are out of fold.
    """
    found = np.zeros(OUTPUTS, np.float32)
    for label in range(_K):
        own, truth = _labels(examples, label)
        weight = [ORDINARY_WEIGHT if examples[i].task == "conversations" else 1.0 for i in own]
        found[label] = _share(logits[own, label], scores[own, label], truth, weight)
    for head, columns in HEADS.items():
        own, classes = _classes(examples, head)
        found[columns] = _class_share(logits[own, columns], scores[own, columns], classes)
    return found


def write_ngrams(folder: Path, weights: NgramWeights, *, about: Mapping[str, str]) -> None:
    """Write a version of the model: weights in 8 bits, one scale an output."""
    from safetensors.numpy import save_file

    scale = np.abs(weights.weight).max(0) / LARGEST
    scale[scale == 0] = 1.0
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {
            "weight": np.round(weights.weight / scale).astype(np.int8),
            "scale": scale.astype(np.float32),
            "bias": weights.bias,
            "rarity": weights.rarity.astype(np.float16),
        },
        folder / "ngrams.safetensors",
    )
    write_manifest(folder, ("ngrams.safetensors",), name="manifest.json", about=about)


def _rarity(texts: Sequence[NDArray[np.int64]]) -> NDArray[np.float32]:
    met = np.bincount(np.concatenate(texts), minlength=FEATURES)
    rarity: NDArray[np.float32] = (np.log((1 + len(texts)) / (1 + met)) + 1).astype(np.float32)
    return rarity


def _matrix(
    counted: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]], rarity: NDArray[np.float32]
) -> csr_matrix:
    values = [weighted(buckets, counts, rarity) for buckets, counts in counted]
    starts = np.cumsum([0, *(len(row) for row in values)])
    buckets = np.concatenate([buckets for buckets, _ in counted])
    return csr_matrix((np.concatenate(values), buckets, starts), shape=(len(values), FEATURES))


def _labels(examples: Sequence[Example], output: int) -> tuple[list[int], list[bool]]:
    """Give the examples that have the label of an output, and whether it holds."""
    if output < _K:
        told = [(i, e.banned) for i, e in enumerate(examples) if e.banned is not None]
        return [i for i, _ in told], [BANNED_LABELS[output] in banned for _, banned in told]
    head = next(name for name, columns in HEADS.items() if columns.start <= output < columns.stop)
    own, classes = _classes(examples, head)
    return own, [HEADS[head].start + each == output for each in classes]


def _classes(examples: Sequence[Example], head: str) -> tuple[list[int], list[int]]:
    if head == "empathy":
        levels = [(i, e.empathy) for i, e in enumerate(examples) if e.empathy is not None]
        return [i for i, _ in levels], [level for _, level in levels]
    moods = [(i, e.sentiment) for i, e in enumerate(examples) if e.sentiment is not None]
    return [i for i, _ in moods], [SENTIMENTS.index(mood) for _, mood in moods]


def _fit(rows: csr_matrix, truth: Sequence[bool]) -> tuple[NDArray[np.float32], float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0).fit(rows, truth)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _share(logit: Scores, score: Scores, truth: Sequence[bool], weight: Sequence[float]) -> float:
    from sklearn.linear_model import LogisticRegression

    if len(set(truth)) < 2:
        return 0.0
    beside = np.column_stack([logit, score])
    of_logit, of_score = (
        LogisticRegression(C=10.0).fit(beside, truth, sample_weight=weight).coef_[0]
    )
    return round(max(0.0, float(of_score / of_logit)), 4) if of_logit > 0 else 0.0


def _class_share(logits: Scores, scores: Scores, classes: Sequence[int]) -> float:
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    if not classes:
        return 0.0
    rows = np.arange(len(classes))

    def surprise(at: NDArray[np.float64]) -> float:
        scale, share = np.exp(at[0]), at[1]
        return float(-log_softmax((logits + share * scores) * scale, axis=1)[rows, classes].mean())

    _, share = minimize(surprise, x0=np.array([0.0, 0.1]), method="Nelder-Mead").x
    return round(max(0.0, float(share)), 4)
