"""What the character n-gram model adds to the heads, out of fold on the seed data.

Takes the predictions that training left beside the heads: without the n-gram scores, as they ship,
and the n-gram scores alone. Average precision of each banned label, macro-F1 of the likeliest
empathy level and sentiment; hard cases and messages apart from ordinary conversations. Neither
calibration nor phrases take part.

Run: python benchmarks/ngrams.py
"""

import json

import numpy as np
from out_of_fold import saved_predictions
from sklearn.metrics import average_precision_score, f1_score

from cs_qa.nn.ngrams import OUTPUTS
from cs_qa.nn.registry import Registry
from cs_qa.types import BANNED_LABELS, SENTIMENTS

WAYS = ("heads", "n-grams", "together")


def main() -> None:
    folder = Registry.shipped().folder("heads")
    shares = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))["ngrams"]
    examples, together = saved_predictions()
    with np.load(folder / "out_of_fold.npz") as saved:
        place = {name: row for row, name in enumerate(saved["ids"].tolist())}
        alone = saved["ngrams"].astype(np.float32)[[place[each.id] for each in examples]]
    heads = together.copy()
    heads[:, :OUTPUTS] -= np.array(shares, np.float32) * alone
    ways = (heads, alone, together)
    print(f"{'':<36}{'turns':>7}" + "".join(f"{way:>10}" for way in WAYS))
    for name, tasks in (("hard cases", ("banned", "empathy", "sentiment")), *ORDINARY):
        some = [i for i, example in enumerate(examples) if example.task in tasks]
        for line, rows, figures in measured([examples[i] for i in some], [w[some] for w in ways]):
            print(f"{f'{name}, {line}':<36}{rows:>7}" + "".join(f"{f:>10.3f}" for f in figures))


ORDINARY = (("ordinary", ("conversations",)),)


def measured(examples, ways):
    labelled = [i for i, example in enumerate(examples) if example.banned is not None]
    for column, label in enumerate(BANNED_LABELS):
        truth = [label in examples[i].banned for i in labelled]
        found = [average_precision_score(truth, way[labelled, column]) for way in ways]
        yield label, len(labelled), found
    for attribute, classes, start in (("empathy", (0, 1, 2), 5), ("sentiment", SENTIMENTS, 8)):
        own = [i for i, each in enumerate(examples) if getattr(each, attribute) is not None]
        truth = [classes.index(getattr(examples[i], attribute)) for i in own]
        guesses = [way[own, start : start + 3].argmax(1) for way in ways]
        found = [f1_score(truth, guess, average="macro") for guess in guesses]
        yield attribute, len(own), found


if __name__ == "__main__":
    main()
