"""Tables of precision, recall and F1, by label and by language, as `evaluate` writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cs_qa.evaluation.layout import figure, grid, limits

LABEL_HEADER = ("label", "precision", "recall", "F1", "95 % interval", "n", "ECE")
LANGUAGE_HEADER = (
    "language",
    "macro-F1",
    "95 % interval",
    "accuracy",
    "95 % interval",
    "n",
    "flagged: P",
    "R",
    "F1",
)


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
    """Give a result of `table` as lines for people; intervals and more stand where it has them."""
    yield headline(result)
    yield from label_lines(result)
    yield from language_lines(result)


def headline(result: dict[str, Any]) -> str:
    """Say the overall figures in one line."""
    macro, accuracy = (
        f"{figure(result[name])} {_interval(result, name)}".rstrip()
        for name in ("macro_f1", "accuracy")
    )
    return f"{result['task']}: n {result['n']}, macro-F1 {macro}, accuracy {accuracy}"


def label_lines(result: dict[str, Any]) -> Iterator[str]:
    """Give the table of labels."""
    reliability = result.get("reliability", {})
    rows = [_label_row(name, row, reliability) for name, row in result["labels"].items()]
    return grid([LABEL_HEADER, *rows])


def language_lines(result: dict[str, Any]) -> Iterator[str]:
    """Give the table of languages."""
    rows = [_language_row(name, row) for name, row in result["languages"].items()]
    return grid([LANGUAGE_HEADER, *rows])


def one_hot(values: Sequence[Any], labels: Sequence[Any]) -> NDArray[np.bool_]:
    """Give one row of booleans an item."""
    rows = [[value == label for label in labels] for value in values]
    return np.array(rows, bool).reshape(len(rows), len(labels))


def _label_row(name: str, row: dict[str, Any], reliability: dict[str, Any]) -> list[str]:
    return [
        name,
        *(figure(row[key]) for key in ("precision", "recall", "f1")),
        _interval(row, "f1"),
        str(row["n"]),
        figure(reliability[name]["ece"]) if name in reliability else "",
    ]


def _interval(row: dict[str, Any], name: str) -> str:
    """Write the interval of a figure; nothing where none was reckoned."""
    key = f"{name}_interval"
    return limits(row[key]) if key in row else ""


def _language_row(name: str, row: dict[str, Any]) -> list[str]:
    flagged = row.get("flagged")
    return [
        name,
        figure(row["macro_f1"]),
        _interval(row, "macro_f1"),
        figure(row["accuracy"]),
        _interval(row, "accuracy"),
        str(row["n"]),
        *(figure(flagged[key]) if flagged else "" for key in ("precision", "recall", "f1")),
    ]


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
