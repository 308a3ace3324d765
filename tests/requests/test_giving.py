from __future__ import annotations

import pytest

from cs_qa.requests import given
from cs_qa.requests.giving import may_hold


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "Order number 40-2281, it leaks", "order_number"),
        ("en", "It is <ORDER_NO_1>", "order_number"),
        ("zh", "[ORDER_NO_1] 什么时候到", "order_number"),
        ("en", "call me on [PHONE_1]", "phone"),
        ("en", "ann@example.com please", "email"),
        ("en", "[photo] look at this", "photo"),
        ("zh", "[图片]", "photo"),
        ("en", "Photos attached, as you can see", "photo"),
        ("en", "I need a size 42 please", "size"),
        ("en", "The black one", "colour"),
        ("en", "I'd like a refund", "preference"),
        ("en", "The lamp arrived with a cracked shade", "reason"),
        ("en", "14 Elm Street, flat 3", "address"),
        ("en", "Bought on 11 May", "purchase_date"),
        ("en", "serial number 5KX9002", "serial_number"),
        ("en", "it was sent with DHL 0155-2277", "tracking_number"),
    ],
)
def test_what_a_turn_gives(language: str, text: str, kind: str) -> None:
    assert given([("customer", text, language)])[kind] == 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("where is my order? we move on the 20th", "order_number"),
        ("Should I send a photo?", "photo"),
        ("The M is too small, can I exchange it?", "size"),
        ("hello", "reason"),
        ("Where is my order number?", "order_number"),
    ],
)
def test_what_a_turn_does_not_give(text: str, kind: str) -> None:
    assert kind not in given([("customer", text, "en")])


@pytest.mark.parametrize(
    ("question", "answer", "kind", "is_given"),
    [
        ("Your order number?", "5581922", "order_number", True),
        ("Which model?", "the tall grey thing", "model", True),
        ("Which model?", "no idea", "model", False),
        ("Your order number?", "one moment", "order_number", False),
        ("Which size do you need?", "38", "size", True),
    ],
)
def test_an_answer_gives_what_was_asked(
    question: str, answer: str, kind: str, is_given: bool
) -> None:
    turns = [("agent", question, "en"), ("customer", answer, "en")]
    assert (kind in given(turns)) is is_given


def test_agents_and_unknown_languages_give_nothing() -> None:
    assert given([("agent", "Order number 40-2281", "en")]) == {}
    assert given([("customer", "Order number 40-2281", "sw")]) == {}


@pytest.mark.parametrize(
    ("kind", "text", "holds"),
    [
        ("order_number", "it's 22-10", True),
        ("order_number", "hello there", False),
        ("email", "it is a***@b", True),
        ("email", "hello there", False),
        ("photo", "see the picture", True),
        ("photo", "hello there", False),
        ("reason", "hello there", True),
    ],
)
def test_what_may_have_been_given(kind: str, text: str, holds: bool) -> None:
    assert may_hold(kind, [("customer", text, "en")]) is holds
