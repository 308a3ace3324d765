"""Weeks as samples and reports name them: ISO 8601, in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from cs_qa.errors import InputError


def week_limits(week: str) -> tuple[datetime, datetime]:
    """Give the first moment of an ISO week and of the next one, in UTC.

    Raises InputError where there is no such week.

    >>> week_limits("2026-W47")[0].isoformat()
    '2026-11-16T00:00:00+00:00'
    """
    match = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", week)
    try:
        if match is None:
            raise ValueError
        monday = datetime.fromisocalendar(int(match[1]), int(match[2]), 1).replace(tzinfo=UTC)
        return monday, monday + timedelta(weeks=1)
    except (ValueError, OverflowError):
        raise InputError(
            f"{week!r} is no week. Write year and ISO week, such as 2026-W47."
        ) from None
