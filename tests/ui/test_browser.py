"""The page in a real browser: what escapes, what scrolls, what leaves the machine."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from cs_qa.store import open_store
from cs_qa.ui.launch import DATABASE_VARIABLE, command

Card = dict[str, Any]

CHROMIUM = Path("/usr/bin/chromium")
SHOTS = os.environ.get("CS_QA_TEST_SHOTS", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]


@pytest.fixture
def address(cards: list[Card], chinese: Card, tmp_path: Path) -> Iterator[str]:
    """The address of a page served over the cards and one of 200 turns."""
    database = str(tmp_path / "week.db")
    with open_store(database) as store:
        store.add_scorecards([*cards, long_card(chinese)])
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*command(port), "--server.headless=true"],
        env=os.environ | {DATABASE_VARIABLE: database},
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://localhost:{port}/_stcore/health")
        yield f"http://localhost:{port}/"
    finally:
        server.terminate()
        server.wait(20)


def long_card(card: Card) -> Card:
    said = [card["turns"][1], card["turns"][3]] * 100
    found = card["judgements"][1]["findings"][0] | {"turn": 181}
    return card | {
        "transcript_id": "long",
        "turns": [{**turn, "turn": n} for n, turn in enumerate(said)],
        "judgements": [card["judgements"][1] | {"findings": [found]}],
    }


def wait_for(url: str) -> None:
    for _ in range(150):
        try:
            with urlopen(url):
                return
        except URLError:
            time.sleep(0.2)
    raise TimeoutError(url)


@pytest.fixture
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def visit(browser: Any, address: str, transcript: str, scheme: str = "light") -> Any:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    page.set_default_timeout(60_000)
    page.asked_for = []
    page.on("request", lambda request: page.asked_for.append(request.url))
    page.goto(f"{address}transcripts?transcript={quote(transcript)}")
    page.wait_for_selector(".cq-card")
    page.wait_for_selector("#turn-1")
    if SHOTS:
        page.wait_for_timeout(500)
        page.screenshot(path=f"{SHOTS}/{scheme}-{transcript[:4]}.png")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_asks_no_other_machine(browser: Any, address: str, scheme: str) -> None:
    for transcript in ("zh-1", "ar-1", "th-1", "en-unscored"):
        page = visit(browser, address, transcript, scheme)
        page.wait_for_load_state("networkidle")
        assert [u for u in page.asked_for if not u.startswith((address, "data:", "blob:"))] == []


def test_hostile_text_runs_nothing_and_fits(browser: Any, address: str) -> None:
    page = visit(browser, address, "en-<b>1</b> **x**")
    assert page.evaluate("window.broken") is None
    assert page.locator(".cq-bubble img, .cq-bubble script, .cq-bubble b").count() == 0
    bubble, rows = page.locator(".cq-bubble").last, page.locator(".st-key-list")
    assert bubble.evaluate("e => e.scrollWidth <= e.clientWidth")
    rows.get_by_text("en-<b>1</b> **x**").first.wait_for()


def test_a_finding_jumps_to_its_turn_and_a_click_opens_another(browser: Any, address: str) -> None:
    page = visit(browser, address, "long")
    turn = page.locator("#turn-181")
    assert not in_view(turn)
    page.click(".cq-card a[href='#turn-181']")
    page.wait_for_timeout(500)
    assert in_view(turn)
    assert page.url == f"{address}transcripts?transcript=long#turn-181"
    page.get_by_role("button", name="ar-1").click()
    page.wait_for_selector("text=هذه ليست مشكلتنا")
    assert page.url.startswith(f"{address}transcripts?transcript=ar-1")


def in_view(turn: Any) -> bool:
    return bool(turn.evaluate("e => e.getBoundingClientRect().top < innerHeight"))


def test_sides_and_directions(browser: Any, address: str) -> None:
    page = visit(browser, address, "ar-1")
    customer, agent = (page.locator(f"#turn-{n} .cq-bubble") for n in (0, 1))
    assert customer.bounding_box()["x"] < agent.bounding_box()["x"]
    assert customer.evaluate("e => getComputedStyle(e).direction") == "rtl"
