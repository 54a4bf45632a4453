"""Rules about the graph of states. Each is a function from a definition to findings."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.flatten import Table
from engine.definition.model import Definition
from engine.diagnostics import Code, Finding


def unreachable_states(definition: Definition, table: Table) -> Iterator[Finding]:
    """A state that no sequence of commands leads to; a composite when none of its leaves is reached."""
    reached = {name for leaf in table.rows for name in definition.lineage(leaf)}
    for state in definition.states.values():
        if state.name not in reached and (state.parent is None or state.parent in reached):
            message = f'state "{state.name}" is unreachable: no branch leads to it'
            yield definition.document.finding(Code.UNREACHABLE_STATE, state.path, message, key=True)


def dead_ends(definition: Definition, table: Table) -> Iterator[Finding]:
    """A state in which nothing can happen any more and that is not declared final."""
    alive = {leaf for leaf, _ in table.moves}
    for leaf in table.rows:
        state = definition.states[leaf]
        if not state.final and leaf not in alive:
            message = f'nothing can happen in state "{leaf}", declare it `final: true` if that is meant'
            yield definition.document.finding(Code.DEAD_END, state.path, message, key=True)
