"""Rules about the state graph: whether states can be reached, and whether they can be left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from statewright.diagnostics import Code
from statewright.lint.context import LintContext, named
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule


@rule(
    Code.UNREACHABLE_STATE,
    why="No sequence of commands leads to the state. A branch with this target is missing, or the state is a "
    "leftover.",
    needs={Basis.MOVES},
)
def unreachable_states(context: LintContext) -> Iterator[Diagnostic]:
    """An unreachable composite state gets one finding, and the states inside it get none."""
    definition = context.definition
    reached = {name for leaf in context.table.rows for name in definition.lineage(leaf)}
    for state in definition.states.values():
        if state.name not in reached and (state.parent is None or state.parent in reached):
            yield Diagnostic(
                state.path, f'state "{state.name}" is unreachable: no branch leads to it', key=True
            )


@rule(
    Code.DEAD_END,
    why="The state accepts no commands, but is not declared final, so aggregates get stuck in it. States "
    "that refuse or ignore every command are not reported.",
    needs={Basis.MOVES},
)
def dead_ends(context: LintContext) -> Iterator[Diagnostic]:
    for leaf in context.ends():
        if context.table.rows[leaf]:
            continue
        message = f'state "{leaf}" accepts no commands; if aggregates end here, add `final: true`'
        yield Diagnostic(context.definition.states[leaf].path, message, key=True)


@rule(
    Code.NO_WAY_TO_AN_END,
    why="The machine has final states, but none of them can be reached from this state. A branch out of it "
    "is missing.",
    needs={Basis.MOVES},
)
def no_way_to_an_end(context: LintContext) -> Iterator[Diagnostic]:
    """One finding for all such states together, at a state that leads only to other such states.

    A state in which no event is stored counts as an end: either `dead_ends` reports it, or it refuses or
    ignores every command on purpose.
    """
    states, sources = context.definition.states, _sources(context)
    finals = {leaf for leaf in context.table.rows if states[leaf].final}
    ending: set[str] = set()
    _walk_back(sources, [*finals, *context.ends()], ending)
    stuck = [leaf for leaf in states if leaf in context.table.rows and leaf not in ending]
    if finals and stuck:
        trap = _trap(sources, stuck)
        others = [leaf for leaf in stuck if leaf != trap]
        also = f" or from {named(others)}" if others else ""
        message = f'no final state can be reached from "{trap}"{also}'
        yield Diagnostic(states[trap].path, message, key=True, about=(trap, *others))


@rule(
    Code.INITIAL_IS_FINAL,
    why="A new aggregate starts in a final state, so every command is refused.",
    needs={Basis.MOVES},
)
def initial_is_final(context: LintContext) -> Iterator[Diagnostic]:
    leaf = context.definition.leaf_of(context.definition.initial)
    if context.definition.states[leaf].final:
        message = f'the initial state "{leaf}" is final, so every command is refused'
        yield Diagnostic(("initial",), message, about=(leaf,))


@rule(
    Code.TRAP_STATE,
    why="The state can be entered but never left, and its commands have no lasting effect: their events set "
    "no data and carry no fields. A branch out of it is missing, or the state should be final.",
    needs={Basis.MOVES},
)
def trap_states(context: LintContext) -> Iterator[Diagnostic]:
    """Only in machines without a reachable final state; `no_way_to_an_end` covers the others."""
    states = context.definition.states
    if any(states[leaf].final for leaf in context.table.rows):
        return
    leading_out = {leaf for (leaf, _), move in context.table.moves.items() if move.leaf != leaf}
    traces = _traces(context)
    traced = {leaf for leaf, event in context.table.moves if event in traces}
    initial = context.definition.leaf_of(context.definition.initial)
    fine = {initial, *leading_out, *traced, *context.ends()}
    for leaf in (leaf for leaf in context.table.rows if leaf not in fine):
        message = f'state "{leaf}" cannot be left, and its commands change nothing; add a branch out of it'
        yield Diagnostic(states[leaf].path, message, key=True)


def _traces(context: LintContext) -> set[str]:
    """The events that set data or carry fields; an undeclared event carries the fields of its command."""
    definition = context.definition
    if definition.events is not None:
        return {event.name for event in definition.events.values() if event.set or event.payload.fields}
    carrying = {command.name for command in (definition.commands or {}).values() if command.payload.fields}
    return {
        emission.event
        for command, branch in context.branches()
        for emission in branch.emits
        if command in carrying or emission.overrides
    }


def _trap(sources: Mapping[str, list[str]], leaves: list[str]) -> str:
    """A leaf that can be reached from every leaf that it leads to: the last start of a walk backwards."""
    found: set[str] = set()
    trap = leaves[-1]
    for leaf in reversed(leaves):
        if leaf not in found:
            trap = leaf
            _walk_back(sources, [leaf], found)
    return trap


def _walk_back(sources: Mapping[str, list[str]], waiting: list[str], found: set[str]) -> None:
    """Add the waiting leaves to `found`, and every leaf from which one of them can be reached."""
    while waiting:
        leaf = waiting.pop()
        if leaf not in found:
            found.add(leaf)
            waiting += sources.get(leaf, ())


def _sources(context: LintContext) -> dict[str, list[str]]:
    sources: dict[str, list[str]] = {}
    for (leaf, _), move in context.table.moves.items():
        sources.setdefault(move.leaf, []).append(leaf)
    return sources
