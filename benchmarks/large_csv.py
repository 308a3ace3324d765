"""How much memory and time a large CSV file takes, sorted by id and sorted by time.

Run: python benchmarks/large_csv.py [--gigabytes G] [--order id|time]
The file is made in a temporary folder (TMPDIR) from a fixed seed; only reading is measured, in a
process of its own.
"""

from __future__ import annotations

import argparse
import heapq
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cs_qa.readers import read

SEED = 20261116
ORDERS = ("id", "time")
START = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "conversation id,timestamp,sender type,message,agent,customer id,csat,channel,market\n"
TEXTS = {
    "Customer": (
        "Where is my order? It was due on Monday and nobody answers.",
        "我的包裹还没有到，请帮我查一下物流信息。",
        "¿Cuándo llega mi pedido? Lo necesito antes del viernes.",
    ),
    "Agent": (
        "Let me check the tracking for you, one moment please.",
        "您好，马上为您查询，请您稍等一下。",
        "Su pedido sale hoy del almacén y llega en dos días laborables.",
    ),
}
Line = tuple[datetime, int, str]


def conversation(number: int, random_: random.Random) -> Iterator[Line]:
    """The lines of one conversation of 2 to 20 turns, each with its time."""
    at = START + timedelta(seconds=number * 7)
    csat = random_.choice(["", "1", "4", "5"])
    for turn in range(random_.randint(2, 20)):
        role = "Agent" if turn % 2 else "Customer"
        text = f"{random_.choice(TEXTS[role])} ({random_.randrange(10**6)})"
        cells = f"agent {number % 300},c{number % 90_000},{csat},live_chat,FR"
        yield at, number, f'conv-{number:08},{at.isoformat()},{role},"{text}",{cells}\n'
        at += timedelta(seconds=random_.randint(3, 120))


def lines(order: str) -> Iterator[Line]:
    """Lines without end; by time, so that a few hundred conversations run side by side."""
    random_ = random.Random(SEED)
    waiting: list[Line] = []
    number = 0
    while True:
        if order == "id":
            yield from conversation(number, random_)
        else:
            begin = START + timedelta(seconds=number * 7)
            while waiting and waiting[0][0] < begin:
                yield heapq.heappop(waiting)
            for line in conversation(number, random_):
                heapq.heappush(waiting, line)
        number += 1


def write(path: Path, order: str, size: int) -> None:
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        for _, _, line in lines(order):
            written += len(line.encode())
            if written > size:
                return
            file.write(line)


def measure(path: Path) -> tuple[int, int, float, float]:
    """Transcripts, rows, seconds and peak memory (MB) of reading a file; for a fresh process."""
    start = time.perf_counter()
    transcripts = rows = 0
    for transcript in read(path):
        transcripts += 1
        rows += len(transcript.turns)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return transcripts, rows, time.perf_counter() - start, peak_mb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--order", choices=ORDERS, action="append")
    options = parser.parse_args()
    size = int(options.gigabytes * 1e9)
    for order in options.order or ORDERS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "large.csv"
            write(path, order, size)
            # Spawned, since a forked process would begin with this one's peak.
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                transcripts, rows, took_s, peak_mb = pool.apply(measure, (path,))
            print(
                f"sorted by {order}: {path.stat().st_size / 1e9:.2f} GB, {rows:,} rows, "
                f"{transcripts:,} transcripts in {took_s:.0f} s "
                f"({rows / took_s:,.0f} rows/s), peak memory {peak_mb:.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
