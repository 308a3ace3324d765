"""Turn tweets of "Customer Support on Twitter" into transcripts, one a thread.

Input, one tweet a line: `{"tweet_id", "author_id", "inbound", "created_at", "text",
"in_response_to_tweet_id"}`. A tweet that answers no tweet of the file opens a thread, and each
tweet stands in exactly one, after the tweet that it answers. Brands (not inbound) are the agents.

Usage: python examples/convert_tweets.py INPUT.jsonl OUTPUT.jsonl
"""

from __future__ import annotations

import argparse
import heapq
import html
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

Tweet = dict[str, Any]


def threads(tweets: list[Tweet]) -> Iterator[list[Tweet]]:
    """Yield threads, each in the order of time but no answer before its question."""
    times = [datetime.strptime(t["created_at"], "%a %b %d %H:%M:%S %z %Y") for t in tweets]
    answers: dict[str, list[int]] = defaultdict(list)
    for index, tweet in enumerate(tweets):
        answers[tweet["in_response_to_tweet_id"]].append(index)
    known = {tweet["tweet_id"] for tweet in tweets}
    placed: set[int] = set()
    # Answers come last: they open a thread only where reply links run in a circle.
    for start in sorted(
        range(len(tweets)), key=lambda i: tweets[i]["in_response_to_tweet_id"] in known
    ):
        waiting, thread = [(times[start], start)], []
        while waiting:
            _, index = heapq.heappop(waiting)
            if index not in placed:
                placed.add(index)
                thread.append({**tweets[index], "at": times[index].isoformat()})
                for answer in answers[tweets[index]["tweet_id"]]:
                    heapq.heappush(waiting, (times[answer], answer))
        if thread:
            yield thread


def to_transcript(thread: list[Tweet]) -> dict[str, Any]:
    """One thread as one transcript; texts as people saw them, without HTML entities."""
    brands = (tweet["author_id"] for tweet in thread if tweet["inbound"] == "False")
    customers = (tweet["author_id"] for tweet in thread if tweet["inbound"] == "True")
    return {
        "id": f"tweet-{thread[0]['tweet_id']}",
        "channel": "social",
        "customer_id": next(customers, None),
        "agent_id": next(brands, None),
        "turns": [
            {
                "role": "customer" if tweet["inbound"] == "True" else "agent",
                "text": html.unescape(tweet["text"]),
                "at": tweet["at"],
                "agent_id": None if tweet["inbound"] == "True" else tweet["author_id"],
                "tweet_id": tweet["tweet_id"],
            }
            for tweet in thread
        ],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Convert a file; a tweet of another shape ends the run."""
    parser = argparse.ArgumentParser(description="Tweets to transcripts")
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    paths = parser.parse_args(arguments)
    try:
        lines = paths.input.read_text("utf-8").split("\n")
        tweets = [json.loads(line) for line in lines if line.strip()]
        transcripts = [to_transcript(thread) for thread in threads(tweets)]
    except (KeyError, OSError, TypeError, ValueError) as error:
        sys.exit(f"{paths.input}: not all rows are tweets: {error!r}")
    rows = [json.dumps(transcript, ensure_ascii=False) for transcript in transcripts]
    paths.output.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    print(f"{len(tweets)} tweets, {len(rows)} threads")


if __name__ == "__main__":
    main()
