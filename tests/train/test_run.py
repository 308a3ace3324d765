"""Training from end to end, with a tiny encoder and a few dozen examples."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from typer.testing import CliRunner, Result

from cs_qa.cli import app
from cs_qa.nn.base import TOKENIZER
from cs_qa.nn.heads import CONTEXT, Heads
from cs_qa.nn.network import WIDTH
from cs_qa.nn.registry import damage
from cs_qa.train import export, run
from cs_qa.train.seed import Example
from cs_qa.types import BANNED_LABELS
from train.conftest import make_encoder

SETTINGS = """
version = "9"
models = "{folder}/models"
work = "{folder}/work"
politeness_data = "{folder}/tydip.jsonl.gz"
politeness_examples = {politeness}
folds = [0, 1]
[settings]
epochs = {epochs}
batch_size = 16
"""
FOLDS = 2
SENTIMENTS = ("negative", "neutral", "positive")


def seed_examples() -> list[Example]:
    examples = []
    for n in range(20):
        item, context = f"i{n}", (("customer", f"question {n}"), ("bot", "wait"))
        banned = frozenset({BANNED_LABELS[n % 5]} if n % 2 else ())
        base = {"item": item, "lang": ("en", "de")[n % 2], "text": f"answer {n}"}
        examples += [
            Example(f"{item}/b", task="banned", banned=banned, context=context, **base),  # type: ignore[arg-type]
            Example(f"{item}/c", task="conversations", banned=frozenset(), empathy=n % 3, **base),  # type: ignore[arg-type]
            Example(f"{item}/s", task="conversations", sentiment=SENTIMENTS[n % 3], **base),  # type: ignore[arg-type]
        ]
    return examples


@pytest.fixture
def folder(tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to train in; the base encoder and the seed data are tiny ones."""
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    rows = [
        {"split": split, "subset": "all", "text": f"please {n}", "score": n / 5 - 1}
        for n in range(10)
        for split in ("train", "test")
    ]
    with gzip.open(tmp_path / "tydip.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    files = {TOKENIZER: tmp_path / "tokenizer.json"}
    monkeypatch.setattr(run, "fetch", lambda source, _: files.get(source, tmp_path / "weights"))
    monkeypatch.setattr(run, "load_base", lambda _: make_encoder())
    monkeypatch.setattr(run, "read_examples", seed_examples)
    monkeypatch.setattr(run, "load_folds", lambda: {f"i{n}": n // 2 % FOLDS for n in range(20)})
    return tmp_path


def train(folder: Path, *, epochs: int = 1, politeness: int = 4) -> Result:
    config = folder / "train.toml"
    text = SETTINGS.format(folder=folder, epochs=epochs, politeness=politeness)
    config.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["train", str(config)], catch_exceptions=False)


def test_training_leaves_models_that_work_and_goes_on_where_it_stopped(folder: Path) -> None:
    done = train(folder)
    assert done.exit_code == 0, done.stderr
    epochs = [line.split(": loss")[0] for line in done.stdout.splitlines()]
    assert epochs == [*(f"fold-{n}: epoch 1" for n in range(FOLDS)), "final: epoch 1"]
    encoder, heads = folder / "models" / "encoder" / "9", folder / "models" / "heads" / "9"
    assert damage(encoder / "manifest.json") == damage(heads / "manifest.json") == []
    about = json.loads((heads / "manifest.json").read_text())["about"]["training"]
    assert str(folder) not in about
    assert json.loads(about)["settings"]["epochs"] == 1

    calibration = json.loads((heads / "calibration.json").read_text())
    assert set(calibration["banned"]) == set(BANNED_LABELS)
    assert set(calibration["politeness"]) == {"de", "en", "und"}
    with np.load(heads / "out_of_fold.npz") as kept:
        assert kept["ids"].tolist() == [example.id for example in seed_examples()]
        assert kept["logits"].any(axis=1).all()

    vector = np.ones(WIDTH, np.float32)
    scores = Heads(heads).score(vector, [("customer", vector)] * (CONTEXT + 2))
    assert len(scores.banned) == len(BANNED_LABELS)

    first = {path: path.read_bytes() for path in (folder / "models").rglob("*.onnx")}
    (folder / "work" / "fold-1.npy").unlink()
    shutil.rmtree(folder / "models" / "heads")
    again = train(folder)
    assert (again.exit_code, again.stdout) == (0, "")
    assert {path: path.read_bytes() for path in (folder / "models").rglob("*.onnx")} == first


def test_a_work_folder_belongs_to_one_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "fetch", lambda *_: pytest.fail("went on"))
    work = folder / "work"
    work.mkdir()
    (work / "run.sha256").write_text("another")
    done = train(folder)
    assert done.exit_code == 2
    assert f"{work} holds part of a run with other data or settings." in done.stderr


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("version = ", "is not TOML"),
        ("\xff", "is not TOML"),
        ('version = "1"', "models: Field required; work: Field required"),
        (SETTINGS + "epoch = 3", "settings.epoch: "),
        (SETTINGS.replace("version", "verison"), "verison: Extra inputs are not permitted"),
    ],
)
def test_a_config_that_does_not_hold(tmp_path: Path, config: str, expected: str) -> None:
    path = tmp_path / "train.toml"
    text = config.format(folder=tmp_path, epochs=1, politeness=1)
    path.write_bytes(text.encode("latin-1"))
    done = CliRunner().invoke(app, ["train", str(path)], catch_exceptions=False)
    assert done.exit_code == 2
    [line] = done.stderr.splitlines()
    assert line.startswith(f"cs-qa: {path}")
    assert expected in line


def test_files_that_are_missing(folder: Path) -> None:
    done = CliRunner().invoke(app, ["train", str(folder / "x.toml")], catch_exceptions=False)
    assert (done.exit_code, "cannot be read" in done.stderr) == (2, True)
    (folder / "tydip.jsonl.gz").unlink()
    done = train(folder)
    assert done.exit_code == 2
    assert "tydip.jsonl.gz is missing: TyDiP" in done.stderr
    assert not (folder / "work").exists()


def test_politeness_is_learned_from_the_training_split_in_a_fixed_order(folder: Path) -> None:
    config = run.TrainingConfig(
        version="1",
        models=folder,
        work=folder,
        politeness_data=folder / "tydip.jsonl.gz",
        politeness_examples=6,
    )
    chosen = run._politeness_examples(config)
    assert [each.text for each in chosen] == [e.text for e in run._politeness_examples(config)]
    assert len({each.text for each in chosen}) == len(chosen) == 6
    assert {(each.task, each.lang, each.banned) for each in chosen} == {("politeness", "en", None)}


@pytest.mark.parametrize(("share", "low", "high"), [(1.0, 100, 100), (0.3, 15, 45), (0.0, 0, 0)])
def test_neutral_turns_of_conversations_are_thinned(share: float, low: int, high: int) -> None:
    neutral = [
        Example(f"c/{n}", "c", "en", "conversations", "x", sentiment="neutral") for n in range(100)
    ]
    others = [
        Example("c/x", "c", "en", "conversations", "x", sentiment="negative"),
        Example("s", "s", "en", "sentiment", "x", sentiment="neutral"),
    ]
    kept = run.thinned([*neutral, *others], share)
    assert kept[-2:] == others
    assert low <= len(kept) - 2 <= high
    assert run.thinned([*neutral, *others], share) == kept


def test_the_norm_of_politeness_is_that_of_clean_ordinary_turns() -> None:
    examples = [
        Example("a", "a", "en", "conversations", "x", banned=frozenset()),
        Example("b", "b", "en", "conversations", "x", banned=frozenset()),
        Example("c", "c", "en", "conversations", "x", banned=frozenset({"hostile"})),
        Example("d", "d", "en", "banned", "x", banned=frozenset()),
        Example("e", "e", "ja", "conversations", "x", banned=frozenset()),
    ]
    logits = np.zeros((5, 12), np.float32)
    logits[:, -1] = [1, 3, 50, 50, 5]
    assert export.politeness_norms(examples, logits) == {
        "en": {"mean": 2.0, "spread": 1.0},
        "ja": {"mean": 5.0, "spread": export.MIN_SPREAD},
        "und": {"mean": 3.0, "spread": 1.633},
    }
