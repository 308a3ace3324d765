"""`cs-qa evaluate` on tiny files, with answers that are put in the models' mouths."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cs_qa.batch import Inspector
from cs_qa.cli import app
from cs_qa.evaluation.compare import OtherInspector
from cs_qa.evaluation.evaluate import TASKS
from cs_qa.nn.registry import Models, Registry
from cs_qa.types import (
    BANNED_LABELS,
    AnnotatedTranscript,
    Empathy,
    Finding,
    Judgement,
    Provenance,
    Scorecard,
    Sentiment,
    Span,
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
    judged = (Judgement("repeated_scripts", None, "pass", None, "", tuple(repeats(transcript))),)
    provenance = Provenance("0", "r@1", {})
    return Scorecard(annotated, judged, None, None, None, None, None, (), provenance)


def repeats(transcript: Transcript) -> Iterator[Finding]:
    """An agent turn repeats another one when it reads "again"."""
    for index, turn in enumerate(transcript.turns):
        if turn.role == "agent" and turn.text == "again":
            span = Span(index, 0, 5)
            yield Finding("repeated_scripts", "repeated_script", span, "again", 1.0, "d@1", "So.")


@pytest.fixture
def evaluate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evaluate:
    """Write rows to a file and evaluate a task on them."""

    def inspect(_: Inspector, transcripts: Iterable[Transcript]) -> Iterator[Scorecard]:
        return map(scorecard, transcripts)

    monkeypatch.setattr(Inspector, "inspect", inspect)

    def evaluate(task: str, *rows: object, **options: Path) -> Result:
        path = tmp_path / "data.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        given = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        return CliRunner().invoke(app, ["evaluate", str(path), "--task", task, *given])

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
    "repeated": [
        {"turns": [said("customer", "again"), said("agent", "again")], "repeated": [1]},
        {"turns": [said("agent", "hello"), said("bot", "again")], "repeated": []},
        {"turns": [said("agent", "hello")], "repeated": [0]},
    ],
}
LABELS: dict[str, dict[str, tuple[int, float | None]]] = {
    "banned": {"hostile": (1, 0.6667), "deflecting": (1, 1.0), "accusatory": (0, None)},
    "empathy": {"0": (1, 1.0), "1": (0, 0.0), "2": (2, 0.6667)},
    "sentiment": {"negative": (1, 1.0), "neutral": (0, 0.0), "positive": (2, 0.6667)},
    "politeness": {"polite": (2, 0.6667), "impolite": (1, 0.6667)},
    "language": {"en": (2, 0.6667), "zh": (1, 1.0)},
    "conversations": {"hostile": (1, 1.0), "deflecting": (1, 0.0), "flagged": (2, 0.6667)},
    "repeated": {"repeated_script": (2, 0.6667)},
}


def test_every_task_has_an_example() -> None:
    assert set(GOOD) == set(LABELS) == set(TASKS)


@pytest.mark.parametrize("task", sorted(GOOD))
def test_a_task_is_measured_printed_and_written(
    evaluate: Evaluate, tmp_path: Path, task: str
) -> None:
    out = tmp_path / "table.json"
    done = evaluate(task, *({"lang": "en"} | row for row in GOOD[task]), json=out)
    assert (done.exit_code, done.stderr) == (0, "")
    result = json.loads(out.read_text())
    assert set(result) >= {"task", "n", "macro_f1", "accuracy", "labels", "languages"}
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
    ("repeated", {"lang": "en", "turns": [said("customer", "x")], "repeated": [0]}, "turn 0 is"),
    ("repeated", {"lang": "en", "turns": [said("agent", "x")], "repeated": [1]}, "turn 1 is"),
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
    done = evaluate("sentiment", row, json=tmp_path / "no" / "table.json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "make it first" in done.stderr


def test_politeness_is_told_within_a_language(evaluate: Evaluate, tmp_path: Path) -> None:
    rows = [
        {"lang": lang, "text": text, "score": 1 if text == "polite" else -1}
        for lang in ("en", "ja")
        for text in ("polite", "rude", "polite", "rude")
    ]
    out = tmp_path / "table.json"
    evaluate("politeness", *rows, json=out)
    result = json.loads(out.read_text())
    assert {lang: own["accuracy"] for lang, own in result["languages"].items()} == {
        "en": 1.0,
        "ja": 1.0,
    }


NOT_RIGHT: dict[str, dict[str, Any]] = {
    "banned": {
        "truth": [],
        "guess": ["hostile"],
        "missed": [],
        "false_alarms": ["hostile"],
        "probabilities": dict.fromkeys(BANNED_LABELS, 0.0) | {"hostile": 0.99},
        "turns": [said("agent", "hostile")],
    },
    "empathy": {
        "truth": "2",
        "guess": "1",
        "probabilities": {"0": 0.1, "1": 0.8, "2": 0.1},
        "turns": [said("customer", "x"), said("agent", "level 1")],
    },
    "sentiment": {
        "truth": "positive",
        "guess": "neutral",
        "probabilities": {"negative": 0.1, "neutral": 0.8, "positive": 0.1},
        "turns": [said("customer", "neutral")],
    },
    "politeness": {
        "truth": "polite",
        "guess": "impolite",
        "politeness": 0.1,
        "polite_above": 0.1,
        "turns": [said("agent", "rude")],
    },
    "language": {
        "truth": "en",
        "guess": "de",
        "text": "Wo ist mein Paket? Ich warte seit Wochen darauf.",
    },
    "conversations": {
        "truth": ["deflecting"],
        "guess": [],
        "missed": ["deflecting"],
        "false_alarms": [],
        "probabilities": dict.fromkeys(BANNED_LABELS, 0.0),
        "turns": [said("agent", "hello")],
    },
    "repeated": {
        "truth": ["repeated_script"],
        "guess": [],
        "missed": ["repeated_script"],
        "false_alarms": [],
        "turns": [said("agent", "hello")],
    },
}


@pytest.mark.parametrize("task", sorted(GOOD))
def test_what_was_judged_wrongly_is_written_for_people(
    evaluate: Evaluate, tmp_path: Path, task: str
) -> None:
    out = tmp_path / "errors.jsonl"
    first, second, wrong = GOOD[task]
    rows = [{"lang": "en"} | first, {"lang": "en"} | second, {"id": "w-3", "lang": "en"} | wrong]
    assert evaluate(task, *rows, errors=out).exit_code == 0
    (error,) = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert error == {"line": 3, "id": "w-3", "lang": "en", **NOT_RIGHT[task]}


def test_nothing_wrong_leaves_an_empty_file(evaluate: Evaluate, tmp_path: Path) -> None:
    out = tmp_path / "errors.jsonl"
    evaluate("sentiment", {"lang": "en"} | GOOD["sentiment"][0], errors=out)
    assert out.read_text() == ""


def test_a_row_without_id_is_told_by_its_line(evaluate: Evaluate, tmp_path: Path) -> None:
    out = tmp_path / "errors.jsonl"
    evaluate("sentiment", "", "{", {"lang": "en"} | GOOD["sentiment"][2], errors=out)
    error = json.loads(out.read_text())
    assert error["line"] == 3
    assert "id" not in error


def test_half_a_character_is_written_too(evaluate: Evaluate, tmp_path: Path) -> None:
    out, text = tmp_path / "errors.jsonl", "Wo ist mein Paket? \ud83d Ich warte darauf."
    assert evaluate("language", {"lang": "fr", "text": text}, errors=out).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["text"] == text


def test_conversations_are_resampled_whole(evaluate: Evaluate, tmp_path: Path) -> None:
    turns = [said("agent", "hostile", banned=["hostile"]), said("agent", "hello", banned=[])]
    out = tmp_path / "table.json"
    evaluate("conversations", *({"lang": "en", "turns": turns} for _ in range(3)), json=out)
    result = json.loads(out.read_text())
    assert result["n"] == 6
    assert result["bootstrap"]["n"] == 3


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fake_models: Models) -> Path:
    """A folder of models that say "neutral" of everything."""

    def inspect(inspector: Inspector, transcripts: Iterable[Transcript]) -> Iterator[Scorecard]:
        for transcript in transcripts:
            turns = tuple(
                replace(turn, text="neutral") if isinstance(inspector, OtherInspector) else turn
                for turn in transcript.turns
            )
            yield scorecard(replace(transcript, turns=turns))

    monkeypatch.setattr(Inspector, "inspect", inspect)
    monkeypatch.setattr(Registry, "load", lambda *_, **__: fake_models)
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "current.toml").write_text("encoder = '1'")
    return folder


def test_other_models_are_compared(evaluate: Evaluate, other: Path, tmp_path: Path) -> None:
    out = tmp_path / "table.json"
    words = ("negative", "neutral", "positive", "positive")
    rows = [{"lang": "en", "text": word, "label": word} for word in words * 5]
    done = evaluate("sentiment", *rows, compare=other, json=out)
    assert (done.exit_code, done.stderr) == (0, "")
    compared = json.loads(out.read_text())["compared"]
    assert compared["folder"] == str(other)
    assert compared["accuracy"]["in_use"] == 1.0
    assert compared["accuracy"]["other"] == 0.25
    assert compared["languages"]["en"]["macro_f1"]["verdict"] == "better"
    assert f"\nCompared with {other} (" in done.stdout
    assert "\nVerdict by accuracy: better (+0.750 [" in done.stdout
    plain = evaluate("sentiment", *rows)
    assert "Compared" not in plain.stdout
    assert done.stdout.startswith(plain.stdout.rstrip("\n"))


def test_a_folder_without_models_is_refused_before_anything_is_judged(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    done = evaluate("sentiment", {"lang": "en"} | GOOD["sentiment"][0], compare=tmp_path / "no")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"cs-qa: --compare {tmp_path / 'no'}: there is no such folder.\n"


def test_languages_are_told_without_models_to_compare(evaluate: Evaluate, other: Path) -> None:
    done = evaluate("language", GOOD["language"][0], compare=other)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "not for the task language" in done.stderr


def test_results_overwrite_neither_the_data_nor_each_other(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    row, data = {"lang": "en"} | GOOD["sentiment"][0], tmp_path / "data.jsonl"
    for option in ("json", "errors"):
        done = evaluate("sentiment", row, **{option: data})
        assert (done.exit_code, done.stdout) == (2, "")
        assert f"--{option} {data} is an input too" in done.stderr
    done = evaluate("sentiment", row, json=tmp_path / "x", errors=tmp_path / "x")
    assert done.exit_code == 2
    assert "name two files" in done.stderr


def test_conversations_without_labels(evaluate: Evaluate) -> None:
    done = evaluate("conversations", {"lang": "en", "turns": [said("agent", "x")]})
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no agent turn has `banned`" in done.stderr


@pytest.fixture
def failing(evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch) -> Evaluate:
    """What says "broken" cannot be judged."""

    def inspect(_: Inspector, transcripts: Iterable[Transcript]) -> Iterator[Scorecard]:
        for transcript in transcripts:
            card = scorecard(transcript)
            if transcript.turns[-1].text == "broken":
                blank = tuple(TurnAnnotation(None) for _ in transcript.turns)
                why = Judgement("sentiment", None, "unscored", None, "no memory")
                annotated = AnnotatedTranscript(transcript, None, blank)
                card = replace(card, annotated=annotated, judgements=(why,))
            yield card

    monkeypatch.setattr(Inspector, "inspect", inspect)
    return evaluate


@pytest.mark.parametrize("task", ["banned", "empathy", "sentiment", "conversations"])
def test_a_row_that_cannot_be_judged_is_named_and_counts_as_nothing_said(
    failing: Evaluate, tmp_path: Path, task: str
) -> None:
    good, key = {"lang": "en"} | GOOD[task][0], {"empathy": "agent"}.get(task, "text")
    broken = good | {key: "broken"}
    if task == "conversations":
        broken = good | {"turns": [good["turns"][0], good["turns"][1] | {"text": "broken"}]}
    out = tmp_path / "errors.jsonl"
    done = failing(task, good, broken, errors=out)
    assert done.exit_code == 1
    assert done.stderr == f"{tmp_path / 'data.jsonl'}:2: could not be judged: no memory\n"
    assert done.stdout.startswith(f"{task}: n 2, ")
    error = json.loads(out.read_text())
    assert not error["guess"]
    assert set(error["probabilities"].values()) == {None}
    alone = failing(task, broken)
    assert (alone.exit_code, alone.stdout) == (2, "")
    assert "No row could be judged; the first because: no memory" in alone.stderr


def test_other_models_that_judge_nothing(
    evaluate: Evaluate, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def inspect(inspector: Inspector, batch: Sequence[Transcript]) -> list[Scorecard]:
        cards = list(map(scorecard, batch))
        if not isinstance(inspector, OtherInspector):
            return cards
        why = Judgement("sentiment", None, "unscored", None, "another shape")
        return [replace(card, judgements=(why,)) for card in cards]

    monkeypatch.setattr(Inspector, "inspect", inspect)
    done = evaluate("sentiment", {"lang": "en"} | GOOD["sentiment"][0], compare=other)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"cs-qa: --compare {other}: No row could be judged; the first because: another shape\n"
    )


def test_the_help_names_every_task() -> None:
    shown = CliRunner().invoke(app, ["evaluate", "--help"]).stdout
    assert all(task in shown for task in TASKS)
