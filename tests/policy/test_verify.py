"""Which clause a statement is about, what the verdict is, and how that hangs on the day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy.making import clause, reading, statement

from cs_qa.nn.encoder import Vector
from cs_qa.policy.facts import FactValue
from cs_qa.policy.pack import Clause, PolicyPack, pack_in_force
from cs_qa.policy.pack_file import PackTable
from cs_qa.policy.verify import Verdict, verify

RETURNS = clause(return_window_days=60, counted_from="delivery", allowed=True, id="ret")
REFUND = clause("refund_time", refund_business_days=7, id="refund")
INSURANCE = clause("insurance", fee_amount=30, id="ins")


def verdicts(
    text: str,
    clauses: list[Clause],
    vectors: dict[str, Vector] | None = None,
    /,
    **read: Any,
) -> list[tuple[str, str | None]]:
    found = verify(statement(text, reading(**read)), clauses, vectors or {})
    return [(each.label, each.policy_id) for each in found]


@pytest.mark.parametrize(
    ("text", "read", "found"),
    [
        ("60 days", {}, [("accurate", "ret")]),
        ("30 days", {}, [("inaccurate", "ret")]),
        ("60 days", {"start": "delivery", "polarity": "yes"}, [("accurate", "ret")]),
        ("60 days", {"start": "purchase"}, [("inaccurate", "ret")]),
        ("Yes.", {"polarity": "yes"}, [("accurate", "ret")]),
        ("We like that.", {}, []),
        ("7 business days", {"topic": "refund_time"}, [("accurate", "refund")]),
        # The value tells which clause where the topic does not.
        ("7 business days", {"topic": {"returns": 0.5, "refund_time": 0.4}},
         [("accurate", "refund")]),
        ("9 business days", {"topic": {"returns": 0.7, "refund_time": 0.2}},
         [("inaccurate", "ret")]),
        # No topic is likely, and no value agrees.
        ("9 days", {"topic": {"returns": 0.1, "warranty": 0.1}}, []),
        ("60 days", {"topic": {"returns": 0.1, "warranty": 0.1}}, [("accurate", "ret")]),
        ("9 days", {"topic": {"returns": 0.2, "warranty": 0.2}}, [("inaccurate", "ret")]),
        ("9 days", {"topic": {"returns": 0.2, "warranty": 0.2}, "claim": 0.7}, []),
        ("60 days", {"topic": {"returns": 0.2, "warranty": 0.2}, "claim": 0.7}, []),
        ("60 days", {"claim": 0.7}, [("accurate", "ret")]),
    ],
)  # fmt: skip
def test_clause_and_verdict(
    text: str, read: dict[str, Any], found: list[tuple[str, str | None]]
) -> None:
    assert verdicts(text, [RETURNS, REFUND], **read) == found


@pytest.mark.parametrize(
    ("read", "is_unsupported"),
    [
        ({"topic": "other"}, True),
        ({"topic": "gift_card"}, True),
        ({"topic": {"other": 0.3, "returns": 0.01}}, False),
        ({"topic": "other", "claim": 0.7}, False),
        # The likeliest topic has a clause, though nothing of it can be compared.
        ({"topic": {"refund_time": 0.5, "other": 0.45}}, False),
    ],
)
def test_a_rule_on_a_topic_without_a_clause_is_unsupported(
    read: dict[str, Any], is_unsupported: bool
) -> None:
    found = verdicts("We wrap gifts.", [RETURNS, REFUND], **read)
    assert found == ([("unsupported", None)] if is_unsupported else [])


def test_without_a_clause_every_rule_is_unsupported() -> None:
    assert verdicts("60 days", []) == [("unsupported", None)]
    assert verdicts("60 days", [], claim=0.6) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The insurance is $30.", [("accurate", "ins")]),
        ("Insurance is $90 for all of you.", []),
        ("The flight is $30 cheaper.", [("unsupported", None)]),
        ("The insurance is no more than that.", []),
    ],
)
def test_a_clause_on_a_topic_of_its_own_is_named_and_a_value_agrees(
    text: str, found: list[tuple[str, str | None]]
) -> None:
    assert verdicts(text, [RETURNS, INSURANCE], topic="other") == found


def test_a_topic_without_words_is_never_named() -> None:
    assert verdicts("$30 --", [clause("--", fee_amount=30)], topic="other") == [
        ("unsupported", None)
    ]


ELECTRONICS = clause("warranty", id="el", warranty_months=24)
TOYS = clause("warranty", id="toys", warranty_months=6)
VECTORS = {
    "el": np.array([1.0, 0.1], np.float32),
    "toys": np.array([0.1, 1.0], np.float32),
}


@pytest.mark.parametrize(
    ("text", "vectors", "found"),
    [
        ("9 months", VECTORS, ("inaccurate", "el")),
        ("9 months", {**VECTORS, "toys": VECTORS["el"], "el": VECTORS["toys"]},
         ("inaccurate", "toys")),
        ("9 months", {**VECTORS, "el": np.zeros(2, np.float32)}, ("inaccurate", "toys")),
        # What is said agrees with one of them: more than likeness of texts.
        ("6 months", VECTORS, ("accurate", "toys")),
        ("24 months", VECTORS, ("accurate", "el")),
    ],
)  # fmt: skip
def test_of_several_clauses_on_a_topic(
    text: str, vectors: dict[str, Vector], found: tuple[str, str]
) -> None:
    assert verdicts(text, [ELECTRONICS, TOYS], vectors, topic="warranty") == [found]


def test_values_of_several_facts_are_judged_apart() -> None:
    late = clause("late_delivery_credit", threshold_days=10, credit_amount=10)
    said = statement("10 days late: $5", reading("late_delivery_credit", payer="seller"))
    found = verify(said, [late], {})
    assert [(each.label, each.stated) for each in found] == [
        ("accurate", "10 days"),
        ("inaccurate", "$5"),
    ]
    (one,) = verify(statement("10 days: $10", reading("late_delivery_credit")), [late], {})
    assert (one.label, one.stated) == ("accurate", "10 days, $10")


def test_confidence_is_of_what_decides() -> None:
    sure = verify(statement("30 days", reading()), [RETURNS], {})[0]
    unsure = verify(statement("60 days", reading(start="purchase", sure=0.7)), [RETURNS], {})[0]
    accurate = verify(statement("60 days", reading(start="delivery", sure=0.7)), [RETURNS], {})[0]
    assert sure.confidence > unsure.confidence == accurate.confidence > 0.6
    assert verify(statement("x", reading("other")), [RETURNS], {})[0].confidence == 0.855


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict("accurate", "ret", "returns", "60 days", "return window 60 days", 0.9),
         "Agrees with ret of shop@1: return window 60 days."),
        (Verdict("inaccurate", "ret", "returns", "9 days", "return window 60 days", 0.9),
         "Said 9 days; ret of shop@1 says return window 60 days."),
        (Verdict("inaccurate", "ret", "returns", "9 days", "60 days", 0.9, "2025-12-31"),
         "Said 9 days, which held until 2025-12-31; ret of shop@1 says 60 days."),
        (Verdict("unsupported", None, "other", "x", "", 0.9),
         "States a rule that no clause of shop@1 covers."),
    ],
)  # fmt: skip
def test_explanations(verdict: Verdict, words: str) -> None:
    assert verdict.explanation("shop@1") == words


DAYS = st.dates(date(2021, 1, 1), date(2029, 12, 31))
VALUES = st.lists(st.integers(2, 27), min_size=2, max_size=2, unique=True)


def pack(window: int, begins: date, old: dict[str, FactValue] | None = None) -> PolicyPack:
    rule = {
        "id": "ret",
        "topic": "returns",
        "market": ["ALL"],
        "facts": {"return_window_days": window},
        "superseded": old or [],
    }
    table = {"pack": "shop", "version": "1", "effective_from": begins, "policy": [rule]}
    return PolicyPack(PackTable.model_validate(table))


def judged(days: int, packs: list[PolicyPack], on: date) -> Verdict:
    held = pack_in_force(packs, on)
    assert held is not None
    (verdict,) = verify(statement(f"You have {days} days."), held.clauses(None, on), {})
    return verdict


@given(changes=DAYS, distance=st.integers(0, 2000), values=VALUES)
def test_the_verdict_flips_where_a_value_is_superseded(
    changes: date, distance: int, values: list[int]
) -> None:
    new, old = values
    last = changes - timedelta(days=1)
    shop = pack(new, changes, {"return_window_days": old, "valid_until": last})
    before, after = last - timedelta(days=distance), changes + timedelta(days=distance)
    assert judged(old, [shop], before).label == judged(new, [shop], after).label == "accurate"
    assert judged(new, [shop], before).label == "inaccurate"
    late = judged(old, [shop], after)
    assert (late.label, late.superseded_until) == ("inaccurate", last.isoformat())
    assert judged(new, [shop], before).superseded_until is None


@given(changes=DAYS, lasted=st.integers(1, 900), distance=st.integers(0, 900), values=VALUES)
def test_the_verdict_flips_where_another_pack_begins(
    changes: date, lasted: int, distance: int, values: list[int]
) -> None:
    old, new = values
    packs = [pack(new, changes), pack(old, changes - timedelta(days=lasted))]
    before = changes - timedelta(days=1 + distance % lasted)
    after = changes + timedelta(days=distance)
    for on, right, wrong in ((before, old, new), (after, new, old)):
        assert judged(right, packs, on).label == "accurate"
        assert judged(wrong, packs, on).label == "inaccurate"
