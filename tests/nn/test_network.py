from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cs_qa.types import BANNED_LABELS, ROLES

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import BertModel

    from cs_qa.nn.network import UpperHalf


def lower_states(encoder: BertModel, ids: list[int]) -> Tensor:
    import torch

    from cs_qa.nn.network import SPLIT

    with torch.inference_mode():
        out = encoder(input_ids=torch.tensor([ids]), output_hidden_states=True)
    states: Tensor = out.hidden_states[SPLIT]
    return states.clone()


def train_a_little(upper: UpperHalf) -> None:
    """Stand for training: give every adapter some update."""
    import torch

    with torch.no_grad():
        for name, parameter in upper.named_parameters():
            if name.endswith(".up"):
                parameter.normal_(0, 0.1)


def test_an_adapter_begins_as_no_change_and_adds_its_update() -> None:
    import torch

    from cs_qa.nn.network import LowRank

    frozen = torch.nn.Linear(6, 4)
    layer, x = LowRank(frozen, rank=2), torch.randn(3, 6)
    assert torch.equal(layer(x), frozen(x))
    torch.nn.init.normal_(layer.up)
    assert torch.allclose(layer(x), x @ (frozen.weight + layer.update()).T + frozen.bias, atol=1e-5)
    assert {name for name, p in layer.named_parameters() if p.requires_grad} == {"down", "up"}


@pytest.mark.parametrize(
    ("options", "first", "rank"),
    [({}, 8, 16), ({"split": 6}, 6, 16), ({"split": 11, "rank": 4}, 11, 4)],
)
def test_only_the_adapters_of_the_upper_layers_are_trained(
    small_encoder: BertModel, options: dict[str, int], first: int, rank: int
) -> None:
    from cs_qa.nn.network import ADAPTED, UpperHalf

    upper = UpperHalf(small_encoder, **options)
    trained = [name for name, p in upper.named_parameters() if p.requires_grad]
    assert len(trained) == (12 - first) * len(ADAPTED) * 2
    assert all(name.endswith((".down", ".up")) for name in trained)
    adapters = upper.adapters()
    assert {int(name.split(".")[2]) for name in adapters} == set(range(first, 12))
    assert {min(factor.shape) for factor in adapters.values()} == {rank}


def test_padding_changes_no_vector(small_encoder: BertModel) -> None:
    import torch

    from cs_qa.nn.network import UpperHalf

    states = lower_states(small_encoder, [5, 6, 7])
    upper = UpperHalf(small_encoder).eval()
    padded = torch.cat([states, torch.randn(1, 2, states.shape[-1])], 1)
    with torch.inference_mode():
        alone = upper(states, torch.ones(1, 3))
        among = upper(padded, torch.tensor([[1.0, 1, 1, 0, 0]]))
    assert torch.allclose(alone, among, atol=1e-5)


def test_what_is_exported_computes_what_was_trained(
    small_encoder: BertModel, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import copy

    import torch
    from safetensors.torch import save_file

    from cs_qa.nn.build import merge_adapters
    from cs_qa.nn.network import OneText, UpperHalf

    base = copy.deepcopy(small_encoder)
    states = lower_states(base, [5, 6, 7, 8])
    upper = UpperHalf(small_encoder).eval()
    train_a_little(upper)
    path = tmp_path_factory.mktemp("adapters") / "adapters.safetensors"
    save_file({name: t.contiguous() for name, t in upper.adapters().items()}, str(path))
    untouched = copy.deepcopy(base)
    merge_adapters(base, path)
    with torch.inference_mode():
        trained = upper(states, torch.ones(1, 4))
        turn, before = OneText(base).eval()(torch.tensor([[5, 6, 7, 8]]))
        plain, same = OneText(untouched).eval()(torch.tensor([[5, 6, 7, 8]]))
    assert torch.allclose(turn, trained, atol=1e-5)
    assert torch.allclose(before, states.mean(1), atol=1e-5)
    assert torch.equal(before, same)
    assert not torch.allclose(turn, plain, atol=1e-2)


def test_the_heads_give_twelve_logits() -> None:
    import torch

    from cs_qa.nn.network import CONTEXT, WIDTH, Heads, split_logits

    torch.manual_seed(0)
    heads = Heads().eval()
    turn, before = torch.randn(3, WIDTH), torch.randn(3, CONTEXT, WIDTH)
    roles = torch.tensor([[0, 1, 2, 3, 4, 4]] * 3)
    with torch.inference_mode():
        logits = heads(turn, before, roles)
        other = heads(turn, before, torch.full((3, CONTEXT), len(ROLES)))
    parts, others = split_logits(logits), split_logits(other)
    assert logits.shape == (3, 12)
    assert parts.banned.shape == (3, len(BANNED_LABELS))
    assert parts.empathy.shape == parts.sentiment.shape == (3, 3)
    assert parts.politeness.shape == (3,)
    assert torch.equal(parts.sentiment, others.sentiment)
    assert torch.equal(parts.politeness, others.politeness)
    assert not torch.equal(parts.banned, others.banned)
    assert not torch.equal(parts.empathy, others.empathy)
