"""Verdicts on the timeouts of states: when they are due, and which command they send."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import kept_elements
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.language.model import Timeout
from statewright.wording import duration_text


def timeout_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts for each state that both versions have."""
    pair = comparison.pair
    for one in kept_elements(pair.old.definition.states, pair.new.definition.states, pair.states):
        if one.old.timeout != one.new.timeout:
            after, before = _due(one.new.timeout), _due(one.old.timeout)
            message = f'the timeout of "{one.was}" is now {after} (was {before})'
            at = (*one.new.path, "timeout")
            old = (*one.old.path, "timeout") if one.old.timeout else None
            new = at if one.new.timeout else one.new.path
            yield comparison.verdict(
                ChangeKind.TIMEOUT_CHANGED,
                message,
                old,
                new,
                at=at,
                settles=[("states", one.name, "timeout")],
                proved=True,
            )


def _due(timeout: Timeout | None) -> str:
    return f'"{timeout.command}" after {duration_text(timeout.after_seconds)}' if timeout else "none"
