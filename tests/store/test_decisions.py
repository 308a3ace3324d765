from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.store.decisions import (
    LABELS,
    MAX_COMMENT,
    REASONS,
    AddedFinding,
    Decision,
    DecisionError,
    FindingRef,
    Relabelled,
    finding_id,
)
from cs_qa.types import CRITERIA, SENTIMENTS

REF = FindingRef(0, "hostile:1:0-4")
MISSED = AddedFinding("deflecting", 1, 0, 4)


def override(criterion: Any = "banned_phrases", **changes: Any) -> Decision:
    return Decision(
        criterion=criterion, action="override", **{"reason_code": "wrong_label", **changes}
    )


@pytest.mark.parametrize(
    ("criterion", "changes"),
    [
        ("banned_phrases", {"removed": (REF,)}),
        ("banned_phrases", {"added": (MISSED,)}),
        ("banned_phrases", {"relabelled": (Relabelled(REF, "deflecting"),)}),
        ("banned_phrases", {"score": 55.5}),
        ("banned_phrases", {"score": 0, "verdict": "fail"}),
        ("empathy", {"levels": ((1, 2), (3, 0))}),
        ("sentiment", {"sentiments": ((0, "negative"),)}),
        ("politeness", {"verdict": "not_applicable"}),
        ("politeness", {"score": 90.0, "reason_code": "other", "comment": "客服很有礼貌。"}),
    ],
)
def test_an_override_goes_through_json(criterion: str, changes: dict[str, Any]) -> None:
    decision = override(criterion, **changes)
    stored = json.loads(json.dumps(decision.to_json()))
    assert Decision.from_json(stored) == decision


@pytest.mark.parametrize("action", ["confirm", "undo"])
def test_confirm_and_undo_go_through_json(action: Any) -> None:
    decision = Decision(criterion="empathy", action=action, comment="Yes.")
    assert Decision.from_json(decision.to_json()) == decision
    assert not decision.changes_evidence
    assert not decision.is_by_hand


@pytest.mark.parametrize(
    ("criterion", "changes", "message"),
    [
        ("banned_phrases", {}, "nothing is decided"),
        ("banned_phrases", {"score": 50, "reason_code": None}, "needs a reason. Possible: wrong_"),
        ("banned_phrases", {"score": 50, "reason_code": "mood"}, "needs a reason"),
        ("banned_phrases", {"score": 50, "reason_code": "other"}, "'other' needs a comment"),
        (
            "banned_phrases",
            {"score": 50, "reason_code": "other", "comment": " \n"},
            "'other' needs a comment",
        ),
        ("banned_phrases", {"score": 50, "comment": "x" * (MAX_COMMENT + 1)}, "4001 characters"),
        ("banned_phrases", {"score": -0.1}, "not within 0 to 100"),
        ("banned_phrases", {"score": 100.1}, "not within 0 to 100"),
        ("banned_phrases", {"score": float("nan")}, "not within 0 to 100"),
        ("banned_phrases", {"verdict": "unscored"}, "no verdict 'unscored'"),
        ("banned_phrases", {"verdict": "not_applicable", "score": 3}, "has no score"),
        ("banned_phrases", {"levels": ((1, 2),)}, "banned_phrases has no levels"),
        ("banned_phrases", {"sentiments": ((1, "negative"),)}, "has no sentiments"),
        ("empathy", {"removed": (REF,)}, "empathy has no findings. Possible: levels"),
        ("sentiment", {"levels": ((1, 2),)}, "sentiment has no levels. Possible: sentiments"),
        ("politeness", {"added": (MISSED,)}, "Possible: a verdict or a score"),
        ("banned_phrases", {"added": (AddedFinding("rude", 1, 0, 4),)}, "no label 'rude'"),
        ("language", {"relabelled": (Relabelled(REF, "hostile"),)}, "no label 'hostile'"),
        ("empathy", {"levels": ((1, 3),)}, "no empathy level 3"),
        ("sentiment", {"sentiments": ((0, "angry"),)}, "No sentiment 'angry'"),
        ("banned_phrases", {"removed": (REF, REF)}, "decided twice"),
        (
            "banned_phrases",
            {"removed": (REF,), "relabelled": (Relabelled(REF, "deflecting"),)},
            "decided twice",
        ),
        ("banned_phrases", {"added": (MISSED, MISSED)}, "decided twice"),
        ("empathy", {"levels": ((1, 2), (1, 0))}, "decided twice"),
        ("sentiment", {"sentiments": ((0, "negative"), (0, "positive"))}, "decided twice"),
    ],
)
def test_an_override_that_does_not_hold(
    criterion: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DecisionError, match=message):
        override(criterion, **changes)


@pytest.mark.parametrize("action", ["confirm", "undo"])
@pytest.mark.parametrize(
    "changes", [{"score": 5.0}, {"verdict": "fail"}, {"removed": (REF,)}, {"reason_code": "other"}]
)
def test_only_an_override_changes_something(action: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(DecisionError, match="changes nothing"):
        Decision(criterion="banned_phrases", action=action, **changes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"criterion": "tone"}, "criterion: Input should be"),
        ({"action": "delete"}, "action: Input should be"),
        ({"criterion": None}, "criterion"),
        ({"mood": 1}, "mood: "),
        ({"score": "55"}, "score: Input should be a valid number"),
        ({"removed": [{"index": "0", "id": "x"}]}, "removed.0.index"),
        ({"removed": [{"index": 0, "id": "x", "more": 1}]}, "removed.0.more"),
        ({"added": [{"label": "hostile", "turn": 1, "start": 0.5, "end": 4}]}, "added.0.start"),
        ({"levels": [[1]]}, "levels.0"),
        ({"comment": None}, "comment"),
        ({"score": 101}, "not within 0 to 100"),
    ],
)
def test_json_that_is_no_decision(change: dict[str, Any], message: str) -> None:
    good = override(score=50.0).to_json()
    with pytest.raises(DecisionError, match=message):
        Decision.from_json(good | change)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "nothing is decided"),
        ({"removed": (REF,)}, "sees no findings"),
        ({"relabelled": (Relabelled(REF, "deflecting"),)}, "sees no findings"),
        ({"levels": ((1, 2),)}, "has no levels"),
        ({"score": 5, "reason_code": "mood"}, "Possible: wrong_label"),
    ],
)
def test_a_judgement_alone_that_does_not_hold(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DecisionError, match=message):
        Decision(criterion="banned_phrases", action="judge", **changes)


def test_to_judge_alone_needs_no_reason() -> None:
    decision = Decision(criterion="banned_phrases", action="judge", verdict="pass")
    assert Decision.from_json(decision.to_json()) == decision


def test_a_finding_is_named_by_what_it_says() -> None:
    finding = {"label": "hostile", "turn": 3, "start": 0, "end": 12, "text": "…"}
    assert finding_id(finding) == "hostile:3:0-12"
    assert finding_id(finding | {"end": 13}) != finding_id(finding)


def test_every_reason_says_what_it_means() -> None:
    assert len(set(REASONS.values())) == len(REASONS) == 11
    assert set(LABELS) == set(CRITERIA) - {"sentiment", "empathy", "politeness"}


def test_text_that_no_database_takes_is_made_storable() -> None:
    decision = override(score=1.0, comment="a\x00b\ud83d")
    assert Decision.from_json(decision.to_json()).comment == "a\ufffdb\ufffd"


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.sampled_from(SENTIMENTS)),
        min_size=1,
        unique_by=lambda pair: pair[0],
    ),
    st.one_of(st.none(), st.floats(0, 100)),
    st.sampled_from(sorted(REASONS)),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
)
def test_whatever_holds_goes_through_json(
    labels: Any, score: float | None, reason: Any, comment: str
) -> None:
    decision = override(
        "sentiment",
        sentiments=tuple(labels),
        score=score,
        reason_code=reason,
        comment=comment + "!",
    )
    assert Decision.from_json(json.loads(json.dumps(decision.to_json()))) == decision
