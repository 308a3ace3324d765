"""Imports whose processes are killed: whole batches are stored or nothing, and nothing twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cs_qa.store import Store, audit, open_store
from tests.store.conftest import make_card

CARDS = 400
BATCH = 8
ROUNDS = 10

# Says of each batch that it is stored, once it is.
IMPORT = """
import json, sys
from cs_qa.store import open_store

url, file, batch = sys.argv[1], sys.argv[2], int(sys.argv[3])
cards = [json.loads(line) for line in open(file, encoding="utf-8")]
with open_store(url) as store:
    for start in range(0, len(cards), batch):
        result = store.add_scorecards(cards[start : start + batch])
        print(result.added + result.unchanged, flush=True)
"""


def start(url: str, file: Path, said: Path) -> subprocess.Popen[bytes]:
    with said.open("wb") as output:
        command = [sys.executable, "-c", IMPORT, url, str(file), str(BATCH)]
        return subprocess.Popen(command, stdout=output)


def wait_for_batches(number: int, said: Path) -> None:
    until = time.monotonic() + 120
    while said.read_bytes().count(b"\n") < number:
        assert time.monotonic() < until
        time.sleep(0.002)


@pytest.mark.slow
def test_imports_that_are_killed(url: str, tmp_path: Path) -> None:
    from cs_qa.arrow import scorecard_to_json

    chance = random.Random(11)
    file, said = tmp_path / "cards.jsonl", tmp_path / "said"
    cards = [scorecard_to_json(make_card(f"t{number}")) for number in range(CARDS)]
    file.write_text("\n".join(json.dumps(card, default=str) for card in cards), encoding="utf-8")
    with open_store(url) as store:
        for round_ in range(ROUNDS):
            process = start(url, file, said)
            wait_for_batches(chance.randint(1, 4) + round_, said)
            process.kill()
            process.wait()
            promised = sum(map(int, said.read_text().split()))
            assert promised <= store.count()
            assert store.count() % BATCH == 0
            assert audit.verify(store).is_intact
        assert 0 < store.count() < CARDS
        assert start(url, file, said).wait(timeout=300) == 0
        check_whole(store)


def check_whole(store: Store) -> None:
    assert store.count() == CARDS
    for number in (0, CARDS // 2, CARDS - 1):
        card = store.scorecard(f"t{number}")
        assert card is not None
        assert card["transcript_id"] == f"t{number}"
        assert card["turns"]
