"""Rules about guards: those that are always or never true, and branches behind them.

Said only of what is sure: guards that compare single values with constants, over what the schemas allow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from statewright.analysis.guard_cases import Situation, guard_of, situations
from statewright.analysis.truth import Guard, understood
from statewright.diagnostics import Code
from statewright.language.cel import Expression
from statewright.language.model import Branch
from statewright.lint.rule import Remark, rule
from statewright.lint.subject import Subject

_LINES_SHOWN_MAX = 5


@rule(
    Code.GUARD_NEVER_HOLDS,
    "guard-never-holds",
    why="No value that the schemas allow makes the guard true, so the branch is never taken.",
    bad="""
        machine: till
        initial: open
        commands: {Sell: {payload: {price: {type: integer, minimum: 1}}}}
        states:
          open:
            accepts:
              Sell:
                - {guard: command.price == 0, reject: NOTHING_TO_PAY}
                - {emit: Sold}
        """,
    good="""
        machine: till
        initial: open
        commands: {Sell: {payload: {price: {type: integer, minimum: 0}}}}
        states:
          open:
            accepts:
              Sell:
                - {guard: command.price == 0, reject: NOTHING_TO_PAY}
                - {emit: Sold}
        """,
)
def guards_that_never_hold(subject: Subject) -> Iterator[Remark]:
    for branch, guard in _constant(subject, comes_to=False):
        message = f'"{guard.source}" is false for all values that the schemas and invariants allow'
        yield Remark((*branch.path, "guard"), message)


@rule(
    Code.GUARD_ALWAYS_HOLDS,
    "guard-always-holds",
    why="Every value that the schemas allow makes the guard true. It is not needed, or not what was meant.",
    bad="""
        machine: till
        initial: open
        commands: {Sell: {payload: {price: {type: integer, minimum: 1}}}}
        states:
          open:
            accepts:
              Sell: {guard: command.price > 0, emit: Sold}
        """,
    good="""
        machine: till
        initial: open
        commands: {Sell: {payload: {price: {type: integer, minimum: 1}}}}
        states:
          open:
            accepts:
              Sell: {guard: command.price <= 50000, emit: Sold}
        """,
)
def guards_that_always_hold(subject: Subject) -> Iterator[Remark]:
    for branch, guard in _constant(subject, comes_to=True):
        message = f'"{guard.source}" is true for all values that the schemas and invariants allow'
        yield Remark((*branch.path, "guard"), message)


@rule(
    Code.SHADOWED_BRANCH,
    "shadowed-branch",
    why="Branches are tried in order. Whenever this one could be taken, one before it is.",
    bad="""
        machine: till
        initial: open
        commands: {Sell: {payload: {price: {type: integer, minimum: 1}}}}
        states:
          open:
            accepts:
              Sell:
                - {guard: command.price > 100, emit: Sold}
                - {guard: command.price > 50000, reject: TOO_MUCH}
                - {emit: SoldCheaply}
        """,
    good="""
        machine: till
        initial: open
        commands: {Sell: {payload: {price: {type: integer, minimum: 1}}}}
        states:
          open:
            accepts:
              Sell:
                - {guard: command.price > 50000, reject: TOO_MUCH}
                - {guard: command.price > 100, emit: Sold}
                - {emit: SoldCheaply}
        """,
)
def shadowed_branches(subject: Subject) -> Iterator[Remark]:
    for branches, situation in situations(subject.definition, subject.table):
        guards = [guard_of(branch) for branch in branches]
        for number, branch in enumerate(branches):
            if situation.budget.is_spent:
                return
            earlier = [place for place in range(number) if _is_open_to(branches[place], branch)]
            if earlier and is_shadowed(guards[number], [guards[place] for place in earlier], situation):
                others = _places(subject, [branches[place] for place in earlier])
                yield Remark(branch.path, f"never taken: whenever this branch holds, so does {others}")


@rule(
    Code.INVARIANT_ALWAYS_HOLDS,
    "invariant-always-holds",
    why="The schemas of the data say the same already, and say it with the field's name when it is broken.",
    bad="""
        machine: purse
        initial: open
        data: {coins: {type: integer, minimum: 0, default: 0}}
        commands: {Put: {payload: {coins: integer}}}
        events: {CoinsPut: {payload: {coins: integer}, set: {coins: data.coins + event.coins}}}
        states: {open: {accepts: {Put: {emit: CoinsPut}}}}
        invariants: [{check: data.coins >= 0, message: No debts.}]
        """,
    good="""
        machine: purse
        initial: open
        data: {coins: {type: integer, default: 0}}
        commands: {Put: {payload: {coins: integer}}}
        events: {CoinsPut: {payload: {coins: integer}, set: {coins: data.coins + event.coins}}}
        states: {open: {accepts: {Put: {emit: CoinsPut}}}}
        invariants: [{check: data.coins >= 0, message: No debts.}]
        """,
)
def invariants_that_always_hold(subject: Subject) -> Iterator[Remark]:
    situation = Situation(subject.definition, tuple(subject.table.rows))
    for invariant in subject.definition.invariants:
        if _is_constant(understood(invariant.check.source), situation, comes_to=True):
            message = f'"{invariant.check.source}" is true for all data that the schemas allow'
            yield Remark((*invariant.path, "check"), message)


def is_shadowed(guard: Guard, earlier: Sequence[Guard], situation: Situation) -> bool:
    """Whether in every case in which `guard` might hold one of the earlier ones surely does."""
    might_hold = False
    for case in situation.cases([guard, *earlier]):
        if guard.truth(case) is not False:
            might_hold = True
            if not any(other.truth(case) is True for other in earlier):
                return False
    return might_hold


def _constant(subject: Subject, *, comes_to: bool) -> Iterator[tuple[Branch, Expression]]:
    for branches, situation in situations(subject.definition, subject.table):
        for branch in branches:
            if branch.guard is not None and _is_constant(guard_of(branch), situation, comes_to=comes_to):
                yield branch, branch.guard


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


def _places(subject: Subject, branches: Sequence[Branch]) -> str:
    position = subject.definition.document.position
    lines = list(dict.fromkeys(str(position(branch.path).line) for branch in branches))
    if len(branches) == 1:
        return f"the one at line {lines[0]}"
    if len(lines) == 1:
        return f"one of those at line {lines[0]}"
    return f"one of lines {', '.join(lines[:_LINES_SHOWN_MAX])}{', …' if lines[_LINES_SHOWN_MAX:] else ''}"


RULES = (guards_that_never_hold, guards_that_always_hold, shadowed_branches, invariants_that_always_hold)
