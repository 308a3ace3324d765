from __future__ import annotations

from typing import Any

import pytest

from cs_qa.annotate import ASKED_AGAIN, ASKED_NEW, annotate
from cs_qa.nn.registry import Models
from cs_qa.types import BANNED_LABELS, Evidence, Transcript, Turn, TurnAnnotation

pytestmark = pytest.mark.usefixtures("no_phrases")

GIVEN = "Order number 40-2281, it leaks."
ASKING = "Hello! Could you send me your order number?"


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch, fake_models: Models) -> Any:
    """Annotate a customer's and an agent's turn with a head that says one probability."""

    def annotated(customer: str, agent: str, probability: float) -> TurnAnnotation:
        said = {label: probability * (label == "repeat_request") for label in BANNED_LABELS}
        monkeypatch.setattr("cs_qa.annotate.banned_probabilities", lambda *_: dict(said))
        turns = (Turn("customer", customer), Turn("agent", agent))
        (told,) = annotate([Transcript("t", turns, language="en")], fake_models)
        return told.turns[1]

    return annotated


@pytest.mark.parametrize(
    ("customer", "agent", "head", "probability"),
    [
        (GIVEN, ASKING, 0.1, ASKED_AGAIN),
        (GIVEN, ASKING, 0.95, 0.95),
        (GIVEN, ASKING, 0.001, 0.001),
        (GIVEN, f"> {ASKING}\nDone.", 0.1, 0.1),
        ("It leaks.", ASKING, 0.9, ASKED_NEW),
        ("It leaks.", ASKING, 0.1, 0.1),
        (GIVEN, "Fine, thanks.", 0.9, 0.9),
    ],
)
def test_head_and_comparison_together(
    judge: Any, customer: str, agent: str, head: float, probability: float
) -> None:
    assert judge(customer, agent, head).banned["repeat_request"] == probability


def test_the_evidence_is_the_clause_that_asks(judge: Any) -> None:
    start = ASKING.index("Could")
    expected = Evidence("repeat_request", start, len(ASKING), what="order_number", given_turn=0)
    assert judge(GIVEN, ASKING, 0.1).evidence == (expected,)
