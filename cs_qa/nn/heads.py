"""Vectors to probabilities: the trained heads and their calibration."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cs_qa.nn.encoder import WIDTH, Vector
from cs_qa.nn.ngrams import OUTPUTS, SILENT, NgramScores
from cs_qa.types import BANNED_LABELS, ROLES, BannedLabel, Empathy, Role, Sentiment

CONTEXT = 6
DIGITS = 4
POLITE_AT_NORM = 2.5


@dataclass(frozen=True, slots=True)
class Scores:
    """What the heads say of one turn, `banned` and `politeness` before calibration."""

    banned: tuple[float, ...]
    empathy: Empathy
    sentiment: Sentiment
    politeness: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """One label's logistic model over the head's logit and the phrase tier's hits.

    Fitted out of fold (`cs_qa.train.calibrate`), so that a probability of 0.8 means that four in
    five such turns are violations, at the share of violations that `models/heads` states.
    """

    bias: float
    logit: float
    strong: float
    weak: float

    def probability(self, logit: float, *, strong: bool, weak: bool) -> float:
        """Give the probability (0-1) that the label holds."""
        z = self.bias + self.logit * logit + self.strong * strong + self.weak * weak
        return round(1 / (1 + math.exp(-max(-60.0, min(60.0, z)))), DIGITS)


class Heads:
    """The heads of one model version. A turn is one call, so no turn's score moves another's."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "heads.onnx"), options, providers=["CPUExecutionProvider"]
        )
        settings = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
        self.calibration: Mapping[BannedLabel, Calibration] = {
            label: Calibration(**settings["banned"][label]) for label in BANNED_LABELS
        }
        self._politeness: dict[str, dict[str, float]] = settings["politeness"]
        self._temperature: dict[str, float] = settings["temperature"]
        self._ngrams = np.array(settings.get("ngrams") or [0.0] * OUTPUTS, np.float32)

    def score(
        self,
        turn: Vector,
        before: Sequence[tuple[Role, Vector]],
        ngrams: NgramScores = SILENT,
    ) -> Scores:
        """Score one turn. `before` are the turns before it, oldest first; (384,) each.

        `ngrams` is what the turn's character n-grams say, (`OUTPUTS`,).
        """
        memory = np.zeros((1, CONTEXT, WIDTH), np.float32)
        roles = np.full((1, CONTEXT), len(ROLES), np.int64)
        for place, (role, vector) in enumerate(reversed(before[-CONTEXT:])):
            memory[0, place] = vector
            roles[0, place] = ROLES.index(role)
        (logits,) = self._session.run(None, {"turn": turn[None], "before": memory, "roles": roles})
        logits[0, :OUTPUTS] += self._ngrams * ngrams
        row = [float(value) for value in logits[0]]
        k = len(BANNED_LABELS)
        empathy = _softmax(row[k : k + 3], self._temperature["empathy"])
        negative, neutral, positive = _softmax(row[k + 3 : k + 6], self._temperature["sentiment"])
        return Scores(
            banned=tuple(row[:k]),
            empathy=Empathy((empathy[0], empathy[1], empathy[2])),
            sentiment=Sentiment(negative, neutral, positive),
            politeness=row[k + 6],
        )

    def politeness(self, value: float, language: str) -> float:
        """Give politeness (0-1) against the norm of the language's ordinary service.

        An ordinary polite turn gets 0.92, one spread below it 0.82, two 0.62, three 0.38.
        """
        norm = self._politeness.get(language) or self._politeness["und"]
        z = POLITE_AT_NORM + (value - norm["mean"]) / norm["spread"]
        return round(1 / (1 + math.exp(-max(-60.0, min(60.0, z)))), DIGITS)


def _softmax(logits: Sequence[float], temperature: float) -> list[float]:
    highest = max(logits)
    powers = [math.exp((logit - highest) / temperature) for logit in logits]
    total = sum(powers)
    return [round(power / total, DIGITS) for power in powers]
