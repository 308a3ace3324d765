from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
Rows = list[dict[str, Any]]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def convert(name: str, rows: Rows, folder: Path, *, suffix: str = ".jsonl") -> Rows:
    source, target = folder / f"in{suffix}", folder / "out.jsonl"
    raw = "".join(json.dumps(row) + "\n" for row in rows).encode()
    source.write_bytes(gzip.compress(raw) if suffix.endswith(".gz") else raw)
    load(name).main([str(source), str(target)])
    return [json.loads(line) for line in target.read_text("utf-8").strip().split("\n")]


def jddc(role: str, text: str, *, transfer: str = "0", repeat: str = "0") -> dict[str, str]:
    return {"role": role, "is_transfer": transfer, "is_repeat": repeat, "text": text}


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_jddc(tmp_path: Path, suffix: str) -> None:
    first = {"id": "s1", "lang": "zh", "turns": [jddc("customer", "在吗"), jddc("agent", "在的")]}
    second = {"id": "s2", "lang": "zh", "turns": [jddc("agent", "好", transfer="1", repeat="1")]}
    out = convert("convert_jddc", [first, second], tmp_path, suffix=suffix)
    assert [row["id"] for row in out] == ["s1", "s2"]
    assert out[0]["turns"] == [
        {"role": "customer", "text": "在吗", "is_transfer": False},
        {"role": "agent", "text": "在的", "is_transfer": False},
    ]
    assert (out[0]["language"], out[0]["market"]) == ("zh", "CN")
    assert [row["repeat_contact"] for row in out] == [False, True]
    assert out[1]["turns"][0]["is_transfer"] is True


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_taubench_leaves_out_tool_traffic_and_the_end_mark(tmp_path: Path, suffix: str) -> None:
    run = {
        "task_id": 7,
        "trial": 1,
        "reward": 1.0,
        "messages": [
            {"role": "user", "content": "Please cancel my flight."},
            {"role": "assistant", "content": "One moment.", "tool_calls": [{"id": "c1"}]},
            {"role": "tool", "name": "cancel", "content": "ok"},
            {"role": "assistant", "tool_calls": [{"id": "c2"}]},
            {"role": "tool", "name": "note"},
            {"role": "assistant", "content": "It is cancelled."},
            {"role": "user", "content": "Thank you! ###STOP###"},
            {"role": "user", "content": "###STOP###"},
        ],
    }
    (out,) = convert("convert_taubench", [run], tmp_path, suffix=suffix)
    assert (out["id"], out["reward"]) == ("task7-trial1", 1.0)
    assert out["turns"] == [
        {"role": "customer", "text": "Please cancel my flight."},
        {"role": "agent", "text": "One moment."},
        {"role": "agent", "text": "It is cancelled."},
        {"role": "customer", "text": "Thank you!"},
    ]


def tweet(number: int, author: str, clock: str, *, answers: int | None = None) -> dict[str, str]:
    return {
        "tweet_id": str(number),
        "author_id": author,
        "inbound": str(author.isdigit()),
        "created_at": f"Wed Oct 11 {clock} +0000 2017",
        "text": f"{number} &amp; so on",
        "response_tweet_id": "",
        "in_response_to_tweet_id": "" if answers is None else str(answers),
    }


def threads(out: Rows) -> list[list[int]]:
    return [[int(turn["tweet_id"]) for turn in row["turns"]] for row in out]


@pytest.mark.parametrize(
    ("tweets", "expected"),
    [
        # In the order of the file, an answer before its question.
        ([(2, "Shop", "10:05", 1), (1, "77", "10:00", None)], [[1, 2]]),
        # Two threads, and an answer to a tweet that the file does not hold.
        (
            [(1, "77", "10:00", None), (5, "Shop", "10:01", 4), (2, "Shop", "10:02", 1)],
            [[1, 2], [5]],
        ),
        # Branches are laid side by side in the order of time.
        (
            [
                (1, "77", "10:00", None),
                (2, "Shop", "10:02", 1),
                (3, "77", "10:01", 1),
                (4, "Shop", "10:03", 3),
            ],
            [[1, 3, 2, 4]],
        ),
        # No answer before its question, whatever its clock says.
        ([(1, "77", "10:00", None), (2, "Shop", "09:00", 1), (3, "77", "08:00", 2)], [[1, 2, 3]]),
        # Links in a circle lose nothing.
        ([(1, "77", "10:00", 2), (2, "Shop", "10:01", 1), (3, "88", "10:00", 3)], [[1, 2], [3]]),
        # The same id twice: both rows are kept.
        ([(1, "77", "10:00", None), (2, "Shop", "10:01", 1), (2, "Shop", "10:02", 1)], [[1, 2, 2]]),
    ],
)
def test_every_tweet_is_in_one_thread(
    tmp_path: Path,
    tweets: list[tuple[int, str, str, int | None]],
    expected: list[list[int]],
) -> None:
    rows = [tweet(n, who, f"{at}:00", answers=question) for n, who, at, question in tweets]
    assert threads(convert("convert_tweets", rows, tmp_path)) == expected


def test_brands_are_agents(tmp_path: Path) -> None:
    rows = [tweet(1, "77", "10:00:05"), tweet(2, "Shop", "10:01:00", answers=1)]
    (out,) = convert("convert_tweets", rows, tmp_path)
    assert (out["id"], out["customer_id"], out["agent_id"]) == ("tweet-1", "77", "Shop")
    assert out["turns"] == [
        {
            "role": "customer",
            "text": "1 & so on",
            "at": "2017-10-11T10:00:05+00:00",
            "agent_id": None,
            "tweet_id": "1",
        },
        {
            "role": "agent",
            "text": "2 & so on",
            "at": "2017-10-11T10:01:00+00:00",
            "agent_id": "Shop",
            "tweet_id": "2",
        },
    ]


@pytest.mark.parametrize("name", ["convert_jddc", "convert_taubench", "convert_tweets"])
@pytest.mark.parametrize("text", ["{", '{"id": "t1"}', "[]", None])
def test_other_input_is_refused_by_name(tmp_path: Path, name: str, text: str | None) -> None:
    source = tmp_path / "in.jsonl"
    if text is not None:
        source.write_text(text, "utf-8")
    with pytest.raises(SystemExit, match=r"in\.jsonl:.*not "):
        load(name).main([str(source), str(tmp_path / "out.jsonl")])
    assert not (tmp_path / "out.jsonl").exists()
