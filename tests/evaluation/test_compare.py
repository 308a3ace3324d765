from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cs_qa.errors import CsQaError, InputError, ModelError
from cs_qa.evaluation.bootstrap import interval, replicates
from cs_qa.evaluation.compare import compare, other_inspector, verdict
from cs_qa.evaluation.figures import agreement
from cs_qa.evaluation.printed import WIDTH, compared_lines
from cs_qa.nn.registry import Models, Registry
from cs_qa.types import Transcript, Turn

from .judgements import one_label, several

TRUTH = "aabb" * 20
GOOD = "aabb" * 18 + "bbaa" * 2
POOR = "abab" * 18 + "bbaa" * 2


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ([0.001, 0.2], "better"),
        ([-0.2, -0.001], "worse"),
        ([-0.1, 0.1], "no difference shown"),
        ([0.0, 0.1], "no difference shown"),
        ([-0.1, 0.0], "no difference shown"),
        ([1.0, 1.0], "better"),
        (None, "no difference shown"),
    ],
)
def test_verdict(limits: list[float] | None, expected: str) -> None:
    assert verdict(limits) == expected


@pytest.mark.parametrize(
    ("in_use", "other", "expected", "sign"),
    [
        (GOOD, POOR, "better", 1),
        (POOR, GOOD, "worse", -1),
        (GOOD, GOOD, "no difference shown", 0),
        (GOOD, GOOD[4:] + "aabb", "no difference shown", 0),
    ],
)
def test_figures_side_by_side(in_use: str, other: str, expected: str, sign: int) -> None:
    compared = compare(one_label(TRUTH, in_use), one_label(TRUTH, other))
    for row in (compared["accuracy"], compared["macro_f1"], compared["labels"]["a"]["f1"]):
        assert row["verdict"] == expected
        assert row["difference"] == pytest.approx(row["in_use"] - row["other"], abs=1e-4)
        assert np.sign(row["difference"]) == sign
        assert row["interval"][0] <= row["difference"] <= row["interval"][1]


def test_the_bootstrap_is_paired() -> None:
    """Where both err on the same items, the difference is surer than either figure."""
    in_use, other = one_label(TRUTH, GOOD), one_label(TRUTH, GOOD[:-1] + "b")
    compared = compare(in_use, other)["accuracy"]
    alone = interval(replicates(agreement(in_use), in_use.rows)["accuracy"], in_use.rows)
    low, high = compared["interval"]
    assert alone is not None
    assert high - low < 0.5 * (alone[1] - alone[0])
    half = 1.96 * (1 / 80 * 79 / 80 / 80) ** 0.5
    assert high - low == pytest.approx(2 * half, abs=0.02)


def test_right_counts_each_item_once() -> None:
    compared = compare(one_label("aaaa", "aabb"), one_label("aaaa", "abab"))
    assert compared["right"] == {"both": 1, "only_in_use": 1, "only_other": 1, "neither": 1}


def test_every_language_is_compared_by_itself() -> None:
    langs = ["en"] * 40 + ["zh"] * 40
    in_use, other = "aabb" * 20, "aabb" * 10 + "bbaa" * 10
    languages = compare(
        one_label(TRUTH, in_use, langs=langs), one_label(TRUTH, other, langs=langs)
    )["languages"]
    assert {lang: own["macro_f1"]["verdict"] for lang, own in languages.items()} == {
        "en": "no difference shown",
        "zh": "better",
    }
    assert languages["zh"]["accuracy"]["interval"] == [1.0, 1.0]


def test_too_few_rows_show_nothing() -> None:
    row = compare(one_label("ab", "ab"), one_label("ab", "ba"))["accuracy"]
    assert (row["difference"], row["interval"], row["verdict"]) == (
        1.0,
        None,
        "no difference shown",
    )


def test_what_is_not_defined_has_no_difference() -> None:
    row = compare(one_label("a" * 12, "a" * 12), one_label("a" * 12, "b" * 12))["labels"]["b"]["f1"]
    assert row == {
        "in_use": None,
        "other": 0.0,
        "difference": None,
        "interval": None,
        "verdict": "no difference shown",
    }


def test_conversations_are_compared_by_flagged_and_ranking_too() -> None:
    truth = ["a", "", "", "b"] * 20
    in_use = several(truth, truth, langs=["en", "zh"] * 40)
    other = several(truth, [""] * 80, langs=["en", "zh"] * 40)
    compared = compare(in_use, other)
    assert compared["labels"]["flagged"]["f1"]["verdict"] == "better"
    assert compared["recall_at_false_alarms"]["difference"] == 1.0
    assert compared["average_precision"]["verdict"] == "better"
    assert set(compared["languages"]["en"]) == {"macro_f1", "accuracy", "flagged_f1"}
    assert "ranking" not in compare(one_label(TRUTH, GOOD), one_label(TRUTH, POOR))


def test_the_comparison_is_said_in_plain_words() -> None:
    langs = [f"l{number // 12:02}" for number in range(240)]
    truth, worse = "ab" * 120, "ba" * 120
    compared = compare(one_label(truth, truth, langs=langs), one_label(truth, worse, langs=langs))
    lines = list(compared_lines({"folder": "old", **compared, "models": {"heads": "heads@1"}}))
    assert max(map(len, lines)) <= WIDTH
    assert lines[0] == "Compared with old (heads@1); in use minus other:"
    assert "Verdict by macro-F1: better (+1.000 [+1.000, +1.000])." in lines
    at = next(k for k, line in enumerate(lines) if line.startswith("Languages by macro-F1: better"))
    assert lines[at + 1].startswith("  ")
    assert "l19." in lines[at + 1]
    assert sum(line.endswith("  better") for line in lines) == 2 + 2 + 2 * 20
    none = compare(one_label("ab", "ab"), one_label("ab", "ab"))
    lines = list(compared_lines({"folder": "old", **none}))
    assert lines[-1] == "Languages by accuracy: no difference shown."
    assert "Verdict by accuracy: no difference shown (+0.000 –)." in lines


def folder_of(path: Path, current: str | None) -> Path:
    path.mkdir()
    if current is not None:
        (path / "current.toml").write_text(current, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("current", "kind", "expected"),
    [
        (None, InputError, "there are no models in it"),
        ("encoder", ModelError, "current.toml cannot be read"),
        ('heads = "1"', ModelError, "names no version of 'encoder'"),
        ('encoder = "7"\nheads = "1"', ModelError, "7 is missing"),
    ],
)
def test_a_folder_without_models(
    tmp_path: Path, current: str | None, kind: type[CsQaError], expected: str
) -> None:
    folder = folder_of(tmp_path / "old", current)
    with pytest.raises(kind) as caught:
        other_inspector(folder)
    message = str(caught.value)
    assert message.startswith(f"--compare {folder}: ")
    assert expected in message
    assert "\n" not in message


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        other_inspector(tmp_path / "old")


def test_models_of_another_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_: Registry, *, threads: int | None) -> Models:
        raise KeyError("banned\nlabels")

    monkeypatch.setattr(Registry, "load", load)
    with pytest.raises(ModelError, match=r"this version of cs_qa \(KeyError: ") as caught:
        other_inspector(folder_of(tmp_path / "old", "x = 1"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("setting", "expected"), [("3", 3), ("", None)])
def test_the_other_models_judge(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fake_models: Models,
    no_phrases: None,
    setting: str,
    expected: int | None,
) -> None:
    loaded: list[tuple[Path, Any]] = []

    def load(registry: Registry, *, threads: int | None) -> Models:
        loaded.append((registry.root, threads))
        return fake_models

    monkeypatch.setattr(Registry, "load", load)
    monkeypatch.setenv("CS_QA_THREADS", setting)
    folder = folder_of(tmp_path / "old", "x = 1")
    (card,) = other_inspector(folder).inspect([Transcript("1", (Turn("agent", "hostile"),))])
    assert loaded == [(folder, expected)]
    assert card.provenance.models["heads"] == "heads@fake"
    assert [finding.label for finding in card.findings] == ["hostile"]
