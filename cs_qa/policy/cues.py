"""Cue words of policy statements: wordings that say who pays, from when, about what.

A cue is no judgement. It is a hint that the statement heads weigh beside the vectors of a
sentence: "at your expense" in one language then teaches them about its like in another. Lists:
`cs_qa/data/statements/<language>.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs_qa.phrases.expressions import compile_expression
from cs_qa.text.language import base_language
from cs_qa.text.normalise import normalise
from cs_qa.text.personal import PLACEHOLDER

CUES: Mapping[str, tuple[str, ...]] = {
    "start": (
        "purchase", "delivery", "dispatch", "warehouse_receipt", "inspection",
        "latest_estimated_delivery",
    ),
    "payer": ("seller", "buyer"),
    "polarity": ("yes", "no"),
    "condition": (
        "before_dispatch", "after_dispatch", "opened", "unopened", "first", "further",
        "above_threshold", "below_threshold", "damaged_or_wrong",
    ),
    "topic": (
        "returns", "exclusions", "return_fee", "restocking_fee", "refund_time", "refund_method",
        "exchange", "damaged_wrong_item", "missing_parcel", "delivery_time", "dispatch_time",
        "late_delivery_credit", "cancellation", "address_change", "price_match", "warranty",
        "duties_vat", "gift_card", "shipping_fee", "service_hours", "other",
    ),
    "stance": ("checking", "quoting", "status"),
    "fact": (
        "expire", "refund", "replacement", "reship", "photo", "label", "included", "checkout",
        "store_credit", "cash", "original_payment", "competitor", "own_price_drop",
    ),
}  # fmt: skip
NAMES = tuple(f"{kind}.{name}" for kind, names in CUES.items() for name in names)

NEGATION = "polarity.no"
TURNED = ("payer.seller", "payer.buyer", "polarity.yes", "fact.included", "fact.expire",
          "fact.refund", "fact.label", "condition.opened", "condition.after_dispatch")  # fmt: skip
"""Cues that a negation turns into their opposite: "not in the price"."""

FALLBACK = "en"
_UNSPACED = ("ja", "th", "zh")
_GAP = re.compile(r"\s*\.\.\.\s*")
_SYNTAX = re.compile(r"([()|*])")
_NO_WORD = re.compile(r"[\W_]+")
# The conjunctions w, f and the prefixes b, k, l, al are written onto an Arabic word.
_CLITICS = "(?:[وفبكل]|ال|لل|[وف][بكل]|[وفبك]ال|[وف]لل|[وف]بال)?"


def cues_in(text: str, language: str) -> frozenset[str]:
    """Give the names ("payer.buyer") of the cues that stand in a text, masked values aside.

    >>> sorted(cues_in("The return is at your expense.", "en") & {"payer.buyer", "payer.seller"})
    ['payer.buyer']
    """
    known = _known(language)
    text = PLACEHOLDER.sub(" ", text)
    folded = normalise(text).text if known in _UNSPACED else _as_words(text)
    return frozenset(name for name, regex in _expressions(known) if regex.search(folded))


def flags(told: frozenset[str]) -> NDArray[np.float32]:
    """Give cues as 0 or 1 in the order of `NAMES`, then those that stand beside a negation."""
    negated = NEGATION in told
    return np.array(
        [*(name in told for name in NAMES), *(negated and name in told for name in TURNED)],
        np.float32,
    )


def _known(language: str) -> str:
    base = base_language(language) or FALLBACK
    return base if base in _languages() else FALLBACK


@cache
def _languages() -> frozenset[str]:
    folder = files("cs_qa.data") / "statements"
    return frozenset(f.name.removesuffix(".toml") for f in folder.iterdir())


@lru_cache(maxsize=32)
def _expressions(language: str) -> tuple[tuple[str, Any], ...]:
    source = files("cs_qa.data") / "statements" / f"{language}.toml"
    lists = tomllib.loads(source.read_text(encoding="utf-8"))
    return tuple(
        (f"{kind}.{name}", _compiled(tuple(lists[kind][name]), language))
        for kind, names in CUES.items()
        for name in names
    )


def _compiled(cues: tuple[str, ...], language: str) -> Any:
    if language in _UNSPACED:
        return compile_expression("|".join(_pattern(cue, ".{0,8}", "") for cue in cues))
    before = " " + _CLITICS * (language == "ar")
    behind = "|".join(_pattern(cue, " (?:[^ ]+ ){0,4}", "[^ ]*") for cue in cues)
    return compile_expression(f"{before}(?:{behind}) ")


def _pattern(cue: str, gap: str, ending: str) -> str:
    """One cue as a regular expression: `stem*`, `(a|b|)`, `...` for a gap."""
    signs = {"*": ending, "(": "(?:", ")": ")", "|": "|"}
    return gap.join(
        "".join(
            signs[part] if part in signs else re.escape(_folded(part, is_spaced=bool(ending)))
            for part in _SYNTAX.split(piece)
        )
        for piece in _GAP.split(cue.strip())
    )


def _folded(text: str, *, is_spaced: bool) -> str:
    folded = normalise(text).text
    return _NO_WORD.sub(" ", folded) if is_spaced else folded


def _as_words(text: str) -> str:
    """Normalised words with a space before and behind each."""
    return f" {_folded(text, is_spaced=True).strip()} "
