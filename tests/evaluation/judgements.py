"""Judged items made up for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cs_qa.evaluation.judged import Judged
from cs_qa.evaluation.metrics import one_hot


def one_label(truth: str, guess: str, **more: Any) -> Judged:
    """One item a letter, each with one of the labels a, b, c; another letter is none of them."""
    labels = ("a", "b", "c")
    return _judged(labels, one_hot(truth, labels), one_hot(guess, labels), **more)


def several(
    truth: Sequence[str], guess: Sequence[str], *, task: str = "conversations", **more: Any
) -> Judged:
    """Items that have any of the labels a, b: "", "a", "b" or "ab"."""
    flags = [[[label in each for label in "ab"] for each in given] for given in (truth, guess)]
    more.setdefault("probabilities", np.array(flags[1], float))
    return _judged(("a", "b"), *flags, task=task, is_multi_label=True, **more)


def scored(scores: Sequence[float], violations: Sequence[bool], **more: Any) -> Judged:
    """Items of one label with its probability, said from 0.5."""
    truth, guess = (["a" * bool(each) for each in given] for given in (violations, scores))
    probabilities = np.array([[score, 0.0] for score in scores])
    return several(truth, guess, probabilities=probabilities, **more)


def _judged(labels: tuple[str, ...], truth: Any, guess: Any, **more: Any) -> Judged:
    n = len(truth)
    more = {"task": "sentiment", "langs": ["en"] * n, "rows": range(n), **more}
    return Judged(
        labels=labels,
        truth=np.array(truth, bool).reshape(n, len(labels)),
        guess=np.array(guess, bool).reshape(n, len(labels)),
        langs=np.array(more.pop("langs"), str),
        rows=np.array(more.pop("rows"), int),
        shown=more.pop("shown", [{"text": str(item)} for item in range(n)]),
        **more,
    )
