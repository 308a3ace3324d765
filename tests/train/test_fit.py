from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertModel

from cs_qa.nn.network import RANK, SPLIT
from cs_qa.train.fit import Network, Settings, fit
from cs_qa.train.seed import Example
from cs_qa.train.states import lower_states
from train.conftest import make_encoder

EXAMPLES = [
    Example(f"e{n}", f"e{n}", "en", "sentiment", f"message {n}", sentiment="neutral")
    for n in range(4)
]


@pytest.mark.parametrize(
    ("make", "split", "rank"),
    [
        (Network, SPLIT, RANK),
        (partial(Network, rank=2), SPLIT, 2),
        (partial(Network, split=SPLIT - 1), SPLIT - 1, RANK),
    ],
)
def test_the_network_that_is_wanted_is_trained(
    encoder: BertModel,
    tokenizer: Tokenizer,
    make: Callable[[BertModel], Network],
    split: int,
    rank: int,
) -> None:
    texts = [example.text for example in EXAMPLES]
    states = lower_states(encoder, tokenizer, texts, split=split)
    settings = Settings(epochs=2, batch_size=2)
    network = fit(make_encoder(), EXAMPLES, states, settings, make=make, log=lambda _: None)
    adapters = network.upper.adapters()
    assert {int(name.split(".")[2]) for name in adapters} == set(range(split, SPLIT + 1))
    assert {min(factor.shape) for factor in adapters.values()} == {rank}
    assert all(torch.any(adapters[name] != 0) for name in adapters)
