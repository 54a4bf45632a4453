"""Proves that one guard or invariant implies another, by trying every case that they can distinguish.

The cases are complete, so the answer is a proof. There is no answer if there are too many cases, or if an
expression does more than compare single values with constants.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum

from statewright.analysis.guard_cases import Situation
from statewright.analysis.schemas import essence
from statewright.analysis.truth import Guard, understood
from statewright.evolution.compat.correspondence import Pair
from statewright.language.cel import Expression
from statewright.language.cel.syntax import Chain


class Implied(Enum):
    """Which of the two is proved to hold whenever the other does."""

    NOTHING = "nothing"
    OLD = "the old one"
    NEW = "the new one"
    BOTH = "both"


def implied(
    pair: Pair, leaf: str, command: str | None, old: Expression | None, new: Expression | None
) -> Implied:
    """Compare expressions over fields that both versions declare alike. `command`: None for invariants."""
    read = {chain for one in (old, new) if one is not None for chain in one.references}
    if any(not _is_declared_alike(pair, command, chain) for chain in read):
        return Implied.NOTHING
    guards = [understood("true" if one is None else one.source) for one in (old, new)]
    situation = Situation(replace(pair.old.definition, invariants=()), (leaf,), command)
    return _judged(guards, list(situation.cases(guards)))


def _judged(guards: list[Guard], cases: Iterable[object]) -> Implied:
    old_implies = new_implies = True
    tried = False
    for case in cases:
        tried = True
        before, after = (guard.truth(case) for guard in guards)  # type: ignore[arg-type]
        if before is None or after is None:
            return Implied.NOTHING
        old_implies &= after or not before
        new_implies &= before or not after
    if not tried:
        return Implied.NOTHING
    if old_implies and new_implies:
        return Implied.BOTH
    return Implied.NEW if old_implies else Implied.OLD if new_implies else Implied.NOTHING


def _is_declared_alike(pair: Pair, command: str | None, chain: Chain) -> bool:
    match chain:
        case ("data", name, *_):
            old, new = pair.old.definition.data.get(name), pair.new.definition.data.get(name)
            is_named = pair.data.get(name) == name
        case ("command", name, *_) if command is not None:
            specs = [(one.definition.commands or {}).get(command) for one in (pair.old, pair.new)]
            old, new = (spec.payload.fields.get(name) if spec else None for spec in specs)
            is_named = pair.commands.get(command) == command
        case _:
            return False
    if old is None or new is None or not is_named:
        return False
    same_default = old.has_default == new.has_default and (not old.has_default or old.default == new.default)
    return essence(old.schema) == essence(new.schema) and old.optional == new.optional and same_default
