from __future__ import annotations

from typing import Any

import pytest

from cs_qa.detectors.repeated_script import RepeatedScript
from cs_qa.types import RepeatDetail

PARCEL = "Your parcel is on its way and will reach you soon."
REFUND = "The refund was booked today, the bank needs a few days for it."


def repeats(converse: Any, *agent: str, **options: Any) -> list[tuple[int, int]]:
    told = converse(*(("agent", text) for text in agent))
    (found,) = RepeatedScript(**options)([told])
    return [(each.span.turn, each.detail.earlier_turn) for each in found if each.detail]


@pytest.mark.parametrize(
    ("first", "second", "repeated"),
    [
        (PARCEL, PARCEL, True),
        (PARCEL, PARCEL.upper() + "!!", True),
        (PARCEL, PARCEL.replace("soon", "soon now"), True),
        ("Order 1234 is being packed for you.", "Order 98 is being packed for you.", True),
        ("[NAME_1], your parcel is on its way.", "[NAME_2], your parcel is on its way.", True),
        ("您的包裹已经在路上了，请您耐心等待一下。", "您的包裹已经在路上了,请您耐心等待一下", True),
        (PARCEL, REFUND, False),
        ("One moment.", "One moment.", False),
        ("谢谢您的耐心等待", "谢谢您的耐心等待", False),
        ("123456789012345", "123456789012345", False),
        ("", "", False),
    ],
)
def test_the_same_script_again(converse: Any, first: str, second: str, repeated: bool) -> None:
    assert repeats(converse, first, second) == ([(1, 0)] if repeated else [])


def test_only_agent_turns_count(converse: Any) -> None:
    told = converse(
        ("customer", PARCEL), ("agent", PARCEL), ("bot", PARCEL), ("system", PARCEL),
        ("customer", PARCEL), ("agent", REFUND),
    )  # fmt: skip
    assert RepeatedScript()([told]) == [[]]


def test_each_repeat_points_at_the_most_alike_and_of_equals_the_first(converse: Any) -> None:
    near = PARCEL.replace("soon", "today")
    assert repeats(converse, near, PARCEL, REFUND, PARCEL, PARCEL, min_similarity=0.85) == [
        (1, 0), (3, 1), (4, 1),
    ]  # fmt: skip


def test_options_move_the_thresholds(converse: Any) -> None:
    edited = PARCEL.replace("on its way", "in the van")
    assert repeats(converse, PARCEL, edited, min_similarity=0.99) == []
    assert repeats(converse, PARCEL, edited, min_similarity=0.7) == [(1, 0)]
    assert repeats(converse, "One moment.", "One moment.", min_characters=5) == [(1, 0)]


def test_a_finding_says_how_alike_the_two_are(converse: Any) -> None:
    told = converse(("agent", PARCEL), ("agent", PARCEL), ("agent", PARCEL[:-6] + "today."))
    ((exact, near),) = RepeatedScript(min_similarity=0.8)([told])
    assert exact.detail == RepeatDetail(0, 1.0)
    assert exact.explanation == "Sent again to the same customer: the same text as turn 1."
    assert near.detail is not None
    assert 0.8 <= near.confidence == near.detail.similarity < 1
    assert f"{near.confidence:.0%} like turn 1" in near.explanation
