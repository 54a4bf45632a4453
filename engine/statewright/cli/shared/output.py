"""How results and messages look on stdout and stderr: tables, labels, colours and JSON on one line.

This module is the edge where invisible characters are escaped. Only tabs and the colours of `Colour` pass, so
text has to go through `printable` before it is coloured. click drops colours if stdout is not a terminal.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import Any

import click

from statewright.escaping import printable
from statewright.reports.json_text import json_text

GAP = "  "
UNBROKEN_MAX = 28  # a table breaks longer words to fit the terminal


class Colour(IntEnum):
    """Colours of the 256-colour palette whose contrast is at least 3.9:1 on both black and white.

    The 16 basic colours have no such contrast: their yellow, green and cyan vanish on white.
    """

    GREEN = 28
    BLUE = 31
    ORANGE = 130
    RED = 196
    GREY = 243


_PART = re.compile(r"\s*(?:[^\s._]|[._](?![^\W\d_]))*[._]?")
_WORD = re.compile(r"\s*\S+")
_STYLE = re.compile(rf"(\x1b\[(?:0|1|38;5;(?:{'|'.join(str(colour.value) for colour in Colour)}))m)")


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def print_message(*lines: str) -> None:
    """Print lines for a person to stderr."""
    print_lines(lines, err=True)


def print_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Print results to stdout, or lines to stderr with `err`."""
    for line in lines:
        click.echo(visible(line), err=err)


def print_text(text: str) -> None:
    """Print a document that ends in a line break to stdout."""
    print_lines(text.removesuffix("\n").split("\n"))


def visible(line: str) -> str:
    """The line with invisible characters escaped, except for our own colours and tabs."""
    if line.isprintable():
        return line
    parts = _STYLE.split(line)
    return "".join(part if place % 2 else printable(part, keep="\t") for place, part in enumerate(parts))


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, indent: str = "") -> list[str]:
    """Aligned lines below a header, folded to the width of the terminal.

    Without a terminal every row stays on one line, so that `grep` finds it, unless COLUMNS sets a width.
    """
    first, blocks = table_blocks(header, rows, indent=indent)
    return [*first, *(line for block in blocks for line in block)]


def table_blocks(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, indent: str = ""
) -> tuple[list[str], list[list[str]]]:
    """Like `table`, with the lines of the header and of each row apart."""
    rows = [tuple(map(visible, row)) for row in rows]
    columns = list(zip(header, *rows, strict=True))
    numeric = [all(map(_is_number, column[1:])) for column in columns]
    terminal = _terminal_width()
    room = None if terminal is None else terminal - len(indent) - len(GAP) * (len(columns) - 1)
    widths = _column_widths(columns, room)

    def lines(row: Sequence[str]) -> list[str]:
        cells = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        height = max(map(len, cells))
        padded = [cell + [""] * (height - len(cell)) for cell in cells]
        return [
            indent + GAP.join(map(_padded, line, widths, numeric)).rstrip()
            for line in zip(*padded, strict=True)
        ]

    return lines([click.style(name, fg=Colour.GREY) for name in header]), [lines(row) for row in rows]


def labelled(fields: Mapping[str, str]) -> Iterator[str]:
    """One line per field, names to the left. Lines are never folded: some hold text to copy and paste."""
    shown_names = {name: printable(name) for name in fields}
    width = max(map(len, shown_names.values()), default=0)
    for name, value in fields.items():
        label = _padded(click.style(shown_names[name], fg=Colour.GREY), width)
        yield f"{label}{GAP}{visible(value)}".rstrip()


def shown(value: Any) -> str:
    """A JSON value on one line."""
    return printable(json_text(value))


def _terminal_width() -> int | None:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() or os.environ.get("COLUMNS") else None


def _column_widths(columns: Sequence[Sequence[str]], room: int | None) -> list[int]:
    """Fold the widest columns first. Columns that cannot be folded enough stay too wide."""
    whole = [max(map(_width, column)) for column in columns]
    if room is None or sum(whole) <= room:
        return whole
    widths, widths_min = list(whole), list(map(_width_min, columns))
    while sum(widths) > room and widths != widths_min:
        _, widest = max((width, place) for place, width in enumerate(widths) if width > widths_min[place])
        widths[widest] -= 1
    widths = list(map(_folded_width, columns, widths))
    for place in sorted(range(len(widths)), key=whole.__getitem__, reverse=True):
        spare = max(room - sum(widths), 0)  # room that lines did not fill
        widths[place] = _folded_width(columns[place], min(whole[place], widths[place] + spare))
    return widths


def _folded_width(column: Sequence[str], width: int) -> int:
    return max(_width(line) for cell in column for line in _wrapped(cell, width))


def _width_min(column: Sequence[str]) -> int:
    """Headings, numbers and coloured cells stay whole, and so do the parts of other cells up to a limit."""
    header, *cells = column
    needed = [
        _width(cell)
        if _is_number(cell) or "\x1b" in cell
        else min(max((len(part.strip()) for part in _parts(cell)), default=0), UNBROKEN_MAX)
        for cell in cells
    ]
    return max(_width(header), *needed, 0)


def _wrapped(cell: str, width: int) -> list[str]:
    """Fold at blanks. A word that is too long for a line is folded at its parts, or else anywhere."""
    if _width(cell) <= width:
        return [cell]
    lines = [""]
    for word in _WORD.findall(cell):
        for part in [word] if len(word.strip()) <= width else _parts(word):
            if lines[-1] and len(lines[-1] + part) > width:
                lines.append("")
            rest = part if lines[-1] else part.lstrip()
            while len(rest) > width:
                lines[-1:] = [rest[:width], ""]
                rest = rest[width:]
            lines[-1] += rest
    return lines


def _parts(cell: str) -> list[str]:
    """The cell in pieces between which a line may break: at blanks, and in names after `.` or `_`."""
    return _PART.findall(cell)


def _padded(cell: str, width: int, numeric: bool = False) -> str:
    padding = " " * (width - _width(cell))
    return padding + cell if numeric else cell + padding


def _width(cell: str) -> int:
    return len(click.unstyle(cell))


def _is_number(cell: str) -> bool:
    return click.unstyle(cell).replace(",", "").isdecimal()
