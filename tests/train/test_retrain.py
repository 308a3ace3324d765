from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nn.own_versions import registry_at

from cs_qa.errors import InputError
from cs_qa.nn.heads import Heads
from cs_qa.nn.registry import Models, Registry
from cs_qa.store import Store, open_store
from cs_qa.train import retrain as module
from cs_qa.train.challenger import mixed
from cs_qa.train.dataset import ReviewedTurn
from cs_qa.train.gate import GateReport
from cs_qa.train.head_rows import Rows
from cs_qa.train.heads_fit import HeadSettings
from cs_qa.train.retrain import divided, retrain
from cs_qa.train.retrain_config import RetrainConfig
from cs_qa.train.seed import Example
from cs_qa.types import SENTIMENTS
from tests.store.judged import make
from train.words import WordEncoder, conversation_turns, encoded

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONFIG = RetrainConfig(heads=HeadSettings(epochs=4, batch_size=32, rate=2e-3), shadow=5)
LABELS = ("banned", "empathy", "sentiment")
CRITERIA: Any = ("banned_phrases", "empathy", "sentiment")


def reviewed(examples: Sequence[Example], *, prefix: str = "shop") -> list[ReviewedTurn]:
    """What reviewers would have said of these turns: a row for each label."""
    rows = []
    for number, example in enumerate(examples):
        for criterion, name in zip(CRITERIA, LABELS, strict=True):
            if (value := getattr(example, name)) is not None:
                own: dict[str, Any] = {name: value}
                row = ReviewedTurn(
                    id=f"{prefix}-{example.item}/1",
                    transcript_id=f"{prefix}-{example.item}",
                    turn=1,
                    criterion=criterion,
                    lang=example.lang,
                    role="customer" if name == "sentiment" else "agent",
                    text=f"{prefix} {example.text}",
                    context=example.context,
                    reviewer="ann",
                    at=AT + timedelta(minutes=number),
                    source="review",
                    scorecard_id=1,
                    rubric="default@1",
                    reason="random",
                    **own,
                )
                rows.append(row)
    return rows


def mislabelled(rows: Sequence[ReviewedTurn]) -> list[ReviewedTurn]:
    """The same turns, with labels drawn by chance."""
    chance = random.Random(0)
    return [
        replace(row, sentiment=chance.choice(SENTIMENTS))
        if row.sentiment
        else replace(row, empathy=chance.randrange(3))
        if row.empathy is not None
        else replace(row, banned=frozenset(chance.choice((["hostile"], ["deflecting"], []))))
        for row in rows
    ]


REVIEWS = reviewed(conversation_turns(20))


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The shipped heads beside an encoder that needs no model; the seed is small."""
    made = registry_at(tmp_path / "home" / "models")

    def load(self: Registry, *, threads: int | None = None) -> Models:
        encoder: Any = WordEncoder()
        statements: Any = None
        refs = {"heads": f"heads@{self.version('heads')}"}
        return Models(encoder, Heads(self.folder("heads")), statements, refs)

    monkeypatch.setattr(Registry, "load", load)
    monkeypatch.setattr(module, "read_examples", lambda: conversation_turns(30))
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "shop.db")) as opened:
        opened.add_scorecards(make(id_=f"t{number}") for number in range(8))
        yield opened


@pytest.fixture
def reviews(monkeypatch: pytest.MonkeyPatch) -> list[ReviewedTurn]:
    """What the store is said to have been labelled; tests may put other rows in."""
    rows = list(REVIEWS)
    monkeypatch.setattr(module, "reviewed_turns", lambda store, *, accepts: rows)
    monkeypatch.setattr(module, "gate", lambda store, config: GateReport(()))
    return rows


def left(folder: Path) -> list[str]:
    """What lies in a registry and in the work folder."""
    models = sorted(path.name for path in (folder / "models").glob("heads/*"))
    return [*models, *sorted(path.name for path in (folder / "work").glob("*"))]


def test_reviews_become_a_version_that_is_better(
    store: Store, registry: Registry, reviews: list[ReviewedTurn], tmp_path: Path
) -> None:
    lines: list[str] = []
    made = retrain(store, registry, CONFIG, folder=tmp_path / "home", log=lines.append)
    assert made.verdict.is_better
    assert (made.version.ref, made.parent) == ("heads@2.1", "heads@2")
    assert registry.version("heads") == "2"  # adding is not promoting
    assert made.counts["banned_phrases"] == {"en": 80}
    assert made.counts["sentiment"] == {"en": 60}
    assert made.shadow.conversations == 5
    assert left(tmp_path / "home") == ["2.1"]
    assert any("validation loss" in line for line in lines)
    registry.promote("heads", "2.1")
    assert registry.folder("heads") == made.version.folder


def test_a_version_says_what_it_was_made_from(
    store: Store, registry: Registry, reviews: list[ReviewedTurn], tmp_path: Path
) -> None:
    folder = retrain(store, registry, CONFIG, folder=tmp_path / "home").version.folder
    about = json.loads((folder / "manifest.json").read_text())["about"]
    assert about["parent"] == "heads@2"
    assert about["encoder"] == registry.encoder_sha256()
    assert RetrainConfig.model_validate_json(about["config"]) == CONFIG
    assert datetime.fromisoformat(about["created_at"]).tzinfo
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["verdict"] == "better"
    assert metrics["comparison"][0]["name"] == "shop: overall"
    card = (folder / "card.md").read_text()
    assert "| banned_phrases | en | 80 |" in card
    assert "Better than its parent" in card


def test_the_same_reviews_and_seed_give_the_same_weights(
    store: Store, registry: Registry, reviews: list[ReviewedTurn], tmp_path: Path
) -> None:
    first, second = (
        retrain(store, registry, CONFIG, folder=tmp_path / "home").version.folder for _ in range(2)
    )
    for file in ("heads.onnx", "calibration.json"):
        assert (first / file).read_bytes() == (second / file).read_bytes()
    data = [json.loads((f / "manifest.json").read_text())["about"]["data"] for f in (first, second)]
    assert data[0] == data[1]


def test_wrong_labels_do_not_make_it_better(
    store: Store, registry: Registry, reviews: list[ReviewedTurn], tmp_path: Path
) -> None:
    reviews[:] = mislabelled(REVIEWS)
    made = retrain(store, registry, CONFIG, folder=tmp_path / "home")
    assert not made.verdict.is_better
    assert any(why.startswith("shop: overall") for why in made.verdict.why)
    metrics = json.loads((made.version.folder / "metrics.json").read_text())
    assert metrics["verdict"] == "refused"
    assert "not shown to be better" in metrics["why"]


@pytest.mark.parametrize("at", ["encoded", "epoch 1", "epoch 2", "added"])
def test_a_run_that_is_stopped_leaves_the_registry_whole_and_is_gone_on_with(
    store: Store, registry: Registry, reviews: list[ReviewedTurn], tmp_path: Path, at: str
) -> None:
    def stop(line: str) -> None:
        if at in line:
            raise KeyboardInterrupt

    home = tmp_path / "home"
    with pytest.raises(KeyboardInterrupt):
        retrain(store, registry, CONFIG, folder=home, log=stop)
    assert registry.version("heads") == "2"
    assert registry.check("heads") == []
    lines: list[str] = []
    made = retrain(store, registry, CONFIG, folder=home, log=lines.append)
    finished = {"encoded": 0, "epoch 1": 0, "epoch 2": 1, "added": 4}[at]
    epochs = [line for line in lines if line.startswith("epoch")]
    assert len(epochs) == (CONFIG.heads.epochs - finished)
    assert [name for name in left(home) if name.startswith("retrain")] == []
    assert made.verdict.is_better


def test_a_challenger_of_a_challenger(
    store: Store, registry: Registry, reviews: list[ReviewedTurn], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    retrain(store, registry, CONFIG, folder=home)
    registry.promote("heads", "2.1")
    made = retrain(store, registry, CONFIG, folder=home)
    assert (made.version.ref, made.parent) == ("heads@2.2", "heads@2.1")


@pytest.mark.parametrize("count", [0, 3])
def test_with_too_few_labels_nothing_is_trained(
    store: Store, registry: Registry, reviews: list[ReviewedTurn], tmp_path: Path, count: int
) -> None:
    reviews[:] = REVIEWS[:count]
    with pytest.raises(InputError, match="too few labels to retrain on"):
        retrain(store, registry, CONFIG, folder=tmp_path / "home")
    assert left(tmp_path / "home") == []


def test_no_transcript_is_in_two_parts_and_none_moves_when_more_come() -> None:
    parts = divided(REVIEWS, CONFIG)
    ids = [
        {row.transcript_id for row in part}
        for part in (parts.train, parts.validation, parts.held_out)
    ]
    assert sum(map(len, ids)) == len(set().union(*ids)) == 140
    more = divided([*REVIEWS, *reviewed(conversation_turns(10), prefix="new")], CONFIG)
    assert ids[2] <= {row.transcript_id for row in more.held_out}
    assert not ids[0] & {row.transcript_id for row in more.held_out}


@pytest.mark.parametrize(
    ("reviews", "replay", "weight"),
    [(100, 400, 4.0), (100, 4000, 10.0), (400, 100, 0.25)],
)
def test_reviews_have_their_share_of_the_weight_but_none_weighs_too_much(
    reviews: int, replay: int, weight: float
) -> None:
    examples = conversation_turns(1)
    rows = Rows.of(examples, encoded(examples))
    config = RetrainConfig(review_share=0.5, most_weight=10.0)

    def some(count: int) -> Rows:
        import torch

        return rows.part(torch.arange(count) % len(rows))

    together = mixed(some(reviews), some(replay), config).weight
    assert together[:reviews].mean() == pytest.approx(weight)
    assert together[reviews:].tolist() == [1.0] * replay
