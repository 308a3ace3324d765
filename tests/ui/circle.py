"""A shop for the learning circle: its export, its reviews, its server and a small training.

`python -m tests.ui.circle PORT` serves the page as `cs-qa review` does, with trainings that are
done by `python -m tests.ui.circle FOLDER`: the product's own, on a sixth of the English seed data.
"""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cs_qa.runners import background
from cs_qa.store import Store, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.cards import Json
from cs_qa.store.decisions import AddedFinding, Decision
from cs_qa.store.passwords import hash_password
from cs_qa.store.queue import claim
from cs_qa.store.samples import StoredItem
from cs_qa.store.users import list_users, set_password_hash
from cs_qa.train.seed import SEED, Example, read_examples
from cs_qa.types import Transcript
from cs_qa.ui import learning_jobs, learning_work
from cs_qa.ui.launch import command
from tests.store.desk import add_people
from tests.train.shop import WORDING

WEEK = "2026-W47"
EPOCHS: dict[str, Any] = {"epochs": 6, "batch_size": 16, "rate": 2e-3, "patience": 3}
SETTINGS: dict[str, Any] = {"margin": 0.2, "false_alarm_margin": 0.2, "shadow": 20}


def export(path: Path, transcripts: Sequence[Transcript]) -> Path:
    """Write conversations as a help desk exports them, with times in the week."""
    lines = [
        json.dumps(
            {
                "id": each.id,
                "agent_id": each.agent_id,
                "channel": each.channel,
                "turns": [
                    {
                        "role": turn.role,
                        "text": turn.text,
                        "at": f"2026-11-16T{_hour(each)}:{10 * place:02}+00:00",
                    }
                    for place, turn in enumerate(each.turns)
                ],
            }
        )
        for each in transcripts
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _hour(transcript: Transcript) -> str:
    """Hour and minute at which a conversation began, which its number decides."""
    hours, minutes = divmod(int(transcript.id.split("-")[1]), 60)
    return f"{9 + hours:02}:{minutes:02}"


def add_accounts(store: Store, password: str) -> None:
    """Add the people of the desk, who all have this password."""
    add_people(store)
    hashed = hash_password(password)
    for each in list_users(store):
        set_password_hash(store, each.id, hashed, by=OPERATOR)


def review(store: Store, item: StoredItem) -> None:
    """Review what is open of an item: ann its first slot, bob the second.

    Both take the shop's wording for deflecting, wherever an agent says it.
    """
    card = store.scorecard(item.transcript_id)
    assert card is not None
    missed = _missed(card)
    for slot, by in enumerate(("ann", "bob")[: item.slots], start=1):
        claim(store, item.id, by)
        if item.is_blind or slot == 2:
            reviews.decide(store, item.id, slot, by, *_judgements(card, missed), expects=None)
        else:
            rows = reviews.decide(store, item.id, slot, by, *_override(missed), expects=None)
            last = rows[-1].id if rows else None
            reviews.confirm_rest(store, item.id, slot, by, expects=last)
        reviews.finish(store, item.id, slot, by)


def _missed(card: Json) -> tuple[AddedFinding, ...]:
    return tuple(
        AddedFinding("deflecting", turn["turn"], 0, len(WORDING))
        for turn in card["turns"]
        if turn["role"] == "agent" and turn["text"].startswith(WORDING)
    )


def _override(missed: tuple[AddedFinding, ...]) -> list[Decision]:
    if not missed:
        return []
    given: dict[str, Any] = {"added": missed, "reason_code": "missed_violation"}
    return [Decision(criterion="banned_phrases", action="override", **given)]


def _judgements(card: Json, missed: tuple[AddedFinding, ...]) -> list[Decision]:
    """Judge everything without the machine's view: what was missed; the rest passes or is not."""
    decisions = []
    for each in card["judgements"]:
        applies = each["verdict"] != "not_applicable"
        given: dict[str, Any] = {"verdict": "pass" if applies else "not_applicable"}
        if missed and each["criterion"] == "banned_phrases":
            given = {"added": missed}
        decisions.append(Decision(criterion=each["criterion"], action="judge", **given))
    return decisions


def serve(port: int) -> None:
    """Serve the page; what it trains, `train` does."""
    learning_jobs.WORK = "tests.ui.circle"
    _python, _m, module, *arguments = command(port)
    sys.argv = [module, *arguments, "--server.headless=true"]
    runpy.run_module(module, run_name="__main__")


def train(folder: Path) -> None:
    """Do the training of a folder, on few examples and with settings for few reviews.

    Somebody waits for it, so it is as urgent as the test.
    """
    from cs_qa.train import retrain, retrain_config
    from cs_qa.train.heads_fit import HeadSettings

    settings = retrain_config.RetrainConfig(heads=HeadSettings(**EPOCHS), **SETTINGS)
    for module, name, replaced in (
        (retrain, "read_examples", few_examples),
        (retrain_config, "RetrainConfig", lambda: settings),
        (background, "NICENESS", 0),
    ):
        setattr(module, name, replaced)
    learning_work.main(folder)


def few_examples() -> list[Example]:
    """A sixth of the English seed data."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "en").symlink_to(SEED / "en")
        examples = read_examples(Path(folder))
    kept = set(sorted({example.item for example in examples})[::6])
    return [example for example in examples if example.item in kept]


if __name__ == "__main__":
    if sys.argv[1].isdecimal():
        serve(int(sys.argv[1]))
    else:
        train(Path(sys.argv[1]))
