"""The page as Streamlit runs it, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from cs_qa.store import Store, open_store
from cs_qa.store.queue import claim_next
from cs_qa.store.samples import NewItem, add_sample
from cs_qa.store.schema import scorecards
from cs_qa.store.transactions import reading
from cs_qa.ui import session, transcripts
from cs_qa.ui.listing import PAGE_SIZE

Card = dict[str, Any]
Open = Callable[..., AppTest]
APP = str(Path(__file__).parents[2] / "app.py")


def transcripts_page() -> None:
    """Run as a script of its own: AppTest cannot choose among the pages of `app.py`."""
    from cs_qa.errors import CsQaError
    from cs_qa.ui import session, transcripts

    try:
        transcripts.draw()
    except CsQaError as error:
        session.notice(error)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Open:
    def run(database: str | None, **address: str) -> AppTest:
        if database is None:
            monkeypatch.delenv("CS_QA_DB", raising=False)
        else:
            monkeypatch.setenv("CS_QA_DB", database)
        page = AppTest.from_function(transcripts_page, default_timeout=20)
        for name, value in address.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    session._open.clear()
    transcripts._facets.clear()
    return run


def shown(page: AppTest) -> str:
    """All text of the page's main part."""
    kinds = ("html", "markdown", "caption", "info", "error", "code")
    return "\n".join(
        str(getattr(element, "body", None) or getattr(element, "value", ""))
        for kind in kinds
        for element in page.get(kind)
    )


def listed(page: AppTest) -> list[str]:
    return [str(button.key).removeprefix("open-") for button in page.button]


def test_the_worst_is_first_and_open(open_page: Open, database: str) -> None:
    page = open_page(database)
    assert listed(page) == ["zh-1", "ar-1", "en-<b>1</b> **x**", "th-1", "en-unscored"]
    assert "不是告诉你了么？" in shown(page)
    assert "5 transcripts" in shown(page)


def test_an_address_opens_its_transcript(open_page: Open, database: str) -> None:
    page = open_page(database, transcript="th-1")
    assert "คืนได้ภายใน 30 วัน" in shown(page)
    assert "Excellent" in shown(page)


def test_a_click_opens_a_transcript_and_puts_it_in_the_address(
    open_page: Open, database: str
) -> None:
    page = open_page(database)
    page.button(key="open-ar-1").click().run()
    assert page.query_params["transcript"] == "ar-1"
    assert "هذه ليست مشكلتنا" in shown(page)


def test_hostile_text_stays_text(open_page: Open, database: str) -> None:
    page = open_page(database, transcript="en-<b>1</b> **x**")
    assert "&lt;script&gt;window.broken" in shown(page)
    assert "<script" not in shown(page)
    assert all(not markdown.allow_html for markdown in page.markdown)
    label = page.button(key="open-en-<b>1</b> **x**").label
    assert r"\<b\>1\<\/b\> \*\*x\*\*" in label


@pytest.mark.parametrize(
    ("key", "value", "ids"),
    [
        ("grade", "excellent", ["th-1"]),
        ("language", "ar", ["ar-1"]),
        ("agent", "a9", ["th-1"]),
        ("label", "hostile", ["zh-1"]),
        ("channel", "live_chat", ["zh-1", "ar-1", "en-<b>1</b> **x**", "th-1"]),
        ("market", "CN", ["zh-1"]),
        ("team", "cn-2", ["zh-1"]),
        ("order", "highest", ["th-1", "en-<b>1</b> **x**", "ar-1", "zh-1", "en-unscored"]),
    ],
)
def test_filters_and_orders(
    open_page: Open, database: str, key: str, value: str, ids: list[str]
) -> None:
    page = open_page(database)
    page.selectbox(key=key).set_value(value).run()
    assert listed(page) == ids


def test_filters_in_the_address_are_counted(open_page: Open, database: str) -> None:
    page = open_page(database, grade="excellent", market="TH")
    assert page.expander[0].label == "Filters (2)"
    assert listed(page) == ["th-1"]


@pytest.mark.parametrize(("only", "ids"), [("critical", ["zh-1"]), ("unscored", ["en-unscored"])])
def test_only_what_needs_attention(
    open_page: Open, database: str, only: str, ids: list[str]
) -> None:
    page = open_page(database)
    page.pills(key="only").set_value([only]).run()
    assert listed(page) == ids


def test_search_finds_words_of_the_turns(open_page: Open, database: str) -> None:
    page = open_page(database)
    page.text_input(key="search").set_value("dhl").run()
    assert listed(page) == ["ar-1"]
    assert "1 transcript" in shown(page)


def test_a_search_without_match_says_so(open_page: Open, database: str) -> None:
    page = open_page(database)
    page.text_input(key="search").set_value("nothing like it").run()
    assert listed(page) == []
    assert "No transcript matches" in shown(page)
    assert "Nothing to show" in shown(page)


def test_an_open_transcript_stays_while_nothing_matches(open_page: Open, database: str) -> None:
    page = open_page(database, transcript="th-1")
    page.text_input(key="search").set_value("nothing like it").run()
    assert "คืนได้ภายใน 30 วัน" in shown(page)


def test_an_unscored_transcript_says_why(open_page: Open, database: str) -> None:
    page = open_page(database, transcript="en-unscored")
    assert "The model&#x27;s file is missing." in shown(page)


def test_an_unknown_transcript_is_said(open_page: Open, database: str) -> None:
    assert "No such transcript" in shown(open_page(database, transcript="<b>"))


def test_a_long_list_is_paged(open_page: Open, cards: list[Card], tmp_path: Path) -> None:
    path = str(tmp_path / "many.db")
    with open_store(path) as store:
        store.add_scorecards({**cards[0], "transcript_id": f"t-{n:03}"} for n in range(50))
    page = open_page(path)
    assert listed(page) == [f"t-{n:03}" for n in range(PAGE_SIZE)]
    assert "50 transcripts" in shown(page)
    pages = page.get("pagination")[0]
    assert pages.proto.num_pages == 3


def test_no_database_says_how_to_choose_one(open_page: Open) -> None:
    open_page(None)
    page = AppTest.from_file(APP, default_timeout=20).run()
    assert "No database is chosen" in shown(page)
    assert "cs-qa review --db" in shown(page)


def test_a_missing_database_is_said_and_not_made(open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    assert "There is no database at" in shown(open_page(str(path)))
    assert not path.exists()


def test_an_empty_database_says_how_to_fill_it(open_page: Open, tmp_path: Path) -> None:
    path = str(tmp_path / "empty.db")
    open_store(path).close()
    page = open_page(path)
    assert "No transcripts yet" in shown(page)
    assert "cs-qa inspect" in shown(page)


def test_what_its_reader_has_yet_to_judge_blind_is_hidden(open_page: Open, database: str) -> None:
    open_page(database)  # makes the account of whoever works here alone
    with open_store(database) as store:
        blind = NewItem(
            transcript_id="zh-1",
            scorecard_id=first_card(store),
            reason="risk",
            explanation="Drawn.",
            is_blind=True,
        )
        add_sample(
            store, [blind], week="2026-W47", seed=1, config={}, population=5, by=session.LOCAL_USER
        )
        assert claim_next(store, session.LOCAL_USER) is not None
    page = open_page(database, transcript="zh-1")
    assert "不是告诉你了么？" not in shown(page)
    assert "review" in shown(page)
    label = next(button.label for button in page.button if button.key == "open-zh-1")
    assert "badge" not in label
    assert "badge" in next(button.label for button in page.button if button.key == "open-ar-1")


def first_card(store: Store) -> int:
    """The card of zh-1."""
    with reading(store) as connection:
        cards = select(scorecards.c.id).where(scorecards.c.transcript_id == "zh-1")
        return int(connection.execute(cards).scalar_one())
