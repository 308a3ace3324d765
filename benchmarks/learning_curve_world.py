"""The seed data as a world in which heads know a part, people review another, and gold is kept."""

import shutil
from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import torch

from cs_qa.evaluation.figures import agreement
from cs_qa.nn.base import TOKENIZER, WEIGHTS, fetch, load_base
from cs_qa.nn.build import export
from cs_qa.nn.encoder import Encoder
from cs_qa.nn.network import Heads
from cs_qa.nn.registry import Registry
from cs_qa.train.candidate import CalibratedHeads, Labelled, judge
from cs_qa.train.dataset import place_of
from cs_qa.train.folds import FOLDS, load_folds
from cs_qa.train.head_rows import Inputs, Rows
from cs_qa.train.heads_fit import HeadSettings, fit_heads
from cs_qa.train.seed import read_examples
from cs_qa.train.vectors import vectors_of
from cs_qa.types import BANNED_LABELS

HIDDEN_LABEL = "deflecting"
FROM_NOTHING = HeadSettings(epochs=10, batch_size=128, rate=2e-3)
PLAIN = {
    "banned": {
        label: {"bias": 0.0, "logit": 1.0, "strong": 0.0, "weak": 0.0} for label in BANNED_LABELS
    },
    "temperature": {"empathy": 1.0, "sentiment": 1.0},
}


@dataclass(frozen=True)
class Case:
    """What heads know before, what may be reviewed, and what they are tested on."""

    known: list
    pool: list
    gold: list


class World:
    """The seed data with its vectors and folds; verdicts take the share `compared` of it."""

    def __init__(self, cache, encoder, languages, compared=1.0):
        self.compared = compared
        wanted = set(languages.split(",")) if languages else None
        self.examples = [e for e in read_examples() if wanted is None or e.lang in wanted]
        self.folds = load_folds()
        self.by_item = defaultdict(list)
        for example in self.examples:
            self.by_item[example.item].append(example)
        texts = {t for e in self.examples for t in (e.text, *(said for _, said in e.context))}
        made = {"shipped": shipped_encoder, "base": base_encoder}[encoder]
        self.vectors = vectors_of(sorted(texts), made(), cache, log=print)
        if encoder == "base":
            self.vectors = replace(
                self.vectors, turn=scaled(self.vectors.turn), before=scaled(self.vectors.before)
            )
        self.inputs = Inputs(self.vectors)

    def divided(self, seed):
        """Examples outside the seed's fold, and those in it."""
        fold = seed % FOLDS
        rest = [e for e in self.examples if self.folds[e.item] != fold]
        return rest, [e for e in self.examples if self.folds[e.item] == fold]

    def labelled(self, examples):
        """Examples to judge, without the phrase tier."""
        return Labelled.of(examples, self.vectors, phrases=False)

    def champion(self, examples, seed):
        """Heads that are trained from nothing on `examples`; a tenth of the items stops them."""
        apart = [e for e in examples if place_of(e.item, "stop") < 0.1]
        rest = [e for e in examples if place_of(e.item, "stop") >= 0.1]
        torch.manual_seed(seed)
        rows = [Rows.of(part, self.vectors) for part in (rest, apart)]
        fitted = fit_heads(Heads(), *rows, self.inputs, replace(FROM_NOTHING, seed=seed))
        return CalibratedHeads(fitted.heads, PLAIN)

    def macro_f1(self, model, examples):
        """Macro-F1 over criteria, and by criterion and label."""
        figures = {}
        for name, judged in judge(model, self.labelled(examples), self.inputs).items():
            own = agreement(judged)(np.ones((1, len(judged))))
            figures[name] = float(own["macro_f1"][0])
            if name == "banned_phrases":
                figures |= {label: float(own[f"f1 {label}"][0]) for label in BANNED_LABELS}
        tasks = ("banned_phrases", "empathy", "sentiment")
        return {"all": float(np.mean([figures[t] for t in tasks if t in figures])), **figures}


def shipped_encoder():
    return Encoder(Registry.shipped().folder("encoder"))


def base_encoder():
    """The shipped encoder's base, in int8 as it is, without the adapters that we trained."""
    root = Registry.shipped().root / "cache"
    folder = root / "base-encoder"
    if not (folder / "encoder.onnx").exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(fetch(TOKENIZER, root), folder / "tokenizer.json")
        export(load_base(fetch(WEIGHTS, root)), folder / "encoder.onnx")
    return Encoder(folder)


def scaled(vectors):
    """Each dimension with mean 0 and spread 1: the base's vectors all point one way."""
    return ((vectors - vectors.mean(0)) / vectors.std(0)).astype(np.float32)


def languages_case(world, seed, hidden):
    rest, gold = world.divided(seed)
    return Case(
        [e for e in rest if e.lang not in hidden],
        [e for e in rest if e.lang in hidden],
        [e for e in gold if e.lang in hidden],
    )


def label_case(world, seed, _):
    rest, gold = world.divided(seed)
    with_label = {e.item for e in rest if HIDDEN_LABEL in (e.banned or ())}
    known = [e for e in rest if is_known(e) and e.item not in with_label]
    return Case(known, [e for e in rest if not is_known(e)], gold)


def half_case(world, seed):
    rest, gold = world.divided(seed)
    known = [e for e in rest if is_known(e)]
    return Case(known, [e for e in rest if not is_known(e)], gold)


def is_known(example):
    return place_of(example.item, "known") < 0.5
