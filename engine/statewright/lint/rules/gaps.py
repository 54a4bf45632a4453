"""Rules about gaps between guards: commands for which no branch of a list applies.

A gap that a sender can hit with any data is a warning. A gap that needs certain data is advice, because no
rule knows which data a stream can reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from json import dumps

from statewright.analysis.guard_cases import Situation, guard_of
from statewright.analysis.truth import Guard, Unlisted, Values
from statewright.diagnostics import Code
from statewright.language.model import Branch
from statewright.lint.context import LintContext
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule


@rule(
    Code.GUARD_GAP,
    why="Every branch has a guard, and for the values shown none of them is true, whatever the data. The "
    "command is then refused with `GUARD_FAILED`. If you want a refusal, add a last branch with `reject` and "
    "a code of its own.",
    needs={Basis.MOVES, Basis.SCHEMAS, Basis.INVARIANTS},
)
def guard_gaps(context: LintContext) -> Iterator[Diagnostic]:
    """Ignores lists with one branch, whose guard is a plain condition."""
    for branches, guards, situation in _distinctions(context):
        gap = uncovered(guards, situation)
        if gap is not None:
            yield _gap(branches, situation, f"if {_shown(gap)}")


@rule(
    Code.GUARD_GAP_IN_DATA,
    why="If the data can have the values shown, no guard is true and the command is refused with "
    "`GUARD_FAILED`. The rule cannot know whether this state of the data can occur. A last branch without a "
    "guard covers it.",
    needs={Basis.MOVES, Basis.SCHEMAS, Basis.INVARIANTS},
)
def guard_gaps_in_data(context: LintContext) -> Iterator[Diagnostic]:
    """Ignores lists that `guard_gaps` reports."""
    for branches, guards, situation in _distinctions(context):
        gap = None if uncovered(guards, situation) else uncovered_with_data(guards, situation)
        if gap is not None:
            sent = _shown(_part(gap, of_data=False))
            data = _shown(_part(gap, of_data=True), between=" can be ", joined=" and ")
            yield _gap(branches, situation, f"if {sent} and {data}" if sent else f"if {data}")


def uncovered(guards: Sequence[Guard], situation: Situation) -> Values | None:
    """Values to send for which no guard is true, whatever sender and data; None if there is no gap."""
    for sent, cases in groupby(situation.cases(guards), partial(_part, of_data=False)):
        if sent and situation.can_be_sent(sent) and all(_none_holds(guards, case) for case in cases):
            return sent
    return None


def uncovered_with_data(guards: Sequence[Guard], situation: Situation) -> Values | None:
    """Values to send and allowed data for which no guard is true; None if there is no gap."""
    looked_at = {comparison.variable for guard in guards for comparison in guard.comparisons}
    if not any(variable.is_data for variable in looked_at):
        return None
    for case in situation.cases(guards):
        is_gap = _none_holds(guards, case)
        if is_gap and situation.can_be_sent(case) and situation.may_be_stored(case, guards):
            return {variable: value for variable, value in case.items() if variable in looked_at}
    return None


def _distinctions(context: LintContext) -> Iterator[tuple[tuple[Branch, ...], list[Guard], Situation]]:
    for branches, situation in context.decisions():
        if len(branches) > 1:
            yield branches, [guard_of(branch) for branch in branches], situation


def _gap(branches: Sequence[Branch], situation: Situation, where: str) -> Diagnostic:
    message = f'no branch of command "{situation.command}" applies {where}; add a last branch without a guard'
    return Diagnostic(branches[-1].path, message)


def _part(case: Values, *, of_data: bool) -> Values:
    return {variable: value for variable, value in case.items() if variable.is_data is of_data}


def _none_holds(guards: Sequence[Guard], case: Values) -> bool:
    return all(guard.truth(case) is False for guard in guards)


def _shown(case: Values, *, between: str = " = ", joined: str = ", ") -> str:
    return joined.join(f"{variable}{between}{_value(value)}" for variable, value in case.items())


def _value(value: object) -> str:
    return "nothing" if value is Unlisted.ABSENT else dumps(value, ensure_ascii=False)
