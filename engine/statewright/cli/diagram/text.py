"""A chart in the format that is asked for: each is made in `statewright.diagrams`, or drawn by Graphviz."""

from __future__ import annotations

import click

from statewright.cli.shared.graphviz import svg
from statewright.cli.shared.output import printable, table
from statewright.diagrams.chart import Chart
from statewright.diagrams.choices import Detail, Picture
from statewright.diagrams.dot import dot
from statewright.diagrams.listing import markdown, rows
from statewright.diagrams.mermaid import mermaid
from statewright.diagrams.plan import planned


def picture_text(chart: Chart, picture: Picture, detail: Detail) -> str:
    match picture:
        case Picture.MERMAID:
            return mermaid(planned(chart, detail))
        case Picture.DOT:
            return dot(planned(chart, detail))
        case Picture.SVG:
            return svg(dot(planned(chart, detail)))
        case Picture.MARKDOWN:
            return markdown(chart)
        case Picture.TABLE:
            header, *body = rows(chart)
            title = [click.style(chart.title, bold=True), ""] if chart.legend else []
            cells = [tuple(map(printable, row)) for row in body]
            return "\n".join([*title, *table(header, cells)]) + "\n"
