"""Writes a plan as a Mermaid state diagram. Pure.

States have generated ids, and all other text is an escaped label, because Mermaid treats names such as `end`,
`class` or `a-b` as syntax. Mermaid cannot colour arrows, so an unchanged state with changed branches gets the
colour of a change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from statewright.diagrams.chart import ANY_STATE, Chart
from statewright.diagrams.marks import Mark
from statewright.diagrams.plan import DiagramPlan
from statewright.escaping import printable, printable_json

_INDENT = "    "
_EDGE_OF_A_WORD = r"(?<![^\W_])_|_(?![^\W_])"  # here an underscore begins or ends emphasis
# Everything but characters that Mermaid reads as text in every position.
_UNSAFE = re.compile(rf"[^\w ,.()/=\[\]-]|^[-=]|\](?=\()|{_EDGE_OF_A_WORD}", re.ASCII)
# Mermaid reads Markdown in labels of several lines: emphasis and code.
_MARKDOWN = re.compile(rf"[`\\]|\*(?! )|(?<! )\*|{_EDGE_OF_A_WORD}", re.ASCII)
# These become a formula or an icon even when escaped, unless an invisible character separates them.
_MAGIC = re.compile(r"(?<=\$)(?=\$)|(?<=:)(?=fa-)")
_APART = "\u200b"
_DIFFERENCES = (Mark.ADDED, Mark.REMOVED, Mark.CHANGED)


def mermaid(plan: DiagramPlan) -> str:
    """The text of the diagram, which ends in a line break."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: DiagramPlan) -> Iterator[str]:
    chart = plan.chart
    ids = {name: f"s{number}" for number, name in enumerate(plan.lines, 1)}
    title = printable_json(json.dumps(chart.title, ensure_ascii=False))
    yield from ("---", f"title: {title}", "---", "stateDiagram-v2")
    yield from (_INDENT + line for line in _level(plan, ids, None))
    if ANY_STATE in ids:
        yield _INDENT + _state(plan, ids, ANY_STATE)
    for arrow in plan.arrows:
        yield f"{_INDENT}{ids[arrow.source]} --> {ids[arrow.target]} : {_escaped(arrow.label)}"
    yield from (_INDENT + line for line in _styles(chart, ids))


def _level(plan: DiagramPlan, ids: Mapping[str, str], parent: str | None) -> Iterator[str]:
    chart = plan.chart
    first = chart.initial if parent is None else chart.boxes[parent].initial
    if first is not None:
        yield f"[*] --> {ids[first]}"
    for box in chart.children(parent):
        if chart.children(box.name):
            yield f"{_state(plan, ids, box.name)} {{"
            yield from (_INDENT + line for line in _level(plan, ids, box.name))
            yield "}"
        else:
            yield _state(plan, ids, box.name)
            if box.final:
                yield f"{ids[box.name]} --> [*]"


def _state(plan: DiagramPlan, ids: Mapping[str, str], name: str) -> str:
    lines: Iterable[str] = plan.lines[name]
    if len(plan.lines[name]) > 1 and not plan.chart.children(name):
        lines = (_MARKDOWN.sub(r"\\\g<0>", line) for line in lines)
    return f'state "{"<br/>".join(map(_escaped, lines))}" as {ids[name]}'


def _styles(chart: Chart, ids: Mapping[str, str]) -> Iterator[str]:
    colours = _colours(chart)
    for mark in Mark:
        marked = [ids[name] for name in ids if colours.get(name) is mark]
        if marked:
            style = f"mark{mark.name.capitalize()}"
            yield f"classDef {style} fill:{mark.surface},stroke:{mark.line},color:{mark.line}"
            yield f"class {','.join(marked)} {style}"


def _colours(chart: Chart) -> Mapping[str, Mark]:
    """The mark that colours each state: its own, or else CHANGED if one of its branches differs."""
    own = {box.name: box.mark for box in chart.boxes.values() if box.mark is not None}
    return {step.state: Mark.CHANGED for step in chart.steps if step.mark in _DIFFERENCES} | own


def _escaped(text: str) -> str:
    """https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters, with decimal codes."""
    return _UNSAFE.sub(lambda match: f"#{ord(match[0])};", _MAGIC.sub(_APART, printable(text)))
