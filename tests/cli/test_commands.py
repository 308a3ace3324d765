"""The small commands: version, help, redact, rubric, models, doctor, review, train."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from cli.conftest import Run
from cs_qa import __version__
from cs_qa.nn.registry import Registry
from cs_qa.rubric import DEFAULT_FILE
from cs_qa.store import open_store

COMMANDS = ["inspect", "review", "redact", "evaluate", "train", "doctor", "rubric", "models"]


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"cs-qa {__version__}\n"


def test_help_fits_a_terminal_and_cuts_nothing(run: Run) -> None:
    shown = run("--help", env={"COLUMNS": "80"}).stdout
    assert all(f"\n  {command} " in shown for command in COMMANDS)
    assert "..." not in shown.partition("Commands:")[2]
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("command", [*COMMANDS, "rubric check", "models list", "models show"])
def test_every_command_has_help_that_explains_its_options(run: Run, command: str) -> None:
    done = run(*command.split(), "--help")
    assert done.exit_code == 0
    body = done.stdout.partition("Options:")[2]
    assert all(len(line.split("  ", 2)) > 1 for line in body.splitlines() if "--" in line)


def redact_rows(run: Run, *rows: object) -> tuple[int, list[dict[str, object]], list[str]]:
    content = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    done = run("redact", "-", input=content)
    return (
        done.exit_code,
        [json.loads(line) for line in done.stdout.splitlines()],
        done.stderr.splitlines(),
    )


def test_redact_masks_and_says_what_stood_where(run: Run) -> None:
    text = "\U0001f600 Mail ann@example.com, please."
    code, [row], errors = redact_rows(run, {"id": 1, "text": text})
    assert (code, errors) == (0, [])
    assert row["id"] == 1
    assert row["text"] == "\U0001f600 Mail <EMAIL_1>, please."
    assert row["entities"] == [{"type": "EMAIL", "start": 7, "end": 22}]
    assert text[7:22] == "ann@example.com"


def test_redact_counts_offsets_in_the_text_as_given(run: Run) -> None:
    lone = '{"id": "\\ud800", "text": "\\ud800 ann@example.com"}'
    code, [row], _ = redact_rows(run, lone)
    assert (code, row["entities"]) == (0, [{"type": "EMAIL", "start": 2, "end": 17}])


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("{", "is not JSON"),
        ("[1]", 'needs an "id" and a "text"'),
        ('{"id": 1}', 'needs an "id" and a "text"'),
        ('{"text": "x"}', 'needs an "id" and a "text"'),
        ('{"id": 1, "text": null}', 'needs an "id" and a "text"'),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_redact_goes_on_after_a_bad_row(run: Run, bad: str, expected: str) -> None:
    code, rows, errors = redact_rows(run, bad, "", {"id": "good", "text": "x"})
    assert (code, [row["id"] for row in rows]) == (1, ["good"])
    [error] = errors
    assert error.startswith("<stdin>:1: ")
    assert expected in error
    code, rows, errors = redact_rows(run, bad)
    assert (code, rows, len(errors)) == (2, [], 2)


def test_redact_writes_a_file_whole_or_not_at_all(run: Run, tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "text": "x"}')
    assert run("redact", source, "--out", out).exit_code == 0
    assert json.loads(out.read_text()) == {"id": 1, "text": "x", "entities": []}
    for wrong in (source, tmp_path, tmp_path / "no" / "out.jsonl"):
        assert run("redact", source, "--out", wrong).exit_code == 2
    source.write_text("{")
    assert run("redact", source, "--out", out).exit_code == 2
    assert run("redact", tmp_path / "missing", "--out", out).exit_code == 2
    assert json.loads(out.read_text())["id"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_rubric_check(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    shutil.copy(DEFAULT_FILE, good)
    bad.write_text(good.read_text().replace("pass_mark", "pas_mark", 1))
    holds, fails = run("rubric", "check", good), run("rubric", "check", bad)
    assert (holds.exit_code, holds.stdout) == (0, f"{good}: default@1 holds.\n")
    assert fails.exit_code == 1
    assert "pas_mark" in fails.stdout
    assert run("rubric", "check", tmp_path / "missing.toml").exit_code == 1
    assert run("inspect", "x.jsonl", "--rubric", bad).exit_code == 2


def test_models_list_and_show(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [line.split("@")[0] for line in run("models", "list").stdout.splitlines()] == [
        "encoder",
        "heads",
        "ngrams",
        "statements",
    ]
    (tmp_path / "current.toml").write_text('encoder = "7"')
    (tmp_path / "encoder" / "7").mkdir(parents=True)
    monkeypatch.setattr(Registry, "shipped", lambda: Registry(tmp_path))
    cardless, unknown = run("models", "show", "encoder"), run("models", "show", "tokenizer")
    assert (cardless.exit_code, unknown.exit_code) == (2, 2)
    assert "card.md is missing" in cardless.stderr
    assert (
        unknown.stderr
        == "cs-qa: No model named 'tokenizer'. There are: encoder, heads, ngrams, statements.\n"
    )
    (tmp_path / "encoder" / "7" / "card.md").write_text("# Encoder 7")
    assert run("models", "show", "encoder").stdout == "# Encoder 7\n"
    assert run("models", "list").exit_code == 2


def test_doctor_finds_a_sound_installation(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CS_QA_DB", "postgresql://qa:s3cr:et@db.example/week")
    done = run("doctor")
    assert done.exit_code == 0, done.stdout
    assert done.stdout.endswith("All is well.\n")
    assert "s3cr" not in done.stdout
    assert "postgresql://qa:***@db.example/week" in done.stdout


def test_doctor_goes_on_after_what_it_finds(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "current.toml").write_text('encoder = "7"\nheads = "7"')
    for name in ("encoder", "heads", "ngrams", "statements"):
        (tmp_path / name / "7").mkdir(parents=True)
        (tmp_path / name / "7" / "manifest.json").write_text("{}")
    monkeypatch.setattr(Registry, "shipped", lambda: Registry(tmp_path))

    def broken() -> None:
        raise ZeroDivisionError("by surprise")

    monkeypatch.setattr("cs_qa.rubric.Rubric.default", broken)
    done = run("doctor")
    assert done.exit_code == 2
    problems = [line for line in done.stdout.splitlines() if line.startswith("  PROBLEM ")]
    assert "manifest.json is damaged" in problems[0]
    assert problems[1] == "  PROBLEM ZeroDivisionError: by surprise"
    assert done.stdout.endswith("Something is wrong; see PROBLEM above.\n")


def test_review_opens_a_database_that_is_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, int | None]] = []

    def launch(db: str, port: int | None) -> int:
        opened.append((db, port))
        return 0

    monkeypatch.setattr("cs_qa.ui.launch.launch", launch)
    db = str(tmp_path / "week.db")
    missing = run("review", "--db", db)
    assert (missing.exit_code, opened) == (2, [])
    assert f"There is no database at {db}" in missing.stderr
    assert run("review").exit_code == 2
    open_store(db).close()
    assert run("review", "--db", db, "--port", "8600").exit_code == 0
    assert run("review", env={"CS_QA_DB": db}).exit_code == 0
    assert opened == [(db, 8600), (db, None)]
    assert run("review", "--db", db, "--port", "99999").exit_code == 2


def test_training_says_what_it_needs(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "cs_qa.train.run", raising=False)
    monkeypatch.delitem(sys.modules, "cs_qa.train.fit", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    done = run("train", tmp_path / "train.toml")
    assert done.exit_code == 2
    assert done.stderr.startswith("cs-qa: Training needs torch, which is not installed.")


def test_what_the_system_refuses_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "/data/x.jsonl")

    monkeypatch.setattr("cs_qa.commands.redact.redact_file", full)
    done = run("redact", "x")
    assert (done.exit_code, done.stderr) == (2, "cs-qa: /data/x.jsonl: No space left on device\n")
