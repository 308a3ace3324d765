"""The other way to read a turn in its context: both as one sequence, in place of the mixer.

The turn comes first, after it what was said before it; the layers from `SPLIT` on are fine-tuned
whole, and the heads are linear, on the mean over the turn's own tokens. Customer turns, of which
only the sentiment is asked, are read alone, as the shipped sentiment head reads them. States,
training loop and checkpoints are those of `cs_qa.train`; a pair stands where a text stands there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from cs_qa.nn.network import WIDTH
from cs_qa.train.seed import Example
from cs_qa.train.states import MAX_TOKENS, PREFIX, States, lower_states
from cs_qa.types import BANNED_LABELS

SPLIT = 6
RATE = 1e-4
TURNS_BEFORE = 3
TURN_TOKENS = 96
"""Most tokens of the turn; the last ones of its context get the room that is left."""

BETWEEN = "\x1f"
CONTEXT, TURN = 1.0, 2.0
"""What the mask says of a token: it is of the context, or of the turn; 0 is padding."""

LOGITS = len(BANNED_LABELS) + 7


class Encoding(NamedTuple):
    """Token ids, as a tokenizer gives them."""

    ids: list[int]


@dataclass(frozen=True)
class PairTokenizer:
    """Give a pair's ids: `<s> turn </s> context </s>`, or `<s> turn </s>`."""

    tokenizer: Tokenizer

    def encode(self, pair: str) -> Encoding:
        """Encode a prefixed pair, to at most `MAX_TOKENS` tokens."""
        turn, _, before = pair.partition(BETWEEN)
        own = self.of_turn(turn)
        if not before:
            return Encoding(own)
        ids = self.tokenizer.encode(before, add_special_tokens=False).ids
        return Encoding([*own, *ids[len(own) + 1 - MAX_TOKENS :], own[-1]])

    def of_turn(self, turn: str) -> list[int]:
        """Encode a prefixed turn, to at most `TURN_TOKENS` tokens."""
        ids = self.tokenizer.encode(turn).ids
        return [*ids[: TURN_TOKENS - 1], ids[-1]]


@dataclass(frozen=True)
class PairedStates(States):
    """States of pairs; `own` is how many of a pair's tokens are the turn's."""

    own: Mapping[str, int] = field(default_factory=dict)

    def padded(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Give token states (pairs, longest, width) and mask (pairs, longest): see `TURN`."""
        states, mask = super().padded(texts)
        for row, pair in enumerate(texts):
            mask[row, : self.own[pair]] = TURN
        return states, mask


class PairedNetwork(nn.Module):
    """Stands for `cs_qa.train.fit.Network`, without mixer and adapters."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.upper = nn.ModuleList(encoder.encoder.layer[SPLIT:])
        self.heads = nn.Linear(WIDTH, LOGITS)

    def forward(self, states: Tensor, mask: Tensor, before: Tensor, roles: Tensor) -> Tensor:
        """Give the logits (n, 12) of n pairs; `before` and `roles` tell nothing here."""
        del before, roles
        blocked = (mask == 0)[:, None, None, :] * torch.finfo(states.dtype).min
        for layer in self.upper:
            out = layer(states, attention_mask=blocked)
            states = out[0] if isinstance(out, tuple) else out
        own = (mask == TURN)[..., None].float()
        vector = (states * own).sum(1) / own.sum(1)
        return self.heads(functional.dropout(vector, 0.1, self.training))


def paired(example: Example) -> Example:
    """Put an example's turn and its last context turns into its text."""
    before = () if example.sentiment is not None else example.context[-TURNS_BEFORE:]
    said = " ".join(f"{role}: {text}" for role, text in before)
    text = BETWEEN.join([example.text, *([said] if said else [])])
    return replace(example, text=text, context=())


def paired_states(
    encoder: BertModel, tokenizer: Tokenizer, examples: Sequence[Example], path: Path
) -> PairedStates:
    """Give the states of paired examples, from `path` if they are there."""
    tokens = PairTokenizer(tokenizer)
    pairs = {example.text for example in examples}
    states = States.load(path) if path.exists() else None
    if states is None or not pairs <= states.index.keys():
        states = lower_states(encoder, tokens, sorted(pairs), split=SPLIT)
        states.save(path)
    own = {pair: len(tokens.of_turn(PREFIX + pair.partition(BETWEEN)[0])) for pair in states.index}
    return PairedStates(**vars(states), own=own)
