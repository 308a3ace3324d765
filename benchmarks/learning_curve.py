"""What corrections teach the heads, and whether wrong ones get in.

Simulated on the seed data, whose authored labels stand for what reviewers say. A review is one
item: a whole conversation, or a hard case, answer or message.

languages   heads that never saw two languages; reviews are of these two alone
label       heads that never saw a turn with one label; reviews are of all languages
poison      heads that saw half of the items; one of three reviewers changes a share of the labels

Gold is one of the five folds, another one for each seed; items that are parallel across languages
are in one fold. Of the reviews a part is held out and decides whether the challenger is better, as
`cs-qa retrain` does it. Heads are judged alone, without the phrase tier.

Only heads are trained. The shipped encoder saw every language, label and item when it was trained,
so its vectors hide what the heads do not know. --encoder base takes multilingual-e5-small without
our adapters, which saw none of it: what that shows is nearer to a language that is new to us.

Vectors are kept in the file that --cache names, one for each encoder: the first run encodes some
37,000 texts, which takes minutes.

    python benchmarks/learning_curve.py languages label poison --cache work/vectors.npz
"""

import argparse
import json
import random
import shutil
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from cs_qa.evaluation.figures import agreement
from cs_qa.nn.base import TOKENIZER, WEIGHTS, fetch, load_base
from cs_qa.nn.build import export
from cs_qa.nn.encoder import Encoder
from cs_qa.nn.network import Heads
from cs_qa.nn.registry import Registry
from cs_qa.train.candidate import CalibratedHeads, Labelled, judge
from cs_qa.train.challenger import RetrainConfig, train_challenger
from cs_qa.train.dataset import place_of
from cs_qa.train.folds import FOLDS, load_folds
from cs_qa.train.gate import GateConfig, gate_of
from cs_qa.train.head_rows import Inputs, Rows
from cs_qa.train.heads_fit import HeadSettings, fit_heads, predict_rows
from cs_qa.train.promote import Compared, compare
from cs_qa.train.raters import RatedTurn
from cs_qa.train.replay import seed_parts
from cs_qa.train.seed import read_examples
from cs_qa.train.vectors import vectors_of
from cs_qa.types import BANNED_LABELS, SENTIMENTS

HIDDEN_LANGUAGES = ("th", "tr")
HIDDEN_LABEL = "deflecting"
SIZES = (100, 300, 1000)
STRATEGIES = ("random", "risk", "uncertainty")
REVIEWERS = ("ann", "bo", "cy")
TWICE = 0.2
FROM_NOTHING = HeadSettings(epochs=8, batch_size=128, rate=2e-3)
CONFIG = RetrainConfig(replay_share=0.3)
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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="+", choices=("languages", "label", "poison"))
    parser.add_argument("--cache", type=Path, required=True, help="file of vectors")
    parser.add_argument("--encoder", choices=("shipped", "base"), default="shipped")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of reviews")
    parser.add_argument("--languages", help="use these only, such as en,de,tr,th")
    parser.add_argument("--hide", default=",".join(HIDDEN_LANGUAGES), help="the two languages")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    world = World(options.cache, options.encoder, options.languages)
    print(f"{len(world.examples)} examples of {len(world.by_item)} items", flush=True)
    results = []
    for what in options.what:
        for seed in range(options.seeds):
            if what == "poison":
                results += poison_runs(world, seed)
            else:
                case = CASES[what](world, seed, options.hide.split(","))
                results += curve(world, case, what, seed, options.sizes)
            if options.json:
                options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print_curves([row for row in results if row["what"] != "poison"])
    print_poison([row for row in results if row["what"] == "poison"])


class World:
    """The seed data with its vectors and folds."""

    def __init__(self, cache, encoder, languages):
        wanted = set(languages.split(",")) if languages else None
        self.examples = [e for e in read_examples() if wanted is None or e.lang in wanted]
        self.folds = load_folds()
        self.by_item = defaultdict(list)
        for example in self.examples:
            self.by_item[example.item].append(example)
        texts = {t for e in self.examples for t in (e.text, *(said for _, said in e.context))}
        made = {"shipped": shipped_encoder, "base": base_encoder}[encoder]
        self.vectors = vectors_of(sorted(texts), made(), cache, log=print)
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


CASES = {"languages": languages_case, "label": label_case}


def curve(world, case, what, seed, sizes):
    champion = world.champion(case.known, seed)
    before = world.macro_f1(champion, case.gold)
    parts = seed_parts(case.known, CONFIG.replay_share)
    for strategy in STRATEGIES:
        order = chosen(world, champion, case.pool, strategy, seed)
        for size in sizes:
            reviews = [e for item in order[:size] for e in world.by_item[item]]
            after, verdict = retrained(world, champion, reviews, parts, case.gold, seed)
            yield told(what, seed, before, after, verdict, strategy=strategy, reviews=size)


def chosen(world, champion, pool, strategy, seed):
    """Items of the pool in the order in which they would be reviewed."""
    items = sorted({e.item for e in pool})
    random.Random(seed).shuffle(items)
    if strategy == "random":
        return items
    scores = dict.fromkeys(items, 0.0)
    logits = predict_rows(champion.heads, Rows.of(pool, world.vectors), world.inputs)
    measure = {"risk": risk, "uncertainty": uncertainty}[strategy]
    for example, row in zip(pool, logits, strict=True):
        scores[example.item] = max(scores[example.item], measure(example, row))
    return sorted(items, key=lambda item: -scores[item])


def risk(example, row):
    """How likely an agent's turn is a violation, or a customer's is negative."""
    if example.banned is not None:
        return float(1 / (1 + np.exp(-row[:5].max())))
    return float(softmax(row[8:11])[0]) if example.sentiment else float(softmax(row[5:8])[0])


def uncertainty(example, row):
    """How near the surest two answers are to each other."""
    if example.banned is not None:
        return float(1 - np.abs(np.tanh(row[:5] / 2)).min())
    second, first = np.sort(softmax(row[8:11] if example.sentiment else row[5:8]))[-2:]
    return float(1 - (first - second))


def softmax(row):
    powers = np.exp(row - row.max())
    return powers / powers.sum()


def retrained(world, champion, reviews, parts, gold, seed):
    """Retrain as the command does; give the gold figures and the verdict."""
    by_use = {"held out": [], "validation": [], "train": []}
    for example in reviews:
        is_held_out = place_of(example.item) < CONFIG.held_out_share
        is_validation = place_of(example.item, "validation") < CONFIG.validation_share
        use = "held out" if is_held_out else "validation" if is_validation else "train"
        by_use[use].append(example)
    train, validation, held_out = (
        world.labelled(by_use[use]) for use in ("train", "validation", "held out")
    )
    config = CONFIG.model_copy(update={"seed": seed})
    replay = Rows.of(parts.replay, world.vectors)
    new = train_challenger(champion, train, validation, replay, world.inputs, config).model
    verdict = compare(
        both(world, champion, new, held_out),
        both(world, champion, new, world.labelled(parts.held_out)),
    )
    return world.macro_f1(new, gold), verdict


def both(world, champion, challenger, labelled):
    ordinary = frozenset(e.id for e in labelled.examples if e.task == "conversations")
    sides = (judge(model, labelled, world.inputs) for model in (champion, challenger))
    return Compared(*sides, ordinary)


def told(what, seed, before, after, verdict, **about):
    row = {
        "what": what,
        "seed": seed,
        **about,
        "before": before,
        "after": after,
        "promoted": verdict.is_better,
        "why": list(verdict.why),
    }
    gain = 100 * (after["all"] - before["all"])
    print(what, seed, *about.values(), f"{gain:+.1f}", row["promoted"], flush=True)
    return row


def poison_runs(world, seed, size=1000):
    case = half_case(world, seed)
    champion = world.champion(case.known, seed)
    before = world.macro_f1(champion, case.gold)
    parts = seed_parts(case.known, CONFIG.replay_share)
    order = chosen(world, champion, case.pool, "random", seed)[:size]
    for share, reviewers in ((0.0, REVIEWERS), (0.1, REVIEWERS), (0.3, REVIEWERS), (0.3, ("cy",))):
        reviews, refused = reviewed(world, order, share, reviewers, seed)
        after, verdict = retrained(world, champion, reviews, parts, case.gold, seed)
        yield told(
            "poison",
            seed,
            before,
            after,
            verdict,
            share=share,
            reviewers=len(reviewers),
            refused=",".join(refused),
        )


def reviewed(world, order, share, reviewers, seed):
    """The labels that come through the gate, and whom it refuses; the last reviewer is the bad one.

    A share of the items is labelled by a second reviewer too.
    """
    chance = random.Random(seed)
    labels, turns = [], []
    for number, item in enumerate(order):
        first = reviewers[number % len(reviewers)]
        second = reviewers[(number + 1) % len(reviewers)] if chance.random() < TWICE else first
        for example in world.by_item[item]:
            said = {name: given(example, name, share, chance) for name in {first: 0, second: 0}}
            labels.append((first, said[first]))
            if second != first:
                turns += rated(example, said)
    report = gate_of(turns, GateConfig())
    kept = [e for name, e in labels if all(report.accepts(c, name) for c in criteria(e))]
    return kept, sorted(report.refused)


def given(example, name, share, chance):
    """What a reviewer says of an example: the truth, or by the bad one at times another label."""
    if name != REVIEWERS[-1] or chance.random() >= share:
        return example
    changes = {}
    if example.banned is not None:
        wrong = frozenset() if example.banned else frozenset([chance.choice(BANNED_LABELS)])
        changes["banned"] = wrong
    if example.empathy is not None:
        changes["empathy"] = chance.choice([k for k in range(3) if k != example.empathy])
    if example.sentiment is not None:
        changes["sentiment"] = chance.choice([s for s in SENTIMENTS if s != example.sentiment])
    return replace(example, **changes)


ATTRIBUTES = {"banned_phrases": "banned", "empathy": "empathy", "sentiment": "sentiment"}


def criteria(example):
    return [name for name, own in ATTRIBUTES.items() if getattr(example, own) is not None]


def rated(example, said):
    turn = int(example.id.rpartition("/")[2]) if "/" in example.id else 0
    return [
        RatedTurn(
            example.item, name, turn, {who: getattr(e, ATTRIBUTES[name]) for who, e in said.items()}
        )
        for name in criteria(example)
    ]


def print_curves(rows):
    if not rows:
        return
    print(f"\n{'':>10} {'sampling':>12} {'reviews':>8} {'before':>7} {'after':>7} {'gain':>6} "
          f"{'min':>6} {'max':>6} {'label':>6} {'promoted':>9}")  # fmt: skip
    groups = defaultdict(list)
    for row in rows:
        groups[row["what"], row["strategy"], row["reviews"]].append(row)
    for (what, strategy, size), own in groups.items():
        before, after = (np.array([row[k]["all"] for row in own]) for k in ("before", "after"))
        gains = 100 * (after - before)
        label = 100 * np.mean(
            [row["after"][HIDDEN_LABEL] - row["before"][HIDDEN_LABEL] for row in own]
        )
        promoted = sum(row["promoted"] for row in own)
        print(
            f"{what:>10} {strategy:>12} {size:>8} {before.mean():>7.3f} {after.mean():>7.3f} "
            f"{gains.mean():>+6.1f} {gains.min():>+6.1f} {gains.max():>+6.1f} {label:>+6.1f} "
            f"{promoted:>4} of {len(own)}"
        )
    print(f"Gain: points of macro-F1 on gold, mean over criteria; label: F1 of {HIDDEN_LABEL}.")


def print_poison(rows):
    if not rows:
        return
    print(f"\n{'wrong':>6} {'reviewers':>9} {'seed':>4} {'gain':>6} {'promoted':>9}  refused")
    worst = 0.0
    for row in sorted(rows, key=lambda row: (row["reviewers"], row["share"], row["seed"])):
        gain = 100 * (row["after"]["all"] - row["before"]["all"])
        worst = min(worst, gain) if row["promoted"] else worst
        print(
            f"{row['share']:>6.0%} {row['reviewers']:>9} {row['seed']:>4} {gain:>+6.1f} "
            f"{row['promoted']!s:>9}  {row['refused']}"
        )
    print(f"Largest loss on gold of a promoted challenger: {-worst:.1f} points.")


if __name__ == "__main__":
    main()
