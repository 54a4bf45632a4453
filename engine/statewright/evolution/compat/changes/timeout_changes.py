"""When timeouts of states are due, and which commands they send."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import kept_elements
from statewright.evolution.compat.verdicts import ChangeVerdict


def timeout_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """For each state that both versions have."""
    pair = comparison.pair
    for one in kept_elements(pair.old.definition.states, pair.new.definition.states, pair.states):
        name, state, today = one.was, one.old, one.new
        if state.timeout == today.timeout:
            continue
        before, after = (
            f'"{due.command}" after {due.after_seconds:,} s' if due else "nothing"
            for due in (state.timeout, today.timeout)
        )
        yield comparison.verdict(
            ChangeKind.TIMEOUT_CHANGED,
            f'in "{name}" {after} becomes due, it was {before}',
            old=(*state.path, "timeout"),
            new=(*today.path, "timeout"),
            proved=True,
        )
