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
import os
from collections import defaultdict
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from learning_curve_reviewers import REVIEWERS, STRATEGIES, chosen, reviewed
from learning_curve_world import HIDDEN_LABEL, World, half_case, label_case, languages_case

from cs_qa.train.candidate import judge
from cs_qa.train.challenger import train_challenger
from cs_qa.train.dataset import place_of
from cs_qa.train.head_rows import Rows
from cs_qa.train.promote import Compared, compare
from cs_qa.train.replay import seed_parts
from cs_qa.train.retrain_config import RetrainConfig

HIDDEN_LANGUAGES = ("th", "tr")
SIZES = (100, 300, 1000)
CONFIG = RetrainConfig()
SHARED: dict = {}
"""What each process works on."""

CASES = {"languages": languages_case, "label": label_case}


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
    parser.add_argument(
        "--compared",
        type=float,
        default=1.0,
        help="share of the seed's held-out part that verdicts are taken on; a small one saves "
        "time, and most challengers are refused, since a language's interval passes the margin",
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    torch.set_num_threads(1)  # more gain little on matrices this small
    world = World(options.cache, options.encoder, options.languages, options.compared)
    print(f"{len(world.examples)} examples of {len(world.by_item)} items", flush=True)
    work = [(what, seed) for seed in range(options.seeds) for what in options.what]
    results = []
    # Forked, so that all share the vectors.
    with get_context("fork").Pool(options.processes, _share, (world, options)) as pool:
        for rows in pool.imap(_unit, work):
            results += rows
            if options.json:
                options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print_curves([row for row in results if row["what"] != "poison"])
    print_poison([row for row in results if row["what"] == "poison"])


def _share(world, options):
    SHARED.update(world=world, options=options)


def _unit(work):
    (what, seed), world, options = work, SHARED["world"], SHARED["options"]
    if what == "poison":
        return list(poison_runs(world, seed))
    case = CASES[what](world, seed, options.hide.split(","))
    return list(curve(world, case, what, seed, options.sizes))


def curve(world, case, what, seed, sizes):
    champion = world.champion(case.known, seed)
    before = world.macro_f1(champion, case.gold)
    parts = seed_parts(case.known, CONFIG.replay_share)
    for strategy in STRATEGIES:
        order = chosen(world, champion, case.pool, strategy, seed)
        for size in sizes:
            reviews = [e for item in order[:size] for e in world.by_item[item]]
            after, verdict, _ = retrained(world, champion, reviews, parts, case.gold, seed)
            yield told(what, seed, before, after, verdict, strategy=strategy, reviews=size)


def retrained(world, champion, reviews, parts, gold, seed):
    """Retrain as the command does; give the gold figures, the verdict and the new heads."""
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
    made = train_challenger(champion, train, validation, replay, world.inputs, config)
    verdict = compare(
        both(world, champion, made.model, held_out),
        both(world, made.control, made.model, world.labelled(compared_seed(parts, world.compared))),
    )
    return world.macro_f1(made.model, gold), verdict, made.model


def compared_seed(parts, share):
    return parts.held_out if share == 1 else seed_parts(parts.held_out, share).replay


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
        after, verdict, _ = retrained(world, champion, reviews, parts, case.gold, seed)
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
