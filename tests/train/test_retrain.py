from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from cs_qa.errors import InputError
from cs_qa.nn.registry import Registry
from cs_qa.store import Store
from cs_qa.train.challenger import mixed
from cs_qa.train.dataset import ReviewedTurn
from cs_qa.train.head_rows import Rows
from cs_qa.train.retrain import retrain
from cs_qa.train.retrain_config import RetrainConfig
from cs_qa.train.retrain_rows import divided
from tests.train import reviewing
from tests.train.reviewing import CONFIG, REVIEWS, mislabelled, reviewed
from tests.train.words import conversation_turns, encoded

store, registry, reviews = reviewing.store, reviewing.registry, reviewing.reviews


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


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "No finished review gives a label to train on"), (3, "too few labels to retrain on")],
)
def test_with_too_few_labels_nothing_is_trained(
    store: Store,
    registry: Registry,
    reviews: list[ReviewedTurn],
    tmp_path: Path,
    count: int,
    said: str,
) -> None:
    reviews[:] = REVIEWS[:count]
    with pytest.raises(InputError, match=said):
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
