"""A small network of the same make as the encoder, and a weights file in its packed format."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

if TYPE_CHECKING:
    from transformers import BertModel

SMALL = {
    "vocab_size": 120,
    "hidden_size": 32,
    "num_hidden_layers": 12,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}


@pytest.fixture
def small_encoder() -> BertModel:
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    options: dict[str, Any] = {**SMALL, "attn_implementation": "eager"}
    encoder = BertModel(BertConfig(initializer_range=0.2, **options), add_pooling_layer=False)
    encoder.eval()  # type: ignore[no-untyped-call]
    return encoder


def pack(tensors: Mapping[str, NDArray[np.float32] | bytes]) -> bytes:
    """Pack tensors, arrays as floats and bytes as 4-bit blocks, as the weights file has them."""
    pieces, blob, normaliser = 3, b"abcdef", b"\0" * 10
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 12, 4, 64, 120, 64, 2, 1e-12, 32)
    head += struct.pack("<5iQ", pieces, 0, 2, 1, 3, len(blob))
    head += bytes(4 * (pieces + 1) + 4 * pieces) + blob
    head += struct.pack("<iI", 2, len(normaliser)) + normaliser + struct.pack("<i", len(tensors))
    start = len(head) + sum(2 + len(name) + 21 for name in tensors)
    entries, body = b"", b""
    for name, values in tensors.items():
        data = values if isinstance(values, bytes) else values.astype("<f4").tobytes()
        kind = int(isinstance(values, bytes))
        count = len(data) // 18 * 32 if kind else len(data) // 4
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", kind, count, start + len(body), len(data))
        body += data
    return head + entries + body
