"""The page Review as Streamlit runs it, without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cs_qa.store import Store, open_store, queue
from cs_qa.store.decisions import Decision, FindingRef
from cs_qa.store.drafts import draft
from cs_qa.store.reviews import confirm_rest, decide, finish, reviews_of
from cs_qa.store.viewing import open_item
from cs_qa.ui import session
from cs_qa.ui.wording import criterion_name
from tests.store.desk import add_people
from tests.store.judged import CARD, SAID, override, sampled

TO_DECIDE = [
    each["criterion"] for each in CARD["judgements"] if each["verdict"] != "not_applicable"
]
ALL = [each["criterion"] for each in CARD["judgements"]]

Open = Callable[..., AppTest]


def _script() -> None:
    from cs_qa.ui.review import page as review

    review.draw()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "desk.db")) as opened:
        add_people(opened)
        yield opened


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    monkeypatch.setenv("CS_QA_DB", str(tmp_path / "desk.db"))
    session._open.clear()

    def run(user: str = "ann", **address: str) -> AppTest:
        page = AppTest.from_function(_script, default_timeout=20)
        page.session_state["signed_in"] = session.SignedIn(user)
        for name, value in address.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return run


def shown(page: AppTest) -> str:
    kinds = ("html", "markdown", "caption", "info", "success", "warning", "error")
    return "\n".join(
        str(getattr(element, "body", None) or getattr(element, "value", ""))
        for kind in kinds
        for element in page.get(kind)
    )


def keys(page: AppTest, start: str) -> list[str]:
    return [str(each.key) for each in page.button if str(each.key).startswith(start)]


def press(page: AppTest, start: str) -> None:
    """Press the one button whose key starts so."""
    [key] = keys(page, start)
    page.button(key=key).click().run()
    assert not page.exception


def conversation(page: AppTest) -> str:
    return next(str(each.body) for each in page.html if "cq-conversation" in each.body)


def choose(page: AppTest, item: int, criterion: str) -> None:
    page.button(key=f"open-{item}-{criterion}").click().run()


def decided(store: Store, transcript: str = "t1") -> list[tuple[str, str]]:
    return [(row.criterion, row.action) for row in reviews_of(store, transcript)]


def test_the_next_open_item_is_claimed_and_stands_in_the_address(
    store: Store, open_page: Open
) -> None:
    first, second = sampled(store, "t1", "t2")
    page = open_page()
    assert page.query_params["item"] == str(first.id)
    assert open_item(store, first.id, "ann").slot == 1
    assert "Not my job" in shown(page)
    assert open_page("bob").query_params["item"] == str(second.id)


def test_an_item_in_hand_goes_before_a_new_one(store: Store, open_page: Open) -> None:
    _first, second = sampled(store, "t1", "t2")
    queue.claim(store, second.id, "ann")
    assert open_page().query_params["item"] == str(second.id)


def test_an_address_opens_its_item(store: Store, open_page: Open) -> None:
    _first, second = sampled(store, "t1", "t2")
    page = open_page(item=str(second.id))
    assert page.query_params["item"] == str(second.id)
    assert open_item(store, second.id, "ann").slot == 1


def test_without_items_it_says_so(store: Store, open_page: Open) -> None:
    assert "All done" in shown(open_page())


@pytest.mark.parametrize("asked", ["999", "x", "-1", "²", "9" * 30, "1.5"])
def test_an_address_without_an_item_says_so(store: Store, open_page: Open, asked: str) -> None:
    [item] = sampled(store, "t1")
    page = open_page(item=asked)
    assert "Open one from the queue" in shown(page).replace("\\", "")
    page.button(key="next-after-error").click().run()
    assert page.query_params["item"] == str(item.id)


def test_who_may_not_see_an_item_is_told(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    queue.claim(store, item.id, "bob")
    page = open_page(item=str(item.id))
    assert "Not my job" not in shown(page)
    assert page.error


def test_a_lead_sees_what_others_review_and_decides_nothing(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    queue.claim(store, item.id, "bob")
    page = open_page("lea", item=str(item.id))
    assert "You do not review this item" in shown(page)
    assert not keys(page, "confirm-")


def test_confirming_goes_on_to_the_next_judgement(store: Store, open_page: Open) -> None:
    sampled(store, "t1")
    page = open_page()
    for number, criterion in enumerate(TO_DECIDE):
        assert keys(page, "confirm-")[0].endswith(f"-{criterion}")
        assert f"{len(TO_DECIDE) - number} to decide" in shown(page)
        press(page, "confirm-")
    assert decided(store) == [(name, "confirm") for name in TO_DECIDE]


def test_the_last_decision_offers_to_finish_and_the_next_item_opens(
    store: Store, open_page: Open
) -> None:
    first, second = sampled(store, "t1", "t2")
    page = open_page()
    assert not keys(page, "finish-")
    press(page, "rest-")
    assert decided(store) == [(name, "confirm") for name in TO_DECIDE]
    press(page, "finish-")
    assert page.query_params["item"] == str(second.id)
    assert open_item(store, first.id, "ann").is_finished


def test_undo_takes_the_last_decision_back_and_opens_it(store: Store, open_page: Open) -> None:
    sampled(store, "t1")
    page = open_page()
    assert not keys(page, "undo-")
    press(page, "confirm-")
    press(page, "undo-")
    assert decided(store) == [(TO_DECIDE[0], "confirm"), (TO_DECIDE[0], "undo")]
    assert keys(page, "confirm-")[0].endswith(f"-{TO_DECIDE[0]}")


def test_undo_stays_when_everything_is_decided(store: Store, open_page: Open) -> None:
    sampled(store, "t1")
    page = open_page()
    press(page, "rest-")
    assert not keys(page, "confirm-")
    press(page, "undo-")
    assert decided(store)[-1] == (TO_DECIDE[-1], "undo")
    assert keys(page, "confirm-")[0].endswith(f"-{TO_DECIDE[-1]}")
    assert f"**Undone:** {criterion_name(TO_DECIDE[-1])}, confirmed" in shown(page)
    page.run()
    assert "**Undone:**" not in shown(page)
    press(page, "undo-")
    assert decided(store)[-1] == (TO_DECIDE[-2], "undo")


def test_the_next_item_keeps_to_the_filter_of_the_queue(store: Store, open_page: Open) -> None:
    sampled(store, "t1")
    risky = sampled(store, "t2", "t3", week="2026-W48", reason="risk", random_probability=None)
    page = open_page(reason="risk", sample="2026-W48")
    for item in risky:
        assert page.query_params["item"] == str(item.id)
        press(page, "rest-")
        press(page, "finish-")
    assert "No other item matches the filter" in shown(page)
    page.button(key="clear-filter").click().run()
    assert "reason" not in page.query_params
    assert "**t1**" in shown(page)


def test_what_is_held_outside_of_the_filter_waits(store: Store, open_page: Open) -> None:
    (held,) = sampled(store, "t1")
    (risky,) = sampled(store, "t2", week="2026-W48", reason="risk", random_probability=None)
    queue.claim(store, held.id, "ann")
    assert open_page(reason="risk").query_params["item"] == str(risky.id)
    assert open_page().query_params["item"] == str(held.id)


def test_the_level_that_was_set_stands_at_its_turn(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    queue.claim(store, item.id, "ann")
    before = conversation(open_page())
    assert "empathy: formulaic" in before
    assert "by you" not in before
    decide(store, item.id, 1, "ann", override("empathy", levels=((1, 0),)), expects=None)
    decide(store, item.id, 1, "ann", override("sentiment", sentiments=((0, "neutral"),)), expects=1)
    after = conversation(open_page())
    assert "empathy: none <em>by you</em>" in after
    assert ">neutral</span> <em>by you</em>" in after
    assert after.count("by you") == 2


def test_finishing_counts_at_once(store: Store, open_page: Open) -> None:
    blind = sampled(store, "t1", is_blind=True)[0]
    sampled(store, "t2", week="2026-W48")
    page = open_page(item=str(blind.id))
    assert "0 of 2 done" in shown(page)
    for _name in ALL:
        press(page, "judge-pass-")
    press(page, "finish-")
    assert "1 of 2 done" in shown(page)
    press(page, "next-")
    press(page, "rest-")
    assert "1 of 2 done" in shown(page)
    page = open_page("lea", item=str(blind.id))
    assert "1 of 2 done" in shown(page)


def test_a_judgement_that_is_opened_shows_its_own_evidence(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    choose(page, item.id, "banned_phrases")
    assert keys(page, "confirm-")[0].endswith("-banned_phrases")
    machine = next(each.body for each in page.html if "cq-rv-machine" in each.body)
    assert "Hostile" in machine
    assert "90% sure" in machine
    assert "Why." in machine


def test_moving_stops_at_both_ends(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    assert page.button(key=f"move-K-{item.id}").disabled
    page.button(key=f"move-J-{item.id}").click().run()
    assert keys(page, "confirm-")[0].endswith(f"-{ALL[1]}")
    choose(page, item.id, ALL[-1])
    assert page.button(key=f"move-J-{item.id}").disabled


def test_an_override_changes_the_figures_at_once(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    choose(page, item.id, "banned_phrases")
    press(page, "override-")
    box = next(each for each in page.selectbox if str(each.key).startswith("finding-0-"))
    assert box.value == "hostile"
    box.set_value("removed").run()
    effect = next(each.body for each in page.html if "cq-rv-effect" in each.body)
    assert "<s>40 · Fail</s> → <b>100 · Pass</b>" in effect
    assert "Total" in effect
    assert decided(store) == []
    press(page, "save-")
    [row] = reviews_of(store, "t1")
    assert (row.action, row.reason_code) == ("override", "not_a_violation")
    assert row.decision is not None
    assert row.decision.removed == (FindingRef(0, "hostile:1:0-11"),)
    figures = next(each.body for each in page.html if "cq-rv-figures" in each.body)
    assert "<s>" in figures


def test_missed_evidence_is_added_by_its_words(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    choose(page, item.id, "banned_phrases")
    press(page, "override-")
    words = next(each for each in page.text_input if str(each.key).startswith("words-"))
    words.set_value("should have read it").run()
    press(page, "add-accusatory-")
    press(page, "save-")
    [row] = reviews_of(store, "t1")
    assert row.reason_code == "missed_violation"
    assert row.decision is not None
    [added] = row.decision.added
    text = SAID[1][1]
    assert (added.label, added.turn) == ("accusatory", 1)
    assert text[added.start : added.end] == "should have read it"
    assert '<mark class="cq-accusatory">should have read it</mark>' in conversation(page)


def test_nothing_is_saved_without_a_change(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    choose(page, item.id, "banned_phrases")
    press(page, "override-")
    press(page, "save-")
    assert decided(store) == []
    assert "nothing is decided" in shown(page).replace("\\", "")


def test_what_is_filled_in_is_kept_as_a_draft_until_it_is_decided(
    store: Store, open_page: Open
) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    press(page, "override-")
    comment = next(each for each in page.text_area if str(each.key).startswith("comment-"))
    comment.set_value("Look again").run()
    kept = draft(store, item.id, 1, "ann")
    assert kept is not None
    assert kept.content[TO_DECIDE[0]]["comment"] == "Look again"

    page = open_page()
    assert "A draft of yours is kept" in shown(page)
    press(page, "override-")
    again = next(each for each in page.text_area if str(each.key).startswith("comment-"))
    assert again.value == "Look again"
    verdicts = next(each for each in page.button_group if str(each.key).startswith("verdict-"))
    verdicts.set_value("fail").run()
    press(page, "save-")
    [row] = reviews_of(store, "t1")
    assert row.comment == "Look again"
    assert draft(store, item.id, 1, "ann") is None


def test_a_press_on_an_older_view_decides_nothing(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    press(page, "confirm-")
    decide(store, item.id, 1, "ann", override("empathy", verdict="pass"), expects=1)
    press(page, "confirm-")
    assert len(decided(store)) == 2
    assert "decided or changed before" in shown(page)
    press(page, "confirm-")
    assert len(decided(store)) == 3


def test_a_blind_item_hides_the_machine_until_it_is_finished(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1", is_blind=True)
    page = open_page()
    text = shown(page)
    assert "Not my job" in text
    for hidden in ("Hostile", "cq-rv-machine", "cq-rv-figures", "Random part", "% sure", "<mark"):
        assert hidden not in text
    assert not keys(page, "confirm-")
    assert not keys(page, "rest-")
    for name in ALL:
        assert keys(page, "judge-pass-")[0].endswith(f"-{name}")
        press(page, "judge-fail-" if name == "empathy" else "judge-pass-")
    assert decided(store) == [(name, "judge") for name in ALL]
    assert "Hostile" not in shown(page)
    press(page, "finish-")
    assert page.query_params["item"] == str(item.id)
    table = next(each.body for each in page.html if "cq-rv-compare" in each.body)
    assert "<th>You</th><th>Machine</th>" in table
    assert '<tr class="cq-rv-differs"><th>Banned phrases</th><td>100 · Pass</td>' in table
    assert "Hostile" in conversation(page)
    press(page, f"next-{item.id}")
    assert "All done" in shown(page)


def test_a_blind_item_is_judged_by_evidence_and_labels(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1", is_blind=True)
    page = open_page()
    choose(page, item.id, "banned_phrases")
    press(page, "override-")
    assert not [
        each for each in page.selectbox if str(each.key).startswith(("finding-", "reason-"))
    ]
    words = next(each for each in page.text_input if str(each.key).startswith("words-"))
    words.set_value("Not my job").run()
    press(page, "add-deflecting-")
    effect = next(each.body for each in page.html if "cq-rv-effect" in each.body)
    assert "80 · " in effect
    assert "Total" not in effect
    press(page, "save-")
    [row] = reviews_of(store, "t1")
    assert (row.action, row.score_after, row.shown_machine) == ("judge", 80.0, False)


def test_a_blind_verdict_says_its_score_and_a_score_can_be_given(
    store: Store, open_page: Open
) -> None:
    sampled(store, "t1", is_blind=True)
    page = open_page()
    labels = [each.label for each in page.button]
    assert {"Pass (100)", "Fail (0)"} <= set(labels)
    press(page, "give-score-")
    assert "Type a score" in shown(page)
    field = next(each for each in page.number_input if str(each.key).startswith("score-"))
    field.set_value(72.0)
    press(page, "give-score-")
    press(page, "judge-pass-")
    rows = reviews_of(store, "t1")
    assert [(row.criterion, row.score_after) for row in rows] == [(ALL[0], 72.0), (ALL[1], 100.0)]


def test_the_save_button_and_its_effect_stand_at_the_foot_of_the_form(
    store: Store, open_page: Open
) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    choose(page, item.id, "banned_phrases")
    press(page, "override-")
    assert "Its effect is shown here" in shown(page)
    assert keys(page, "save-")
    press(page, "close-")
    assert not keys(page, "save-")


def test_evidence_that_changes_nothing_says_why(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    choose(page, item.id, "banned_phrases")
    press(page, "override-")
    words = next(each for each in page.text_input if str(each.key).startswith("words-"))
    words.set_value("should have read it").run()
    press(page, "add-hostile-")
    effect = next(each.body for each in page.html if "cq-rv-effect" in each.body)
    assert "Hostile counts once a turn, and turn 2 has it elsewhere already." in effect


def test_messages_name_criteria_for_people(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    choose(page, item.id, "banned_phrases")
    press(page, "override-")
    comment = next(each for each in page.text_area if str(each.key).startswith("comment-"))
    comment.set_value("Look").run()
    assert "Banned phrases\\: nothing is decided" in shown(page)
    press(page, "save-")
    assert "banned" not in shown(page).replace("Banned", "")


def test_the_evidence_has_a_link_where_it_is_out_of_sight(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    page = open_page()
    choose(page, item.id, "policy_accuracy")
    link = next(each.body for each in page.html if "cq-rv-evidence" in each.body)
    assert 'href="#turn-3"' in link
    assert "Evidence in turn 4 below" in link
    choose(page, item.id, "empathy")
    link = next(each.body for each in page.html if "cq-rv-evidence" in each.body)
    assert "href" not in link


def test_the_second_slot_sees_the_first_after_both_are_finished(
    store: Store, open_page: Open
) -> None:
    [item] = sampled(store, "t1", slots=2)
    queue.claim(store, item.id, "bob")
    decide(store, item.id, 1, "bob", override("empathy", verdict="pass"), expects=None)
    confirm_rest(store, item.id, 1, "bob", expects=1)
    finish(store, item.id, 1, "bob")
    page = open_page(item=str(item.id))
    assert "Other reviewer" not in shown(page)
    for _name in ALL:
        press(page, "judge-pass-")
    press(page, "finish-")
    assert "Other reviewer" in shown(page)


def test_hostile_text_stays_text(store: Store, open_page: Open) -> None:
    [item] = sampled(store, "t1")
    queue.claim(store, item.id, "ann")
    comment = "<script>x()</script> **bold** :red[x]"
    decision = Decision(
        criterion="empathy",
        action="override",
        verdict="pass",
        reason_code="other",
        comment=comment,
    )
    decide(store, item.id, 1, "ann", decision, expects=None)
    page = open_page()
    choose(page, item.id, "empathy")
    assert "<script>x()" not in shown(page)
    assert all(not each.allow_html for each in page.markdown)
    assert r"\*\*bold\*\* \:red\[x\]" in shown(page)
