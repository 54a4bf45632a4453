"""What a caller may choose of a picture: its format, and how much it tells.

Imports nothing, so that the command line can name the choices before it loads what draws.
"""

from __future__ import annotations

from enum import StrEnum


class Picture(StrEnum):
    """The formats. SVG is drawn by Graphviz from DOT."""

    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"
    TABLE = "table"
    MARKDOWN = "markdown"


class Detail(StrEnum):
    """How much a picture tells: commands only; events too; also guards, roles, refusals and timeouts."""

    STATES = "states"
    EVENTS = "events"
    ALL = "all"
