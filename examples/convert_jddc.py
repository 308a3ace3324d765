"""Turn sessions of the JD.com dialogue competition (JDDC) into transcripts.

Input, one session a line: `{"id", "lang", "turns": [...]}` with turns `{"role", "text",
"is_transfer", "is_repeat"}`. There are no times. `is_repeat` tells that the customer had been in
contact before on that day; it is kept as `repeat_contact`, since it does not tell whether this
session resolved anything.

Usage: python examples/convert_jddc.py INPUT.jsonl[.gz] OUTPUT.jsonl
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def to_transcript(session: dict[str, Any]) -> dict[str, Any]:
    """One session as one transcript, turn by turn."""
    return {
        "id": session["id"],
        "channel": "live_chat",
        "market": "CN",
        "language": session["lang"],
        "turns": [
            {"role": turn["role"], "text": turn["text"], "is_transfer": turn["is_transfer"] == "1"}
            for turn in session["turns"]
        ],
        "repeat_contact": any(turn["is_repeat"] == "1" for turn in session["turns"]),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Convert a file; a row of another shape ends the run."""
    parser = argparse.ArgumentParser(description="JDDC sessions to transcripts")
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    paths = parser.parse_args(arguments)
    try:
        raw = paths.input.read_bytes()
        text = (gzip.decompress(raw) if paths.input.suffix == ".gz" else raw).decode()
        rows = [json.loads(line) for line in text.split("\n") if line.strip()]
        transcripts = [json.dumps(to_transcript(row), ensure_ascii=False) for row in rows]
    except (AttributeError, EOFError, KeyError, OSError, TypeError, ValueError) as error:
        sys.exit(f"{paths.input}: not all rows are JDDC sessions: {error!r}")
    paths.output.write_text("".join(f"{line}\n" for line in transcripts), "utf-8")
    print(f"{len(transcripts)} sessions")


if __name__ == "__main__":
    main()
