"""What agents state about policy, on the models that ship: table of turns, days and markets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cs_qa.detectors.policy_accuracy import PolicyAccuracy
from cs_qa.policy.pack import PolicyPack
from cs_qa.types import AnnotatedTranscript, Finding, PolicyDetail

PACK = """
pack = "shop"
version = "1"
effective_from = 2026-03-01
currency = "EUR"
[[policy]]
id = "ret"
topic = "returns"
market = ["ALL"]
text.en = "Items can be returned within 60 days of delivery."
[policy.facts]
return_window_days = 60
counted_from = "delivery"
allowed = true
[policy.superseded]
return_window_days = 30
valid_until = 2026-02-28
[[policy]]
id = "tax-eu"
topic = "duties_vat"
market = ["EU"]
text.en = "Duties and taxes are included in the price."
[policy.facts]
who_pays = "seller"
[[policy]]
id = "tax-row"
topic = "duties_vat"
market = ["ROW"]
text.en = "Duties and taxes are paid by the buyer."
[policy.facts]
who_pays = "buyer"
"""
ASKED = "How long do I have to return it?"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> PolicyPack:
    return load(tmp_path_factory.mktemp("pack") / "shop.toml", PACK)


def load(file: Path, text: str) -> PolicyPack:
    file.write_text(text, encoding="utf-8")
    return PolicyPack.load(file)


def found(packs: tuple[PolicyPack, ...], said: AnnotatedTranscript) -> list[tuple[str, str | None]]:
    return [(each.label, detail(each).policy_id) for each in PolicyAccuracy(packs)([said])[0]]


def detail(finding: Finding) -> PolicyDetail:
    assert isinstance(finding.detail, PolicyDetail)
    return finding.detail


@pytest.mark.parametrize(
    ("asked", "said", "market", "verdicts"),
    [
        (ASKED, "You have 60 days from delivery to return it.", None, [("accurate", "ret")]),
        (ASKED, "You can send it back within two months of delivery.", None, [("accurate", "ret")]),
        (ASKED, "You have 90 days from delivery to return it.", None, [("inaccurate", "ret")]),
        (ASKED, "You have 60 business days to return it.", None, [("inaccurate", "ret")]),
        (ASKED, "You have 60 days from the day of purchase to return it.", None,
         [("inaccurate", "ret")]),
        (ASKED, "Let me check that for you.", None, []),
        (ASKED, "> You have 90 days to return it.\nWho told you that?", None, []),
        (ASKED, "Thanks, have a nice day!", None, []),
        (ASKED, " ", None, []),
        ("Do I pay customs?", "We pay all duties and taxes for you.", "DE",
         [("accurate", "tax-eu")]),
        ("Do I pay customs?", "We pay all duties and taxes for you.", "CH",
         [("inaccurate", "tax-row")]),
        ("Do I pay customs?", "You pay the duties to the courier.", "CH",
         [("accurate", "tax-row")]),
    ],
)  # fmt: skip
def test_turns(
    pack: PolicyPack,
    converse: Any,
    asked: str,
    said: str,
    market: str | None,
    verdicts: list[tuple[str, str]],
) -> None:
    told = converse(("customer", asked), ("agent", said), market=market)
    assert found((pack,), told) == verdicts


@pytest.mark.parametrize(
    ("language", "asked", "said", "label"),
    [
        ("de", "Wie lange kann ich zurückgeben?", "Sie haben 60 Tage ab Lieferung.", "accurate"),
        ("de", "Wie lange kann ich zurückgeben?", "Sie haben 90 Tage ab Lieferung.", "inaccurate"),
        ("zh", "多久内可以退货？", "签收后六十天内可以退货。", "accurate"),
        ("zh", "多久内可以退货？", "签收后九十天内可以退货。", "inaccurate"),
        ("de-AT", "Wie lange kann ich zurückgeben?", "Sie haben 60 Tage ab Lieferung.", "accurate"),
        (None, ASKED, "You have 60 days from delivery to return it.", "accurate"),
        ("sw", ASKED, "You have 60 days from delivery to return it.", "accurate"),
    ],
)
def test_languages(
    pack: PolicyPack, converse: Any, language: str | None, asked: str, said: str, label: str
) -> None:
    told = converse(("customer", asked), ("agent", said, {"language": language}), language=language)
    assert found((pack,), told) == [(label, "ret")]


SAID_30 = "You have 30 days from delivery to return it."


def on_day(told: AnnotatedTranscript, *days: str | None) -> AnnotatedTranscript:
    turns = tuple(
        replace(turn, at=day and datetime.fromisoformat(f"{day}T23:30:00+14:00"))
        for turn, day in zip(told.transcript.turns, days, strict=True)
    )
    return replace(told, transcript=replace(told.transcript, turns=turns))


@pytest.mark.parametrize(
    ("days", "label", "until"),
    [
        ((None, "2026-02-28"), "accurate", None),
        ((None, "2026-03-01"), "inaccurate", "2026-02-28"),
        # The nearest turn with a time tells, the earlier one first.
        (("2026-02-28", None), "accurate", None),
        (("2026-03-01", None), "inaccurate", "2026-02-28"),
        ((None, None), "inaccurate", "2026-02-28"),
    ],
)
def test_the_local_day_of_the_turn_counts(
    pack: PolicyPack, converse: Any, days: tuple[str | None, ...], label: str, until: str | None
) -> None:
    told = on_day(converse(("customer", ASKED), ("agent", SAID_30)), *days)
    (finding,) = PolicyAccuracy((pack,))([told])[0]
    assert (finding.label, detail(finding).superseded_until) == (label, until)


def test_a_later_turn_tells_the_day_if_no_earlier_one_does(pack: PolicyPack, converse: Any) -> None:
    told = converse(("customer", ASKED), ("agent", SAID_30), ("customer", "Thanks."))
    assert found((pack,), on_day(told, None, None, "2026-02-28")) == [("accurate", "ret")]
    assert found((pack,), on_day(told, None, None, "2026-03-01")) == [("inaccurate", "ret")]


def test_of_several_packs_the_one_in_force_counts(
    pack: PolicyPack, converse: Any, tmp_path: Path
) -> None:
    later = PACK.replace('"1"', '"2"', 1).replace("2026-03-01", "2026-07-01")
    newer = load(tmp_path / "two.toml", later.replace("= 60", "= 30").replace("= 30\nv", "= 9\nv"))
    told = converse(("customer", ASKED), ("agent", SAID_30))
    for day, label, ref in (
        ("2026-06-30", "inaccurate", "shop@1"),
        ("2026-07-01", "accurate", "shop@2"),
    ):
        (finding,) = PolicyAccuracy((newer, pack))([on_day(told, None, day)])[0]
        assert (finding.label, detail(finding).pack) == (label, ref)


def test_nothing_is_found_without_a_pack_or_after_its_last_day(
    converse: Any, tmp_path: Path
) -> None:
    told = on_day(converse(("customer", ASKED), ("agent", SAID_30)), None, "2026-09-01")
    over = PACK.replace("currency", "effective_to = 2026-08-31\ncurrency", 1)
    assert found((load(tmp_path / "over.toml", over),), told) == []
    assert PolicyAccuracy()([told, told]) == [[], []]


def test_a_rule_that_no_clause_covers_is_unsupported(pack: PolicyPack, converse: Any) -> None:
    told = converse(
        ("customer", "Do you have loyalty points?"),
        ("agent", "You earn one loyalty point for every euro you spend with us."),
    )
    assert found((pack,), told) == [("unsupported", None)]


def test_a_finding_names_clause_values_and_place(pack: PolicyPack, converse: Any) -> None:
    said = f"Hello! {SAID_30} Bye."
    (finding,) = PolicyAccuracy((pack,))([converse(("customer", ASKED), ("agent", said))])[0]
    assert finding.text == said[finding.span.start : finding.span.end] == SAID_30
    assert finding.span.turn == 1
    assert 0.5 < finding.confidence <= 0.99
    assert finding.explanation == (
        "Said 30 days, which held until 2026-02-28; ret of shop@1 says return window 60 days."
    )
    assert finding.detail == PolicyDetail(
        pack="shop@1", policy_id="ret", topic="returns", stated="30 days",
        expected="return window 60 days", superseded_until="2026-02-28",
    )  # fmt: skip


def test_each_turn_is_read_beside_what_it_answers(
    pack: PolicyPack, converse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, tuple[str, ...]]] = []

    def read(exchanges: Any) -> list[Any]:
        asked.extend((each.turn, each.asked) for each in exchanges)
        return [[] for _ in exchanges]

    monkeypatch.setattr("cs_qa.detectors.policy_accuracy.read_statements", read)
    told = converse(
        ("agent", "Hi."),
        ("customer", "One."),
        ("customer", "Two."),
        ("system", "Joined."),
        ("customer", "Three."),
        ("agent", "Yes."),
        ("agent", "And yes."),
        ("customer", "Four."),
        ("agent", "No."),
    )
    PolicyAccuracy((pack,))([told])
    assert asked == [
        (0, ()), (5, ("Two.", "Three.")), (6, ("Two.", "Three.")), (8, ("Four.",)),
    ]  # fmt: skip
