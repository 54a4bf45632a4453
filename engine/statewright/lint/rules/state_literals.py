"""The rule about names of states in expressions: `state` is always the absolute name of a leaf."""

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
    why="`state` is the absolute name of the leaf in which the aggregate is, such as `checkout.paid`. A text "
    "that names no leaf never equals it, so the comparison has one answer for ever.",
    needs={Basis.STATE_NAMES},
)
def states_that_do_not_exist(context: LintContext) -> Iterator[Diagnostic]:
    """In whatever expression; a name that stands there twice is told at its first place."""
    definition = context.definition
    for path, expression in context.expressions():
        first = {str(part.value): part for part in reversed(unknown_states(expression, definition.leaves))}
        for name, literal in reversed(first.items()):
            yield Diagnostic(path, _message(definition, name), offset=literal.offset, about=(name,))


def _message(definition: Definition, name: str) -> str:
    leaves = list(definition.leaves)
    if name in definition.states:
        inside = [leaf for leaf in leaves if name in definition.lineage(leaf)]
        return f'"{name}" is a composite state and never the value of `state`; its leaves are {named(inside)}'
    renamed = [state.name for state in definition.states.values() if name in state.renamed_from]
    guess = f'; it is now called "{renamed[0]}"' if renamed else state_hint(name, leaves)
    return f'no state is called "{name}"{guess}'
