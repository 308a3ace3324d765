"""What the letters of a turn say: a linear model over its character n-grams.

It knows only wordings that it has seen, in each language for itself, which is where an encoder that
reads for meaning is weakest; the two together judge better than either (`benchmarks/ngrams.py`).
Hashed n-grams with TF-IDF weights: Weinberger et al. 2009, arXiv:0902.2206.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cs_qa.types import BANNED_LABELS, SENTIMENTS

FEATURES = 2**18
"""Buckets that n-grams are hashed into; a power of two."""

LONGEST = 4
OUTPUTS = len(BANNED_LABELS) + 3 + len(SENTIMENTS)
"""Banned labels, empathy levels and sentiments, in the order of the heads' logits."""

MAX_CHARACTERS = 4_000
DIGITS = 4
_STEP, _MIX = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)

Counts = NDArray[np.float32]
Buckets = NDArray[np.int64]
NgramScores = NDArray[np.float32]

SILENT: NgramScores = np.zeros(OUTPUTS, np.float32)
"""Scores that say nothing."""


def hashed_ngrams(text: str) -> tuple[Buckets, Counts]:
    """Give the buckets of a text's runs of 1 to `LONGEST` characters, and 1 + log of their counts.

    Both (n,), buckets ascending. Case and the width of blanks do not matter; of a text over
    `MAX_CHARACTERS` characters the beginning and the end are read. A blank text has none.
    """
    words = text.lower().split()
    if not words:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    text = f" {' '.join(words)} "
    if len(text) > MAX_CHARACTERS:
        text = text[: MAX_CHARACTERS // 2] + text[-MAX_CHARACTERS // 2 :]
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), "<u4").astype(np.uint32)
    runs = [codes * _STEP]
    for length in range(1, min(LONGEST, len(codes))):
        runs.append((runs[-1][:-1] ^ codes[length:]) * _STEP + np.uint32(length))
    found = np.concatenate(runs)
    found = (found ^ (found >> np.uint32(15))) * _MIX
    found ^= found >> np.uint32(13)
    buckets, counts = np.unique(found & np.uint32(FEATURES - 1), return_counts=True)
    return buckets.astype(np.int64), (1 + np.log(counts)).astype(np.float32)


def weighted(buckets: Buckets, counts: Counts, rarity: NDArray[np.float32]) -> Counts:
    """Weigh counts by the rarity (`FEATURES`,) of their buckets and bring them to length 1."""
    values = counts * rarity[buckets]
    length = float(np.linalg.norm(values))
    return values / np.float32(length) if length else values


class NgramModel:
    """The n-gram model of one version: one linear score an output, in log-odds."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file

        weights = load_file(folder / "ngrams.safetensors")
        self._weight = weights["weight"]
        self._scale, self._bias = weights["scale"], weights["bias"]
        self._rarity = weights["rarity"].astype(np.float32)

    def score(self, text: str) -> NgramScores:
        """Score a text, (`OUTPUTS`,)."""
        buckets, counts = hashed_ngrams(text)
        values = weighted(buckets, counts, self._rarity)
        told = values.astype(np.float64) @ self._weight[buckets].astype(np.float64)
        scores: NgramScores = (told * self._scale + self._bias).round(DIGITS).astype(np.float32)
        return scores
