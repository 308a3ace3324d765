"""Tables of precision, recall and F1, by label and by language, as `evaluate` writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def table(
    task: str, langs: Sequence[str], truth: ArrayLike, guess: ArrayLike, labels: Sequence[str]
) -> dict[str, Any]:
    """Measure guesses against the truth.

    `truth` and `guess` are (items, labels) of booleans; one label an item makes rows one-hot.
    Macro-F1 is the mean over labels that occur in the truth; accuracy counts whole rows.
    """
    shape = (len(langs), len(labels))
    there, said = np.asarray(truth, bool).reshape(shape), np.asarray(guess, bool).reshape(shape)
    lang_of = np.array(langs)
    return {
        "task": task,
        **_overall(there, said),
        "labels": dict(zip(labels, _by_label(there, said), strict=True)),
        "languages": {
            lang: _overall(there[lang_of == lang], said[lang_of == lang])
            for lang in sorted(set(langs))
        },
    }


def lines(result: dict[str, Any]) -> Iterator[str]:
    """Give a result of `table` as lines for people."""
    yield (
        f"{result['task']}: n {result['n']}, macro-F1 {_shown(result['macro_f1'])}, "
        f"accuracy {_shown(result['accuracy'])}"
    )
    yield f"{'label':<22}{'precision':>10}{'recall':>8}{'F1':>8}{'n':>7}"
    for name, row in result["labels"].items():
        figures = "".join(
            f"{_shown(row[key]):>{width}}"
            for key, width in (("precision", 10), ("recall", 8), ("f1", 8))
        )
        yield f"{name:<22}{figures}{row['n']:>7}"
    yield f"{'language':<22}{'macro-F1':>10}{'accuracy':>10}{'n':>7}"
    for name, row in result["languages"].items():
        yield f"{name:<22}{_shown(row['macro_f1']):>10}{_shown(row['accuracy']):>10}{row['n']:>7}"


def one_hot(values: Sequence[Any], labels: Sequence[Any]) -> NDArray[np.bool_]:
    """Give one row of booleans an item."""
    rows = [[value == label for label in labels] for value in values]
    return np.array(rows, bool).reshape(len(rows), len(labels))


def _overall(truth: NDArray[np.bool_], guess: NDArray[np.bool_]) -> dict[str, Any]:
    scores = [row["f1"] for row in _by_label(truth, guess) if row["n"]]
    return {
        "n": len(truth),
        "macro_f1": round(float(np.mean(scores)), 4) if scores else None,
        "accuracy": round(float((truth == guess).all(1).mean()), 4) if len(truth) else None,
    }


def _by_label(truth: NDArray[np.bool_], guess: NDArray[np.bool_]) -> list[dict[str, Any]]:
    return [_label(truth[:, column], guess[:, column]) for column in range(truth.shape[1])]


def _label(truth: NDArray[np.bool_], guess: NDArray[np.bool_]) -> dict[str, Any]:
    right = int((truth & guess).sum())
    said, there = int(guess.sum()), int(truth.sum())
    return {
        "precision": round(right / said, 4) if said else None,
        "recall": round(right / there, 4) if there else None,
        "f1": round(2 * right / (said + there), 4) if said + there else None,
        "n": there,
    }


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
