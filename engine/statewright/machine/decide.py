"""Decide: computes the verdict on a command. Pure: depends only on the state, the command and the time.

Checks run in a fixed order: payload, expected version, final state, acceptance, authorisation, branches,
expressions, invariants. Unknown machines and duplicates are handled by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from statewright.diagnostics import hint
from statewright.errors import BudgetExceeded, EvaluationError
from statewright.language.cel import Budget, Expression, Timestamp, evaluate, observe
from statewright.language.model import Branch, Emission
from statewright.language.schema.payloads import PayloadError
from statewright.machine.compiled import Machine
from statewright.machine.data_checks import check_invariants, checked_data
from statewright.machine.evolve import evolve
from statewright.machine.messages import (
    Accepted,
    AggregateState,
    BranchResult,
    BranchTrace,
    Command,
    Event,
    Invalid,
    InvalidKind,
    RefusalKind,
    Rejected,
    Verdict,
)
from statewright.machine.refusals import Refusal, conformed, misfit, no_value, trace_of, violated
from statewright.machine.size_limits import CHARACTERS_MAX, is_too_large

_NAMES_PER_STEP = 64  # field names looked up per step


def decide(machine: Machine, state: AggregateState, command: Command, *, now: str) -> Verdict:
    """Decide a command: Accepted with its events and the resulting state, Rejected or Invalid.

    `now`: the time of the commit, RFC 3339 text in UTC. Raises EvaluationError if it is not valid. The
    command's machine and aggregate id are ignored.

    The number of steps is limited by a Budget for any definition, state and command.
    """
    budget = Budget()
    try:
        data = _payload(machine, command, budget)
        case = _Case(machine, state, command, data, now, budget)
        return case.early_refusal() or case.verdict()
    except PayloadError as error:
        return Invalid(InvalidKind.PAYLOAD, misfit("data", error), ("data", *error.path), error.violation)
    except _UnknownCommand as error:
        return Invalid(InvalidKind.UNKNOWN_COMMAND, str(error))
    except BudgetExceeded as error:
        return Invalid(InvalidKind.TOO_COSTLY, str(error))


def decision_time(now: str, last: str) -> str:
    """The later of `now` and `last`, the time of the stream's last commit ("" for a new stream).

    This keeps times within a stream from running backwards if clocks differ. Both are RFC 3339 text in UTC
    with six fraction digits.
    """
    return max(now, last)


def with_current_names(data: Mapping[str, Any], renamed: Mapping[str, str]) -> Mapping[str, Any]:
    """Rename the fields of a message sent before a rename, unless it has one field under both names.

    `renamed`: old field name -> current name.
    """
    current = {renamed.get(name, name): value for name, value in data.items()} if renamed else data
    return current if len(current) == len(data) else data


class _UnknownCommand(Exception):
    """The command is not declared."""


class _Case:
    """The decision of one command in one state, with the results of its branches."""

    def __init__(
        self,
        machine: Machine,
        state: AggregateState,
        command: Command,
        data: Mapping[str, Any],
        now: str,
        budget: Budget,
    ) -> None:
        self.budget = budget
        self.machine = machine
        self.state = state
        self.command = command
        self.payload = data
        self.judged: list[tuple[Branch, BranchResult, str | None]] = []
        self.values = {
            "data": state.data,
            "command": data,
            "actor": {"id": command.actor.id, "roles": list(command.actor.roles)},
            "now": Timestamp.parse(now),
            "state": state.leaf,
        }

    def early_refusal(self) -> Rejected | None:
        """Return the refusal if one applies before any branch is evaluated."""
        try:
            self._check_version()
            self._check_listed()
            self._check_roles()
        except Refusal as refusal:
            return self._rejected(refusal)
        return None

    def verdict(self) -> Verdict:
        """Fire the command and follow the chosen branch."""
        try:
            branch = self.machine.fire(self.state.leaf, self.command.name, self._holds)
            if branch is None:
                raise self._none_holds()
            if branch.reject is not None:
                message = branch.message or f'"{self.command.name}" is refused in state "{self.state.leaf}"'
                refusal = Refusal(branch.reject, RefusalKind.BRANCH, branch.path, message)
                return self._rejected(refusal, branch.on_refusal)
            events, state = self._emit(branch)
            state = replace(state, check=checked_data(self.machine, state, self.state, budget=self.budget))
            check_invariants(self.machine, state, budget=self.budget)
        except Refusal as refusal:
            return self._rejected(refusal)
        return Accepted(events, state, self._trace())

    def _check_version(self) -> None:
        expected, actual = self.command.expected_version, self.state.version
        if expected is not None and expected != actual:
            message = f"expected version {expected}, but the stream is at version {actual}"
            raise Refusal("VERSION_MISMATCH", RefusalKind.EXPECTED_VERSION, (), message)

    def _check_listed(self) -> None:
        leaf, name = self.state.leaf, self.command.name
        state = self.machine.definition.states[leaf]
        if state.final:
            message = f'state "{leaf}" is final and accepts no commands'
            raise Refusal("FINAL_STATE", RefusalKind.STATE, state.path, message)
        if name not in self.machine.rows[leaf]:
            listed = ", ".join(f'"{other}"' for other in self.machine.accepts(leaf)) or "nothing"
            message = f'state "{leaf}" does not accept "{name}"; it accepts {listed}'
            raise Refusal("NOT_ACCEPTED", RefusalKind.STATE, state.path, message)

    def _check_roles(self) -> None:
        name = self.command.name
        spec = (self.machine.definition.commands or {}).get(name)
        if spec is not None and not self._holds_role(spec.roles):
            message = f'"{name}" requires one of the roles {", ".join(spec.roles)}'
            raise Refusal("NOT_AUTHORIZED", RefusalKind.ROLES, ("commands", name, "roles"), message)

    def _holds(self, branch: Branch) -> bool:
        if not self._holds_role(branch.roles):
            self.judged.append((branch, BranchResult.ROLE_MISSING, None))
            return False
        try:
            holds = branch.guard is None or self._value(branch.guard, self.values) is True
        except EvaluationError as error:
            self.judged.append((branch, BranchResult.GUARD_ERROR, str(error)))
            raise no_value(RefusalKind.GUARD, (*branch.path, "guard"), "a guard", error) from error
        self.judged.append((branch, BranchResult.CHOSEN if holds else BranchResult.GUARD_FALSE, None))
        return holds

    def _value(self, expression: Expression, values: Mapping[str, Any]) -> object:
        return evaluate(expression, values, budget=self.budget)

    def _holds_role(self, roles: tuple[str, ...]) -> bool:
        return not roles or not set(roles).isdisjoint(self.command.actor.roles)

    def _none_holds(self) -> Refusal:
        leaf, name = self.state.leaf, self.command.name
        path = self.machine.rows[leaf][name][0].list_path
        if any(result is BranchResult.ROLE_MISSING for _, result, _ in self.judged):
            message = f'no branch of "{name}" allows the roles of this actor'
            return Refusal("NOT_AUTHORIZED", RefusalKind.ROLES, path, message)
        return Refusal(
            "GUARD_FAILED", RefusalKind.GUARD, path, f'no guard of "{name}" is true in state "{leaf}"'
        )

    def _emit(self, branch: Branch) -> tuple[tuple[Event, ...], AggregateState]:
        payloads = [(emission.event, self._event_payload(emission)) for emission in branch.emits]
        events, state = [], self.state
        for name, payload in payloads:
            # The event records the library's move.
            transition = self.machine.transition(state.leaf, name)
            event = Event(name, payload, transition.leaf, transition.entered, transition.event_version)
            try:
                state = evolve(self.machine, state, event, budget=self.budget)
            except EvaluationError as error:
                message = f'event "{name}" cannot be folded: {error}'
                path = ("events", name, "set")
                raise Refusal("EXPRESSION_ERROR", RefusalKind.EVENT_SET, path, message) from error
            events.append(event)
        return tuple(events), state

    def _event_payload(self, emission: Emission) -> Mapping[str, Any]:
        kind, path = RefusalKind.EVENT_PAYLOAD, ("events", emission.event, "payload")
        where = f'event "{emission.event}"'
        names = self.payload if emission.copied is None else emission.copied
        self.budget.spend(1 + len(names) // _NAMES_PER_STEP)
        payload = {name: self.payload[name] for name in names if name in self.payload}
        for name, expression in emission.overrides.items():
            try:
                payload[name] = self._value(expression, self.values)
            except EvaluationError as error:
                refusal = no_value(kind, (*path, name), f'field "{name}" of {where}', error)
                refusal.refused_by = trace_of(expression, self.values)
                raise refusal from error
        if is_too_large(payload, budget=self.budget):
            raise violated(kind, path, f"{where} has more than {CHARACTERS_MAX:,} characters")
        spec = (self.machine.definition.events or {}).get(emission.event)
        declared = self.machine.open_payload if spec is None else spec.payload
        return conformed(declared, payload, kind, path, where, self.budget)

    def _rejected(self, refusal: Refusal, on_refusal: str | None = None) -> Rejected:
        leaf = self.state.leaf
        return Rejected(
            refusal.code,
            refusal.kind,
            refusal.path,
            refusal.message,
            leaf,
            self.machine.accepts(leaf),
            self._trace(),
            on_refusal,
            refusal.refused_by,
        )

    def _trace(self) -> tuple[BranchTrace, ...]:
        return tuple(
            BranchTrace(
                number,
                result,
                None if branch.guard is None else branch.guard.source,
                {} if branch.guard is None else observe(branch.guard, self.values),
                error,
            )
            for number, (branch, result, error) in enumerate(self.judged, 1)
        )


def _payload(machine: Machine, command: Command, budget: Budget) -> Mapping[str, Any]:
    commands = machine.definition.commands
    if commands is None:
        return machine.open_payload.conform(command.data)
    if command.name not in commands:
        raise _UnknownCommand(
            f'machine "{machine.name}" has no command "{command.name}"{hint(command.name, list(commands))}'
        )
    spec = commands[command.name]
    data = with_current_names(command.data, spec.fields_renamed)
    return spec.payload.conform(data, fill_defaults=True, budget=budget)
