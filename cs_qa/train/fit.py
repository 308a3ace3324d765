"""Fit the adapters and heads on examples; resumable, seeded, one process on two cores."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from transformers import BertModel

from cs_qa.nn.network import CONTEXT, RANK, SPLIT, WIDTH, Heads, UpperHalf, split_logits
from cs_qa.train.seed import Example
from cs_qa.train.states import States
from cs_qa.types import BANNED_LABELS, ROLES, SENTIMENTS

NO_LABEL = -100


@dataclass(frozen=True)
class Settings:
    """How to train. Learning rates are peaks of a linear warm-up and decay."""

    epochs: int = 4
    batch_size: int = 24
    adapter_rate: float = 1.5e-3
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    seed: int = 0


class Network(torch.nn.Module):
    """Upper half and heads together."""

    def __init__(self, encoder: BertModel, *, split: int = SPLIT, rank: int = RANK) -> None:
        super().__init__()
        self.upper = UpperHalf(encoder, split=split, rank=rank)
        self.heads = Heads()

    def forward(self, states: Tensor, mask: Tensor, before: Tensor, roles: Tensor) -> Tensor:
        """Give the logits (n, 12) of n texts; see `Heads` for the shapes."""
        logits: Tensor = self.heads(self.upper(states, mask), before, roles)
        return logits


@dataclass(frozen=True)
class _Batch:
    states: Tensor
    mask: Tensor
    before: Tensor
    roles: Tensor
    examples: list[Example]


def fit(
    encoder: BertModel,
    examples: Sequence[Example],
    states: States,
    settings: Settings,
    *,
    make: Callable[[BertModel], Network] = Network,
    checkpoint: Path | None = None,
    log: Callable[[str], None] = print,
) -> Network:
    """Train a network on `examples`; with `checkpoint`, go on from the last finished epoch.

    `make` builds the network; the layer from which it is trained must be that of `states`.
    """
    torch.manual_seed(settings.seed)
    torch.set_flush_denormal(True)  # denormal floats slow the later epochs down sixfold
    network = make(encoder)
    trained = [p for p in network.parameters() if p.requires_grad]
    adapters = [p for n, p in network.named_parameters() if p.requires_grad and "upper" in n]
    heads = list(network.heads.parameters())
    optimiser = torch.optim.AdamW(
        [
            {"params": adapters, "lr": settings.adapter_rate},
            {"params": heads, "lr": settings.head_rate},
        ],
        weight_decay=settings.weight_decay,
    )
    steps = math.ceil(len(examples) / settings.batch_size) * settings.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    done = _resume(checkpoint, network, optimiser, schedule)
    for epoch in range(done, settings.epochs):
        started, total = time.monotonic(), 0.0
        network.train()
        for batch in _batches(examples, states, settings, epoch):
            loss = _loss(
                network(batch.states, batch.mask, batch.before, batch.roles), batch.examples
            )
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item() * len(batch.examples)
        seconds = time.monotonic() - started
        log(f"epoch {epoch + 1}: loss {total / len(examples):.4f}, {seconds:.0f} s")
        _save(checkpoint, network, optimiser, schedule, epoch + 1)
    return network.eval()


def predict(
    network: Network, examples: Sequence[Example], states: States, batch_size: int = 64
) -> NDArray[np.float32]:
    """Give the logits (n, 12) of `examples`, in their order."""
    network.eval()
    order = sorted(range(len(examples)), key=lambda i: states.length(examples[i].text))
    logits = np.zeros((len(examples), len(BANNED_LABELS) + 7), np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            batch = _collate([examples[i] for i in rows], states)
            logits[rows] = network(batch.states, batch.mask, batch.before, batch.roles).numpy()
    return logits


def _rate(step: int, steps: int, warm_up: float = 0.06) -> float:
    warm = max(1, round(steps * warm_up))
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))


def _batches(
    examples: Sequence[Example], states: States, settings: Settings, epoch: int
) -> Iterator[_Batch]:
    """Yield batches of texts of like length, in an order that seed and epoch decide."""
    rng = random.Random(f"{settings.seed}/{epoch}")  # noqa: S311
    order = list(range(len(examples)))
    rng.shuffle(order)
    chunk = settings.batch_size * 20
    groups: list[list[int]] = []
    for start in range(0, len(order), chunk):
        near = sorted(order[start : start + chunk], key=lambda i: states.length(examples[i].text))
        groups += [
            near[i : i + settings.batch_size] for i in range(0, len(near), settings.batch_size)
        ]
    rng.shuffle(groups)
    for group in groups:
        yield _collate([examples[i] for i in group], states)


def _collate(examples: list[Example], states: States) -> _Batch:
    tokens, mask = states.padded([example.text for example in examples])
    before = torch.zeros(len(examples), CONTEXT, WIDTH)
    roles = torch.full((len(examples), CONTEXT), len(ROLES))
    for row, example in enumerate(examples):
        for place, (role, text) in enumerate(reversed(example.context[-CONTEXT:])):
            before[row, place] = torch.from_numpy(states.means[states.index[text]])
            roles[row, place] = ROLES.index(role)
    return _Batch(tokens, mask, before, roles, examples)


def _loss(logits: Tensor, examples: Sequence[Example]) -> Tensor:
    """Mean over examples of the sum of their tasks' losses; a missing label adds nothing."""
    parts = split_logits(logits)
    loss = torch.zeros(())
    rows = [i for i, e in enumerate(examples) if e.banned is not None]
    if rows:
        target = torch.tensor(
            [[float(label in (examples[i].banned or ())) for label in BANNED_LABELS] for i in rows]
        )
        loss = loss + functional.binary_cross_entropy_with_logits(
            parts.banned[rows], target, reduction="sum"
        )
    empathy = torch.tensor([NO_LABEL if e.empathy is None else e.empathy for e in examples])
    sentiment = torch.tensor(
        [NO_LABEL if e.sentiment is None else SENTIMENTS.index(e.sentiment) for e in examples]
    )
    for logit, target in ((parts.empathy, empathy), (parts.sentiment, sentiment)):
        loss = loss + functional.cross_entropy(
            logit, target, ignore_index=NO_LABEL, reduction="sum"
        )
    polite = [i for i, e in enumerate(examples) if e.politeness is not None]
    if polite:
        target = torch.tensor([float(examples[i].politeness or 0.0) for i in polite])
        loss = loss + functional.mse_loss(parts.politeness[polite], target, reduction="sum")
    return loss / len(examples)


def _save(
    path: Path | None,
    network: Network,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    epoch: int,
) -> None:
    if path is None:
        return
    state = {
        "network": {n: p for n, p in network.state_dict().items() if "frozen" not in n},
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
        "epoch": epoch,
        "random": torch.get_rng_state(),
    }
    partial = path.with_suffix(".part")
    torch.save(state, partial)
    partial.replace(path)


def _resume(
    path: Path | None,
    network: Network,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> int:
    """Load the last finished epoch, if there is one, and give its number."""
    if path is None or not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"], strict=False)
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    torch.set_rng_state(state["random"])
    return int(state["epoch"])
