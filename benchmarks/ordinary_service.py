"""How often ordinary service is flagged, and which operating points keep that rare.

Takes scorecards of ordinary service (JDDC: 994 sessions, see benchmarks/inspect_real.py --keep),
splits the sessions in halves by a hash of their id, and prints for each label the share of agent
turns flagged in each half, and the points that would flag a given share of the first half's. Points
are chosen on the first half alone; the second tells what they are worth. What such points cost in
recall is told by the out-of-fold predictions of the seed data, calibrated on all of it.

Run: python benchmarks/ordinary_service.py SCORECARDS.jsonl
"""

import argparse
import hashlib
import json
from math import exp, log
from pathlib import Path

import numpy as np
from out_of_fold import operating_points, saved_predictions

from cs_qa.annotate import STATED
from cs_qa.train.calibrate import fit_calibration, judged_turns, moved_to, probabilities
from cs_qa.types import BANNED_LABELS

SHARES = (0.0005, 0.001, 0.002, 0.005, 0.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scorecards", type=Path)
    first, second = halves(parser.parse_args().scorecards)
    points = operating_points()
    print(f"{len(first)} and {len(second)} agent turns")
    print(f"{'label':<16}{'point':>7}{'1st half':>10}{'2nd half':>10}" + points_header())
    for column, label in enumerate(BANNED_LABELS):
        point = points.get(label, 0.5)
        shares = [(half[:, column] >= 0.5).mean() for half in (first, second)]
        wanted = [point_for(first[:, column], share, point) for share in SHARES]
        print(
            f"{label:<16}{point:>7}"
            + "".join(f"{share:>10.2%}" for share in shares)
            + "".join(f"{value:>14.2f}" for value in wanted)
        )
    flagged = [(half >= 0.5).any(1).mean() for half in (first, second)]
    print(f"{'any':<23}" + "".join(f"{share:>10.2%}" for share in flagged), end="\n\n")
    print_trade_off(first, second, points)


def print_trade_off(first, second, points):
    """For each share of a label: ordinary turns flagged, violations found in the seed data."""
    examples, logits = saved_predictions()
    turns = judged_turns(examples, logits)
    fitted, violation = fit_calibration(turns), turns.truth.any(1)
    ordinary = np.array([example.task == "conversations" for example in turns.examples])
    print(f"{'of each label':<14}{'JDDC, halves':>18}{'hard: found, false':>22}", end="")
    print(f"{'conversations: found, false':>30}")
    for share in SHARES:
        wanted = {
            label: max(0.5, point_for(first[:, k], share, points.get(label, 0.5)))
            for k, label in enumerate(BANNED_LABELS)
        }
        halves = [moved(half, points, wanted).any(1).mean() for half in (first, second)]
        said = probabilities(moved_to(fitted, wanted), turns.features)
        flags = (np.maximum(said, STATED * turns.features[:, :, 1]) >= 0.5).any(1)
        columns = (
            *halves,
            *(flags[p & v].mean() for p in (~ordinary, ordinary) for v in (violation, ~violation)),
        )
        print(
            f"{share:<14.2%}"
            + "".join(
                f"{column:>{w}.1%}"
                for column, w in zip(columns, (10, 8, 14, 8, 22, 8), strict=True)
            )
        )


def moved(half, points, wanted):
    """Which turns (turns, labels) would be flagged at other points."""
    clipped = np.clip(half, 1e-4, 1 - 1e-4)
    odds = np.log(clipped / (1 - clipped))
    now, then = (
        np.array([log(p / (1 - p)) for p in (of.get(label, 0.5) for label in BANNED_LABELS)])
        for of in (points, wanted)
    )
    return odds + now - then >= 0


def points_header():
    return "".join(f"{f'point {share:.2%}':>14}" for share in SHARES)


def halves(path):
    """Probabilities (turns, labels) of the agent turns of each half."""
    rows = ([], [])
    with path.open(encoding="utf-8") as lines:
        for card in map(json.loads, lines):
            half = hashlib.sha256(card["transcript_id"].encode()).digest()[-1] % 2
            rows[half].extend(
                [turn["banned"][label] for label in BANNED_LABELS]
                for turn in card["turns"]
                if turn["banned"]
            )
    return tuple(np.array(half) for half in rows)


def point_for(probabilities, share, point):
    """The operating point that flags this share, on the scale before any point was applied."""
    value = min(max(float(np.quantile(probabilities, 1 - share)), 1e-4), 1 - 1e-4)
    return 1 / (1 + exp(-(log(value / (1 - value)) + log(point / (1 - point)))))


if __name__ == "__main__":
    main()
