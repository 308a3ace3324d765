"""From seed data to model files: out-of-fold runs, the final run, calibration, export.

Every step leaves its result in the work folder, so a run that was stopped goes on from there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import tomllib
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cs_qa.errors import InputError
from cs_qa.nn.base import TOKENIZER, WEIGHTS, fetch, load_base
from cs_qa.text.redact import redact_conversation
from cs_qa.train.export import write_models
from cs_qa.train.fit import Network, Settings, fit, predict
from cs_qa.train.folds import FOLDS, load_folds
from cs_qa.train.ngrams import fit_ngrams, out_of_fold_scores, write_ngrams
from cs_qa.train.seed import Example, read_examples
from cs_qa.train.states import States, lower_states
from cs_qa.types import BannedLabel

if TYPE_CHECKING:
    from transformers import BertModel


class TrainingConfig(BaseModel):
    """What `cs-qa train` reads: paths are relative to the folder it is run in.

    `folds` are those that are judged out of fold, on which calibration is fitted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    models: Path
    work: Path
    politeness_data: Path
    politeness_examples: int = 1200
    neutral_share: float = 0.3
    folds: tuple[Annotated[int, Field(ge=0, lt=FOLDS)], ...] = tuple(range(FOLDS))
    settings: Settings = Settings()
    operating_points: dict[BannedLabel, Annotated[float, Field(gt=0, lt=1)]] = {}


def train_from(config_file: Path) -> None:
    """Train what the config describes and write the model files."""
    config = read_config(config_file)
    examples = read_examples()
    polite = _politeness_examples(config)
    _claim(config, [*examples, *polite])
    base = config.models / "cache"
    base.mkdir(parents=True, exist_ok=True)
    weights, tokenizer = fetch(WEIGHTS, base), fetch(TOKENIZER, base)
    states = _states(config, weights, tokenizer, [*examples, *polite])
    folds = load_folds()
    logits = np.zeros((len(examples), 12), np.float32)
    for fold in config.folds:
        held_out = [i for i, example in enumerate(examples) if folds[example.item] == fold]
        logits[held_out] = _out_of_fold(config, fold, weights, examples, polite, held_out, states)
    training = [*thinned(examples, config.neutral_share), *polite]
    network = _network(config, "final", load_base(weights), training, states)
    judged = [i for i, example in enumerate(examples) if folds[example.item] in config.folds]
    about = {"training": config.model_dump_json(exclude={"models", "work", "politeness_data"})}
    write_models(
        config.models / "encoder" / config.version,
        config.models / "heads" / config.version,
        network,
        [examples[i] for i in judged],
        logits[judged],
        out_of_fold_scores(examples, folds)[judged],
        points=config.operating_points,
        about=about,
    )
    write_ngrams(config.models / "ngrams" / config.version, fit_ngrams(examples), about=about)


def thinned(examples: Sequence[Example], neutral_share: float) -> list[Example]:
    """Leave out most neutral customer turns of conversations; which ones, their ids decide."""
    return [
        example
        for example in examples
        if example.task != "conversations"
        or example.sentiment != "neutral"
        or zlib.crc32(example.id.encode()) % 10 >= 10 * (1 - neutral_share)
    ]


def read_config(path: Path) -> TrainingConfig:
    """Read a training config; InputError says what does not hold."""
    try:
        return TrainingConfig.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise InputError(f"{path}: {'; '.join(problems)}. See models/train.toml.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise InputError(f"{path} is not TOML: {error}.") from error


def _claim(config: TrainingConfig, examples: Sequence[Example]) -> None:
    """Bind the work folder to these data and settings: half of another run must not be used."""
    config.work.mkdir(parents=True, exist_ok=True)
    settings = config.model_dump_json(
        exclude={"models", "work", "politeness_data", "operating_points", "folds"}
    )
    digest = hashlib.sha256("\n".join([settings, *map(_stated, examples)]).encode()).hexdigest()
    path = config.work / "run.sha256"
    if path.exists() and path.read_text(encoding="utf-8") != digest:
        raise InputError(
            f"{config.work} holds part of a run with other data or settings. "
            "Name another work folder, or delete this one."
        )
    path.write_text(digest, encoding="utf-8")


def _stated(example: Example) -> str:
    return repr(replace(example, banned=None)) + repr(sorted(example.banned or ()))


def _politeness_examples(config: TrainingConfig) -> list[Example]:
    """Read TyDiP's English training split (CC BY 4.0), masked; the first rows by a fixed order."""
    path = config.politeness_data
    if not path.exists():
        raise InputError(
            f"{path} is missing: TyDiP, from which politeness is learned. Get it from its "
            "authors (github.com/Genius1237/TyDiP) and set politeness_data."
        )
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if _is_for_training(row)]
    random.Random(0).shuffle(rows)  # noqa: S311
    return [
        Example(
            id=f"tydip-{number}",
            item=f"tydip-{number}",
            lang="en",
            task="politeness",
            text=redact_conversation([row["text"]])[0],
            politeness=row["score"],
        )
        for number, row in enumerate(rows[: config.politeness_examples])
    ]


def _is_for_training(row: dict[str, Any]) -> bool:
    return bool(row["split"] == "train" and row["subset"] == "all")


def _states(
    config: TrainingConfig, weights: Path, tokenizer: Path, examples: Sequence[Example]
) -> States:
    from tokenizers import Tokenizer

    path = config.work / "states.npz"
    texts = {text for e in examples for text in (e.text, *(said for _, said in e.context))}
    if path.exists():
        states = States.load(path)
        if texts <= states.index.keys():
            return states
    states = lower_states(load_base(weights), Tokenizer.from_file(str(tokenizer)), sorted(texts))
    states.save(path)
    return states


def _out_of_fold(
    config: TrainingConfig,
    fold: int,
    weights: Path,
    examples: Sequence[Example],
    polite: Sequence[Example],
    held_out: Sequence[int],
    states: States,
) -> NDArray[np.float32]:
    path = config.work / f"fold-{fold}.npy"
    if path.exists():
        done: NDArray[np.float32] = np.load(path)
        return done
    hidden = set(held_out)
    seen = [example for i, example in enumerate(examples) if i not in hidden]
    training = [*thinned(seen, config.neutral_share), *polite]
    network = _network(config, f"fold-{fold}", load_base(weights), training, states)
    logits = predict(network, [examples[i] for i in held_out], states)
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.save(file, logits)
    partial.replace(path)
    return logits


def _network(
    config: TrainingConfig,
    name: str,
    encoder: BertModel,
    examples: Sequence[Example],
    states: States,
) -> Network:
    def log(line: str) -> None:
        print(f"{name}: {line}", flush=True)  # noqa: T201

    checkpoint = config.work / f"{name}.pt"
    return fit(encoder, examples, states, config.settings, checkpoint=checkpoint, log=log)
