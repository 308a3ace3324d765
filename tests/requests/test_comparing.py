from __future__ import annotations

import pytest

from cs_qa.requests import Said, compare


def conversation(*lines: str, language: str = "en") -> list[Said]:
    roles = {"c": "customer", "a": "agent"}
    return [Said(roles[line[0]], line[2:], language) for line in lines]


GIVEN = "c:Order number 40-2281, the lamp arrived with a cracked shade"


@pytest.mark.parametrize(
    ("lines", "what", "turn"),
    [
        ((GIVEN, "a:Could you send me your order number?"), "order_number", 0),
        ((GIVEN, "c:hello?", "a:What is the problem?"), "reason", 0),
        ((GIVEN, "a:Please explain everything again from the beginning."), "reason", 0),
        (("c:[photo] the crack", "a:Please send a photo of the crack."), "photo", 0),
        (("a:Which colour?", "c:black", "a:Sure.", "a:Which colour?"), "colour", 1),
        (("c:Bought on 11 May", "a:When did you buy it?"), "date", 0),
        (
            (
                "c:as I wrote to your colleague weeks ago",
                "a:Please send me your phone number again.",
            ),
            "phone",
            None,
        ),
    ],
)
def test_asking_again(lines: tuple[str, ...], what: str, turn: int | None) -> None:
    *before, last = conversation(*lines)
    again = compare(last, before).again
    assert (what, turn) in [(each.what, each.given_turn) for each in again]


@pytest.mark.parametrize(
    "lines",
    [
        (GIVEN, "a:Could you send me a photo of the crack?"),
        (GIVEN, "a:I can't find 40-2281, could you send me your order number?"),
        (GIVEN, "a:That number is not in the system.", "a:Could you send me your order number?"),
        (GIVEN, "a:Could you send me the other order number?"),
        (GIVEN, "c:And my other order is late too", "a:Could you send me your order number?"),
        ("c:[photo] the crack", "a:Please send a photo of the label."),
        ("a:Could you send me your order number?",),
        (GIVEN, "a:The order number is on the invoice."),
        ("c:The M is too small, can I exchange it?", "a:Which size do you need?"),
    ],
)
def test_not_asking_again(lines: tuple[str, ...]) -> None:
    *before, last = conversation(*lines)
    assert compare(last, before).again == ()


@pytest.mark.parametrize(
    ("lines", "is_new"),
    [
        (("c:hello there", "a:Could you send me your order number?"), True),
        (("a:Could you send me your order number?",), False),
        (("c:it is 22-10", "a:Could you send me your order number?"), False),
        (("c:hello", "a:Could you send me your order number? Is it blue inside?"), False),
        (("c:hello", "a:Fine."), False),
        ((GIVEN, "a:Could you send me your order number?"), False),
    ],
)
def test_what_is_surely_new(lines: tuple[str, ...], is_new: bool) -> None:
    *before, last = conversation(*lines)
    assert compare(last, before).is_new is is_new


@pytest.mark.parametrize(
    ("last", "probability", "stands"),
    [
        ("a:Could you send me your order number?", 0.01, True),
        ("a:Could you send me your order number?", 0.001, False),
        ("a:What is the problem?", 0.01, False),
        ("a:What is the problem?", 0.25, True),
        ("a:Please explain everything again from the beginning.", 0.01, True),
    ],
)
def test_the_head_has_to_allow_it(last: str, probability: float, stands: bool) -> None:
    *before, turn = conversation(GIVEN, last)
    assert (compare(turn, before).standing(probability) is not None) is stands


def test_comparing_knows_no_later_turn() -> None:
    last = Said("agent", "Could you send me your order number?", "en")
    assert compare(last, []).again == ()
