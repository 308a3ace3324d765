from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from cs_qa.evaluation.confusion import confusion

from .judgements import one_label, several

LETTERS = st.sampled_from("abc")


@given(st.lists(st.tuples(LETTERS, LETTERS), min_size=1, max_size=40))
def test_of_one_label_it_is_scikit_learns(items: list[tuple[str, str]]) -> None:
    truth, guess = ("".join(each) for each in zip(*items, strict=True))
    found = confusion(one_label(truth, guess))
    expected = confusion_matrix(list(truth), list(guess), labels=list("abc"))
    assert list(found) == ["a", "b", "c"]
    assert np.array([list(row.values()) for row in found.values()]).tolist() == expected.tolist()


def test_what_is_none_of_the_labels_is_other() -> None:
    assert confusion(one_label("aab", "a?b")) == {
        "a": {"a": 1, "b": 0, "c": 0, "other": 1},
        "b": {"a": 0, "b": 1, "c": 0, "other": 0},
        "c": {"a": 0, "b": 0, "c": 0, "other": 0},
    }


def test_an_item_of_several_labels_stands_in_the_row_of_each() -> None:
    truth = ["ab", "a", "", "", "b"]
    guess = ["a", "", "b", "", "ab"]
    assert confusion(several(truth, guess)) == {
        "a": {"a": 1, "b": 0, "clean": 1},
        "b": {"a": 2, "b": 1, "clean": 0},
        "clean": {"a": 0, "b": 1, "clean": 1},
    }
