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

from statewright.escaping import printable, terminal_columns
from statewright.reports.json_text import json_text

GAP = "  "
UNBROKEN_MAX = 28  # a table breaks longer words to fit the terminal
PROSE_MIN = 24  # a narrower column of prose moves below its row


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


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, indent: str = "", prose: bool = False
) -> list[str]:
    """Aligned lines below a header, folded to the width of the terminal.

    Without a terminal every row stays on one line, so that `grep` finds it, unless COLUMNS sets a width.
    `prose`: the last column holds sentences. On a narrow terminal they are shown below their rows.
    """
    terminal = _terminal_width()
    if prose and terminal is not None:
        columns = list(zip(header, *(map(visible, row) for row in rows), strict=True))
        *_, last = _column_widths(columns, _room(terminal, len(columns), indent))
        if last < min(PROSE_MIN, max(map(_width, columns[-1]))):
            return _prose_below(header, rows, terminal, indent)
    first, blocks = table_blocks(header, rows, indent=indent)
    return [*first, *(line for block in blocks for line in block)]


def table_blocks(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, indent: str = ""
) -> tuple[list[str], list[list[str]]]:
    """Like `table`, with the lines of the header and of each row apart."""
    rows = [tuple(map(visible, row)) for row in rows]
    columns = list(zip(header, *rows, strict=True))
    numeric = [all(map(_is_number, column[1:])) for column in columns]
    widths = _column_widths(columns, _room(_terminal_width(), len(columns), indent))

    def lines(row: Sequence[str]) -> list[str]:
        cells = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        height = max(map(len, cells))
        aligned = [cell + [""] * (height - len(cell)) for cell in cells]
        return [
            indent + GAP.join(map(padded, line, widths, numeric)).rstrip()
            for line in zip(*aligned, strict=True)
        ]

    return lines([click.style(name, fg=Colour.GREY) for name in header]), [lines(row) for row in rows]


def labelled(fields: Mapping[str, str]) -> Iterator[str]:
    """One line per field, names to the left. Lines are never folded: some hold text to copy and paste."""
    shown_names = {name: printable(name) for name in fields}
    width = max(map(_width, shown_names.values()), default=0)
    for name, value in fields.items():
        label = padded(click.style(shown_names[name], fg=Colour.GREY), width)
        yield f"{label}{GAP}{visible(value)}".rstrip()


def padded(cell: str, width: int, numeric: bool = False) -> str:
    """The cell with blanks up to a width in columns; numbers are aligned to the right."""
    padding = " " * (width - _width(cell))
    return padding + cell if numeric else cell + padding


def shown(value: Any) -> str:
    """A JSON value on one line."""
    return printable(json_text(value))


def _terminal_width() -> int | None:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() or os.environ.get("COLUMNS") else None


def _room(terminal: int | None, columns: int, indent: str) -> int | None:
    """The width for the text of all columns."""
    return None if terminal is None else terminal - len(indent) - len(GAP) * (columns - 1)


def _prose_below(
    header: Sequence[str], rows: Sequence[Sequence[str]], terminal: int, indent: str
) -> list[str]:
    lines, blocks = table_blocks(header[:-1], [row[:-1] for row in rows], indent=indent)
    margin = indent + GAP * 2
    for block, row in zip(blocks, rows, strict=True):
        below = _wrapped(visible(row[-1]), max(terminal - len(margin), PROSE_MIN)) if row[-1] else []
        lines += [*block, *(margin + line for line in below)]
    return lines


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
        else min(max((terminal_columns(part.strip()) for part in _parts(cell)), default=0), UNBROKEN_MAX)
        for cell in cells
    ]
    return max(_width(header), *needed, 0)


def _wrapped(cell: str, width: int) -> list[str]:
    """Fold at blanks. A word that is too long for a line is folded at its parts, or else anywhere."""
    if _width(cell) <= width:
        return [cell]
    lines = [""]
    for word in _WORD.findall(cell):
        for part in [word] if _width(word.strip()) <= width else _parts(word):
            if lines[-1] and _width(lines[-1] + part) > width:
                lines.append("")
            rest = part if lines[-1] else part.lstrip()
            while _width(rest) > width:
                fitting = _fitting(rest, width)
                lines[-1:] = [rest[:fitting], ""]
                rest = rest[fitting:]
            lines[-1] += rest
    return lines


def _fitting(text: str, width: int) -> int:
    """The number of characters that fit into a width, at least one."""
    used = 0
    for place, character in enumerate(text):
        used += terminal_columns(character)
        if place and used > width:
            return place
    return len(text)


def _parts(cell: str) -> list[str]:
    """The cell in pieces between which a line may break: at blanks, and in names after `.` or `_`."""
    return _PART.findall(cell)


def _width(cell: str) -> int:
    return terminal_columns(click.unstyle(cell))


def _is_number(cell: str) -> bool:
    return click.unstyle(cell).replace(",", "").isdecimal()
