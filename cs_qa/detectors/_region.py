"""What a market writes, from CLDR: its locale for a language, its languages and currencies."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cs_qa.text.language import base_language
from cs_qa.types import Transcript

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["locale_of", "market_currencies", "official_languages", "region_of"]

_ALIASES = {"UK": "GB", "EL": "GR"}
_GROUPS = frozenset({"EU", "UN", "EZ", "ZZ"})  # codes of CLDR that are no country


def region_of(transcript: Transcript) -> str | None:
    """Give the market's country (ISO 3166), else the region of the declared language's tag."""
    if region := _country(transcript.market):
        return region
    subtags = (transcript.language or "").replace("_", "-").split("-")[1:]
    return next((region for tag in subtags if len(tag) == 2 and (region := _country(tag))), None)


def _country(code: str | None) -> str | None:
    plain = (code or "").strip().upper()
    plain = _ALIASES.get(plain, plain)
    return plain if len(plain) == 2 and plain.isalpha() and plain not in _GROUPS else None


@lru_cache(maxsize=1024)
def locale_of(language: str, region: str) -> Locale | None:
    """Give CLDR's locale of a language in a country; None where there is none."""
    from babel import Locale, UnknownLocaleError

    try:
        found = Locale.parse(f"{base_language(language)}_{region}")
    except (UnknownLocaleError, ValueError):
        return None
    return found if found.territory == region else None


@lru_cache(maxsize=1024)
def official_languages(region: str | None) -> frozenset[str]:
    """Give the official languages of a country, national or regional."""
    from babel.languages import get_official_languages

    if region is None:
        return frozenset()
    return frozenset(
        map(base_language, get_official_languages(region, regional=True, de_facto=True))
    )


@lru_cache(maxsize=1024)
def market_currencies(region: str) -> frozenset[str]:
    """Give the currencies (ISO 4217) that are legal tender in a country today."""
    from babel.numbers import get_territory_currencies

    return frozenset(get_territory_currencies(region))
