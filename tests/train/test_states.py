from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertModel

from cs_qa.nn.network import SPLIT, WIDTH, OneText
from cs_qa.train.states import MAX_TOKENS, PREFIX, States, lower_states

TEXTS = ["hello", "hi", "", "where is my parcel?", "x" * 300, "hello"]


@pytest.fixture(scope="module")
def states(encoder: BertModel, tokenizer: Tokenizer) -> States:
    return lower_states(encoder, tokenizer, TEXTS, batch_size=3)


def ids_of(tokenizer: Tokenizer, text: str) -> list[int]:
    ids: list[int] = tokenizer.encode(PREFIX + text).ids
    return ids[:MAX_TOKENS]


def test_each_distinct_text_has_its_tokens(states: States, tokenizer: Tokenizer) -> None:
    assert set(states.index) == set(TEXTS)
    assert [states.length(text) for text in TEXTS] == [
        len(ids_of(tokenizer, text)) for text in TEXTS
    ]
    assert states.length("x" * 300) == MAX_TOKENS
    assert states.tokens.shape == (states.starts[-1], WIDTH)


def test_padding_changes_nothing(states: States, encoder: BertModel, tokenizer: Tokenizer) -> None:
    for text in TEXTS:
        with torch.inference_mode():
            ids = torch.tensor([ids_of(tokenizer, text)])
            _, before = OneText(encoder)(ids)
            hidden = encoder(input_ids=ids, output_hidden_states=True).hidden_states[SPLIT]
        i = states.index[text]
        own = states.tokens[states.starts[i] : states.starts[i + 1]]
        np.testing.assert_allclose(own, hidden[0].numpy(), atol=5e-3)
        np.testing.assert_allclose(states.means[i], before[0].numpy(), atol=1e-4)


@pytest.mark.parametrize("split", [1, SPLIT + 1])
def test_another_split_gives_the_states_after_as_many_layers(
    encoder: BertModel, tokenizer: Tokenizer, split: int
) -> None:
    states = lower_states(encoder, tokenizer, ["hello"], split=split)
    with torch.inference_mode():
        ids = torch.tensor([ids_of(tokenizer, "hello")])
        hidden = encoder(input_ids=ids, output_hidden_states=True).hidden_states[split]
    np.testing.assert_allclose(states.tokens, hidden[0].numpy(), atol=5e-3)


def test_batches_are_padded_and_masked(states: States) -> None:
    tokens, mask = states.padded(["hi", "hello"])
    assert tokens.shape == (2, states.length("hello"), WIDTH)
    assert mask.sum(1).tolist() == [states.length("hi"), states.length("hello")]
    assert not tokens[0, states.length("hi") :].any()


def test_states_come_back_as_they_were_saved(states: States, tmp_path: Path) -> None:
    path = tmp_path / "states.npz"
    states.save(path)
    read = States.load(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["states.npz"]
    assert read.index == states.index
    for name in ("tokens", "starts", "means"):
        assert np.array_equal(getattr(read, name), getattr(states, name))
