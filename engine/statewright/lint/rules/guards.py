"""Rules about guards: those that are always or never true, and branches behind them.

Said only of what is sure: guards that compare single values with constants, over what the schemas allow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from statewright.analysis.compared import unknown_states
from statewright.analysis.guard_cases import Situation, guard_of
from statewright.analysis.truth import Guard, understood
from statewright.diagnostics import Code
from statewright.language.model import Branch
from statewright.lint.context import LintContext
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule

_LINES_SHOWN_MAX = 5


@rule(
    Code.GUARD_NEVER_HOLDS,
    why="No value that the schemas allow makes the guard true, so the branch is never taken.",
    needs={Basis.MOVES, Basis.SCHEMAS, Basis.INVARIANTS},
)
def guards_that_never_hold(context: LintContext) -> Iterator[Diagnostic]:
    yield from _constant_guards(context, comes_to=False)


@rule(
    Code.GUARD_ALWAYS_HOLDS,
    why="Every value that the schemas allow makes the guard true. It is not needed, or not what was meant.",
    needs={Basis.MOVES, Basis.SCHEMAS, Basis.INVARIANTS},
)
def guards_that_always_hold(context: LintContext) -> Iterator[Diagnostic]:
    yield from _constant_guards(context, comes_to=True)


@rule(
    Code.SHADOWED_BRANCH,
    why="Branches are tried in order. Whenever this one could be taken, one before it is.",
    needs={Basis.MOVES, Basis.SCHEMAS, Basis.INVARIANTS},
)
def shadowed_branches(context: LintContext) -> Iterator[Diagnostic]:
    for branches, situation in context.decisions():
        guards = [guard_of(branch) for branch in branches]
        for number, branch in enumerate(branches):
            if situation.budget.is_spent:
                return
            earlier = [place for place in range(number) if _is_open_to(branches[place], branch)]
            if earlier and is_shadowed(guards[number], [guards[place] for place in earlier], situation):
                others = _places(context, [branches[place] for place in earlier])
                yield Diagnostic(branch.path, f"never taken: whenever this branch holds, so does {others}")


@rule(
    Code.INVARIANT_ALWAYS_HOLDS,
    why="The schemas of the data say the same already, and say it with the field's name when it is broken.",
    needs={Basis.MOVES, Basis.SCHEMAS, Basis.INVARIANTS},
)
def invariants_that_always_hold(context: LintContext) -> Iterator[Diagnostic]:
    situation = Situation(context.definition, tuple(context.table.rows))
    for invariant in context.definition.invariants:
        if unknown_states(invariant.check, context.definition.leaves):
            continue
        if _is_constant(understood(invariant.check.source), situation, comes_to=True):
            message = f'"{invariant.check.source}" is true for all data that the schemas allow'
            yield Diagnostic((*invariant.path, "check"), message)


def is_shadowed(guard: Guard, earlier: Sequence[Guard], situation: Situation) -> bool:
    """Whether in every case in which `guard` might hold one of the earlier ones surely does."""
    might_hold = False
    for case in situation.cases([guard, *earlier]):
        if guard.truth(case) is not False:
            might_hold = True
            if not any(other.truth(case) is True for other in earlier):
                return False
    return might_hold


def _constant_guards(context: LintContext, *, comes_to: bool) -> Iterator[Diagnostic]:
    always = f"is {'true' if comes_to else 'false'} for all values that the schemas and invariants allow"
    for branches, situation in context.decisions():
        for branch in branches:
            if branch.guard is not None and _is_constant(guard_of(branch), situation, comes_to=comes_to):
                yield Diagnostic((*branch.path, "guard"), f'"{branch.guard.source}" {always}')


def _is_constant(guard: Guard, situation: Situation, *, comes_to: bool) -> bool:
    known = False
    for case in situation.cases([guard]):
        if guard.truth(case) is not comes_to:
            return False
        known = True
    return known


def _is_open_to(earlier: Branch, later: Branch) -> bool:
    """Does whoever may take the later branch hold a role of the earlier one, if that asks for any?"""
    return not earlier.roles or (bool(later.roles) and set(later.roles) <= set(earlier.roles))


def _places(context: LintContext, branches: Sequence[Branch]) -> str:
    position = context.definition.document.position
    lines = list(dict.fromkeys(str(position(branch.path).line) for branch in branches))
    if len(branches) == 1:
        return f"the one at line {lines[0]}"
    if len(lines) == 1:
        return f"one of those at line {lines[0]}"
    return f"one of lines {', '.join(lines[:_LINES_SHOWN_MAX])}{', …' if lines[_LINES_SHOWN_MAX:] else ''}"
