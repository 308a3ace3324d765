"""Measure our training recipe on public data sets, beside published figures and a floor.

    python benchmarks/external.py --data FOLDER [--task umsab] [--json FILE]

The models are trained for the measurement and thrown away: none of them ships. Frozen lower layers,
adapters on the upper four and heads are those of `cs-qa train`, with its settings; texts go in as
they were published. The floor ("letters") is TF-IDF of runs of one to four letters in a balanced
logistic regression, fitted on the same examples. FOLDER holds the data sets' own folders; their
licences do not let us ship them. A run that was stopped goes on from what it left in work/external
(some 2 GB; may be deleted).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from external_classes import tydip, umsab, uss
from external_recipe import ROOT, MissingDataError, Recipe, Table
from external_rhetorical import isarcasm, swda

from cs_qa.evaluation.layout import figure, grid
from cs_qa.train.fit import Settings

TRAINED_A_SECOND = 75
READ_A_SECOND = 100


class Task(NamedTuple):
    """A benchmark: what runs it, the examples of an epoch (of all its networks), and its texts."""

    run: Callable[[Recipe], Iterator[Table]]
    examples: int
    texts: int

    def minutes(self, epochs: int) -> float:
        """Estimate the minutes it takes on two cores."""
        seconds = self.examples * epochs / TRAINED_A_SECOND + self.texts / READ_A_SECOND
        return seconds / 60


TASKS = {
    "umsab": Task(umsab, 14_712 * 3 // 2, 24_300),
    "tydip": Task(tydip, 3_853, 9_000),
    "uss": Task(uss, 4_676 * 4, 10_000),
    "isarcasm": Task(isarcasm, 3_467 * 9 // 10 * 2, 9_000),
    "swda": Task(swda, 6_860, 26_000),
}


def main() -> int:
    options = parser().parse_args()
    settings = Settings(epochs=options.epochs)
    if options.limit is not None:
        settings = replace(settings, batch_size=4)  # one batch is too few for the warm-up
    names = list(TASKS) if options.task == "all" else [options.task]
    results, is_missing = [], False
    for name in names:
        recipe = Recipe(options.data, ROOT / "work" / "external", settings, options.limit)
        try:
            results.append(measured(name, recipe))
        except MissingDataError as error:
            print(f"{name}: {error}, so it is not measured.\n", file=sys.stderr)
            is_missing = True
        if options.json:
            options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return int(is_missing)


def parser() -> argparse.ArgumentParser:
    default = Settings().epochs
    minutes = {name: task.minutes(default) for name, task in TASKS.items()}
    estimates = ", ".join(f"{name} {each:.0f}" for name, each in minutes.items())
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=f"Minutes on two cores with {default} epochs, reckoned from {TRAINED_A_SECOND} "
        f"training examples and {READ_A_SECOND} new\ntexts a second: {estimates}; "
        f"all {sum(minutes.values()):.0f}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--task", choices=[*TASKS, "all"], default="all")
    parser.add_argument("--epochs", type=int, default=default, help="default: %(default)s")
    parser.add_argument("--limit", type=int, help="examples of each split: a smoke test")
    parser.add_argument("--json", type=Path, help="write the tables here too")
    return parser


def measured(name: str, recipe: Recipe) -> dict[str, Any]:
    """Run a task, printing its tables as they come."""
    started = time.perf_counter()
    tables = []
    for table in TASKS[name].run(recipe):
        tables.append(table._asdict())
        print(f"{table.title}\n")
        lines = grid([table.columns, *([*map(cell, row)] for row in table.rows)])
        print("\n".join(lines), end="\n\n")
    seconds = round(time.perf_counter() - started)
    taken = f"; from an earlier run: {', '.join(recipe.cached)}" if recipe.cached else ""
    print(f"{name}: {seconds} s{taken}\n", flush=True)
    return {
        "task": name,
        "epochs": recipe.settings.epochs,
        "limit": recipe.limit,
        "seconds": seconds,
        "from_an_earlier_run": recipe.cached,
        "tables": tables,
    }


def cell(value: str | int | float | None) -> str:
    return str(value) if isinstance(value, str | int) else figure(value)


if __name__ == "__main__":
    sys.exit(main())
