"""Build the int8 encoder: base weights plus our adapters, exported to ONNX and quantised.

`make install` runs `python -m cs_qa.nn.build`. It does nothing when the built files are there
and match; a wheel of cs_qa carries them, so no user of a wheel needs this, torch or a network.
"""

from __future__ import annotations

import json
import logging
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cs_qa.nn.base import TOKENIZER, WEIGHTS, fetch, load_base
from cs_qa.nn.registry import Registry, damage, sha256, write_manifest

if TYPE_CHECKING:
    from transformers import BertModel

RECIPE = "e5-small+adapters, onnx opset 17, dynamic int8 per channel"
BUILT = ("encoder.onnx", "tokenizer.json")


def build_encoder(folder: Path, cache: Path) -> bool:
    """Build the encoder of one version folder; False when it was already built.

    `folder` holds `adapters.safetensors`; `cache` keeps the downloaded base weights.
    """
    if _is_built(folder):
        return False
    cache.mkdir(parents=True, exist_ok=True)
    model = load_base(fetch(WEIGHTS, cache))
    merge_adapters(model, folder / "adapters.safetensors")
    export(model, folder / "encoder.onnx")
    shutil.copyfile(fetch(TOKENIZER, cache), folder / "tokenizer.json")
    write_manifest(folder, BUILT, name="built.json", about=_about(folder))
    return True


def merge_adapters(model: BertModel, path: Path) -> None:
    """Add each low-rank update, up times down, to the weight it was trained for."""
    import torch
    from safetensors.torch import load_file

    factors = load_file(str(path))
    with torch.no_grad():
        for name in sorted(name for name in factors if name.endswith(".down")):
            layer = model.get_submodule(name.removesuffix(".down"))
            up = factors[f"{name.removesuffix('.down')}.up"].float()
            layer.get_parameter("weight").add_(up @ factors[name].float())


def export(model: BertModel, path: Path) -> None:
    """Write the encoder as int8 ONNX: one text's token ids (1, n) to `turn` and `before`."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from cs_qa.nn.network import OneText

    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        full = Path(scratch) / "full.onnx"
        torch.onnx.export(
            OneText(model).eval(),
            (torch.ones(1, 9, dtype=torch.long),),
            str(full),
            input_names=["input_ids"],
            output_names=["turn", "before"],
            dynamic_axes={"input_ids": {1: "tokens"}},
            opset_version=17,
            dynamo=False,
        )
        options: dict[str, Any] = {"per_channel": True, "reduce_range": True}
        quantize_dynamic(
            full,
            path,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
            **options,
        )


def _about(folder: Path) -> dict[str, str]:
    return {
        "recipe": RECIPE,
        "weights": WEIGHTS[2],
        "adapters": sha256(folder / "adapters.safetensors"),
    }


def _is_built(folder: Path) -> bool:
    manifest = folder / "built.json"
    if damage(manifest):
        return False
    built = json.loads(manifest.read_text(encoding="utf-8"))
    return all(built["about"].get(key) == value for key, value in _about(folder).items())


def main() -> None:
    """Build the current encoder where it is not built yet."""
    logging.disable(logging.WARNING)  # the quantiser advises a step that is of no use here
    registry = Registry.shipped()
    folder = registry.folder("encoder")
    print(f"encoder {folder.name}: ", end="", file=sys.stderr, flush=True)  # noqa: T201
    fresh = build_encoder(folder, registry.root / "cache")
    logging.disable(logging.NOTSET)
    print("built" if fresh else "already built", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
