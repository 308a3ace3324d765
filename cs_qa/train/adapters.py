"""Retraining in full: the encoder's adapters and the heads together, from where they are.

The champion's adapters and heads are trained further on reviews and replayed seed examples
(`cs_qa.train.fit`), the adapters are built into an encoder as it will be used, and what is compared
are the heads on that encoder's vectors. Every step leaves its result in the work folder, so a run
that was stopped goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from tokenizers import Tokenizer

from cs_qa.nn.base import TOKENIZER, WEIGHTS, fetch, load_base
from cs_qa.nn.build import RECIPE, build_encoder
from cs_qa.nn.encoder import Encoder
from cs_qa.nn.network import Heads
from cs_qa.nn.ngrams import NgramModel
from cs_qa.nn.registry import Registry, write_manifest
from cs_qa.nn.shipped import adapters_sha256
from cs_qa.train.candidate import CalibratedHeads
from cs_qa.train.challenger import calibrated, mixed
from cs_qa.train.comparison import Candidate, Trained
from cs_qa.train.dataset import to_example
from cs_qa.train.export import politeness_norms
from cs_qa.train.fit import Network, Settings, fit
from cs_qa.train.head_rows import Inputs, Rows
from cs_qa.train.heads_fit import predict_rows
from cs_qa.train.retrain_task import Task
from cs_qa.train.seed import Example
from cs_qa.train.states import States, lower_states
from cs_qa.train.vectors import Vectors, read_as, vectors_of

if TYPE_CHECKING:
    from transformers import BertModel

FILES = ("adapters.safetensors", "encoder.onnx", "tokenizer.json", "built.json", "card.md")


@dataclass(frozen=True, slots=True)
class _Fitted:
    """An encoder's files, and the heads that were trained with it."""

    folder: Path
    heads: Heads

    @property
    def identity(self) -> str:
        return str(adapters_sha256(self.folder))


def train_adapters(task: Task) -> Trained:
    """Train adapters and heads; `Trained.encoder` has the new encoder's files."""
    champion = task.champion()
    base = base_files(task.registry, task.folder)
    replay = [as_read(example) for example in task.seed.replay]
    reviews = [as_read(to_example(row)) for row in task.rows.train]
    repeated = _repeated(reviews, task, champion.vectors)
    states = _states(task, base, [*reviews, *replay])
    start = started_from(task.registry.folder("encoder"), champion.model.heads)
    task.log(f"{len(repeated)} reviewed and {len(replay)} seed examples an epoch")
    new = _fitted(task, "challenger", base, [*repeated, *replay], states, start)
    control = _fitted(task, "control", base, replay, states, start)
    ngrams = NgramModel(task.registry.folder("ngrams"))
    vectors = task.vectors(Encoder(new.folder, ngrams=ngrams), new.identity)
    return Trained(
        champion,
        Candidate(_calibrated(task, new.heads, champion, vectors), vectors),
        Candidate(
            CalibratedHeads(control.heads, champion.model.settings),
            vectors_of(
                task.texts,
                Encoder(control.folder, ngrams=ngrams),
                task.work / "control.npz",
                log=task.log,
            ),
        ),
        {"epochs": task.config.adapters.epochs},
        new.folder,
    )


def base_files(registry: Registry, folder: Path) -> Path:
    """Give a folder with the base weights and the tokenizer, which are fetched once.

    A checkout has them with its models; else they are kept beside the vectors. Raises ModelError
    where they cannot be had.
    """
    built = registry.root / "cache"
    names = [Path(member).name for _, member, _ in (WEIGHTS, TOKENIZER)]
    cache = built if all((built / name).is_file() for name in names) else folder / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for source in (WEIGHTS, TOKENIZER):
        fetch(source, cache)
    return cache


def started_from(encoder: Path, heads: Heads) -> Callable[[BertModel], Network]:
    """Give what makes a network that has the adapters of an encoder's folder, and these heads."""
    from safetensors.torch import load_file

    adapters = load_file(str(encoder / "adapters.safetensors"))

    def make(base: BertModel) -> Network:
        network = Network(base)
        with torch.no_grad():
            for name, values in network.upper.adapters().items():
                values.copy_(adapters[name])
        network.heads.load_state_dict(heads.state_dict())
        return network

    return make


def as_read(example: Example) -> Example:
    """Give an example with its texts as the models read them in use."""
    context = tuple((role, read_as(said)) for role, said in example.context)
    return replace(example, text=read_as(example.text), context=context)


def _repeated(reviews: Sequence[Example], task: Task, vectors: Vectors) -> list[Example]:
    """Give each review as often as it weighs beside a seed example, at least once."""
    train, _ = task.reviews(vectors)
    weights = mixed(train.rows, Rows.of(task.seed.replay, vectors), task.config).weight
    return [
        review
        for review, weight in zip(reviews, weights[: len(reviews)].tolist(), strict=True)
        for _ in range(max(1, round(weight)))
    ]


def _states(task: Task, base: Path, examples: Sequence[Example]) -> States:
    path = task.work / "states.npz"
    texts = {text for e in examples for text in (e.text, *(said for _, said in e.context))}
    if path.exists():
        states = States.load(path)
        if texts <= states.index.keys():
            return states
    task.log(f"lower layers: {len(texts)} texts")
    tokenizer = Tokenizer.from_file(str(fetch(TOKENIZER, base)))
    states = lower_states(load_base(fetch(WEIGHTS, base)), tokenizer, sorted(texts))
    states.save(path)
    return states


def _fitted(
    task: Task,
    name: str,
    base: Path,
    examples: Sequence[Example],
    states: States,
    start: Callable[[BertModel], Network],
) -> _Fitted:
    settings = Settings(**asdict(task.config.adapters), seed=task.config.seed)
    network = fit(
        load_base(fetch(WEIGHTS, base)),
        examples,
        states,
        settings,
        make=start,
        checkpoint=task.work / f"{name}.pt",
        log=lambda line: task.log(f"{name}: {line}"),
    )
    folder = task.work / name
    folder.mkdir(exist_ok=True)
    _write_adapters(network, folder / "adapters.safetensors")
    task.log(f"{name}: building the encoder")
    build_encoder(folder, base)
    (folder / "card.md").write_text(_card(task), encoding="utf-8")
    write_manifest(folder, FILES, name="manifest.json", about={"recipe": RECIPE})
    return _Fitted(folder, network.heads.eval())


def _write_adapters(network: Network, path: Path) -> None:
    """Write the low-rank factors in half precision, as the shipped ones are."""
    from safetensors.torch import save_file

    factors = network.upper.adapters().items()
    save_file({name: each.to(torch.float16).contiguous() for name, each in factors}, str(path))


def _calibrated(task: Task, heads: Heads, champion: Candidate, vectors: Vectors) -> CalibratedHeads:
    """Calibrate as retrained heads are; politeness is told against norms of the new vectors."""
    inputs = Inputs(vectors)
    seed = [
        example
        for example in (*task.seed.replay, *task.seed.held_out)
        if example.task == "conversations"
    ]
    norms = politeness_norms(seed, predict_rows(heads, Rows.of(seed, vectors), inputs))
    settings: dict[str, Any] = {**champion.model.settings, "politeness": norms}
    _, validation = task.reviews(vectors)
    return calibrated(heads, settings, validation, inputs)


def _card(task: Task) -> str:
    return (
        "# encoder, retrained\n\n"
        f"The adapters of encoder@{task.registry.version('encoder')}, trained further on labels of "
        "this shop's reviewers\nmixed with a part of the seed data. The heads that name it in "
        "their manifest go with it.\n"
    )
