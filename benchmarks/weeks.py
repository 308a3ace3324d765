"""Twelve weeks of reviewing and retraining: does the machine come nearer to people, at what cost?

Simulated on the seed data, as in learning_curve.py: heads that never saw two languages judge a shop
that works in them. Each week people review so many items, drawn half at random and half where the
models are least sure; then the heads are retrained on all reviews so far, and taken into use if the
comparison finds them better. Told by week: macro-F1 on gold, the share of the reviewed judgements
that people changed, and what was promoted.

    python benchmarks/weeks.py --cache work/vectors.npz --svg work/weeks.svg
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from learning_curve import CONFIG, HIDDEN_LANGUAGES, retrained
from learning_curve_reviewers import chosen
from learning_curve_world import World, languages_case

from cs_qa.train.candidate import judge
from cs_qa.train.replay import seed_parts

WEEKS = 12
REVIEWS_A_WEEK = 60


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, required=True, help="file of vectors")
    parser.add_argument("--encoder", choices=("shipped", "base"), default="shipped")
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--reviews", type=int, default=REVIEWS_A_WEEK, help="items a week")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--languages", help="use these only, such as en,de,tr,th")
    parser.add_argument("--hide", default=",".join(HIDDEN_LANGUAGES), help="the shop's languages")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--svg", type=Path, help="draw the weeks")
    options = parser.parse_args()
    torch.set_num_threads(1)  # more gain little on matrices this small
    world = World(options.cache, options.encoder, options.languages)
    rows = []
    for seed in range(options.seeds):
        case = languages_case(world, seed, options.hide.split(","))
        rows += weeks_of(world, case, seed, options.weeks, options.reviews)
    print_weeks(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if options.svg:
        draw(rows, options.svg)


def weeks_of(world, case, seed, weeks, reviews):
    """Review, retrain and promote week by week; the gold figure is that after the week."""
    in_use = world.champion(case.known, seed)
    parts = seed_parts(case.known, CONFIG.replay_share)
    left, reviewed = list(dict.fromkeys(e.item for e in case.pool)), []
    yield told(0, seed, world.macro_f1(in_use, case.gold), None, 0, False)
    for week in range(1, weeks + 1):
        drawn = draw_week(world, in_use, left, seed * 100 + week, reviews)
        left = [item for item in left if item not in drawn]
        new = [e for item in drawn for e in world.by_item[item]]
        changed = share_changed(world, in_use, new)
        reviewed += new
        _, verdict, model = retrained(world, in_use, reviewed, parts, case.gold, seed)
        if verdict.is_better:
            in_use = model
        figures = world.macro_f1(in_use, case.gold)
        yield told(week, seed, figures, changed, len(reviewed), verdict.is_better)


def draw_week(world, in_use, left, seed, reviews):
    """Half at random, half where the models in use are least sure."""
    pool = [e for item in left for e in world.by_item[item]]
    at_random = chosen(world, in_use, pool, "random", seed)[: reviews // 2]
    unsure = chosen(world, in_use, pool, "uncertainty", seed)
    rest = [item for item in unsure if item not in set(at_random)]
    return {*at_random, *rest[: reviews - len(at_random)]}


def share_changed(world, model, examples):
    """Share of labelled turns that people judge otherwise than the machine did."""
    judged = judge(model, world.labelled(examples), world.inputs).values()
    wrong = sum(int((each.guess != each.truth).any(1).sum()) for each in judged)
    return wrong / max(1, sum(map(len, judged)))


def told(week, seed, figures, changed, labels, promoted):
    row = {
        "week": week,
        "seed": seed,
        "macro_f1": figures["all"],
        "changed": changed,
        "labels": labels,
        "promoted": promoted,
    }
    print(row, flush=True)
    return row


def print_weeks(rows):
    print(f"\n{'week':>4} {'labels':>7} {'macro-F1':>9} {'changed':>8} {'promoted':>9}")
    for week in sorted({row["week"] for row in rows}):
        own = [row for row in rows if row["week"] == week]
        changed = [row["changed"] for row in own if row["changed"] is not None]
        print(
            f"{week:>4} {np.mean([r['labels'] for r in own]):>7.0f} "
            f"{np.mean([r['macro_f1'] for r in own]):>9.3f} "
            f"{f'{np.mean(changed):.1%}' if changed else '':>8} "
            f"{sum(r['promoted'] for r in own):>4} of {len(own)}"
        )
    print("Changed: share of the week's reviewed labels where people differ from the machine.")


def draw(rows, path):
    """Draw macro-F1 by week, a line a seed, as SVG."""
    width, height, margin = 640, 320, 46
    last = max(row["week"] for row in rows) or 1
    low = min(row["macro_f1"] for row in rows) // 0.1 / 10
    high = max(row["macro_f1"] for row in rows) // 0.1 / 10 + 0.1

    def place(row):
        x = margin + (width - 2 * margin) * row["week"] / last
        y = height - margin - (height - 2 * margin) * (row["macro_f1"] - low) / (high - low)
        return f"{x:.1f},{y:.1f}"

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{margin}" y="24">Macro-F1 on gold, by week; a line a seed</text>',
    ]
    for seed in sorted({row["seed"] for row in rows}):
        points = " ".join(place(row) for row in rows if row["seed"] == seed)
        lines.append(f'<polyline fill="none" stroke="#2b5f8a" stroke-width="2" points="{points}"/>')
    for value in (low, high):
        y = height - margin - (height - 2 * margin) * (value - low) / (high - low)
        lines.append(f'<text x="8" y="{y + 4:.1f}">{value:.1f}</text>')
    for week in range(0, last + 1, max(1, last // 6)):
        x = margin + (width - 2 * margin) * week / last
        lines.append(f'<text x="{x - 4:.1f}" y="{height - 18}">{week}</text>')
    path.write_text("\n".join([*lines, "</svg>"]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
