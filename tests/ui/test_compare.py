"""The page Second reviews as Streamlit runs it, without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cs_qa.store import Store, open_store, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.adjudications import adjudicate, adjudications_of, disagreements
from cs_qa.store.calibration import items_of, judge, list_sessions, open_calibration
from cs_qa.store.calibration_draw import add_session
from cs_qa.store.decisions import AddedFinding, Decision
from cs_qa.store.queue import claim
from cs_qa.store.samples import StoredItem
from cs_qa.store.users import add_user
from cs_qa.types import CRITERIA
from cs_qa.ui import session
from cs_qa.ui.compare.html import Side, coefficient, evidence_card, sides_html, table_html
from tests.store.desk import add_people
from tests.store.judged import CARD, FOUND, make, sampled

Open = Callable[..., AppTest]
AT = "2026-11-17T09:00:00+00:00"


def _script() -> None:
    from cs_qa.ui.compare import page as compare

    compare.draw()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "desk.db")) as opened:
        add_people(opened)
        yield opened


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    monkeypatch.setenv("CS_QA_DB", str(tmp_path / "desk.db"))
    session._open.clear()

    def run(user: str = "lea", view: str | None = None, **address: str) -> AppTest:
        page = AppTest.from_function(_script, default_timeout=30)
        page.session_state["signed_in"] = session.SignedIn(user)
        if view is not None:
            page.session_state["compare-view"] = view
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
    return [str(button.key) for button in page.button if str(button.key).startswith(prefix)]


def review_twice(store: Store, item: StoredItem, *others: Decision, second: str = "bob") -> None:
    """ann confirms all; the second reviewer judges as the machine does, but for `others`."""
    claim(store, item.id, "ann")
    reviews.confirm_rest(store, item.id, 1, "ann", expects=None)
    reviews.finish(store, item.id, 1, "ann")
    claim(store, item.id, second)
    differ = {each.criterion: each for each in others}
    for machine in CARD["judgements"]:
        same = {"score": machine["score"]} if machine["score"] is not None else {}
        alike = Decision(
            criterion=machine["criterion"],
            action="judge",
            **(same or {"verdict": "not_applicable"}),
        )
        rows = reviews.reviews_of(store, item.transcript_id)
        own = [row.id for row in rows if row.user_id == second]
        decision = differ.get(machine["criterion"], alike)
        reviews.decide(store, item.id, 2, second, decision, expects=max(own, default=None))
    reviews.finish(store, item.id, 2, second)


def judged(criterion: str, **changes: object) -> Decision:
    return Decision(criterion=criterion, action="judge", **changes)  # type: ignore[arg-type]


PASSED = judged("banned_phrases", verdict="pass", comment="A quotation.")


def test_without_disagreement_the_page_says_so(open_page: Open, store: Store) -> None:
    assert "Nothing to decide" in shown(open_page())


def test_both_reviews_stand_side_by_side_with_the_machine(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1", slots=2)
    review_twice(store, item, PASSED)
    told = shown(open_page())
    assert "1 judgement to decide" in told
    for words in ("Ann", "Bob", "Machine", "First review", "Second review, blind", "A quotation."):
        assert words in told
    assert "Ann, Machine" not in told
    assert "Machine, Ann: Why." in told


def test_a_review_is_taken_over_with_a_reason(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1", slots=2)
    review_twice(store, item, PASSED)
    page = open_page()
    (take,) = keys(page, "take-1-")
    page.button(key=take).click().run()
    assert adjudications_of(store, item.id) == []
    assert "needs its reason" in shown(page)
    page.text_area[0].set_value("Bob quotes the policy.").run()
    page.button(key=take).click().run()
    (stored,) = adjudications_of(store, item.id)
    assert (stored.decision, stored.user_id) == (PASSED, "lea")
    assert stored.reason == "Bob quotes the policy."
    assert "Decided: Banned phrases of t1." in shown(page).replace("\\", "")
    assert disagreements(store, "lea") == []


def test_the_reason_that_was_typed_is_kept(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1", slots=2)
    review_twice(store, item, PASSED)
    page = open_page()
    page.text_area[0].set_value("The words are the agent's own.").run()
    page.button(key=keys(page, "take-0-")[0]).click().run()
    (stored,) = adjudications_of(store, item.id)
    assert stored.reason == "The words are the agent's own."
    assert stored.decision.action == "confirm"


def test_an_own_decision_through_the_form(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1", slots=2)
    review_twice(store, item, judged("politeness", score=5.0))
    page = open_page()
    page.toggle[0].set_value(True).run()
    (form,) = [str(each.key).removeprefix("score-") for each in page.number_input]
    page.number_input[0].set_value(40.0).run()
    page.text_area(key=f"comment-{form}").set_value("Curt, not rude.").run()
    page.button(key=f"save-{form}").click().run()
    (stored,) = adjudications_of(store, item.id)
    assert (stored.score_after, stored.reason) == (40.0, "Curt, not rude.")


def test_an_own_decision_needs_its_reason(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1", slots=2)
    review_twice(store, item, judged("politeness", score=5.0))
    page = open_page()
    page.toggle[0].set_value(True).run()
    form = str(page.number_input[0].key).removeprefix("score-")
    page.number_input[0].set_value(40.0).run()
    page.button(key=f"save-{form}").click().run()
    assert adjudications_of(store, item.id) == []
    assert "needs its reason" in shown(page)


def test_what_another_lead_decided_meanwhile_is_not_decided_again(
    open_page: Open, store: Store
) -> None:
    add_user(store, "leo", name="Leo", role="lead", by=OPERATOR)
    (item,) = sampled(store, "t1", slots=2)
    review_twice(store, item, PASSED, judged("politeness", score=5.0))
    page = open_page(item=str(item.id), criterion="politeness")
    adjudicate(store, item.id, "leo", PASSED, reason="So.", expects=None)
    page.text_area[0].set_value("Too curt.")
    page.button(key=keys(page, "take-0-")[0]).click().run()
    assert len(adjudications_of(store, item.id)) == 1
    assert "adjudicated since it was shown" in shown(page)


def test_who_reviewed_does_not_decide(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1", slots=2)
    review_twice(store, item, PASSED, second="lea")
    page = open_page()
    assert "another lead has to decide" in shown(page)
    assert keys(page, "take-") == []


def test_the_list_opens_another_disagreement(open_page: Open, store: Store) -> None:
    items = sampled(store, "t1", "t2", slots=2)
    for item in items:
        review_twice(store, item, PASSED)
    page = open_page()
    page.button(key=f"differ-{items[1].id}-banned_phrases").click().run()
    assert page.query_params["item"] == str(items[1].id)
    assert keys(page, f"take-0-{items[1].id}-")


def test_progress_counts_what_is_open(open_page: Open, store: Store) -> None:
    first, second = sampled(store, "t1", "t2", slots=2)
    review_twice(store, first, PASSED)
    claim(store, second.id, "ann")
    page = open_page(view="progress")
    figures = {each.label: each.value for each in page.metric}
    assert figures["Items reviewed twice"] == "2"
    assert figures["Both finished"] == "1 (50%)"
    assert figures["Judgements to decide"] == "1"
    table = page.dataframe[0].value
    assert list(table["Result"]) == ["1 to decide", "–"]
    assert table["First review"][1] == "Ann reviews it"
    assert table["Second review"][1] == "Open"


def test_progress_without_second_reviews_says_what_to_do(open_page: Open, store: Store) -> None:
    assert "No second reviews yet" in shown(open_page(view="progress"))


def test_agreement_of_few_pairs_is_too_few(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t1", slots=2)
    review_twice(store, item, PASSED)
    told = shown(open_page(view="agreement"))
    assert "too few" in told
    assert told.count("<table") == 3


def test_agreement_of_enough_pairs_is_told(open_page: Open, store: Store) -> None:
    for item in sampled(store, *(f"t{number}" for number in range(10)), slots=2):
        review_twice(store, item, *([PASSED] if item.position % 2 else []))
    told = shown(open_page(view="agreement"))
    assert "<tr><th>Banned phrases</th><td>10</td><td>10</td><td>50%</td>" in told
    assert "All criteria" in told


def test_agreement_without_reviews_says_what_to_do(open_page: Open, store: Store) -> None:
    assert "No finished reviews yet" in shown(open_page(view="agreement"))


def add_dated(store: Store, *ids: str) -> None:
    cards = [make(*FOUND, id_=id_) | {"agent_id": "a9"} for id_ in ids]
    for card in cards:
        card["turns"] = [turn | {"at": AT} for turn in card["turns"]]
    store.add_scorecards(cards)


def test_a_lead_makes_a_calibration(open_page: Open, store: Store) -> None:
    add_dated(store, "t1", "t2")
    page = open_page(view="calibration")
    assert "No calibration yet" in shown(page)
    page.number_input(key="calibration-size").set_value(2)
    page.multiselect(key="calibration-people").set_value(["ann", "bob"])
    next(each for each in page.button if each.label == "Draw").click().run()
    (made,) = list_sessions(store, "lea")
    assert (made.size, made.participants) == (2, ("ann", "bob"))
    assert "2 conversations of 2026-W47 for 2 people" in shown(page).replace("\\", "")
    assert "Ann: 0 of 14" in shown(page)


def test_an_inspector_judges_without_the_machine(open_page: Open, store: Store) -> None:
    add_dated(store, "t1", "t2")
    made = add_session(store, "2026-W47", size=2, by="lea", seed=1)
    page = open_page("ann", session=str(made.id))
    told = shown(page)
    assert "To decide" not in told
    assert not [word for word in ("Hostile", "Found:", "Fail", "Why.") if word in told]
    page.pills[0].set_value("politeness").run()
    form = str(page.number_input[0].key).removeprefix("score-")
    page.number_input[0].set_value(35.0).run()
    page.button(key=f"save-{form}").click().run()
    item = items_of(store, made.id, "ann")[0]
    assert open_calibration(store, item.id, "ann").reviews["politeness"].judgement["score"] == 35.0
    assert "Ann: 1 of 14" in shown(page)
    assert "✓ Politeness" in page.pills[0].options


def test_an_address_opens_an_item_of_the_calibration(open_page: Open, store: Store) -> None:
    add_dated(store, "t1", "t2")
    made = add_session(store, "2026-W47", size=2, by="lea", seed=1)
    item = items_of(store, made.id, "ann")[1]
    page = open_page("ann", session=str(made.id), item=str(item.id))
    assert f"#### {item.transcript_id}" in shown(page)


def test_results_are_compared_once_the_session_is_closed(open_page: Open, store: Store) -> None:
    add_dated(store, "t1", "t2")
    made = add_session(store, "2026-W47", size=2, by="lea", seed=1)
    for user, score in (("ann", 80.0), ("bob", 35.0)):
        for item in items_of(store, made.id, user):
            expects = None
            for name in CRITERIA:
                decision = judged(name, score=score)
                expects = judge(store, item.id, user, decision, expects=expects).id
    told = shown(open_page("ann"))
    assert "<th>Ann</th><th>Bob</th><th>Machine</th><th>Range</th>" in told
    assert "<td>80 · Pass</td><td>35 · Fail</td>" in told
    assert "<td>45</td>" in told
    assert "All criteria</th><td>14</td>" in told


def test_a_lead_closes_a_session(open_page: Open, store: Store) -> None:
    add_dated(store, "t1")
    made = add_session(store, "2026-W47", size=1, by="lea")
    page = open_page(view="calibration")
    page.button(key=f"close-{made.id}").click().run()
    assert list_sessions(store, "lea")[0].closed_by == "lea"
    assert "Nobody has judged yet" in shown(page)


def test_an_inspector_without_a_calibration_is_told(open_page: Open, store: Store) -> None:
    page = open_page("bob")
    assert "You take part in no calibration" in shown(page)
    assert "compare-view" not in page.session_state
    assert "compare-view" in open_page("lea").session_state


HOSTILE = "<img src=x onerror=alert(1)>"


def test_what_people_typed_stays_text() -> None:
    decision = Decision(criterion="politeness", action="judge", score=1.0, comment=HOSTILE)
    judgement = {"verdict": "fail", "score": 1.0, "findings": []}
    html = sides_html([Side(HOSTILE, HOSTILE, judgement, decision)])
    assert html.count("&lt;img") == 3
    assert "<img" not in html + table_html([HOSTILE], [[HOSTILE, HOSTILE]])


def test_levels_and_sentiments_are_told_by_turn() -> None:
    judgement = {"verdict": "pass", "score": 100.0, "findings": []}
    level = Decision(criterion="empathy", action="judge", levels=((1, 2),))
    mood = Decision(criterion="sentiment", action="judge", sentiments=((0, "negative"),))
    html = sides_html([Side("Ann", "", judgement, level), Side("Bob", "", judgement, mood)])
    assert '<a href="#turn-1">turn 2</a>: Specific' in html
    assert '<a href="#turn-0">turn 1</a>: Negative' in html


def test_evidence_of_all_sides_is_marked_once() -> None:
    machine = next(each for each in CARD["judgements"] if each["criterion"] == "banned_phrases")
    added = AddedFinding("hostile", 1, 14, 20)
    new = {**machine["findings"][0], "start": added.start, "end": added.end}
    sides = [
        Side("Machine", "", machine),
        Side("Ann", "", {**machine, "findings": [machine["findings"][0], new]}),
    ]
    (judgement,) = evidence_card(CARD, "banned_phrases", sides)["judgements"]
    assert [each["explanation"].split(":")[0] for each in judgement["findings"]] == [
        "Machine, Ann",
        "Machine",
        "Ann",
    ]


@pytest.mark.parametrize(
    ("value", "interval", "text"),
    [
        (None, None, "–"),
        (0.5, None, "0.50"),
        (-0.125, (-0.5, 1.0), "-0.12 (-0.50 … 1.00)"),
    ],
)
def test_coefficients(value: float | None, interval: tuple[float, float] | None, text: str) -> None:
    assert coefficient(value, interval) == text
