"""Measure the models in use on labelled data, through the same path that `inspect` takes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cs_qa.batch import Inspector
from cs_qa.errors import InputError, RowError
from cs_qa.rubric import Rubric
from cs_qa.train.metrics import lines, one_hot, table
from cs_qa.types import (
    BANNED_LABELS,
    SENTIMENTS,
    BannedLabel,
    Role,
    Scorecard,
    SentimentLabel,
    Transcript,
    Turn,
)

Rows = Sequence[Mapping[str, Any]]
Result = dict[str, Any]
Labels = list[BannedLabel | Literal["repeated_script"]]

LEVELS = (0, 1, 2)


class Row(BaseModel):
    """What every labelled row has; other keys are ignored."""

    model_config = ConfigDict(strict=True)

    lang: str


class TurnRow(BaseModel):
    """A turn; an agent turn without `banned` has no labels and is not measured."""

    role: Role
    text: str
    banned: Labels | None = None


class BannedRow(Row):
    """An agent turn after its context. A `repeated_script` is another detector's to find."""

    context: list[TurnRow]
    text: str
    labels: Labels


class EmpathyRow(Row):
    """A customer's message and the answer to it."""

    customer: str
    agent: str
    level: Annotated[int, Field(ge=LEVELS[0], le=LEVELS[-1])]


class SentimentRow(Row):
    """A customer's message."""

    text: str
    label: SentimentLabel


class PolitenessRow(Row):
    """A message with the crowd's score; over 0 it is polite."""

    text: str
    score: float


class LanguageRow(Row):
    """A text in a known language."""

    text: str


class ConversationRow(Row):
    """A whole conversation."""

    turns: Annotated[list[TurnRow], Field(min_length=1)]


def evaluate_file(data: Path, task: str, out: Path | None) -> int:
    """Print the table of a task, and write it to `out` too; give the exit code.

    An unusable row is named on stderr and left out. Raises InputError where none is left.
    """
    if task not in TASKS:
        raise InputError(f"No task named {task!r}. Possible: {', '.join(TASKS)}.")
    if out is not None and not out.parent.is_dir():
        raise InputError(f"--json {out}: the folder {out.parent} does not exist; make it first.")
    row_type, measure = TASKS[task]
    unusable: list[RowError] = []
    rows = list(_rows(data, row_type, unusable.append))
    for error in unusable:
        print(error, file=sys.stderr)  # noqa: T201
    if not rows:
        raise InputError(
            f"{data}: no row could be used; docs/reference/formats.md shows the rows of {task}."
        )
    result = measure(rows)
    for line in lines(result):
        print(line)  # noqa: T201
    if out is not None:
        out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 1 if unusable else 0


def evaluate_banned(rows: Rows) -> Result:
    """Banned labels of an agent turn after its context; rows {"context", "text", "labels"}."""
    cards = _cards([[*map(_turn, row["context"]), Turn("agent", row["text"])] for row in rows])
    guess = [_banned(card, -1) for card in cards]
    truth = [_flags(row["labels"]) for row in rows]
    return table("banned", _langs(rows), truth, guess, BANNED_LABELS)


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
    norms differ: half of them, so the data should hold as many polite messages as others.
    """
    cards = _cards([[Turn("agent", row["text"])] for row in rows])
    values = [card.annotated.turns[-1].politeness or 0.0 for card in cards]
    langs = _langs(rows)
    middle = {
        lang: median(v for v, other in zip(values, langs, strict=True) if other == lang)
        for lang in set(langs)
    }
    guess = [value > middle[lang] for value, lang in zip(values, langs, strict=True)]
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
    """Banned labels of every agent turn of whole conversations.

    The row `flagged`, any of them, is no label: it is not in the macro-F1.
    """
    cards = _cards([[_turn(turn) for turn in row["turns"]] for row in rows])
    langs, truth, guess = [], [], []
    for row, card in zip(rows, cards, strict=True):
        for index, turn in enumerate(row["turns"]):
            if turn["role"] == "agent" and turn.get("banned") is not None:
                langs.append(row["lang"])
                truth.append(_flags(turn["banned"]))
                guess.append(_banned(card, index))
    result = table("conversations", langs, truth, guess, BANNED_LABELS)
    either = table("flagged", langs, _any(truth), _any(guess), ("flagged",))
    result["labels"] |= either["labels"]
    return result


TASKS: dict[str, tuple[type[Row], Callable[[Rows], Result]]] = {
    "banned": (BannedRow, evaluate_banned),
    "empathy": (EmpathyRow, evaluate_empathy),
    "sentiment": (SentimentRow, evaluate_sentiment),
    "politeness": (PolitenessRow, evaluate_politeness),
    "language": (LanguageRow, evaluate_language),
    "conversations": (ConversationRow, evaluate_conversations),
}


def _rows(
    path: Path, row_type: type[Row], on_error: Callable[[RowError], None]
) -> Iterator[Mapping[str, Any]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
            row_type.model_validate(row)
        except ValidationError as error:
            on_error(RowError(_explained(error), source=str(path), line=number))
        except (ValueError, RecursionError) as error:
            on_error(RowError(f"is not JSON: {error}", source=str(path), line=number))
        else:
            yield row


def _explained(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, each['loc'])) or 'the row'}: {each['msg']}" for each in error.errors()
    )


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


def _any(rows: Sequence[Sequence[bool]]) -> list[list[bool]]:
    return [[any(row)] for row in rows]


def _langs(rows: Rows) -> list[str]:
    return [row["lang"] for row in rows]
