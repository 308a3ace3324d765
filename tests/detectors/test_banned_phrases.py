from __future__ import annotations

from typing import Any

import pytest

from cs_qa.detectors.banned_phrases import BannedPhrases
from cs_qa.types import AnnotatedTranscript, Evidence, Span, Transcript, Turn, TurnAnnotation


@pytest.mark.parametrize(
    ("banned", "labels"),
    [
        ({}, []),
        ({"deflecting": 0.49}, []),
        ({"deflecting": 0.5}, ["deflecting"]),
        ({"hostile": 0.9, "rhetorical": 0.3, "accusatory": 0.7}, ["hostile", "accusatory"]),
    ],
)
def test_a_finding_stands_from_the_least_confidence_on(
    converse: Any, banned: dict[str, float], labels: list[str]
) -> None:
    told = converse(("agent", "No.", {"banned": banned}))
    (found,) = BannedPhrases()([told])
    assert [finding.label for finding in found] == labels
    assert [finding.confidence for finding in found] == [banned[label] for label in labels]


def test_the_least_confidence_is_an_option(converse: Any) -> None:
    told = converse(("agent", "No.", {"banned": {"hostile": 0.6}}))
    assert BannedPhrases(min_confidence=0.7)([told]) == [[]]
    assert [len(found) for found in BannedPhrases(min_confidence=0.6)([told])] == [1]


@pytest.mark.parametrize(
    ("phrase", "is_disguised", "explanation"),
    [
        ("not my job", False, "Shirks without a next step: the wording “not my job”."),
        (
            "not my job",
            True,
            "Shirks without a next step: the wording “not my job”, written so as to hide it.",
        ),
        (None, False, "Shirks without a next step: this sentence carries it, read with what was"),
    ],
)
def test_a_finding_covers_the_sentence_and_says_why(
    phrase: str | None, is_disguised: bool, explanation: str
) -> None:
    evidence = Evidence("deflecting", 7, 18, phrase, is_disguised)
    turn = TurnAnnotation("en", banned={"deflecting": 0.9}, evidence=(evidence,))
    transcript = Transcript("t1", (Turn("agent", "Sorry. Not my job!"),))
    ((finding,),) = BannedPhrases()([AnnotatedTranscript(transcript, "en", (turn,))])
    assert finding.span == Span(0, 7, 18)
    assert finding.text == "Not my job!"
    assert finding.explanation.startswith(explanation)
