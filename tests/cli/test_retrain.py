"""`cs-qa retrain`: what it prints, what it leaves, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cs_qa.nn.registry import Registry
from cs_qa.store import Store, audit, open_store
from cs_qa.store.access import OPERATOR
from cs_qa.train.dataset import ReviewedTurn
from tests.cli.conftest import Run
from tests.train import reviewing

store, reviews, made = reviewing.store, reviewing.reviews, reviewing.registry
SETTINGS = """
shadow = 4

[heads]
epochs = 4
batch_size = 32
rate = 2e-3
"""


@pytest.fixture
def registry(made: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setenv("CS_QA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(Registry, "in_use", lambda: made)
    return made


@pytest.fixture
def command(run: Run, store: Store, registry: Registry, tmp_path: Path) -> Any:
    """Run `cs-qa retrain` on the store's database."""
    (tmp_path / "quick.toml").write_text(SETTINGS)

    def command(*options: object) -> Any:
        database = tmp_path / "shop.db"
        return run("retrain", "--db", database, "--config", tmp_path / "quick.toml", *options)

    return command


def test_a_better_version_is_told_and_waits(
    command: Any, registry: Registry, reviews: list[ReviewedTurn]
) -> None:
    done = command()
    assert done.exit_code == 0, done.stderr
    told = done.stdout
    assert "banned_phrases: 80 (en 80)" in told
    assert "shop: overall" in told
    assert "Of 4 stored conversations" in told
    assert told.endswith("Take it into use: cs-qa models promote heads 2.1\n")
    assert "epoch 1: validation loss" in done.stderr
    assert registry.version("heads") == "2"


def test_promote_takes_it_into_use_and_the_audit_log_has_it(
    command: Any, store: Store, registry: Registry, reviews: list[ReviewedTurn]
) -> None:
    done = command("--promote")
    assert done.exit_code == 0, done.stderr
    assert "heads@2.1 is in use. Back to before: cs-qa models rollback heads" in done.stdout
    assert registry.version("heads") == "2.1"
    (entry,) = audit.entries(store, OPERATOR, limit=1)
    assert (entry.verb, entry.subject) == ("promote_model", "model/heads@2.1")
    assert entry.detail["before"]["heads"] == "2"


def test_a_refused_version_is_not_promoted_and_says_why(
    command: Any, registry: Registry, reviews: list[ReviewedTurn]
) -> None:
    reviews[:] = reviewing.mislabelled(reviews)
    done = command("--promote")
    assert done.exit_code == 1
    assert "heads@2.1 is refused" in done.stdout
    assert "- shop: overall: not shown to be better" in done.stdout
    assert "models promote" not in done.stdout
    assert registry.version("heads") == "2"


def test_json_holds_what_is_printed(
    command: Any, tmp_path: Path, reviews: list[ReviewedTurn]
) -> None:
    assert command("--json", tmp_path / "made.json", "--seed", 3).exit_code == 0
    made = json.loads((tmp_path / "made.json").read_text())
    assert (made["version"], made["parent"], made["verdict"]) == ("heads@2.1", "heads@2", "better")
    assert made["comparison"][0]["name"] == "shop: overall"
    assert made["labels"]["sentiment"] == {"en": 60}
    assert made["shadow"]["conversations"] == 4


def test_the_seed_of_the_training_is_in_the_manifest(
    command: Any, registry: Registry, reviews: list[ReviewedTurn]
) -> None:
    command("--seed", 3)
    manifest = registry.find("heads", "2.1").folder / "manifest.json"
    assert json.loads(json.loads(manifest.read_text())["about"]["config"])["seed"] == 3


def test_a_database_without_reviews_says_what_to_do(
    run: Run, registry: Registry, tmp_path: Path
) -> None:
    open_store(str(tmp_path / "new.db")).close()
    done = run("retrain", "--db", tmp_path / "new.db")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "No finished review gives a label to train on. Draw a sample" in done.stderr
    assert [each.version for each in registry.versions("heads")] == ["2"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--json", "none/made.json"), "there is no folder none; make it first"),
        (("--config", "none.toml"), "none.toml"),
        (("--config", "wrong.toml"), "epoch: Extra inputs are not permitted. Possible: seed, "),
    ],
)
def test_what_cannot_be_is_said_before_any_work(
    run: Run,
    store: Store,
    registry: Registry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wrong.toml").write_text("epoch = 3\n")
    done = run("retrain", "--db", "shop.db", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_database_that_is_not_there_is_not_made(run: Run, tmp_path: Path) -> None:
    assert run("retrain", "--db", tmp_path / "none.db").exit_code == 2
    assert not (tmp_path / "none.db").exists()
