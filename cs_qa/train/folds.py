"""Five folds over the seed data in which items that are parallel across languages stay together.

Many scenarios of the seed were written side by side in several languages. If one of them were
in training and its translation in the held-out fold, every figure would flatter us. Items are
linked when each is the other's nearest neighbour among the two languages' items of the same
task and their cosine similarity (frozen encoder, centred per language, so that it measures
meaning and not language) is at least `MIN_SIMILARITY`; linked items form a group, and whole
groups are dealt to folds so that every fold gets its share of each task, language and label.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs_qa.train.seed import SEED, TASKS, read_items

FOLDS = 5
MIN_SIMILARITY = 0.42
ROUND = 1000
"""Items of a later round of data are numbered from a multiple of this on."""
FOLDS_FILE = SEED / "folds.json"

Vectors = NDArray[np.float32]


def load_folds(path: Path = FOLDS_FILE) -> dict[str, int]:
    """Read the committed folds: item id -> fold, 0 to 4."""
    folds: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    return folds


def make_folds(encode: Callable[[Sequence[str]], Vectors], root: Path = SEED) -> dict[str, int]:
    """Deal every seed item to a fold. `encode` gives one vector a text, shape (texts, width)."""
    folds: dict[str, int] = {}
    for task in TASKS:
        items = list(read_items(task, root))
        groups = group_parallel([item["lang"] for item in items], _item_vectors(items, encode))
        folds |= deal([[items[index] for index in group] for group in groups])
    return dict(sorted(folds.items()))


def add_new_items(folds: Mapping[str, int], root: Path = SEED) -> dict[str, int]:
    """Give items without a fold one by their number; all others keep theirs.

    Equal numbers share a fold in every language, since authors of several languages may have
    followed one list; so do two hard cases that may be a minimal pair, an odd number and the next.
    Each round of data begins at another fold, since few rounds are a multiple of five.
    """
    dealt = {}
    for task in TASKS:
        for item in read_items(task, root):
            number = int(item["id"].rpartition("-")[2]) - 1
            place = number // 2 if task == "banned" else number
            own = (place + number // ROUND - 1) % FOLDS
            dealt[item["id"]] = folds.get(item["id"], own)
    return dict(sorted(dealt.items()))


def group_parallel(langs: Sequence[str], vectors: Vectors) -> list[list[int]]:
    """Group item indexes so that parallel items of different languages share a group.

    `vectors` is (items, parts, width): one vector for each part of an item (context, text).
    """
    lang_of = np.array(langs)
    unit = _centred(lang_of, vectors)
    parent = list(range(len(langs)))
    for first, second in combinations(sorted(set(langs)), 2):
        here, there = np.flatnonzero(lang_of == first), np.flatnonzero(lang_of == second)
        similarity = unit[here] @ unit[there].T
        nearest_there, nearest_here = similarity.argmax(1), similarity.argmax(0)
        for i, j in enumerate(nearest_there):
            if nearest_here[j] == i and similarity[i, j] >= MIN_SIMILARITY:
                parent[_root(parent, int(here[i]))] = _root(parent, int(there[j]))
    groups: dict[int, list[int]] = {}
    for index in range(len(langs)):
        groups.setdefault(_root(parent, index), []).append(index)
    return list(groups.values())


def deal(groups: Iterable[Sequence[Mapping[str, Any]]]) -> dict[str, int]:
    """Deal groups of items to folds, largest first, each to the fold that lacks its kind most."""
    have: list[Counter[str]] = [Counter() for _ in range(FOLDS)]
    folds: dict[str, int] = {}
    for group in sorted(groups, key=lambda group: (-len(group), group[0]["id"])):
        kinds = Counter(kind for item in group for kind in _kinds(item))
        fold = min(
            range(FOLDS),
            key=lambda fold: (sum(have[fold][kind] * n for kind, n in kinds.items()), fold),
        )
        have[fold] += kinds
        folds |= {item["id"]: fold for item in group}
    return folds


def _kinds(item: Mapping[str, Any]) -> list[str]:
    lang = item["lang"]
    if "turns" in item:
        labels = {label for turn in item["turns"] for label in turn.get("banned") or ()}
    elif "labels" in item:
        labels = set(item["labels"])
    else:
        labels = {str(item.get("label", item.get("level")))}
    return ["all", lang, *(f"{lang}:{label}" for label in labels or {"clean"}), *labels]


def _parts(item: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    if "turns" in item:
        by_role = {
            role: [turn["text"] for turn in item["turns"] if turn["role"] == role]
            for role in ("customer", "agent")
        }
        return by_role["customer"], by_role["agent"]
    if "customer" in item:
        return [item["customer"]], [item["agent"]]
    return [turn["text"] for turn in item.get("context", ())], [item["text"]]


def _item_vectors(
    items: Sequence[Mapping[str, Any]], encode: Callable[[Sequence[str]], Vectors]
) -> Vectors:
    parts = [_parts(item) for item in items]
    texts = sorted({text for pair in parts for part in pair for text in part})
    vector_of = dict(zip(texts, encode(texts), strict=True))
    width = next(iter(vector_of.values())).shape[0]
    none = np.zeros(width, np.float32)
    return np.stack(
        [
            np.stack([np.mean([vector_of[t] for t in part], 0) if part else none for part in pair])
            for pair in parts
        ]
    )


def _centred(lang_of: NDArray[np.str_], vectors: Vectors) -> Vectors:
    centred = vectors.copy()
    for lang in set(lang_of.tolist()):
        centred[lang_of == lang] -= centred[lang_of == lang].mean(0)
    empty = ~vectors.any(axis=2)
    centred[empty] = 0
    centred /= np.linalg.norm(centred, axis=2, keepdims=True) + 1e-9
    flat = centred.reshape(len(centred), -1)
    unit: Vectors = flat / (np.linalg.norm(flat, axis=1, keepdims=True) + 1e-9)
    return unit


def _root(parent: list[int], index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index
