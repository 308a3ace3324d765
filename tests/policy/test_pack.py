"""Policy packs: what loads, what holds on which day, and what is said of a pack that is wrong."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from cs_qa.errors import PolicyError
from cs_qa.policy.facts import fact_of
from cs_qa.policy.markets import applies
from cs_qa.policy.pack import EXAMPLE_FILE, PolicyPack, pack_in_force
from cs_qa.policy.topics import canonical

PACK = """
pack = "shop"
version = "1"
effective_from = 2026-03-01
currency = "EUR"
[markets]
ISLANDS = ["MT", "CY"]
[[policy]]
id = "ret"
topic = "returns"
market = ["ALL"]
text.en = "30 days."
[policy.facts]
return_window_days = 30
[policy.superseded]
return_window_days = 14
valid_until = 2026-02-28
[[policy]]
id = "tax-eu"
topic = "duties"
market = ["EU"]
text.en = "Included."
[policy.facts]
due_on_delivery_amount = 0
[[policy]]
id = "tax-row"
topic = "duties"
market = ["ROW"]
text.en = "Not included."
[policy.facts]
who_pays = "buyer"
[[policy]]
id = "ferry"
topic = "shipping"
market = ["ISLANDS"]
text.en = "A ferry costs 9 euros."
[policy.facts]
fee_amount = 9
"""


def load(tmp_path: Path, text: str = PACK) -> PolicyPack:
    file = tmp_path / "pack.toml"
    file.write_text(text, encoding="utf-8")
    return PolicyPack.load(file)


def window(pack: PolicyPack, on: date | None) -> object:
    (clause,) = [each for each in pack.clauses("FR", on) if each.id == "ret"]
    return clause.facts[0].value


def test_example_pack_loads_without_a_warning_and_pickles() -> None:
    pack = PolicyPack.load(EXAMPLE_FILE)
    assert pack.warnings == []
    assert pickle.loads(pickle.dumps(pack)) == pack


@pytest.mark.parametrize(
    ("market", "ids"),
    [
        ("FR", ["ret", "tax-eu"]),
        ("EU", ["ret", "tax-eu"]),
        ("MT", ["ret", "tax-eu", "ferry"]),
        ("US", ["ret", "tax-row"]),
        ("fr", ["ret", "tax-eu"]),
        (None, ["ret"]),
    ],
)
def test_clauses_of_a_market(tmp_path: Path, market: str | None, ids: list[str]) -> None:
    assert [each.id for each in load(tmp_path).clauses(market)] == ids


@pytest.mark.parametrize(
    ("on", "days"),
    [(date(2026, 2, 28), 14), (date(2026, 3, 1), 30), (date(2026, 11, 2), 30), (None, 30)],
)
def test_value_in_force_on_a_day(tmp_path: Path, on: date | None, days: int) -> None:
    assert window(load(tmp_path), on) == days


def test_old_value_is_known_as_superseded_only_after_its_last_day(tmp_path: Path) -> None:
    pack = load(tmp_path)
    before, after = (
        pack.clauses("FR", on)[0].superseded for on in (date(2026, 2, 1), date(2026, 4, 1))
    )
    assert before == ()
    assert [(fact.value, until) for fact, until in after] == [(14, date(2026, 2, 28))]


def test_amounts_are_in_the_currency_of_the_pack_unless_the_clause_names_one(
    tmp_path: Path,
) -> None:
    ferry = load(tmp_path).clauses("CY")[-1]
    assert ferry.facts[0].unit == "EUR"
    pack = load(tmp_path, PACK + 'currency = "GBP"\n')
    assert pack.clauses("CY")[-1].facts[0].unit == "GBP"


@pytest.mark.parametrize(
    ("on", "version"),
    [
        (date(2026, 5, 1), "1"),
        (date(2026, 7, 2), "2"),
        (date(2026, 1, 1), "1"),  # by the old values that version 1 states
        (None, "2"),
    ],
)
def test_pack_in_force(tmp_path: Path, on: date | None, version: str) -> None:
    first = load(tmp_path, PACK.replace("currency", "effective_to = 2026-06-30\ncurrency", 1))
    second = load(
        tmp_path,
        PACK.replace('"1"', '"2"', 1).replace("2026-03-01", "2026-07-01", 1),
    )
    pack = pack_in_force((first, second), on)
    assert pack is not None
    assert pack.table.version == version


def test_no_pack_is_in_force_after_the_last_day_of_all(tmp_path: Path) -> None:
    pack = load(tmp_path, PACK.replace("currency", "effective_to = 2026-06-30\ncurrency", 1))
    assert pack_in_force((pack,), date(2026, 7, 1)) is None
    assert pack_in_force((), None) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("version = ", "versoin = "), "versoin: unknown key. Possible here: pack, version"),
        (('topic = "returns"', ""), "policy.0.topic: missing"),
        (("return_window_days = 30", "return_window_days = true"), "must be a number"),
        (("return_window_days = 30", "return_window_days = -1"), "may not be below 0"),
        (('who_pays = "buyer"', 'who_pays = "nobody"'), "must be one of buyer, client"),
        (('id = "tax-eu"', 'id = "ret"'), "each id may stand once, but ret stands more often"),
        (("valid_until = 2026-02-28", ""), "valid_until: missing"),
        (('currency = "EUR"', 'currency = "Euro"'), "ISO 4217"),
        (("2026-03-01", '"March"'), "effective_from"),
        (("pack = ", "pack ="), ""),
        (('pack = "shop"', 'pack = "shop'), "is not TOML"),
        (("return_window_days = 30", "return_window_days = [1]"), "must be a string, true or"),
        (("return_window_days = 30", 'allowed = "yes"'), "must be true or false, not 'yes'"),
        (('id = "ret"', 'id = "a b"'), "must be one word without @"),
        (('topic = "returns"', 'topic = " "'), "must not be empty"),
        (('["MT", "CY"]', '"MT"'), ""),
        (('["MT", "CY"]', "[1]"), "valid string"),
        (('id = "ferry"', 'id = "old"\nsuperseded = [1]'), "superseded.0"),
        (
            ("[policy.facts]\nfee_amount = 9", ""),
            "",
        ),
        (
            ('text.en = "A ferry costs 9 euros."\n[policy.facts]\nfee_amount = 9', ""),
            "has neither text nor facts",
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    text = PACK.replace(*change, 1)
    if not message:
        load(tmp_path, text)
        return
    with pytest.raises(PolicyError) as error:
        load(tmp_path, text)
    assert message in str(error.value)


def test_only_what_is_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as error:
        load(tmp_path, PACK.replace("return_window_days = 30", "return_window_days = true"))
    assert len(str(error.value).splitlines()) == 1
    with pytest.raises(PolicyError, match="at least 1 item"):
        load(
            tmp_path, PACK.partition("[[policy]]")[0].replace("[markets]", "policy = []\n[markets]")
        )


def test_last_day_before_the_first_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="is before effective_from"):
        load(tmp_path, PACK.replace("currency", "effective_to = 2026-01-01\ncurrency", 1))


def test_market_that_the_list_of_markets_lacks_is_refused(tmp_path: Path) -> None:
    listed = PACK.replace('[markets]\nISLANDS = ["MT", "CY"]\n', 'markets = ["EU"]\n')
    with pytest.raises(PolicyError, match="clauses name ISLANDS, ROW"):
        load(tmp_path, listed)


def test_missing_and_unreadable_files_are_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        PolicyPack.load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"pack = '\xe9'")
    with pytest.raises(PolicyError, match="not UTF-8"):
        PolicyPack.load(tmp_path / "latin.toml")


def test_unknown_fact_loads_with_a_warning(tmp_path: Path) -> None:
    pack = load(tmp_path, PACK + 'colour = "blue"\n')
    assert [warning.split(",")[0] for warning in pack.warnings] == [
        "ferry: facts.colour: unknown name"
    ]


@pytest.mark.parametrize(
    ("name", "kind", "unit"),
    [
        ("return_window_days", "duration", "day"),
        ("refund_max_business_days", "duration", "business_day"),
        ("warranty_months", "duration", "month"),
        ("duty_percent", "percent", "percent"),
        ("fee_amount", "money", ""),
        ("after_dispatch_allowed", "allowed", ""),
        ("allowed", "allowed", ""),
        ("who_pays", "party", ""),
        ("counted_from", "start", ""),
    ],
)
def test_ending_of_a_fact_gives_its_kind(name: str, kind: str, unit: str) -> None:
    fact = fact_of(name, 1)
    assert fact is not None
    assert (fact.kind, fact.unit) == (kind, unit)


@pytest.mark.parametrize("name", ["colour", "currency", "dayspring"])
def test_other_names_are_no_facts_to_compare(name: str) -> None:
    assert fact_of(name, "x") is None


@pytest.mark.parametrize(
    ("markets", "market", "holds"),
    [
        (("ALL",), None, True),
        (("EU",), "DE", True),
        (("EU",), "UK", False),
        (("UK",), "GB", True),
        (("GCC",), "SA", True),
        (("US",), "US", True),
        (("US",), "CA", False),
        (("US",), None, False),
        (("SOUTH",), "IT", True),
    ],
)
def test_groups_of_markets(markets: tuple[str, ...], market: str | None, holds: bool) -> None:
    assert applies(markets, market, {"SOUTH": ("IT", "ES")}) is holds


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("returns", "returns"),
        ("Return window", "returns"),
        ("lost-parcel", "missing_parcel"),
        ("baggage", None),
    ],
)
def test_topics_as_shops_name_them(topic: str, name: str | None) -> None:
    assert canonical(topic) == name
