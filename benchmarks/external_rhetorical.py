"""Rhetorical questions and sarcasm of public data: iSarcasmEval and Switchboard (SwDA)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from external_recipe import Recipe, Row, Table, floor
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupShuffleSplit

from cs_qa.batch import Inspector
from cs_qa.evaluation.labelled import BannedRow, TurnRow
from cs_qa.evaluation.metrics import table
from cs_qa.evaluation.tasks import judge_banned
from cs_qa.train.seed import Example
from cs_qa.types import BANNED_LABELS

RHETORICAL = BANNED_LABELS.index("rhetorical")
COLUMNS = ("", "average precision", "F1", "precision", "recall", "F1 from 0.5")
SWDA_FLOORS = {"BASELINES.md: letters of the question": 0.460,
               "BASELINES.md: and of the two after": 0.505}  # fmt: skip

Reading = Callable[[Example], str]


class Split(NamedTuple):
    """Yes/no examples to train on, a tenth of the training data for the threshold, and test."""

    training: list[Example]
    tenth: list[Example]
    test: list[Example]

    @property
    def asked(self) -> list[Example]:
        """What a model is asked: the tenth, then the test examples."""
        return [*self.tenth, *self.test]


def isarcasm(recipe: Recipe) -> Iterator[Table]:
    """English tweets: is it a rhetorical question; is it sarcastic."""
    folder = "rhetorical_isarcasm"
    train = [row for row in recipe.rows(f"{folder}/train.jsonl.gz") if row["lang"] == "en"]
    for label, name in (
        ("rhetorical_question", "task_B_En_test.jsonl.gz"),
        ("sarcastic", "task_A_En_test.jsonl"),
    ):
        test = recipe.rows(f"{folder}/{name}")
        known, asked = (
            recipe.limited(_tweets(rows, label), lambda example: example.banned)
            for rows in (train, test)
        )
        split = Split(*_apart(known, 0.1), asked)
        title = f"iSarcasmEval, English: {label}"
        yield _compared(recipe, f"isarcasm-{label}", title, split, {"tweet": lambda e: e.text})


def _tweets(rows: Sequence[Row], label: str) -> list[Example]:
    texts = [row.get("tweet") or row.get("text") for row in rows]
    return [
        _example(f"isarcasm-{i}", f"isarcasm-{i}", text, row[label] == "1")
        for i, (row, text) in enumerate(zip(rows, texts, strict=True))
        if text
    ]


def swda(recipe: Recipe) -> Iterator[Table]:
    """Questions on the telephone, after the two utterances before them: are they rhetorical."""
    rows = recipe.rows("rhetorical_swda/questions.jsonl.gz")
    questions = [_question(i, row) for i, row in enumerate(rows) if row["tag"] != "bh"]
    train, test = (
        recipe.limited(part, lambda example: example.banned) for part in _apart(questions, 0.2)
    )
    split = Split(*_apart(train, 0.1), test)
    readings = {
        "question": lambda e: e.text,
        "two before + question": lambda e: " ".join([*(said for _, said in e.context), e.text]),
    }
    done = _compared(recipe, "swda", "SwDA: rhetorical question", split, readings)
    floors = [(name, None, None, None, None, value) for name, value in SWDA_FLOORS.items()]
    yield done._replace(rows=[*done.rows, _shipped(test), *floors])


def _question(number: int, row: Row) -> Example:
    context = tuple(
        ("agent" if said.startswith(f"{row['speaker']}:") else "customer", said[2:].strip())
        for said in row["prev"]
    )
    name = f"swda-{number}"
    return _example(name, row["dialogue"], row["text"], bool(row["rhetorical"]), context)


def _example(name: str, item: str, text: str, is_so: bool, context: tuple = ()) -> Example:
    banned = frozenset({"rhetorical"} if is_so else ())
    return Example(name, item, "en", "banned", text, context=context, banned=banned)


def _apart(examples: Sequence[Example], share: float) -> tuple[list[Example], list[Example]]:
    """Split off a share of the items (dialogues, tweets), with seed 0."""
    splitter = GroupShuffleSplit(1, test_size=share, random_state=0)
    kept, taken = next(splitter.split(examples, groups=[example.item for example in examples]))
    return [examples[i] for i in kept], [examples[i] for i in taken]


def _compared(
    recipe: Recipe, name: str, title: str, split: Split, readings: Mapping[str, Reading]
) -> Table:
    """Train ours and the floors on the same examples, and set both thresholds by the same tenth."""
    states = recipe.states(name, [*split.training, *split.asked])
    logits = recipe.logits(name, split.training, split.asked, states)[:, RHETORICAL]
    rows = [_row("ours", split, 1 / (1 + np.exp(-logits)))]
    for reading, read in readings.items():
        texts, asked = [*map(read, split.training)], [*map(read, split.asked)]
        rows.append(
            _row(f"letters: {reading}", split, floor(texts, _so(split.training), asked)[:, 1])
        )
    positive = [int(_so(part).sum()) for part in split]
    return Table(
        f"{title}; yes: {positive[0]} of {len(split.training):,} in training, "
        f"{positive[1]} of {len(split.tenth):,} for the threshold, "
        f"{positive[2]} of {len(split.test):,} in test",
        COLUMNS,
        rows,
    )


def _row(name: str, split: Split, scores: np.ndarray) -> tuple[str | float | None, ...]:
    """One line of `COLUMNS` from the scores (tenth and test) of a model."""
    tenth, test = scores[: len(split.tenth)], scores[len(split.tenth) :]
    truth = _so(split.test)
    chosen = _figures(truth, test >= _best_threshold(_so(split.tenth), tenth))
    return (
        name,
        float(average_precision_score(truth, test)),
        *(chosen[key] for key in ("f1", "precision", "recall")),
        _figures(truth, test >= 0.5)["f1"],
    )


def _shipped(test: Sequence[Example]) -> tuple[str | float | None, ...]:
    """How the shipped model's probability ranks questions it was never trained for."""
    rows = [
        BannedRow(
            lang=example.lang,
            context=[TurnRow(role=role, text=text) for role, text in example.context],
            text=example.text,
            labels=sorted(example.banned or ()),
        )
        for example in test
    ]
    judged = judge_banned(rows, Inspector.default())
    scores = np.nan_to_num(judged.probabilities[:, RHETORICAL])
    precision = float(average_precision_score(_so(test), scores))
    found = _figures(_so(test), scores >= 0.5)["f1"]
    return ("shipped, without training", precision, None, None, None, found)


def _so(examples: Sequence[Example]) -> np.ndarray:
    return np.array([bool(example.banned) for example in examples], bool)


def _figures(truth: np.ndarray, guess: np.ndarray) -> dict[str, float | None]:
    result = table("", [""] * len(truth), truth[:, None], guess[:, None], ("yes",))
    return result["labels"]["yes"]


def _best_threshold(truth: np.ndarray, scores: np.ndarray) -> float:
    """The lowest score to say yes from that gives the best F1."""

    def f1(threshold: float) -> float:
        guess = scores >= threshold
        return 2 * (truth & guess).sum() / (truth.sum() + guess.sum())

    return max(np.unique(scores).tolist(), key=f1)
