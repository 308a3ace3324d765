from __future__ import annotations

from typing import Any

import pytest

from cs_qa.judges import JUDGES, first_answers_to_negative
from cs_qa.rubric import Rubric
from cs_qa.types import CRITERIA, Finding, Span

RUBRIC = Rubric.default()
UPSET: Any = ("customer", "No!", {"sentiment": "negative"})
CALM: Any = ("customer", "Yes.", {"sentiment": "neutral"})
IMAGE: Any = ("customer", "")
ANSWER: Any = ("agent", "So.", {"empathy": 1, "politeness": 0.8})
BOT: Any = ("bot", "Hello!")


def judged(name: Any, annotated: Any, *findings: Finding) -> tuple[float | None, str, float]:
    return JUDGES[name](annotated, findings, RUBRIC)


def finding(criterion: Any, label: str, turn: int, confidence: float = 0.9) -> Finding:
    return Finding(criterion, label, Span(turn, 0, 1), "x", confidence, "d@1", "Why.")


def test_every_criterion_has_a_judge() -> None:
    assert set(JUDGES) == set(CRITERIA)


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ([], []),
        ([ANSWER], []),
        ([CALM, ANSWER], []),
        ([UPSET], []),
        ([UPSET, ANSWER], [1]),
        ([UPSET, ANSWER, ANSWER], [1]),
        ([UPSET, CALM, ANSWER], [2]),
        ([CALM, UPSET, IMAGE, ANSWER], [3]),
        ([UPSET, BOT, ANSWER], [2]),
        ([UPSET, ANSWER, CALM, ANSWER, UPSET, ANSWER], [1, 5]),
    ],
)
def test_first_answers_to_negative_turns(
    converse: Any, said: list[Any], answers: list[int]
) -> None:
    assert first_answers_to_negative(converse(*said)) == answers


@pytest.mark.parametrize(
    ("name", "said", "reason"),
    [
        ("sentiment", [IMAGE], "The customer wrote nothing that could be judged."),
        ("banned_phrases", [UPSET], "No agent turn."),
        ("repeated_scripts", [ANSWER, UPSET], "Fewer than two agent turns."),
        ("empathy", [CALM, ANSWER], "The customer was not upset, or no agent answered."),
        ("empathy", [UPSET, ("agent", "")], "The answers hold nothing that could be judged."),
        ("policy_accuracy", [ANSWER], "No statement about a policy was checked."),
        (
            "language",
            [("agent", "👍", {"language": "und"}), ("agent", "1", {"language": None})],
            "No agent turn long enough to tell its language.",
        ),
        ("politeness", [UPSET], "No agent turn that could be judged."),
    ],
)
def test_why_a_criterion_does_not_apply(
    converse: Any, name: str, said: list[Any], reason: str
) -> None:
    assert judged(name, converse(*said)) == (None, reason, 0.0)


@pytest.mark.parametrize(
    ("name", "said", "findings", "value", "reason", "confidence"),
    [
        ("sentiment", [UPSET, CALM], [], 76, "The customer began negative and ended neutral.", 0.8),
        ("banned_phrases", [ANSWER], [], 100, "No banned phrase found.", 1.0),
        (
            "banned_phrases",
            [("agent", "No.", {"banned": {"hostile": 0.3}})],
            [],
            100,
            "No banned phrase found.",
            0.7,
        ),
        (
            "banned_phrases",
            [ANSWER],
            [("rhetorical", 7, 0.6), ("deflecting", 3, 0.9), ("accusatory", 3, 0.7)],
            30,
            "Found: accusatory in turn 4, deflecting in turn 4, rhetorical in turn 8.",
            0.9,
        ),
        ("repeated_scripts", [ANSWER] * 2, [], 100, "No script was sent twice.", 1.0),
        (
            "repeated_scripts",
            [ANSWER] * 2,
            [("r", 3, 0.91), ("r", 12, 1.0)],
            60,
            "Repeats an earlier message in turn 4, 13.",
            1.0,
        ),
        (
            "empathy",
            [UPSET, ANSWER, UPSET, ("agent", "I see.", {"empathy": 2})],
            [],
            80,
            "Empathy of the answers to an upset customer: formulaic in turn 2, specific in turn 4.",
            0.8,
        ),
        (
            "policy_accuracy",
            [ANSWER],
            [("accurate", 0, 0.6), ("inaccurate", 0, 0.8), ("unsupported", 0, 0.99)],
            50,
            "1 of 2 statements agree with the policy.",
            0.8,
        ),
        (
            "language",
            [ANSWER, ANSWER],
            [],
            100,
            "Every agent turn is in the customer's language.",
            1.0,
        ),
        (
            "language",
            [ANSWER, ANSWER],
            [("language_mismatch", 1, 0.9)],
            50,
            "1 of 2 agent turns in another language than the customer's.",
            0.9,
        ),
        (
            "language",
            [ANSWER, ANSWER],
            [("placeholder", 1, 0.8), ("mojibake", 1, 0.7)],
            80,
            "0 of 2 agent turns in another language than the customer's. "
            "Also found: mojibake, placeholder.",
            0.8,
        ),
        ("politeness", [ANSWER, ANSWER], [], 80, "Mean politeness over 2 agent turns.", 0.8),
    ],
)
def test_a_judge_gives_value_reason_and_confidence(
    converse: Any,
    name: str,
    said: list[Any],
    findings: list[tuple[str, int, float]],
    value: float,
    reason: str,
    confidence: float,
) -> None:
    found = [finding(name, label, turn, sure) for label, turn, sure in findings]
    got: Any = judged(name, converse(*said), *found)
    assert got == (pytest.approx(value), reason, pytest.approx(confidence))


def test_a_mismatch_in_a_turn_without_language_is_not_counted(converse: Any) -> None:
    told = converse(ANSWER, ("agent", "👍", {"language": "und"}))
    value, reason, _ = judged("language", told, finding("language", "language_mismatch", 1))
    assert value == 100
    assert reason.startswith("0 of 1 ")
