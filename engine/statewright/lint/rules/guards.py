"""Rules about guards that are always or never true, and about branches that earlier ones hide.

They judge only guards that compare single values with constants, for all values that the schemas allow.
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
    why="No value that the schemas allow makes the guard true, so the branch is never used.",
    needs={Basis.MOVES, Basis.SCHEMAS, Basis.INVARIANTS},
)
def guards_that_never_hold(context: LintContext) -> Iterator[Diagnostic]:
    yield from _constant_guards(context, value=False)


@rule(
    Code.GUARD_ALWAYS_HOLDS,
    why="Every value that the schemas allow makes the guard true. The guard is not needed, or it tests the "
    "wrong thing.",
    needs={Basis.MOVES, Basis.SCHEMAS, Basis.INVARIANTS},
)
def guards_that_always_hold(context: LintContext) -> Iterator[Diagnostic]:
    yield from _constant_guards(context, value=True)


@rule(
    Code.SHADOWED_BRANCH,
    why="Whenever this branch applies, an earlier one applies too and is used instead.",
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
                yield Diagnostic(branch.path, f"unreachable branch: whenever it applies, so does {others}")


@rule(
    Code.INVARIANT_ALWAYS_HOLDS,
    why="The schemas of the data already guarantee this, and their message names the field that is wrong.",
    needs={Basis.MOVES, Basis.SCHEMAS, Basis.INVARIANTS},
)
def invariants_that_always_hold(context: LintContext) -> Iterator[Diagnostic]:
    situation = Situation(context.definition, tuple(context.table.rows))
    for invariant in context.definition.invariants:
        if unknown_states(invariant.check, context.definition.leaves):
            continue
        if _is_constant(understood(invariant.check.source), situation, value=True):
            message = f'invariant "{invariant.check.source}" holds for all data that the schemas allow'
            yield Diagnostic((*invariant.path, "check"), message)


def is_shadowed(guard: Guard, earlier: Sequence[Guard], situation: Situation) -> bool:
    """Whether some earlier guard is certainly true in every case in which `guard` may be true."""
    might_hold = False
    for case in situation.cases([guard, *earlier]):
        if guard.truth(case) is not False:
            might_hold = True
            if not any(other.truth(case) is True for other in earlier):
                return False
    return might_hold


def _constant_guards(context: LintContext, *, value: bool) -> Iterator[Diagnostic]:
    verdict = f"is always {'true' if value else 'false'} for values that the schemas and invariants allow"
    for branches, situation in context.decisions():
        for branch in branches:
            if branch.guard is not None and _is_constant(guard_of(branch), situation, value=value):
                yield Diagnostic((*branch.path, "guard"), f'guard "{branch.guard.source}" {verdict}')


def _is_constant(guard: Guard, situation: Situation, *, value: bool) -> bool:
    known = False
    for case in situation.cases([guard]):
        if guard.truth(case) is not value:
            return False
        known = True
    return known


def _is_open_to(earlier: Branch, later: Branch) -> bool:
    """Whether every actor who can take the later branch can also take the earlier one."""
    return not earlier.roles or (bool(later.roles) and set(later.roles) <= set(earlier.roles))


def _places(context: LintContext, branches: Sequence[Branch]) -> str:
    position = context.definition.document.position
    lines = list(dict.fromkeys(str(position(branch.path).line) for branch in branches))
    if len(branches) == 1:
        return f"the branch on line {lines[0]}"
    if len(lines) == 1:
        return f"an earlier branch on line {lines[0]}"
    shown = ", ".join(lines[:_LINES_SHOWN_MAX]) + (", …" if lines[_LINES_SHOWN_MAX:] else "")
    return f"one of the branches on lines {shown}"
