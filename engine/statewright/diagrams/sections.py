"""The HTML tables of a machine's page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from statewright.diagrams.chart import Chart, ChartStep, chart_of, shown_commands, shown_events
from statewright.diagrams.markup import Markup, code, joined, lines, table
from statewright.diagrams.wording import effect, schema_text
from statewright.language.model import Definition, State
from statewright.language.schema.payloads import Field, Payload
from statewright.wording import duration_text

Row = tuple[str, ...]


def sections(definition: Definition) -> list[Markup]:
    """The tables in reading order. A table without rows is empty."""
    chart = chart_of(definition)
    return [
        table("States", ("state", "kind", "timeout", "description"), _states(definition)),
        table("Transitions and refusals", ("state", *_STEP), _steps(chart)),
        table(
            "Commands",
            ("command", "payload", "roles", "accepted in", "description"),
            _commands(definition, chart),
        ),
        table("Events", ("event", "payload", "sets", "moves", "description"), _events(definition, chart)),
        table("Refusals", ("code", "command", "state", "message"), _refusals(chart)),
        table("Data", ("field", "schema", "default", "description"), _data(definition)),
        table("Invariants", ("check", "message"), _invariants(definition)),
    ]


_STEP = ("command", "roles", "when", "then", "to", "description")


def _states(definition: Definition) -> Iterator[Row]:
    for state in definition.states.values():
        timeout = state.timeout
        due = "" if timeout is None else f"{timeout.command} after {duration_text(timeout.after_seconds)}"
        yield code(state.name), _kind(definition, state), due, state.notes.description or ""


def _kind(definition: Definition, state: State) -> str:
    kinds = ["initial"] if definition.initial == state.name else []
    if state.initial is not None:
        kinds.append(f"composite, starts in {state.initial}")
    return ", ".join([*kinds, *(["final"] if state.final else [])])


def _steps(chart: Chart) -> Iterator[Row]:
    for step in chart.steps:
        condition = code(step.condition) if step.condition else ""
        yield (
            code(step.state),
            code(step.command),
            ", ".join(step.roles),
            condition,
            effect(step),
            step.target or "",
            step.description or "",
        )


def _commands(definition: Definition, chart: Chart) -> Iterator[Row]:
    for name, spec in shown_commands(definition).items():
        taken = (step for step in chart.steps if step.command == name and step.refusal is None)
        yield (
            code(name),
            _payload(spec.payload),
            ", ".join(spec.roles) or "anyone",
            lines(code(state) for state in dict.fromkeys(step.state for step in taken)),
            spec.notes.description or "",
        )


def _events(definition: Definition, chart: Chart) -> Iterator[Row]:
    for name, spec in shown_events(definition).items():
        sets = (code(f"{field} = {value.canonical}") for field, value in spec.set.items())
        version = f" version {spec.version}" if spec.version > 1 else ""
        yield (
            joined([code(name), version]),
            _payload(spec.payload),
            lines(sets),
            lines(dict.fromkeys(_moves(chart.steps, name))),
            spec.notes.description or "",
        )


def _moves(steps: Iterable[ChartStep], event: str) -> Iterator[str]:
    """The moves of an event. Only the last event of a step changes the state."""
    for step in steps:
        if event in step.events[:-1] or (event in step.events and step.target is None):
            yield f"{step.state} stays"
        if step.events[-1:] == (event,) and step.target is not None:
            yield f"{step.state} → {step.target}"


def _refusals(chart: Chart) -> Iterator[Row]:
    for step in chart.steps:
        if step.refusal is not None:
            yield code(step.refusal), code(step.command), code(step.state), step.message or ""


def _data(definition: Definition) -> Iterator[Row]:
    for field in definition.data.values():
        default = json.dumps(field.default, ensure_ascii=False)
        yield code(field.name), schema_text(field.schema), code(default), field.description or ""


def _invariants(definition: Definition) -> Iterator[Row]:
    for invariant in definition.invariants:
        yield code(invariant.check.canonical), invariant.message


def _payload(payload: Payload) -> str:
    return "any object" if payload.is_open else lines(map(_field, payload.fields.values()))


def _field(field: Field) -> Markup:
    optional = "optional " if field.optional else ""
    description = f" ({field.description})" if field.description else ""
    default = f", else {json.dumps(field.default, ensure_ascii=False)}" if field.has_default else ""
    return lines([f"{field.name}: {optional}{schema_text(field.schema)}{default}{description}"])
