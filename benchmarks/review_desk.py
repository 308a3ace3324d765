"""How fast the review desk answers: from a key press until the next judgement or item is shown.

Inspectors work through the example week in browsers of their own: each confirms the judgements of
an item one by one (Y) and finishes it (N), and between two keys reads for a second. Times are
taken in the browser, from the key to the frame that shows what comes next. First one inspector,
then several at once, then one in a conversation of 200 turns. Exit code 1 where a limit is passed.

Run: python benchmarks/review_desk.py [--db FILE] [--items N] [--json FILE]
--db is an inspected database to copy, without a sample; else the example week is inspected first.
"""

import argparse
import asyncio
import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from playwright.async_api import async_playwright
from sqlalchemy import select

import cs_qa
from cs_qa.arrow import scorecard_to_json
from cs_qa.store import open_store
from cs_qa.store.access import OPERATOR
from cs_qa.store.passwords import hash_password
from cs_qa.store.queue import claim
from cs_qa.store.samples import NewItem, add_sample
from cs_qa.store.schema import scorecards
from cs_qa.store.users import add_user
from cs_qa.ui.launch import DATABASE_VARIABLE, command

EXAMPLES = Path(__file__).parent.parent / "examples"
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "a benchmark of the desk"
READING_S = 1.0
LONG_TURNS = 200
LIMITS_MS = {
    "one inspector, next item": 300,
    "one inspector, next judgement": 300,
    f"{LONG_TURNS} turns, next judgement": 200,
    "first paint": 3000,
}
"""Of the 95th percentile; what has no limit is told only."""

FINISH = '[class*="st-key-finish-"] button'
OPEN_ROW = (
    '.st-key-review-rows [class*="st-key-open-"] [data-testid="stBaseButton-secondary"], ' + FINISH
)
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
WATCH = """selector => {
  const shown = () => [...document.querySelectorAll(selector)].map(e => e.textContent).join();
  const before = shown();
  window.answered = null;
  addEventListener("keydown", (event) => {
    const look = () => {
      if (shown() && shown() !== before) window.answered = performance.now() - event.timeStamp;
      else requestAnimationFrame(look);
    };
    look();
  }, { once: true, capture: true });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", type=Path, help="an inspected database to copy")
    parser.add_argument("--items", type=int, default=8, help="items that each inspector reviews")
    parser.add_argument("--crowd", type=int, default=10, help="inspectors at once")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "desk.db"
        prepare(database, options.db, options.items, options.crowd)
        with serve(database) as address:
            times = asyncio.run(measure(address, options.items, options.crowd))
    figures = {name: summary(taken) for name, taken in times.items()}
    print(f"{'milliseconds':32}{'n':>6}{'median':>8}{'p95':>8}{'max':>8}{'limit':>8}")
    for name, figure in figures.items():
        limit = LIMITS_MS.get(name, "")
        print(f"{name:32}" + "".join(f"{value:8}" for value in figure.values())[2:] + f"{limit:8}")
    print(f"load average: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    over = [n for n, limit in LIMITS_MS.items() if figures[n]["p95"] > limit]
    if over:
        print(f"over the limit: {', '.join(over)}", file=sys.stderr)
    sys.exit(bool(over))


def prepare(database: Path, source: Path | None, items: int, crowd: int) -> None:
    """Fill a database with cards, accounts and items; the last inspector has the long one."""
    if source:
        shutil.copy(source, database)
    with open_store(str(database)) as store:
        if not source:
            inspector = cs_qa.Inspector.default()
            inspected = inspector.inspect(cs_qa.read(EXAMPLES / "week.jsonl"))
            store.add_scorecards(map(scorecard_to_json, inspected))
        store.add_scorecards([long_card(store)])
        with store._engine.connect() as connection:
            drawn = connection.exec_driver_sql("SELECT count(*) FROM samples").scalar_one()
        if drawn:
            sys.exit(f"{source} has a sample already, with blind items. Give one without a sample.")
        hashed = hash_password(PASSWORD)
        for number in range(crowd + 2):
            login = f"inspector{number}"
            add_user(store, login, name=login, role="inspector", by=OPERATOR, password_hash=hashed)
        known = card_ids(store)
        long_id = known.pop("long")
        for number in range(math.ceil(items * (crowd + 1) / len(known))):
            draw(store, known, f"2026-W{number + 10}")
        claim(store, draw(store, {"long": long_id}, "2026-W09"), f"inspector{crowd + 1}")


def draw(store, known: dict[str, int], week: str) -> int:
    """Draw all of them; return the id of the sample's last item."""
    new = [
        NewItem(transcript_id=id_, scorecard_id=card, reason="calibration", explanation="All.")
        for id_, card in known.items()
    ]
    add_sample(store, new, week=week, seed=1, config={}, population=len(new), by=OPERATOR)
    with store._engine.connect() as connection:
        return connection.exec_driver_sql("SELECT max(id) FROM sample_items").scalar_one()


def card_ids(store) -> dict[str, int]:
    with store._engine.connect() as connection:
        rows = connection.execute(select(scorecards.c.transcript_id, scorecards.c.id))
        return {row.transcript_id: row.id for row in rows}


def long_card(store) -> dict:
    """The card with the most findings, its conversation said again up to 200 turns."""
    cards = (store.scorecard(id_) for id_ in card_ids(store))
    card = max(cards, key=lambda card: sum(len(j["findings"]) for j in card["judgements"]))
    said = card["turns"] * math.ceil(LONG_TURNS / len(card["turns"]))
    turns = [turn | {"turn": number} for number, turn in enumerate(said[:LONG_TURNS])]
    return card | {"transcript_id": "long", "turns": turns}


@contextmanager
def serve(database: Path):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*command(port), "--server.headless=true"],
        env=os.environ | {DATABASE_VARIABLE: str(database)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://localhost:{port}/_stcore/health")
        yield f"http://localhost:{port}/"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(url: str) -> None:
    for _ in range(150):
        try:
            with urlopen(url):
                return
        except URLError:
            time.sleep(0.2)
    raise TimeoutError(url)


async def measure(address: str, items: int, crowd: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}
    async with async_playwright() as started:
        browser = await started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await enter(browser, address, "inspector0", times)
        await review(page, items, times, "one inspector")
        await page.context.close()
        names = [f"inspector{number}" for number in range(1, crowd + 1)]
        pages = [await enter(browser, address, name, times) for name in names]
        await asyncio.gather(*(review(page, items, times, f"{crowd} inspectors") for page in pages))
        for page in pages:
            await page.context.close()
        page = await enter(browser, address, f"inspector{crowd + 1}", times)
        await review(page, 1, times, f"{LONG_TURNS} turns")
        await browser.close()
    return times


async def enter(browser, address: str, login: str, times):
    """Sign in and open the page; what counts is the time of loading and of opening it."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    begun = time.perf_counter()
    await page.goto(address)
    name = page.get_by_label("Login")
    await name.wait_for()
    loaded = time.perf_counter() - begun
    await name.fill(login)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    link = page.get_by_test_id("stTopNav").get_by_role("link", name="Review", exact=True)
    await link.wait_for()
    begun = time.perf_counter()
    await link.click()
    await page.wait_for_selector(OPEN_ROW)
    times.setdefault("first paint", []).append(1000 * (loaded + time.perf_counter() - begun))
    return page


async def review(page, items: int, times: dict[str, list[float]], who: str) -> None:
    for _ in range(items):
        while not await page.locator(FINISH).count():
            await press(page, "y", times.setdefault(f"{who}, next judgement", []))
        await press(page, "n", times.setdefault(f"{who}, next item", []))


async def press(page, key: str, taken: list[float]) -> None:
    await asyncio.sleep(READING_S)
    await page.evaluate(WATCH, OPEN_ROW)
    await page.keyboard.press(key)
    await page.wait_for_function("window.answered !== null", polling=20)
    taken.append(await page.evaluate("window.answered"))
    await page.wait_for_selector(IDLE)
    await page.wait_for_timeout(200)


def summary(taken: list[float]) -> dict[str, int]:
    ordered = sorted(taken)
    last = ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)]
    return {
        "n": len(ordered),
        "median": round(median(ordered)),
        "p95": round(last),
        "max": round(ordered[-1]),
    }


if __name__ == "__main__":
    main()
