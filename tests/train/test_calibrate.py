from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cs_qa.train.calibrate import (
    Judged,
    as_json,
    cross_fitted,
    fit_calibration,
    fit_temperature,
    hit_features,
    judged_turns,
    probabilities,
)
from cs_qa.train.seed import Example
from cs_qa.types import BANNED_LABELS

LABELS = len(BANNED_LABELS)


def example(number: int, text: str = "hello", **labels: object) -> Example:
    return Example(f"e{number}", f"e{number}", "en", text=text, **({"task": "banned"} | labels))  # type: ignore[arg-type]


def synthetic(count: int, *, strong: float = 0.0, weak: float = 0.0, seed: int = 0) -> Judged:
    """Turns whose truth follows a logistic model: over-confident logits, and phrases that count."""
    rng = np.random.default_rng(seed)
    features = np.zeros((count, LABELS, 3))
    features[:, :, 0] = rng.normal(-1, 3, (count, LABELS))
    features[:, :, 1:] = rng.random((count, LABELS, 2)) < 0.2
    z = -1 + 0.5 * features[:, :, 0] + strong * features[:, :, 1] + weak * features[:, :, 2]
    truth = rng.random((count, LABELS)) < 1 / (1 + np.exp(-z))
    return Judged([example(n) for n in range(count)], features, truth, np.ones(count))


def test_probabilities_come_true_as_often_as_they_say() -> None:
    judged, fresh = synthetic(4000, strong=2, weak=1), synthetic(4000, strong=2, weak=1, seed=1)
    calibration = fit_calibration(judged)
    said = probabilities(calibration, fresh.features)
    for low in np.arange(0, 1, 0.1):
        inside = (said >= low) & (said < low + 0.1)
        if inside.sum() >= 300:
            assert abs(said[inside].mean() - fresh.truth[inside].mean()) < 0.04
    for own in calibration.values():
        assert own.logit == pytest.approx(0.5, abs=0.08)
        assert own.strong == pytest.approx(2, abs=0.4)
        assert own.weak == pytest.approx(1, abs=0.4)


@pytest.mark.parametrize(("strong", "weak"), [(-2, 1), (1, -2), (-2, -2)])
def test_a_phrase_never_speaks_against_its_label(strong: float, weak: float) -> None:
    for own in fit_calibration(synthetic(1500, strong=strong, weak=weak)).values():
        assert own.strong >= 0
        assert own.weak >= 0
        without = own.probability(0.0, strong=False, weak=False)
        assert own.probability(0.0, strong=True, weak=False) >= without
        assert own.probability(0.0, strong=False, weak=True) >= without
        assert (own.strong > 0, own.weak > 0) == (strong > 0, weak > 0)


def test_only_agent_turns_with_labels_are_judged() -> None:
    examples = [
        example(0, banned=frozenset({"hostile"})),
        example(1, sentiment="negative", task="sentiment"),
        example(2, banned=frozenset(), task="conversations"),
    ]
    logits: NDArray[np.float32] = np.arange(36, dtype=np.float32).reshape(3, 12)
    judged = judged_turns(examples, logits, ordinary=5.0)
    assert [each.id for each in judged.examples] == ["e0", "e2"]
    assert judged.features[:, :, 0].tolist() == [[0, 1, 2, 3, 4], [24, 25, 26, 27, 28]]
    assert judged.weights.tolist() == [1.0, 5.0]
    assert judged.truth.sum() == 1
    assert judged.truth[0, BANNED_LABELS.index("hostile")]


@pytest.mark.parametrize(
    ("text", "labels"),
    [("你想怎样？", {"rhetorical"}), ("不关我的事", {"deflecting"}), ("您想要哪个颜色？", set())],
)
def test_phrases_are_features_of_their_label(text: str, labels: set[str]) -> None:
    found = hit_features(Example("e", "e", "zh", "banned", text))
    assert found.shape == (LABELS, 2)
    assert found.any(axis=1).tolist() == [label in labels for label in BANNED_LABELS]


def test_a_turn_is_judged_by_a_calibration_that_never_saw_its_fold() -> None:
    judged = synthetic(240)
    fold_of = {each.item: n % 3 for n, each in enumerate(judged.examples)}
    said = cross_fitted(judged, fold_of)
    assert said.shape == judged.truth.shape
    flipped = judged.truth.copy()
    flipped[::3] = ~flipped[::3]
    other = cross_fitted(Judged(judged.examples, judged.features, flipped, judged.weights), fold_of)
    assert np.array_equal(said[::3], other[::3])
    assert not np.array_equal(said[1::3], other[1::3])


def test_the_calibration_is_kept_in_the_labels_order() -> None:
    kept = as_json(fit_calibration(synthetic(300)))
    assert tuple(kept) == BANNED_LABELS
    assert all(list(own) == ["bias", "logit", "strong", "weak"] for own in kept.values())


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_temperature_by_which_logits_are_too_sure_is_found(temperature: float) -> None:
    rng = np.random.default_rng(0)
    fair = rng.normal(0, 2, (4000, 3))
    shares = np.exp(fair) / np.exp(fair).sum(1, keepdims=True)
    truth = [int(rng.choice(3, p=row)) for row in shares]
    assert fit_temperature(fair * temperature, truth) == pytest.approx(temperature, rel=0.1)
