"""Figures of claims, and the task `policy` of `cs-qa evaluate` on tiny files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cs_qa.batch import Inspector
from cs_qa.evaluation.policy import Message, figures, measure_policy, policy_lines
from cs_qa.types import (
    AnnotatedTranscript,
    Finding,
    Judgement,
    PolicyDetail,
    Provenance,
    Scorecard,
    Span,
    Transcript,
    TurnAnnotation,
)

A, I = "accurate", "inaccurate"  # noqa: E741
CLAUSE = """
[[policy]]
id = "ret"
topic = "returns"
market = ["ALL"]
[policy.facts]
return_window_days = 60
"""
Row = dict[str, Any]
Evaluate = Callable[..., Result]


def message(
    labelled: Sequence[tuple[str, str]] = (),
    said: Sequence[tuple[str, str]] = (),
    lang: str = "en",
    *,
    uncovered: tuple[bool, bool] = (False, False),
) -> Message:
    return Message(lang, frozenset(labelled), frozenset(said), *uncovered)


@pytest.mark.parametrize(
    ("labelled", "said", "precision", "recall", "f1"),
    [
        ([("r", A)], [("r", A)], 1, 1, 1),
        ([("r", A)], [("r", I)], 0, 0, 0),
        ([("r", A)], [("s", A)], 0, 0, 0),
        ([("r", A), ("s", I)], [("r", A)], 1, 0.5, 2 / 3),
        ([("r", A)], [("r", A), ("s", I)], 0.5, 1, 2 / 3),
        ([("r", A)], [], None, 0, 0),
        ([], [("r", A)], 0, None, 0),
        ([], [], None, None, None),
    ],
)
def test_figures(
    labelled: Any, said: Any, precision: float | None, recall: float | None, f1: float | None
) -> None:
    told = figures([message(labelled, said), message()])
    assert told == {"precision": precision, "recall": recall, "f1": f1, "n": len(labelled)}


MESSAGES = [
    message([("r", A)], [("r", A)]),
    message([("r", I)], [("r", A)], "de"),
    message([("s", I), ("r", A)], [("s", I), ("r", A)], "de"),
    message(uncovered=(True, True)),
    message(),
    message([], [("r", A)]),
    message(uncovered=(False, True)),
]


def test_measures() -> None:
    told = measure_policy(MESSAGES)
    assert (told["n"], told["claims"]) == (7, 4)
    assert told["f1"] == pytest.approx(2 * 3 / 9)
    assert told["accuracy"] == 5 / 7
    assert told["labels"][A] == {"precision": 0.5, "recall": 1.0, "f1": 2 / 3, "n": 2}
    assert told["labels"][I]["recall"] == 0.5
    assert told["labels"]["unsupported"] == {
        "precision": 0.5, "recall": 1.0, "f1": 2 / 3, "n": 1,
    }  # fmt: skip
    assert told["macro_f1"] == pytest.approx(2 / 3)
    assert list(told["languages"]) == ["de", "en"]
    assert told["languages"]["de"]["accuracy"] == 0.5
    assert told["without_claim"] == {"n": 3, "flagged": 2}


def test_lines_show_what_cannot_be_told_as_a_dash() -> None:
    lines = policy_lines(measure_policy(MESSAGES))
    assert lines[0] == "policy: 7 messages"
    assert lines[3].split() == ["accurate", "0.500", "1.000", "0.667", "2"]
    assert lines[6].split() == ["all", "of", "them", "0.600", "0.750", "0.667", "4"]
    assert lines[-1] == "Messages without a claim: 3, of which flagged 2."
    nothing = policy_lines(measure_policy([message()]))
    assert nothing[3].split() == ["accurate", "-", "-", "-", "0"]
    assert nothing[9].split() == ["en", "-", "1.000", "1"]
    assert measure_policy([message()])["macro_f1"] is None


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str | None]]:
    """Judge by words: "right", "wrong", "uncovered"; remember what packs judged what."""
    seen: list[tuple[str, str, str | None]] = []

    def inspect(self: Inspector, transcripts: Any) -> Any:
        for transcript in transcripts:
            text = transcript.turns[1].text
            packs = " ".join(pack.ref for pack in self.policies)
            seen.append((packs, text, transcript.market))
            labels = {"right": A, "wrong": I, "uncovered": "unsupported"}
            yield scorecard(transcript, [labels[word] for word in text.split() if word in labels])

    monkeypatch.setattr(Inspector, "inspect", inspect)
    return seen


def scorecard(transcript: Transcript, labels: Sequence[str]) -> Scorecard:
    found = tuple(finding(label) for label in labels)
    judged = (Judgement("policy_accuracy", None, "pass", None, "", found),)
    annotated = AnnotatedTranscript(transcript, "en", (TurnAnnotation("en"), TurnAnnotation("en")))
    provenance = Provenance("0", "r@1", {})
    return Scorecard(annotated, judged, None, None, None, None, None, (), provenance)


def finding(label: Any) -> Finding:
    clause = None if label == "unsupported" else "ret"
    detail = PolicyDetail("one@1", clause, "returns", "", "")
    return Finding(
        "policy_accuracy", label, Span(1, 0, 1), "x", 0.9, "d@1", f"It is {label}.", detail=detail
    )


@pytest.fixture
def evaluate(tmp_path: Path, seen: object) -> Evaluate:
    for name in ("one", "two"):
        head = f'pack = "{name}"\nversion = "1"\neffective_from = 2026-01-01\n'
        (tmp_path / f"{name}.toml").write_text(head + CLAUSE)

    def evaluate(rows: Sequence[Row | str], *packs: str, **options: Path) -> Result:
        data = tmp_path / "data.jsonl"
        data.write_text("\n".join(each if isinstance(each, str) else json.dumps(each)
                                  for each in rows))  # fmt: skip
        given = [word for pack in packs for word in ("--policy", str(tmp_path / f"{pack}.toml"))]
        given += [word for name, value in options.items() for word in (f"--{name}", str(value))]
        return CliRunner().invoke(app(), ["evaluate", str(data), "--task", "policy", *given])

    return evaluate


def app() -> Any:
    from cs_qa.cli import app

    return app


def row(agent: str, *verdicts: str, **more: object) -> Row:
    claims = [{"policy_id": "ret", "verdict": verdict} for verdict in verdicts]
    return {"lang": "en", "agent": agent, "claims": claims, **more}


def test_rows_are_judged_printed_and_written(
    evaluate: Evaluate, seen: list[Any], tmp_path: Path
) -> None:
    out, errors = tmp_path / "out.json", tmp_path / "errors.jsonl"
    rows = [
        row("right", A, customer="Why?", market="DE"),
        row("right", I, id="r2"),
        row("hello"),
        row("uncovered", unsupported=True),
    ]
    done = evaluate(rows, "one", json=out, errors=errors)
    assert (done.exit_code, done.stderr) == (0, "")
    told = json.loads(out.read_text())
    assert told["labels"][A]["precision"] == 0.5
    assert told["labels"]["unsupported"]["f1"] == 1
    assert told["without_claim"] == {"n": 1, "flagged": 0}
    assert done.stdout.splitlines() == policy_lines(told)
    (item,) = map(json.loads, errors.read_text().splitlines())
    assert item == {
        "line": 2, "id": "r2", "lang": "en", "customer": "", "agent": "right",
        "labelled": [["ret", I]], "said": [["ret", A]], "why": ["It is accurate."],
    }  # fmt: skip
    assert seen[0] == ("one@1", "right", "DE")


def test_bad_rows_are_named_and_the_others_judged(evaluate: Evaluate) -> None:
    rows = [row("right", A), "no json", row("right", "perhaps"), {"lang": "en", "claims": []}]
    done = evaluate(rows, "one")
    assert done.exit_code == 1
    assert done.stdout.startswith("policy: 1 messages")
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    for number, (line, what) in enumerate(zip(lines, ("", "verdict", "agent"), strict=True), 2):
        assert f"{number}" in line
        assert what in line


def test_rows_of_other_packs_are_left_out_and_counted(evaluate: Evaluate, seen: list[Any]) -> None:
    rows = [row("right", A, pack="one"), row("wrong", I, pack="two"), row("hello")]
    done = evaluate(rows, "one")
    assert (done.exit_code, done.stderr) == (0, "1 rows of other packs than one are left out.\n")
    assert done.stdout.startswith("policy: 2 messages")
    assert [packs for packs, *_ in seen] == ["one@1", "one@1"]


def test_a_row_is_judged_by_its_pack_and_one_that_names_none_by_all(
    evaluate: Evaluate, seen: list[Any]
) -> None:
    rows = [row("right 1", A, pack="one"), row("x"), row("wrong 2", I, pack="two")]
    assert evaluate(rows, "one", "two").exit_code == 0
    assert sorted(seen) == [
        ("one@1", "right 1", None), ("one@1 two@1", "x", None), ("two@1", "wrong 2", None),
    ]  # fmt: skip


def test_what_cannot_be_evaluated_is_said(evaluate: Evaluate, tmp_path: Path) -> None:
    none = evaluate([row("right", A)])
    assert none.exit_code == 2
    assert "--policy FILE" in none.stderr
    missing = evaluate([row("right", A)], "three")
    assert missing.exit_code == 2
    assert "three.toml: cannot be read" in missing.stderr
    for rows in ([row("right", A, pack="two")], ["no json"], []):
        empty = evaluate(rows, "one")
        assert empty.exit_code == 2
        assert "no row could be used" in empty.stderr
