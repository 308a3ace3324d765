"""Heads as ONNX, and ONNX back into heads that can be trained further."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cs_qa.errors import ModelError
from cs_qa.nn.network import CONTEXT, MIXER, WIDTH, Heads
from cs_qa.types import ROLES

MAX_DIFFERENCE = 1e-4
"""Of a logit; rounding differs between the two that reckon it."""

TRIALS = 64

Array = NDArray[np.float32]


def heads_from_onnx(path: Path) -> Heads:
    """Read heads that were exported as ONNX, shipped ones too, ready to be trained on.

    Raises ModelError where the file has no such weights, or where the network that was read does
    not give the logits that the file gives.
    """
    named, unnamed = _constants(path)
    try:
        state = {name: torch.from_numpy(values.copy()) for name, values in named.items()}
        state |= {name: torch.from_numpy(values.copy()) for name, values in _folded(unnamed)}
        heads = Heads()
        heads.load_state_dict(state)
    except (KeyError, RuntimeError) as error:
        raise ModelError(
            f"{path} holds no heads of this version of cs_qa "
            f"({' '.join(str(error).split())[:200]}). Retrain from the shipped heads instead: "
            "`cs-qa models rollback heads`."
        ) from error
    heads.eval()
    difference = _difference(heads, path)
    if not difference <= MAX_DIFFERENCE:
        raise ModelError(
            f"{path}: its weights, read back, give other logits (by {difference:.2g}). It was "
            "written by another version of torch or cs_qa; retrain from the shipped heads instead."
        )
    return heads


def heads_to_onnx(heads: Heads, path: Path) -> None:
    """Write heads as ONNX, in 32-bit floats; ModelError where they do not read back the same."""
    inputs = (
        torch.zeros(1, WIDTH),
        torch.zeros(1, CONTEXT, WIDTH),
        torch.zeros(1, CONTEXT, dtype=torch.long),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            heads.eval(),
            inputs,
            str(path),
            input_names=["turn", "before", "roles"],
            output_names=["logits"],
            opset_version=17,
            dynamo=False,
        )
    heads_from_onnx(path)


def _constants(path: Path) -> tuple[dict[str, Array], dict[tuple[int, ...], Array]]:
    """Give the weights that kept their name, and those that the export folded, by their shape."""
    import onnx
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(path), load_external_data=False).graph
        arrays = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    except Exception as error:  # a damaged file may fail in any way
        raise ModelError(
            f"{path} cannot be read as ONNX ({type(error).__name__}). Reinstall cs_qa, or go back "
            "with `cs-qa models rollback heads`."
        ) from error
    own = {name for name, _ in Heads().named_parameters()}
    named = {name: values for name, values in arrays.items() if name in own}
    unnamed = {values.shape: values for name, values in arrays.items() if name not in own}
    return named, unnamed


def _folded(arrays: dict[tuple[int, ...], Array]) -> list[tuple[str, Array]]:
    """Name the weights that the export folded; each has a shape of its own."""
    query, rest = arrays[MIXER, MIXER].T, arrays[MIXER, 2 * MIXER].T
    bias = arrays[MIXER,], arrays[2 * MIXER,]
    return [
        ("before.weight", arrays[WIDTH, MIXER].T),
        ("distance.weight", arrays[CONTEXT, MIXER]),
        ("attention.in_proj_weight", np.concatenate([query, rest])),
        ("attention.in_proj_bias", np.concatenate(bias)),
    ]


def _difference(heads: Heads, path: Path) -> float:
    """Give the largest difference of any logit on made-up turns."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session: Any = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )
    generator = np.random.default_rng(0)
    largest = 0.0
    for _ in range(TRIALS):
        turn = generator.normal(size=(1, WIDTH)).astype(np.float32)
        before = generator.normal(size=(1, CONTEXT, WIDTH)).astype(np.float32)
        roles = generator.integers(len(ROLES) + 1, size=(1, CONTEXT))
        (expected,) = session.run(None, {"turn": turn, "before": before, "roles": roles})
        with torch.inference_mode():
            given = heads(*map(torch.from_numpy, (turn, before, roles))).numpy()
        largest = max(largest, float(np.abs(given - expected).max()))
    return largest
