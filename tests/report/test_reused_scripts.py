from __future__ import annotations

import pytest

from cs_qa.report.scripts import AgentScripts, ReusedScript, ScriptTable, reused_scripts
from cs_qa.types import Transcript, Turn

PARCEL = "Your parcel is on its way and will reach you on Monday."
REFUND = "The refund was booked today, the bank needs a few days for it."
LAMP = "The lamp you like is made of brass and hangs from a cord."


def table(*said: tuple[str | None, str], **options: int) -> ScriptTable:
    made = ScriptTable(**options)
    for agent, text in said:
        made.add(agent, text)
    return made


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (PARCEL, PARCEL, True),
        (PARCEL, PARCEL.upper() + "!! 🙂", True),
        (f"{PARCEL} Order 1234.", f"{PARCEL} Order 98.", True),
        (f"<NAME_1>: {PARCEL}", PARCEL, True),
        (PARCEL, PARCEL.replace("Monday", "Sunday"), True),
        (
            "您的包裹已经在路上了，预计明天送到您手上",
            "您的包裹已经在路上了,预计明天送到您手里",
            True,
        ),
        (PARCEL, REFUND, False),
        ("Hello there!", "Hello there!", False),
    ],
)
def test_texts_that_are_one_script(first: str, second: str, same: bool) -> None:
    found = table(("ann", first), ("bob", second)).scripts()
    assert found == ([ReusedScript(first, uses=2, agents=2)] if same else [])


def test_each_agent_has_a_share_and_the_most_used_scripts() -> None:
    made = table(
        ("bob", PARCEL), ("bob", PARCEL), ("bob", REFUND), ("bob", LAMP),
        ("ann", REFUND), ("ann", "Yes."), (None, PARCEL),
    )  # fmt: skip
    assert made.agents() == [
        AgentScripts("ann", 2, 1, ((REFUND, 1),)),
        AgentScripts("bob", 4, 3, ((PARCEL, 2), (REFUND, 1))),
        AgentScripts("unknown", 1, 1, ((PARCEL, 1),)),
    ]
    assert [each.share for each in made.agents()] == [0.5, 0.75, 1.0]
    assert [each.scripted for each in made.agents(least_uses=3)] == [0, 2, 1]
    assert [len(each.most_used) for each in made.agents(top=1)] == [1, 1, 1]
    assert [each.text for each in made.scripts(top=1)] == [PARCEL]


def test_an_agent_without_turns_has_no_share() -> None:
    assert AgentScripts("ann", 0, 0, ()).share is None


def test_transcripts_and_cards_name_who_wrote_a_turn() -> None:
    turns = (
        Turn("customer", PARCEL),
        Turn("agent", PARCEL, agent_id="ann"),
        Turn("agent", PARCEL),
        Turn("bot", PARCEL),
    )
    by_transcript = reused_scripts([Transcript("t1", turns, agent_id="bob")], min_letters=10)
    by_card = ScriptTable()
    rows = [{"role": turn.role, "text": turn.text, "agent_id": turn.agent_id} for turn in turns]
    by_card.add_card({"agent_id": "bob", "turns": rows})
    assert by_transcript.agents() == by_card.agents()
    assert [(each.agent_id, each.turns) for each in by_card.agents()] == [("ann", 1), ("bob", 1)]


def test_memory_is_bounded_and_what_is_used_stays() -> None:
    made = ScriptTable(capacity=20)
    words = [
        "amber",
        "birch",
        "cedar",
        "dune",
        "ember",
        "fjord",
        "grove",
        "heath",
        "inlet",
        "jetty",
    ]
    for number in range(200):
        first, second = words[number % 10], words[number // 10 % 10]
        made.add("ann", f"{first * 3} {second * 3} {chr(97 + number % 26) * 9}")
        made.add("bob", PARCEL)
    assert len(made) <= 20
    assert made.scripts(top=1) == [ReusedScript(PARCEL, uses=200, agents=1)]
    assert made.agents()[0].turns == 200
