"""The reviewed turns that a retraining uses, by what they are for, and what names them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from cs_qa.errors import InputError
from cs_qa.train.dataset import ReviewedTurn, place_of, split
from cs_qa.train.retrain_config import RetrainConfig


@dataclass(frozen=True, slots=True)
class Rows:
    """Reviewed turns by what they are for; no transcript is in two of them."""

    train: tuple[ReviewedTurn, ...]
    validation: tuple[ReviewedTurn, ...]
    held_out: tuple[ReviewedTurn, ...]

    @property
    def all(self) -> tuple[ReviewedTurn, ...]:
        """All of them, one part after the other."""
        return tuple(chain(self.train, self.validation, self.held_out))

    @property
    def fingerprint(self) -> str:
        """Give the SHA-256 of all labels, their texts and weights, in hexadecimal."""
        told = [
            (
                row.id,
                row.criterion,
                sorted(row.banned or ()) if row.banned is not None else None,
                row.empathy,
                row.sentiment,
                row.text,
                row.context,
                row.weight,
                row.reviewer,
            )
            for row in self.all
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def divided(rows: Iterable[ReviewedTurn], config: RetrainConfig) -> Rows:
    """Divide reviewed turns by transcript; InputError where a part would be too small."""
    parts = split(rows, held_out_share=config.held_out_share)
    if not (parts.train or parts.held_out):
        raise InputError(
            "No finished review gives a label to train on. Draw a sample (`cs-qa sample`), review "
            "it on the desk (`cs-qa review`), and finish reviews of banned phrases, empathy or "
            "sentiment; labels of reviewers whom the gate refuses do not count."
        )
    share = config.validation_share
    validation = [row for row in parts.train if place_of(row.transcript_id, "validation") < share]
    chosen = {row.transcript_id for row in validation}
    train = tuple(row for row in parts.train if row.transcript_id not in chosen)
    if len(train) < config.least_labels or not validation or not parts.held_out:
        raise InputError(
            f"There are too few labels to retrain on: {len(train)} to train, {len(validation)} to "
            f"check the training, {len(parts.held_out)} to compare; at least "
            f"{config.least_labels} to train and some of each are needed. Finish more reviews of "
            "banned phrases, empathy or sentiment; labels of reviewers whom the gate refuses do "
            "not count."
        )
    return Rows(train, tuple(validation), parts.held_out)
