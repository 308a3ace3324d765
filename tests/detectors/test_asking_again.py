from __future__ import annotations

import pytest

from cs_qa.detectors.banned_phrases import BannedPhrases
from cs_qa.types import (
    AnnotatedTranscript,
    Evidence,
    GivenDetail,
    Transcript,
    Turn,
    TurnAnnotation,
)


@pytest.mark.parametrize(
    ("what", "given_turn", "detail", "explanation"),
    [
        ("order_number", 0, GivenDetail("order_number", 0), "order number, given in turn 1."),
        ("phone", None, None, "phone."),
        (None, None, None, "this sentence carries it, read with what was said before."),
    ],
)
def test_a_finding_says_what_was_given_and_where(
    what: str | None, given_turn: int | None, detail: GivenDetail | None, explanation: str
) -> None:
    turns = (Turn("customer", "Order 40-2281"), Turn("agent", "Order number?"))
    evidence = Evidence("repeat_request", 0, 13, what=what, given_turn=given_turn)
    said = TurnAnnotation("en", banned={"repeat_request": 0.85}, evidence=(evidence,))
    annotated = AnnotatedTranscript(Transcript("t", turns), "en", (TurnAnnotation("en"), said))
    ((finding,),) = BannedPhrases()([annotated])
    assert finding.detail == detail
    assert finding.explanation.endswith(explanation)
