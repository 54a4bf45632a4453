"""Shows two versions of a machine in one chart, with marks for additions, removals and changes.

Compares the visible parts, guards by their meaning, and the payloads and `set`s of events. Does not judge
whether a change is safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from statewright.diagrams.chart import ANY_STATE, Box, Chart, ChartStep, chart_of, shown_events
from statewright.diagrams.marks import Mark, legend, signed
from statewright.diagrams.wording import NOTES
from statewright.language.model import Definition, EventSpec
from statewright.language.schema.payloads import Field
from statewright.language.state_names import StateNames


def compared(old: Definition, new: Definition, *, called: str) -> Chart:
    """The chart of `new` with marks, followed by the parts that only `old` has. `called`: the name of `old`.

    A state with `renamed_from` is compared with the state that had the old name.
    """
    before, after = _with_current_names(chart_of(old), new), chart_of(new)
    edited = _edited_events(old, new)
    boxes = {name: replace(box, mark=_mark(before.boxes.get(name), box)) for name, box in after.boxes.items()}
    renamed = {name for name, state in new.states.items() if state.renamed_from} & set(before.boxes)
    renamed -= set(old.states)
    boxes |= {name: replace(boxes[name], mark=Mark.CHANGED) for name in renamed}
    gone = {name: replace(box, mark=Mark.REMOVED) for name, box in before.boxes.items() if name not in boxes}
    marks = legend([Mark.ADDED, Mark.REMOVED, Mark.CHANGED])
    return replace(
        after,
        boxes=boxes | gone,
        steps=tuple(_with_events(step, edited) for step in _steps(before, after)),
        legend=f"{marks}, against {called}",
    )


def _mark(old: Box | None, new: Box) -> Mark | None:
    if old is None:
        return Mark.ADDED
    return None if old == new else Mark.CHANGED


def _with_current_names(chart: Chart, definition: Definition) -> Chart:
    names = StateNames(definition)

    def current(name: str) -> str:
        return name if name == ANY_STATE else names.current(name)[0] or name

    boxes = [
        replace(
            box,
            name=current(box.name),
            parent=None if box.parent is None else current(box.parent),
            initial=None if box.initial is None else current(box.initial),
        )
        for box in chart.boxes.values()
    ]
    steps = [
        replace(step, state=current(step.state), target=None if step.target is None else current(step.target))
        for step in chart.steps
    ]
    return replace(chart, boxes={box.name: box for box in boxes}, steps=tuple(steps))


def _edited_events(old: Definition, new: Definition) -> set[str]:
    """The events whose payload or `set` differs between the versions."""
    before, after = shown_events(old), shown_events(new)
    return {name for name in before.keys() & after.keys() if _folded(before[name]) != _folded(after[name])}


def _folded(event: EventSpec) -> tuple[object, ...]:
    """The parts of an event that replay reads."""
    fields = {name: _demand(field) for name, field in event.payload.fields.items()}
    return event.payload.is_open, fields, event.set


def _demand(field: Field) -> tuple[object, ...]:
    limits = {key: value for key, value in field.schema.items() if key not in NOTES and key[:2] != "x-"}
    return limits, field.optional, field.default


def _with_events(step: ChartStep, edited: Set[str]) -> ChartStep:
    """Mark edited events, and a branch that emits one as changed."""
    if step.mark is Mark.REMOVED or not edited & set(step.events):
        return step
    events = tuple(signed(event, Mark.CHANGED if event in edited else None) for event in step.events)
    return replace(step, events=events, mark=step.mark or Mark.CHANGED)


def _steps(before: Chart, after: Chart) -> Iterator[ChartStep]:
    """The steps of `after` in their order, then the removed ones."""
    gone = [step for step in before.steps if step not in after.steps]
    for step in after.steps:
        if step in before.steps:
            yield step
            continue
        past = next((one for one in gone if _is_edit_of(step, one)), None)
        if past is not None:
            gone.remove(past)
        yield replace(step, mark=Mark.ADDED if past is None else Mark.CHANGED)
    yield from (replace(step, mark=Mark.REMOVED) for step in gone)


def _is_edit_of(step: ChartStep, old: ChartStep) -> bool:
    """Whether `step` is an edited `old`: the same command in the same state, and a part in common."""
    if (step.state, step.command) != (old.state, old.command):
        return False
    same_result = (step.events, step.refusal, step.target) == (old.events, old.refusal, old.target)
    return same_result or step.condition == old.condition
