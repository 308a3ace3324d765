"""Whether the files of a version that a user made or was given may be loaded.

Nothing here runs what it reads. A version holds the files of its kind and no others, none of them a
link; each is of limited size, has the hash that the manifest states, and is of its format. Pickles,
joblib files and arrays of objects, which run code when they are loaded, have no place among them.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from cs_qa.errors import ModelError
from cs_qa.nn.base import TOKENIZER
from cs_qa.nn.encoder import WIDTH
from cs_qa.nn.heads import CONTEXT
from cs_qa.nn.manifest import sha256
from cs_qa.nn.ngrams import OUTPUTS
from cs_qa.nn.onnx_file import Graph, Port, read_graph
from cs_qa.nn.said import said
from cs_qa.types import BANNED_LABELS, BannedLabel

MANIFEST = "manifest.json"
BETTER = "better"
"""The `verdict` in metrics.json of a version that may be promoted."""

MEGABYTE = 2**20
FLOAT, INT64 = 1, 7

_BOTH = {"Add", "Cast", "Concat", "Constant", "Div", "Erf", "Gather", "LayerNormalization"}
_BOTH |= {"MatMul", "Mul", "Reshape", "Shape", "Slice", "Softmax", "Transpose", "Unsqueeze"}
HEADS_OPERATIONS = frozenset({*_BOTH, "Gemm", "Mod", "Sqrt", "Squeeze"})
ENCODER_OPERATIONS = frozenset({*_BOTH, "ConstantOfShape", "DequantizeLinear", "Equal", "Expand"})
ENCODER_OPERATIONS |= {"DynamicQuantizeLinear", "GatherElements", "MatMulInteger", "ReduceMean"}
ENCODER_OPERATIONS |= {"Where"}
"""What our exporter writes, and nothing else: no loops, no branches, no operations of others."""

Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Manifest(_Strict):
    """What a version's manifest.json states: what it was made from, and each file's SHA-256.

    Heads state in `about` the `encoder` whose vectors they were trained on
    (`Registry.encoder_sha256`), and may state their `parent` and `created_at`.
    """

    about: dict[str, str]
    files: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]


class _Logistic(_Strict):
    bias: Number
    logit: Number
    strong: Number
    weak: Number


class _Norm(_Strict):
    mean: Number
    spread: Positive


class _Temperatures(_Strict):
    empathy: Positive
    sentiment: Positive


class _Calibration(_Strict):
    banned: dict[BannedLabel, _Logistic]
    ngrams: Annotated[list[Number], Field(min_length=OUTPUTS, max_length=OUTPUTS)] = []
    operating_points: dict[BannedLabel, Number] = {}
    politeness: dict[str, _Norm]
    temperature: _Temperatures


def problems_of(name: str, folder: Path) -> list[str]:
    """Say why a version's folder may not be loaded as `name`, one line each; empty when it may."""
    found = list(_misplaced(name, folder)) or list(_changed(name, folder))
    if found:
        return found
    checks = ((folder / file, check) for file, (_, check) in FILES[name].items())
    return [line for path, check in checks if path.exists() for line in _misshapen(path, check)]


def read_manifest(folder: Path) -> Manifest:
    """Read a version's manifest; ModelError when it is missing or damaged."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate(_object(path))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} is damaged ({said(error)})") from error


def refusal(folder: Path) -> str | None:
    """Say why a version is not to be promoted, by its metrics.json; None where it may be."""
    try:
        metrics = _object(folder / "metrics.json")
    except (OSError, ValueError, RecursionError):
        metrics = {}
    if metrics.get("verdict") == BETTER:
        return None
    if "verdict" not in metrics:
        return "was not compared with the version in use."
    why = metrics.get("why") or "its comparison does not say why"
    return f"was refused: {said(str(why))}."


def _misplaced(name: str, folder: Path) -> Iterator[str]:
    """Find what is no plain file of a version of this kind, too large, or not there."""
    if folder.is_symlink() or not folder.is_dir():
        yield f"{folder} {'is no folder' if os.path.lexists(folder) else 'is missing'}"
        return
    limits = {file: limit for file, (limit, _) in FILES[name].items()} | {MANIFEST: MEGABYTE}
    found = set()
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        found.add(entry.name)
        state = entry.stat(follow_symlinks=False)
        path = folder / repr(entry.name)[1:-1]
        if entry.name not in limits:
            yield f"{path} does not belong there; possible: {', '.join(sorted(limits))}"
        elif not stat.S_ISREG(state.st_mode):
            yield f"{path} is a link or a folder, not a plain file"
        elif state.st_size > limits[entry.name]:
            limit = limits[entry.name] // MEGABYTE
            yield f"{path} has {state.st_size:,} bytes; at most {limit} MiB are read"
    for file in (*NEEDED[name], MANIFEST):
        if file not in found:
            yield f"{folder / file} is missing"


def _changed(name: str, folder: Path) -> Iterator[str]:
    """Compare the files that are there with those that the manifest states."""
    try:
        manifest = read_manifest(folder)
    except ModelError as error:
        yield str(error)
        return
    stated = manifest.files
    if name == "heads" and "encoder" not in manifest.about:
        yield f"{folder / MANIFEST} does not say which encoder the heads were trained on"
    present = {path.name for path in folder.iterdir()} - {MANIFEST}
    if strange := sorted(stated.keys() - present):
        yield f"{folder / MANIFEST} states what is not there: {', '.join(map(repr, strange))}"
    for file in sorted(present):
        if file not in stated:
            yield f"{folder / file} is not in {MANIFEST}"
        elif sha256(folder / file) != stated[file]:
            yield f"{folder / file} is damaged: its SHA-256 is not the one in {MANIFEST}"


def _misshapen(path: Path, check: Callable[[Path], None]) -> list[str]:
    try:
        check(path)
    except Exception as error:  # a reader of another package may raise anything
        return [f"{path} cannot be used: {said(error)}"]
    return []


def _object(path: Path) -> dict[str, Any]:
    state = path.lstat()
    if not stat.S_ISREG(state.st_mode):
        raise ValueError("it is a link or a folder, not a plain file")
    if state.st_size > MEGABYTE:
        raise ValueError(f"it has {state.st_size:,} bytes; at most 1 MiB are read")
    found = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    if not isinstance(found, dict):
        raise ValueError(f"a JSON {type(found).__name__} instead of an object")
    return found


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _check_json(path: Path) -> None:
    _object(path)


def _check_built(path: Path) -> None:
    about = _object(path).get("about")
    adapters = sha256(path.parent / "adapters.safetensors")
    if not isinstance(about, dict) or about.get("adapters") != adapters:
        raise ValueError("the encoder was built from other adapters")


def _check_card(path: Path) -> None:
    path.read_text(encoding="utf-8")


def _check_calibration(path: Path) -> None:
    calibration = _Calibration.model_validate(_object(path))
    if missing := [label for label in BANNED_LABELS if label not in calibration.banned]:
        raise ValueError(f"banned: no calibration of {', '.join(missing)}")
    if "und" not in calibration.politeness:
        raise ValueError('politeness: no norm of "und", for languages without one')


def _check_tokenizer(path: Path) -> None:
    if sha256(path) != TOKENIZER[2]:
        raise ValueError("it is not the tokenizer of the base encoder")


def _check_adapters(path: Path) -> None:
    import numpy as np
    from safetensors.numpy import load_file

    for name, tensor in load_file(path).items():
        if not name.endswith((".down", ".up")) or tensor.ndim != 2:
            raise ValueError(f"{name} is no low-rank factor")
        if tensor.dtype.kind != "f" or not np.isfinite(tensor).all():
            raise ValueError(f"{name} holds what is no number")


def _check_heads(path: Path) -> None:
    outputs = (Port("logits", FLOAT, (1, len(BANNED_LABELS) + 7)),)
    inputs = (
        Port("turn", FLOAT, (1, WIDTH)),
        Port("before", FLOAT, (1, CONTEXT, WIDTH)),
        Port("roles", INT64, (1, CONTEXT)),
    )
    _check_graph(read_graph(path), HEADS_OPERATIONS, inputs, outputs)


def _check_encoder(path: Path) -> None:
    # The exporter leaves the outputs' first side open.
    outputs = (Port("turn", FLOAT, (None, WIDTH)), Port("before", FLOAT, (None, WIDTH)))
    inputs = (Port("input_ids", INT64, (1, None)),)
    _check_graph(read_graph(path), ENCODER_OPERATIONS, inputs, outputs)


def _check_graph(
    graph: Graph, operations: frozenset[str], inputs: tuple[Port, ...], outputs: tuple[Port, ...]
) -> None:
    if strange := sorted(graph.operations - operations):
        raise ValueError(f"it uses {', '.join(strange)}; possible: {', '.join(sorted(operations))}")
    for what, found, expected in (
        ("inputs", graph.inputs, inputs),
        ("outputs", graph.outputs, outputs),
    ):
        if found != expected:
            raise ValueError(f"its {what} are {_ports(found)}; expected {_ports(expected)}")


def _ports(ports: tuple[Port, ...]) -> str:
    return ", ".join(f"{port.name!r} {port.shape} of type {port.type}" for port in ports) or "none"


Check = Callable[[Path], None]

FILES: Mapping[str, Mapping[str, tuple[int, Check]]] = {
    "encoder": {
        "encoder.onnx": (512 * MEGABYTE, _check_encoder),
        "tokenizer.json": (64 * MEGABYTE, _check_tokenizer),
        "adapters.safetensors": (64 * MEGABYTE, _check_adapters),
        "built.json": (MEGABYTE, _check_built),
        "metrics.json": (MEGABYTE, _check_json),
        "card.md": (MEGABYTE, _check_card),
    },
    "heads": {
        "heads.onnx": (16 * MEGABYTE, _check_heads),
        "calibration.json": (MEGABYTE, _check_calibration),
        "metrics.json": (MEGABYTE, _check_json),
        "card.md": (MEGABYTE, _check_card),
    },
}
"""The models that can be retrained: what a version of each may hold, how large, and its check."""

NEEDED = {
    "encoder": ("encoder.onnx", "tokenizer.json", "adapters.safetensors", "built.json"),
    "heads": ("heads.onnx", "calibration.json"),
}
