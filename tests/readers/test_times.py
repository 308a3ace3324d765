from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.readers.dates import DateEvidence, DateOrder
from cs_qa.readers.times import NoZoneError, any_time, is_time_of_day, iso_time, placed, zone

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-16T09:03:12+01:00", "2026-11-16T09:03:12+01:00"),
        ("2026-11-16 09:03", "2026-11-16T09:03:00"),
        ("2026-11-16 9:03", "2026-11-16T09:03:00"),
        ("2026-11-16 09:03:12 UTC", "2026-11-16T09:03:12+00:00"),
        ("2026-11-16 09:03:12 +0800", "2026-11-16T09:03:12+08:00"),
        ("2026-11-16 09:03:12 GMT+08:00", "2026-11-16T09:03:12+08:00"),
        ("2026/11/16 9:03", "2026-11-16T09:03:00"),
        ("2026/11/16 9:03:12", "2026-11-16T09:03:12"),
        ("2026.11.16 09:03", "2026-11-16T09:03:00"),
        ("2026-11-16 (Mon) 09:03", "2026-11-16T09:03:00"),
        ("2026年11月16日 9:03", "2026-11-16T09:03:00"),
        ("2026年11月16日上午9点03分12秒", "2026-11-16T09:03:12"),
        ("2026年11月16日 上午12:30", "2026-11-16T00:30:00"),
        ("2026年11月16日 凌晨1:05", "2026-11-16T01:05:00"),
        ("2026年11月16日 中午11:30", "2026-11-16T11:30:00"),
        ("2026年11月16日 中午12:30", "2026-11-16T12:30:00"),
        ("2026年11月16日 下午3:04", "2026-11-16T15:04:00"),
        ("2026年11月16日 晚上8:30", "2026-11-16T20:30:00"),
        ("2026. 11. 16. 오전 9:03", "2026-11-16T09:03:00"),
        ("2026년 11월 16일 오후 3:04", "2026-11-16T15:04:00"),
        ("2026/11/16 午後3:04", "2026-11-16T15:04:00"),
        ("16.11.2026 09:03", "2026-11-16T09:03:00"),
        ("3.4.2026, 09:03", "2026-04-03T09:03:00"),
        ("16/11/2026 09:03", "2026-11-16T09:03:00"),
        ("16/11/2026 à 09h03", "2026-11-16T09:03:00"),
        ("11/16/2026 3:04 PM", "2026-11-16T15:04:00"),
        ("11/16/2026, 3:04:05\u202fp.m.", "2026-11-16T15:04:05"),
        ("4/4/2026 12:04 AM", "2026-04-04T00:04:00"),
        ("16-Nov-2026 09:03", "2026-11-16T09:03:00"),
        ("16 November 2026 09:03", "2026-11-16T09:03:00"),
        ("Nov 16, 2026 3:04 PM", "2026-11-16T15:04:00"),
        ("Sept. 16, 2026 at 3:04 PM", "2026-09-16T15:04:00"),
        ("Monday, November 16th, 2026 09:03", "2026-11-16T09:03:00"),
        ("Mon, 16 Nov 2026 09:03:12 +0100", "2026-11-16T09:03:12+01:00"),
        ("２０２６/１１/１６ ９:０３", "2026-11-16T09:03:00"),
        ("2026/11/16 9:03:12.5", "2026-11-16T09:03:12.500000"),
        ("20261116090312", "2026-11-16T09:03:12"),
        ("1763283612", "2025-11-16T09:00:12+00:00"),
        ("1763283612.5", "2025-11-16T09:00:12.500000+00:00"),
        ("1763283612123", "2025-11-16T09:00:12.123000+00:00"),
        ("1763283612123456", "2025-11-16T09:00:12.123456+00:00"),
        (1763283612, "2025-11-16T09:00:12+00:00"),
        (1763283612123, "2025-11-16T09:00:12.123000+00:00"),
        (1763283612.0, "2025-11-16T09:00:12+00:00"),
        (datetime(2026, 11, 16, 9), "2026-11-16T09:00:00"),
    ],
)
def test_the_usual_ways_to_write_a_time(written: object, expected: str) -> None:
    assert any_time(written).isoformat() == expected


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("3/4/2026 9:00", "3/4/2026 can be 3 April or 4 March; say --dates dmy or mdy"),
        ("03-04-2026 9:00", "03-04-2026 can be 3 April or 4 March"),
        ("16/11/26 9:00", "has a year of two digits; say --dates dmy, mdy or ymd"),
        ("2026-11-16", "no time of day; write both"),
        ("2026/11/16", "a date with no time of day"),
        ("2026/11/16 noonish", "no time of day that is recognised"),
        ("2026/11/16 25:00", "25:00 is no time of day"),
        ("2026/11/16 15:00 AM", "15:00 AM is no time of day"),
        ("2026/11/16 晚上12:30", "is no time of day"),
        ("31/02/2026 9:00", "31/02/2026 is no date"),
        ("13/13/2026 9:00", "13/13/2026 is no date"),
        ("0/5/2026 9:00", "0/5/2026 is no date"),
        ("16 novembre 2026 9:00", "novembre is no month; possible are English names"),
        ("16 novel 2026 9:00", "novel is no month"),
        ("99999999999", "no date is recognised"),
        ("yesterday noon", "no date is recognised"),
        (float("nan"), "no date is recognised"),
        (5, "no date is recognised"),
        (True, "a boolean, not a date"),
        (None, "null, not a date"),
        (date(2026, 11, 16), "a date, not a date with a time"),
    ],
)
def test_what_is_no_time(written: object, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        any_time(written)


@pytest.mark.parametrize(
    ("written", "order", "expected"),
    [
        ("3/4/2026 9:00", "dmy", "2026-04-03T09:00:00"),
        ("3/4/2026 9:00", "mdy", "2026-03-04T09:00:00"),
        ("3/4/26 9:00", "dmy", "2026-04-03T09:00:00"),
        ("3/4/26 9:00", "mdy", "2026-03-04T09:00:00"),
        ("26/3/4 9:00", "ymd", "2026-03-04T09:00:00"),
        ("3.4.2026 9:00", "mdy", "2026-03-04T09:00:00"),
        ("2026/3/4 9:00", "dmy", "2026-03-04T09:00:00"),
        ("16/11/2026 9:00", "mdy", None),
        ("11/16/2026 9:00", "dmy", None),
        ("4/5/6 9:00", "dmy", None),
        ("6/4/5 9:00", "ymd", None),
    ],
)
def test_a_declared_order_of_dates(written: str, order: DateOrder, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match=f"is no date in the order {order}"):
            any_time(written, order)
    else:
        assert any_time(written, order).isoformat() == expected


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["3/4/2026", "16/4/2026 9:00"], "dmy"),
        (["3/4/2026", "4/16/2026"], "mdy"),
        ([" 4-16-26"], "mdy"),
        (["3/4/2026", "4/4/2026"], None),
        (["16/4/2026", "4/16/2026"], None),
        (["26/3/4", "16/11/26"], None),
        (["16.11.2026", "2026/4/16", None, 7, "no"], None),
    ],
)
def test_the_order_that_dates_show(values: list[object], order: DateOrder | None) -> None:
    evidence = DateEvidence()
    for value in values:
        evidence.add(value)
    assert evidence.order == order


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("9:03", True),
        ("09:03:12", True),
        ("下午3:04", True),
        ("3:04 pm", True),
        (time(9, 3), True),
        ("2026-11-16 09:03", False),
        ("903", False),
        (datetime(2026, 11, 16), False),
        (None, False),
    ],
)
def test_times_of_day(value: object, expected: bool) -> None:
    assert is_time_of_day(value) is expected


@pytest.mark.parametrize(
    ("written", "after", "expected"),
    [
        ("2026-11-16 09:00", None, "2026-11-16T09:00:00+01:00"),
        ("2026-07-16 09:00", None, "2026-07-16T09:00:00+02:00"),
        ("2026-10-25 02:30", None, "2026-10-25T02:30:00+02:00"),
        ("2026-10-25 02:30", "2026-10-25T02:20:00+02:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25 02:30", "2026-10-25T02:50:00+02:00", "2026-10-25T02:30:00+01:00"),
        ("2026-10-25 02:30", "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00"),
        ("2026-11-16 09:00", "2026-11-16T10:00:00+01:00", "2026-11-16T09:00:00+01:00"),
    ],
)
def test_local_times(written: str, after: str | None, expected: str) -> None:
    above = None if after is None else datetime.fromisoformat(after)
    moment, odd = placed(any_time(written), PARIS, after=above)
    assert (moment.isoformat(), odd) == (expected, None)


def test_a_time_that_no_clock_showed() -> None:
    moment, odd = placed(any_time("2026-03-29 02:30"), PARIS)
    assert moment.isoformat() == "2026-03-29T02:30:00+01:00"
    assert odd is not None
    assert "2026-03-29 02:30:00 did not exist in Europe/Paris" in odd


def test_a_time_with_an_offset_needs_no_zone() -> None:
    offset = timezone(timedelta(hours=8))
    assert placed(datetime(2026, 1, 1, tzinfo=offset), PARIS)[0].tzinfo == offset
    assert placed(datetime(2026, 1, 1, tzinfo=PARIS), None)[0].isoformat().endswith("+01:00")
    assert placed(datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")), None)[0].tzinfo is UTC
    with pytest.raises(NoZoneError, match="no offset"):
        placed(datetime(2026, 1, 1), None)


def test_an_unknown_zone() -> None:
    with pytest.raises(ValueError, match="time zone 'Mars/Base' is unknown; use an IANA name"):
        zone("Mars/Base")


FORMATS = [
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%d.%m.%Y %H:%M:%S",
    "%d-%b-%Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%d/%m/%Y, %I:%M:%S %p", "%Y%m%d%H%M%S",
]  # fmt: skip


@given(st.datetimes(datetime(1970, 1, 1), datetime(2199, 1, 1)), st.sampled_from(FORMATS))
def test_what_is_written_is_read(moment: datetime, form: str) -> None:
    whole = moment.replace(microsecond=0)
    assert any_time(whole.strftime(form), "dmy") == whole


@given(st.text(max_size=30) | st.from_regex(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日? ?\w*"))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    for read in (any_time, iso_time):
        problem = ""
        try:
            read(text)
        except ValueError as error:
            problem = str(error)
        assert "\n" not in problem
