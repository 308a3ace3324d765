from __future__ import annotations

import pytest

from cs_qa.scripts.content import content_of, values_of
from cs_qa.scripts.wording import wording

LAMP = "The lamp is here."


@pytest.mark.parametrize(
    ("text", "language", "kept", "core"),
    [
        ("Hello! Order 1234 is late, please.", "en", "order is late please", "order is late"),
        ("Hello, thanks! 🙂", "en", "", ""),
        (f"Your tracking is JD0012345. {LAMP}", "en", "the lamp is here", "the lamp is here"),
        (
            f"Tracking JD0012345 {'takes quite a while ' * 5}",
            "en",
            f"tracking {'takes quite a while ' * 5}".strip(),
            f"tracking {'takes quite a while ' * 5}".strip(),
        ),
        ("Please track your habits.", "en", "please track your habits", "track your habits"),
        (f"This chat may be recorded. {LAMP}", "en", "the lamp is here", "the lamp is here"),
        (f"One moment. {LAMP}", "en", "the lamp is here", "the lamp is here"),
        ("亲，您好，已提交了，请问还有其他可以帮到您的吗?", "zh", "亲 已提交了", "已提交了"),
        ("<NAME_1>, [ORDER_NO_1] is late", "en", "is late", "is late"),
    ],
)
def test_what_is_left_to_compare(text: str, language: str, kept: str, core: str) -> None:
    content = content_of(text, wording([language]))
    assert (content.kept, content.core) == (kept, core)


@pytest.mark.parametrize(
    ("text", "stalling"),
    [
        ("One moment please, I'm checking this for you.", True),
        ("Thank you for waiting, please bear with me a little longer.", True),
        ("One moment please. The blue lamp is in stock in Leeds.", False),
        ("The blue lamp is in stock.", False),
        ("One moment. " * 20, False),
        ("Thanks!", False),
        ("", False),
    ],
)
def test_a_stalling_line_says_little_else(text: str, stalling: bool) -> None:
    assert content_of(text, wording(["en"])).is_stalling is stalling


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Order HL-600482 of 10/03 costs 1.299,00", {"hl-600482", "10/03", "1.299,00"}),
        ("<PHONE_1> or [EMAIL_2]", {"<phone_1>", "[email_2]"}),
        ("订单12天内发", {"12"}),
        ("٣ أيام", {"٣"}),
        ("none", set()),
    ],
)
def test_values_are_numbers_codes_and_masks(text: str, values: set[str]) -> None:
    assert values_of(text) == values
