from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Dialect, make_url

from cs_qa.store.schema import StorableText, UtcDateTime

DIALECTS: list[Dialect] = [
    make_url(f"{name}://").get_dialect()() for name in ("sqlite", "postgresql")
]
PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_times_go_in_and_come_out_as_utc(dialect: Dialect) -> None:
    kind, at = UtcDateTime(), datetime(2026, 11, 16, 9, tzinfo=PARIS)
    bound = kind.process_bind_param(at, dialect)
    assert bound is not None
    assert bound.isoformat() == "2026-11-16T08:00:00+00:00"
    for returned in (bound, bound.replace(tzinfo=None), at):
        result = kind.process_result_value(returned, dialect)
        assert result is not None
        assert result.isoformat() == "2026-11-16T08:00:00+00:00"


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 16), DIALECTS[0])


def test_nothing_stays_nothing() -> None:
    dialect = DIALECTS[0]
    assert UtcDateTime().process_bind_param(None, dialect) is None
    assert UtcDateTime().process_result_value(None, dialect) is None
    assert StorableText().process_bind_param(None, dialect) is None
