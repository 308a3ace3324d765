from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from cs_qa.report.summary import QUOTES, ROWS, WORST, Summary, is_unscored, show


def card(name: str = "t1", *labels: str, **about: Any) -> dict[str, Any]:
    findings = [
        {"label": label, "turn": turn, "start": 0, "text": f"Said {label}", "confidence": 0.9}
        for turn, label in enumerate(labels)
    ]
    return {
        "transcript_id": name,
        "agent_id": "a1",
        "language": "en",
        "qualitative": 80.0,
        "quantitative": 60.0,
        "total": 66.0,
        "critical_failures": [],
        "turns": [{"role": "customer"}, {"role": "agent"}, {"role": "agent"}],
        "judgements": [
            {"criterion": "language", "verdict": "pass", "findings": findings[:1]},
            {
                "criterion": "banned_phrases",
                "verdict": about.pop("verdict", "pass"),
                "findings": findings,
            },
        ],
        **about,
    }


def summed(*cards: dict[str, Any]) -> Summary:
    summary = Summary()
    for each in cards:
        summary.add(each)
    return summary


def shown(*cards: dict[str, Any]) -> str:
    console = Console(file=io.StringIO(), width=120)
    show(summed(*cards), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_tally_counts_transcripts_turns_and_flagged_turns() -> None:
    told = card("t2", "hostile", "rhetorical", critical_failures=["banned_phrases: hostile"])
    told["judgements"][1]["findings"].append(told["judgements"][1]["findings"][0])
    total = summed(card(), told).all
    assert (total.transcripts, total.agent_turns, total.flagged_turns, total.critical) == (
        2,
        4,
        2,
        1,
    )


def test_means_leave_out_what_is_missing() -> None:
    cards = [card(qualitative=90.0), card(qualitative=None, total=None), card(qualitative=80.0)]
    total = summed(*cards).all
    assert total.mean("qualitative") == 85
    assert total.mean("total") == 66
    assert summed().all.mean("total") is None
    assert summed(card(total=None)).all.mean("total") is None


def test_cards_are_counted_by_agent_and_language() -> None:
    summary = summed(card(), card(agent_id="a2"), card(agent_id=None, language=None))
    assert {name: tally.transcripts for name, tally in summary.agents.items()} == {
        "a1": 1,
        "a2": 1,
        "unknown": 1,
    }
    assert {name: tally.transcripts for name, tally in summary.languages.items()} == {
        "en": 2,
        "und": 1,
    }


def test_the_worst_come_first_and_of_equals_the_earlier() -> None:
    numbers = [50.0, 20.0, 70.0, 20.0, 0.0, 90.0, 60.0, 95.0]
    cards = [card(f"t{n}", "deflecting", qualitative=q) for n, q in enumerate(numbers)]
    worst = [each["transcript_id"] for each in summed(*cards, card("good", qualitative=1.0)).worst]
    assert worst == ["t4", "t1", "t3", "t0", "t6"]
    assert len(worst) == WORST


def test_a_critical_card_is_among_the_worst_and_one_without_score_too() -> None:
    critical = card("t1", critical_failures=["banned_phrases: hostile"], qualitative=0.0)
    unknown = card("t2", "hostile", qualitative=None)
    assert [each["transcript_id"] for each in summed(critical, unknown).worst] == ["t1", "t2"]


@pytest.mark.parametrize(("verdict", "expected"), [("unscored", True), ("not_applicable", False)])
def test_unscored(verdict: str, expected: bool) -> None:
    assert is_unscored(card(verdict=verdict)) is expected
    assert summed(card(verdict=verdict)).unscored == expected


def test_the_tables_begin_with_the_lowest_scores() -> None:
    text = shown(
        card(agent_id="best", qualitative=99.0),
        card(agent_id="none", qualitative=None),
        card(agent_id="worst", qualitative=12.345),
    )
    assert text.index("worst") < text.index("best") < text.index("none")
    assert "12.3" in text
    assert "–" in text
    assert "unscored" not in text


def test_the_worst_are_quoted() -> None:
    told = card("t7", "hostile", critical_failures=["banned_phrases: hostile"], agent_id=None)
    told["judgements"][1]["findings"][0]["text"] = "Go\n  away, " + "x" * 200
    text = " ".join(shown(told).split())
    assert "t7 unknown agent en qualitative 80.0, total 66.0" in text
    assert "banned_phrases: hostile" in text
    assert "turn 1 hostile 0.90 “Go away, xxx" in text
    assert "…”" in text
    assert "x" * 200 not in text.replace(" ", "")


def test_a_long_list_of_quotes_is_cut_to_the_surest() -> None:
    told = card("t7", *["hostile"] * (QUOTES + 2))
    for turn, finding in enumerate(told["judgements"][1]["findings"]):
        finding |= {"confidence": turn / 10, "text": f"quote {turn}"}
    text = shown(told)
    assert [f"quote {turn}" in text for turn in range(QUOTES + 2)] == [False] * 2 + [True] * QUOTES
    assert "and 2 more" in text


def test_a_long_table_is_cut_to_the_lowest_scores() -> None:
    text = shown(*(card(agent_id=f"a{n:02}", qualitative=float(n)) for n in range(ROWS + 3)))
    assert f"a{ROWS - 1}" in text
    assert f"a{ROWS}" not in text
    assert "3 more" in text


def test_unscored_transcripts_are_told() -> None:
    assert "1 of 2 have unscored criteria" in shown(card(), card(verdict="unscored"))


@pytest.mark.parametrize("name", ["[/red]", "[bold]a", "a\x1b[31mb\x07", "张三"])
def test_names_and_quotes_are_shown_as_text(name: str) -> None:
    told = card(name, "hostile", agent_id=name, language=name)
    told["judgements"][1]["findings"][0]["text"] = name
    text = shown(told)
    plain = name.replace("\x1b", "").replace("\x07", "")
    assert text.count(plain) == 6  # two tables; name, agent and language of the card; its quote
    assert "\x1b" not in text
