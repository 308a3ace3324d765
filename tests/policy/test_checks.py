"""What of a statement is compared with a clause, and what comes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from policy.making import clause, reading, statement

from cs_qa.policy.checks import Check, checks
from cs_qa.policy.facts import FactValue

UNTIL = date(2025, 12, 31)


def results(
    text: str, read: dict[str, Any], facts: dict[str, FactValue], *cues: str
) -> list[tuple[str, str, bool]]:
    found = checks(statement(text, reading(**read), cues=cues), clause(**facts))  # type: ignore[arg-type]
    return [(check.stated, check.expected, check.agrees) for check in found]


@pytest.mark.parametrize(
    ("text", "facts", "agrees"),
    [
        ("within 60 days", {"return_window_days": 60}, [True]),
        ("within two months", {"return_window_days": 60}, [True]),
        ("within 30 days", {"return_window_days": 60}, [False]),
        ("within 60 business days", {"return_window_days": 60}, [False]),
        ("a fortnight", {"return_window_days": 14}, [True]),
        ("in 5 to 7 days", {"refund_min_days": 5, "refund_max_days": 7}, [True]),
        ("in 5 to 10 days", {"refund_min_days": 5, "refund_max_days": 7}, [False]),
        ("in up to 7 days", {"refund_min_days": 5, "refund_max_days": 7}, [True]),
        ("in at least 6 days", {"refund_min_days": 5, "refund_max_days": 7}, [False]),
        ("$8", {"fee_amount": 8}, [True]),
        ("$9", {"fee_amount": 8}, [False]),
        ("8 euros", {"fee_amount": 8}, [False]),
        ("15%", {"fee_percent": 15}, [True]),
        ("15%", {"fee_amount": 15}, []),
        ("three times", {"exchanges_per_order": 3}, [True]),
        ("two times", {"exchanges_per_order": 3}, [False]),
        ("two exchanges", {"exchanges_per_order": 1}, [False]),
        ("two returns", {"exchanges_per_order": 1}, []),
        ("60 days", {"allowed": True, "counted_from": "purchase"}, []),
    ],
)
def test_values(text: str, facts: dict[str, FactValue], agrees: list[bool]) -> None:
    assert [agree for *_, agree in results(text, {}, facts)] == agrees


def test_a_value_that_differs_is_of_the_fact_that_no_other_agrees_with() -> None:
    facts: dict[str, FactValue] = {"late_threshold_days": 10, "credit_valid_days": 90}
    assert results("late by 10 days, valid for 9 days", {}, facts) == [
        ("10 days", "late threshold 10 days", True),
        ("9 days", "credit valid 90 days", False),
    ]


def test_a_value_beside_the_one_that_agrees_accompanies_it() -> None:
    found = results("within 30 days, so you have a week left", {}, {"return_window_days": 30})
    assert found == [("30 days", "return window 30 days", True)]


@pytest.mark.parametrize(
    ("text", "until"),
    [("30 days", "2025-12-31"), ("14 days", "2024-12-31"), ("60 days", None), ("9 days", None)],
)
def test_an_old_value_is_named_with_its_last_day(text: str, until: str | None) -> None:
    held = clause(
        return_window_days=60,
        superseded=(
            ("return_window_days", 30, UNTIL),
            ("return_window_days", 14, date(2024, 12, 31)),
        ),
    )
    (check,) = checks(statement(text), held)
    assert check.superseded_until == until
    assert check.agrees is (text == "60 days")


def test_what_is_stated_is_quoted_from_its_place_in_the_turn() -> None:
    found = next(checks(statement("It is 30 days.", at=7), clause(return_window_days=60)))
    assert found == Check(
        "30 days", "return window 60 days", agrees=False, confidence=0.95,
        fact="return_window", is_window=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"warranty_years": 1}, "warranty 1 year"),
        (
            {"refund_min_business_days": 3, "refund_max_business_days": 5},
            "refund 3-5 business days",
        ),
        ({"days": 3}, "duration 3 days"),
    ],
)
def test_expected_values_in_words(facts: dict[str, FactValue], words: str) -> None:
    assert results("9 business days", {}, facts)[0][1] == words


@pytest.mark.parametrize(
    ("read", "facts", "cues", "agrees"),
    [
        ({"polarity": "yes"}, {"allowed": True}, (), [True]),
        ({"polarity": "no"}, {"allowed": True}, (), [False]),
        ({"polarity": "no"}, {"allowed": False}, (), [True]),
        ({"polarity": None}, {"allowed": False}, (), []),
        ({"polarity": "yes", "sure": 0.55}, {"allowed": False}, (), []),
        ({"polarity": "yes"}, {"fee_amount": 1}, (), []),
        (
            {"polarity": "yes", "condition": "after_dispatch"},
            {"allowed": True, "after_dispatch_allowed": False}, (), [False],
        ),
        (
            {"polarity": "yes", "condition": "before_dispatch"},
            {"allowed": True, "after_dispatch_allowed": False}, (), [True],
        ),
        (
            {"polarity": "yes", "condition": "after_dispatch"},
            {"before_dispatch_allowed": True}, (), [],
        ),
        ({"polarity": "no"}, {"expires_allowed": False}, ("fact.expire",), [True]),
        ({"polarity": "no"}, {"expires_allowed": False}, (), []),
        (
            {"polarity": "no"}, {"refund_allowed": True, "replacement_allowed": False},
            ("fact.refund", "fact.replacement"), [],
        ),
        (
            {"polarity": "no"}, {"refund_allowed": True, "replacement_allowed": True},
            ("fact.refund", "fact.replacement"), [False],
        ),
        # Who pays was what was asked.
        ({"polarity": "yes", "payer": "buyer"},
         {"duty_included_allowed": False, "who_pays": "buyer"}, ("fact.included",), [True]),
        ({"polarity": "yes"},
         {"duty_included_allowed": False, "who_pays": "buyer"}, ("fact.included",), [False]),
    ],
)  # fmt: skip
def test_possibility(
    read: dict[str, Any], facts: dict[str, FactValue], cues: tuple[str, ...], agrees: list[bool]
) -> None:
    assert [agree for *_, agree in results("Well.", read, facts, *cues)] == agrees


@pytest.mark.parametrize(
    ("text", "facts", "agrees"),
    [
        ("within 60 days, not later", {"return_window_days": 60}, [True]),
        ("not for $60", {"fee_amount": 60}, [True, False]),
    ],
)
def test_a_refusal_beside_a_window_is_of_what_lies_beyond(
    text: str, facts: dict[str, FactValue], agrees: list[bool]
) -> None:
    found = results(text, {"polarity": "no"}, {**facts, "allowed": True})
    assert [agree for *_, agree in found] == agrees


@pytest.mark.parametrize(
    ("payer", "condition", "facts", "agrees"),
    [
        ("buyer", None, {"who_pays": "customer"}, [True]),
        ("seller", None, {"who_pays": "customer"}, [False]),
        (None, None, {"who_pays": "customer"}, []),
        ("buyer", None, {"allowed": True}, []),
        ("buyer", None, {"fee_amount": 8}, [True]),
        ("buyer", None, {"due_on_delivery_amount": 0}, [False]),
        ("seller", None, {"gst_included_allowed": True}, [True]),
        ("seller", None, {"gst_included_allowed": True, "duty_included_allowed": False}, [False]),
        # That hangs on a sum.
        ("seller", None, {"free_threshold_amount": 35, "who_pays": "buyer"}, []),
        ("buyer", "opened", {"opened_fee_percent": 15, "who_pays": "seller"}, [True]),
        ("buyer", "unopened", {"unopened_fee_percent": 0, "who_pays": "buyer"}, [False]),
        ("buyer", "further", {"who_pays": "seller", "further_return_pays": "buyer"}, [True]),
        ("buyer", "further", {"who_pays": "seller"}, []),
    ],
)
def test_who_pays(
    payer: str | None, condition: str | None, facts: dict[str, FactValue], agrees: list[bool]
) -> None:
    read = {"payer": payer, "condition": condition}
    assert [agree for *_, agree in results("Well.", read, facts)] == agrees


@pytest.mark.parametrize(
    ("cues", "agrees"),
    [
        (("fact.included", "polarity.no"), True),
        (("fact.included",), False),
        (("polarity.no",), False),
    ],
)
def test_what_is_not_in_the_price_the_buyer_pays(cues: tuple[str, ...], agrees: bool) -> None:
    found = results("Well.", {"payer": "seller"}, {"who_pays": "buyer"}, *cues)
    assert [agree for *_, agree in found] == [agrees]


@pytest.mark.parametrize(
    ("cues", "found"),
    [
        (("fact.store_credit",), [("store credit", True)]),
        (("fact.cash",), [("cash", False)]),
        (("fact.store_credit", "polarity.no"), []),
        (("fact.cash", "fact.store_credit"), [("store credit", True)]),
        (("fact.photo",), []),
        ((), []),
    ],
)
def test_ways_of_payment(cues: tuple[str, ...], found: list[tuple[str, bool]]) -> None:
    facts: dict[str, FactValue] = {"refund_method": "store_credit", "charged_at": "the till"}
    told = results("Well.", {}, facts, *cues)
    assert [(stated, agree) for stated, _, agree in told] == found


@pytest.mark.parametrize(
    ("text", "start", "facts", "agrees"),
    [
        ("30 days", "delivery", {"counted_from": "delivery"}, [True]),
        ("30 days", "delivery", {"counted_from": "receipt"}, [True]),
        ("30 days", "delivery", {"counted_from": "purchase"}, [False]),
        ("30 days", "delivery", {}, []),
        ("30 days", None, {"counted_from": "purchase"}, []),
        ("no time", "delivery", {"counted_from": "purchase"}, []),
    ],
)
def test_what_a_time_is_counted_from(
    text: str, start: str | None, facts: dict[str, FactValue], agrees: list[bool]
) -> None:
    assert [agree for *_, agree in results(text, {"start": start}, facts)] == agrees
