"""Labels that deserve a second look, by confident learning.

Northcutt, Jiang and Chuang, Journal of Artificial Intelligence Research 70 (2021), as cleanlab
does it: a label is doubtful where a model that never saw its conversation is surer of another
label than it usually is where that one was given. A hint decides nothing; a person looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cs_qa.errors import InputError
from cs_qa.train.dataset import ReviewedTurn, place_of
from cs_qa.types import BANNED_LABELS, SENTIMENTS

LEVELS = ("0", "1", "2")
COLUMNS = (*BANNED_LABELS, *LEVELS, *SENTIMENTS)
"""What the columns of `Probabilities` are of: each banned label, empathy levels, sentiments."""

FOLDS = 5

Probabilities = NDArray[np.float64]
"""Probabilities (rows, 11) in the order of `COLUMNS`; levels and sentiments each sum to 1."""

FitPredict = Callable[[Sequence[ReviewedTurn], Sequence[ReviewedTurn]], Probabilities]
"""Trains on the first rows and gives the probabilities (rows, 11) of the second ones."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A row whose label is doubtful: what was given, what the model would rather say.

    `probability` (0-1) is the model's of the given label. Of banned phrases each label is doubted
    by itself: "hostile" was given and "not hostile" is suggested, or the other way round.
    """

    row: ReviewedTurn
    given: str
    suggested: str
    probability: float


def out_of_fold(
    rows: Sequence[ReviewedTurn], fit_predict: FitPredict, *, folds: int = FOLDS
) -> Probabilities:
    """Give each row's probabilities (rows, 11) from a model that never saw its transcript.

    Raises InputError with fewer than two transcripts.
    """
    ids = sorted({row.transcript_id for row in rows}, key=lambda each: place_of(each, "fold"))
    if len(ids) < 2:
        raise InputError(
            f"{len(ids)} reviewed transcripts are too few to judge one by the others; it needs 2."
        )
    fold_of = {each: place % min(folds, len(ids)) for place, each in enumerate(ids)}
    own = np.array([fold_of[row.transcript_id] for row in rows])
    result = np.zeros((len(rows), len(COLUMNS)))
    for fold in sorted(set(own.tolist())):
        rest = [row for row, of in zip(rows, own, strict=True) if of != fold]
        held_out = [row for row, of in zip(rows, own, strict=True) if of == fold]
        result[own == fold] = fit_predict(rest, held_out)
    return result


def label_hints(rows: Sequence[ReviewedTurn], probabilities: Probabilities) -> list[Hint]:
    """List the doubtful labels, the least likely first.

    `probabilities` (rows, 11) must be out of fold. A kind of label of which only one value was
    ever given has no hints. Raises InputError where the rows and probabilities differ in number.
    """
    if probabilities.shape != (len(rows), len(COLUMNS)):
        raise InputError(
            f"{len(rows)} rows need probabilities of shape ({len(rows)}, {len(COLUMNS)}), not "
            f"{probabilities.shape}. `out_of_fold` makes them."
        )
    hints = [
        *_banned_hints(rows, probabilities),
        *_class_hints(rows, probabilities, LEVELS, "empathy"),
        *_class_hints(rows, probabilities, SENTIMENTS, "sentiment"),
    ]
    return sorted(hints, key=lambda hint: (hint.probability, hint.row.id, hint.given))


def _banned_hints(rows: Sequence[ReviewedTurn], probabilities: Probabilities) -> Iterator[Hint]:
    judged = [i for i, row in enumerate(rows) if row.banned is not None]
    for column, label in enumerate(BANNED_LABELS):
        has = probabilities[judged, column]
        given = [int(label in (rows[i].banned or ())) for i in judged]
        yield from _hints(
            [rows[i] for i in judged],
            given,
            np.stack([1 - has, has], axis=1),
            (f"not {label}", label),
        )


def _class_hints(
    rows: Sequence[ReviewedTurn],
    probabilities: Probabilities,
    names: Sequence[str],
    kind: str,
) -> Iterator[Hint]:
    judged = [i for i, row in enumerate(rows) if getattr(row, kind) is not None]
    given = [names.index(str(getattr(rows[i], kind))) for i in judged]
    first = COLUMNS.index(names[0])
    own = probabilities[judged, first : first + len(names)]
    yield from _hints([rows[i] for i in judged], given, own, names)


def _hints(
    rows: Sequence[ReviewedTurn], given: Sequence[int], own: Probabilities, names: Sequence[str]
) -> Iterator[Hint]:
    """Doubt labels by probabilities (rows, names) of which only the given names count."""
    present = sorted(set(given))
    if len(present) < 2:
        return
    from cleanlab.filter import find_label_issues

    shares = own[:, present] / own[:, present].sum(1, keepdims=True)
    labels = np.array([present.index(each) for each in given])
    for place in np.flatnonzero(find_label_issues(labels, shares, n_jobs=1)).tolist():
        yield Hint(
            rows[place],
            names[given[place]],
            names[present[int(shares[place].argmax())]],
            round(float(own[place, given[place]]), 4),
        )
