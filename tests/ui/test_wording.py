from __future__ import annotations

import pytest

from cs_qa.types import BANNED_LABELS, CRITERIA
from cs_qa.ui.wording import (
    CRITERION_NAMES,
    LABEL_KINDS,
    criterion_name,
    duration,
    label_kind,
    markdown,
    summary,
    time_of_day,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (3599.7, "1 h"),
        (3661, "1 h 1 min"),
        (86_400, "1 d"),
    ],
)
def test_duration(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_every_criterion_and_banned_label_has_a_name_and_a_colour() -> None:
    assert set(CRITERION_NAMES) == set(CRITERIA)
    assert set(BANNED_LABELS) < set(LABEL_KINDS)
    assert label_kind("of a third party") == "other"
    assert criterion_name("tone_of_voice") == "Tone of voice"


def test_time_of_day_is_the_places_own() -> None:
    assert time_of_day("2026-11-16T23:30:00+08:00") == "23:30:00"
    assert time_of_day(None) == ""


@pytest.mark.parametrize("hostile", ["# a", "`a`", "<b>", "$a$", ":smile:", "a  \nb", "- a", "~a~"])
def test_markdown_leaves_no_sign_unescaped(hostile: str) -> None:
    assert not any(
        sign in "#`<>$:-~\n" and before != "\\"
        for before, sign in zip(" " + markdown(hostile), markdown(hostile), strict=False)
    )


def test_summary_of_nothing_is_nothing() -> None:
    assert summary({}) == ""
