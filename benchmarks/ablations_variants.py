"""The variants of the training recipe that benchmarks/ablations.py compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from cs_qa.nn.network import RANK, SPLIT
from cs_qa.train.run import thinned
from cs_qa.train.seed import Example
from cs_qa.train.states import States

FIRST = 1000
"""Items below this number are the first data; later rounds begin at multiples of it."""

Task = Literal["sentiment", "empathy", "politeness"]


class Data(NamedTuple):
    """Seed examples to train on and to ask, and the examples of politeness."""

    seen: list[Example]
    asked: list[Example]
    polite: list[Example]


@dataclass(frozen=True)
class Variant:
    """What is otherwise than in the recipe.

    `keeps` says of a seed example whether it is trained on. `without` is a task whose labels are
    left out. `token_dropout` is the share of a text's tokens hidden in training. `seeds_on` is
    added to the seed. The logits of a variant with `mean_of` are the mean of those variants'.
    """

    about: str
    keeps: Callable[[Example], bool] = lambda _: True
    without: Task | None = None
    has_context: bool = True
    is_paired: bool = False
    split: int = SPLIT
    rank: int = RANK
    token_dropout: float = 0.0
    seeds_on: int = 0
    mean_of: tuple[str, ...] = ()

    def training(self, data: Data, neutral_share: float) -> list[Example]:
        """Give what the variant is trained on; an example left without a label is left out."""
        kept = [example for example in data.seen if self.keeps(example)]
        examples = [*thinned(kept, neutral_share), *data.polite]
        if self.without is not None:
            examples = [replace(example, **{self.without: None}) for example in examples]
        return self.shown([example for example in examples if is_labelled(example)])

    def shown(self, examples: Sequence[Example]) -> list[Example]:
        """Give examples as the variant sees them."""
        if self.has_context:
            return list(examples)
        return [replace(example, context=()) for example in examples]


@dataclass(frozen=True)
class TokenDropout(States):
    """States of which a share of each text's tokens is hidden, others each time; never all."""

    share: float = 0.1

    def padded(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Give token states (texts, longest, width), hidden ones 0, and mask (texts, longest)."""
        states, mask = super().padded(texts)
        left = mask * (torch.rand_like(mask) >= self.share)
        left = torch.where(left.any(1, keepdim=True), left, mask)
        return states * left[..., None], left


def number(example: Example) -> int:
    """Give the number of a seed item, which tells its round.

    >>> number(Example("en-c-1001/3", "en-c-1001", "en", "conversations", "Hi"))
    1001
    """
    return int(example.item.rpartition("-")[2])


def is_first(example: Example) -> bool:
    return number(example) < FIRST


def is_labelled(example: Example) -> bool:
    labels = (example.banned, example.empathy, example.sentiment, example.politeness)
    return any(label is not None for label in labels)


def leaving_out(task: str, rounds: range) -> Callable[[Example], bool]:
    """Give a `keeps` that leaves out rounds of a file; round 1 is numbered 1001 to 1999."""
    return lambda example: example.task != task or number(example) // FIRST not in rounds


VARIANTS = {
    "shipped": Variant("models/train.toml as it is"),
    "first-data": Variant("only items numbered below 1000", keeps=is_first),
    "no-conversations": Variant(
        "without the ordinary conversations below 1000",
        keeps=leaving_out("conversations", range(1)),
    ),
    "no-slips": Variant("without c-1001 on", keeps=leaving_out("conversations", range(1, 1000))),
    "no-pairs": Variant("without b-1001 on", keeps=leaving_out("banned", range(1, 2))),
    "no-ways": Variant("without b-2001 on", keeps=leaving_out("banned", range(2, 3))),
    "no-sentiment": Variant("sentiment not learned", without="sentiment"),
    "no-empathy": Variant("empathy not learned", without="empathy"),
    "no-politeness": Variant("politeness not learned", without="politeness"),
    "no-context": Variant("every turn read without those before it", has_context=False),
    "paired-pass": Variant(
        "turn and context as one sequence, upper 6 layers fine-tuned whole", is_paired=True
    ),
    "rank-4": Variant("adapters of rank 4", rank=4),
    "rank-64": Variant("adapters of rank 64", rank=64),
    "split-6": Variant("adapters on the upper 6 layers; context read after layer 6", split=6),
    "second-seed": Variant("the next seed: what chance alone does", seeds_on=1),
    "two-seeds": Variant(
        "mean logits of shipped and second-seed", mean_of=("shipped", "second-seed")
    ),
    "token-dropout": Variant("10 % of a text's tokens hidden in training", token_dropout=0.1),
}
