"""The network that is trained: the encoder's upper half with low-rank adapters, and the heads.

The lower half of the encoder stays as it is, so its token states are computed once and kept.
A turn is encoded alone. What was said before it enters through a small mixer: one attention step
from the turn's vector over the lower-half vectors of the turns before, which never change in
training and are cached by text in use.

Adapters: Hu et al. 2021, LoRA, arXiv:2106.09685.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertModel

from cs_qa.types import BANNED_LABELS, ROLES

WIDTH = 384
SPLIT = 8
RANK = 16
CONTEXT = 6
MIXER = 192
ADAPTED = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


class LowRank(nn.Module):
    """A frozen linear layer plus a trained low-rank update of its weights."""

    def __init__(self, frozen: nn.Linear, rank: int = RANK) -> None:
        super().__init__()
        self.frozen = frozen.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, frozen.in_features) / frozen.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(frozen.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        """Map (..., in) to (..., out)."""
        y: Tensor = self.frozen(x) + (x @ self.down.T) @ self.up.T
        return y

    def update(self) -> Tensor:
        """Give what training adds to the frozen weight, shape (out, in)."""
        return self.up @ self.down


class UpperHalf(nn.Module):
    """The encoder's layers from `split` on, adapted; token states in, one vector a text out."""

    def __init__(self, encoder: BertModel, *, split: int = SPLIT, rank: int = RANK) -> None:
        super().__init__()
        self.split = split
        self.layers = nn.ModuleList(encoder.encoder.layer[split:])
        layer: Any
        for layer in self.layers:
            for name in ADAPTED:
                owner_name, _, attribute = name.rpartition(".")
                owner = layer.get_submodule(owner_name)
                setattr(owner, attribute, LowRank(getattr(owner, attribute), rank))
            for norm in (layer.attention.output.LayerNorm, layer.output.LayerNorm):
                norm.requires_grad_(False)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Map (texts, tokens, width) and a 0/1 mask (texts, tokens) to (texts, width)."""
        blocked = (1.0 - mask[:, None, None, :]) * torch.finfo(states.dtype).min
        for layer in self.layers:
            out = layer(states, attention_mask=blocked)
            states = out[0] if isinstance(out, tuple) else out
        kept = mask[..., None]
        return (states * kept).sum(1) / kept.sum(1)

    def adapters(self) -> dict[str, Tensor]:
        """Give the trained low-rank factors, named as the encoder names the weights."""
        return {
            f"encoder.layer.{self.split + index}.{name}.{part}": getattr(
                layer.get_submodule(name), part
            ).detach()
            for index, layer in enumerate(self.layers)
            for name in ADAPTED
            for part in ("down", "up")
        }


@dataclass(frozen=True)
class Logits:
    """What the heads say: banned (n, 5), empathy (n, 3), sentiment (n, 3), politeness (n,)."""

    banned: Tensor
    empathy: Tensor
    sentiment: Tensor
    politeness: Tensor


class Heads(nn.Module):
    """Small heads on a turn's vector; banned labels and empathy also see the turns before it.

    `turn` is the turn's vector (n, width), `before` the lower-half vectors of up to `CONTEXT`
    earlier turns (n, CONTEXT, width), nearest first, `roles` their roles as indexes into
    `ROLES`, or `len(ROLES)` where there is no turn (n, CONTEXT).
    """

    def __init__(self) -> None:
        super().__init__()
        self.turn = nn.Linear(WIDTH, MIXER)
        self.before = nn.Linear(WIDTH, MIXER)
        self.role = nn.Embedding(len(ROLES) + 1, MIXER)
        self.distance = nn.Embedding(CONTEXT, MIXER)
        self.attention = nn.MultiheadAttention(MIXER, 4, batch_first=True)
        self.mix = nn.Sequential(
            nn.LayerNorm(3 * MIXER), nn.Dropout(0.1), nn.Linear(3 * MIXER, MIXER), nn.GELU()
        )
        self.in_context = nn.Linear(WIDTH + MIXER, len(BANNED_LABELS) + 3)
        self.alone = nn.Sequential(nn.Dropout(0.1), nn.Linear(WIDTH, 3 + 1))

    def forward(self, turn: Tensor, before: Tensor, roles: Tensor) -> Tensor:
        """Give the logits side by side, (n, 12): banned, empathy, sentiment, politeness."""
        query = self.turn(turn)
        places = torch.arange(CONTEXT, device=turn.device)
        memory = self.before(before) + self.role(roles) + self.distance(places)
        seen, _ = self.attention(query[:, None], memory, memory, need_weights=False)
        nearest = memory[:, 0]
        mixed = self.mix(torch.cat([query, seen[:, 0], nearest], 1))
        return torch.cat([self.in_context(torch.cat([turn, mixed], 1)), self.alone(turn)], 1)


def split_logits(logits: Tensor) -> Logits:
    """Cut the heads' output (n, 12) into its parts."""
    k = len(BANNED_LABELS)
    return Logits(logits[:, :k], logits[:, k : k + 3], logits[:, k + 3 : k + 6], logits[:, k + 6])


class OneText(nn.Module):
    """The whole encoder for one text without padding, as it is exported.

    Token ids (1, n) to the text's vector `turn` (1, width), and the mean of its states after
    layer `SPLIT`, `before` (1, width), by which later turns see it.
    """

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Map token ids (1, n) to `turn` and `before`."""
        states = self.encoder(input_ids=input_ids, output_hidden_states=True).hidden_states
        return states[-1].mean(1), states[SPLIT].mean(1)
