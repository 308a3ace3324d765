"""Out-of-fold quality on the seed data: every item is judged by models that never saw its group.

Reads the out-of-fold predictions that training left beside the heads, joins them with the phrase
tier, calibrates each fold on the other four, and prints macro-F1 by task and language. It needs no
training run: `python benchmarks/out_of_fold.py [--json FILE]`.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from cs_qa.nn.registry import Registry
from cs_qa.train.calibrate import cross_fitted, judged_turns
from cs_qa.train.folds import load_folds
from cs_qa.train.metrics import lines, one_hot, table
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
    examples = read_examples()
    return examples, logits[[row_of[example.id] for example in examples]]


def banned_tables(examples, logits):
    judged = judged_turns(examples, logits)
    guess = cross_fitted(judged, load_folds()) >= 0.5
    tasks = np.array([example.task for example in judged.examples])
    langs = np.array([example.lang for example in judged.examples])
    for task, name in (("banned", "banned, hard cases"), ("conversations", "banned, ordinary")):
        own = tasks == task
        flagged = [rows.any(1, keepdims=True) for rows in (judged.truth[own], guess[own])]
        yield table(
            name, langs[own].tolist(), judged.truth[own], guess[own], BANNED_LABELS
        )
        yield table(f"{name}: flagged or not", langs[own].tolist(), *flagged, ["flagged"])


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
    """Recall on violations against false alarms on clean turns of ordinary conversations."""
    judged = judged_turns(examples, logits)
    highest = cross_fitted(judged, load_folds()).max(1)
    flagged = judged.truth.any(1)
    ordinary = np.array([example.task == "conversations" for example in judged.examples])
    print(f"{'flag from':>10}{'hard recall':>13}{'hard false':>12}{'ord. recall':>13}{'ord. false':>12}")
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        said = highest >= threshold
        shares = [
            said[part].mean()
            for part in (
                ~ordinary & flagged,
                ~ordinary & ~flagged,
                ordinary & flagged,
                ordinary & ~flagged,
            )
        ]
        print(f"{threshold:>10}" + "".join(f"{s:>{w}.2%}" for s, w in zip(shares, (13, 12, 13, 12))))


if __name__ == "__main__":
    main()
