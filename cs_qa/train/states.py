"""The frozen lower half of the encoder, run once over all texts that training needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertModel

from cs_qa.nn.network import SPLIT, WIDTH

MAX_TOKENS = 128
PREFIX = "query: "


@dataclass(frozen=True)
class States:
    """Token states of many texts after the frozen layers, half precision, end to end.

    `tokens` is (all tokens, width), text i has rows `starts[i]` to `starts[i + 1]`; `means` is
    (texts, width). `index` gives i, in the order of i; no text holds a NUL.
    """

    index: dict[str, int]
    tokens: NDArray[np.float16]
    starts: NDArray[np.int64]
    means: NDArray[np.float32]

    def length(self, text: str) -> int:
        """Give the number of tokens of a text."""
        i = self.index[text]
        return int(self.starts[i + 1] - self.starts[i])

    def padded(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Give token states (texts, longest, width) and their mask (texts, longest)."""
        longest = max(self.length(text) for text in texts)
        states = torch.zeros(len(texts), longest, WIDTH)
        mask = torch.zeros(len(texts), longest)
        for row, text in enumerate(texts):
            i = self.index[text]
            own = self.tokens[self.starts[i] : self.starts[i + 1]].astype(np.float32)
            states[row, : len(own)] = torch.from_numpy(own)
            mask[row, : len(own)] = 1
        return states, mask

    def save(self, path: Path) -> None:
        """Write everything to a file, which appears only when it is whole."""
        partial = path.with_suffix(".part")
        with partial.open("wb") as file:
            np.savez(
                file,
                texts=np.frombuffer("\0".join(self.index).encode(), np.uint8),
                tokens=self.tokens,
                starts=self.starts,
                means=self.means,
            )
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> States:
        """Read what `save` wrote."""
        with np.load(path) as saved:
            texts = saved["texts"].tobytes().decode().split("\0")
            index = {text: i for i, text in enumerate(texts)}
            return cls(index, saved["tokens"], saved["starts"], saved["means"])


def lower_states(
    encoder: BertModel,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    batch_size: int = 32,
    *,
    split: int = SPLIT,
) -> States:
    """Run the layers below `split` over `texts`, each cut to `MAX_TOKENS` tokens."""
    unique = sorted(set(texts), key=lambda text: (len(text), text))
    lower = torch.nn.ModuleList(encoder.encoder.layer[:split])
    pieces: list[NDArray[np.float16]] = []
    means: list[NDArray[np.float32]] = []
    with torch.inference_mode():
        for start in range(0, len(unique), batch_size):
            ids = [
                tokenizer.encode(PREFIX + text).ids[:MAX_TOKENS]
                for text in unique[start : start + batch_size]
            ]
            longest = max(map(len, ids))
            padded = torch.tensor([row + [1] * (longest - len(row)) for row in ids])
            mask = torch.tensor([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in ids])
            states = encoder.embeddings(padded)
            blocked = (1 - mask[:, None, None, :]) * torch.finfo(states.dtype).min
            for layer in lower:
                out = layer(states, attention_mask=blocked)
                states = out[0] if isinstance(out, tuple) else out
            for row, own in zip(states.numpy(), ids, strict=True):
                pieces.append(row[: len(own)].astype(np.float16))
                means.append(row[: len(own)].mean(0))
    starts = np.cumsum([0, *(len(piece) for piece in pieces)])
    return States(
        {text: i for i, text in enumerate(unique)},
        np.concatenate(pieces),
        starts,
        np.stack(means),
    )
