"""Verdicts on changed branches whose effect the search did not show."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.differences import ORDER, BranchDifference
from statewright.evolution.compat.guard_proofs import Implied, implied
from statewright.evolution.compat.verdicts import ChangeVerdict, dotted
from statewright.language.model import Branch

_KINDS = {
    "roles": ChangeKind.ROLES_TIGHTENED,
    "reject": ChangeKind.OTHER_REFUSAL,
    "on_refusal": ChangeKind.OTHER_REFUSAL,
    "emit": ChangeKind.OTHER_EVENTS,
    "with": ChangeKind.OTHER_EVENTS,
}


def branch_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts for lists of branches in states that both versions have, unless shown or proved equal."""
    for (leaf, command), differing in comparison.differences.branches.items():
        for one in differing:
            if comparison.settled.isdisjoint({one.element}):
                yield from _unshown(comparison, leaf, command, one)


def lists_of(
    comparison: Comparison, leaf: str, command: str
) -> tuple[tuple[Branch, ...], tuple[Branch, ...]]:
    """The branches for a command in a leaf of the old version, and in the corresponding new leaf."""
    old = comparison.pair.old.rows[leaf].get(command, ())
    now = comparison.pair.states.get(leaf)
    name = comparison.pair.commands.get(command, command)
    new = comparison.pair.new.rows.get(now, {}).get(name, ()) if now else ()
    return old, new


def _unshown(
    comparison: Comparison, leaf: str, command: str, one: BranchDifference
) -> Iterator[ChangeVerdict]:
    kind, message = ChangeKind.TIGHTENED, f'the branches of "{command}" in "{leaf}" changed'
    match one.part:
        case () if one.new is None and one.is_list:
            kind, message = ChangeKind.NOT_ACCEPTED, f'state "{leaf}" no longer lists "{command}"'
        case () if one.is_list:
            kind, message = ChangeKind.LOOSENED, f'state "{leaf}" now lists "{command}"'
        case ():
            gone = one.new is None
            message = f'a branch of "{command}" in "{leaf}" is {"removed" if gone else "added"}'
        case ("guard",):
            proof = _guard_proof(comparison, leaf, command, one)
            if proof is Implied.BOTH:
                comparison.settled.add(one.element)
                return
            if proof is Implied.NEW and len(lists_of(comparison, leaf, command)[1]) == 1:
                kind = ChangeKind.LOOSENED
            message = f'the guard of "{command}" in "{leaf}" changed'
        case (step, *_) if step == ORDER:
            message = f'the branches of "{command}" in "{leaf}" are in a different order'
        case (step, *_):
            kind = _KINDS.get(str(step), ChangeKind.DECISION_NOT_SHOWN)
            message = f'`{dotted(one.part)}` of "{command}" in "{leaf}" changed'
    yield comparison.verdict(kind, message, one.old, one.new, at=one.element, settles=[one.element])


def _guard_proof(comparison: Comparison, leaf: str, command: str, one: BranchDifference) -> Implied:
    old, new = lists_of(comparison, leaf, command)
    assert one.before is not None
    assert one.after is not None
    before, after = old[one.before].guard, new[one.after].guard
    return implied(comparison.pair, leaf, command, before, after)
