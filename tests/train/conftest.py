"""A tiny encoder of the real one's shape, and a tokenizer of single letters."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from cs_qa.nn.network import SPLIT, WIDTH

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import BertModel


def make_encoder() -> BertModel:
    """The same random encoder each time: as wide as the real one, one layer above the split."""
    import torch
    import transformers

    untyped: Any = transformers
    torch.manual_seed(7)
    config = untyped.BertConfig(
        vocab_size=128,
        hidden_size=WIDTH,
        num_hidden_layers=SPLIT + 1,
        num_attention_heads=12,
        intermediate_size=16,
        max_position_embeddings=160,
        pad_token_id=1,
        attn_implementation="eager",
    )
    encoder: BertModel = untyped.BertModel(config, add_pooling_layer=False).eval()
    return encoder


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Tensors this small only lose by being shared out."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def encoder() -> BertModel:
    return make_encoder()


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split
    from tokenizers.processors import TemplateProcessing

    letters = dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>", *string.printable[:95]])
    made = Tokenizer(WordLevel({each: i for i, each in enumerate(letters)}, unk_token="<unk>"))
    made.pre_tokenizer = Split(Regex("."), "isolated")
    made.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made
