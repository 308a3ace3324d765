"""The learning circle in a real browser: inspect, review, train, take into use, and back."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cs_qa.evaluation.compare import OtherInspector
from cs_qa.nn.registry import Registry
from cs_qa.readers import read
from cs_qa.store import Store, audit, open_store, results
from cs_qa.store.access import OPERATOR
from cs_qa.store.cards import Json
from cs_qa.store.decisions import AddedFinding
from cs_qa.store.results import InForce
from cs_qa.store.rows import plain
from cs_qa.store.samples import StoredItem, list_samples, sample_items_of
from cs_qa.train.dataset import HELD_OUT_SHARE, place_of
from cs_qa.ui import learning_jobs
from cs_qa.ui.launch import DATABASE_VARIABLE
from cs_qa.ui.learning_tables import comparison_rows
from cs_qa.ui.wording import score
from tests.train.shop import WORDING, conversations, inspected
from tests.ui import circle
from tests.ui.test_browser import CHROMIUM, wait_for
from tests.ui.test_desk_browser import (
    FINISH,
    OPEN_ROW,
    PASSWORD,
    Desk,
    choose,
    open_form,
    press,
    select_words,
    settle,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]

ROOT = Path(__file__).parents[2]
COUNT, DRAWN, SEED = 92, 84, 7
CONVERSATIONS = {each.id: each for each in conversations(COUNT)}
TRAINING_MS = 900_000
RUNNING = ".st-key-learning-running"
FOLLOW = """running => {
  window.told = [];
  const look = () => {
    const bar = document.querySelector(`${running} [data-testid="stProgress"]`);
    if (bar && !window.told.includes(bar.textContent)) window.told.push(bar.textContent);
  };
  const all = {childList: true, subtree: true, characterData: true};
  new MutationObserver(look).observe(document.body, all);
}"""


@dataclass(frozen=True)
class Shop:
    """A shop that begins: its conversations in a database, the desk over it, the versions."""

    desk: Desk
    database: str
    registry: Registry
    folder: Path

    @property
    def store(self) -> Store:
        return self.desk.store

    @property
    def verbs(self) -> list[str]:
        """What was done about training, oldest first."""
        entries = audit.entries(self.store, OPERATOR, limit=50)
        about = ("training/", "model/")
        return [each.verb for each in reversed(entries) if each.subject.startswith(about)]

    def card(self, id_: str) -> Json:
        found = self.store.scorecard(id_)
        assert found is not None
        return found

    def inspect(self, *ids: str) -> None:
        """Inspect conversations into the database, in a process of its own, as `cs-qa` does."""
        file = circle.export(self.folder / "export.jsonl", [CONVERSATIONS[each] for each in ids])
        command = [sys.executable, "-m", "cs_qa.cli", "inspect", file, "--quiet"]
        out = self.folder / "cards.jsonl"
        subprocess.run([*command, "--db", self.database, "--out", out], check=True)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    database = str(tmp_path / "shop.db")
    monkeypatch.setenv("CS_QA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(DATABASE_VARIABLE, database)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # tensors this small only lose by being shared out
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    with open_store(database) as store:
        circle.add_accounts(store, PASSWORD)
        log = (tmp_path / "server.log").open("w")
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.circle", str(port)],
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
        try:
            wait_until_served(f"http://localhost:{port}/_stcore/health", server)
            with playwright.sync_playwright() as started:
                chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                desk = Desk(f"http://localhost:{port}/", store, chromium, {})
                yield Shop(desk, database, Registry.in_use(), tmp_path)
                chromium.close()
        finally:
            server.terminate()
            server.wait(20)
            log.close()


def wait_until_served(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait longer than `wait_for`: this server has imported the product before it answers."""
    for _ in range(6):
        assert server.poll() is None, "the server has ended; see server.log"
        with suppress(TimeoutError):
            wait_for(url)
            return
    raise TimeoutError(url)


def test_what_people_correct_is_learned_taken_into_use_and_taken_back(shop: Shop) -> None:
    shop.inspect(*CONVERSATIONS)
    items = draw_sample(shop)
    told, second = to_override(items)
    drawn = {each.transcript_id for each in items}
    known = told.transcript_id
    fresh = next(id_ for id_ in CONVERSATIONS if id_ not in drawn and has_wording(id_))
    before = {id_: shop.card(id_) for id_ in (known, fresh)}
    assert [flagged(card) for card in before.values()] == [set(), set()]

    override_by_mouse(shop, told)
    override_by_typing(shop, second)
    for item in items:
        if item not in (told, second):
            circle.review(shop.store, item)
    decided = decisions(shop, known)

    old, new = shop.registry.version("heads"), shop.registry.next_version("heads")
    page = shop.desk.enter("lea", "learning")
    train(shop, page, old=old, new=new)
    assert shop.registry.version("heads") == old
    page.get_by_role("button", name="Take it into use").click()
    page.get_by_text("It is in use.", exact=True).wait_for()
    page.get_by_text(f"{old} → {new}").wait_for()
    assert shop.registry.version("heads") == new
    assert {id_: shop.card(id_) for id_ in before} == before

    shop.inspect(known, fresh)
    asked = by_version_in_use(shop, known, fresh)
    for id_ in before:
        card = shop.card(id_)
        assert card == asked[id_]
        assert card["provenance"]["models"]["heads"] == f"heads@{new}"
        assert flagged(card) == {(1, "deflecting")}
    assert decisions(shop, known) == decided
    see_decisions_stand(shop, told, version=new)

    page.get_by_role("button", name="Roll back").click()
    page.get_by_text(f"{new} → {old}, rolled back").wait_for()
    assert shop.registry.version("heads") == old
    shop.inspect(known, fresh)
    assert {id_: shop.card(id_) for id_ in before} == before
    assert decisions(shop, known) == decided
    see_decisions_stand(shop, told, version=old)
    assert shop.verbs == ["retrain", "retrain_done", "promote_model", "roll_back_model"]


def draw_sample(shop: Shop) -> list[StoredItem]:
    """Draw a sample on the page Queue."""
    page = shop.desk.enter("lea", "queue")
    page.get_by_role("spinbutton", name="Size").fill(str(DRAWN))
    page.get_by_role("spinbutton", name="Seed").fill(str(SEED))
    page.get_by_role("button", name="Draw", exact=True).click()
    told = f"Drawn: {DRAWN} of {COUNT} conversations of {circle.WEEK}, seed {SEED}"
    page.get_by_text(told).wait_for()
    page.context.close()
    (sample,) = list_samples(shop.store)
    return sample_items_of(shop.store, sample.id)


def to_override(items: list[StoredItem]) -> tuple[StoredItem, StoredItem]:
    """Choose two reviews that see the machine's view: one that training leaves out, one not."""
    open_ones = [
        each
        for each in items
        if has_wording(each.transcript_id) and not each.is_blind and each.slots == 1
    ]
    is_held_out = {each.id: place_of(each.transcript_id) < HELD_OUT_SHARE for each in open_ones}
    return (
        next(each for each in open_ones if is_held_out[each.id]),
        next(each for each in open_ones if not is_held_out[each.id]),
    )


def has_wording(id_: str) -> bool:
    return any(WORDING in turn.text for turn in CONVERSATIONS[id_].turns)


def flagged(card: Json) -> set[tuple[int, str]]:
    """Turn and label of the banned phrases that the machine found."""
    (judged,) = (each for each in card["judgements"] if each["criterion"] == "banned_phrases")
    return {(each["turn"], each["label"]) for each in judged["findings"]}


def decisions(shop: Shop, id_: str) -> list[InForce]:
    """What people decided of a conversation and is in force."""
    found = results.current(shop.store, id_)
    assert found is not None
    return [each for each in found.judgements if each.source == "review"]


def by_version_in_use(shop: Shop, *ids: str) -> dict[str, Json]:
    """What the version in use says of conversations, asked here."""
    file = circle.export(shop.folder / "asked.jsonl", [CONVERSATIONS[each] for each in ids])
    inspector = OtherInspector(models=shop.registry.load(threads=1))
    cards: list[Json] = [plain(card) for card in inspected([*read(str(file))], inspector)]
    return {card["transcript_id"]: card for card in cards}


def override_by_mouse(shop: Shop, item: StoredItem) -> None:
    """As ann, mark the shop's wording and call the customer's last message negative."""
    page = shop.desk.enter("ann", f"review?item={item.id}")
    page.wait_for_selector(OPEN_ROW)
    open_form(page, "Banned phrases")
    select_words(page, 1, WORDING)
    mark_deflecting(page)
    open_form(page, "Sentiment")
    page.get_by_role("radio", name="Negative").last.click()
    settle(page)
    save(page)
    finish(page, item)
    rows = shop.desk.rows(item.transcript_id)
    banned, sentiment = (row.decision for row in rows if row.action == "override")
    assert banned is not None
    assert banned.added == (AddedFinding("deflecting", 1, 0, len(WORDING)),)
    assert sentiment is not None
    assert sentiment.sentiments == ((2, "negative"),)
    assert {row.user_id for row in rows} == {"ann"}


def override_by_typing(shop: Shop, item: StoredItem) -> None:
    """As ann, name the shop's wording without the mouse."""
    page = shop.desk.enter("ann", f"review?item={item.id}")
    page.wait_for_selector(OPEN_ROW)
    open_form(page, "Banned phrases")
    page.get_by_label("Missed evidence").fill(WORDING)
    page.keyboard.press("Enter")
    mark_deflecting(page)
    finish(page, item)
    assert decisions(shop, item.transcript_id)


def mark_deflecting(page: Any) -> None:
    """Mark the words that are chosen as deflecting, say why, and save."""
    page.get_by_text(f"Mark “{WORDING}” of turn 2 as:").wait_for()
    page.locator('[class*="st-key-add-deflecting"] button').click()
    page.get_by_role("button", name="Take away").wait_for()
    choose(page, "Reason", "A violation was not found")
    save(page)
    page.locator("#turn-1 mark.cq-deflecting").wait_for()


def save(page: Any) -> None:
    page.get_by_role("button", name="Save decision").click()
    page.get_by_label("Comment").wait_for(state="detached")
    settle(page)


def finish(page: Any, item: StoredItem) -> None:
    """Confirm the rest by key, and go on to the next item."""
    press(page, "a")
    page.locator(FINISH).wait_for()
    page.keyboard.press("n")
    page.get_by_text(item.transcript_id, exact=True).wait_for(state="detached")
    settle(page)
    page.context.close()


def train(shop: Shop, page: Any, *, old: str, new: str) -> None:
    """Train on the page Learning, leave it meanwhile, and see how the versions compare."""
    page.get_by_text(f"heads@{old} is in use. It came with cs_qa.").wait_for()
    page.evaluate(FOLLOW, RUNNING)
    page.get_by_role("button", name="Start training").click()
    page.locator(RUNNING).get_by_text("You may leave this page").wait_for()
    go_to(page, "Queue")
    page.get_by_text("100% of").wait_for()
    go_to(page, "Learning")
    page.get_by_role("heading", name="Labels of reviews").wait_for()
    settle(page)
    page.locator(RUNNING).wait_for(state="detached", timeout=TRAINING_MS)
    settle(page)
    stages = {told.split()[0] for told in page.evaluate("window.told")}
    assert "Reading" in stages
    assert len(stages) > 1
    training = learning_jobs.last_result(shop.database)
    assert training is not None
    assert (training.state, training.by) == ("done", "lea")
    result = training.progress.result or {}
    assert (result["parent"], result["version"]) == (f"heads@{old}", f"heads@{new}")
    assert result["why"] == []
    page.get_by_role("heading", name=f"New version: heads@{new}").wait_for()
    page.get_by_text(f"Better than heads@{old} on your reviews").wait_for()
    rows = comparison_rows(result["comparison"])
    cells = page.get_by_test_id("stDataFrame").first.locator("[role=gridcell]")
    cells.first.wait_for(state="attached")
    shown = cells.all_text_contents()
    for column in rows.values():
        assert str(column[0]) in shown


def go_to(page: Any, title: str) -> None:
    page.get_by_test_id("stTopNavLink").filter(has_text=title).click()


def see_decisions_stand(shop: Shop, item: StoredItem, *, version: str) -> None:
    """See on two pages what ann decided, beside the version that judged the conversation last."""
    sentiment = next(
        each for each in decisions(shop, item.transcript_id) if each.criterion == "sentiment"
    )
    judged = shop.card(item.transcript_id)["judgements"]
    (machine,) = (each["score"] for each in judged if each["criterion"] == "sentiment")
    assert sentiment.score != machine

    page = shop.desk.enter("lea", f"transcripts?transcript={item.transcript_id}")
    page.get_by_text("How this scorecard was made").click()
    page.locator(".cq-card details tr").filter(has_text=f"heads@{version},").wait_for()
    row = page.locator(".cq-criteria > li").filter(has_text="Sentiment")
    assert row.locator(".cq-score").inner_text() == score(sentiment.score)
    page.locator("#turn-1 mark.cq-deflecting").wait_for()
    page.context.close()

    page = shop.desk.enter("ann", f"review?item={item.id}")
    page.get_by_text("Finished. Your decisions are in force.").wait_for()
    told = page.locator(".cq-rv-compare tr").filter(has_text="Sentiment").locator("td")
    mine, others = told.all_inner_texts()
    assert mine.startswith(score(sentiment.score))
    assert others.startswith(score(machine))
    page.context.close()
