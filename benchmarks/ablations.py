"""What each part of the training recipe is worth: variants of it, one at a time, on one fold.

    python benchmarks/ablations.py [--variant NAME ...] [--list] [--report]

Each variant is trained on folds 1 to 4 of the seed data, with one seed, and asked about fold 0; an
epoch is of the variant's own examples, so one with fewer of them takes fewer steps. The heads
speak alone, without calibration and phrases. What is done is not done again: a variant leaves its
logits in work/ablations/NAME.npy, and a checkpoint after each epoch. Runs with other epochs or a
limit have folders of their own below it. Intervals resample items (whole conversations, for their
turns); translations count as items of their own, so true intervals are somewhat wider.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import sys
import tomllib
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np
from ablations_report import Fold, report
from ablations_variants import VARIANTS, Data, TokenDropout, Variant
from base_encoder import base
from paired_pass import RATE, PairedNetwork, paired, paired_states

from cs_qa.errors import InputError
from cs_qa.nn.base import WEIGHTS
from cs_qa.nn.network import SPLIT
from cs_qa.train.fit import Network, Settings, fit, predict
from cs_qa.train.folds import load_folds
from cs_qa.train.run import TrainingConfig, _politeness_examples
from cs_qa.train.seed import Example, read_examples
from cs_qa.train.states import States, lower_states

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "models" / "train.toml"
WORK = ROOT / "work" / "ablations"
HELD_OUT = 0
SMALL_BATCH = 4
"""Batch size with a limit: one batch is too few for the warm-up."""

EXAMPLES = 15_200
TRAINED_A_SECOND = 75
PAIRS_A_SECOND = 30


@dataclass(frozen=True)
class Study:
    """The variants on the same data; `work` keeps what is done, `states` may be there already."""

    config: TrainingConfig
    settings: Settings
    data: Data
    work: Path
    states: Path

    def claim(self) -> None:
        """Bind the work folder to data and settings; InputError where it holds other results."""
        content = [repr(self.settings), repr(self.config.neutral_share), WEIGHTS[2]]
        content += [stated(example) for part in self.data for example in part]
        digest = hashlib.sha256("\n".join(content).encode()).hexdigest()
        path = self.work / "run.sha256"
        self.work.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_text(encoding="utf-8") != digest:
            raise InputError(f"{self.work} holds results of other data or settings: delete it.")
        path.write_text(digest, encoding="utf-8")

    def done(self) -> dict[str, np.ndarray]:
        """Give the logits of the variants that are done, in their order."""
        return {name: self.logits(name) for name in VARIANTS if self.path(name).exists()}

    def path(self, name: str) -> Path:
        """Tell where the logits of a variant lie."""
        return self.work / f"{name}.npy"

    def logits(self, name: str) -> np.ndarray:
        """Give a variant's logits (asked, 12), from its file or a training."""
        path = self.path(name)
        if path.exists():
            return np.load(path)
        parts = [self.logits(part) for part in VARIANTS[name].mean_of]
        logits = np.mean(parts, axis=0) if parts else self._trained(name, VARIANTS[name])
        partial_file = path.with_suffix(".part")
        with partial_file.open("wb") as file:
            np.save(file, logits)
        partial_file.replace(path)
        return logits

    def _trained(self, name: str, variant: Variant) -> np.ndarray:
        training = variant.training(self.data, self.config.neutral_share)
        asked = variant.shown(self.data.asked)
        settings = replace(self.settings, seed=self.settings.seed + variant.seeds_on)
        make = partial(Network, split=variant.split, rank=variant.rank)
        if variant.is_paired:
            training, asked = map(paired, training), map(paired, asked)
            training, asked, make = [*training], [*asked], PairedNetwork
            settings = replace(settings, adapter_rate=RATE)
            path = self.work / "states-paired.npz"
            states = paired_states(*base(), [*training, *asked], path)
        else:
            states = self._states(variant.split)
        seen = states
        if variant.token_dropout:
            seen = TokenDropout(**vars(states), share=variant.token_dropout)

        def log(line: str) -> None:
            print(f"{name}, {len(training):,} examples: {line}", file=sys.stderr, flush=True)

        encoder = copy.deepcopy(base()[0])  # a network is built of its layers
        checkpoint = self.work / f"{name}.pt"
        network = fit(encoder, training, seen, settings, make=make, checkpoint=checkpoint, log=log)
        return predict(network, asked, states)

    def _states(self, split: int) -> States:
        """Give the states below `split`, those of `cs-qa train` where they hold all texts."""
        texts = frozenset(
            text
            for part in self.data
            for e in part
            for text in (e.text, *(said for _, said in e.context))
        )
        own = self.work / f"states-{split}.npz"
        for path in (self.states, own) if split == SPLIT else (own,):
            if path.exists() and texts <= read_states(path).index.keys():
                return read_states(path)
        print(f"encoding {len(texts):,} texts", file=sys.stderr, flush=True)
        states = lower_states(*base(), sorted(texts), split=split)
        states.save(own)
        return states


def main() -> int:
    options = parser().parse_args()
    if options.list:
        for name, variant in VARIANTS.items():
            print(f"{name:<18}{variant.about}")
        return 0
    try:
        study = make_study(options.epochs, options.limit)
        if not options.report:
            for name in options.variant:
                study.logits(name)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    for line in report(Fold(study.data.asked, study.done())):
        print(line)
    return 0


def parser() -> argparse.ArgumentParser:
    epochs = read_config().settings.epochs
    minutes = [EXAMPLES * epochs / rate / 60 for rate in (TRAINED_A_SECOND, PAIRS_A_SECOND)]
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=f"A variant takes about {minutes[0]:.0f} minutes on two cores, with {epochs} epochs "
        f"of {EXAMPLES:,} examples;\nsplit-6 half as much again, paired-pass about "
        f"{minutes[1]:.0f} minutes. States add 4 minutes each for\nsplit-6 and paired-pass, and "
        "once for the others where `cs-qa train` has left none.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--variant", nargs="+", choices=VARIANTS, default=list(VARIANTS), metavar="NAME",
        help="which to train (default: all that are not done)",
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help="say what the variants are, and end")
    parser.add_argument("--report", action="store_true", help="train nothing, print what is done")
    parser.add_argument("--epochs", type=int, default=epochs, help="default: %(default)s")
    parser.add_argument("--limit", type=int, help="examples of each kind: a smoke test")
    return parser


def make_study(epochs: int, limit: int | None) -> Study:
    config, folds, work = read_config(), load_folds(), WORK
    examples = read_examples()
    data = Data(
        [example for example in examples if folds[example.item] != HELD_OUT],
        [example for example in examples if folds[example.item] == HELD_OUT],
        _politeness_examples(config),
    )
    settings = replace(config.settings, epochs=epochs)
    if limit is not None:
        data = Data(*(part[:: max(1, len(part) // limit)][:limit] for part in data))
        settings = replace(settings, batch_size=SMALL_BATCH)
    if settings != config.settings:
        work /= f"epochs-{epochs}" + ("" if limit is None else f"-limit-{limit}")
    study = Study(config, settings, data, work, config.work / "states.npz")
    study.claim()
    return study


def read_config() -> TrainingConfig:
    """Read the shipped recipe, its paths from the root of the checkout."""
    config = TrainingConfig.model_validate(tomllib.loads(CONFIG.read_text(encoding="utf-8")))
    paths = {name: ROOT / getattr(config, name) for name in ("models", "work", "politeness_data")}
    return config.model_copy(update=paths)


@cache
def read_states(path: Path) -> States:
    return States.load(path)


def stated(example: Example) -> str:
    return repr(replace(example, banned=None)) + repr(sorted(example.banned or ()))


if __name__ == "__main__":
    sys.exit(main())
