"""Checks the data after a command's last event: size, schemas and invariants.

Folding checks none of these, so stored data may violate the limits of a later definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statewright.errors import EvaluationError
from statewright.language.cel import Budget, evaluate
from statewright.language.schema.unchanged import NOTHING
from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState, DataCheck, RefusalKind
from statewright.machine.refusals import conformed, no_value, trace_of, violated
from statewright.machine.size_limits import CHARACTERS_MAX, characters_after, characters_beyond


def checked_data(
    machine: Machine, state: AggregateState, before: AggregateState, *, budget: Budget | None
) -> DataCheck:
    """Check the parts of the data that differ from `before`. Raises Refusal."""
    check = before.check
    if check is not None and check.definition_digest == machine.digest:
        known: Any = before.data
        characters = characters_after(check.characters, known, state.data)
    else:
        known = NOTHING
        characters = characters_beyond(state.data, known)
    if characters > CHARACTERS_MAX:
        raise violated(RefusalKind.DATA, ("data",), f"the data has more than {CHARACTERS_MAX:,} characters")
    if known is NOTHING:
        _conform(machine, state.data, NOTHING, None)
    # Only changes spend budget, whether or not `before` was checked, so the cost is the same everywhere.
    _conform(machine, state.data, before.data, budget)
    return DataCheck(machine.digest, characters)


def check_invariants(machine: Machine, state: AggregateState, *, budget: Budget | None) -> None:
    """Raises Refusal for the first invariant that does not hold in `state`."""
    values = {"data": state.data, "state": state.leaf}
    for invariant in machine.definition.invariants:
        try:
            holds = evaluate(invariant.check, values, budget=budget) is True
        except EvaluationError as error:
            refusal = no_value(RefusalKind.INVARIANT, invariant.path, "an invariant", error)
            refusal.refused_by = trace_of(invariant.check, values)
            raise refusal from error
        if not holds:
            seen = trace_of(invariant.check, values)
            raise violated(RefusalKind.INVARIANT, invariant.path, invariant.message, seen)


def _conform(machine: Machine, data: Mapping[str, Any], checked: Any, budget: Budget | None) -> None:
    conformed(machine.data_payload, data, RefusalKind.DATA, ("data",), "data", budget, checked)
