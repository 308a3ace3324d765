"""Out-of-fold quality on the seed data: every item is judged by models that never saw its group.

Reads the out-of-fold predictions that training left beside the heads, joins them with the phrase
tier, calibrates each fold on the others, and prints macro-F1 by task and language. Where one fold
alone is done, it is divided by a hash of the items, and each fifth calibrated on the others. It
needs no training run: `python benchmarks/out_of_fold.py [--json FILE]`.
"""

import argparse
import json
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from cs_qa.annotate import STATED
from cs_qa.evaluation.metrics import lines, one_hot, table
from cs_qa.nn.registry import Registry
from cs_qa.train.calibrate import cross_fitted, judged_turns
from cs_qa.train.folds import FOLDS, load_folds
from cs_qa.train.seed import read_examples
from cs_qa.types import BANNED_LABELS, SENTIMENTS

LEVELS = (0, 1, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the tables here too")
    options = parser.parse_args()
    examples, logits = saved_predictions()
    results = [*banned_tables(examples, logits), *other_tables(examples, logits)]
    for result in results:
        print("\n".join(lines(result)), end="\n\n")
    print_trade_off(examples, logits)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def saved_predictions():
    """The seed examples and their logits, in one order."""
    with np.load(Registry.shipped().folder("heads") / "out_of_fold.npz") as saved:
        row_of = {name: row for row, name in enumerate(saved["ids"].tolist())}
        logits = saved["logits"].astype(np.float32)
    everything = read_examples()
    examples = [example for example in everything if example.id in row_of]
    if len(examples) < len(everything):
        print(f"Predictions of {len(examples)} of {len(everything)} examples.", end="\n\n")
    return examples, logits[[row_of[example.id] for example in examples]]


def operating_points():
    """The shift of each label's scale, as the shipped heads have it."""
    path = Registry.shipped().folder("heads") / "calibration.json"
    return json.loads(path.read_text(encoding="utf-8"))["operating_points"]


def parts_of(examples):
    """The part of each item: calibrated on the others."""
    folds = load_folds()
    if len({folds[example.item] for example in examples}) > 1:
        return folds
    return {example.item: zlib.crc32(example.item.encode()) % FOLDS for example in examples}


def said(turns):
    """Probabilities as inspection gives them: calibrated, and no less for a strong phrase."""
    fitted = cross_fitted(turns, parts_of(turns.examples), operating_points())
    return np.maximum(fitted, STATED * turns.features[:, :, 1])


def banned_tables(examples, logits):
    """With the phrase tier, and by the heads alone.

    The phrase lists were written with sight of the seed: only the heads are strictly out of fold.
    """
    judged = judged_turns(examples, logits)
    heads_only = replace(judged, features=judged.features * (1, 0, 0))
    tasks = np.array([example.task for example in judged.examples])
    langs = np.array([example.lang for example in judged.examples])
    for tier, turns in (("", judged), (", heads alone", heads_only)):
        guess = said(turns) >= 0.5
        for task, name in (("banned", "hard cases"), ("conversations", "ordinary")):
            own = tasks == task
            truth, found = judged.truth[own], guess[own]
            flagged = [rows.any(1, keepdims=True) for rows in (truth, found)]
            of = langs[own].tolist()
            yield table(f"banned, {name}{tier}", of, truth, found, BANNED_LABELS)
            yield table(f"flagged or not, {name}{tier}", of, *flagged, ["flagged"])


def other_tables(examples, logits):
    k = len(BANNED_LABELS)
    for name, attribute, labels, columns, tasks in (
        ("empathy", "empathy", LEVELS, slice(k, k + 3), ("empathy",)),
        ("empathy, ordinary", "empathy", LEVELS, slice(k, k + 3), ("conversations",)),
        ("sentiment", "sentiment", SENTIMENTS, slice(k + 3, k + 6), ("sentiment",)),
        ("sentiment, ordinary", "sentiment", SENTIMENTS, slice(k + 3, k + 6), ("conversations",)),
    ):
        rows = [
            i
            for i, example in enumerate(examples)
            if example.task in tasks and getattr(example, attribute) is not None
        ]
        truth = one_hot([getattr(examples[i], attribute) for i in rows], labels)
        guess = one_hot(logits[rows, columns].argmax(1).tolist(), range(len(labels)))
        yield table(name, [examples[i].lang for i in rows], truth, guess, list(map(str, labels)))


def print_trade_off(examples, logits):
    """Recall on violations against false alarms on clean turns."""
    judged = judged_turns(examples, logits)
    highest = said(judged).max(1)
    flagged = judged.truth.any(1)
    ordinary = np.array([example.task == "conversations" for example in judged.examples])
    parts = {
        "hard, found": ~ordinary & flagged,
        "hard, false": ~ordinary & ~flagged,
        "ordinary, found": ordinary & flagged,
        "ordinary, false": ordinary & ~flagged,
    }
    print(f"{'flag from':>10}" + "".join(f"{name:>17}" for name in parts))
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        flags = highest >= threshold
        shares = "".join(f"{flags[part].mean():>17.2%}" for part in parts.values())
        print(f"{threshold:>10}{shares}")


if __name__ == "__main__":
    main()
