"""Markdown for a comment on GitHub or GitLab, which cannot hold what an author did not mean as Markdown.

Text from outside goes through `prose`, `code` or `preformatted`; only what those give, and what is built of
it, is Markdown. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from statewright.diagnostics import Severity
from statewright.escaping import printable
from statewright.wording import plural

BYTES_MAX: Final = 65_536  # GitHub takes as many characters in a comment; of bytes there are never fewer
CELL_LENGTH_MAX: Final = 300
PROSE_LENGTH_MAX: Final = 1_000
LINES_MAX: Final = 40
ROWS_MAX: Final = 100  # of one block, so that a part of a long table still fits
SIGNS: Final = {Severity.ERROR: "🔴", Severity.WARNING: "🟠", Severity.INFO: "🔵"}

_SPECIAL = re.compile(r"""[&<>"\\`*_\[\]|~#$@]|:(?=\S)""")
_HTML = re.compile("[&<>]")
_REFERENCE = re.compile("&#(?:64|35);")  # @ and #
_QUOTED = re.compile(r"""("[^"]*"|`[^`]*`)""")


def prose(text: str, *, length_max: int = PROSE_LENGTH_MAX) -> str:
    """A sentence on one line; what it quotes is set as code."""
    pieces = _QUOTED.split(_cut(text, length_max))
    return "".join(code(piece[1:-1]) if place % 2 else _plain(piece) for place, piece in enumerate(pieces))


def code(text: str, *, length_max: int = CELL_LENGTH_MAX) -> str:
    """One line of code, also in a cell of a table."""
    return f"<code>{_escaped(_cut(text, length_max))}</code>" if text else ""


def preformatted(lines: Sequence[str]) -> str:
    """A block of code."""
    shown = [printable(_cut(line, PROSE_LENGTH_MAX)) for line in lines[:LINES_MAX]]
    if len(lines) > LINES_MAX:
        shown.append(f"… and {len(lines) - LINES_MAX:,} more lines")
    # A line break as an entity: an empty line must not be one to the reader of Markdown.
    return f"<pre>{_HTML.sub(_entity, chr(10).join(shown))}</pre>"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown."""
    return "\n".join(map(_row, [header, ["---"] * len(header), *rows]))


def tables(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A long table in parts."""
    for start in range(0, len(rows), ROWS_MAX):
        yield table(header, rows[start : start + ROWS_MAX])


def details(summary: str, body: str, *, is_open: bool = False) -> str:
    """A part that is folded until somebody opens it. Both are Markdown, the summary without blocks."""
    return f"<details{' open' if is_open else ''}><summary>{summary}</summary>\n\n{body}\n\n</details>"


def mermaid_block(diagram: str) -> str:
    """A diagram that is drawn. No line of Mermaid's text begins with a name, so none ends the block."""
    return f"```mermaid\n{diagram.rstrip()}\n```"


def bounded(blocks: Iterable[str], *, remedy: str, bytes_max: int = BYTES_MAX) -> Iterator[str]:
    """The lines of as many blocks as fit into a comment, and how many do not.

    `remedy`: Markdown that says where the rest can be seen.
    """
    taken, left_out, size = [], 0, len(_note(10**9, remedy).encode())
    for block in blocks:
        added = len(block.encode(errors="surrogatepass")) + len("\n\n")
        if size + added > bytes_max:
            left_out += 1
            continue
        size += added
        taken.append(block)
    if left_out:
        taken.append(_note(left_out, remedy))
    yield from "\n\n".join(taken).split("\n")


def _note(left_out: int, remedy: str) -> str:
    parts = plural(left_out, "part does", "parts do")
    return f"**{parts} not fit into a comment:** {remedy}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Nobody is notified and nothing linked because a text looks like it: the sign stands apart."""
    return _REFERENCE.sub(r"<span>\g<0></span>", _escaped(text))


def _escaped(text: str) -> str:
    """As entities, which start neither Markdown nor HTML."""
    return _SPECIAL.sub(_entity, printable(text))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def _cut(text: str, length_max: int) -> str:
    return text if len(text) <= length_max else f"{text[: length_max - 1]}…"
