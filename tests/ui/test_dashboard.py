"""The page Dashboard as Streamlit runs it, without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from cs_qa.commands.sample import draw_week
from cs_qa.estimate import Interval
from cs_qa.report.weekly import Inspected, Scope, Scores, by_label
from cs_qa.sampling import SampleConfig
from cs_qa.store import Store, open_store, reviews
from cs_qa.store.queue import claim
from cs_qa.store.results import InForce
from cs_qa.ui import session
from cs_qa.ui.dashboard import page as dashboard
from cs_qa.ui.dashboard.charts import labels_chart, scores_chart, trend_chart
from cs_qa.ui.dashboard.evidence import evidence_html
from cs_qa.ui.dashboard.page import figures_html, sources
from tests.report.test_weekly import finding, result
from tests.store.desk import add_people
from tests.store.judged import FOUND, make

Open = Callable[..., AppTest]


def _script() -> None:
    from cs_qa.ui.dashboard import page as dashboard

    dashboard.draw()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "desk.db")) as opened:
        add_people(opened)
        yield opened


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    monkeypatch.setenv("CS_QA_DB", str(tmp_path / "desk.db"))
    session._open.clear()
    dashboard._inspected.clear()

    def run(user: str = "lea", **chosen: str) -> AppTest:
        page = AppTest.from_function(_script, default_timeout=30)
        page.session_state["signed_in"] = session.SignedIn(user)
        for key, value in chosen.items():
            page.session_state[key.replace("__", "-")] = value
        page.run()
        assert not page.exception
        return page

    return run


def fill(store: Store, count: int = 12, *, weeks: tuple[int, ...] = (16,), **about: Any) -> None:
    """Store that many conversations of each week of November 2026."""
    store.add_scorecards(
        _card(f"t{day}-{n:02}", n, day) | about for day in weeks for n in range(count)
    )


def _card(id_: str, n: int, day: int) -> dict[str, Any]:
    card = make(*(FOUND if n % 3 == 0 else ()), id_=id_)
    card["turns"][0]["at"] = f"2026-11-{day}T09:00:00+00:00"
    return card | {"agent_id": f"a{n % 2}", "quantitative": 50.0 + 5 * (n % 10)}


def review_all(store: Store, *, size: int = 12, user: str = "ann") -> int:
    """Draw a sample and review all of it; say how many."""
    config = SampleConfig(blind_share=0, second_review_share=0)
    drawn = draw_week(store, "2026-W47", size, 3, config=config)
    for item in range(1, len(drawn.sample.items) + 1):
        claim(store, item, user)
        reviews.confirm_rest(store, item, 1, user, expects=None)
        reviews.finish(store, item, 1, user)
    return len(drawn.sample.items)


def shown(page: AppTest) -> str:
    kinds = ("html", "markdown", "caption", "info", "error")
    return "\n".join(
        str(getattr(element, "body", None) or getattr(element, "value", ""))
        for kind in kinds
        for element in page.get(kind)
    )


def charts(page: AppTest) -> int:
    return len(page.get("vega_lite_chart"))


def test_an_empty_database_says_how_to_fill_it(open_page: Open, store: Store) -> None:
    assert "No conversations yet" in shown(open_page())


def test_it_opens_on_the_latest_week(open_page: Open, store: Store) -> None:
    fill(store, 3, weeks=(10, 16))
    page = open_page()
    week = page.selectbox(key="dashboard-week")
    assert (week.value, week.options) == ("2026-W47", ["2026-W47", "2026-W46", "All weeks"])
    assert "<b>3</b>" in shown(page)
    week.set_value("all").run()
    assert "<b>6</b>" in shown(page)


def test_without_reviews_all_is_the_machines(open_page: Open, store: Store) -> None:
    fill(store)
    text = shown(open_page())
    assert "0 reviewed by people" in text
    assert "0 by people, 12 by machine" in text
    assert "too few: 0 of the random part reviewed" in text
    assert "No sample, so no estimate, of: 2026-W47." in text


def test_reviews_make_an_estimate(open_page: Open, store: Store) -> None:
    fill(store, 40)
    n = review_all(store, size=40)
    text = shown(open_page())
    assert f"{n} reviewed by people" in text
    assert "95 %: " in text
    assert ", n = 20" in text
    assert "No sample" not in text


@pytest.mark.parametrize(
    ("dimension", "value", "count"), [("agent", "a0", 6), ("agent", "a1", 6), ("team", None, 12)]
)
def test_filters_narrow_all_figures(
    open_page: Open, store: Store, dimension: str, value: str | None, count: int
) -> None:
    fill(store)
    page = open_page()
    page.selectbox(key=f"dashboard-{dimension}").set_value(value).run()
    assert not page.exception
    assert f"<b>{count}</b>" in shown(page)
    assert len(page.dataframe[-1].value) == count


def test_filters_stand_in_the_address(open_page: Open, store: Store) -> None:
    fill(store, 4, weeks=(10, 16))
    page = open_page()
    page.selectbox(key="dashboard-agent").set_value("a1").run()
    page.selectbox(key="dashboard-week").set_value("2026-W46").run()
    assert page.query_params == {"agent": "a1", "week": "2026-W46"}
    page.query_params["agent"] = "a0"
    page.query_params["week"] = "all"
    page.run()
    assert page.selectbox(key="dashboard-agent").value == "a0"
    assert page.selectbox(key="dashboard-week").value == "all"
    page.query_params["week"] = "2020-W01"
    page.run()
    assert page.selectbox(key="dashboard-week").value == "2026-W47"


def test_a_scope_without_conversations_says_so(open_page: Open, store: Store) -> None:
    fill(store, 2, weeks=(10,))
    fill(store, 1, weeks=(16,), language="fr")
    page = open_page()
    page.selectbox(key="dashboard-week").set_value("2026-W46").run()
    page.selectbox(key="dashboard-language").set_value("fr").run()
    assert "No conversation matches these filters" in shown(page)


def test_one_week_is_no_trend(open_page: Open, store: Store) -> None:
    fill(store, 3)
    page = open_page()
    assert "A trend needs two weeks" in shown(page)
    before = charts(page)
    fill(store, 3, weeks=(10,))
    dashboard._inspected.clear()
    page.run()
    assert charts(page) == before + 1


def test_a_label_leads_to_its_conversations(open_page: Open, store: Store) -> None:
    fill(store, 6)
    page = open_page()
    page.selectbox(key="dashboard-label").set_value("hostile").run()
    ids = list(page.dataframe[-1].value["Conversation"])
    assert sorted(ids) == ["t16-00", "t16-03"]


def choose(page: AppTest, row: int) -> AppTest:
    selection = {"selection": {"rows": [row], "columns": [], "cells": []}}
    page.session_state["dashboard-conversations"] = selection
    page.run()
    assert not page.exception
    return page


def test_a_row_shows_its_evidence_and_links_to_the_conversation(
    open_page: Open, store: Store
) -> None:
    fill(store, 4)
    page = choose(open_page(), 0)
    first = page.dataframe[-1].value["Conversation"][0]
    text = shown(page)
    assert f"##### {first.replace('-', chr(92) + '-')}" in text
    assert "<q" in text
    assert "Not my job." in text
    (link,) = page.get("page_link")
    assert (link.proto.page, link.proto.query_string) == ("transcripts", f"transcript={first}")


def test_what_a_lead_reviews_blind_is_hidden(open_page: Open, store: Store) -> None:
    fill(store, 3)
    config = SampleConfig(blind_share=1, second_review_share=0)
    drawn = draw_week(store, "2026-W47", 3, 3, config=config)
    claim(store, 1, "lea")
    hidden = drawn.sample.items[0].transcript_id
    page = open_page()
    table = page.dataframe[-1].value
    row = table[table["Conversation"] == hidden].iloc[0]
    assert list(table["Conversation"])[-1] == hidden
    assert row["Score"] != row["Score"]
    assert row["By"] == row["Grade"] == ""
    page = choose(page, 2)
    assert "without the machine's view" in shown(page).replace("\\", "")
    assert not page.get("page_link")


def test_the_export_holds_what_is_chosen(open_page: Open, store: Store) -> None:
    fill(store, 4)
    inspected = dashboard.read_inspected(store).within(Scope(agent="a0"))
    assert open_page().get("download_button")[0].proto.label == "Export to Excel"
    data = dashboard.workbook(
        inspected,
        Scope(agent="a0", week="2026-W47"),
        frozenset(),
        store=store,
        login="lea",
        figures="Whose they are.",
        _=str,
    )
    book = load_workbook(BytesIO(data))
    assert [row[0].value for row in book["Conversations"].iter_rows(min_row=2)] == [
        "t16-00",
        "t16-02",
    ]
    about = {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=2)}
    assert about["Filters"] == "Agent: a0; Week: 2026-W47"
    assert (about["Made by"], about["Figures"]) == ("lea", "Whose they are.")
    assert about["Rubrics"] == "default@1"
    assert about["cs_qa"] == "0.1.0"


ESTIMATE = Interval(72.0, 64.0, 80.0, 12, "stratified_t")


def row(name: str | None = "a1", mean: float | None = 70.0, **about: Any) -> Scores:
    known: dict[str, Any] = {
        "conversations": 20,
        "scored": 20,
        "critical": 1,
        "reviewed": 12,
        "estimated_from": 12,
        "estimate": ESTIMATE,
        "critical_share": Interval(0.05, 0.01, 0.2, 12, "korn_graubard"),
    }
    return Scores(name=name, mean=mean, **known | about)


def test_the_tiles_tell_machine_from_people() -> None:
    html = figures_html(row())
    for part in ("12 by people, 8 by machine", "95 %: 64 to 80, n = 12", "estimate 1% to 20%"):
        assert part in html
    html = figures_html(row(mean=None, estimate=None, critical_share=None, estimated_from=2))
    for part in ("<b>–</b>", "too few: 2 of the random part", "no estimate yet"):
        assert part in html


def test_the_sources_say_how_many_each_decided() -> None:
    text = sources(row(), Inspected((), (), ()))
    assert "people's decisions in 12 conversations, the machine's in the other 8" in text
    assert "(12 here)" in text


def values(chart: Any) -> list[dict[str, Any]]:
    spec = chart.to_dict()
    return [each for layer in spec.get("layer", [spec]) for each in layer["data"]["values"]]


def test_the_chart_of_scores_has_whiskers_where_there_is_an_estimate() -> None:
    chart = scores_chart([row("b", 60.0), row("a", 70.0, estimate=None)], ["b", "a"], "Agent")
    spec = chart.to_dict()
    points = spec["layer"][-1]
    assert points["encoding"]["y"]["sort"] == ["b (20)", "a (20)"]
    assert points["encoding"]["y"]["title"] == "Agent (conversations)"
    assert points["encoding"]["x"]["title"] == "Score (0–100)"
    assert points["encoding"]["x"]["scale"]["domain"] == [0, 100]
    marked = points["data"]["values"]
    assert [(each["group"], each["score"]) for each in marked] == [
        ("b (20)", 60.0),
        ("b (20)", 72.0),
        ("a (20)", 70.0),
    ]
    whiskers = spec["layer"][0]["data"]["values"]
    assert [(each["low"], each["high"]) for each in whiskers] == [(64.0, 80.0)]
    assert len(set(points["encoding"]["color"]["scale"]["range"])) == 2
    assert len(set(points["encoding"]["shape"]["scale"]["range"])) == 2


def test_the_trend_is_in_order_of_weeks() -> None:
    spec = trend_chart([row("2026-W46"), row("2026-W47", None, estimate=None)]).to_dict()
    assert spec["layer"][0]["encoding"]["x"]["sort"] == ["2026-W46", "2026-W47"]
    assert [each["group"] for each in spec["layer"][0]["data"]["values"]] == ["2026-W46"]


def test_findings_are_told_apart_by_who_decided() -> None:
    rows = by_label([finding("a", "hostile", source="review", by="ann"), finding("b", "hostile")])
    chart = labels_chart(rows)
    assert [(each["by"], each["findings"]) for each in values(chart)] == [
        ("People's reviews", 1),
        ("Machine, not reviewed", 1),
    ]
    assert chart.to_dict()["encoding"]["x"]["title"] == "Findings"


def test_hostile_evidence_stays_text() -> None:
    text = "<script>x</script>"
    judged = (InForce(text, 20.0, text, "review", text), InForce("banned_phrases", 40.0, "fail"))
    html = evidence_html(
        result("a", judgements=judged, critical_failures=(text,)),
        [finding("a", text, criterion=text), finding("a", "hostile", text=text, explanation=text)],
    )
    assert "<script" not in html
    assert "review by &lt;script&gt;" in html
    assert "machine" in html
