"""Timestamps and durations: text, range, arithmetic, calendar."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.errors import EvaluationError
from statewright.language.cel.runtime.conversion import part
from statewright.language.cel.runtime.temporal import (
    SECOND,
    Duration,
    Timestamp,
)

TIMESTAMPS = st.integers(-62_135_596_800 * SECOND, 253_402_300_800 * SECOND - 1).map(Timestamp)
DURATIONS = st.integers(-(2**63) + 1, 2**63 - 1).map(Duration)


@given(TIMESTAMPS)
def test_a_timestamp_parses_its_own_text(timestamp: Timestamp) -> None:
    """No nanosecond is lost in text."""
    assert Timestamp.parse(str(timestamp)) == timestamp


@given(DURATIONS)
def test_a_duration_parses_its_own_text(duration: Duration) -> None:
    """No nanosecond is lost in text."""
    assert len(str(duration)) > 1
    assert Duration.parse(str(duration)) == duration


@given(TIMESTAMPS, TIMESTAMPS)
def test_order_is_that_of_time(one: Timestamp, other: Timestamp) -> None:
    """Timestamps compare by their nanoseconds, at any distance."""
    assert (one < other) == (one.nanoseconds < other.nanoseconds)


@given(st.text("0123456789.:-+TZhmsµun "), st.sampled_from([Timestamp, Duration]))
def test_any_text_is_read_or_refused(text: str, kind: type[Timestamp | Duration]) -> None:
    """Parsing raises only EvaluationError, and parsed values print as valid text."""
    try:
        value = kind.parse(text)
    except EvaluationError:
        return
    assert kind.parse(str(value)) == value


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2009-02-13T23:31:30Z", "2009-02-13T23:31:30Z"),
        ("2009-02-13T23:31:30.120Z", "2009-02-13T23:31:30.12Z"),
        ("2009-02-13T23:31:30.000000001+01:30", "2009-02-13T22:01:30.000000001Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("2024-05-01t09:00:00.123456789987z", "2024-05-01T09:00:00.123456789Z"),
        ("2024-02-29T23:00:00-00:00", "2024-02-29T23:00:00Z"),
        ("0000-12-31T23:59:59-23:59", "0001-01-01T23:58:59Z"),
        ("9999-12-31T23:59:59.9999999999Z", "9999-12-31T23:59:59.999999999Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999999Z"),
        ("2016-12-31T23:59:60.25Z", "2016-12-31T23:59:59.999999999Z"),
        ("1990-12-31T15:59:60-08:00", "1990-12-31T23:59:59.999999999Z"),
        ("2017-01-01T05:29:60+05:30", "2016-12-31T23:59:59.999999999Z"),
        ("9999-12-31T23:59:60Z", "9999-12-31T23:59:59.999999999Z"),
    ],
)
def test_timestamps_print_in_utc(text: str, printed: str) -> None:
    """Offsets are applied, and a fraction has no more digits than needed."""
    assert str(Timestamp.parse(text)) == printed


@pytest.mark.parametrize(
    "text",
    [
        "2009-02-13",
        "2009-02-13 23:31:30Z",
        "2009-02-13T23:31:30",
        "2009-02-29T00:00:00Z",
        "2009-02-13T24:00:00Z",
        "2009-02-13T23:59:60Z",
        "2016-12-31T23:58:60Z",
        "2016-12-31T23:59:60+01:00",
        "2016-12-31T23:59:61Z",
        "1900-02-29T00:00:00Z",
        "2009-00-13T00:00:00Z",
        "2009-02-13T23:31:30.Z",
        "2009-02-13T23:31:30,5Z",
        "2009-02-13T23:60:00Z",
        "2009-02-13T23:31:30+0100",
        "2009-02-13T23:31:30\n",
        "2009-02-13T23:31:30+24:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "0000-02-30T00:00:00Z",
        "9999-12-31T23:59:59-00:01",
        "२००९-02-13T23:31:30Z",
    ],
)
def test_wrong_timestamps_are_refused(text: str) -> None:
    """Only RFC 3339 in the years 1 to 9999 is accepted."""
    with pytest.raises(EvaluationError, match="timestamp"):
        Timestamp.parse(text)


@given(st.datetimes(), st.timedeltas(timedelta(hours=-23), timedelta(hours=23)))
def test_times_are_read_as_python_reads_them(moment: datetime, offset: timedelta) -> None:
    """Timestamps at any offset are read as by Python, to the microsecond."""
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=offset // timedelta(minutes=1))))
    with suppress(EvaluationError, OverflowError):
        expected = zoned.astimezone(UTC).replace(tzinfo=None)
        assert Timestamp.parse(zoned.isoformat()).moment("UTC") == expected


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1h30m", 5400 * SECOND),
        ("-1.5s", -1_500_000_000),
        ("+250ms", 250_000_000),
        (".5us", 500),
        ("1µs2ns", 1002),
        ("1.h0.5s", 3600 * SECOND + SECOND // 2),
        ("1h2m3s4ms5us6µs7ns", 3723 * SECOND + 4_011_007),
        ("0", 0),
    ],
)
def test_durations_are_read(text: str, nanoseconds: int) -> None:
    """Durations with any unit and any number of parts are read."""
    assert Duration.parse(text).nanoseconds == nanoseconds


@pytest.mark.parametrize("text", ["", "1", "s", "1 s", "1d", "--1s", "1h-1m", "9999999999s", "1s" * 8])
def test_wrong_durations_are_refused(text: str) -> None:
    """A number needs a unit, the number of parts is limited, and the total fits in 64 bits of nanoseconds."""
    with pytest.raises(EvaluationError, match="duration"):
        Duration.parse(text)


def test_arithmetic() -> None:
    """Adding a duration moves a timestamp; subtracting timestamps gives a duration."""
    noon, hour = Timestamp.parse("2020-02-29T12:00:00Z"), Duration.parse("1h")
    assert str(noon + hour) == str(hour + noon) == "2020-02-29T13:00:00Z"
    assert (noon + hour) - noon == hour
    assert noon - hour < noon
    assert hour + hour - hour == hour


def test_results_out_of_range_are_refused() -> None:
    """Time does not wrap around."""
    last = Timestamp.parse("9999-12-31T23:59:59.999999999Z")
    with pytest.raises(EvaluationError, match="timestamp out of range"):
        last + Duration(1)
    with pytest.raises(EvaluationError, match="duration out of range"):
        last - Timestamp.parse("0001-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("name", "zone", "value"),
    [
        ("getFullYear", "UTC", 2009),
        ("getMonth", "UTC", 1),
        ("getDate", "UTC", 13),
        ("getDayOfMonth", "UTC", 12),
        ("getDayOfYear", "UTC", 43),
        ("getDayOfWeek", "UTC", 5),
        ("getDayOfWeek", "+01:00", 6),
        ("getHours", "-02:30", 21),
        ("getMinutes", "05:45", 16),
        ("getSeconds", "UTC", 30),
        ("getMilliseconds", "UTC", 123),
    ],
)
def test_the_parts_of_a_timestamp(name: str, zone: str, value: int) -> None:
    """Months, days of month and days of year count from 0, Sunday is day 0."""
    assert part(name, Timestamp.parse("2009-02-13T23:31:30.123456789Z"), zone) == value


def test_the_parts_of_a_duration_are_cut_off_towards_zero() -> None:
    """All but the milliseconds convert the whole duration to that unit."""
    duration = Duration.parse("-1h1.5s")
    names = ("getHours", "getMinutes", "getSeconds", "getMilliseconds")
    assert [part(name, duration) for name in names] == [-1, -60, -3601, -500]


def test_a_named_zone_is_refused() -> None:
    """Zone rules change, and replay must not."""
    with pytest.raises(EvaluationError, match="named time zones are not supported"):
        Timestamp(0).moment("Europe/Vienna")
