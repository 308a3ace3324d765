"""Turn agent runs of tau-bench into transcripts.

Input, one run a line: `{"task_id", "trial", "reward", "messages": [{"role", "content", ...}]}`.
The user's and the assistant's texts are kept; tool calls and their results are left out, and so is
`###STOP###`, with which the simulated user ends the run. There are no times. `reward` is kept as
it is: a run may earn it by refusing, so it does not tell what the customer was left with.

Usage: python examples/convert_taubench.py INPUT.jsonl[.gz] OUTPUT.jsonl
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROLES = {"user": "customer", "assistant": "agent"}
END_MARK = "###STOP###"


def to_turns(messages: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What the two sides said, without tool traffic and the end mark."""
    texts = [
        (message["role"], (message.get("content") or "").replace(END_MARK, "").strip())
        for message in messages
        if message["role"] in ROLES
    ]
    return [{"role": ROLES[role], "text": text} for role, text in texts if text]


def to_transcript(run: dict[str, Any]) -> dict[str, Any]:
    """One run as one transcript."""
    return {
        "id": f"task{run['task_id']}-trial{run['trial']}",
        "channel": "live_chat",
        "agent_id": "assistant",
        "language": "en",
        "turns": to_turns(run["messages"]),
        "reward": run["reward"],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Convert a file; a row of another shape ends the run."""
    parser = argparse.ArgumentParser(description="tau-bench runs to transcripts")
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    paths = parser.parse_args(arguments)
    try:
        raw = paths.input.read_bytes()
        text = (gzip.decompress(raw) if paths.input.suffix == ".gz" else raw).decode()
        rows = [json.loads(line) for line in text.split("\n") if line.strip()]
        transcripts = [json.dumps(to_transcript(row), ensure_ascii=False) for row in rows]
    except (AttributeError, EOFError, KeyError, OSError, TypeError, ValueError) as error:
        sys.exit(f"{paths.input}: not all rows are tau-bench runs: {error!r}")
    paths.output.write_text("".join(f"{line}\n" for line in transcripts), "utf-8")
    print(f"{len(transcripts)} runs")


if __name__ == "__main__":
    main()
