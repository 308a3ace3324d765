from __future__ import annotations

from dataclasses import replace

from cs_qa.store import TranscriptRow
from cs_qa.ui.listing import row_label

ROW = TranscriptRow(
    id="t-1",
    agent_id="a7",
    team=None,
    channel="live_chat",
    market=None,
    language="fr",
    started_at=None,
    turn_count=4,
    qualitative=0.0,
    quantitative=50.0,
    total=35.0,
    grade="needs_improvement",
    critical_failures=("banned_phrases",),
    is_unscored=True,
    labels={"hostile": 1},
)


def test_a_row_says_score_flags_agent_and_findings() -> None:
    label = row_label(ROW)
    assert ":orange-badge[35]" in label
    assert "Critical" in label
    assert "Unscored" in label
    assert "a7 · fr · Live chat" in label
    assert "Hostile" in label


def test_a_row_without_anything_is_still_two_lines() -> None:
    bare = replace(
        ROW,
        agent_id=None,
        language=None,
        channel=None,
        total=None,
        grade=None,
        critical_failures=(),
        is_unscored=False,
        labels={},
    )
    assert row_label(bare) == ":gray-badge[–] **t\\-1**  \n:small[:gray[–]]"
