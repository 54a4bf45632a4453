"""Marks a chart with the coverage of scenarios, or with the current state of an aggregate."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from statewright.diagrams.chart import Chart, chart_of
from statewright.diagrams.marks import Mark, legend
from statewright.language.model import Definition
from statewright.language.source.document import DocumentPath


def covered(
    definition: Definition, *, goals: Collection[DocumentPath], reached: Collection[DocumentPath], called: str
) -> Chart:
    """Mark covered and missed parts. `goals`: the paths to cover. `reached`: the covered ones."""
    chart = chart_of(definition)

    def mark(path: DocumentPath) -> Mark | None:
        if path not in goals:
            return None
        return Mark.COVERED if path in reached else Mark.MISSED

    return replace(
        chart,
        boxes={name: replace(box, mark=mark(box.path)) for name, box in chart.boxes.items()},
        steps=tuple(replace(step, mark=mark(step.path)) for step in chart.steps),
        legend=f"{legend([Mark.COVERED, Mark.MISSED])} by {called}",
    )


def located(definition: Definition, leaf: str, *, called: str) -> Chart:
    """Mark the state `leaf`, the composites around it, and the branches of the commands it accepts."""
    chart = chart_of(definition)
    here = set(chart.lineage(leaf))
    accepted = {branch.path for branches in definition.accepts_of(leaf).values() for branch in branches}
    return replace(
        chart,
        boxes={
            name: replace(box, mark=Mark.CURRENT if name in here else None)
            for name, box in chart.boxes.items()
        },
        steps=tuple(
            replace(step, mark=Mark.ACCEPTED if step.path in accepted else None) for step in chart.steps
        ),
        legend=f"{called}: {legend([Mark.CURRENT, Mark.ACCEPTED])}",
    )
