"""The formats and levels of detail of pictures.

Imports nothing, so that the help of the command line can list them quickly.
"""

from __future__ import annotations

from enum import StrEnum


class Picture(StrEnum):
    """The formats. Graphviz draws SVG from DOT."""

    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"
    TABLE = "table"
    MARKDOWN = "markdown"


class Detail(StrEnum):
    """Commands only; events too; or everything, with guards, roles, refusals and timeouts."""

    STATES = "states"
    EVENTS = "events"
    ALL = "all"
