"""`cs-qa models`: list, show, promote, roll back; doctor and inspect beside a damaged version."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cs_qa.cli import _Commands
from cs_qa.commands.models import models as models_group
from cs_qa.nn.registry import MODELS, Registry, load_models
from tests.cli.conftest import Run
from tests.nn.own_versions import make_heads, shipped_as

APP = typer.Typer(cls=_Commands, rich_markup_mode=None, pretty_exceptions_enable=False)
APP.add_typer(models_group)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own with heads 2.1, better, and 2.2, refused."""
    monkeypatch.setenv("CS_QA_HOME", str(tmp_path / "home"))
    came = shipped_as(tmp_path / "shipped")
    monkeypatch.setattr(Registry, "shipped", lambda: came)
    registry = Registry.in_use()
    registry.add_version("heads", make_heads(tmp_path / "a", bias=1.0))
    refused = '{"verdict": "refused", "why": "hostile is worse in Thai"}'
    registry.add_version("heads", make_heads(tmp_path / "b", bias=2.0, metrics=refused))
    return tmp_path / "home"


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(APP, ["models", *arguments])
    if not isinstance(result.exception, SystemExit | None):
        raise result.exception
    return result


def listed() -> list[tuple[str, str]]:
    done = run("list")
    assert done.exit_code == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert all(Path(folder).is_dir() for _, _, folder in rows)
    return [(ref, state) for ref, state, _ in rows]


def test_list_without_a_home_has_the_shipped_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CS_QA_HOME", str(tmp_path / "none"))
    came = Registry.shipped()
    assert listed() == [(f"{name}@{came.version(name)}", "in use") for name in MODELS]
    assert not (tmp_path / "none").exists()


def test_promote_and_roll_back(home: Path) -> None:
    assert listed() == [
        ("encoder@2", "in use"),
        ("heads@2", "in use"),
        ("heads@2.1", "-"),
        ("heads@2.2", "-"),
        ("ngrams@2", "in use"),
        ("statements@1", "in use"),
    ]
    done = run("promote", "heads", "2.1")
    assert (done.exit_code, done.stdout) == (0, "heads@2.1 is in use now; heads@2 was before.\n")
    assert done.stderr == "Processes that run already go on with what they have.\n"
    assert ("heads@2.1", "in use") in listed()
    assert ("heads@2", "-") in listed()
    again = run("promote", "heads", "2.1")
    assert (again.exit_code, again.stdout) == (0, "heads@2.1 is in use already.\n")
    back = run("rollback", "heads")
    assert (back.exit_code, back.stdout) == (0, "heads@2 is in use now; heads@2.1 was before.\n")
    assert ("heads@2", "in use") in listed()


def test_a_refused_version_needs_force(home: Path) -> None:
    done = run("promote", "heads", "2.2")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "cs-qa: heads@2.2 was refused: hostile is worse in Thai. "
        "To promote it all the same: --force.\n"
    )
    assert run("promote", "heads", "2.2", "--force").exit_code == 0
    assert ("heads@2.2", "in use") in listed()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["promote", "heads", "9"], "There is no version '9' of heads. There are: 2, 2.1, 2.2."),
        (["promote", "tokenizer", "1"], "No model named 'tokenizer'. There are: encoder, heads, "),
        (["promote", "statements", "1"], "'statements' has no versions but the shipped one."),
        (["rollback", "heads"], "heads@2 came with cs_qa, and no other version was in use before."),
        (["rollback", "tokenizer"], "No model named 'tokenizer'."),
        (["show", "tokenizer"], "No model named 'tokenizer'. There are: encoder, heads, "),
        (["show", "heads", "9"], "There is no version '9' of heads."),
    ],
)
def test_what_cannot_be_is_explained(home: Path, arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"cs-qa: {said}")


def test_show_prints_the_card_of_the_version_asked_for(home: Path) -> None:
    own = run("show", "heads", "2.1")
    assert (own.exit_code, own.stdout) == (0, "# Heads of our own\n\n")
    assert run("show", "heads").stdout == run("show", "heads", "2").stdout != own.stdout
    run("promote", "heads", "2.1")
    assert run("show", "heads").stdout == own.stdout


def test_a_card_does_not_steer_the_terminal(home: Path) -> None:
    card = home / "models" / "heads" / "2.1" / "card.md"
    card.write_bytes("# \x1b[2J\x07Règles 规则\r\n\xff".encode("latin-1", "replace") + b"\xff\xfe")
    shown = run("show", "heads", "2.1").stdout
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)
    assert shown.startswith("# \ufffd[2J\ufffd")
    card.unlink()
    assert "heads@2.1 has no card" in run("show", "heads", "2.1").stderr


def test_rollback_tells_what_it_passed_over(home: Path) -> None:
    run("promote", "heads", "2.1")
    run("promote", "heads", "2.2", "--force")
    (home / "models" / "heads" / "2.1" / "heads.onnx").write_bytes(b"")
    done = run("rollback", "heads")
    assert (done.exit_code, done.stdout) == (0, "heads@2 is in use now; heads@2.2 was before.\n")
    assert done.stderr.startswith("heads@2.1 is damaged and was passed over.\n")


def test_list_names_a_version_that_vanished(home: Path) -> None:
    run("promote", "heads", "2.1")
    (home / "models" / "heads" / "2.1").rename(home / "elsewhere")
    done = run("list")
    assert done.exit_code == 2
    assert "statements@1\tin use" in done.stdout
    assert done.stderr == (
        "cs-qa: heads@2.1 is in use, but its folder is missing. "
        "Go back with `cs-qa models rollback heads`.\n"
    )


@pytest.fixture
def damaged(home: Path) -> Path:
    """The home with a version in use that was spoilt."""
    run("promote", "heads", "2.1")
    (home / "models" / "heads" / "2.1" / "heads.onnx").write_bytes(b"")
    return home


def test_inspect_stops_and_says_how_to_go_back(damaged: Path, run: Run, chats: Path) -> None:
    load_models.cache_clear()
    try:
        done = run("inspect", chats)
    finally:
        load_models.cache_clear()
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "heads.onnx is damaged" in done.stderr
    assert done.stderr.endswith("Go back with `cs-qa models rollback heads`.\n")


def test_doctor_tells_of_the_users_versions(home: Path, run: Run, sound: None) -> None:
    done = run("doctor")
    assert done.exit_code == 0, done.stdout
    assert re.search(r"heads@2\.1 \(not in use\): [\d.]+ MB, every hash right\n", done.stdout)


def test_doctor_without_a_home(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sound: None
) -> None:
    monkeypatch.setenv("CS_QA_HOME", str(tmp_path / "none"))
    done = run("doctor")
    assert done.exit_code == 0
    assert f"none in {tmp_path / 'none' / 'models'}; the shipped ones are in use" in done.stdout


def test_doctor_finds_the_damaged_version_and_the_shipped_ones_whole(
    damaged: Path, run: Run, sound: None
) -> None:
    (damaged / "models" / "heads" / "2.2" / "card.md").write_text("changed")
    done = run("doctor")
    assert done.exit_code == 2
    (problem,) = (line for line in done.stdout.splitlines() if "  PROBLEM" in line)
    assert "heads.onnx is damaged" in problem
    assert problem.endswith("Go back with `cs-qa models rollback heads`.")
    assert re.search(r"heads@2: [\d.]+ MB, every hash right", done.stdout)
    assert re.search(r"heads@2\.1 \(in use\): .*heads.onnx is damaged", done.stdout)
    assert re.search(r"heads@2\.2 \(not in use\): .*card.md is damaged", done.stdout)


def test_doctor_names_a_damaged_current_toml(home: Path, run: Run, sound: None) -> None:
    (home / "models" / "current.toml").write_text("heads = ")
    done = run("doctor")
    assert done.exit_code == 2
    assert re.search(r"PROBLEM .*current.toml is damaged .* Move it away", done.stdout)


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the doctor's inspection, which loads all models and takes seconds."""
    from cs_qa.commands import doctor

    checks: dict[str, Any] = {k: v for k, v in doctor._CHECKS.items() if k != "Inspection"}
    monkeypatch.setattr(doctor, "_CHECKS", checks)
