"""Formats numbers, plurals and durations alike in all messages, reports and pictures."""

from __future__ import annotations

_UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def plural(count: int, one: str, many: str = "") -> str:
    """Format a count with thousands separators and its noun. `many`: the plural if it is not `one` plus "s".

    >>> plural(1, "finding"), plural(2000, "finding"), plural(3, "stream ends", "streams end")
    ('1 finding', '2,000 findings', '3 streams end')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def duration_text(seconds: float) -> str:
    """Format a duration in words, from weeks to seconds.

    >>> duration_text(2_592_000), duration_text(90), duration_text(-1.5)
    ('4 weeks 2 days', '1 minute 30 seconds', 'minus 1.5 seconds')
    """
    rest, parts = abs(seconds), []
    for unit, length in _UNITS:
        count, rest = (rest, 0) if length == 1 else divmod(rest, length)
        if count:
            number = f"{count:,.6f}".rstrip("0").rstrip(".")
            parts.append(f"{number} {unit}{'' if number == '1' else 's'}")
    return f"{'minus ' if seconds < 0 else ''}{' '.join(parts) or '0 seconds'}"
