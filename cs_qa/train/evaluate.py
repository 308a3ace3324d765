"""Measure the models in use on labelled data, through the same path that `inspect` takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cs_qa.batch import Inspector
from cs_qa.errors import InputError
from cs_qa.rubric import Rubric
from cs_qa.train.metrics import lines, one_hot, table
from cs_qa.types import BANNED_LABELS, SENTIMENTS, Scorecard, Transcript, Turn

Rows = Sequence[Mapping[str, Any]]
Result = dict[str, Any]

LEVELS = (0, 1, 2)


def evaluate_file(data: Path, task: str, out: Path | None) -> int:
    """Print the table of a task, and write it to `out` too; give the exit code."""
    if task not in TASKS:
        raise InputError(f"No task named {task!r}. Possible: {', '.join(TASKS)}.")
    rows = list(_rows(data))
    try:
        result = TASKS[task](rows)
    except KeyError as error:
        raise InputError(
            f"{data}: a row has no {error}; docs/reference/formats.md shows the rows of {task}."
        ) from error
    for line in lines(result):
        print(line)  # noqa: T201
    if out is not None:
        out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


def evaluate_banned(rows: Rows) -> Result:
    """Banned labels of an agent turn after its context; rows {"context", "text", "labels"}."""
    cards = _cards(
        [[*map(_turn, row["context"]), Turn("agent", row["text"])] for row in rows]
    )
    guess = [_banned(card, -1) for card in cards]
    truth = [_flags(row["labels"]) for row in rows]
    return table("banned", _langs(rows), _array(truth), _array(guess), BANNED_LABELS)


def evaluate_empathy(rows: Rows) -> Result:
    """Empathy level of an answer; rows {"customer", "agent", "level"}."""
    cards = _cards(
        [[Turn("customer", row["customer"]), Turn("agent", row["agent"])] for row in rows]
    )
    levels = [e.level if (e := card.annotated.turns[-1].empathy) else None for card in cards]
    truth = one_hot([row["level"] for row in rows], LEVELS)
    return table("empathy", _langs(rows), truth, one_hot(levels, LEVELS), [str(x) for x in LEVELS])


def evaluate_sentiment(rows: Rows) -> Result:
    """Sentiment of a customer message; rows {"text", "label"}."""
    cards = _cards([[Turn("customer", row["text"])] for row in rows])
    labels = [s.label if (s := card.annotated.turns[-1].sentiment) else None for card in cards]
    truth = one_hot([row["label"] for row in rows], SENTIMENTS)
    return table("sentiment", _langs(rows), truth, one_hot(labels, SENTIMENTS), SENTIMENTS)


def evaluate_politeness(rows: Rows) -> Result:
    """Whether an agent message is polite; rows {"text", "score"}, polite when score > 0.

    A message counts as polite when it is above the median of its language in the data, since
    norms differ.
    """
    cards = _cards([[Turn("agent", row["text"])] for row in rows])
    values = [card.annotated.turns[-1].politeness or 0.0 for card in cards]
    langs = _langs(rows)
    middle = {
        lang: sorted(v for v, other in zip(values, langs, strict=True) if other == lang)
        for lang in set(langs)
    }
    guess = [
        value > middle[lang][len(middle[lang]) // 2]
        for value, lang in zip(values, langs, strict=True)
    ]
    truth = one_hot([row["score"] > 0 for row in rows], (True, False))
    return table("politeness", langs, truth, one_hot(guess, (True, False)), ("polite", "impolite"))


def evaluate_language(rows: Rows) -> Result:
    """Language of a text by itself; rows {"text", "lang"}."""
    from cs_qa.text.language import detect_language

    langs = _langs(rows)
    known = sorted(set(langs))
    guess = [detect_language(row["text"]) for row in rows]
    return table("language", langs, one_hot(langs, known), one_hot(guess, known), known)


def evaluate_conversations(rows: Rows) -> Result:
    """Banned labels of every agent turn of whole conversations; `flagged` is any of them."""
    cards = _cards([[_turn(turn) for turn in row["turns"]] for row in rows])
    langs, truth, guess = [], [], []
    for row, card in zip(rows, cards, strict=True):
        for index, turn in enumerate(row["turns"]):
            if turn["role"] == "agent":
                langs.append(row["lang"])
                truth.append(_with_any(_flags(turn["banned"])))
                guess.append(_with_any(_banned(card, index)))
    labels = (*BANNED_LABELS, "flagged")
    return table("conversations", langs, _array(truth), _array(guess), labels)


TASKS: dict[str, Callable[[Rows], Result]] = {
    "banned": evaluate_banned,
    "empathy": evaluate_empathy,
    "sentiment": evaluate_sentiment,
    "politeness": evaluate_politeness,
    "language": evaluate_language,
    "conversations": evaluate_conversations,
}


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise InputError(f"{path}:{number}: is not JSON: {error}.") from error


def _cards(conversations: Sequence[Sequence[Turn]]) -> list[Scorecard]:
    transcripts = [
        Transcript(str(number), tuple(turns)) for number, turns in enumerate(conversations)
    ]
    return list(Inspector.default().inspect(transcripts))


def _turn(turn: Mapping[str, Any]) -> Turn:
    return Turn(turn["role"], turn["text"])


def _banned(card: Scorecard, index: int) -> list[bool]:
    banned = card.annotated.turns[index].banned or {}
    rubric = Rubric.default()
    return [
        banned.get(label, 0.0) >= rubric.min_confidence_for("banned_phrases", label)
        for label in BANNED_LABELS
    ]


def _flags(labels: Sequence[str]) -> list[bool]:
    return [label in labels for label in BANNED_LABELS]


def _with_any(flags: list[bool]) -> list[bool]:
    return [*flags, any(flags)]


def _langs(rows: Rows) -> list[str]:
    return [row["lang"] for row in rows]


def _array(rows: Sequence[Sequence[bool]]) -> Any:
    import numpy as np

    return np.array(rows, bool)
