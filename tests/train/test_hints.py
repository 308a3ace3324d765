from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cs_qa.errors import InputError
from cs_qa.train.dataset import ReviewedTurn
from cs_qa.train.hints import COLUMNS, LEVELS, Hint, Probabilities, label_hints, out_of_fold
from cs_qa.types import BANNED_LABELS, SENTIMENTS, CriterionName
from tests.train.test_dataset import ROW

CLEAN: frozenset[Any] = frozenset()
HOSTILE: frozenset[Any] = frozenset({"hostile"})


def row(number: int, criterion: CriterionName, **label: Any) -> ReviewedTurn:
    about = {"banned": None, "empathy": None, "sentiment": None} | label
    id_ = f"t{number}"
    return replace(ROW, id=f"{id_}/1", transcript_id=id_, criterion=criterion, **about)


def sure(rows: Sequence[ReviewedTurn], right: Sequence[Any]) -> Probabilities:
    """Probabilities of a model that is fairly sure of what is right, very sure where it differs."""
    rng = np.random.default_rng(0)
    told = np.zeros((len(rows), len(COLUMNS)))
    for place, (own, value) in enumerate(zip(rows, right, strict=True)):
        given = own.banned if own.banned is not None else own.sentiment or own.empathy
        doubt = rng.uniform(0.02, 0.2) if given == value else 0.01
        if own.banned is not None:
            for column, label in enumerate(BANNED_LABELS):
                told[place, column] = 1 - doubt if label in value else doubt
        else:
            names = LEVELS if own.empathy is not None else SENTIMENTS
            for name in names:
                share = 1 - doubt if name == str(value) else doubt / 2
                told[place, COLUMNS.index(name)] = share
    return told


def banned_rows(wrong: Sequence[int]) -> tuple[list[ReviewedTurn], list[Any]]:
    """Sixty turns, every fifth of them hostile, with some labels the wrong way round."""
    right = [HOSTILE if n % 5 == 0 else CLEAN for n in range(60)]
    given = [value ^ HOSTILE if n in wrong else value for n, value in enumerate(right)]
    return [row(n, "banned_phrases", banned=value) for n, value in enumerate(given)], right


def test_flipped_banned_labels_are_hinted_at() -> None:
    rows, right = banned_rows(wrong=(5, 7, 20, 41))
    probabilities = sure(rows, right)
    hints = label_hints(rows, probabilities)
    assert {(hint.row.id, hint.given, hint.suggested) for hint in hints} == {
        ("t5/1", "not hostile", "hostile"),
        ("t20/1", "not hostile", "hostile"),
        ("t7/1", "hostile", "not hostile"),
        ("t41/1", "hostile", "not hostile"),
    }
    assert [hint.probability for hint in hints] == [0.01] * 4
    less_sure = probabilities.copy()
    less_sure[7, COLUMNS.index("hostile")] = 0.4
    assert "t7/1" not in {hint.row.id for hint in label_hints(rows, less_sure)}


def test_the_least_likely_label_comes_first() -> None:
    rows, right = banned_rows(wrong=(7, 20))
    probabilities = sure(rows, right)
    column = COLUMNS.index("hostile")
    probabilities[7, column], probabilities[20, column] = 0.03, 0.98
    hints = label_hints(rows, probabilities)
    assert [(hint.row.id, hint.probability) for hint in hints] == [("t20/1", 0.02), ("t7/1", 0.03)]


def test_right_labels_are_not_hinted_at() -> None:
    rows, right = banned_rows(wrong=())
    assert label_hints(rows, sure(rows, right)) == []


@pytest.mark.parametrize(
    ("criterion", "kind", "values"),
    [("empathy", "empathy", [0, 1, 2]), ("sentiment", "sentiment", list(SENTIMENTS))],
)
def test_levels_and_sentiments(criterion: CriterionName, kind: str, values: list[Any]) -> None:
    right = [values[n % 3] for n in range(60)]
    given = [*right[:10], values[2], *right[11:]]  # the eleventh is values[1]
    rows = [row(n, criterion, **{kind: value}) for n, value in enumerate(given)]
    (hint,) = label_hints(rows, sure(rows, right))
    assert (hint.row, hint.given, hint.suggested) == (rows[10], str(values[2]), str(values[1]))


def test_a_value_that_nobody_gave_is_never_suggested() -> None:
    right = [n % 2 for n in range(60)]
    rows = [row(n, "empathy", empathy=value) for n, value in enumerate(right)]
    probabilities = sure(rows, right)
    level = COLUMNS.index("0")
    probabilities[4, level : level + 3] = (0.2, 0.1, 0.7)
    assert label_hints(rows, probabilities) == []
    probabilities[4, level : level + 3] = (0.01, 0.29, 0.7)
    (hint,) = label_hints(rows, probabilities)
    assert hint == Hint(rows[4], "0", "1", 0.01)


def test_one_value_alone_gives_no_hints() -> None:
    rows = [row(n, "sentiment", sentiment="neutral") for n in range(20)]
    assert label_hints(rows, sure(rows, ["negative"] * 20)) == []
    assert label_hints([], np.zeros((0, len(COLUMNS)))) == []


@pytest.mark.parametrize("shape", [(2, len(COLUMNS)), (3, len(COLUMNS) - 1)])
def test_probabilities_that_do_not_fit_are_refused(shape: tuple[int, int]) -> None:
    rows = [row(n, "empathy", empathy=1) for n in range(3)]
    with pytest.raises(InputError, match=r"need probabilities of shape \(3, 11\)"):
        label_hints(rows, np.zeros(shape))


@pytest.mark.parametrize("transcripts", [2, 3, 40])
def test_a_row_is_judged_by_others_conversations(transcripts: int) -> None:
    rows = [
        replace(ROW, id=f"t{n}/{turn}", transcript_id=f"t{n}", turn=turn)
        for n in range(transcripts)
        for turn in (1, 3)
    ]
    calls: list[int] = []

    def fit_predict(
        train: Sequence[ReviewedTurn], held_out: Sequence[ReviewedTurn]
    ) -> Probabilities:
        assert not {each.transcript_id for each in train} & {e.transcript_id for e in held_out}
        assert len(train) + len(held_out) == len(rows)
        calls.append(len(held_out))
        told = np.zeros((len(held_out), len(COLUMNS)))
        told[:, 0] = [int(each.transcript_id[1:]) + each.turn / 10 for each in held_out]
        return told

    told = out_of_fold(rows, fit_predict)
    assert told[:, 0] == pytest.approx([int(r.transcript_id[1:]) + r.turn / 10 for r in rows])
    assert len(calls) == min(5, transcripts)
    assert max(calls) - min(calls) <= 2


@pytest.mark.parametrize("transcripts", [0, 1])
def test_a_single_conversation_has_no_others(transcripts: int) -> None:
    with pytest.raises(InputError, match="too few"):
        out_of_fold([ROW] * transcripts, lambda *_: np.zeros((0, len(COLUMNS))))
