"""The page Appeals as Streamlit runs it, without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cs_qa.store import Store, open_store, results, reviews
from cs_qa.store.appeals import StoredAppeal, decide_appeal, list_appeals, raise_appeal
from cs_qa.store.queue import claim
from cs_qa.ui import session
from cs_qa.ui.appeals.decide import appeal_html
from tests.store.desk import add_people
from tests.store.judged import CARD, FOUND, make, override, ref, sampled

Open = Callable[..., AppTest]
REJECT = override("banned_phrases", removed=(ref("banned_phrases", 0),))
HOSTILE = "<img src=x onerror=alert(1)>"


def _script() -> None:
    from cs_qa.ui.appeals import page as appeals

    appeals.draw()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A conversation of amy's that ann reviewed."""
    with open_store(str(tmp_path / "desk.db")) as opened:
        add_people(opened)
        (item,) = sampled(opened, "t1")
        claim(opened, item.id, "ann")
        reviews.confirm_rest(opened, item.id, 1, "ann", expects=None)
        reviews.finish(opened, item.id, 1, "ann")
        yield opened


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    monkeypatch.setenv("CS_QA_DB", str(tmp_path / "desk.db"))
    session._open.clear()

    def run(user: str = "lea", **address: str) -> AppTest:
        page = AppTest.from_function(_script, default_timeout=30)
        page.session_state["signed_in"] = session.SignedIn(user)
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


def labels(page: AppTest) -> list[str]:
    return [each.label for each in page.button]


def appeal(store: Store, criterion: str | None = "banned_phrases") -> StoredAppeal:
    return raise_appeal(store, "t1", "amy", "It was a joke.", criterion=criterion)


def raise_on_page(page: AppTest, text: str, place: int = 0) -> AppTest:
    page.selectbox(key="appeal-criterion-t1-0").set_value(place)
    page.text_area(key="appeal-text-t1-0").set_value(text)
    return next(each for each in page.button if each.label == "Raise the appeal").click().run()


def test_an_agent_raises_an_appeal(open_page: Open, store: Store) -> None:
    page = open_page("amy", transcript="t1")
    options = page.selectbox(key="appeal-criterion-t1-0").options
    assert options[0] == f"Whole scorecard: {CARD['total']:g}"
    place = next(n for n, name in enumerate(options) if name.startswith("Banned phrases"))
    raise_on_page(page, "I quoted her.", place)
    (raised,) = list_appeals(store, "lea")
    assert (raised.criterion, raised.text, raised.raised_by) == (
        "banned_phrases",
        "I quoted her.",
        "amy",
    )
    told = shown(page)
    assert "Your appeal is raised" in told
    assert "A lead has yet to answer" in told


def test_an_appeal_needs_a_text(open_page: Open, store: Store) -> None:
    page = open_page("amy", transcript="t1")
    raise_on_page(page, "  ")
    assert list_appeals(store, "lea") == []
    assert "needs a text" in shown(page)


def test_what_was_appealed_is_offered_no_more(open_page: Open, store: Store) -> None:
    appeal(store, None)
    page = open_page("amy", transcript="t1")
    assert not page.selectbox(key="appeal-criterion-t1-1").options[0].startswith("Whole")


def test_after_the_window_nothing_can_be_appealed(
    open_page: Open, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = datetime.now(UTC) + timedelta(days=8)
    monkeypatch.setattr("cs_qa.store.appeal_views.moment", lambda now: now or later)
    told = shown(open_page("amy"))
    assert "No conversation can be appealed now" in told
    assert "7 days" in told


def test_a_conversation_of_others_is_not_offered(open_page: Open, store: Store) -> None:
    store.add_scorecards([make(*FOUND, id_="other") | {"agent_id": "a2"}])
    page = open_page("amy", transcript="other")
    assert "other cannot be appealed any more" in shown(page)
    assert len(page.selectbox(key="appeal-conversation").options) == 1


def test_a_lead_without_appeals_is_told(open_page: Open, store: Store) -> None:
    assert "No appeals yet" in shown(open_page())


def test_an_appeal_is_rejected_with_an_answer(open_page: Open, store: Store) -> None:
    raised = appeal(store)
    page = open_page()
    assert page.button(key=f"decide-{raised.id}").disabled
    page.segmented_control(key=f"outcome-{raised.id}").set_value("rejected").run()
    page.text_area(key=f"answer-{raised.id}").set_value("The words are plain.").run()
    page.button(key=f"decide-{raised.id}").click().run()
    (decided,) = list_appeals(store, "lea")
    assert (decided.state, decided.answer) == ("rejected", "The words are plain.")
    assert "The words are plain." in shown(page)
    assert "→" not in shown(page)


def test_an_answer_is_needed(open_page: Open, store: Store) -> None:
    raised = appeal(store)
    page = open_page()
    page.segmented_control(key=f"outcome-{raised.id}").set_value("rejected").run()
    page.button(key=f"decide-{raised.id}").click().run()
    assert list_appeals(store, "lea")[0].state == "open"
    assert "needs an answer" in shown(page)


def test_an_appeal_is_upheld_through_the_form(open_page: Open, store: Store) -> None:
    raised = appeal(store)
    page = open_page()
    page.segmented_control(key=f"outcome-{raised.id}").set_value("upheld").run()
    assert page.button(key=f"decide-{raised.id}").disabled
    form = f"appeal-{raised.id}-banned_phrases"
    page.selectbox(key=f"finding-0-{form}").set_value("removed").run()
    page.button(key=f"save-{form}").click().run()
    assert list_appeals(store, "lea")[0].state == "open"
    told = shown(page)
    assert f"<s>{CARD['total']:g}</s> → <b>" in told
    page.text_area(key=f"answer-{raised.id}").set_value("You quoted her.").run()
    page.button(key=f"decide-{raised.id}").click().run()
    (decided,) = list_appeals(store, "lea")
    assert (decided.state, decided.decisions[0].removed) == ("upheld", REJECT.removed)
    assert decided.score_after == 100.0
    result = results.current(store, "t1")
    assert result is not None
    assert result.total == decided.total_after
    after = shown(page)
    assert "<b>Upheld</b>" in after
    assert f"<s>{CARD['total']:g}</s> → <b>" in after


def test_a_decision_can_be_taken_back_before_the_answer(open_page: Open, store: Store) -> None:
    raised = appeal(store, None)
    page = open_page()
    page.segmented_control(key=f"outcome-{raised.id}").set_value("partly").run()
    which = next(each for each in page.selectbox if each.label == "Judgement to change")
    which.set_value("politeness").run()
    form = f"appeal-{raised.id}-politeness"
    page.number_input(key=f"score-{form}").set_value(95.0).run()
    page.button(key=f"save-{form}").click().run()
    assert not page.button(key=f"decide-{raised.id}").disabled
    page.button(key=f"take-back-{raised.id}-politeness").click().run()
    assert page.button(key=f"decide-{raised.id}").disabled


def test_nobody_answers_an_appeal_against_an_own_review(open_page: Open, store: Store) -> None:
    (item,) = sampled(store, "t2", week="2026-W48")
    claim(store, item.id, "lea")
    reviews.confirm_rest(store, item.id, 1, "lea", expects=None)
    reviews.finish(store, item.id, 1, "lea")
    raise_appeal(store, "t2", "amy", "No.")
    page = open_page()
    assert "another lead has to decide" in shown(page)
    assert "Answer the appeal" not in labels(page)
    assert "Answer the appeal" in labels(open_page("ada"))


def test_what_another_lead_answered_meanwhile_stays(open_page: Open, store: Store) -> None:
    raised = appeal(store)
    page = open_page()
    page.segmented_control(key=f"outcome-{raised.id}").set_value("rejected").run()
    page.text_area(key=f"answer-{raised.id}").set_value("No.").run()
    decide_appeal(store, raised.id, "ada", "upheld", answer="Yes.", decisions=[REJECT])
    page.button(key=f"decide-{raised.id}").click().run()
    assert list_appeals(store, "lea")[0].decided_by == "ada"
    assert "is upheld already" in shown(page)


def test_the_list_is_by_state(open_page: Open, store: Store) -> None:
    first, second = appeal(store), appeal(store, "politeness")
    decide_appeal(store, first.id, "lea", "rejected", answer="No.")
    page = open_page()
    assert page.pills(key="appeal-state").options == ["Open 1", "Rejected 1"]
    page.pills(key="appeal-state").set_value("rejected").run()
    listed = [str(each.key) for each in page.button if str(each.key).startswith("appeal-")]
    assert listed == [f"appeal-{first.id}"]
    page.pills(key="appeal-state").set_value(None).run()
    page.button(key=f"appeal-{second.id}").click().run()
    assert page.query_params["appeal"] == str(second.id)


def test_an_agent_reads_the_answer_and_decides_nothing(open_page: Open, store: Store) -> None:
    raised = appeal(store)
    decide_appeal(store, raised.id, "lea", "upheld", answer="You quoted her.", decisions=[REJECT])
    page = open_page("amy")
    assert "You quoted her." in shown(page)
    assert f"<s>{CARD['total']:g}</s> → <b>" in shown(page)
    assert "Answer the appeal" not in labels(page)


def test_what_people_typed_stays_text(store: Store) -> None:
    raised = raise_appeal(store, "t1", "amy", HOSTILE)
    decided = decide_appeal(store, raised.id, "lea", "rejected", answer=HOSTILE)
    html = appeal_html(decided, {"amy": HOSTILE})
    assert html.count("&lt;img") == 3
    assert "<img" not in html
