"""Stored sentences and errors, said with names for people and in the reader's language."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from cs_qa.detectors.banned_phrases import MEANING
from cs_qa.store import decisions, desk, rescoring, reviews
from cs_qa.ui import i18n
from cs_qa.ui.sentence_forms import FORMS, MEANINGS, SHORTER
from cs_qa.ui.sentences import in_our_words
from tests.store.judged import CARD

ERRORS = ("DecisionError", "InputError", "StaleError", "AccessError")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Found: repeat_request in turn 3.", "Found: Repeat request in turn 3."),
        (
            "Found: accusatory in turn 2, repeat_request in turn 12.",
            "Found: Accusatory in turn 2, Repeat request in turn 12.",
        ),
        (
            "Agrees with refund-time of harbor_lane_week@2026.1: refund 3-7 business days.",
            "Agrees with refund time of Harbor lane week 2026.1: refund 3-7 business days.",
        ),
        (
            "Answers in es; the customer writes pt.",
            "Answers in Spanish; the customer writes Portuguese.",
        ),
        (
            "Answers in xq; the customer writes pt.",
            "Answers in xq; the customer writes Portuguese.",
        ),
        (
            "Relabelled by a reviewer; it was repeat_request.",
            "Relabelled by a reviewer; it was Repeat request.",
        ),
        (
            "banned_phrases: an override needs a reason. Possible: wrong_label, wrong_span.",
            "Banned phrases: an override needs a reason. Choose one.",
        ),
        (
            "Item 3 cannot be finished. Decide first: banned_phrases, policy_accuracy.",
            "Item 3 cannot be finished. Decide first: Banned phrases, Policy accuracy.",
        ),
        (
            "empathy: pass does not go with the score 40; it passes from 60 on. "
            "Change one, or leave one out.",
            "Empathy: Pass does not go with the score 40; it passes from 60 on. "
            "Change one, or leave one out.",
        ),
        (
            "Risk part: score 9.5 = complaint 5 + total below 100 4.5.",
            "Risk part: score 9.5 = complaint 5 + total below 100 4.5.",
        ),
        ("A rule of the house finds repeat_request.", "A rule of the house finds Repeat request."),
        ("Nothing that is known here.", "Nothing that is known here."),
        ("", ""),
    ],
)
def test_identifiers_are_named(text: str, said: str) -> None:
    assert in_our_words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Found: repeat_request in turn 3.", "发现：第3条重复索要信息。"),
        ("Risk part: score 5 = complaint 5.", "风险部分：5分 = 投诉 5。"),
        ("Answers in es; the customer writes pt.", "用西班牙语答复，而客户使用葡萄牙语。"),
        ("Blames or interrogates the customer: the wording “x”.", "指责或盘问客户：用语“x”。"),
    ],
)
def test_sentences_follow_the_language(
    monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    english = in_our_words(text)
    monkeypatch.setattr("cs_qa.ui.sentences.language", lambda: "zh")
    monkeypatch.setattr(i18n, "language", lambda: "zh")
    assert in_our_words(text) == said != english


def skeletons(module: ModuleType) -> Iterator[str]:
    """The messages of the errors that a module raises, with "1" for what is put into them."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name, message = node.exc.func, node.exc.args[0]
            if isinstance(name, ast.Name) and name.id in ERRORS:
                parts = message.values if isinstance(message, ast.JoinedStr) else [message]
                yield "".join(str(p.value) if isinstance(p, ast.Constant) else "1" for p in parts)


@pytest.mark.parametrize("module", [decisions, rescoring, reviews, desk])
def test_every_error_of_a_review_has_a_form(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cs_qa.ui.sentences.language", lambda: "zh")
    monkeypatch.setattr(i18n, "language", lambda: "zh")
    messages = [each for each in skeletons(module) if any(map(str.isalpha, each))]
    assert messages
    assert [each for each in messages if in_our_words(each) == each] == []


def test_every_meaning_of_a_label_has_a_form() -> None:
    assert set(MEANING.values()) == set(MEANINGS)


def test_every_reason_of_a_card_has_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cs_qa.ui.sentences.language", lambda: "zh")
    monkeypatch.setattr(i18n, "language", lambda: "zh")
    reasons = [each["reason"] for each in CARD["judgements"]]
    assert [each for each in reasons if in_our_words(each) == each] == []


def test_no_form_stands_twice() -> None:
    assert len({*FORMS, *SHORTER}) == len(FORMS) + len(SHORTER)
