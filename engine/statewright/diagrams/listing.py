"""A chart as rows of text or as a Markdown table. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from statewright.diagrams.chart import ANY_STATE, Chart, ChartStep
from statewright.diagrams.marks import Mark
from statewright.diagrams.wording import effect
from statewright.escaping import printable
from statewright.language.model import Timeout
from statewright.wording import duration_text

COLUMNS = ("", "state", "command", "roles", "when", "then", "to")
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~!&]")


def rows(chart: Chart) -> list[tuple[str, ...]]:
    """A header, then for each state a row with its mark and its timeout, and a row per step.

    A chart without marks has no column of signs.
    """
    table = [COLUMNS, *_body(chart)]
    return table if chart.legend else [row[1:] for row in table]


def markdown(chart: Chart) -> str:
    """The title and a GitHub table, ending in a line break."""
    header, *body = rows(chart)
    lines = [header, ["---"] * len(header), *(list(map(_escaped, row)) for row in body)]
    return "\n".join([f"**{_escaped(chart.title)}**", "", *map(_line, lines)]) + "\n"


def _body(chart: Chart) -> Iterator[tuple[str, ...]]:
    for name in (ANY_STATE, *chart.boxes):
        box = chart.boxes.get(name)
        if box is not None and (box.mark is not None or box.timeout is not None):
            yield (_sign(box.mark), name, "", "", *_due(box.timeout), "")
        yield from (_row(step) for step in chart.steps if step.state == name)


def _due(timeout: Timeout | None) -> tuple[str, str]:
    """The cells WHEN and THEN of a timeout."""
    if timeout is None:
        return "", ""
    return f"after {duration_text(timeout.after_seconds)}", f"{timeout.command} is due"


def _row(step: ChartStep) -> tuple[str, ...]:
    return (
        _sign(step.mark),
        step.state,
        step.command,
        ", ".join(step.roles),
        step.condition,
        effect(step),
        step.target or "",
    )


def _sign(mark: Mark | None) -> str:
    return "" if mark is None else mark.sign


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: f"\\{match[0]}", printable(text))
