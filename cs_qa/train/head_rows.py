"""Examples as tensors, and the vectors that heads read of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from cs_qa.nn.network import CONTEXT, WIDTH, Heads
from cs_qa.train.seed import Example
from cs_qa.train.vectors import Vectors
from cs_qa.types import BANNED_LABELS, ROLES, SENTIMENTS

NO_LABEL = -100
NO_TURN = -1
IN_CONTEXT = len(BANNED_LABELS) + 3
"""Outputs of the heads that see the turns before."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Examples as tensors. A label that an example has not is NaN (`banned`) or `NO_LABEL`.

    `turn` (n,) and `before` (n, CONTEXT) are rows of the vectors, `NO_TURN` where there is none;
    `banned` is (n, 5), the others (n,).
    """

    turn: Tensor
    before: Tensor
    roles: Tensor
    banned: Tensor
    empathy: Tensor
    sentiment: Tensor
    weight: Tensor

    def __len__(self) -> int:
        return len(self.turn)

    @classmethod
    def of(
        cls,
        examples: Sequence[Example],
        vectors: Vectors,
        weights: Sequence[float] | NDArray[np.float64] | None = None,
    ) -> Rows:
        """Gather examples whose texts all have vectors; weights are 1 unless given."""
        n = len(examples)
        texts = {text for e in examples for text in (e.text, *(said for _, said in e.context))}
        row_of = {text: vectors.row(text) for text in texts}
        before = torch.full((n, CONTEXT), NO_TURN)
        roles = torch.full((n, CONTEXT), len(ROLES))
        banned = torch.full((n, len(BANNED_LABELS)), math.nan)
        for row, example in enumerate(examples):
            for place, (role, text) in enumerate(reversed(example.context[-CONTEXT:])):
                before[row, place] = row_of[text]
                roles[row, place] = ROLES.index(role)
            if example.banned is not None:
                banned[row] = torch.tensor([float(b in example.banned) for b in BANNED_LABELS])
        return cls(
            torch.tensor([row_of[e.text] for e in examples], dtype=torch.long),
            before,
            roles,
            banned,
            torch.tensor(
                [NO_LABEL if e.empathy is None else e.empathy for e in examples], dtype=torch.long
            ),
            torch.tensor(
                [SENTIMENTS.index(e.sentiment) if e.sentiment else NO_LABEL for e in examples],
                dtype=torch.long,
            ),
            torch.tensor(np.ones(n) if weights is None else weights, dtype=torch.float32),
        )

    def part(self, rows: Tensor) -> Rows:
        """Give some of the rows."""
        return Rows(*(getattr(self, each.name)[rows] for each in fields(self)))

    def joined(self, other: Rows) -> Rows:
        """Give these rows and others after them."""
        names = [each.name for each in fields(self)]
        return Rows(*(torch.cat([getattr(self, n), getattr(other, n)]) for n in names))

    def weighing(self, weight: Tensor) -> Rows:
        """Give the rows with other weights (n,)."""
        return replace(self, weight=weight)


class Inputs:
    """Vectors as tensors; one row of noughts stands for no turn."""

    def __init__(self, vectors: Vectors) -> None:
        self._turn = torch.from_numpy(vectors.turn)
        self._ngrams = vectors.ngrams
        self._before = torch.cat([torch.from_numpy(vectors.before), torch.zeros(1, WIDTH)])

    def ngrams(self, rows: Rows) -> NDArray[np.float32]:
        """Give what the n-grams of rows say, (n, OUTPUTS)."""
        told: NDArray[np.float32] = self._ngrams[rows.turn.numpy()]
        return told

    def logits(self, heads: Heads, rows: Rows) -> Tensor:
        """Give the logits (n, 12) of rows."""
        told: Tensor = heads(self._turn[rows.turn], self._before[rows.before], rows.roles)
        return told

    def taught(self, heads: Heads, rows: Rows) -> Tensor:
        """Give the logits (n, 12) of rows; 0 for banned labels and empathy where a row has neither.

        Two in five rows teach sentiment alone, which is told without context, at little cost.
        """
        in_context = ~torch.isnan(rows.banned[:, 0]) | (rows.empathy != NO_LABEL)
        some, rest = torch.nonzero(in_context)[:, 0], torch.nonzero(~in_context)[:, 0]
        alone = functional.pad(heads.alone(self._turn[rows.turn[rest]]), (IN_CONTEXT, 0))
        if not len(some):
            return alone
        told = torch.cat([self.logits(heads, rows.part(some)), alone])
        return told[torch.argsort(torch.cat([some, rest]))]
