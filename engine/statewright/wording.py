"""Formats numbers, plurals and durations alike in all messages, reports and pictures."""

from __future__ import annotations

_WEEK = 604_800  # seconds
_UNITS = (("week", _WEEK), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def plural(count: int, one: str, many: str = "") -> str:
    """Format a count with thousands separators and its noun. `many`: the plural if it is not `one` plus "s".

    >>> plural(1, "finding"), plural(2000, "finding"), plural(3, "stream ends", "streams end")
    ('1 finding', '2,000 findings', '3 streams end')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def duration_text(seconds: float) -> str:
    """Format a duration in words, largest unit first. Weeks are used only if nothing remains.

    >>> duration_text(1_209_600), duration_text(2_592_000), duration_text(90), duration_text(-1.5)
    ('2 weeks', '30 days', '1 minute 30 seconds', 'minus 1.5 seconds')
    """
    rest, parts = round(abs(seconds), 6), []
    sign = "minus " if seconds < 0 < rest else ""
    for unit, length in _UNITS if rest % _WEEK == 0 else _UNITS[1:]:
        count, rest = (rest, 0) if length == 1 else divmod(rest, length)
        if count:
            number = f"{count:,.6f}".rstrip("0").rstrip(".")
            parts.append(f"{number} {unit}{'' if number == '1' else 's'}")
    return f"{sign}{' '.join(parts) or '0 seconds'}"
