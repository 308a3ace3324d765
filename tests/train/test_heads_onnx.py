from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

from cs_qa.errors import ModelError
from cs_qa.nn.heads import Heads as ServedHeads
from cs_qa.nn.network import CONTEXT, WIDTH, Heads
from cs_qa.nn.registry import Registry
from cs_qa.train.heads_onnx import heads_from_onnx, heads_to_onnx
from cs_qa.types import Role
from train.words import new_heads

SHIPPED = Registry.shipped().folder("heads") / "heads.onnx"


def test_the_shipped_heads_give_the_logits_that_are_served() -> None:
    heads, served = heads_from_onnx(SHIPPED), ServedHeads(SHIPPED.parent)
    generator = np.random.default_rng(5)
    turn, first, second = generator.normal(size=(3, WIDTH)).astype(np.float32)
    said: list[tuple[Role, Any]] = [("customer", first), ("agent", second)]
    scores = served.score(turn, said)
    before = torch.zeros(1, CONTEXT, WIDTH)
    before[0, 0], before[0, 1] = torch.from_numpy(second), torch.from_numpy(first)
    roles = torch.tensor([[1, 0, 4, 4, 4, 4]])
    with torch.inference_mode():
        logits = heads(torch.from_numpy(turn)[None], before, roles)[0].numpy()
    assert logits[:5] == pytest.approx(scores.banned, abs=1e-4)
    assert logits[-1] == pytest.approx(scores.politeness, abs=1e-4)


def test_weights_read_back_are_those_written(tmp_path: Path) -> None:
    heads = new_heads()
    heads_to_onnx(heads, tmp_path / "heads.onnx")
    read = heads_from_onnx(tmp_path / "heads.onnx")
    assert all(torch.equal(read.state_dict()[n], own) for n, own in heads.state_dict().items())
    assert not read.training


def test_what_is_no_heads_is_told(tmp_path: Path) -> None:
    path = tmp_path / "heads.onnx"
    path.write_bytes(SHIPPED.read_bytes()[:5000])
    with pytest.raises(ModelError, match="cannot be read as ONNX"):
        heads_from_onnx(path)
    graph = onnx.load(str(SHIPPED))
    del graph.graph.initializer[0]
    onnx.save(graph, str(path))
    with pytest.raises(ModelError, match="no heads of this version"):
        heads_from_onnx(path)


def test_a_graph_that_reckons_otherwise_is_told(tmp_path: Path) -> None:
    model = onnx.load(str(SHIPPED))
    [product, *_] = [node for node in model.graph.node if node.op_type == "Softmax"]
    product.op_type = "Tanh"
    del product.attribute[:]
    onnx.save(model, str(tmp_path / "heads.onnx"))
    with pytest.raises(ModelError, match="give other logits"):
        heads_from_onnx(tmp_path / "heads.onnx")


def test_every_weight_of_the_network_is_read() -> None:
    read, fresh = heads_from_onnx(SHIPPED).state_dict(), Heads().state_dict()
    assert all(not torch.equal(read[name], fresh[name]) for name in fresh)
