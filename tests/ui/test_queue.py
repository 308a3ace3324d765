"""The page Queue as Streamlit runs it, without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cs_qa.store import Store, open_store, reviews
from cs_qa.store.assignments import held_by, release
from cs_qa.store.listing import ListedSlot
from cs_qa.store.queue import QueueCounts, claim, claim_next
from cs_qa.store.samples import list_samples, sample_items_of
from cs_qa.ui import session
from cs_qa.ui.queue.page import PAGE_SIZE, progress_html
from cs_qa.ui.queue.rows import lease_left, slot_label
from tests.store.conftest import make_card
from tests.store.desk import NOON, add_people, minutes
from tests.store.judged import sampled

Open = Callable[..., AppTest]


def _script() -> None:
    from cs_qa.ui.queue import page as queue

    queue.draw()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "desk.db")) as opened:
        add_people(opened)
        yield opened


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    monkeypatch.setenv("CS_QA_DB", str(tmp_path / "desk.db"))
    session._open.clear()

    def run(user: str = "ann", *, kept: dict[str, str] | None = None, **address: str) -> AppTest:
        page = AppTest.from_function(_script, default_timeout=20)
        page.session_state["signed_in"] = session.SignedIn(user)
        if kept is not None:
            page.session_state["queue_filter"] = kept
        for name, value in address.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return run


def shown(page: AppTest) -> str:
    kinds = ("html", "markdown", "caption", "info", "success", "error")
    return "\n".join(
        str(getattr(element, "body", None) or getattr(element, "value", ""))
        for kind in kinds
        for element in page.get(kind)
    )


def keys(page: AppTest, prefix: str) -> list[str]:
    return [
        str(button.key).removeprefix(prefix)
        for button in page.button
        if str(button.key).startswith(prefix) and str(button.key) != "claim-next"
    ]


def links(page: AppTest) -> list[tuple[str, str]]:
    return [(link.proto.page, link.proto.query_string) for link in page.get("page_link")]


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def test_without_a_sample_an_inspector_is_told_whom_to_ask(open_page: Open, store: Store) -> None:
    page = open_page("ann")
    assert "Ask a lead" in shown(page)
    assert not page.number_input


def test_without_conversations_a_lead_is_told_to_import(open_page: Open, store: Store) -> None:
    assert "Import some first" in shown(open_page("lea"))


def test_what_is_open_is_listed_with_its_conversation(open_page: Open, store: Store) -> None:
    items = sampled(store, "t1", "t2")
    page = open_page()
    assert keys(page, "claim-") == [str(item.id) for item in items]
    text = shown(page)
    assert "**t1**" in text
    assert ":small[:gray[a1 · en · 6 turns]]" in text
    assert "You hold none" in text
    assert "2 open to you" in text


def test_a_click_claims_an_item_and_opens_its_review(open_page: Open, store: Store) -> None:
    items = sampled(store, "t1", "t2")
    page = open_page()
    page.button(key=f"claim-{items[1].id}").click().run()
    assert [each.item_id for each in held_by(store, "ann")] == [items[1].id]
    assert page.query_params["item"] == str(items[1].id)
    page = open_page()
    assert keys(page, "claim-") == [str(items[0].id)]
    assert links(page) == [("review", f"item={items[1].id}")]
    assert "min left" in shown(page)


def test_claim_next_opens_the_review(open_page: Open, store: Store) -> None:
    items = sampled(store, "t1", "t2")
    page = open_page()
    page.button(key="claim-next").click().run()
    assert [each.item_id for each in held_by(store, "ann")] == [items[0].id]
    assert page.query_params["item"] == str(items[0].id)


def test_claim_next_keeps_to_the_filters(open_page: Open, store: Store) -> None:
    sampled(store, "t1")
    risky = sampled(store, "t2", week="2026-W48", reason="risk", random_probability=None)
    more = sampled(store, "t3", "t4", week="2026-W46", reason="risk", random_probability=None)
    page = open_page()
    sample = next(each for each in list_samples(store) if each.week == "2026-W46")
    page.selectbox(key="queue-sample").set_value(sample).run()
    page.selectbox(key="queue-reason").set_value("risk").run()
    assert keys(page, "claim-") == [str(item.id) for item in more]
    page.button(key="claim-next").click().run()
    assert [each.item_id for each in held_by(store, "ann")] == [more[0].id]
    assert page.query_params["item"] == str(more[0].id)
    assert page.query_params["reason"] == "risk"
    assert risky[0].id != more[0].id


def test_the_address_has_the_filter_by_values_of_no_language(open_page: Open, store: Store) -> None:
    sampled(store, "t1")
    (risky,) = sampled(store, "t2", week="2026-W48", reason="risk", random_probability=None)
    page = open_page()
    page.session_state["interface_language"] = "zh"
    page.selectbox(key="queue-reason").set_value("risk").run()
    assert page.query_params["reason"] == "risk"
    assert "sample" not in page.query_params
    assert page.session_state["queue_filter"] == {"reason": "risk"}
    page.selectbox(key="queue-reason").set_value(None).run()
    assert "reason" not in page.query_params
    assert page.session_state["queue_filter"] == {}
    assert keys(page, "claim-") == [str(risky.id)]


def test_the_filter_is_kept_for_who_comes_back(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1")
    sampled(store, "t2", week="2026-W48")
    page = open_page(kept={"sample": "2026-W47", "language": "en"})
    assert page.query_params["sample"] == "2026-W47"
    assert page.selectbox(key="queue-language").value == "en"
    assert keys(page, "claim-") == [str(item.id)]
    other = open_page(kept={"language": "en"}, agent="a1")
    assert other.selectbox(key="queue-language").value is None
    assert other.selectbox(key="queue-agent").value == "a1"


def test_a_filter_of_which_nothing_is_left_stays_chosen(open_page: Open, store: Store) -> None:
    sampled(store, "t1")
    page = open_page(reason="risk")
    assert page.selectbox(key="queue-reason").value == "risk"
    assert "Nothing here is open to you" in shown(page)


def test_an_item_is_given_back(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1")
    claim(store, item.id, "ann")
    page = press(open_page(), f"release-{item.id}-1")
    assert held_by(store, "ann") == []
    assert keys(page, "claim-") == [str(item.id)]


def test_what_the_store_refuses_is_said(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1")
    page = open_page()
    claim(store, item.id, "bob")
    page = press(page, f"claim-{item.id}")
    assert any("No slot of item" in error.value for error in page.error)
    assert held_by(store, "ann") == []


def test_the_last_one_may_go_to_somebody_else(open_page: Open, store: Store) -> None:
    sampled(store, "t1")
    page = open_page()
    claim_next(store, "bob")
    page = press(page, "claim-next")
    assert any("Nothing is left here" in error.value for error in page.error)


def test_finished_ones_are_listed_with_links(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1")
    claim(store, item.id, "ann")
    reviews.confirm_rest(store, item.id, 1, "ann", expects=None)
    reviews.finish(store, item.id, 1, "ann")
    page = open_page()
    assert page.expander[0].label == "Latest finished: 1"
    assert links(page) == [("review", f"item={item.id}")]
    assert "100% of 1 reviews" in shown(page)
    assert "Nothing here is open to you" in shown(page)


@pytest.mark.parametrize("of_item", [{"is_blind": True}, {"slots": 2}])
def test_a_hidden_item_tells_no_reason_and_no_score(
    open_page: Open, store: Store, of_item: dict[str, object]
) -> None:
    (item,) = sampled(store, "t1", reason="risk", random_probability=None, **of_item)
    card = store.scorecard("t1")
    assert card is not None
    for claimed in (False, True):
        if claimed:
            claim(store, item.id, "bob")
            release(store, item.id, 1, by="bob")
            claim(store, item.id, "ann")
        page = open_page()
        text = shown(page)
        options = [option for box in page.selectbox for option in box.options]
        assert "Risk" not in text
        assert "Risk" not in options
        assert f"{card['total']:.1f}" not in text
        assert "hostile" not in text.lower()
        if not claimed:
            assert "so that it sways nobody" in text


def test_long_lists_are_paged(open_page: Open, store: Store) -> None:
    sampled(store, *(f"t{n:02}" for n in range(PAGE_SIZE + 3)))
    page = open_page()
    assert len(keys(page, "claim-")) == PAGE_SIZE
    assert page.get("pagination")[0].proto.num_pages == 2
    assert "13 open to you" in shown(page)


def test_inspectors_have_no_tools_of_leads(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1")
    claim(store, item.id, "bob")
    page = open_page("ann")
    assert not page.number_input
    assert not keys(page, "release-any-")


def test_a_lead_releases_the_claim_of_another(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1")
    claim(store, item.id, "bob")
    page = open_page("lea")
    assert "**Bob**" in shown(page)
    page = press(page, f"release-any-{item.id}-1")
    assert held_by(store, "bob") == []
    assert "Nobody else holds a review now" in shown(page)


def test_a_lead_draws_a_sample(open_page: Open, store: Store) -> None:
    store.add_scorecards(make_card(f"t{n}", minutes=n) for n in range(12))
    page = open_page("lea")
    assert page.selectbox(key="draw-week").value == "2026-W47"
    assert page.selectbox(key="draw-week").options == ["2026-W47: 12 of 12 not drawn yet"]
    page.number_input(key="draw-size").set_value(6)
    page.number_input(key="draw-seed").set_value(5)
    page.button(key="FormSubmitter:draw-sample-Draw").click().run()
    assert not page.exception
    (sample,) = list_samples(store)
    assert (sample.week, sample.size, sample.seed, sample.drawn_by) == ("2026-W47", 6, 5, "lea")
    assert "Drawn: 6 of 12 conversations of 2026-W47, seed 5" in shown(page).replace("\\", "")
    assert len(keys(page, "claim-")) == len(sample_items_of(store, sample.id)) == 6


def test_a_draw_without_anything_left_is_said(open_page: Open, store: Store) -> None:
    store.add_scorecards([make_card("t1")])
    page = open_page("lea")
    for _press in range(2):
        page.button(key="FormSubmitter:draw-sample-Draw").click().run()
        assert not page.exception
    assert any("drawn before" in error.value for error in page.error)
    assert len(list_samples(store)) == 1


SLOT = ListedSlot(
    item_id=1,
    slot=1,
    slots=1,
    week="2026-W47",
    number=1,
    position=0,
    transcript_id="**t** :red[x]",
    agent="<b>a</b>",
    language="en",
    channel="live_chat",
    turn_count=1,
    is_blind=False,
    reason="risk",
    user_id=None,
    claimed_at=None,
    lease_until=None,
    done_at=None,
)


def test_hostile_names_stay_text() -> None:
    label = slot_label(SLOT)
    assert r"\*\*t\*\* \:red\[x\]" in label
    assert r"\<b\>a\<\/b\> · en · Live chat · 1 turn" in label
    assert ":gray-badge[Risk]" in label
    assert "Risk" not in slot_label(SLOT, with_reason=False)


@pytest.mark.parametrize(
    ("minutes_left", "said"),
    [
        (30, "30 min left"),
        (1.5, "1 min left"),
        (0.5, "under a minute left"),
        (0, "Time is up; yours until someone claims it"),
        (-5, "Time is up; yours until someone claims it"),
    ],
)
def test_leases(minutes_left: float, said: str) -> None:
    assert lease_left(minutes(minutes_left), NOON) == said


def test_progress_is_of_all_slots() -> None:
    html = progress_html(QueueCounts(open=2, claimed=1, done=1), 3)
    assert "3 conversations, 1 of them reviewed twice" in html
    assert "25% of 4 reviews" in html
    assert [f"width:{share}" in html for share in ("25.00%", "50.00%")] == [True, True]
    assert "0% of 0 reviews" in progress_html(QueueCounts(0, 0, 0), 0)
    assert "<p>1 conversation</p>" in progress_html(QueueCounts(1, 0, 0), 1)


def test_a_lapsed_claim_stays_with_its_holder_until_claimed(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1")
    claim(store, item.id, "ann", now=NOON - timedelta(days=999))
    page = open_page()
    assert "Time is up" in shown(page)
    assert keys(page, "claim-") == [str(item.id)]
