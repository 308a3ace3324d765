"""Cue words of 17 languages: each found where it stands, none where it only seems to."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import pytest

from cs_qa.policy.cues import CUES, NAMES, NEGATION, TURNED, cues_in, flags
from cs_qa.text.language import LANGUAGES


@pytest.mark.parametrize(
    ("language", "text", "cue", "is_there"),
    [
        ("en", "The return is at your own expense.", "payer.buyer", True),
        ("en", "The return is at our expense.", "payer.buyer", False),
        ("en", "The return is at our expense.", "payer.seller", True),
        ("en", "It is COMPLIMENTARY!", "payer.seller", True),
        ("en", "He complimented us.", "payer.seller", False),
        ("en", "Yesterday it rained.", "polarity.yes", False),
        ("en", "Yes, it rained.", "polarity.yes", True),
        ("en-GB", "Yes, it rained.", "polarity.yes", True),
        ("en", "pay it all in cash", "fact.cash", True),
        ("en", "The cashmere is soft.", "fact.cash", False),
        ("de", "Das Porto zahlen Sie.", "payer.buyer", True),
        ("de", "Das Porto steht drauf.", "payer.buyer", False),
        ("zh", "运费由您承担", "payer.buyer", True),
        ("zh", "包裹由快递送达", "payer.buyer", False),
        # A language without a list is read as English.
        ("sw", "Yes, it rained.", "polarity.yes", True),
        ("", "Yes, it rained.", "polarity.yes", True),
    ],
)
def test_cues(language: str, text: str, cue: str, is_there: bool) -> None:
    assert (cue in cues_in(text, language)) is is_there


@pytest.mark.parametrize(
    "text", ["الشحن مجاني", "والشحن مجاني", "بالمجان"]
)  # fmt: skip
def test_arabic_prefixes_hide_no_cue(text: str) -> None:
    assert "payer.seller" in cues_in(text, "ar")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_every_cue_and_says_nothing_of_nothing(language: str) -> None:
    source = files("cs_qa.data") / "statements" / f"{language}.toml"
    lists = tomllib.loads(source.read_text(encoding="utf-8"))
    assert {kind: set(lists[kind]) for kind in CUES} == {
        kind: set(names) for kind, names in CUES.items()
    }
    assert cues_in("", language) == frozenset()
    assert cues_in("12 <ORDER_NO_1>", language) == frozenset()


def test_flags_are_in_order_with_the_negated_ones_behind() -> None:
    plain = flags(frozenset({"payer.buyer"}))
    negated = flags(frozenset({"payer.buyer", NEGATION}))
    assert plain.shape == (len(NAMES) + len(TURNED),)
    assert [NAMES[i] for i in np.flatnonzero(plain)] == ["payer.buyer"]
    assert negated[len(NAMES) :].tolist() == [float(name == "payer.buyer") for name in TURNED]
    assert not flags(frozenset()).any()
