from __future__ import annotations

from typing import Any

import pytest

from cs_qa.detectors.language_mismatch import LanguageMismatch

GERMAN = ("Wo bleibt mein Paket denn?", "de")
ENGLISH = ("Let me look into that for you.", "en")


def flagged(converse: Any, *said: tuple[str, tuple[str, str | None]], **options: Any) -> list[int]:
    told = converse(*((role, text, {"language": code}) for role, (text, code) in said))
    (found,) = LanguageMismatch(**options)([told])
    return [finding.span.turn for finding in found]


@pytest.mark.parametrize(
    ("customer", "agent", "wrong"),
    [
        (GERMAN, ENGLISH, True),
        (GERMAN, GERMAN, False),
        (GERMAN, ("We look into it", "und"), False),
        (GERMAN, ("We look into it", None), False),
        (("12345", "und"), ENGLISH, False),
        (GERMAN, ("Hello there", "en"), False),
        (GERMAN, ("Hello 123456789 !!!!!", "en"), False),
        (GERMAN, ("Hello [NAME_1], [ORDER_NO_12] [EMAIL]", "en"), False),
        (GERMAN, ("您好", "zh"), False),
        (GERMAN, ("您好，请稍等", "zh"), True),
        (("您好", "zh"), ("안녕하세요", "ko"), True),
    ],
)
def test_an_answer_in_another_language(
    converse: Any, customer: tuple[str, str], agent: tuple[str, str | None], wrong: bool
) -> None:
    assert flagged(converse, ("customer", customer), ("agent", agent)) == ([1] if wrong else [])


def test_an_agent_who_speaks_first_is_not_at_fault(converse: Any) -> None:
    assert flagged(converse, ("agent", ENGLISH), ("customer", GERMAN)) == []


def test_an_agent_may_stay_with_any_language_the_customer_wrote(converse: Any) -> None:
    said = [("customer", GERMAN), ("customer", ENGLISH), ("agent", GERMAN), ("agent", ENGLISH)]
    assert flagged(converse, *said) == []


def test_bot_and_system_are_not_judged_and_set_no_language(converse: Any) -> None:
    said = [("bot", GERMAN), ("system", GERMAN), ("agent", ENGLISH), ("customer", GERMAN)]
    assert flagged(converse, *said, ("bot", ENGLISH), ("system", ENGLISH)) == []


def test_the_explanation_names_the_customers_latest_language(converse: Any) -> None:
    french = {"language": "fr"}
    told = converse(
        ("customer", "Où est mon colis ?", french),
        ("customer", GERMAN[0], {"language": "de"}),
        ("customer", "Où est mon colis ?", french),
        ("agent", ENGLISH[0], {"language": "en"}),
    )
    ((finding,),) = LanguageMismatch(confidence=0.8)([told])
    assert finding.explanation == "Answers in en; the customer writes fr."
    assert finding.confidence == 0.8


def test_the_least_length_is_an_option(converse: Any) -> None:
    said = [("customer", GERMAN), ("agent", ("Hello there", "en"))]
    assert flagged(converse, *said, min_letters=10) == [1]
