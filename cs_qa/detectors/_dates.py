"""Dates in digits whose order a market does not write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from cs_qa.detectors._amounts import Form
from cs_qa.detectors._region import locale_of
from cs_qa.detectors._wordings import date_words

__all__ = ["foreign_dates"]

_DATE = re.compile(
    r"(?<![\d/.\-])(?P<first>\d{1,2})(?P<sign>[/.\-])(?P<second>\d{1,2})"
    r"(?:(?P=sign)(?P<year>(?:19|20)\d\d|\d\d(?![\d])))?(?![\d/\-]|[.]\d)"
)
_WORD_BEFORE = re.compile(r"([^\W\d_][^\W\d_'’]*)\s{0,2}$")
_NAMES = {"d": "day/month", "M": "month/day", "y": "year/month/day"}
_FAR_DAYS = 20
_NEAR_DAYS = 14


def foreign_dates(text: str, language: str, region: str, at: datetime | None) -> Iterator[Form]:
    """Give the dates of a text in another order than the locale's.

    Where both orders are possible, the one that lies near `at`, the message's time, is what the
    agent means, if the other lies far from it.
    """
    order = _order(language, region)
    if order is None:
        return
    for match in _DATE.finditer(text):
        if not match["year"] and not _is_date(text, match):
            continue
        if match["year"] and len(match["year"]) == 2 and match["sign"] != "/":
            continue
        meant, confidence = _meant(match, at)
        if (meant and order not in (meant, "y")) or (
            order == "y" and meant == "d" and _is_cjk(language)
        ):
            yield Form(
                *match.span(),
                f"The date is written {_NAMES[meant]}",
                f"Write {_NAMES[order]} in this market, or the month's name.",
                confidence,
            )


def _order(language: str, region: str) -> str | None:
    """What the locale's short date begins with: d, M or y."""
    locale = locale_of(language, region)
    if locale is None:
        return None
    found = re.search("[dMy]", str(locale.date_formats["short"].pattern))
    return found[0] if found else None


def _is_cjk(language: str) -> bool:
    return language in ("zh", "ja", "ko")


def _is_date(text: str, match: re.Match[str]) -> bool:
    """Whether two numbers with a stroke are a date: a word such as "on" or "bis" leads to them."""
    word = _WORD_BEFORE.search(text[max(0, match.start() - 24) : match.start()])
    return match["sign"] == "/" and word is not None and word[1].casefold() in date_words()


def _meant(match: re.Match[str], at: datetime | None) -> tuple[str, float]:
    first, second = int(match["first"]), int(match["second"])
    if first > 12 and 1 <= second <= 12 and first <= 31:
        return "d", 0.8 if match["year"] else 0.6
    if second > 12 and 1 <= first <= 12 and second <= 31:
        return "M", 0.8 if match["year"] else 0.6
    if at is None or not 1 <= first <= 12 or not 1 <= second <= 12 or first == second:
        return "", 0.0
    as_day, as_month = _distance(at, first, second, match), _distance(at, second, first, match)
    if as_day <= _NEAR_DAYS and as_month > _FAR_DAYS:
        return "d", 0.55
    if as_month <= _NEAR_DAYS and as_day > _FAR_DAYS:
        return "M", 0.55
    return "", 0.0


def _distance(at: datetime, day: int, month: int, match: re.Match[str]) -> float:
    """Days between the message and a date; without a year, the nearest such date."""
    year = match["year"]
    years = [int(year) % 100 + at.year // 100 * 100] if year else range(at.year - 1, at.year + 2)
    return min(abs((date(each, month, day) - at.date()).days) for each in years)
