"""Decide: what a command comes to. Pure: the same state, command and time give the same verdict.

The order of verdicts is fixed: payload, expected version, final state, acceptance, authorisation, branches,
expressions, invariants. Whoever calls has dealt with unknown machines and duplicates before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statewright.diagnostics import hint
from statewright.errors import EvaluationError
from statewright.language.cel import Expression, Timestamp, evaluate, observe
from statewright.language.model import Branch, Emission
from statewright.language.schema.payloads import PayloadError
from statewright.machine.compiled import Machine
from statewright.machine.evolve import evolve
from statewright.machine.messages import (
    Accepted,
    AggregateState,
    BranchTrace,
    Command,
    Event,
    Invalid,
    Rejected,
    Verdict,
)
from statewright.machine.size_limits import CHARACTERS_MAX, is_too_large


def decide(machine: Machine, state: AggregateState, command: Command, *, now: str) -> Verdict:
    """`now`: RFC 3339 text in UTC, the time that the commit will bear."""
    try:
        data = _payload(machine, command)
    except PayloadError as error:
        return Invalid(_unfit("data", error))
    except _UnknownCommand as error:
        return Invalid(str(error), unknown=True)
    case = _Case(machine, state, command, data, now)
    return case.refusal_at_the_door() or case.verdict()


class _UnknownCommand(Exception):
    """The catalogue does not hold this command."""


class _Refusal(Exception):
    """Ends a decision early; also a search for a branch, which runs inside the library. Never leaves here."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message


class _Case:
    """One command judged at one state: what branches saw, and what came of it."""

    def __init__(
        self, machine: Machine, state: AggregateState, command: Command, data: Mapping[str, Any], now: str
    ) -> None:
        self.machine = machine
        self.state = state
        self.command = command
        self.payload = data
        self.results: list[tuple[Branch, str]] = []
        self.values = {
            "data": state.data,
            "command": data,
            "actor": {"id": command.actor.id, "roles": list(command.actor.roles)},
            "now": Timestamp.parse(now),
            "state": state.leaf,
        }

    def refusal_at_the_door(self) -> Rejected | None:
        """What is refused before any branch is looked at."""
        expected, actual = self.command.expected_version, self.state.version
        if expected is not None and expected != actual:
            return self._rejected(
                "VERSION_MISMATCH", f"expected version {expected}, the stream is at {actual}"
            )
        leaf, name = self.state.leaf, self.command.name
        if self.machine.definition.states[leaf].final:
            return self._rejected("FINAL_STATE", f'"{leaf}" is final, nothing is accepted any more')
        if name not in self.machine.rows[leaf]:
            listed = ", ".join(f'"{other}"' for other in self.machine.accepts(leaf)) or "nothing"
            return self._rejected(
                "NOT_ACCEPTED", f'"{name}" is not accepted in "{leaf}", which accepts {listed}'
            )
        spec = (self.machine.definition.commands or {}).get(name)
        if spec is not None and not self._holds_role(spec.roles):
            return self._rejected(
                "NOT_AUTHORIZED", f'"{name}" needs one of the roles {", ".join(spec.roles)}'
            )
        return None

    def verdict(self) -> Verdict:
        """Fire the command and follow the branch that holds."""
        try:
            branch = self.machine.fire(self.state.leaf, self.command.name, self._holds)
            if branch is None:
                return self._rejected(*self._why_none_holds())
            if branch.reject is not None:
                message = branch.message or f'"{self.command.name}" is refused in "{self.state.leaf}"'
                return self._rejected(branch.reject, message, branch.on_refusal)
            events, state = self._emit(branch)
            self._check(state)
        except _Refusal as refusal:
            return self._rejected(refusal.code, refusal.message)
        return Accepted(events, state, self._trace())

    def _holds(self, branch: Branch) -> bool:
        if not self._holds_role(branch.roles):
            self.results.append((branch, "role is missing"))
            return False
        try:
            holds = branch.guard is None or evaluate(branch.guard, self.values) is True
        except EvaluationError as error:
            self.results.append((branch, f"error: {error}"))
            raise _Refusal("EXPRESSION_ERROR", f"a guard has no value: {error}") from error
        self.results.append((branch, "chosen" if holds else "guard is false"))
        return holds

    def _holds_role(self, roles: tuple[str, ...]) -> bool:
        return not roles or not set(roles).isdisjoint(self.command.actor.roles)

    def _why_none_holds(self) -> tuple[str, str]:
        if any(result == "role is missing" for _, result in self.results):
            return "NOT_AUTHORIZED", f'no branch of "{self.command.name}" is open to the roles of this actor'
        return "GUARD_FAILED", f'no guard of "{self.command.name}" holds in "{self.state.leaf}"'

    def _emit(self, branch: Branch) -> tuple[tuple[Event, ...], AggregateState]:
        payloads = [(emission.event, self._event_payload(emission)) for emission in branch.emits]
        events, state = [], self.state
        for name, payload in payloads:
            # The library's move is the event's own record of where it led.
            step = self.machine.step(state.leaf, name)
            event = Event(name, payload, step.leaf, step.entered, step.event_version)
            try:
                state = evolve(self.machine, state, event)
            except EvaluationError as error:
                raise _Refusal("EXPRESSION_ERROR", f'event "{name}" cannot be folded: {error}') from error
            events.append(event)
        return tuple(events), state

    def _event_payload(self, emission: Emission) -> Mapping[str, Any]:
        names = self.payload if emission.copied is None else emission.copied
        payload = {name: self.payload[name] for name in names if name in self.payload}
        for name, expression in emission.overrides.items():
            payload[name] = self._value(expression, f'field "{name}" of event "{emission.event}"')
        if is_too_large(payload):
            reason = f"has more than {CHARACTERS_MAX:,} characters"
            raise _Refusal("INVARIANT_VIOLATED", f'event "{emission.event}" {reason}')
        spec = (self.machine.definition.events or {}).get(emission.event)
        declared = self.machine.open_payload if spec is None else spec.payload
        try:
            return declared.conform(payload)
        except PayloadError as error:
            raise _Refusal("INVARIANT_VIOLATED", _unfit(f'event "{emission.event}"', error)) from error

    def _check(self, state: AggregateState) -> None:
        """The data and the invariants, once, after the last event."""
        if is_too_large(state.data):
            raise _Refusal("INVARIANT_VIOLATED", f"the data have more than {CHARACTERS_MAX:,} characters")
        try:
            self.machine.data_payload.conform(state.data)
        except PayloadError as error:
            raise _Refusal("INVARIANT_VIOLATED", _unfit("data", error)) from error
        values = {"data": state.data, "state": state.leaf}
        for invariant in self.machine.definition.invariants:
            if self._value(invariant.check, "an invariant", values) is not True:
                raise _Refusal("INVARIANT_VIOLATED", invariant.message)

    def _value(self, expression: Expression, where: str, values: Mapping[str, Any] | None = None) -> Any:
        try:
            return evaluate(expression, self.values if values is None else values)
        except EvaluationError as error:
            raise _Refusal("EXPRESSION_ERROR", f"{where} has no value: {error}") from error

    def _rejected(self, code: str, message: str, on_refusal: str | None = None) -> Rejected:
        accepts = self.machine.accepts(self.state.leaf)
        return Rejected(code, message, self.state.leaf, accepts, self._trace(), on_refusal)

    def _trace(self) -> tuple[BranchTrace, ...]:
        return tuple(
            BranchTrace(
                number,
                result,
                None if branch.guard is None else branch.guard.source,
                {} if branch.guard is None else observe(branch.guard, self.values),
            )
            for number, (branch, result) in enumerate(self.results, 1)
        )


def _payload(machine: Machine, command: Command) -> Mapping[str, Any]:
    commands = machine.definition.commands
    if commands is None:
        return machine.open_payload.conform(command.data)
    if command.name not in commands:
        raise _UnknownCommand(
            f'machine "{machine.name}" has no command "{command.name}"{hint(command.name, list(commands))}'
        )
    spec = commands[command.name]
    return spec.payload.conform(_renamed(command.data, spec.fields_renamed), fill_defaults=True)


def _unfit(what: str, error: PayloadError) -> str:
    return f"{what}.{error.path}: {error.reason}" if error.path else f"{what}: {error.reason}"


def _renamed(data: Mapping[str, Any], today: Mapping[str, str]) -> Mapping[str, Any]:
    """A message that was sent before a field got its new name still says the old one; never both."""
    renamed = {today.get(name, name): value for name, value in data.items()} if today else data
    return renamed if len(renamed) == len(data) else data
