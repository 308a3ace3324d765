"""`cs-qa lexicon` and `cs-qa inspect --lexicon`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cs_qa.phrases.lexicon import BUILT_IN
from tests.cli.conftest import Run

LIST = """
name = "acme"
language = "en"
version = "3"
[[phrase]]
label = "hostile"
strength = "strong"
phrases = ["yellow submarine"]
matches = ["A yellow submarine!"]
[[except]]
phrases = ["not our problem"]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_lexicon_check(run: Run, own: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(LIST.replace("A yellow", "A green"), encoding="utf-8")
    holds, fails = run("lexicon", "check", own), run("lexicon", "check", own, bad)
    line = "acme/en@3: 1 group, 1 phrase, 0 patterns, 1 exception"
    assert (holds.exit_code, holds.stdout) == (0, f"{own}: {line}; holds.\n")
    assert fails.exit_code == 1
    assert "does not match 'A green submarine!'" in fails.stdout
    assert fails.stdout.endswith(f"{bad}: {line}; problems: 1.\n")
    missing = run("lexicon", "check", tmp_path / "none.toml")
    assert (missing.exit_code, missing.stdout.count("\n")) == (1, 1)


def test_lexicon_check_prints_notes(run: Run, own: Path) -> None:
    own.write_text(LIST.replace('language = "en"', 'language = "sv"'), encoding="utf-8")
    noted = run("lexicon", "check", own)
    assert noted.exit_code == 0
    assert noted.stdout.startswith("note: There is no built-in lexicon for 'sv'")


def test_lexicon_show(run: Run) -> None:
    shown = run("lexicon", "show", "en")
    assert (shown.exit_code, shown.stdout) == (0, (BUILT_IN / "en.toml").read_text("utf-8"))
    unknown = run("lexicon", "show", "xx")
    assert unknown.exit_code == 2
    assert "There are: ar, de, en" in unknown.stderr


def test_a_shops_list_is_inspected_by(run: Run, own: Path, tmp_path: Path) -> None:
    chats = tmp_path / "chats.jsonl"
    said = ["What a yellow submarine!", "That is not our problem."]
    rows = [
        {"id": text, "language": "en", "turns": [{"role": "agent", "text": text}]} for text in said
    ]
    chats.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    plain, with_list = (
        run("inspect", chats, "--quiet"),
        run("inspect", chats, "--quiet", "--lexicon", own),
    )
    assert (plain.exit_code, with_list.exit_code) == (0, 0)
    before, after = (
        [json.loads(line) for line in result.stdout.splitlines()] for result in (plain, with_list)
    )
    assert [_labels(card) for card in before] == [set(), {"deflecting"}]
    assert [_labels(card) for card in after] == [{"hostile"}, set()]
    assert "acme/en@3" not in before[0]["provenance"]["models"]["lexicons"].split()
    assert "acme/en@3" in after[0]["provenance"]["models"]["lexicons"].split()


def test_a_list_that_does_not_hold_stops_the_inspection(run: Run, own: Path) -> None:
    own.write_text(LIST.replace('["not our', '["(not our'), encoding="utf-8")
    failed = run("inspect", "x.jsonl", "--lexicon", own)
    assert failed.exit_code == 2
    assert "has a stray" in failed.stderr


def _labels(card: dict[str, object]) -> set[str]:
    judgements: list[dict[str, object]] = card["judgements"]  # type: ignore[assignment]
    findings = next(j["findings"] for j in judgements if j["criterion"] == "banned_phrases")
    return {finding["label"] for finding in findings}  # type: ignore[attr-defined]
