from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cs_qa.nn.manifest import damage
from cs_qa.nn.ngrams import FEATURES, OUTPUTS, NgramModel
from cs_qa.train.ngrams import (
    fit_ngrams,
    ngram_scores,
    out_of_fold_scores,
    shares,
    write_ngrams,
)
from cs_qa.train.seed import Example
from cs_qa.types import BANNED_LABELS, SENTIMENTS

WORDS = {"negative": "awful", "neutral": "when", "positive": "thanks"}


def examples() -> list[Example]:
    """Turns whose words tell their labels, but one banned label that none has."""
    found = []
    for n in range(40):
        label = BANNED_LABELS[n % 4] if n % 2 else None
        text = f"turn {n} {label or 'fine'} level{n % 3}"
        banned = frozenset({label} if label else ())
        found.append(
            Example(f"b{n}", f"i{n}", "en", task="banned", text=text, banned=banned, empathy=n % 3)
        )
        mood = SENTIMENTS[n % 3]
        found.append(
            Example(
                f"s{n}", f"i{n}", "en", task="sentiment", text=f"{WORDS[mood]} {n}", sentiment=mood
            )
        )
    return found


FOLDS = {f"i{n}": n // 6 % 2 for n in range(40)}


def test_what_is_written_tells_every_label() -> None:
    weights = fit_ngrams(examples())
    scores = ngram_scores(weights, examples())
    for row, example in zip(scores, examples(), strict=True):
        if example.banned:
            [label] = example.banned
            assert row[:5].argmax() == BANNED_LABELS.index(label)
        if example.empathy is not None:
            assert row[5:8].argmax() == example.empathy
        if example.sentiment:
            assert SENTIMENTS[row[8:11].argmax()] == example.sentiment


def test_a_label_without_examples_is_left_at_nought() -> None:
    weights = fit_ngrams(examples())
    never = next(k for k, label in enumerate(BANNED_LABELS) if label == BANNED_LABELS[4])
    assert not weights.weight[:, never].any()
    assert weights.bias[never] == 0


def test_out_of_fold_scores_never_saw_their_item() -> None:
    changed = [*examples()]
    seen = out_of_fold_scores(changed, FOLDS)
    own = [i for i, e in enumerate(changed) if FOLDS[e.item] == 0]
    rest = fit_ngrams([e for e in changed if FOLDS[e.item] == 1])
    assert seen[own] == pytest.approx(ngram_scores(rest, [changed[i] for i in own]), abs=1e-6)


def test_files_hold_what_was_fitted(tmp_path: Path) -> None:
    weights = fit_ngrams(examples())
    write_ngrams(tmp_path / "1", weights, about={"from": "tests"})
    assert damage(tmp_path / "1" / "manifest.json") == []
    model, rows = NgramModel(tmp_path / "1"), ngram_scores(weights, examples())
    for example, row in zip(examples(), rows, strict=True):
        assert model.score(example.text) == pytest.approx(row, abs=0.1)
    assert weights.weight.shape == (FEATURES, OUTPUTS)


def test_scores_count_for_as_much_as_they_tell() -> None:
    rng = np.random.default_rng(0)
    told = [
        Example(
            f"e{n}",
            f"e{n}",
            "en",
            task="banned",
            text="",
            banned=frozenset({BANNED_LABELS[0]} if n % 2 else ()),
            sentiment=SENTIMENTS[n % 3],
        )
        for n in range(600)
    ]
    truth = np.array([n % 2 for n in range(600)])
    logits = rng.normal(size=(600, 12)).astype(np.float32)
    scores = rng.normal(size=(600, OUTPUTS)).astype(np.float32)
    logits[:, 0] += truth
    scores[:, 0] += truth
    for n in range(600):
        scores[n, 8 + n % 3] -= 2  # told the wrong way round
        logits[n, 8 + n % 3] += 2
    found = shares(told, logits, scores)
    assert found[0] == pytest.approx(1, abs=0.3)
    assert found[1:5].tolist() == [0, 0, 0, 0]  # labels that never held
    assert found[5:].tolist() == [0] * 6  # no levels; and what speaks against is not counted
