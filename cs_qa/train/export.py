"""A trained network to the model files that ship."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cs_qa.nn.ngrams import OUTPUTS
from cs_qa.nn.registry import write_manifest
from cs_qa.train.calibrate import as_json, fit_calibration, judged_turns, moved_to, temperatures
from cs_qa.train.fit import Network
from cs_qa.train.ngrams import shares
from cs_qa.train.seed import Example
from cs_qa.types import BannedLabel

POLITENESS = -1
"""Column of the politeness score among the heads' outputs."""

HEADS_FILES = ("heads.onnx", "calibration.json", "out_of_fold.npz")

MIN_SPREAD = 0.01
"""Scores are divided by the spread, which would be 0 in a language with one turn."""


def write_models(
    encoder: Path,
    heads: Path,
    network: Network,
    examples: Sequence[Example],
    logits: NDArray[np.float32],
    ngrams: NDArray[np.float32],
    *,
    points: Mapping[BannedLabel, float],
    about: Mapping[str, str],
) -> None:
    """Write adapters, heads, calibration and out-of-fold predictions, with their hashes.

    `encoder` and `heads` are the version folders, `logits` (examples, 12) the out-of-fold
    predictions and `ngrams` (examples, OUTPUTS) those of the n-gram model, `points` the operating
    points (see `cs_qa.train.calibrate.moved_to`).
    """
    import torch
    from safetensors.torch import save_file

    for folder in (encoder, heads):
        folder.mkdir(parents=True, exist_ok=True)
    adapters = {
        name: t.to(torch.float16).contiguous() for name, t in network.upper.adapters().items()
    }
    save_file(adapters, str(encoder / "adapters.safetensors"))
    export_heads(network, heads / "heads.onnx")
    write_calibration(heads, examples, logits, ngrams, points=points)
    write_manifest(encoder, ("adapters.safetensors",), name="manifest.json", about=about)
    write_manifest(heads, HEADS_FILES, name="manifest.json", about=about)


def write_calibration(
    heads: Path,
    examples: Sequence[Example],
    logits: NDArray[np.float32],
    ngrams: NDArray[np.float32],
    *,
    points: Mapping[BannedLabel, float],
) -> None:
    """Fit the calibration of a heads version and write it with what it was fitted on.

    `logits` (examples, 12) are what the heads alone say out of fold; see `write_models`.
    """
    counted = shares(examples, logits, ngrams)
    logits = logits.copy()
    logits[:, :OUTPUTS] += counted * ngrams
    calibration = {
        "ngrams": [round(float(share), 4) for share in counted],
        "banned": as_json(moved_to(fit_calibration(judged_turns(examples, logits)), points)),
        "operating_points": dict(points),
        "politeness": politeness_norms(examples, logits),
        "temperature": temperatures(examples, logits),
    }
    (heads / "calibration.json").write_text(
        json.dumps(calibration, indent=1) + "\n", encoding="utf-8"
    )
    np.savez_compressed(
        heads / "out_of_fold.npz",
        ids=np.array([example.id for example in examples]),
        logits=logits.astype(np.float16),
        ngrams=ngrams.astype(np.float16),
    )


def export_heads(network: Network, path: Path) -> None:
    """Write the heads as ONNX, in 32-bit floats."""
    import torch

    from cs_qa.nn.network import CONTEXT, WIDTH

    inputs = (
        torch.zeros(1, WIDTH),
        torch.zeros(1, CONTEXT, WIDTH),
        torch.zeros(1, CONTEXT, dtype=torch.long),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.heads.eval(),
            inputs,
            str(path),
            input_names=["turn", "before", "roles"],
            output_names=["logits"],
            opset_version=17,
            dynamo=False,
        )


def politeness_norms(
    examples: Sequence[Example], logits: NDArray[np.float32]
) -> dict[str, dict[str, float]]:
    """Mean and spread of the politeness score over clean ordinary agent turns, by language.

    A turn's politeness is told against these: languages differ in how politeness is written, and
    the head learned from English alone.
    """
    clean = [
        (example.lang, float(row[POLITENESS]))
        for example, row in zip(examples, logits, strict=True)
        if example.task == "conversations" and example.banned == frozenset()
    ]
    values = {lang: [v for other, v in clean if other == lang] for lang, _ in clean}
    values["und"] = [value for _, value in clean]
    return {
        lang: {
            "mean": round(float(np.mean(own)), 4),
            "spread": max(MIN_SPREAD, round(float(np.std(own)), 4)),
        }
        for lang, own in sorted(values.items())
    }
