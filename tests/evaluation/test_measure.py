from __future__ import annotations

from typing import Any

import numpy as np

from cs_qa.evaluation.judged import Judged
from cs_qa.evaluation.measure import measure
from cs_qa.evaluation.printed import WIDTH, report

from .judgements import one_label, several

TRUTH = (["a", "b", "ab", "", "", "", ""] * 9)[:60]
GUESS = (["a", "", "ab", "b", "", "", ""] * 9)[:60]


def conversations(**more: Any) -> Judged:
    """Two languages, five turns a conversation."""
    rows = np.arange(60) // 5
    langs = np.where(rows % 4 < 2, "en", "zh")
    scores = np.random.default_rng(0).random((60, 2))
    scores[np.array([bool(each) for each in TRUTH])] += 0.3
    return several(TRUTH, GUESS, rows=rows, langs=langs, probabilities=scores / 1.3, **more)


def test_flagged_is_a_row_of_labels_and_of_languages_and_no_label() -> None:
    result = measure(conversations())
    flagged = result["labels"]["flagged"]
    interval = flagged.pop("f1_interval")
    assert flagged == {"precision": 0.6667, "recall": 0.6667, "f1": 0.6667, "n": 27}
    assert interval[0] < 0.6667 < interval[1]
    assert result["macro_f1"] == (1 + 0.5) / 2
    assert result["languages"]["zh"]["flagged"] == {
        "precision": 0.5714,
        "recall": 0.6667,
        "f1": 0.6154,
        "n": 12,
    }
    single = measure(one_label("ab" * 10, "aa" * 10))
    assert "flagged" not in single["labels"]
    assert "flagged" not in single["languages"]["en"]


def test_every_figure_has_its_interval_around_it() -> None:
    result = measure(conversations())
    low, high = result["accuracy_interval"]
    assert low < result["accuracy"] < high
    for name in ("recall_at_false_alarms", "average_precision"):
        low, high = result["ranking"][f"{name}_interval"]
        assert low <= result["ranking"][name] <= high
    assert result["labels"]["a"]["f1_interval"] is None  # all right in every resample
    assert result["languages"]["en"]["accuracy_interval"] is None  # six conversations only
    assert result["bootstrap"]["resampled"] == "conversations"
    assert result["bootstrap"]["n"] == 12


def test_a_language_is_resampled_by_itself() -> None:
    guess = "ab" * 15 + "aa" * 15
    judged = one_label("ab" * 30, guess, langs=["en"] * 30 + ["zh"] * 30)
    languages = measure(judged)["languages"]
    alone = measure(one_label("ab" * 15, "aa" * 15))
    assert languages["en"]["accuracy_interval"] is None
    assert languages["zh"]["accuracy_interval"] == alone["accuracy_interval"]
    assert languages["zh"]["macro_f1_interval"] == alone["macro_f1_interval"]


def test_ranking_is_of_conversations_alone() -> None:
    assert "ranking" not in measure(conversations(task="banned"))
    ranking = measure(conversations())["ranking"]
    assert (ranking["false_alarm_rate"], ranking["prevalence"]) == (0.005, 0.005)


def test_without_violations_nothing_is_ranked() -> None:
    ranking = measure(several([""] * 12, [""] * 12))["ranking"]
    names = ("recall_at_false_alarms", "average_precision")
    assert [ranking[name] for name in names] == [None, None]
    assert [ranking[f"{name}_interval"] for name in names] == [None, None]


def shown(judged: Judged) -> list[str]:
    lines = list(report(measure(judged)))
    assert max(map(len, lines)) <= WIDTH
    return lines


def test_the_report_of_conversations() -> None:
    lines = shown(conversations(models={"heads": "heads@2", "encoder": "encoder@1", "x": "x"}))
    assert lines[0].startswith("conversations: n 60, macro-F1 0.750 [")
    assert lines[1] == (
        "Intervals: 95 %, bootstrap of 12 conversations, 1,000 resamples. "
        "Models: encoder@1, heads@2."
    )
    rows = [line.split() for line in lines]
    assert ["clean", "0", "9", "24", "33"] in rows
    assert ["en", "0.750", "–", "0.733", "–", "30", "0.769", "0.667", "0.714"] in rows
    assert any(line.startswith("recall at 0.5 % false alarms  ") for line in lines)
    assert "Flagged or not, by the highest probability; 27 violations in 60 agent turns:" in lines


def test_the_report_of_one_label() -> None:
    probabilities = np.array([[0.8, 0.1, 0.1], [0.2, 0.2, 0.6]] * 10)
    lines = shown(one_label("ab" * 10, "ac" * 10, probabilities=probabilities))
    assert "Expected calibration error of the likeliest label: 0.400 (15 bins)." in lines
    assert lines[1] == "Intervals: 95 %, bootstrap of 20 rows, 1,000 resamples."
    assert ["a", "10", "0", "0", "10"] in [line.split() for line in lines]


def test_a_matrix_that_is_too_wide_gives_way_to_a_list() -> None:
    labels = tuple(f"language-{number:02}" for number in range(20))
    truth = np.eye(20, dtype=bool)
    guess = np.roll(truth, 1, axis=0)
    several_times = [0, *range(20)]
    judged = Judged(
        "language",
        labels,
        np.array(labels)[several_times],
        truth[several_times],
        guess[several_times],
        np.arange(21),
        [{}] * 21,
    )
    lines = shown(judged)
    at = lines.index("20 cells hold errors; the 15 fullest:")
    assert lines[at + 2].split() == ["language-00", "language-19", "2"]
    assert len(lines) == at + 17
