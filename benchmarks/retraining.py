"""How long a retraining, a promotion and a rollback take, and whether a rollback gives all back.

Conversations of the seed data are inspected and reviewed on a desk until there are 5,000 labels.
The first retraining encodes the seed data; the second finds its vectors in the cache, and is what
the limit is for: from reading the labels to the version in the registry, on as many cores as there
are. The new version is taken into use whatever its verdict, and rolled back; conversations are
scored before, between and after. Exit code 1 where a limit is passed or the scores are not the
same bytes.

Run: python benchmarks/retraining.py [--labels N] [--home FOLDER] [--json FILE]
--home keeps the vectors for the next run.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from desk_of_seed import add_desk, conversations, scored

from cs_qa.evaluation.compare import OtherInspector
from cs_qa.nn.registry import Registry
from cs_qa.nn.user_models import UserModels
from cs_qa.store import open_store
from cs_qa.train.dataset import reviewed_turns
from cs_qa.train.retrain import retrain
from cs_qa.train.retrain_config import RetrainConfig

LABELS_A_CONVERSATION = 13.7
"""About; what a desk really has is printed."""

SCORED = 20
LIMITS_S = {"retraining, cached": 60.0, "promotion": 1.0, "rollback": 1.0}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--labels", type=int, default=5000)
    parser.add_argument("--home", type=Path, help="folder of vectors and models to keep")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = options.home or Path(scratch) / "home"
        figures = measured(Path(scratch) / "desk.db", home, options.labels)
    for name, value in figures.items():
        limit = LIMITS_S.get(name)
        print(f"{name:28}{value!s:>10}" + (f"   limit {limit:.0f} s" if limit else ""))
    print(f"load average: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    over = [name for name, limit in LIMITS_S.items() if figures[name] > limit]
    if over or not figures["same bytes after rollback"]:
        print(f"over the limit: {', '.join(over) or 'the scores differ'}", file=sys.stderr)
        sys.exit(1)


def measured(database: Path, home: Path, labels: int) -> dict:
    registry = Registry(Registry.shipped().root, user=UserModels(home / "models"))
    items = conversations(round(labels / LABELS_A_CONVERSATION))
    with open_store(str(database)) as store:
        add_desk(store, items)
        figures = {"labels": len(reviewed_turns(store)), "conversations": len(items)}
        figures["retraining, first"], _ = timed(store, registry, home)
        figures["retraining, cached"], made = timed(store, registry, home)
        figures["shadow run, conversations"] = made.shadow.conversations
        figures["with the shadow run"] = made.seconds
        figures["verdict"] = "better" if made.verdict.is_better else "refused"
    before = scored(items[:SCORED], inspector(registry))
    figures["promotion"], _ = clocked(
        lambda: registry.promote("heads", made.version.version, force=True)
    )
    between = scored(items[:SCORED], inspector(registry))
    figures["rollback"], _ = clocked(lambda: registry.rollback("heads"))
    after = scored(items[:SCORED], inspector(registry))
    figures["scores moved in use"] = between != before
    figures["same bytes after rollback"] = after == before
    return figures


def timed(store, registry, home):
    """Retrain; the seconds until the version was added."""
    began, added = time.monotonic(), []

    def log(line):
        print(f"  {time.monotonic() - began:6.1f} s  {line}", file=sys.stderr)
        if line.endswith(" added"):
            added.append(time.monotonic() - began)

    made = retrain(store, registry, RetrainConfig(), folder=home, log=log)
    return round(added[0], 1), made


def clocked(act):
    began = time.monotonic()
    done = act()
    return round(time.monotonic() - began, 3), done


def inspector(registry):
    return OtherInspector(models=registry.load())


if __name__ == "__main__":
    main()
