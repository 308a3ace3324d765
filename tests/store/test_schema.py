from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from cs_qa.store.schema import StorableText, UtcDateTime

PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
def test_times_go_in_and_come_out_as_utc(dialect: object) -> None:
    kind, at = UtcDateTime(), datetime(2026, 11, 16, 9, tzinfo=PARIS)
    bound = kind.process_bind_param(at, dialect)  # type: ignore[arg-type]
    assert bound is not None
    assert bound.isoformat() == "2026-11-16T08:00:00+00:00"
    for returned in (bound, bound.replace(tzinfo=None), at):
        result = kind.process_result_value(returned, dialect)  # type: ignore[arg-type]
        assert result is not None
        assert result.isoformat() == "2026-11-16T08:00:00+00:00"


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 16), sqlite.dialect())


def test_nothing_stays_nothing() -> None:
    dialect = sqlite.dialect()
    assert UtcDateTime().process_bind_param(None, dialect) is None
    assert UtcDateTime().process_result_value(None, dialect) is None
    assert StorableText().process_bind_param(None, dialect) is None
