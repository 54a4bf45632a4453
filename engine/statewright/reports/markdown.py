"""Markdown for comments on GitHub or GitLab, in which text from files cannot act as Markdown or HTML.

All text from outside must pass through `prose`, `code` or `preformatted`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from statewright.diagnostics import Severity
from statewright.escaping import printable
from statewright.wording import plural

BYTES_MAX: Final = 65_536  # GitHub's limit in characters; counting bytes is on the safe side
CELL_LENGTH_MAX: Final = 300
PROSE_LENGTH_MAX: Final = 1_000
LINES_MAX: Final = 40
ROWS_MAX: Final = 100  # per block, so that at least a part of a long table fits
SIGNS: Final = {Severity.ERROR: "🔴", Severity.WARNING: "🟠", Severity.INFO: "🔵"}

_SPECIAL = re.compile(r"""[&<>"\\`*_\[\]|~#$@]|:(?=\S)""")
_HTML = re.compile("[&<>]")
_REFERENCE = re.compile("&#(?:64|35);")  # @ and #
_QUOTED = re.compile(r"""("[^"]*"|`[^`]*`)""")


def prose(text: str, *, length_max: int = PROSE_LENGTH_MAX) -> str:
    """A sentence on one line, with quoted text as code."""
    pieces = _QUOTED.split(_cut(text, length_max))
    return "".join(code(piece[1:-1]) if place % 2 else _plain(piece) for place, piece in enumerate(pieces))


def code(text: str, *, length_max: int = CELL_LENGTH_MAX) -> str:
    """One line of code that also works in a table cell."""
    return f"<code>{_escaped(_cut(text, length_max))}</code>" if text else ""


def preformatted(lines: Sequence[str]) -> str:
    """A block of code."""
    shown = [printable(_cut(line, PROSE_LENGTH_MAX)) for line in lines[:LINES_MAX]]
    if len(lines) > LINES_MAX:
        shown.append(f"… and {len(lines) - LINES_MAX:,} more lines")
    # Line breaks become entities, because an empty line would end the HTML block.
    return f"<pre>{_HTML.sub(_entity, chr(10).join(shown))}</pre>"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table. The cells are Markdown."""
    return "\n".join(map(_row, [header, ["---"] * len(header), *rows]))


def tables(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table, split into parts of at most ROWS_MAX rows."""
    for start in range(0, len(rows), ROWS_MAX):
        yield table(header, rows[start : start + ROWS_MAX])


def details(summary: str, body: str, *, is_open: bool = False) -> str:
    """A collapsible section. Both arguments are Markdown; the summary must be inline."""
    return f"<details{' open' if is_open else ''}><summary>{summary}</summary>\n\n{body}\n\n</details>"


def mermaid_block(diagram: str) -> str:
    """A rendered diagram. No line of Mermaid's text starts with a name, so none can end the block."""
    return f"```mermaid\n{diagram.rstrip()}\n```"


def bounded(blocks: Iterable[str], *, remedy: str, bytes_max: int = BYTES_MAX) -> Iterator[str]:
    """The lines of all blocks that fit into a comment, and a note if some do not fit.

    `remedy`: Markdown that says where to see the rest.
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
    sections = plural(left_out, "section does", "sections do")
    return f"**{sections} not fit into this comment.** {remedy}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Escaped text in which `@` and `#` do not notify users or create links."""
    return _REFERENCE.sub(r"<span>\g<0></span>", _escaped(text))


def _escaped(text: str) -> str:
    """Text with all special characters of Markdown and HTML as entities."""
    return _SPECIAL.sub(_entity, printable(text))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def _cut(text: str, length_max: int) -> str:
    return text if len(text) <= length_max else f"{text[: length_max - 1]}…"
