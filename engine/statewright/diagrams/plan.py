"""Decides which steps of a chart become arrows and which become text inside a state, and words both.

An arrow goes from a state to another one at the same level or further out. Steps that stay, are refused, or
go from a composite into itself become text in their state, because layouts draw such arrows badly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from statewright.diagrams.chart import ANY_STATE, Box, Chart, ChartStep
from statewright.diagrams.choices import Detail
from statewright.diagrams.marks import Mark, signed
from statewright.diagrams.wording import effect
from statewright.wording import duration_text


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow. `source` may be ANY_STATE; `target` is never inside `source`."""

    source: str
    target: str
    label: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class DiagramPlan:
    """A picture without layout. `lines`: text by state, which starts with the state's own name."""

    chart: Chart
    lines: Mapping[str, tuple[str, ...]]
    arrows: tuple[Arrow, ...]


def planned(chart: Chart, detail: Detail) -> DiagramPlan:
    """Plan a chart, in its order. Equal arrows are merged."""
    arrows = tuple(dict.fromkeys(_arrows(chart, detail)))
    lines = {name: tuple(dict.fromkeys(_lines(chart, box, detail))) for name, box in chart.boxes.items()}
    anywhere = tuple(dict.fromkeys(_inside(chart, ANY_STATE, detail)))
    if anywhere or any(arrow.source == ANY_STATE for arrow in arrows):
        lines[ANY_STATE] = (ANY_STATE, *anywhere)
    return DiagramPlan(chart, lines, arrows)


def _arrows(chart: Chart, detail: Detail) -> Iterator[Arrow]:
    for step in chart.steps:
        head = _head(chart, step)
        if head is not None:
            yield Arrow(step.state, head, signed(_worded(step, detail), step.mark), step.mark)


def _head(chart: Chart, step: ChartStep) -> str | None:
    """The end of the arrow, or None for text. An arrow to a composite around the source ends at its leaf."""
    if step.target is None:
        return None
    if step.target in chart.lineage(step.state):
        head = chart.leaf_of(step.target)
        return head if step.target != step.state or head == step.state else None
    return None if step.state in chart.lineage(step.target) else step.target


def _lines(chart: Chart, box: Box, detail: Detail) -> Iterator[str]:
    yield signed(box.own_name, box.mark)
    if detail is Detail.ALL and box.timeout is not None:
        yield f"after {duration_text(box.timeout.after_seconds)}: {box.timeout.command}"
    yield from _inside(chart, box.name, detail)


def _inside(chart: Chart, state: str, detail: Detail) -> Iterator[str]:
    for step in chart.steps:
        if step.state != state or _head(chart, step) is not None:
            continue
        if step.refusal is not None and detail is not Detail.ALL:
            continue
        if step.target is None and detail is Detail.STATES:
            continue
        text = _worded(step, detail)
        yield signed(text if step.target is None else f"{text} → {step.target}", step.mark)


def _worded(step: ChartStep, detail: Detail) -> str:
    """The step in UML's notation, `Pay (clerk) [data.paid < 10] / OrderPaid`, or shorter with less detail."""
    parts = [step.command]
    if detail is Detail.ALL:
        parts += [f"({', '.join(step.roles)})"] if step.roles else []
        parts += [f"[{step.condition}]"] if step.condition else []
    if detail is not Detail.STATES:
        parts.append(f"/ {effect(step)}")
    return " ".join(parts)
