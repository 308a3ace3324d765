from __future__ import annotations

from typing import Any

import pytest

from cs_qa.ui.scorecard import scorecard_html

Card = dict[str, Any]


def test_scores_verdicts_weights_and_figures_are_said(chinese: Card) -> None:
    html = scorecard_html(chinese)
    for said in (
        ">28<",
        "Needs improvement",
        "Quantitative<span",
        " 70%",
        "Critical failure:</b> Banned phrases",
        "weight 30",
        "Not applicable",
        "Four findings, one of them hostile.",
        "2 min 14 s",
        "0 of 2 (0%)",
        "2 of 2 (100%)",
        "Hand-overs",
        "CSAT (1–5)",
        "<td>No</td>",
        "default@1",
        "<td>e5-small@1",
        "phrases@1",
        ">masked<",
    ):
        assert said in html
    assert "Could not be judged" not in html


def test_each_finding_links_to_its_turn(chinese: Card) -> None:
    html = scorecard_html(chinese)
    assert html.count('href="#turn-3"') == 2
    assert html.count('href="#turn-5"') == 2
    assert "turn 6, 93% sure" in html


def test_hostile_text_is_escaped(hostile: Card) -> None:
    html = scorecard_html(hostile)
    assert "&lt;u&gt;reason" in html
    assert not any(tag in html for tag in ("<u>", "<script", "Other<b>"))


def test_an_unscored_card_says_what_and_why(unscored: Card) -> None:
    html = scorecard_html(unscored)
    assert "Could not be judged:</b> Empathy" in html
    assert "The model&#x27;s file is missing." in html
    assert "neither half could be scored" in html
    assert "No times and no outcome" in html
    assert "cq-grade" not in html


@pytest.mark.parametrize("half", ["quantitative", "qualitative"])
def test_a_missing_half_is_named_and_no_total_made_up(thai: Card, half: str) -> None:
    html = scorecard_html({**thai, half: None, "total": None, "grade": None})
    assert f"No total:</b> the {half} half is missing." in html
    assert "of 100" not in html


def test_weights_of_another_rubric_are_not_guessed(thai: Card) -> None:
    html = scorecard_html({**thai, "provenance": {**thai["provenance"], "rubric": "ours@3"}})
    assert "weight" not in html
    assert "ours@3" in html


def test_a_figure_that_cannot_be_told_says_why(chinese: Card) -> None:
    chinese["service"].update(
        first_response_s=None, reasons={"first_response_s": "The clock runs <backwards>."}
    )
    assert "The clock runs &lt;backwards&gt;." in scorecard_html(chinese)


def test_text_that_was_not_masked_is_said_so(thai: Card) -> None:
    thai["provenance"]["redacted"] = False
    assert "not masked" in scorecard_html(thai)


def test_a_grade_and_verdict_of_other_names_are_shown(thai: Card) -> None:
    thai["grade"] = "very_good"
    thai["judgements"][0]["verdict"] = "half_way"
    html = scorecard_html(thai)
    assert "Very good" in html
    assert "Half way" in html
