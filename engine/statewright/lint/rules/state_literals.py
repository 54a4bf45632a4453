"""The rule about state names in expressions, where `state` is the full name of a leaf."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.compared import unknown_states
from statewright.diagnostics import Code
from statewright.language.model import Definition
from statewright.language.scope import state_hint
from statewright.lint.context import LintContext, named
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule


@rule(
    Code.NO_SUCH_STATE,
    why="A comparison of `state` with a text that names no leaf state always has the same result. `state` is "
    "the full name of the current leaf, such as `checkout.paid`.",
    needs={Basis.STATE_NAMES},
)
def states_that_do_not_exist(context: LintContext) -> Iterator[Diagnostic]:
    """Checks all expressions. One finding per name and expression, where the name first occurs."""
    definition = context.definition
    for path, expression in context.expressions():
        first = {str(part.value): part for part in reversed(unknown_states(expression, definition.leaves))}
        for name, literal in reversed(first.items()):
            yield Diagnostic(path, _message(definition, name), offset=literal.offset, about=(name,))


def _message(definition: Definition, name: str) -> str:
    leaves = list(definition.leaves)
    if name in definition.states:
        inside = [leaf for leaf in leaves if name in definition.lineage(leaf)]
        return f'`state` is never "{name}", a composite state; use one of its leaves: {named(inside)}'
    renamed = [state.name for state in definition.states.values() if name in state.renamed_from]
    guess = f'; it is now called "{renamed[0]}"' if renamed else state_hint(name, leaves)
    return f'unknown state "{name}"{guess}'
