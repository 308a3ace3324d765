"""How fast each reader is: transcripts a second over 20,000 generated conversations of 10 turns.

Run: python benchmarks/readers.py [--transcripts N]
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cs_qa.readers import read

TEXTS = {
    "customer": ("Where is my order? It was due on Monday.", "我的包裹还没有到，请帮我查一下。"),
    "agent": ("Let me check the tracking for you, one moment.", "您好，马上为您查询物流信息。"),
}
TURNS = 10


def conversations(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        turns = []
        for turn in range(TURNS):
            role = "agent" if turn % 2 else "customer"
            at = f"2026-11-16T{number % 24:02}:{number % 60:02}:{turn * 5:02}+01:00"
            text = f"{TEXTS[role][number % 2]} ({number}-{turn})"
            agent_id = f"a{number % 40}" if role == "agent" else None
            turns.append({"role": role, "text": text, "at": at, "agent_id": agent_id})
        outcome = {"csat": number % 5 + 1, "resolved": number % 3 > 0, "currency": "EUR"}
        yield {"id": f"t{number}", "market": "FR", "turns": turns, "outcome": outcome}


def write_files(folder: Path, count: int) -> list[Path]:
    lines, table, rows = folder / "t.jsonl", folder / "t.csv", folder / "t.parquet"
    with lines.open("w", encoding="utf-8") as file:
        for row in conversations(count):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["transcript_id", "market", "csat", "role", "text", "at", "agent_id"])
        for row in conversations(count):
            for turn in row["turns"]:
                writer.writerow([row["id"], row["market"], row["outcome"]["csat"], *turn.values()])
    pq.write_table(pa.Table.from_pylist(list(conversations(count))), rows)
    return [lines, table, rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transcripts", type=int, default=20_000)
    count = parser.parse_args().transcripts
    with tempfile.TemporaryDirectory() as folder:
        for path in write_files(Path(folder), count):
            start = time.perf_counter()
            found = sum(1 for _ in read(path))
            took_s = time.perf_counter() - start
            size = path.stat().st_size / 1e6
            print(
                f"{path.suffix[1:]:8} {found:,} transcripts, {size:.1f} MB: "
                f"{found / took_s:,.0f} transcripts/s, {found * TURNS / took_s:,.0f} turns/s"
            )


if __name__ == "__main__":
    main()
