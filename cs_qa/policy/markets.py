"""Markets: a transcript's market may be a country or a group of countries, a clause's too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

EVERY = "ALL"
REST = "ROW"

_SAME = {"GB": "UK", "UK": "GB", "EL": "GR"}

GROUPS: Mapping[str, tuple[str, ...]] = {
    "EU": (
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ),
    "GCC": ("AE", "BH", "KW", "OM", "QA", "SA"),
    "SEA": ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN"),
    "DACH": ("AT", "CH", "DE"),
    "BENELUX": ("BE", "LU", "NL"),
    "NORDICS": ("DK", "FI", "IS", "NO", "SE"),
    "NA": ("CA", "US"),
    "ANZ": ("AU", "NZ"),
}  # fmt: skip
"""Groups that need no definition in a pack; one of the same name in the pack goes before."""


def applies(
    markets: Collection[str], market: str | None, groups: Mapping[str, Sequence[str]]
) -> bool:
    """Whether a clause for `markets` holds for a transcript of `market`.

    >>> applies(("EU",), "FR", {}), applies(("EU",), "UK", {}), applies(("ALL",), None, {})
    (True, False, True)
    """
    if EVERY in markets:
        return True
    if market is None:
        return False
    known = {**GROUPS, **groups}
    wanted = _names(market.strip().upper())
    for name in markets:
        members = known.get(name, ())
        if _names(name.upper()) & wanted or "*" in members or name == REST:
            return True
        if any(_names(member.upper()) & wanted for member in members):
            return True
    return False


def _names(market: str) -> set[str]:
    return {market, _SAME.get(market, market)}
