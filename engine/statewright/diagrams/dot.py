"""Writes a plan in the DOT language of Graphviz. Pure.

Composites are clusters. An arrow from or to a cluster is attached to a leaf inside and clipped at the border.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from statewright.diagrams.chart import ANY_STATE, Box
from statewright.diagrams.marks import Mark
from statewright.diagrams.plan import Arrow, DiagramPlan
from statewright.escaping import printable

_INDENT = "    "
LABEL_WIDTH = 44  # characters
_BREAK = "\n"  # between the lines of a label
_DASHED = (Mark.REMOVED, Mark.MISSED)


def dot(plan: DiagramPlan) -> str:
    """The text of the graph, which ends in a line break."""
    return "\n".join(["digraph {", *(_INDENT + line for line in _lines(plan)), "}"]) + "\n"


def _lines(plan: DiagramPlan) -> Iterator[str]:
    chart = plan.chart
    title = _quoted(chart.title)
    yield f'graph [label={title}, labelloc=t, compound=true, pad=0.15, fontname="sans-serif", fontsize=12]'
    yield 'node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="sans-serif", fontsize=11]'
    yield 'edge [fontname="sans-serif", fontsize=10]'
    yield from _level(plan, None)
    if ANY_STATE in plan.lines:
        look = {"label": _label(plan.lines[ANY_STATE]), "style": _quoted("rounded,dashed")}
        yield f"{_quoted(ANY_STATE)} {_attributes(look)}"
    for arrow in plan.arrows:
        yield _edge(plan, arrow)


def _level(plan: DiagramPlan, parent: str | None) -> Iterator[str]:
    chart = plan.chart
    first = chart.initial if parent is None else chart.boxes[parent].initial
    if first is not None:
        start = _quoted(f"start of {parent or chart.machine}")
        yield f'{start} [shape=circle, label="", width=0.15, style=filled, fillcolor="#000000"]'
        yield f"{start} -> {_endpoint(plan, first)} {_attributes(_borders(plan, None, first))}".rstrip()
    for box in chart.children(parent):
        if chart.children(box.name):
            yield f"subgraph {_cluster(box.name)} {{"
            yield _INDENT + f"graph {_attributes(_cluster_look(plan, box))}"
            yield from (_INDENT + line for line in _level(plan, box.name))
            yield "}"
        else:
            yield f"{_quoted(box.name)} {_attributes(_look(plan, box))}"


def _look(plan: DiagramPlan, box: Box) -> dict[str, str]:
    look = {"label": _label(plan.lines[box.name])}
    if box.final:
        look["peripheries"] = "2"
    if box.mark is not None:
        look |= {"fillcolor": _quoted(box.mark.surface), **_line_colours(box.mark)}
    return look


def _cluster_look(plan: DiagramPlan, box: Box) -> dict[str, str]:
    look = {"label": _label(plan.lines[box.name]), "style": "rounded"}
    if box.mark is None:
        return look | {"bgcolor": _quoted("#f6f8fa")}
    return look | {"bgcolor": _quoted(box.mark.surface), **_line_colours(box.mark)}


def _edge(plan: DiagramPlan, arrow: Arrow) -> str:
    look = {"label": _label((arrow.label,), margin="  "), **_borders(plan, arrow.source, arrow.target)}
    if arrow.mark is not None:
        look |= _line_colours(arrow.mark)
        if arrow.mark in _DASHED:
            look["style"] = "dashed"
    return f"{_endpoint(plan, arrow.source)} -> {_endpoint(plan, arrow.target)} {_attributes(look)}"


def _line_colours(mark: Mark) -> dict[str, str]:
    return {"color": _quoted(mark.line), "fontcolor": _quoted(mark.line)}


def _borders(plan: DiagramPlan, source: str | None, target: str) -> dict[str, str]:
    ends = {"ltail": source, "lhead": target}
    return {end: _cluster(name) for end, name in ends.items() if name and plan.chart.children(name)}


def _endpoint(plan: DiagramPlan, name: str) -> str:
    return _quoted(name if name == ANY_STATE else plan.chart.leaf_of(name))


def _cluster(name: str) -> str:
    return _quoted(f"cluster {name}")


def _attributes(values: Mapping[str, str]) -> str:
    return f"[{', '.join(f'{name}={value}' for name, value in values.items())}]" if values else ""


def _label(lines: tuple[str, ...], *, margin: str = "") -> str:
    """Wrapped lines. `margin`: around each; Graphviz puts the label of an arrow right against its line."""
    wrapped = [
        f"{margin}{part}{margin}" for line in lines for part in textwrap.wrap(printable(line), LABEL_WIDTH)
    ]
    return _quoted("\n".join(wrapped))


def _quoted(text: str) -> str:
    """Escape the text for Graphviz, which reads HTML entities and its own escapes in every label."""
    escapes = {"\\": "\\\\", '"': '\\"', "&": "&amp;", "\n": "\\n"}
    return f'"{"".join(escapes.get(one, one) for one in printable(text, keep=_BREAK))}"'
