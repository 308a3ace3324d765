"""Is the output the same, byte for byte, whatever the batch size and the number of workers?

Each run is a process of its own. A line a run: batch size, workers, threads, seconds, SHA-256.

Run: python benchmarks/determinism.py [FILE.jsonl]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WEEK = Path(__file__).parent.parent / "examples" / "week.jsonl"
RUNS = ((64, 1, 1), (64, 1, 4), (1, 1, 2), (7, 1, 2), (64, 2, 1), (7, 2, 1))
"""Batch size, workers, threads a worker."""

CODE = """
import sys
from pathlib import Path
from cs_qa.commands.inspect import Inspection

if __name__ == "__main__":
    source, out, batch_size, workers = sys.argv[1:]
    sys.exit(
        Inspection(
            inputs=[source],
            out=Path(out),
            batch_size=int(batch_size),
            workers=int(workers),
            quiet=True,
        ).run()
    )
"""


def digest(source: Path, folder: Path, batch_size: int, workers: int, threads: int) -> str:
    script, out = folder / "inspect_once.py", folder / "cards.jsonl"
    script.write_text(CODE, encoding="utf-8")
    command = [sys.executable, *map(str, (script, source, out, batch_size, workers))]
    subprocess.run(command, env=os.environ | {"CS_QA_THREADS": str(threads)}, check=True)
    return hashlib.sha256(out.read_bytes()).hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare the output of differently cut runs")
    parser.add_argument("file", type=Path, nargs="?", default=WEEK)
    source = parser.parse_args().file
    found = set()
    with tempfile.TemporaryDirectory() as folder:
        for batch_size, workers, threads in RUNS:
            started = time.perf_counter()
            sha = digest(source, Path(folder), batch_size, workers, threads)
            seconds = time.perf_counter() - started
            found.add(sha)
            print(f"batch {batch_size:>3}  workers {workers}  threads {threads}  ", end="")
            print(f"{seconds:6.1f} s  {sha[:16]}", flush=True)
    print("identical" if len(found) == 1 else f"{len(found)} different outputs")
    return 0 if len(found) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
