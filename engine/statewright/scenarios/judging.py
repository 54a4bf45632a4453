"""Compares the outcome of a command with the expectation of a scenario. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from statewright.analysis.values import same_value
from statewright.canonical import canonical_json
from statewright.language.schema.violations import path_text
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted, AggregateState, Event, Invalid, Rejected, Verdict
from statewright.scenarios.model import Expectation, ExpectedEvent

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference from the expectation. `what`: "outcome", "events", "state" or "data.<field>"."""

    what: str
    expected: str
    got: str


def mismatches(
    machine: Machine, then: Expectation, before: AggregateState, verdict: Verdict
) -> Iterator[Mismatch]:
    """Every difference from the expectation; only the outcome if that differs. `before`: the old state."""
    expected = _expected_outcome(then)
    if not _is_expected(then, verdict):
        yield Mismatch("outcome", expected, outcome(verdict))
        return
    events = verdict.events if isinstance(verdict, Accepted) else ()
    if then.events is not None and not _are_expected(then.events, events):
        yield Mismatch("events", _listed(then.events, events), _listed(events, then.events))
    state = verdict.state if isinstance(verdict, Accepted) else before
    if then.state is not None and then.state not in machine.definition.lineage(state.leaf):
        yield Mismatch("state", then.state, state.leaf)
    for name, value in then.data.items():
        if name not in state.data:
            yield Mismatch(f"data.{name}", canonical_json(value), NOTHING)
        elif not same_value(value, state.data[name]):
            yield Mismatch(f"data.{name}", canonical_json(value), canonical_json(state.data[name]))


def outcome(verdict: Verdict) -> str:
    """Describe a verdict."""
    match verdict:
        case Accepted():
            return "accepted"
        case Rejected(code=code, message=message):
            return f"refused: {code}, {message}"
        case Invalid(reason=reason):
            return f"invalid: {reason}"


def _expected_outcome(then: Expectation) -> str:
    if then.refused is not None:
        message = then.refused.message
        return f"refused: {then.refused.code}" + ("" if message is None else f", {message}")
    if isinstance(then.invalid, str):
        return f"invalid: {then.invalid}"
    return "invalid" if then.invalid else "accepted"


def _is_expected(then: Expectation, verdict: Verdict) -> bool:
    match verdict:
        case Accepted():
            return then.refused is None and not then.invalid
        case Rejected(code=code, message=message):
            refused = then.refused
            return refused is not None and code == refused.code and refused.message in (None, message)
        case Invalid(path=path):
            return then.invalid in (True, path_text(path))


def _are_expected(expected: tuple[ExpectedEvent, ...], events: tuple[Event, ...]) -> bool:
    return len(expected) == len(events) and all(
        one.event == event.type and (one.data is None or same_value(one.data, event.data))
        for one, event in zip(expected, events, strict=True)
    )


def _listed(events: Iterable[ExpectedEvent | Event], others: Iterable[ExpectedEvent | Event]) -> str:
    """The events by name, with payloads if the names of both lists are equal."""
    listed = [(_name(event), event.data) for event in events]
    if [name for name, _ in listed] != [_name(event) for event in others]:
        return ", ".join(name for name, _ in listed) or NOTHING
    return ", ".join(name if data is None else f"{name} {canonical_json(data)}" for name, data in listed)


def _name(event: ExpectedEvent | Event) -> str:
    return event.type if isinstance(event, Event) else event.event
