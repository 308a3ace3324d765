"""Fit the heads alone, on vectors that the encoder has given; resumable and seeded."""

from __future__ import annotations

import copy
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from cs_qa.nn.network import Heads, split_logits
from cs_qa.train.head_rows import NO_LABEL, Inputs, Rows
from cs_qa.types import BANNED_LABELS

WARM_UP = 0.06
LOGITS = len(BANNED_LABELS) + 7
AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """How to train: `rate` is the peak of a linear warm-up and decay over all `epochs`.

    Training stops early after `patience` epochs that did not better the validation loss.
    """

    epochs: int = 6
    batch_size: int = 128
    rate: float = 5e-4
    patience: int = 2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """Trained heads, and the validation loss before training and after each epoch.

    `best_epoch` is the one whose weights the heads have; 0 is the heads as they were.
    """

    heads: Heads
    losses: tuple[float, ...]
    best_epoch: int


class _Run:
    """Where training stands between two epochs."""

    def __init__(self, heads: Heads, settings: HeadSettings) -> None:
        self.heads = heads
        self.optimiser = torch.optim.Adam(heads.parameters(), lr=settings.rate)
        self.best: Mapping[str, Tensor] = _weights(heads)
        self.losses: list[float] = []

    @property
    def best_epoch(self) -> int:
        return int(np.argmin(self.losses))

    @property
    def done(self) -> int:
        return len(self.losses) - 1


def predict_rows(heads: Heads, rows: Rows, inputs: Inputs) -> NDArray[np.float32]:
    """Give the logits (n, 12) of rows, in their order; see `Inputs.taught`."""
    heads.eval()
    told = np.zeros((len(rows), LOGITS), np.float32)
    with torch.inference_mode():
        for start in range(0, len(rows), AT_ONCE):
            part = rows.part(torch.arange(start, min(start + AT_ONCE, len(rows))))
            told[start : start + AT_ONCE] = inputs.taught(heads, part).numpy()
    return told


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one core: more gain little on matrices this small, and sums stay the same."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@one_thread()
def fit_heads(
    heads: Heads,
    rows: Rows,
    validation: Rows,
    inputs: Inputs,
    settings: HeadSettings,
    *,
    checkpoint: Path | None = None,
    log: Callable[[str], None] = lambda _: None,
) -> Fitted:
    """Train `heads` further on `rows`; keep the epoch that does best on `validation`.

    With `checkpoint`, training goes on from the last finished epoch, to the same weights as
    without the stop. What no row has a label for is left as it was.
    """
    torch.manual_seed(settings.seed)
    heads = copy.deepcopy(heads)
    run = _Run(heads, settings)
    if checkpoint is None or not _resume(checkpoint, run):
        run.losses.append(mean_loss(heads, validation, inputs))
    while run.done < settings.epochs and run.done - run.best_epoch < settings.patience:
        _train_epoch(run, rows, inputs, settings, run.done)
        run.losses.append(mean_loss(heads, validation, inputs))
        if run.best_epoch == run.done:
            run.best = _weights(heads)
        log(f"epoch {run.done}: validation loss {run.losses[-1]:.4f}")
        if checkpoint:
            _save(checkpoint, run)
    heads.load_state_dict(dict(run.best))
    return Fitted(heads.eval(), tuple(run.losses), run.best_epoch)


@one_thread()
def train_epochs(
    heads: Heads, rows: Rows, inputs: Inputs, settings: HeadSettings, epochs: int
) -> Heads:
    """Train `heads` on `rows` for so many of the settings' epochs, whatever comes of it."""
    torch.manual_seed(settings.seed)
    run = _Run(copy.deepcopy(heads), settings)
    for epoch in range(epochs):
        _train_epoch(run, rows, inputs, settings, epoch)
    return run.heads.eval()


def mean_loss(heads: Heads, rows: Rows, inputs: Inputs) -> float:
    """Give the weighted mean loss of rows; infinity of none."""
    if not len(rows):
        return math.inf
    heads.eval()
    with torch.inference_mode():
        logits = torch.from_numpy(predict_rows(heads, rows, inputs))
        return float(weighted_loss(logits, rows))


def weighted_loss(logits: Tensor, rows: Rows) -> Tensor:
    """Weighted mean over rows of the sum of their tasks' losses; a missing label adds nothing."""
    parts = split_logits(logits)
    known = ~torch.isnan(rows.banned)
    banned = functional.binary_cross_entropy_with_logits(
        parts.banned, torch.nan_to_num(rows.banned), reduction="none"
    )
    loss = (banned * known).sum(1)
    for logit, truth in ((parts.empathy, rows.empathy), (parts.sentiment, rows.sentiment)):
        loss = loss + functional.cross_entropy(
            logit, truth, ignore_index=NO_LABEL, reduction="none"
        )
    return (loss * rows.weight).sum() / rows.weight.sum()


def _train_epoch(run: _Run, rows: Rows, inputs: Inputs, settings: HeadSettings, epoch: int) -> None:
    run.heads.train()
    steps_an_epoch = math.ceil(len(rows) / settings.batch_size)
    step, steps = steps_an_epoch * epoch, steps_an_epoch * settings.epochs
    for batch in _batches(rows, settings, epoch):
        for group in run.optimiser.param_groups:
            group["lr"] = settings.rate * _share_of_rate(step, steps)
        loss = weighted_loss(inputs.taught(run.heads, batch), batch) * _mean_weight(batch, rows)
        run.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(run.heads.parameters(), 1.0)
        run.optimiser.step()
        step += 1


def _mean_weight(batch: Rows, rows: Rows) -> Tensor:
    """How much a batch weighs beside the mean one: heavy rows count where they stand."""
    return batch.weight.mean() / rows.weight.mean()


def _batches(rows: Rows, settings: HeadSettings, epoch: int) -> Iterator[Rows]:
    """Yield batches in an order that seed and epoch decide."""
    generator = torch.Generator().manual_seed(settings.seed * 1000 + epoch)
    order = torch.randperm(len(rows), generator=generator)
    for start in range(0, len(order), settings.batch_size):
        yield rows.part(order[start : start + settings.batch_size])


def _share_of_rate(step: int, steps: int) -> float:
    warm = max(1, round(steps * WARM_UP))
    return (step + 1) / warm if step < warm else (steps - step) / max(1, steps - warm)


def _weights(heads: Heads) -> dict[str, Tensor]:
    return {name: values.detach().clone() for name, values in heads.state_dict().items()}


def _save(path: Path, run: _Run) -> None:
    """Write where training stands as plain tensors; the file appears only when it is whole."""
    from safetensors.torch import save_file

    tensors = {"random": torch.get_rng_state()}
    for kind, state in (("now", _weights(run.heads)), ("best", run.best)):
        tensors |= {f"{kind}/{name}": values for name, values in state.items()}
    for number, moments in run.optimiser.state_dict()["state"].items():
        tensors |= {f"adam/{number}/{name}": values for name, values in moments.items()}
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    save_file(tensors, str(partial), metadata={"losses": json.dumps(run.losses)})
    partial.replace(path)


def _resume(path: Path, run: _Run) -> bool:
    """Go on from the last finished epoch; tell whether there was one that is whole."""
    from safetensors import SafetensorError, safe_open

    if not path.exists():
        return False
    try:
        with safe_open(str(path), framework="pt") as file:
            losses = json.loads(file.metadata()["losses"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return False
    own = {
        kind: {n.split("/", 1)[1]: t for n, t in tensors.items() if n.startswith(f"{kind}/")}
        for kind in ("now", "best", "adam")
    }
    moments: dict[int, dict[str, Tensor]] = {}
    for name, values in own["adam"].items():
        number, _, moment = name.partition("/")
        moments.setdefault(int(number), {})[moment] = values
    run.heads.load_state_dict(own["now"])
    run.optimiser.load_state_dict({**run.optimiser.state_dict(), "state": moments})
    run.best, run.losses = own["best"], losses
    torch.set_rng_state(tensors["random"])
    return True
