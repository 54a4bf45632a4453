"""CEL timestamps and durations in whole nanoseconds, without a clock or a time zone database.

Both support Python's arithmetic and comparison operators; results out of range raise EvaluationError. Named
time zones are rejected because their rules can change during the life of a stream. All times given as text
are parsed here.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self, overload

from statewright.errors import EvaluationError

SECOND = 1_000_000_000
_EPOCH = datetime(1970, 1, 1)  # in UTC
_LEAP_SECOND = 60
_DAYS_IN_400_YEARS = 146_097
_TIMESTAMP_MIN = -62_135_596_800 * SECOND  # 0001-01-01T00:00:00Z
_TIMESTAMP_MAX = 253_402_300_800 * SECOND - 1  # 9999-12-31T23:59:59.999999999Z
_DURATION_MAX = 2**63 - 1  # the range of cel-go: nanoseconds in 64 bits, about 292 years
_TEXT_MAX = 128

# https://www.rfc-editor.org/rfc/rfc3339#section-5.6
_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?"
    r"(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-]?)([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
# At most as many parts as there are units, to bound the work.
_DURATION = re.compile(r"([+-]?)((?:(?:\d++(?:\.\d*+)?|\.\d++)(?:h|ms|m|s|us|µs|ns)){1,7}+|0)", re.ASCII)
_DURATION_PART = re.compile(r"(\d*)\.?(\d*)(h|ms|m|s|us|µs|ns)", re.ASCII)
_UNITS = {"h": 3600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": 10**6, "us": 10**3, "µs": 10**3, "ns": 1}


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A signed span of time."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if abs(self.nanoseconds) > _DURATION_MAX:
            raise EvaluationError("duration out of range")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a duration such as `1h30m`, `-1.5s` or `250ms`. Raises EvaluationError."""
        match = _DURATION.fullmatch(text) if len(text) <= _TEXT_MAX else None
        if match is None:
            raise EvaluationError(
                f'"{text[:_TEXT_MAX]}" is not a duration such as "1h30m" or "3.5s"; '
                f"the units are {', '.join(_UNITS)}",
                cause="not a duration",
            )
        total = 0
        for whole, fraction, unit in _DURATION_PART.findall(match[2]):
            total += int(whole + fraction or "0") * _UNITS[unit] // 10 ** len(fraction)
        return cls(-total if match[1] == "-" else total)

    def __str__(self) -> str:
        """In seconds, such as `3.5s`."""
        seconds, fraction = divmod(abs(self.nanoseconds), SECOND)
        return f"{'-' if self.nanoseconds < 0 else ''}{seconds}{_fraction(fraction)}s"

    @overload
    def __add__(self, other: Duration) -> Duration: ...
    @overload
    def __add__(self, other: Timestamp) -> Timestamp: ...
    def __add__(self, other: Duration | Timestamp) -> Duration | Timestamp:
        match other:
            case Duration():
                return Duration(self.nanoseconds + other.nanoseconds)
            case Timestamp():
                return Timestamp(self.nanoseconds + other.nanoseconds)
        return NotImplemented

    def __sub__(self, other: Duration) -> Duration:
        if isinstance(other, Duration):
            return Duration(self.nanoseconds - other.nanoseconds)
        return NotImplemented


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A moment: nanoseconds since 1970-01-01T00:00:00Z, in the years 1 to 9999."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if not _TIMESTAMP_MIN <= self.nanoseconds <= _TIMESTAMP_MAX:
            raise EvaluationError("timestamp out of range: years run from 1 to 9999")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse RFC 3339 text with any offset. Raises EvaluationError.

        Digits beyond nanoseconds are truncated. A leap second becomes the last nanosecond before it, which
        keeps the order and the date.
        """
        match = _RFC_3339.fullmatch(text) if len(text) <= _TEXT_MAX else None
        moment = None if match is None else cls._read(match)
        if moment is None:
            raise EvaluationError(
                f'"{text[:_TEXT_MAX]}" is not an RFC 3339 timestamp such as "2026-01-31T12:00:00Z"',
                cause="not an RFC 3339 timestamp",
            )
        return moment

    @classmethod
    def _read(cls, match: re.Match[str]) -> Self | None:
        """The moment; None for a day that the month does not have and for an impossible leap second."""
        year, month, day, hour, minute, second = map(int, match.groups()[:6])
        fraction, sign, offset_hours, offset_minutes = match.groups()[6:]
        try:
            # Python has no year 0; an offset can move the moment into year 1.
            days = date(year or 400, month, day).toordinal() - _EPOCH.toordinal()
        except ValueError:
            return None
        if year == 0:
            days -= _DAYS_IN_400_YEARS
        seconds = ((days * 24 + hour) * 60 + minute) * 60 + min(second, _LEAP_SECOND - 1)
        if sign:
            seconds -= int(sign + "1") * (int(offset_hours) * 60 + int(offset_minutes)) * 60
        if second < _LEAP_SECOND:
            return cls(seconds * SECOND + int((fraction or "").ljust(9, "0")[:9]))
        moment = cls(seconds * SECOND + SECOND - 1)
        return moment if moment._ends_month else None

    @property
    def _ends_month(self) -> bool:
        """Whether this is the last second of a month in UTC, after which a leap second is possible."""
        at = self.moment("UTC")
        ends_day = (at.hour, at.minute, at.second) == (23, 59, 59)
        return ends_day and at.day == monthrange(at.year, at.month)[1]

    def __str__(self) -> str:
        """RFC 3339 text in UTC, with as many fraction digits as needed."""
        moment = self.moment("UTC").isoformat(timespec="seconds")
        return f"{moment}{_fraction(self.nanoseconds % SECOND)}Z"

    def moment(self, zone: str) -> datetime:
        """The date and time (to the microsecond) in a zone, without `tzinfo`."""
        return _EPOCH + timedelta(microseconds=self.nanoseconds // 1000) + zone_offset(zone)

    def commit_time(self) -> str:
        """The format of stored times: RFC 3339 in UTC with six fraction digits, truncated."""
        return f"{self.moment('UTC').isoformat(timespec='microseconds')}Z"

    def __add__(self, other: Duration) -> Timestamp:
        if isinstance(other, Duration):
            return Timestamp(self.nanoseconds + other.nanoseconds)
        return NotImplemented

    @overload
    def __sub__(self, other: Duration) -> Timestamp: ...
    @overload
    def __sub__(self, other: Timestamp) -> Duration: ...
    def __sub__(self, other: Duration | Timestamp) -> Duration | Timestamp:
        match other:
            case Duration():
                return Timestamp(self.nanoseconds - other.nanoseconds)
            case Timestamp():
                return Duration(self.nanoseconds - other.nanoseconds)
        return NotImplemented


def zone_offset(zone: str) -> timedelta:
    """The offset of `UTC` or of a zone such as `-02:30`. Raises EvaluationError for named zones."""
    if zone == "UTC":
        return timedelta(0)
    match = _OFFSET.fullmatch(zone)
    if match is None:
        raise EvaluationError(
            f'named time zones are not supported: "{zone[:_TEXT_MAX]}"; use "UTC" or "+02:00"',
            cause="not a time zone",
        )
    return int(match[1] + "1") * timedelta(hours=int(match[2]), minutes=int(match[3]))


# https://github.com/google/cel-spec/blob/master/doc/langdef.md: months and these days count from 0
TIMESTAMP_PARTS: Mapping[str, Callable[[datetime], int]] = {
    "getFullYear": lambda moment: moment.year,
    "getMonth": lambda moment: moment.month - 1,
    "getDate": lambda moment: moment.day,
    "getDayOfMonth": lambda moment: moment.day - 1,
    "getDayOfWeek": lambda moment: moment.isoweekday() % 7,
    "getDayOfYear": lambda moment: moment.timetuple().tm_yday - 1,
    "getHours": lambda moment: moment.hour,
    "getMinutes": lambda moment: moment.minute,
    "getSeconds": lambda moment: moment.second,
    "getMilliseconds": lambda moment: moment.microsecond // 1000,
}
# Hours, minutes and seconds convert the whole duration; milliseconds are the part below one second.
DURATION_PARTS: Mapping[str, Callable[[int], int]] = {
    "getHours": lambda nanoseconds: nanoseconds // (3600 * SECOND),
    "getMinutes": lambda nanoseconds: nanoseconds // (60 * SECOND),
    "getSeconds": lambda nanoseconds: nanoseconds // SECOND,
    "getMilliseconds": lambda nanoseconds: nanoseconds % SECOND // 10**6,
}


def _fraction(nanoseconds: int) -> str:
    return f".{nanoseconds:09d}".rstrip("0").rstrip(".")
