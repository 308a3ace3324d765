"""A small database of hand-written scorecards in four languages, one of them hostile."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cs_qa.store import open_store

Card = dict[str, Any]

START = datetime.fromisoformat("2026-11-16T09:00:12+01:00")
LONG_WORD = "Donaudampfschiff" * 60
HOSTILE = (
    "<script>window.broken = 1</script> **bold** :red[x] $a$ [y](javascript:alert(1)) "
    '<img src=x onerror="window.broken = 1">'
)


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Put the main module back: Streamlit's tests leave theirs, which new processes would run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


def finding(
    turn: int, text: str, phrase: str, label: str, explanation: str = "", **more: Any
) -> Card:
    start = text.index(phrase)
    return {
        "label": label,
        "turn": turn,
        "start": start,
        "end": start + len(phrase),
        "text": phrase,
        "confidence": 0.93,
        "detector": "phrases@1",
        "explanation": explanation or "A stock phrase of this label.",
        "detail": None,
        **more,
    }


def judgement(criterion: str, score: float | None, verdict: str, reason: str, *found: Card) -> Card:
    return {
        "criterion": criterion,
        "score": score,
        "verdict": verdict,
        "confidence": None if score is None else 0.9,
        "reason": reason,
        "findings": list(found),
    }


def turns(
    said: Sequence[tuple[str, str, int | None]], language: str, agent: str | None
) -> list[Card]:
    """Turns from role, text and seconds after the start (None: no time)."""
    return [
        {
            "turn": index,
            "role": role,
            "text": text,
            "at": None if at is None else (START + timedelta(seconds=at)).isoformat(),
            "agent_id": agent if role == "agent" else None,
            "language": language,
            "sentiment": _NEGATIVE if role == "customer" else None,
            "empathy": {"level": 1, "probabilities": [0.2, 0.7, 0.1]} if role == "agent" else None,
            "politeness": 0.5 if role == "agent" else None,
            "banned": None,
        }
        for index, (role, text, at) in enumerate(said)
    ]


_NEGATIVE = {"label": "negative", "negative": 0.9, "neutral": 0.08, "positive": 0.02}


def card(id_: str, said: list[Card], **about: Any) -> Card:
    return {
        "transcript_id": id_,
        "channel": "live_chat",
        "market": "FR",
        "customer_id": None,
        "agent_id": "a7",
        "team": "fr-1",
        "language": "fr",
        "urgency": "general",
        "timezone": "Europe/Paris",
        "outcome": None,
        "qualitative": 80.0,
        "quantitative": 75.5,
        "total": 76.9,
        "grade": "pass",
        "critical_failures": [],
        "judgements": [],
        "turns": said,
        "service": None,
        "provenance": {
            "cs_qa": "0.1.0",
            "rubric": "default@1",
            "policy": None,
            "models": {"encoder": "e5-small@1"},
            "detectors": ["phrases@1"],
            "redacted": True,
        },
        **about,
    }


@pytest.fixture
def chinese() -> Card:
    said = turns(
        [
            ("system", "会话开始", 0),
            ("customer", "我的包裹三天没更新了，到底在哪里？😡", 10),
            ("bot", "您好，正在为您转接人工客服。", 12),
            ("agent", "不是告诉你了么？你想怎样？", 144),
            ("customer", "你这是什么态度！我要投诉。", 160),
            ("agent", "不知道，不关我的事。滚！", 200),
        ],
        "zh",
        "小王",
    )
    rude, curt = said[3]["text"], said[5]["text"]
    return card(
        "zh-1",
        said,
        language="zh",
        market="CN",
        agent_id="小王",
        team="cn-2",
        qualitative=0.0,
        quantitative=40.0,
        total=28.0,
        grade="needs_improvement",
        critical_failures=["banned_phrases"],
        outcome={"csat": 1.0, "resolved": False, "complaint": True, "extra": None},
        judgements=[
            judgement("sentiment", 40.0, "fail", "The customer stays negative to the end."),
            judgement(
                "banned_phrases",
                0.0,
                "fail",
                "Four findings, one of them hostile.",
                finding(
                    3, rude, "不是告诉你了么？", "accusatory", "Blames the customer for asking."
                ),
                finding(3, rude, "你想怎样？", "rhetorical", "A question that mocks, not asks."),
                finding(
                    5, curt, "不知道，不关我的事", "deflecting", "Refuses without a next step."
                ),
                finding(5, curt, "关我的事。滚！", "hostile", "Tells the customer to get lost."),
            ),
            judgement("empathy", 30.0, "fail", "Half of the answers show none."),
            judgement("policy_accuracy", None, "not_applicable", "Nothing was stated of a policy."),
        ],
        service={
            "first_response_s": 134.0,
            "avg_response_s": 87.0,
            "longest_wait_s": 134.0,
            "handling_time_s": 200.0,
            "replies": 2,
            "replies_within_30s": 0,
            "replies_within_3min": 2,
            "customer_messages": 2,
            "customer_messages_answered": 2,
            "handovers": 1,
            "reasons": {},
        },
    )


@pytest.fixture
def arabic() -> Card:
    said = turns(
        [
            ("customer", "مرحبا، لم يصل طلبي حتى الآن. هل يمكنكم المساعدة؟", 0),
            ("agent", "لا أعرف، هذه ليست مشكلتنا. اسأل شركة الشحن DHL بنفسك.", 20),
        ],
        "ar",
        "a7",
    )
    found = finding(1, said[1]["text"], "هذه ليست مشكلتنا", "deflecting")
    return card(
        "ar-1",
        said,
        language="ar",
        market="SA",
        total=61.0,
        grade="needs_improvement",
        judgements=[judgement("banned_phrases", 80.0, "pass", "One finding.", found)],
    )


@pytest.fixture
def hostile() -> Card:
    said = turns(
        [("customer", HOSTILE, 0), ("agent", f"Sorry! {LONG_WORD} {HOSTILE}", 8)], "en", "<b>x</b>"
    )
    found = finding(1, said[1]["text"], "<script>", "other<b>", "<i>why</i>")
    return card(
        "en-<b>1</b> **x**",
        said,
        language="en",
        market="US",
        agent_id="<b>x</b>",
        judgements=[judgement("banned_phrases", 75.0, "pass", "<u>reason</u>", found)],
    )


@pytest.fixture
def thai() -> Card:
    said = turns(
        [
            ("customer", "ขอคืนสินค้าได้ไหมคะ", 0),
            ("agent", "ได้ค่ะ คืนได้ภายใน 30 วันนะคะ ขออภัยในความไม่สะดวกค่ะ", 9),
        ],
        "th",
        "a9",
    )
    found = finding(1, said[1]["text"], "คืนได้ภายใน 30 วัน", "accurate")
    return card(
        "th-1",
        said,
        language="th",
        market="TH",
        agent_id="a9",
        qualitative=96.0,
        quantitative=98.0,
        total=97.4,
        grade="excellent",
        judgements=[judgement("policy_accuracy", 100.0, "pass", "1 of 1 is accurate.", found)],
    )


@pytest.fixture
def unscored() -> Card:
    said = turns([("customer", "Hello?", None), ("agent", "Hi.", None)], "en", None)
    return card(
        "en-unscored",
        said,
        language="en",
        market=None,
        agent_id=None,
        team=None,
        channel=None,
        qualitative=None,
        quantitative=None,
        total=None,
        grade=None,
        judgements=[judgement("empathy", None, "unscored", "The model's file is missing.")],
    )


@pytest.fixture
def cards(chinese: Card, arabic: Card, hostile: Card, thai: Card, unscored: Card) -> list[Card]:
    return [thai, unscored, hostile, arabic, chinese]


@pytest.fixture
def database(cards: list[Card], tmp_path: Path) -> str:
    path = str(tmp_path / "week.db")
    with open_store(path) as store:
        store.add_scorecards(cards)
    return path
