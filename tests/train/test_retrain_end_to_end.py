"""From reviews on a desk to a version in use, and back, with the models that ship."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from nn.own_versions import registry_at

from cs_qa.evaluation.compare import OtherInspector
from cs_qa.nn.model_files import read_manifest
from cs_qa.nn.registry import Registry
from cs_qa.nn.shipped import adapters_sha256
from cs_qa.store import Store, audit, results
from cs_qa.store.access import OPERATOR
from cs_qa.train import taking_over
from cs_qa.train.heads_fit import HeadSettings
from cs_qa.train.retrain import retrain
from cs_qa.train.retrain_config import AdapterSettings, RetrainConfig
from cs_qa.train.seed import SEED, Example, read_examples
from cs_qa.types import Transcript
from train.shop import WORDING, conversations, inspected, reviewed_store

pytestmark = pytest.mark.slow

CONFIG = RetrainConfig(
    heads=HeadSettings(epochs=12, batch_size=16, rate=1e-3, patience=4),
    margin=0.2,
    false_alarm_margin=0.2,
    shadow=20,
)
COUNT, AGAIN = 80, 10
UNSEEN = conversations(40, prefix="new")[30:]


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    """A small part of the seed data, of one language."""
    folder = tmp_path_factory.mktemp("seed")
    (folder / "en").symlink_to(SEED / "en")
    examples = read_examples(folder)
    kept = set(sorted({example.item for example in examples})[::6])
    return [example for example in examples if example.item in kept]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return registry_at(tmp_path / "home" / "models")


@pytest.fixture
def store(tmp_path: Path, registry: Registry) -> Iterator[Store]:
    with reviewed_store(tmp_path / "shop.db", inspector(registry), COUNT) as opened:
        yield opened


def inspector(registry: Registry) -> OtherInspector:
    return OtherInspector(models=registry.load(threads=1))


def scored(registry: Registry, transcripts: Sequence[Transcript]) -> str:
    """What the models in use say, byte for byte."""
    cards = inspected(transcripts, inspector(registry))
    return json.dumps(cards, ensure_ascii=False, sort_keys=True)


def in_force(store: Store) -> list[tuple[object, ...]]:
    """What people decided of the conversations that are inspected again."""
    found = [results.current(store, f"shop-{number}") for number in range(AGAIN)]
    return [
        (of.transcript_id, each.criterion, each.score, each.verdict, each.by)
        for of in found
        if of is not None
        for each in of.judgements
        if each.source == "review"
    ]


def test_reviews_make_the_next_scores_better_and_can_be_taken_back(
    store: Store, registry: Registry, seed: list[Example], tmp_path: Path
) -> None:
    before, decided = scored(registry, UNSEEN), in_force(store)
    assert flagged(before) == []
    assert len(decided) >= 3 * AGAIN
    made = retrain(store, registry, CONFIG, examples=seed, folder=tmp_path / "home")
    assert made.verdict.is_better, made.verdict.why
    assert made.counts["banned_phrases"] == {"en": 160}
    taking_over.promote(store, registry, made.version.version, by="lea")
    after = scored(registry, UNSEEN)
    assert flagged(after) == [each.id for each in UNSEEN if WORDING in each.turns[1].text]
    assert f'"heads": "{made.version.ref}"' in after
    store.add_scorecards(inspected(conversations(AGAIN), inspector(registry)))
    assert in_force(store) == decided  # a person's decision stands over any later inspection
    taking_over.rollback(store, registry, by="lea")
    assert scored(registry, UNSEEN) == before
    told = [entry.verb for entry in audit.entries(store, OPERATOR, limit=2)]
    assert told == ["roll_back_model", "promote_model"]


def flagged(cards: str) -> list[str]:
    return [
        card["transcript_id"]
        for card in json.loads(cards)
        for judged in card["judgements"]
        if judged["criterion"] == "banned_phrases"
        if any(each["label"] == "deflecting" for each in judged["findings"])
    ]


def test_in_full_the_encoder_is_new_and_comes_with_its_heads(
    store: Store, registry: Registry, seed: list[Example], tmp_path: Path
) -> None:
    config = CONFIG.model_copy(
        update={"shadow": 2, "adapters": AdapterSettings(epochs=2, batch_size=16)}
    )
    home, few = tmp_path / "home", seed[::3]

    def stop(line: str) -> None:
        if line.startswith("control: epoch 1"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retrain(store, registry, config, full=True, examples=few, folder=home, log=stop)
    assert [each.version for each in registry.versions("encoder")] == ["2"]
    lines: list[str] = []
    made = retrain(store, registry, config, full=True, examples=few, folder=home, log=lines.append)
    assert not [line for line in lines if line.startswith(("lower", "challenger: epoch"))]
    assert made.version.ref == "heads@2.1"
    assert [each.version for each in registry.versions("encoder")] == ["2", "2.1"]
    about = read_manifest(made.version.folder).about
    assert about["trained"] == "adapters and heads"
    assert about["encoder"] == adapters_sha256(registry.find("encoder", "2.1").folder)
    before = scored(registry, UNSEEN)
    registry.promote("heads", "2.1", force=True)
    assert registry.load().refs["encoder"] == "encoder@2.1"
    assert flagged(scored(registry, UNSEEN))
    registry.rollback("heads")
    assert scored(registry, UNSEEN) == before
    assert not list((home / "work").glob("*"))
