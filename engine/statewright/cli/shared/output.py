"""How things look: JSON on one line, aligned tables, colours; results to stdout, messages to stderr.

Knows nothing of what it prints. Colours are given freely and dropped by click where stdout is no terminal.
This is the edge where invisible characters are escaped, whatever a line is made of: only our own colours and
tabs pass. Text that is coloured passes `printable` before.
"""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import click

from statewright.escaping import printable
from statewright.reports.json_text import json_text

GAP = "  "
WIDTH_MAX = 100
LAST_COLUMN_WIDTH_MIN = 30
_COLOUR = re.compile(r"(\x1b\[(?:0|1|2|31|32|33|36)m)")  # those that `click.style` is asked for here


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def print_message(*lines: str) -> None:
    """For the person at the terminal: stderr."""
    print_lines(lines, err=True)


def print_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Results: stdout, unless `err`."""
    for line in lines:
        click.echo(visible(line), err=err)


def print_text(text: str) -> None:
    """A document that ends in a line break: stdout."""
    print_lines(text.removesuffix("\n").split("\n"))


def visible(line: str) -> str:
    """The line as it may be written: all but colours and tabs that cannot be seen is escaped."""
    if line.isprintable():
        return line
    parts = _COLOUR.split(line)
    return "".join(part if place % 2 else printable(part, keep="\t") for place, part in enumerate(parts))


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned lines below a header; the last column is wrapped to the terminal."""
    rows = [tuple(map(visible, row)) for row in rows]
    widths = _widths([header, *rows])
    terminal = min(shutil.get_terminal_size().columns, WIDTH_MAX)
    room = max(terminal - sum(width + len(GAP) for width in widths[:-1]), LAST_COLUMN_WIDTH_MIN)
    return aligned(header, [line for row in rows for line in _wrapped(row, room)])


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A line for the header and one for each row; columns of numbers stand to the right."""
    rows = [tuple(map(visible, row)) for row in rows]
    widths = _widths([header, *rows])
    numeric = [all(_is_number(row[place]) for row in rows) for place in range(len(header))]
    dimmed = tuple(click.style(name, dim=True) for name in header)
    return [GAP.join(map(_padded, row, widths, numeric)).rstrip() for row in (dimmed, *rows)]


def labelled(fields: Mapping[str, str]) -> Iterator[str]:
    """Names to the left, what they hold beside them."""
    shown_names = {name: printable(name) for name in fields}
    width = max(map(len, shown_names.values()), default=0)
    for name, value in fields.items():
        yield f"{_padded(click.style(shown_names[name], dim=True), width)}{GAP}{visible(value)}".rstrip()


def shown(value: Any) -> str:
    """A JSON value on one line."""
    return printable(json_text(value))


def plural(count: int, noun: str) -> str:
    """
    >>> plural(1, "finding"), plural(2000, "finding")
    ('1 finding', '2,000 findings')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _wrapped(row: Sequence[str], room: int) -> Iterator[Sequence[str]]:
    """The row, and a row more for each further line of its last cell."""
    if _width(row[-1]) <= room:
        yield row
        return
    first, *rest = textwrap.wrap(row[-1], room) or [""]
    yield (*row[:-1], first)
    for line in rest:
        yield (*[""] * (len(row) - 1), line)


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(_width, column)) for column in zip(*rows, strict=True)]


def _padded(cell: str, width: int, numeric: bool = False) -> str:
    padding = " " * (width - _width(cell))
    return padding + cell if numeric else cell + padding


def _width(cell: str) -> int:
    return len(click.unstyle(cell))


def _is_number(cell: str) -> bool:
    return click.unstyle(cell).replace(",", "").isdecimal()
