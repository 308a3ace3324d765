"""The tasks of `evaluate`: how the rows of each are judged, on the path that `inspect` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from cs_qa.batch import Inspector, mask_transcript
from cs_qa.errors import InputError
from cs_qa.evaluation.judged import Judged
from cs_qa.evaluation.labelled import (
    LEVELS,
    BannedRow,
    ConversationRow,
    EmpathyRow,
    LanguageRow,
    PolitenessRow,
    RepeatedRow,
    Row,
    SentimentRow,
    TurnRow,
)
from cs_qa.evaluation.metrics import one_hot
from cs_qa.text.language import detect_language
from cs_qa.types import BANNED_LABELS, SENTIMENTS, Scorecard, Transcript, Turn

Judge = Callable[[Sequence[Any], Inspector], Judged]
Shown = Mapping[str, Any]

REPEATED = "repeated_script"


def judge_banned(rows: Sequence[BannedRow], inspector: Inspector) -> Judged:
    """Banned labels of an agent turn after its context."""
    cards = _cards(([*map(_turn, row.context), Turn("agent", row.text)] for row in rows), inspector)
    places = [(number, len(row.context), row.labels) for number, row in enumerate(rows)]
    return _judged_turns("banned", rows, cards, places, inspector)


def judge_conversations(rows: Sequence[ConversationRow], inspector: Inspector) -> Judged:
    """Banned labels of every labelled agent turn of whole conversations."""
    cards = _cards((map(_turn, row.turns) for row in rows), inspector)
    places = [
        (number, index, turn.banned)
        for number, row in enumerate(rows)
        for index, turn in enumerate(row.turns)
        if turn.role == "agent" and turn.banned is not None
    ]
    return _judged_turns("conversations", rows, cards, places, inspector)


def judge_empathy(rows: Sequence[EmpathyRow], inspector: Inspector) -> Judged:
    """Empathy level of an answer."""
    turns = ([Turn("customer", row.customer), Turn("agent", row.agent)] for row in rows)
    cards = _cards(turns, inspector)
    said = [card.annotated.turns[-1].empathy for card in cards]
    return _judged_rows(
        "empathy",
        rows,
        cards,
        labels=tuple(map(str, LEVELS)),
        truth=[str(row.level) for row in rows],
        guess=[str(each.level) if each else None for each in said],
        probabilities=[each.probabilities if each else None for each in said],
    )


def judge_sentiment(rows: Sequence[SentimentRow], inspector: Inspector) -> Judged:
    """Sentiment of a customer message."""
    cards = _cards(([Turn("customer", row.text)] for row in rows), inspector)
    said = [card.annotated.turns[-1].sentiment for card in cards]
    return _judged_rows(
        "sentiment",
        rows,
        cards,
        labels=SENTIMENTS,
        truth=[row.label for row in rows],
        guess=[each.label if each else None for each in said],
        probabilities=[
            [getattr(each, name) for name in SENTIMENTS] if each else None for each in said
        ],
    )


def judge_politeness(rows: Sequence[PolitenessRow], inspector: Inspector) -> Judged:
    """Whether an agent message is polite: its score is over 0.

    A message counts as polite when it is above the median of its language in the data, since
    norms differ: half of them, so the data should hold as many polite messages as others.
    """
    cards = _cards(([Turn("agent", row.text)] for row in rows), inspector)
    values = [card.annotated.turns[-1].politeness or 0.0 for card in cards]
    own: dict[str, list[float]] = {}
    for row, value in zip(rows, values, strict=True):
        own.setdefault(row.lang, []).append(value)
    middle = {lang: median(each) for lang, each in own.items()}
    pairs = list(zip(rows, values, strict=True))
    return _judged_rows(
        "politeness",
        rows,
        cards,
        labels=("polite", "impolite"),
        truth=["polite" if row.score > 0 else "impolite" for row in rows],
        guess=["polite" if value > middle[row.lang] else "impolite" for row, value in pairs],
        also=[{"politeness": value, "polite_above": middle[row.lang]} for row, value in pairs],
    )


def judge_repeated(rows: Sequence[RepeatedRow], inspector: Inspector) -> Judged:
    """Agent turns that send the same script to the same customer again."""
    cards = _cards((map(_turn, row.turns) for row in rows), inspector)
    places = [
        (number, index)
        for number, row in enumerate(rows)
        for index, turn in enumerate(row.turns)
        if turn.role == "agent"
    ]
    found = [
        {finding.span.turn for finding in card.findings if finding.label == REPEATED}
        for card in cards
    ]
    truth = [[turn in rows[row].repeated] for row, turn in places]
    guess = [[turn in found[row]] for row, turn in places]
    return Judged(
        "repeated",
        (REPEATED,),
        np.array([rows[row].lang for row, _ in places], str),
        np.array(truth, bool).reshape(-1, 1),
        np.array(guess, bool).reshape(-1, 1),
        np.array([row for row, _ in places], int),
        [_shown(cards[row], turn) for row, turn in places],
        is_multi_label=True,
        models=_models(cards),
        unscored=_unscored(cards),
    )


def judge_language(rows: Sequence[LanguageRow], _: Inspector) -> Judged:
    """Language of a text by itself. No model is asked."""
    told = [detect_language(row.text) for row in rows]
    truth = [row.lang for row in rows]
    labels = tuple(sorted(set(truth)))
    masked = (mask_transcript(Transcript("", (Turn("customer", row.text),))) for row in rows)
    return Judged(
        "language",
        labels,
        np.array(truth, str),
        one_hot(truth, labels),
        one_hot(told, labels),
        np.arange(len(rows)),
        [
            {"text": each.turns[0].text, "guess": lang}
            for each, lang in zip(masked, told, strict=True)
        ],
    )


TASKS: dict[str, tuple[type[Row], Judge]] = {
    "banned": (BannedRow, judge_banned),
    "empathy": (EmpathyRow, judge_empathy),
    "sentiment": (SentimentRow, judge_sentiment),
    "politeness": (PolitenessRow, judge_politeness),
    "language": (LanguageRow, judge_language),
    "conversations": (ConversationRow, judge_conversations),
    "repeated": (RepeatedRow, judge_repeated),
}


def _judged_turns(
    task: str,
    rows: Sequence[Row],
    cards: Sequence[Scorecard],
    places: Sequence[tuple[int, int, Sequence[str]]],
    inspector: Inspector,
) -> Judged:
    """Gather banned labels; a place is row, turn and true labels."""
    said = [cards[row].annotated.turns[turn].banned or {} for row, turn, _ in places]
    shape = (len(places), len(BANNED_LABELS))
    probabilities = np.array(
        [[each.get(label, np.nan) for label in BANNED_LABELS] for each in said], float
    ).reshape(shape)
    least = [
        inspector.rubric.min_confidence_for("banned_phrases", label) for label in BANNED_LABELS
    ]
    truth = [[label in labels for label in BANNED_LABELS] for *_, labels in places]
    return Judged(
        task,
        BANNED_LABELS,
        np.array([rows[row].lang for row, *_ in places], str),
        np.array(truth, bool).reshape(shape),
        probabilities >= np.array(least),
        np.array([row for row, *_ in places], int),
        [_shown(cards[row], turn) for row, turn, _ in places],
        probabilities,
        is_multi_label=True,
        models=_models(cards),
        unscored=_unscored(cards),
    )


def _judged_rows(
    task: str,
    rows: Sequence[Row],
    cards: Sequence[Scorecard],
    *,
    labels: tuple[str, ...],
    truth: Sequence[str],
    guess: Sequence[str | None],
    probabilities: Sequence[Sequence[float] | None] | None = None,
    also: Sequence[Shown] | None = None,
) -> Judged:
    """Gather the last turn of each row, which has one label."""
    unknown = [np.nan] * len(labels)
    return Judged(
        task,
        labels,
        np.array([row.lang for row in rows], str),
        one_hot(truth, labels),
        one_hot(guess, labels),
        np.arange(len(rows)),
        [
            {**_shown(card, len(card.annotated.turns) - 1), **more}
            for card, more in zip(cards, also or [{}] * len(cards), strict=True)
        ],
        None if probabilities is None else np.array([each or unknown for each in probabilities]),
        models=_models(cards),
        unscored=_unscored(cards),
    )


def _cards(conversations: Iterable[Iterable[Turn]], inspector: Inspector) -> list[Scorecard]:
    """Inspect conversations; InputError, with the reason, where none of them could be judged."""
    transcripts = [
        Transcript(str(number), tuple(turns)) for number, turns in enumerate(conversations)
    ]
    cards = list(inspector.inspect(transcripts))
    reasons = _unscored(cards)
    if len(reasons) == len(cards):
        raise InputError(f"No row could be judged; the first because: {reasons[0]}")
    return cards


def _unscored(cards: Sequence[Scorecard]) -> dict[int, str]:
    return {
        number: next(j.reason for j in card.judgements if j.verdict == "unscored")
        for number, card in enumerate(cards)
        if card.is_unscored
    }


def _models(cards: Sequence[Scorecard]) -> dict[str, str]:
    return dict(cards[0].provenance.models)


def _shown(card: Scorecard, turn: int) -> Shown:
    """The turns up to the judged one, as the models saw them: masked."""
    turns = card.annotated.transcript.turns[: turn + 1]
    return {"turns": [{"role": each.role, "text": each.text} for each in turns]}


def _turn(turn: TurnRow) -> Turn:
    return Turn(turn.role, turn.text)
