"""The page Learning: what it shows, who may do what, and the training in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cs_qa.errors import AccessError, InputError, ModelError
from cs_qa.nn.registry import Registry
from cs_qa.runners import background
from cs_qa.store import Store, audit, open_store
from cs_qa.store.access import OPERATOR
from cs_qa.train import overview as overviews
from cs_qa.train import retrain, taking_over
from cs_qa.train.gate import GateReport, GateRow
from cs_qa.train.overview import corrections, overview
from cs_qa.train.raters import Share
from cs_qa.ui import learning_jobs, learning_work, session
from cs_qa.ui.learning_tables import comparison_rows, gate_rows, line_name, problem
from cs_qa.ui.learning_work import Progress
from tests.nn.own_versions import make_heads, registry_at
from tests.store.desk import add_people
from tests.store.judged import sampled
from tests.train.test_dataset import HARSHER, REJECT, finish

LINE = {
    "name": "shop: overall",
    "labels": 120,
    "champion": 0.61,
    "challenger": 0.7,
    "interval": [0.02, 0.15],
    "difference": 0.09,
    "problem": "",
}
WORSE = {
    **LINE,
    "name": "seed: th",
    "difference": -0.1,
    "interval": None,
    "problem": "seed: th: may be worse by more than 0.03 (-0.100 [-0.200, -0.010])",
}
CHANGE = {
    "transcript_id": "t1",
    "before": {"total": 91.0, "grade": "excellent"},
    "after": {"total": 80.0, "grade": "pass"},
}
RESULT = {
    "version": "heads@2.1",
    "parent": "heads@2",
    "verdict": "better",
    "why": [],
    "comparison": [LINE],
    "labels": {"sentiment": {"en": 4}},
    "gate": [],
    "shadow": {"conversations": 8, "changes": [CHANGE]},
    "seconds": 9.0,
}
HINT = {
    "transcript_id": "t1",
    "turn": 1,
    "criterion": "banned_phrases",
    "reviewer": "ann",
    "text": "<b>Not</b> my job.",
    "given": "not hostile",
    "suggested": "hostile",
    "probability": 0.04,
}

Open = Callable[..., AppTest]


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The shipped heads 2, with 2.1 (better) beside them."""
    monkeypatch.setenv("CS_QA_HOME", str(tmp_path / "home"))
    made = registry_at(tmp_path / "home" / "models")
    made.add_version("heads", make_heads(tmp_path / "made", bias=1.0))
    monkeypatch.setattr(Registry, "in_use", lambda: made)
    return made


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = str(tmp_path / "shop.db")
    monkeypatch.setenv("CS_QA_DB", path)
    return path


@pytest.fixture
def store(url: str, registry: Registry) -> Iterator[Store]:
    """A desk on which ann reviewed two conversations and changed three judgements."""
    with open_store(url) as opened:
        add_people(opened)
        first, second = sampled(opened, "t1", "t2")
        finish(opened, first, REJECT, HARSHER)
        finish(opened, second, REJECT)
        yield opened


def learning_page() -> None:
    """Run as a script of its own: AppTest cannot choose among the pages of `app.py`."""
    from cs_qa.errors import CsQaError
    from cs_qa.ui import learning, session

    try:
        learning.draw()
    except CsQaError as error:
        session.notice(error)


@pytest.fixture
def open_page(store: Store) -> Open:
    def run(*, by: str = "lea") -> AppTest:
        page = AppTest.from_function(learning_page, default_timeout=60)
        page.session_state[session._SIGNED_IN] = session.SignedIn(by)
        return ran(page)

    return run


def ran(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def tables(page: AppTest) -> list[Any]:
    return [each.value for each in page.dataframe]


def said(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.success, page.warning, page.error, page.info)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def trained(url: str, *, by: str = "lea", **progress: Any) -> Path:
    """A training that has ended."""
    folder = background.make_job(
        learning_jobs._parent(url), {"by": by, "at": "2026-11-23T12:00:00+00:00"}
    )
    (folder / "pid").write_text("0")
    ended = Progress(**{"state": "done", "result": RESULT, "hints": [HINT], **progress})
    background.report(folder, asdict(ended))
    return folder


def verbs(store: Store, limit: int = 1) -> list[str]:
    return [entry.verb for entry in audit.entries(store, OPERATOR, limit=limit)]


def test_what_people_changed_is_counted(store: Store) -> None:
    found = {(each.criterion, each.lang): each for each in corrections(store)}
    banned, empathy = found["banned_phrases", "en"], found["empathy", "en"]
    assert (banned.judged, banned.changed, banned.share) == (2, 2, 1.0)
    assert (empathy.judged, empathy.changed, empathy.share) == (2, 1, 0.5)
    assert found["sentiment", "en"].changed == 0
    assert corrections(store)[0] == banned


def test_labels_are_new_since_the_version_in_use(
    store: Store, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = overview(store, registry)
    assert (known.version, known.made_at) == ("heads@2", None)
    assert known.new == known.labels
    assert known.labels["sentiment"] == {"en": 4}
    later = overviews.datetime(2027, 1, 1, tzinfo=overviews.datetime.now().astimezone().tzinfo)
    monkeypatch.setattr(overviews, "_made_at", lambda version: later)
    assert overview(store, registry).new == {}


def test_the_page_tells_labels_errors_and_the_gate(open_page: Open) -> None:
    page = open_page()
    labels, corrected, gate = tables(page)
    assert labels.to_dict("list")["Criterion"] == ["Banned phrases", "Empathy", "Sentiment"]
    assert list(corrected.iloc[0]) == ["Banned phrases", "English", 2, 2, "100%"]
    assert list(gate.iloc[0])[:4] == ["ann", "Banned phrases", "used", "Nobody reviewed the same"]
    assert "heads@2 is in use. It came with cs_qa." in said(page)
    assert "always been in use" in said(page)


def test_a_desk_without_reviews_says_what_to_do(registry: Registry, url: str) -> None:
    with open_store(url) as opened:
        add_people(opened)
    page = AppTest.from_function(learning_page, default_timeout=60)
    page.session_state[session._SIGNED_IN] = session.SignedIn("lea")
    assert "Draw a sample in the queue and review it" in said(ran(page))
    assert page.button(key="learning-start").disabled


def test_a_better_version_is_taken_into_use_and_back(
    open_page: Open, store: Store, registry: Registry, url: str
) -> None:
    trained(url)
    page = open_page()
    assert "Better than heads@2" in said(page)
    assert "1 of 8 past conversations would get another grade" in said(page)
    page.button(key="learning-promote").click()
    ran(page)
    assert registry.version("heads") == "2.1"
    assert verbs(store) == ["promote_model"]
    assert "It is in use." in said(page)
    page.button(key="learning-rollback").click()
    ran(page)
    assert registry.version("heads") == "2"
    assert verbs(store) == ["roll_back_model"]
    assert "2.1 → 2, rolled back" in said(page)
    assert page.button(key="learning-rollback").disabled


def test_a_refused_version_cannot_be_taken(open_page: Open, url: str) -> None:
    trained(url, result={**RESULT, "verdict": "refused", "comparison": [LINE, WORSE]})
    page = open_page()
    assert "Refused. The table says why." in said(page)
    assert page.button(key="learning-promote").disabled
    assert list(tables(page)[0]["Refused because"]) == ["", "May be worse by more than 0.03"]


def test_a_comparison_with_what_is_no_longer_in_use_is_of_no_use(
    open_page: Open, registry: Registry, url: str
) -> None:
    trained(url, result={**RESULT, "parent": "heads@1.9"})
    page = open_page()
    assert "no longer in use. Train again." in said(page)
    assert "learning-promote" not in {each.key for each in page.button}


def test_doubtful_labels_are_listed_but_not_what_the_reader_judges_blind(
    open_page: Open, store: Store, url: str
) -> None:
    from cs_qa.store.queue import claim

    trained(url)
    hints = tables(open_page())[-1]
    assert list(hints.iloc[0])[-4:-1] == ["not: Hostile", "Hostile", "4%"]
    (item,) = sampled(store, "t1", week="2026-W48", reason="calibration", is_blind=True)
    claim(store, item.id, "lea")
    page = open_page()
    assert "t1" not in {value for table in tables(page) for value in table.to_numpy().ravel()}


@pytest.mark.parametrize("by", ["ann", "amy"])
def test_only_leads_and_admins_may_act(store: Store, registry: Registry, url: str, by: str) -> None:
    folder = trained(url)
    before = audit.head(store)
    for act in (
        lambda: learning_jobs.begin(store, url, by=by),
        lambda: learning_jobs.stop(store, folder, by=by),
        lambda: taking_over.promote(store, registry, "2.1", by=by),
        lambda: taking_over.rollback(store, registry, by=by),
    ):
        with pytest.raises(AccessError, match=f"{by} may not"):
            act()
    assert registry.version("heads") == "2"
    assert audit.head(store) == before


def test_what_cannot_be_promoted_leaves_no_trace(store: Store, registry: Registry) -> None:
    before = audit.head(store)
    with pytest.raises(ModelError, match="There is no version '9'"):
        taking_over.promote(store, registry, "9", by="ada")
    assert audit.head(store) == before


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in this process, so that it has ended when `begin` returns."""

    def start(folder: Path, module: str, *, environment: dict[str, str]) -> None:
        assert module == learning_work.__name__
        (folder / "pid").write_text("0")
        learning_work.main(folder)

    monkeypatch.setattr(background, "start", start)
    monkeypatch.setattr(learning_work.os, "nice", lambda _: 0)


def test_a_training_that_cannot_be_done_says_why(
    open_page: Open, store: Store, registry: Registry, url: str, at_once: None
) -> None:
    page = open_page()
    page.button(key="learning-start").click()
    page = ran(page)
    assert "There are too few labels to retrain on" in said(page)
    assert learning_jobs.last_result(url) is None
    assert verbs(store) == ["retrain"]


def test_a_training_tells_its_result_and_its_doubts(
    store: Store, registry: Registry, url: str, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Made:
        def to_json(self) -> dict[str, Any]:
            return RESULT

    def made(store: Store, registry: Registry, config: Any, *, log: Any) -> Made:
        for line in (
            "12 labels",
            "encoded 5 of 9 texts",
            "epoch 1: validation loss 1",
            "control: ",
        ):
            log(line)
        return Made()

    monkeypatch.setattr(retrain, "retrain", made)
    monkeypatch.setattr("cs_qa.train.doubts.doubtful_labels", lambda *_: [])
    training = learning_jobs.begin(store, url, by="lea")
    assert (training.state, training.progress.result) == ("done", RESULT)
    assert learning_jobs.last_result(url) == training
    assert verbs(store, 2) == ["retrain", "retrain_done"]


def test_one_training_at_a_time(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise InputError("Another one is running. Wait for its end, or stop it.")

    monkeypatch.setattr(background, "start", refuse)
    before = audit.head(store)
    with pytest.raises(InputError, match="Another one is running"):
        learning_jobs.begin(store, url, by="lea")
    assert audit.head(store) == before
    assert learning_jobs.latest(url) is None


@pytest.mark.parametrize(
    ("line", "stage", "done", "total"),
    [
        ("encoded 4096 of 9000 texts", "reading", 4096, 9000),
        ("epoch 2: validation loss 0.1", "training", 2, 0),
        ("control: the same epochs without the reviews", "comparing", 0, 0),
        ("heads@2.1 added", "reading", 0, 0),
    ],
)
def test_the_log_tells_how_far_it_is(line: str, stage: str, done: int, total: int) -> None:
    progress = Progress()
    progress.follow(line)
    assert (progress.stage, progress.done, progress.total) == (stage, done, total)


def test_a_process_that_is_gone_shows_as_stopped(open_page: Open, url: str) -> None:
    trained(url, state="running", result=None)
    assert "The training was stopped" in said(open_page())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("shop: overall", "Reviews: overall"),
        ("shop: banned_phrases", "Reviews: Banned phrases"),
        ("seed: th", "Seed data: Thai"),
        ("seed: false alarms", "Seed data: false alarms"),
    ],
)
def test_lines_of_the_comparison_are_named(name: str, told: str) -> None:
    assert line_name(name) == told


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("", ""),
        ("x: worse (-0.1 [-0.2, -0.1])", "Worse"),
        ("x: not shown to be better (+0.0 -)", "Not shown to be better"),
        ("x: too few held-out reviews to tell (+0.0 -)", "Too few reviews to tell"),
        ("x: raises more (+0.1 [+0.0, +0.1])", "Raises more"),
        ("x: may raise more, by over 0.01 (+0.1 -)", "May raise more, by over 0.01"),
        ("x: something new", "something new"),
    ],
)
def test_problems_are_told_in_our_words(told: str, shown: str) -> None:
    assert problem({"name": "x", "problem": told}) == shown


def test_figures_that_are_not_known_are_dashes() -> None:
    unknown = {**WORSE, "champion": None, "challenger": None, "difference": None}
    rows = comparison_rows([LINE, unknown])
    assert rows["Difference"] == ["+0.090", "–"]
    assert rows["95 % interval"] == ["+0.020 to +0.150", "–"]


def test_the_gate_tells_who_is_left_out_and_why() -> None:
    share = Share(0.7, 0.6, 0.8, 120, 20)
    refused = GateRow(
        criterion="empathy",
        reviewer="cy",
        state="refused",
        agreement=share,
        wrong=0.3,
        others_wrong=0.02,
        surely_more=0.1,
        why="",
    )
    seldom = GateRow(criterion="empathy", reviewer="di", state="refused", agreement=share, why="")
    good = GateRow(criterion="empathy", reviewer="ann", state="accepted", agreement=share, why="")
    rows = gate_rows(GateReport((refused, seldom, good)))
    assert rows["Labels"] == ["left out", "left out", "used"]
    assert rows["Why"] == [
        "About 30% wrong, the others 2%",
        "Others agree too seldom",
        "Others agree",
    ]
