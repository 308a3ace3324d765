"""The review desk in a real browser: what inspectors, leads and agents do, by key and mouse."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cs_qa.store import Store, open_store, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.adjudications import adjudications_of
from cs_qa.store.appeals import list_appeals
from cs_qa.store.decisions import AddedFinding, Decision
from cs_qa.store.passwords import hash_password
from cs_qa.store.queue import claim
from cs_qa.store.results import card_in_force
from cs_qa.store.review_rows import StoredReview
from cs_qa.store.reviews import reviews_of
from cs_qa.store.samples import add_sample, sample_items_of
from cs_qa.store.users import list_users, set_password_hash
from cs_qa.ui.launch import DATABASE_VARIABLE, command
from tests.store.desk import add_people, new_items
from tests.store.judged import FOUND, HEADS, found, make
from tests.ui.test_browser import CHROMIUM, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]

Card = dict[str, Any]

PASSWORD = "the desk in a browser"
PATIENCE_MS = 60_000
IMPORT_MS = 300_000
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
ROWS = '.st-key-review-rows [class*="st-key-open-"]'
OPEN_ROW = f'{ROWS} [data-testid="stBaseButton-secondary"]'
FINISH = '[class*="st-key-finish-"] button'
CHINESE = re.compile("[\u4e00-\u9fff]")
RIGHT_TO_LEFT: Any = [
    ("customer", "مرحبا، لم يصل طلبي حتى الآن."),
    ("agent", "لا أعرف، هذه ليست مشكلتنا.", HEADS),
]
PLAIN = ("claimed", "overridden", "undone", "pressed", "saved", "read", "appealed")


@dataclass(frozen=True)
class Desk:
    """A server over a database of its own; `items` are the ids by transcript."""

    address: str
    store: Store
    browser: Any
    items: dict[str, int]

    def enter(self, login: str, path: str = "", **options: Any) -> Any:
        """Sign in as somebody, in a browser session of its own, and open a page."""
        context = self.browser.new_context(
            viewport={"width": 1440, "height": 1000}, locale="en-GB", **options
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(f"{self.address}{path}")
        page.get_by_label("Login").fill(login)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_test_id("stTopNav").wait_for()
        settle(page)
        return page

    def review(self, login: str, name: str) -> Any:
        """Open an item on the page Review."""
        page = self.enter(login, f"review?item={self.items[name]}")
        page.wait_for_selector(OPEN_ROW)
        return page

    def rows(self, name: str) -> list[StoredReview]:
        return reviews_of(self.store, name)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    folder = tmp_path_factory.mktemp("desk")
    database = str(folder / "desk.db")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    with open_store(database) as store:
        items = fill(store)
        server = subprocess.Popen(
            [*command(port), "--server.headless=true"],
            env=os.environ | {DATABASE_VARIABLE: database, "CS_QA_HOME": str(folder / "home")},
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(f"http://localhost:{port}/_stcore/health")
            with playwright.sync_playwright() as started:
                chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                yield Desk(f"http://localhost:{port}/", store, chromium, items)
                chromium.close()
        finally:
            server.terminate()
            server.wait(20)


def fill(store: Store) -> dict[str, int]:
    """Store people with passwords, and a sample: plain, blind, reviewed twice, Arabic."""
    add_people(store)
    hashed = hash_password(PASSWORD)
    for each in list_users(store):
        set_password_hash(store, each.id, hashed, by=OPERATOR)
    words = RIGHT_TO_LEFT[1][1][:7]
    deflecting = replace(found("banned_phrases", "deflecting", 1, 7), text=words)
    arabic = make(deflecting, said=RIGHT_TO_LEFT, id_="arabic")
    cards = [make(*FOUND, id_=name) for name in (*PLAIN, "blind", "twice")]
    store.add_scorecards(map(timed, [*cards, arabic]))
    drawn = [
        *new_items(store, [*PLAIN, "arabic"]),
        *new_items(store, ["blind"], is_blind=True),
        *new_items(store, ["twice"], slots=2),
    ]
    config: dict[str, object] = {}
    sample = add_sample(
        store, drawn, week="2026-W47", seed=1, config=config, population=32, by=OPERATOR
    )
    return {each.transcript_id: each.id for each in sample_items_of(store, sample.id)}


def timed(card: Card) -> Card:
    """Give the turns times in the week that is sampled."""
    said = [{**turn, "at": f"2026-11-16T09:{turn['turn']:02}:00+00:00"} for turn in card["turns"]]
    return {**card, "turns": said}


def settle(page: Any) -> None:
    """Wait until the page has been drawn."""
    page.wait_for_timeout(300)
    page.wait_for_selector(IDLE)
    page.wait_for_timeout(300)


def press(page: Any, key: str) -> None:
    """Press a key and wait for another judgement, or for all to be decided."""
    before = opened(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "([selector, before]) => (document.querySelector(selector)?.textContent ?? '') !== before",
        arg=[OPEN_ROW, before],
    )
    settle(page)


def press_again_and_again(page: Any, key: str, *, times: int, apart_s: float) -> None:
    """Press a key as fast as asked, by the clock of its events, however slow the machine is."""
    devtools = page.context.new_cdp_session(page)
    begun = time.time()
    about = {"key": key, "code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
    for number in range(times):
        for place, (kind, text) in enumerate((("keyDown", key), ("keyUp", ""))):
            at = begun + apart_s * (number + place / 2)
            event = {"type": kind, "text": text, "timestamp": at}
            devtools.send("Input.dispatchKeyEvent", about | event)


def opened(page: Any) -> str:
    """Give the words of the row that is open, "" where none is."""
    rows = page.locator(OPEN_ROW)
    return str(rows.text_content()) if rows.count() else ""


def choose(page: Any, label: str, option: str) -> None:
    """Choose an option of a select box by its words."""
    page.get_by_role("combobox", name=re.compile(label)).click()
    page.get_by_role("option", name=option).click()
    settle(page)


def direction(element: Any) -> str:
    return str(element.evaluate("e => getComputedStyle(e).direction"))


def select_words(page: Any, turn: int, words: str) -> None:
    """Select words of a turn with the mouse, as a reader does."""
    box = page.locator(f"#turn-{turn} .cq-bubble").evaluate(
        """(bubble, words) => {
          const texts = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const start = texts.currentNode.textContent.indexOf(words);
            if (start < 0) continue;
            const range = document.createRange();
            range.setStart(texts.currentNode, start);
            range.setEnd(texts.currentNode, start + words.length);
            return range.getBoundingClientRect().toJSON();
          }
        }""",
        words,
    )
    middle = box["top"] + box["height"] / 2
    page.mouse.move(box["left"] + 1, middle)
    page.mouse.down()
    page.mouse.move(box["right"] - 1, middle, steps=8)
    page.mouse.up()


def test_a_local_account_signs_in_and_out(desk: Desk) -> None:
    page = desk.browser.new_page(locale="en-GB")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{desk.address}queue")
    page.get_by_label("Login").fill("ann")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.keyboard.press("Enter")
    page.get_by_text("Login or password is wrong").wait_for()
    assert page.get_by_test_id("stTopNav").count() == 0
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Claim next").wait_for()
    assert page.get_by_test_id("stTopNavLink").all_inner_texts() == [
        "Queue",
        "Review",
        "Second reviews",
    ]
    page.locator(".st-key-account button").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Login").wait_for()
    assert page.get_by_text("Claim next").count() == 0


def test_claim_then_confirm_by_key(desk: Desk) -> None:
    page = desk.enter("ann", "queue")
    item = desk.items["claimed"]
    page.locator(f".st-key-claim-{item} button").click()
    page.wait_for_selector(OPEN_ROW)
    settle(page)
    first = opened(page)
    press(page, "y")
    press(page, "Enter")
    rows = desk.rows("claimed")
    assert [(row.action, row.user_id) for row in rows] == [("confirm", "ann")] * 2
    assert rows[0].criterion != rows[1].criterion
    assert opened(page) != first


def test_ten_presses_of_a_key_decide_one_judgement(desk: Desk) -> None:
    page = desk.review("ann", "pressed")
    press_again_and_again(page, "y", times=10, apart_s=0.03)
    page.wait_for_timeout(3000)
    settle(page)
    assert len(desk.rows("pressed")) == 1


def test_undo_by_key(desk: Desk) -> None:
    page = desk.review("ann", "undone")
    first = opened(page)
    press(page, "y")
    press(page, "u")
    confirmed, undone = desk.rows("undone")
    assert (undone.action, undone.undoes) == ("undo", confirmed.id)
    assert opened(page) == first
    press(page, "a")
    page.locator(FINISH).wait_for()
    press(page, "u")
    *_rest, last, taken_back = desk.rows("undone")
    assert (taken_back.action, taken_back.undoes) == ("undo", last.id)
    page.get_by_text("Undone:").wait_for()


def test_ctrl_enter_saves_whatever_has_the_focus(desk: Desk) -> None:
    page = desk.review("ann", "saved")
    page.set_viewport_size({"width": 1280, "height": 800})
    open_form(page, "Empathy")
    save = page.get_by_role("button", name="Save decision").bounding_box()
    assert save["y"] + save["height"] <= 800
    page.get_by_role("radio", name="Specific").click()
    settle(page)
    page.keyboard.press("Control+Enter")
    page.get_by_label("Comment").wait_for(state="detached")
    page.locator("#turn-1 .cq-meta em", has_text="by you").wait_for()
    open_form(page, "Politeness")
    page.get_by_role("radio", name="Fail").click()
    settle(page)
    page.get_by_label("Comment").press_sequentially("Curt.")
    page.keyboard.press("Control+Enter")
    page.get_by_label("Comment").wait_for(state="detached")
    first, second = desk.rows("saved")
    assert first.decision is not None
    assert first.decision.levels == ((1, 2),)
    assert (second.criterion, second.comment) == ("politeness", "Curt.")


def test_the_conversation_opens_at_its_top_and_leads_to_the_evidence(desk: Desk) -> None:
    page = desk.review("ann", "read")
    box = page.locator(".st-key-review-conversation")
    assert box.evaluate("box => box.scrollTop") == 0
    page.set_viewport_size({"width": 1280, "height": 420})
    page.locator(ROWS).get_by_role("button", name="Policy accuracy").click()
    settle(page)
    assert is_whole(page, 3)
    link = page.locator(".cq-rv-evidence a")
    assert not link.is_visible()
    box.evaluate("box => box.scrollTo(0, 0)")
    page.get_by_text("Evidence in turn 4 below").click()
    settle(page)
    assert is_whole(page, 3)
    assert not link.is_visible()


def open_form(page: Any, criterion: str) -> None:
    """Open the form of a judgement."""
    page.locator(ROWS).get_by_role("button", name=criterion).click()
    settle(page)
    page.keyboard.press("o")
    page.get_by_label("Comment").wait_for()
    settle(page)


def is_whole(page: Any, turn: int) -> bool:
    """Tell whether all of a turn is to be seen in its box."""
    inner = page.locator(f"#turn-{turn}").bounding_box()
    outer = page.locator(".st-key-review-conversation").bounding_box()
    return bool(
        outer["y"] <= inner["y"]
        and inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1
    )


def test_override_with_words_that_were_missed(desk: Desk) -> None:
    page = desk.review("ann", "overridden")
    page.locator(ROWS).get_by_role("button", name="Banned phrases").click()
    settle(page)
    page.keyboard.press("o")
    page.get_by_label("Missed evidence").wait_for()
    settle(page)
    select_words(page, 1, "You should have read it.")
    offer = page.get_by_text("Mark “You should have read it.” of turn 2 as:")
    offer.wait_for()
    page.locator('[class*="st-key-add-accusatory"] button').click()
    page.get_by_role("button", name="Take away").wait_for()
    offer.wait_for(state="detached")
    assert page.evaluate("String(document.getSelection())") == ""
    choose(page, "Reason", "A violation was not found")
    page.get_by_label("Comment").fill("Blames the customer.")
    page.get_by_label("Comment").blur()
    settle(page)
    page.get_by_role("button", name="Save decision").click()
    page.get_by_label("Missed evidence").wait_for(state="detached")
    (row,) = desk.rows("overridden")
    assert row.decision == Decision(
        criterion="banned_phrases",
        action="override",
        added=(AddedFinding("accusatory", 1, 12, 36),),
        reason_code="missed_violation",
        comment="Blames the customer.",
    )
    page.locator("#turn-1 mark.cq-accusatory").wait_for()


def test_words_are_selected_again_after_some_were_marked(desk: Desk) -> None:
    page = desk.review("ann", "overridden")
    open_form(page, "Banned phrases")
    mark(page, "Not my job.", "deflecting")
    choose(page, "Reason", "A violation was not found")
    page.keyboard.press("Control+Enter")
    page.get_by_label("Missed evidence").wait_for(state="detached")
    settle(page)
    open_form(page, "Language")
    select_words(page, 1, "You should have read it.")
    page.get_by_text("Mark “You should have read it.” of turn 2 as:").wait_for(timeout=10_000)


def mark(page: Any, words: str, label: str) -> None:
    """Select words of the second turn and mark them as missed evidence."""
    select_words(page, 1, words)
    page.locator(f'[class*="st-key-add-{label}"] button').click()
    page.get_by_role("button", name="Take away").wait_for()
    settle(page)


def judge_all(page: Any) -> None:
    """Judge what is left as passed, and finish."""
    while not page.locator(FINISH).count():
        press(page, "p")
    page.keyboard.press("n")
    page.wait_for_selector(".cq-rv-compare")


def test_a_blind_item_hides_the_machine_until_it_is_finished(desk: Desk) -> None:
    page = desk.review("ann", "blind")
    shown = page.content()
    for hidden in ("Machine:", "Hostile", "Why.", "Random part", "% sure", "Needs improvement"):
        assert hidden not in shown
    assert page.locator(".cq-conversation mark, .cq-notes, .cq-rv-figures").count() == 0
    judge_all(page)
    assert page.locator("#turn-1 mark.cq-hostile").count() == 1
    assert page.locator(".cq-rv-compare th", has_text="Machine").count() == 1
    assert {row.action for row in desk.rows("blind")} == {"judge"}


def test_two_reviews_differ_and_a_lead_decides(desk: Desk) -> None:
    item = desk.items["twice"]
    claim(desk.store, item, "ann")
    reviews.confirm_rest(desk.store, item, 1, "ann", expects=None)
    reviews.finish(desk.store, item, 1, "ann")
    second = desk.review("bob", "twice")
    assert "Hostile" not in second.content()
    judge_all(second)
    assert second.locator(".cq-rv-compare th", has_text="Other reviewer").count() == 1

    page = desk.enter("lea", f"compare?item={item}&criterion=banned_phrases")
    sides = page.locator(".cq-sides section")
    assert [name.split("\n")[0] for name in sides.all_inner_texts()] == ["Ann", "Bob", "Machine"]
    page.get_by_label("Reason").fill("“Not my job” refuses help.")
    page.get_by_label("Reason").blur()
    settle(page)
    page.get_by_role("button", name="Ann is right").click()
    page.get_by_text("Decided: Banned phrases of twice.").wait_for()
    (decided,) = adjudications_of(desk.store, item)
    assert (decided.user_id, decided.reason) == ("lea", "“Not my job” refuses help.")
    (machine,) = (
        each["score"]
        for each in desk.store.scorecard("twice")["judgements"]  # type: ignore[index]
        if each["criterion"] == "banned_phrases"
    )
    assert decided.score_after == machine


def test_an_agent_appeals_and_a_lead_answers(desk: Desk) -> None:
    amy = desk.enter("amy", "appeals?transcript=appealed")
    choose(amy, "Judgement", "Banned phrases")
    amy.get_by_label("What is wrong with it, and why").fill("I quoted the customer.")
    amy.get_by_role("button", name="Raise the appeal").click()
    amy.get_by_text("Your appeal is raised.").wait_for()
    amy.get_by_text("A lead has yet to answer.").wait_for()

    page = desk.enter("lea", "appeals")
    page.get_by_role("radio", name="Upheld", exact=True).click()
    settle(page)
    choose(page, "Turn 2: Not my job", "Wrong: take it away")
    choose(page, "Reason", "The agent quotes someone else")
    page.get_by_role("button", name="Save decision").click()
    page.get_by_text("is changed").wait_for()
    page.get_by_label("Answer to the agent").fill("You quoted her; it counts no more.")
    page.get_by_label("Answer to the agent").blur()
    settle(page)
    page.get_by_role("button", name="Answer the appeal").click()
    page.get_by_text("The appeal is answered.").wait_for()
    (appeal,) = list_appeals(desk.store, "lea")
    assert (appeal.state, appeal.decided_by) == ("upheld", "lea")
    in_force = card_in_force(desk.store, "appealed")
    assert in_force is not None
    assert in_force["decided"]["banned_phrases"]["source"] == "appeal"

    answered = desk.enter("amy", "appeals")
    answered.get_by_text("You quoted her; it counts no more.").wait_for()
    assert answered.locator(".cq-rv-effect s").count() > 0


def test_an_upload_is_inspected_into_the_database(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    said = [{"role": "customer", "text": "Where is it?"}, {"role": "agent", "text": "I look."}]
    lines = [json.dumps({"id": f"imported-{n}", "turns": said}) for n in range(2)]
    file.write_text("\n".join([*lines, '{"id": "bad"}']), encoding="utf-8")
    page = desk.enter("lea", "imports")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("export.jsonl").wait_for()
    settle(page)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    page.get_by_text("2 conversations added").wait_for(timeout=IMPORT_MS)
    page.get_by_text("refused rows: 1").wait_for()
    card = desk.store.scorecard("imported-1")
    assert card is not None
    assert card["judgements"]


def test_a_figure_leads_to_its_conversation(desk: Desk) -> None:
    page = desk.enter("lea", "dashboard")
    table = page.locator(".st-key-dashboard-conversations")
    page.get_by_text("Choose a row to see its evidence.").wait_for()
    page.wait_for_load_state("networkidle")
    settle(page)
    table.scroll_into_view_if_needed()
    settle(page)
    box = table.locator("canvas").first.bounding_box()
    page.mouse.click(box["x"] + 15, box["y"] + 52)
    link = page.get_by_role("link", name="Open the conversation")
    link.wait_for()
    name = page.locator("h5").inner_text()
    assert page.locator(".st-key-dashboard-evidence .cq-criteria > li").count() > 0
    link.click()
    page.wait_for_selector("#turn-1")
    assert page.url.endswith(f"transcripts?transcript={name}")


def test_the_export_is_a_workbook_without_formulas(desk: Desk, tmp_path: Path) -> None:
    page = desk.enter("lea", "dashboard")
    with page.expect_download() as started:
        page.get_by_role("button", name="Export to Excel").click()
    file = tmp_path / "export.xlsx"
    started.value.save_as(file)
    assert started.value.suggested_filename == "cs_qa-2026-W47.xlsx"
    cells = [
        cell
        for sheet in load_workbook(file).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert {"arabic", "claimed", "lea"} <= {cell.value for cell in cells}
    assert [cell.value for cell in cells if cell.data_type == "f"] == []


def test_the_interface_in_chinese(desk: Desk) -> None:
    page = desk.enter("lea", "queue")
    page.locator(".st-key-account button").click()
    page.get_by_text("简体中文").click()
    page.get_by_test_id("stTopNavLink").filter(has_text="队列").wait_for()
    page.keyboard.press("Escape")
    settle(page)
    titles = page.get_by_test_id("stTopNavLink").all_inner_texts()
    buttons = page.get_by_test_id("stMain").get_by_role("button").all_inner_texts()
    named = [text for text in buttons if re.search(r"\w", re.sub(r"[a-z]+_[a-z_]+|Lea", "", text))]
    assert len(titles) == 8
    assert len(named) > 3
    assert [text for text in (*titles, *named) if not CHINESE.search(text)] == []
    assert page.get_by_text("Claim next").count() == 0


def test_each_text_has_its_own_direction(desk: Desk) -> None:
    page = desk.review("ann", "arabic")
    page.locator(ROWS).get_by_role("button", name="Banned phrases").click()
    settle(page)
    for right_to_left in ("#turn-0 .cq-bubble", "#turn-1 .cq-bubble", ".cq-rv-machine q"):
        assert direction(page.locator(right_to_left).first) == "rtl"
    for left_to_right in ("html", "#turn-0 .cq-meta", ".cq-notes li", ".cq-rv-machine > p"):
        assert direction(page.locator(left_to_right).first) == "ltr"
    customer, agent = (page.locator(f"#turn-{n} .cq-bubble").bounding_box() for n in (0, 1))
    assert customer["x"] < agent["x"]


def test_an_item_that_somebody_holds_is_not_shown_to_others(desk: Desk) -> None:
    item = desk.items["pressed"]
    claim(desk.store, item, "ann")
    page = desk.enter("bob", f"review?item={item}")
    page.get_by_role("button", name="Open the next item").wait_for()
    assert page.locator(".cq-bubble, .cq-card").count() == 0
