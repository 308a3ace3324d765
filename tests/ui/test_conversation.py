from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from cs_qa.ui.conversation import conversation_html, reply_waits

Card = dict[str, Any]
TAGS = {"ol", "li", "div", "span", "b", "bdi", "a", "time", "mark", "ul"}


class Outline(HTMLParser):
    """Which tags and links a piece of HTML has, and whether every tag closes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.anchors += [value or "" for name, value in attrs if name == "id"]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_card_gives_whole_safe_html(cards: list[Card]) -> None:
    for card in cards:
        outline = Outline(conversation_html(card))
        assert outline.tags <= TAGS
        assert outline.open == []
        assert outline.anchors == [f"turn-{t['turn']}" for t in card["turns"]]
        assert all(re.fullmatch(r"#turn-\d+", link) for link in outline.links)


def test_hostile_text_is_shown_as_text(hostile: Card) -> None:
    html = conversation_html(hostile)
    assert "&lt;script&gt;window.broken" in html
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;i&gt;why&lt;/i&gt;" in html
    assert "**bold** :red[x]" in html


def test_each_role_has_its_class_and_text_its_own_direction(chinese: Card) -> None:
    html = conversation_html(chinese)
    classes = re.findall(r"cq-role-(\w+)", html)
    assert classes == ["system", "customer", "bot", "agent", "customer", "agent"]
    assert html.count('dir="auto"') == 6


def test_waits_times_and_explanations_are_said(chinese: Card) -> None:
    html = conversation_html(chinese)
    assert html.count("Monday, 16 November 2026") == 1
    assert "replied after 2 min 14 s" in html
    assert "09:02:36" in html
    assert "Blames the customer for asking." in html
    assert "93% sure" in html
    assert "negative" in html
    assert "empathy: formulaic" in html


def test_a_new_day_is_announced(chinese: Card) -> None:
    chinese["turns"][5]["at"] = "2026-11-17T08:00:00+01:00"
    assert conversation_html(chinese).count("cq-day") == 2


def test_without_times_or_annotations_the_text_remains(unscored: Card) -> None:
    for turn in unscored["turns"]:
        turn.update(sentiment=None, empathy=None)
    html = conversation_html(unscored)
    assert "Hello?" in html
    assert "<time>" not in html
    assert "replied" not in html


def test_a_repeated_script_links_to_the_earlier_turn(chinese: Card) -> None:
    chinese["judgements"][1]["findings"][3]["detail"] = {"earlier_turn": 3, "similarity": 0.98}
    assert '<a href="#turn-3">See turn 4</a>' in conversation_html(chinese)


def test_a_card_without_turns_is_an_empty_list(unscored: Card) -> None:
    assert conversation_html({**unscored, "turns": []}) == '<ol class="cq-conversation"></ol>'


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ([("customer", 0), ("agent", 30)], {1: 30.0}),
        ([("customer", 0), ("customer", 20), ("agent", 30)], {2: 30.0}),
        ([("customer", 0), ("agent", 30), ("agent", 90)], {1: 30.0}),
        ([("customer", 0), ("bot", 1), ("system", 2), ("agent", 30)], {3: 30.0}),
        ([("agent", 0), ("customer", 5)], {}),
        ([("customer", 50), ("agent", 30)], {}),
        ([("customer", None), ("agent", 30)], {}),
        ([("customer", 0), ("agent", None), ("agent", 9)], {}),
    ],
)
def test_reply_waits(said: list[tuple[str, int | None]], waits: dict[int, float]) -> None:
    turns = [
        {
            "turn": n,
            "role": role,
            "at": None if s is None else f"2026-11-16T09:00:{s % 60:02}+00:00",
        }
        if s is None or s < 60
        else {"turn": n, "role": role, "at": f"2026-11-16T09:01:{s - 60:02}+00:00"}
        for n, (role, s) in enumerate(said)
    ]
    assert reply_waits(turns) == waits
