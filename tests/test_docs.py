"""The documentation is true: what it says to run runs, and its reference is complete."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
import typer
from pydantic import BaseModel
from typer.testing import CliRunner

import cs_qa
from cs_qa.arrow import scorecard_to_json
from cs_qa.cli import app
from cs_qa.detectors import BUILT_IN
from cs_qa.evaluation.evaluate import TASK_NAMES
from cs_qa.phrases.lexicon_file import ExceptGroup, LexiconFile, PhraseGroup
from cs_qa.rubric import Rubric
from cs_qa.types import BANNED_LABELS, CRITERIA

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
TEXTS = sorted(
    {
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/*.md"),
        *ROOT.glob("models/*/*/card.md"),
        ROOT / "cs_qa/data/seed/README.md",
    }
)
WEEK = ("hl-0001", "hl-0017", "hl-0036")
SERVES = ("cs-qa review",)

_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<target>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
_HEADING = re.compile(r"^(?P<level>#+) (?P<title>.+)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: language, file name if it is a file to be made, content."""

    language: str
    file: str
    body: str


def blocks(path: Path) -> list[Block]:
    found = []
    for match in _FENCE.finditer(path.read_text(encoding="utf-8")):
        language, _, file = match["info"].partition(" ")
        found.append(Block(language, file, match["body"]))
    return found


def prose(path: Path) -> str:
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def headings(path: Path) -> list[tuple[int, str]]:
    return [(len(m["level"]), m["title"]) for m in _HEADING.finditer(prose(path))]


def names_in_headings(path: Path) -> set[str]:
    return {name for _, title in headings(path) for name in re.findall(r"`([^`]+)`", title)}


def anchors(path: Path) -> set[str]:
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in headings(path)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a copy of what the blocks use; the example week is cut to a few of it."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copytree(ROOT / "cs_qa/data/rubrics", tmp_path / "cs_qa/data/rubrics")
    week = tmp_path / "examples" / "week.jsonl"
    lines = week.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["id"] in WEEK]
    assert len(kept) == len(WEEK)
    week.write_text("".join(kept), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_line(line: str) -> bool:
    """Run one line of a shell block; False where it is none that the tests run."""
    words = shlex.split(line, comments=True)
    if not words or line.startswith(SERVES) or words[0] == "make":
        return False
    if words[0] == "cp":
        shutil.copy(words[1], words[2])
        return True
    assert words[0] == "cs-qa", f"the tests do not know how to run {line!r}"
    *arguments, arrow, target = words[1:] if ">" in words else [*words[1:], "", ""]
    result = CliRunner().invoke(app, [word for word in arguments if word])
    assert result.exit_code == 0, f"{line}\n{result.output}\n{result.exception!r}"
    if arrow:
        Path(target).write_text(result.stdout, encoding="utf-8")
    return True


@pytest.mark.parametrize(
    ("name", "commands", "programs"), [("README.md", 1, 4), ("docs/guide.md", 10, 4)]
)
def test_every_command_and_python_block_runs(
    name: str, commands: int, programs: int, folder: Path
) -> None:
    ran = {"bash": 0, "python": 0}
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(ROOT / name):
        if block.file:
            (folder / block.file).write_text(block.body, encoding="utf-8")
        elif block.language == "python":
            exec(compile(block.body, name, "exec"), names)
            ran["python"] += 1
        elif block.language == "bash":
            ran["bash"] += sum(run_line(line) for line in block.body.splitlines())
    assert ran["bash"] >= commands
    assert ran["python"] >= programs


def test_the_finding_in_the_readme_is_a_real_one() -> None:
    (quoted,) = [json.loads(b.body) for b in blocks(ROOT / "README.md") if b.language == "json"]
    week = cs_qa.read(ROOT / "examples" / "week.jsonl")
    transcript = next(each for each in week if each.id == "hl-0017")
    (card,) = cs_qa.Inspector.default().inspect([transcript])
    found = [f for j in scorecard_to_json(card)["judgements"] for f in j["findings"]]
    assert quoted in found


def test_python_blocks_of_the_reference_run(folder: Path) -> None:
    for path in sorted(REFERENCE.glob("*.md")):
        for block in blocks(path):
            if block.language == "python":
                exec(compile(block.body, str(path), "exec"), {})


def test_json_and_toml_blocks_are_sound() -> None:
    for path in TEXTS:
        for block in blocks(path):
            if block.language == "json":
                json.loads(block.body)
            if block.language == "toml":
                tomllib.loads(block.body)


def test_the_transcript_in_the_reference_is_read_without_a_remainder() -> None:
    (row,) = [json.loads(b.body) for b in blocks(REFERENCE / "formats.md") if b.language == "json"]
    from cs_qa.readers import transcript_from_json

    transcript = transcript_from_json(row)
    assert transcript.outcome is not None
    assert not transcript.extra
    assert not transcript.outcome.extra
    assert not any(turn.extra for turn in transcript.turns)
    told = {"id", *row, *row["outcome"]}
    assert told >= {f.name for f in fields(cs_qa.Outcome) if f.name != "extra"}
    assert told >= {f.name for f in fields(cs_qa.Transcript) if f.name != "extra"}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for match in _LINK.finditer(prose(path)):
        if match["target"].startswith(("http://", "https://")):
            continue
        target = (path.parent / match["target"]).resolve() if match["target"] else path
        assert target.exists(), f"{match[0]} in {path.name}"
        if match["anchor"]:
            assert match["anchor"] in anchors(target), f"{match[0]} in {path.name}"


def test_scripts_of_the_figures_are_there() -> None:
    scripts = set(re.findall(r"`(benchmarks/\w+\.py)`", prose(ROOT / "README.md")))
    assert scripts
    assert not [script for script in sorted(scripts) if not (ROOT / script).exists()]


def commands_of(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, group
    for word, command in getattr(group, "commands", {}).items():
        yield from commands_of(command, f"{name} {word}")


def own_options(command: Any) -> set[str]:
    options = [p for p in command.params if p.param_type_name == "option"]
    return {o for p in options for o in (*p.opts, *p.secondary_opts)} - {"--help"}


COMMANDS = [
    pytest.param(name, own_options(command), id=name)
    for name, command in commands_of(typer.main.get_command(app), "cs-qa")
    if own_options(command) or not getattr(command, "commands", {})
]


@pytest.mark.parametrize(("command", "options"), COMMANDS)
def test_every_command_and_option_has_its_heading(command: str, options: set[str]) -> None:
    documented: dict[str, set[str]] = {}
    for level, title in headings(REFERENCE / "cli.md"):
        if level == 2:
            section = documented.setdefault(title.strip("`"), set())
        elif level == 3:
            section |= set(re.findall(r"`([^`]+)`", title))
    assert command in documented
    assert documented[command] == options


def test_no_command_is_documented_that_is_not_there() -> None:
    known = {name for name, _ in commands_of(typer.main.get_command(app), "cs-qa")}
    documented = {t.strip("`") for level, t in headings(REFERENCE / "cli.md") if level == 2}
    assert documented <= known


def test_every_criterion_and_label_has_its_heading() -> None:
    labels = {label for name in CRITERIA for label in _labels(Rubric.default().criterion(name))}
    assert labels >= set(BANNED_LABELS)
    assert names_in_headings(REFERENCE / "criteria.md") == {*CRITERIA, *labels}


def _labels(criterion: BaseModel) -> set[str]:
    """The labels that the rubric knows of a criterion, from the type of its `min_confidence`."""
    field = type(criterion).model_fields.get("min_confidence")
    return set() if field is None else set(get_args(get_args(field.annotation)[0]))


def test_every_detector_and_option_has_its_heading() -> None:
    documented: dict[str, set[str]] = {}
    for level, title in headings(REFERENCE / "detectors.md"):
        if level == 2:
            section = documented.setdefault(title.strip("`"), set())
        elif level == 3:
            section |= set(re.findall(r"`([^`]+)`", title))
    options = {name: {f.name for f in fields(kind)} for name, kind in BUILT_IN.items()}  # type: ignore[arg-type]
    assert documented == options


def test_every_lexicon_key_has_its_heading() -> None:
    tables = (LexiconFile, PhraseGroup, ExceptGroup)
    keys = {f.alias or name for table in tables for name, f in table.model_fields.items()}
    assert names_in_headings(REFERENCE / "lexicon.md") == keys


def rubric_keys(table: type[BaseModel], above: str = "") -> Iterator[str]:
    """Dotted keys of a rubric file; `*` for names that are free, or that all criteria share."""
    for name, field in table.model_fields.items():
        shared = above.startswith("criteria.") and name in {
            "weight", "pass_mark", "critical_labels", "min_confidence",
        }  # fmt: skip
        key = f"{'criteria.*.' if shared else above}{field.alias or name}"
        yield key
        kind: Any = field.annotation
        if _is_table(kind):
            yield from rubric_keys(kind, f"{key}.")
        elif len(inner := get_args(kind)) == 2 and _is_table(inner[1]):
            yield from rubric_keys(inner[1], f"{key}.*.")


def _is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def test_every_rubric_key_has_its_heading() -> None:
    assert names_in_headings(REFERENCE / "rubric.md") == set(rubric_keys(Rubric))


def test_every_task_of_evaluate_is_documented() -> None:
    section = (
        (REFERENCE / "formats.md").read_text(encoding="utf-8").partition("## Labelled data")[2]
    )
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(TASK_NAMES)
