"""Groups results by the machine's states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from statewright.machine.compiled import Machine

Result = TypeVar("Result")


def by_state(
    machine: Machine, results: Iterable[Result], state_of: Callable[[Result], str | None]
) -> Iterator[tuple[str | None, list[Result]]]:
    """Group results by state, in the order of the definition; None, for no single state, comes last."""
    found: dict[str | None, list[Result]] = {}
    for result in results:
        found.setdefault(state_of(result), []).append(result)
    for state in (*machine.definition.states, None):
        if state in found:
            yield state, found[state]


def heading(machine: str, state: str | None) -> str:
    """The heading of a group."""
    return f"{machine}: any state" if state is None else f"{machine}: state {state}"
