from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, precision_recall_fscore_support

from cs_qa.evaluation.metrics import lines, one_hot, table

LABELS = ("a", "b", "c")
FLAGS = st.tuples(st.booleans(), st.booleans(), st.booleans())


@given(st.lists(st.tuples(FLAGS, FLAGS, st.sampled_from(["en", "zh"])), min_size=1, max_size=40))
def test_the_table_is_scikit_learns(rows: list[tuple[tuple[bool], tuple[bool], str]]) -> None:
    truth, guess = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    langs = [row[2] for row in rows]
    result = table("banned", langs, truth, guess, LABELS)
    expected = precision_recall_fscore_support(truth, guess, average=None, zero_division=0)
    for k, label in enumerate(LABELS):
        own = result["labels"][label]
        assert own["n"] == expected[3][k]
        for key, figures in zip(("precision", "recall", "f1"), expected, strict=False):
            assert (own[key] or 0.0) == pytest.approx(figures[k], abs=6e-5)
    there = truth.any(axis=0)
    macro = expected[2][there].mean() if there.any() else None
    assert result["macro_f1"] == (None if macro is None else pytest.approx(macro, abs=1e-4))
    assert result["accuracy"] == pytest.approx(accuracy_score(truth, guess), abs=6e-5)
    assert sum(own["n"] for own in result["languages"].values()) == result["n"] == len(rows)


def test_each_language_is_measured_by_itself() -> None:
    truth, guess = one_hot("aab", LABELS), one_hot("abb", LABELS)
    result = table("t", ["en", "zh", "zh"], truth, guess, LABELS)
    assert result["languages"]["en"] == {"n": 1, "macro_f1": 1.0, "accuracy": 1.0}
    assert result["languages"]["zh"] == {"n": 2, "macro_f1": 0.3333, "accuracy": 0.5}


def test_what_never_occurs_has_no_figure() -> None:
    result = table("t", ["en"], one_hot("a", LABELS), one_hot("b", LABELS), LABELS)
    assert result["labels"]["a"] == {"precision": None, "recall": 0.0, "f1": 0.0, "n": 1}
    assert result["labels"]["b"] == {"precision": 0.0, "recall": None, "f1": 0.0, "n": 0}
    assert result["labels"]["c"] == {"precision": None, "recall": None, "f1": None, "n": 0}
    assert result["macro_f1"] == 0.0


def test_nothing_gives_a_table_without_figures() -> None:
    result = table("t", [], [], [], LABELS)
    assert (result["n"], result["macro_f1"], result["accuracy"]) == (0, None, None)
    assert one_hot([], LABELS).shape == (0, 3)


def test_the_lines_show_every_label_and_language() -> None:
    result = table("t", ["en", "zh"], one_hot("ab", LABELS), one_hot("aa", LABELS), LABELS)
    shown = list(lines(result))
    assert shown[0] == "t: n 2, macro-F1 0.333, accuracy 0.500"
    assert [line.split()[0] for line in shown[1:]] == [
        "label",
        "a",
        "b",
        "c",
        "language",
        "en",
        "zh",
    ]
    assert shown[4].split() == ["c", "–", "–", "–", "0"]
