"""Characters of personal data, counted; the task `pii` of `cs-qa evaluate`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cs_qa.cli import app
from cs_qa.evaluation.personal_data import Characters, Spans, measure_personal_data

CLEAN = {"id": 2, "lang": "de", "text": "Wo ist mein Paket?", "entities": []}
MAIL = {
    "id": 1,
    "lang": "en",
    "text": "Mail ann@example.com now",
    "entities": [{"type": "EMAIL", "start": 5, "end": 20}],
}
MISSED = {
    "id": 3,
    "lang": "en",
    "text": "Qwx has a@b.example",
    "entities": [{"type": "NAME", "start": 0, "end": 3}],
}


@pytest.mark.parametrize(
    ("gold", "found", "counts"),
    [
        ([("NAME", 0, 4)], [("NAME", 0, 4)], (4, 0, 0)),
        ([("NAME", 0, 4)], [("NAME", 2, 6)], (2, 2, 2)),
        ([("NAME", 0, 4)], [("PHONE", 0, 4)], (0, 4, 4)),
        ([("NAME", 0, 4)], [], (0, 0, 4)),
        ([], [("NAME", 0, 4)], (0, 4, 0)),
        ([], [], (0, 0, 0)),
    ],
)
def test_characters(gold: Spans, found: Spans, counts: tuple[int, int, int]) -> None:
    assert measure_personal_data([("en", gold, found)]).overall == Characters(*counts)


def test_figures() -> None:
    assert Characters(2, 2, 0).precision == 0.5
    assert Characters(2, 0, 6).recall == 0.25
    assert Characters(2, 1, 1).f1 == 0.6667
    assert Characters().f1 is None


def test_clean_messages_that_are_touched() -> None:
    result = measure_personal_data([("en", [], [("NAME", 0, 1)]), ("en", [], [])])
    assert (result.clean, result.touched, result.touched_share) == (2, 1, 0.5)
    assert measure_personal_data([]).touched_share is None


def run(tmp_path: Path, *rows: object) -> tuple[int, dict[str, object], str, str]:
    data, out, errors = (tmp_path / name for name in ("data.jsonl", "out.json", "errors.jsonl"))
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    data.write_text("\n".join(lines), encoding="utf-8")
    arguments = ["evaluate", data, "--task", "pii", "--json", out, "--errors", errors]
    done = CliRunner().invoke(app, list(map(str, arguments)))
    result = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    told = errors.read_text(encoding="utf-8") if errors.exists() else ""
    return done.exit_code, result, told, done.stdout + done.stderr


def test_evaluate_measures_and_shows_errors_masked(tmp_path: Path) -> None:
    code, result, errors, shown = run(tmp_path, MAIL, CLEAN, MISSED)
    assert code == 0
    assert result["task"] == "pii"
    assert result["n"] == 3
    assert result["accuracy"] == 0.6667
    labels = result["labels"]
    assert isinstance(labels, dict)
    assert set(labels) == {"EMAIL", "NAME"}
    assert labels["NAME"] == {"precision": None, "recall": 0.0, "f1": 0.0, "n": 1}
    assert result["clean"] == {"n": 1, "touched": 0, "share": 0.0}
    (error,) = map(json.loads, errors.splitlines())
    assert error["missed"] == [["NAME", 0, 3]]
    assert error["text"] == "<NAME_1> has <EMAIL_1>"
    assert "EMAIL" in shown
    assert "ann@" not in shown + errors


@pytest.mark.parametrize(
    "bad",
    [
        {"lang": "en", "text": "x"},
        {"lang": "en", "text": "x", "entities": [{"type": "SHOE", "start": 0, "end": 1}]},
        {"lang": "en", "text": "x", "entities": [{"type": "NAME", "start": 1, "end": 1}]},
        "{",
    ],
)
def test_unusable_rows_are_named(tmp_path: Path, bad: object) -> None:
    code, result, _, shown = run(tmp_path, MAIL, bad)
    assert (code, result["n"]) == (1, 1)
    assert ":2" in shown or "line 2" in shown
    (tmp_path / "out.json").unlink()
    assert run(tmp_path, bad)[0] == 2
