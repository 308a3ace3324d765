"""`cs-qa evaluate` on tiny files, with answers that are put in the models' mouths."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cs_qa.batch import Inspector
from cs_qa.cli import app
from cs_qa.train.evaluate import TASKS
from cs_qa.types import (
    BANNED_LABELS,
    AnnotatedTranscript,
    Empathy,
    Provenance,
    Scorecard,
    Sentiment,
    Transcript,
    Turn,
    TurnAnnotation,
)

Evaluate = Callable[..., Result]


def annotation(turn: Turn) -> TurnAnnotation:
    """What is said of a turn is written in it: "hostile", "positive", "level 2", "polite"."""
    if turn.role != "agent":
        shares = [0.8 if name in turn.text else 0.1 for name in ("negative", "neutral", "positive")]
        return TurnAnnotation("en", sentiment=Sentiment(*shares))
    level = next((n for n in (0, 1, 2) if f"level {n}" in turn.text), 0)
    return TurnAnnotation(
        "en",
        empathy=Empathy(tuple(0.8 if n == level else 0.1 for n in range(3))),  # type: ignore[arg-type]
        politeness=0.9 if "polite" in turn.text else 0.1,
        banned={label: 0.99 if label in turn.text else 0.0 for label in BANNED_LABELS},
    )


def scorecard(transcript: Transcript) -> Scorecard:
    annotated = AnnotatedTranscript(transcript, "en", tuple(map(annotation, transcript.turns)))
    return Scorecard(annotated, (), None, None, None, None, None, (), Provenance("0", "r@1", {}))


@pytest.fixture
def evaluate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evaluate:
    """Write rows to a file and evaluate a task on them."""

    def inspect(_: Inspector, transcripts: Iterable[Transcript]) -> Iterator[Scorecard]:
        return map(scorecard, transcripts)

    monkeypatch.setattr(Inspector, "inspect", inspect)

    def evaluate(task: str, *rows: object, out: Path | None = None) -> Result:
        path = tmp_path / "data.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        options = [] if out is None else ["--json", str(out)]
        return CliRunner().invoke(app, ["evaluate", str(path), "--task", task, *options])

    return evaluate


def said(role: str, text: str, **labels: object) -> dict[str, object]:
    return {"role": role, "text": text, **labels}


GOOD: dict[str, list[dict[str, Any]]] = {
    "banned": [
        {"context": [said("customer", "why?")], "text": "hostile", "labels": ["hostile"]},
        {"context": [], "text": "deflecting", "labels": ["deflecting", "repeated_script"]},
        {"context": [], "text": "hostile", "labels": []},
    ],
    "empathy": [
        {"customer": "x", "agent": "level 2", "level": 2},
        {"customer": "x", "agent": "level 0", "level": 0},
        {"customer": "x", "agent": "level 1", "level": 2},
    ],
    "sentiment": [
        {"text": "positive", "label": "positive"},
        {"text": "negative", "label": "negative"},
        {"text": "neutral", "label": "positive"},
    ],
    "politeness": [
        {"text": "polite", "score": 1.5},
        {"text": "rude", "score": -1},
        {"text": "rude", "score": 0.5},
    ],
    "language": [
        {"text": "Where is my parcel? I ordered it last week.", "lang": "en"},
        {"text": "我的快递到哪里了？", "lang": "zh"},
        {"text": "Wo ist mein Paket? Ich warte seit Wochen darauf.", "lang": "en"},
    ],
    "conversations": [
        {"turns": [said("customer", "x"), said("agent", "hostile", banned=["hostile"])]},
        {"turns": [said("agent", "hello", banned=[]), said("bot", "hostile")]},
        {"turns": [said("agent", "hello", banned=["deflecting"]), said("agent", "unlabelled")]},
    ],
}
LABELS: dict[str, dict[str, tuple[int, float | None]]] = {
    "banned": {"hostile": (1, 0.6667), "deflecting": (1, 1.0), "accusatory": (0, None)},
    "empathy": {"0": (1, 1.0), "1": (0, 0.0), "2": (2, 0.6667)},
    "sentiment": {"negative": (1, 1.0), "neutral": (0, 0.0), "positive": (2, 0.6667)},
    "politeness": {"polite": (2, 0.6667), "impolite": (1, 0.6667)},
    "language": {"en": (2, 0.6667), "zh": (1, 1.0)},
    "conversations": {"hostile": (1, 1.0), "deflecting": (1, 0.0), "flagged": (2, 0.6667)},
}


def test_every_task_has_an_example() -> None:
    assert set(GOOD) == set(LABELS) == set(TASKS)


@pytest.mark.parametrize("task", sorted(GOOD))
def test_a_task_is_measured_printed_and_written(
    evaluate: Evaluate, tmp_path: Path, task: str
) -> None:
    out = tmp_path / "table.json"
    done = evaluate(task, *({"lang": "en"} | row for row in GOOD[task]), out=out)
    assert (done.exit_code, done.stderr) == (0, "")
    result = json.loads(out.read_text())
    assert set(result) == {"task", "n", "macro_f1", "accuracy", "labels", "languages"}
    assert (result["task"], result["n"], result["accuracy"]) == (task, 3, 0.6667)
    for label, (count, f1) in LABELS[task].items():
        assert (result["labels"][label]["n"], result["labels"][label]["f1"]) == (count, f1)
        assert f"\n{label} " in done.stdout
    assert done.stdout.startswith(f"{task}: n 3, macro-F1 ")
    assert sum(own["n"] for own in result["languages"].values()) == 3


def test_the_shipped_models_answer(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text('{"lang": "en", "customer": "It is broken!", "agent": "So what?", "level": 0}')
    done = CliRunner().invoke(app, ["evaluate", str(path), "--task", "empathy"])
    assert done.exit_code == 0
    assert done.stdout.startswith("empathy: n 1, ")


BAD: list[tuple[str, object, str]] = [
    ("banned", "{", "is not JSON"),
    ("banned", "[" * 100_000, "is not JSON"),
    ("banned", [1], "the row: "),
    ("banned", {"context": [], "text": "x", "labels": []}, "lang: Field required"),
    ("banned", {"lang": "en", "text": "x", "labels": []}, "context: Field required"),
    ("banned", {"lang": "en", "context": [], "text": "x", "labels": ["Hostile"]}, "labels.0"),
    ("banned", {"lang": "en", "context": [], "text": 5, "labels": []}, "text: "),
    (
        "banned",
        {"lang": "en", "context": [said("robot", "x")], "text": "x", "labels": []},
        "context.0.role: ",
    ),
    ("empathy", {"lang": "en", "customer": "x", "agent": "y", "level": 3}, "level: "),
    ("empathy", {"lang": "en", "customer": "x", "agent": "y", "level": "2"}, "level: "),
    ("empathy", {"lang": "en", "customer": "x", "level": 2}, "agent: Field required"),
    ("sentiment", {"lang": "en", "text": "x", "label": "angry"}, "'negative', 'neutral'"),
    ("politeness", {"lang": "en", "text": "x", "score": "high"}, "score: "),
    ("language", {"lang": None, "text": "x"}, "lang: "),
    ("conversations", {"lang": "en", "turns": []}, "turns: "),
    ("conversations", {"lang": "en", "turns": [said("agent", "x", banned=["x"])]}, "turns.0"),
]


@pytest.mark.parametrize(("task", "bad", "expected"), BAD)
def test_a_bad_row_is_named_and_left_out(
    evaluate: Evaluate, tmp_path: Path, task: str, bad: object, expected: str
) -> None:
    done = evaluate(task, "", bad, {"lang": "en"} | GOOD[task][0])
    assert done.exit_code == 1
    assert done.stdout.startswith(f"{task}: n 1, ")
    [complaint] = done.stderr.splitlines()
    assert complaint.startswith(f"{tmp_path / 'data.jsonl'}:2: ")
    assert expected in complaint
    alone = evaluate(task, bad)
    assert (alone.exit_code, alone.stdout) == (2, "")
    assert "no row could be used" in alone.stderr


def test_an_unknown_task_and_a_missing_file(evaluate: Evaluate, tmp_path: Path) -> None:
    unknown = evaluate("policies", GOOD["sentiment"][0])
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert unknown.stderr.startswith("cs-qa: No task named 'policies'. Possible: banned, ")
    missing = CliRunner().invoke(app, ["evaluate", str(tmp_path / "x"), "--task", "banned"])
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "x cannot be read: No such file" in missing.stderr


def test_the_table_goes_only_where_there_is_a_folder(evaluate: Evaluate, tmp_path: Path) -> None:
    row = {"lang": "en"} | GOOD["sentiment"][0]
    done = evaluate("sentiment", row, out=tmp_path / "no" / "table.json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "make it first" in done.stderr


def test_politeness_is_told_within_a_language(evaluate: Evaluate, tmp_path: Path) -> None:
    rows = [
        {"lang": lang, "text": text, "score": 1 if text == "polite" else -1}
        for lang in ("en", "ja")
        for text in ("polite", "rude", "polite", "rude")
    ]
    out = tmp_path / "table.json"
    evaluate("politeness", *rows, out=out)
    result = json.loads(out.read_text())
    assert {lang: own["accuracy"] for lang, own in result["languages"].items()} == {
        "en": 1.0,
        "ja": 1.0,
    }


def test_the_help_names_every_task() -> None:
    shown = CliRunner().invoke(app, ["evaluate", "--help"]).stdout
    assert all(task in shown for task in TASKS)
