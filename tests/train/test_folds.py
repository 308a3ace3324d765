from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cs_qa.train.folds import (
    FOLDS,
    add_new_items,
    deal,
    group_parallel,
    load_folds,
    make_folds,
)
from cs_qa.train.seed import TASKS, read_items


def test_the_committed_folds_hold_every_item_once() -> None:
    ids = [item["id"] for task in TASKS for item in read_items(task)]
    folds = load_folds()
    assert len(ids) == len(set(ids))
    assert set(ids) == set(folds)
    assert set(folds.values()) == set(range(FOLDS))


def test_the_committed_folds_are_even_in_languages_and_tasks() -> None:
    folds = load_folds()
    for task in TASKS:
        for kinds in (Counter[object](), Counter[object]()):
            for item in read_items(task):
                kinds[folds[item["id"]]] += 1
            assert max(kinds.values()) <= 1.2 * min(kinds.values())
    languages = Counter((item["lang"], folds[item["id"]]) for item in read_items("banned"))
    assert len(languages) == 17 * FOLDS


def vectors(*meanings: int, shift: float = 0.0) -> NDArray[np.float32]:
    """Items of one language, (items, 2, 8): what is meant, plus what the language adds."""
    own = np.eye(8, dtype=np.float32)[list(meanings)]
    return np.stack([own, own], axis=1) + np.float32(shift)


def test_items_that_mean_the_same_share_a_group_across_languages() -> None:
    space = np.concatenate([vectors(0, 1, 2), vectors(2, 3, 0, shift=5), vectors(4, 0, 5, shift=9)])
    langs = ["de"] * 3 + ["en"] * 3 + ["fr"] * 3
    groups = sorted(sorted(group) for group in group_parallel(langs, space))
    assert groups == [[0, 5, 7], [1], [2, 3], [4], [6], [8]]


def test_alike_items_of_one_language_are_not_linked() -> None:
    assert sorted(group_parallel(["en"] * 4, vectors(0, 0, 1, 1))) == [[0], [1], [2], [3]]


def test_an_empty_part_says_nothing() -> None:
    space = np.concatenate([vectors(0, 1, 2), vectors(2, 3, 0)])
    space[:, 0] = 0
    assert [2, 3] in [sorted(group) for group in group_parallel(["de"] * 3 + ["en"] * 3, space)]


def item(name: str, lang: str = "en", **labels: Any) -> dict[str, Any]:
    return {"id": name, "lang": lang, **labels}


def test_a_group_stays_together_and_folds_get_their_share_of_each_label() -> None:
    pairs = [[item(f"{n}-en", label="a"), item(f"{n}-de", "de", label="a")] for n in range(10)]
    singles = [[item(f"{n}-{label}", label=label)] for n in range(10) for label in ("b", "c")]
    folds = deal([*pairs, *singles])
    assert all(folds[f"{n}-en"] == folds[f"{n}-de"] for n in range(10))
    shares = Counter((name.split("-")[1], fold) for name, fold in folds.items())
    assert set(shares.values()) == {2}


@pytest.mark.parametrize(
    "labels",
    [
        {"labels": ["hostile"]},
        {"labels": []},
        {"level": 0},
        {"label": "negative"},
        {"turns": [{"role": "agent", "banned": ["hostile"]}, {"role": "bot"}]},
    ],
)
def test_every_kind_of_item_can_be_dealt(labels: dict[str, Any]) -> None:
    folds = deal([[item(str(n), **labels)] for n in range(FOLDS)])
    assert sorted(folds.values()) == list(range(FOLDS))


def test_dealing_does_not_depend_on_the_order_of_the_groups() -> None:
    groups = [[item(f"{n:02}", label="ab"[n % 2])] for n in range(23)]
    assert deal(groups) == deal(groups[::-1])


def write_seed(root: Path) -> None:
    texts = ["where is it", "not my problem", "thank you", "how dare you", "it broke", "ok"]
    for lang in ("de", "en"):
        (root / lang).mkdir()
        rows: dict[str, list[dict[str, Any]]] = {
            "banned": [
                {"context": [{"role": "customer", "text": t}], "text": t, "labels": []}
                for t in texts
            ],
            "conversations": [
                {
                    "turns": [
                        {"role": "customer", "text": t},
                        {"role": "agent", "text": t, "banned": []},
                    ]
                }
                for t in texts
            ],
            "empathy": [{"customer": t, "agent": t, "level": 1} for t in texts],
            "sentiment": [{"text": t, "label": "neutral"} for t in texts],
        }
        for task, own in rows.items():
            lines = [
                json.dumps(item(f"{lang}-{task}-{n}", lang) | row) for n, row in enumerate(own)
            ]
            (root / lang / f"{task}.jsonl").write_text("\n".join(lines))


def test_folds_are_made_the_same_twice_with_parallel_items_together(tmp_path: Path) -> None:
    write_seed(tmp_path)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack(
            [np.random.default_rng(len(t) * 7 + ord(t[0])).normal(size=64) for t in texts]
        ).astype(np.float32)

    folds = make_folds(encode, tmp_path)
    assert list(folds) == sorted(folds)
    assert len(folds) == 48
    assert make_folds(encode, tmp_path) == folds
    for task in TASKS:
        for n in range(6):
            assert folds[f"de-{task}-{n}"] == folds[f"en-{task}-{n}"]


def test_new_items_get_a_fold_by_number_and_old_ones_keep_theirs(tmp_path: Path) -> None:
    names = {
        "banned": ["xx-b-1001", "xx-b-1002", "xx-b-1003", "xx-b-0001"],
        "conversations": ["xx-c-1001", "xx-c-1002"],
        "empathy": [],
        "sentiment": ["xx-s-1006"],
    }
    (tmp_path / "xx").mkdir()
    for task, ids in names.items():
        rows = [json.dumps({"id": name}) + "\n" for name in ids]
        (tmp_path / "xx" / f"{task}.jsonl").write_text("".join(rows), encoding="utf-8")
    folds = add_new_items({"xx-b-0001": 4, "gone-b-0001": 1}, tmp_path)
    assert folds == {
        "xx-b-0001": 4,
        "xx-b-1001": 0,
        "xx-b-1002": 0,
        "xx-b-1003": 1,
        "xx-c-1001": 0,
        "xx-c-1002": 1,
        "xx-s-1006": 0,
    }
