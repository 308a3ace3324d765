"""Reused scripts over synthetic turns: processor time a turn, peak memory, whether it is linear.

Half the turns are one of a fixed pool of scripts, a third of them edited; the others are new text.
Each size runs in a process of its own; the ratio is its time a turn over that of the smallest.

Run: python benchmarks/reused_scripts.py [SIZE ...]
"""

import argparse
import multiprocessing
import random
import resource
import time

from cs_qa.report.scripts import ScriptTable

SIZES = (10_000, 100_000, 1_000_000)
AGENTS, SCRIPTS, WORDS, LENGTH = 200, 500, 4_000, 16
SCRIPTED, EDITED = 0.5, 0.33


def turns(size: int, seed: int = 1):
    """Yield (agent, text); the mix is the same at any size."""
    rng = random.Random(seed)
    letters = "abcdefghijklmnoprstuvw"
    words = ["".join(rng.choices(letters, k=rng.randint(3, 9))) for _ in range(WORDS)]
    pool = [rng.choices(words, k=LENGTH) for _ in range(SCRIPTS)]
    for _ in range(size):
        agent = f"ag-{rng.randrange(AGENTS):03}"
        if rng.random() < SCRIPTED:
            text = list(rng.choice(pool))
            if rng.random() < EDITED:
                text[rng.randrange(LENGTH)] = rng.choice(words)
        else:
            text = rng.choices(words, k=LENGTH)
        yield agent, " ".join(text)


def run(size: int) -> tuple[float, float, int, float]:
    """Give the seconds a turn, peak MB, scripts in hand and the share found of scripted text."""
    table = ScriptTable()
    spent = 0.0
    for agent, text in turns(size):
        started = time.process_time()
        table.add(agent, text)
        spent += time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    agents = table.agents()
    share = sum(each.scripted for each in agents) / size
    return spent / size, peak, len(table), share


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    first = None
    for size in parser.parse_args().sizes:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, peak, held, share = pool.apply(run, (size,))
        first = first or seconds
        print(
            f"{size:>9} turns: {seconds * 1e6:.1f} µs a turn, {seconds / first:.2f} ×, "
            f"peak {peak:.0f} MB, {held} scripts in hand, {share:.1%} scripted"
        )


if __name__ == "__main__":
    main()
