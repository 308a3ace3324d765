"""Pictures of the review desk's pages over the example week, for the documentation.

The week is sampled with a fixed seed and partly reviewed by people made up for it: some items are
done, one is blind, two reviews differ, an agent has appealed. Then a browser opens each page and
takes its picture, in at most 256 colours.

Run: python benchmarks/screenshots.py [--db FILE] [--out DIR] [--width N]
--db is an inspected database to copy, without a sample; else the example week is inspected first.
"""

import argparse
import io
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from review_desk import CHROMIUM, EXAMPLES, IDLE, PASSWORD, serve

import cs_qa
from cs_qa.arrow import scorecard_to_json
from cs_qa.commands.sample import draw_week
from cs_qa.store import Store, open_store, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.appeals import raise_appeal
from cs_qa.store.decisions import AddedFinding, Decision
from cs_qa.store.passwords import hash_password
from cs_qa.store.queue import claim
from cs_qa.store.samples import list_samples, sample_items_of
from cs_qa.store.users import add_user
from cs_qa.store.viewing import open_item

WEEK = "2026-W46"
SEED = 1
PEOPLE = (
    ("mei", "Mei Lin", "inspector", None),
    ("jonas", "Jonas Weber", "inspector", None),
    ("amara", "Amara Okafor", "lead", None),
    ("sofia", "Sofia Rossi", "admin", None),
    ("tobias", "Tobias Krane", "agent", "ag-09"),
)
SHOWN, IN_CHINESE, BLIND = "hl-0010", "hl-0037", "hl-0018"
TWICE, APPEALED, TRANSCRIPT = "hl-0062", "hl-0038", "hl-0013"
LEFT = 12
"""Items at the end of the sample that nobody has reviewed yet."""
MISSED = {7: "deflecting", 11: "deflecting"}
"""What the second reviewer finds in the conversation that is reviewed twice, by turn."""
MAX_BYTES = 150_000


@dataclass(frozen=True)
class Shot:
    """A picture: who opens which address, in which language, and what is done before it."""

    name: str
    login: str
    path: str
    prepare: Callable[[Page], None] = lambda _page: None
    height: int = 800
    locale: str = "en-GB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", type=Path, help="an inspected database to copy")
    parser.add_argument("--out", type=Path, default=EXAMPLES.parent / "docs" / "img")
    parser.add_argument("--width", type=int, default=1280, help="of the browser, in pixels")
    parser.add_argument("--only", nargs="*", help="names of pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "desk.db"
        items = fill(database, options.db)
        with serve(database) as address, sync_playwright() as started:
            browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for shot in shots(items):
                if not options.only or shot.name in options.only:
                    picture = take(browser, address, shot, options.width)
                    save(picture, options.out / f"{shot.name}.png")
            browser.close()


def fill(database: Path, source: Path | None) -> dict[str, int]:
    """Make the week as it is on a Friday; return the ids of its items by transcript."""
    if source:
        shutil.copy(source, database)
    with open_store(str(database)) as store:
        if not source:
            week = cs_qa.Inspector.default().inspect(cs_qa.read(EXAMPLES / "week.jsonl"))
            store.add_scorecards(map(scorecard_to_json, week))
        hashed = hash_password(PASSWORD)
        for login, name, role, agent in PEOPLE:
            add_user(
                store,
                login,
                name=name,
                role=role,
                agent_id=agent,
                by=OPERATOR,
                password_hash=hashed,
            )
        draw_week(store, WEEK, 60, SEED)
        drawn = sample_items_of(store, list_samples(store)[-1].id)
        items = {each.transcript_id: each.id for each in drawn}
        for name in list(items)[:-LEFT]:
            if name not in (SHOWN, IN_CHINESE, BLIND):
                review(store, items[name], "mei")
        review(store, items[TWICE], "jonas")
        for login, name in (("mei", SHOWN), ("jonas", BLIND), ("amara", IN_CHINESE)):
            claim(store, items[name], login)
        raise_appeal(
            store,
            APPEALED,
            "tobias",
            "The photos show felted linen, which comes from hot washing. I said what I saw; it was "
            "not meant as a reproach. That the seams are made in the factory is true as well.",
            criterion="banned_phrases",
        )
    return items


def review(store: Store, item: int, login: str) -> None:
    """Review an item as the machine judged it, but for what was missed in the shown one."""
    slot = claim(store, item, login).slot
    view = open_item(store, item, login)
    if not view.is_hidden:
        reviews.confirm_rest(store, item, slot, login, expects=None)
    card = store.scorecard(view.transcript_id)
    while names := open_item(store, item, login).undecided:
        last = open_item(store, item, login).last_review
        reviews.decide(store, item, slot, login, by_hand(card, names[0]), expects=last)
    reviews.finish(store, item, slot, login)


def by_hand(card: dict, criterion: str) -> Decision:
    if card["transcript_id"] == TWICE and criterion == "banned_phrases":
        texts = {turn: card["turns"][turn]["text"] for turn in MISSED}
        added = (AddedFinding(MISSED[turn], turn, 0, len(text)) for turn, text in texts.items())
        return Decision(criterion=criterion, action="judge", added=tuple(added))
    score = next(j["score"] for j in card["judgements"] if j["criterion"] == criterion)
    verdict = "not_applicable" if score is None else None
    return Decision(criterion=criterion, action="judge", verdict=verdict, score=score)


def shots(items: dict[str, int]) -> list[Shot]:
    return [
        Shot("queue", "amara", "queue"),
        Shot("review", "mei", f"review?item={items[SHOWN]}", open_phrases, 900),
        Shot("review-blind", "jonas", f"review?item={items[BLIND]}"),
        Shot("compare", "amara", "compare", to_evidence, 900),
        Shot("appeals", "amara", "appeals", to_evidence),
        Shot("dashboard", "amara", "dashboard", by_team, 1000),
        Shot("transcripts", "amara", f"transcripts?transcript={TRANSCRIPT}"),
        Shot("import", "amara", "imports", choose_file),
        Shot("settings", "sofia", "settings"),
        Shot(
            "review-zh", "amara", f"review?item={items[IN_CHINESE]}", open_phrases, locale="zh-CN"
        ),
    ]


def open_phrases(page: Page) -> None:
    """Open the judgement that has findings."""
    page.locator('[class*="-banned_phrases"] button').first.click()


def to_evidence(page: Page) -> None:
    """Follow the link of the first finding to its turn."""
    page.locator(".cq-sides a").first.click()


def by_team(page: Page) -> None:
    page.get_by_role("radio", name="Team").click()


def choose_file(page: Page) -> None:
    page.locator("input[type=file]").set_input_files(EXAMPLES / "week.jsonl")


def take(browser: Browser, address: str, shot: Shot, width: int) -> bytes:
    """Sign in, open the page, wait until it is drawn, and give its picture."""
    context = browser.new_context(
        viewport={"width": width, "height": shot.height},
        locale=shot.locale,
        timezone_id="Europe/London",
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}{shot.path}")
    page.locator("input[autocomplete=username]").fill(shot.login)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_test_id("stTopNav").wait_for()
    settle(page)
    shot.prepare(page)
    settle(page)
    page.mouse.move(0, shot.height - 1)
    picture = page.screenshot()
    context.close()
    return picture


def settle(page: Page) -> None:
    """Wait until the script has run and what it drew stands still."""
    page.wait_for_timeout(500)
    page.wait_for_selector(IDLE)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)


def save(picture: bytes, path: Path) -> None:
    """Write a picture with at most 256 colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name:20}{image.width:6} x {image.height}{size:9} bytes")
    if size > MAX_BYTES:
        raise SystemExit(f"{path} has more than {MAX_BYTES} bytes. Make it smaller.")


if __name__ == "__main__":
    main()
