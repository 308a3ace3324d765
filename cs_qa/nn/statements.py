"""What a sentence states about shop policy: linear heads on the encoder's frozen vectors.

A sentence is read beside the customer's question and the turn that it stands in, by the vectors
that no training changes (`TextVectors.before`), so the heads outlive a version of the encoder, and
by the cues and values that stand in it (`cs_qa.policy.statements.sentence_features`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs_qa.nn.encoder import Vector

PARTS = ("sentence", "asked", "turn")
Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """Probabilities (0-1) of what a sentence states. Each mapping sums to 1; "" is nothing said.

    `claim`: that it states a rule of the shop at all. `polarity` has yes and no: whether
    something is possible, offered or included. `payer` has seller and buyer, `start` what a time
    is counted from, `condition` when the statement holds ("after_dispatch").
    """

    claim: float
    topic: Mapping[str, float]
    polarity: Mapping[str, float]
    payer: Mapping[str, float]
    start: Mapping[str, float]
    condition: Mapping[str, float]


def features(sentence: Vector, asked: Vector, turn: Vector) -> Features:
    """Put the three vectors (384,) side by side, each of length 1 unless it is 0: (1152,)."""
    parts = (sentence, asked, turn)
    return np.concatenate([part / (float(np.linalg.norm(part)) or 1.0) for part in parts])


class StatementHeads:
    """The heads of one model version."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file

        weights = load_file(folder / "statements.safetensors")
        self._labels: dict[str, list[str]] = json.loads(
            (folder / "labels.json").read_text(encoding="utf-8")
        )
        self._weights = {
            name: (weights[f"{name}.weight"].astype(np.float32), weights[f"{name}.bias"])
            for name in self._labels
        }

    def claims(self, rows: Sequence[Features]) -> NDArray[np.float64]:
        """Give how likely each sentence (a row each) states a rule of the shop, (n,)."""
        return self._probabilities("claim", np.stack(rows))[:, 1]

    def read(self, row: Features) -> Reading:
        """Read one sentence, a row of features."""
        told: dict[str, Any] = {
            name: dict(
                zip(labels, self._probabilities(name, row[None])[0].round(4).tolist(), strict=True)
            )
            for name, labels in self._labels.items()
        }
        return Reading(**{**told, "claim": told["claim"]["yes"]})

    def _probabilities(self, name: str, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        weight, bias = self._weights[name]
        # Row by row, so that no sentence's figures depend on the others in the batch.
        logits = np.stack([weight @ row + bias for row in rows]).astype(np.float64)
        powers = np.exp(logits - logits.max(1, keepdims=True))
        shares: NDArray[np.float64] = powers / powers.sum(1, keepdims=True)
        return shares
