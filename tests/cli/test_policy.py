"""`cs-qa policy check` and `show`, and `inspect --policy`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run, write_rows
from cs_qa.policy.pack import EXAMPLE_FILE

PACK = """
pack = "shop"
version = "1"
effective_from = 2026-03-01
[[policy]]
id = "ret"
topic = "returns"
market = ["ALL"]
text.en = "Items can be returned within 60 days of delivery."
[policy.facts]
return_window_days = 60
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    file = tmp_path / "shop.toml"
    file.write_text(PACK)
    return file


def test_the_example_pack_is_shown_and_holds(run: Run, tmp_path: Path) -> None:
    shown = run("policy", "show")
    assert (shown.exit_code, shown.stdout) == (0, EXAMPLE_FILE.read_text(encoding="utf-8"))
    assert "policy" in tomllib.loads(shown.stdout)
    copy = tmp_path / "copy.toml"
    copy.write_text(shown.stdout, encoding="utf-8")
    checked = run("policy", "check", copy)
    assert checked.exit_code == 0
    assert "warning" not in checked.stdout
    assert f"{copy}: harbor_lane_week@2026.1 holds: " in checked.stdout


def test_a_sound_pack_is_counted(run: Run, pack: Path) -> None:
    done = run("policy", "check", pack)
    assert done.exit_code == 0
    assert done.stdout == (
        f"{pack}: shop@1 holds: 1 clauses on 1 topics, 1 facts, from 2026-03-01.\n"
    )


def test_what_is_wrong_and_what_is_not_compared_is_said(
    run: Run, pack: Path, tmp_path: Path
) -> None:
    wrong, odd = tmp_path / "wrong.toml", tmp_path / "odd.toml"
    wrong.write_text(PACK.replace("= 60", '= "long"'))
    odd.write_text(PACK + 'colour = "blue"\n')
    done = run("policy", "check", wrong, odd, tmp_path / "none.toml", pack)
    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert "must be a number" in lines[0]
    assert lines[1].startswith(f"{odd}: warning: ret: facts.colour: unknown name")
    assert "shop@1 holds" in lines[2]
    assert "cannot be read" in lines[3]
    assert lines[4].startswith(f"{pack}: shop@1 holds")


def chats(tmp_path: Path, days: int) -> Path:
    turns = [
        {"role": "customer", "text": "How long do I have to return it?"},
        {"role": "agent", "text": f"You have {days} days from delivery to return it."},
    ]
    return write_rows(tmp_path / f"{days}.jsonl", [{"id": "a", "language": "en", "turns": turns}])


def policy_findings(stdout: str) -> list[dict[str, Any]]:
    (card,) = map(json.loads, stdout.splitlines())
    (own,) = [each for each in card["judgements"] if each["criterion"] == "policy_accuracy"]
    found: list[dict[str, Any]] = own["findings"]
    return found


@pytest.mark.parametrize(("days", "label"), [(60, "accurate"), (90, "inaccurate")])
def test_inspecting_with_a_pack(
    run: Run, pack: Path, tmp_path: Path, days: int, label: str
) -> None:
    done = run("inspect", chats(tmp_path, days), "--policy", pack)
    assert done.exit_code == 0
    (finding,) = policy_findings(done.stdout)
    assert (finding["label"], finding["detail"]["policy_id"]) == (label, "ret")


def test_inspecting_without_a_pack_finds_nothing(run: Run, tmp_path: Path) -> None:
    assert policy_findings(run("inspect", chats(tmp_path, 90)).stdout) == []


def test_a_pack_that_does_not_load_ends_the_inspection(run: Run, tmp_path: Path) -> None:
    done = run("inspect", chats(tmp_path, 90), "--policy", tmp_path / "none.toml")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "none.toml: cannot be read" in done.stderr
