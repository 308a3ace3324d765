"""How often ordinary service is flagged, and which operating points keep that rare.

Takes scorecards of ordinary service (JDDC: 994 sessions, see benchmarks/inspect_real.py --keep),
splits the sessions in halves by a hash of their id, and prints for each label the share of agent
turns flagged in each half, and the point that would flag 0.5 % and 1 % of the first half's. Points
are chosen on the first half alone; the second tells what they are worth.

Run: python benchmarks/ordinary_service.py SCORECARDS.jsonl
"""

import argparse
import hashlib
import json
from math import exp, log
from pathlib import Path

import numpy as np
from out_of_fold import operating_points

from cs_qa.types import BANNED_LABELS

SHARES = (0.005, 0.01)


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
    print(f"{'any':<23}" + "".join(f"{share:>10.2%}" for share in flagged))


def points_header():
    return "".join(f"{f'point {share:.1%}':>14}" for share in SHARES)


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
