"""Rules about the graph of states: where it can be entered, and whether it can be left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from statewright.diagnostics import Code
from statewright.lint.context import LintContext, named
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule


@rule(
    Code.UNREACHABLE_STATE,
    why="No sequence of commands leads to the state. A target is missing, or the state is a leftover.",
    needs={Basis.MOVES},
)
def unreachable_states(context: LintContext) -> Iterator[Diagnostic]:
    """A composite is reached when one of its leaves is; an unreachable one stands for all within it."""
    definition = context.definition
    reached = {name for leaf in context.table.rows for name in definition.lineage(leaf)}
    for state in definition.states.values():
        if state.name not in reached and (state.parent is None or state.parent in reached):
            yield Diagnostic(
                state.path, f'state "{state.name}" is unreachable: no branch leads to it', key=True
            )


@rule(
    Code.DEAD_END,
    why="The state accepts no commands and is not declared final: aggregates get stuck in it. A state whose "
    "commands are all refused or ignored is an end as well.",
    needs={Basis.MOVES},
)
def dead_ends(context: LintContext) -> Iterator[Diagnostic]:
    for leaf in context.ends():
        if context.table.rows[leaf]:
            continue
        message = f'nothing can happen in state "{leaf}", declare it `final: true` if that is meant'
        yield Diagnostic(context.definition.states[leaf].path, message, key=True)


@rule(
    Code.NO_WAY_TO_AN_END,
    why="Other aggregates reach a final state, those that came here never can. A way out was forgotten.",
    needs={Basis.MOVES},
)
def no_way_to_an_end(context: LintContext) -> Iterator[Diagnostic]:
    """One finding for all such states, at one from which there is no way to any but its like.

    A state that nothing leaves is an end: it only answers, or `dead_ends` tells the cause.
    """
    states, sources = context.definition.states, _sources(context)
    finals = {leaf for leaf in context.table.rows if states[leaf].final}
    ending: set[str] = set()
    _walk_back(sources, [*finals, *context.ends()], ending)
    stuck = [leaf for leaf in states if leaf in context.table.rows and leaf not in ending]
    if finals and stuck:
        trap = _trap(sources, stuck)
        others = [leaf for leaf in stuck if leaf != trap]
        also = f"; nor from {named(others)}" if others else ""
        message = f'no final state can be reached from "{trap}"{also}'
        yield Diagnostic(states[trap].path, message, key=True, about=(trap, *others))


@rule(
    Code.INITIAL_IS_FINAL,
    why="A new aggregate is at its end before anything happened, so every command is refused.",
    needs={Basis.MOVES},
)
def initial_is_final(context: LintContext) -> Iterator[Diagnostic]:
    leaf = context.definition.leaf_of(context.definition.initial)
    if context.definition.states[leaf].final:
        message = f'the first state "{leaf}" is final: no command is ever accepted'
        yield Diagnostic(("initial",), message, about=(leaf,))


@rule(
    Code.TRAP_STATE,
    why="The state can be entered and never left, and what happens in it leaves no trace: no event of it "
    "sets data or carries a field. A way out was forgotten, or the state is an end.",
    needs={Basis.MOVES},
)
def trap_states(context: LintContext) -> Iterator[Diagnostic]:
    """Where a final state can be reached, `no_way_to_an_end` says it."""
    states = context.definition.states
    if any(states[leaf].final for leaf in context.table.rows):
        return
    leading_out = {leaf for (leaf, _), move in context.table.moves.items() if move.leaf != leaf}
    traces = _traces(context)
    traced = {leaf for leaf, event in context.table.moves if event in traces}
    initial = context.definition.leaf_of(context.definition.initial)
    fine = {initial, *leading_out, *traced, *context.ends()}
    for leaf in (leaf for leaf in context.table.rows if leaf not in fine):
        message = f'state "{leaf}" is never left and nothing in it changes anything, is a way out missing?'
        yield Diagnostic(states[leaf].path, message, key=True)


def _traces(context: LintContext) -> set[str]:
    """The events that set data or carry a field; an undeclared one carries what its commands do."""
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
    """One from which no way leads to any but its like: the last that the walk backwards must begin at."""
    found: set[str] = set()
    trap = leaves[-1]
    for leaf in reversed(leaves):
        if leaf not in found:
            trap = leaf
            _walk_back(sources, [leaf], found)
    return trap


def _walk_back(sources: Mapping[str, list[str]], waiting: list[str], found: set[str]) -> None:
    """Adds the leaves and every leaf from which one of them can be reached."""
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
