"""Verdicts on invariants that are added, removed or replaced."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.differences import Difference
from statewright.evolution.compat.guard_proofs import Implied, implied
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.language.model import Invariant

_ALL = ("invariants",)


def invariant_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts on invariants. If as many are removed as added, they are compared pairwise in order."""
    pair = comparison.pair
    differing = [one for one in comparison.differences.elements.values() if one.element[0] == "invariants"]
    gone = [(one, _at(pair.old.definition.invariants, one.old)) for one in differing if one.new is None]
    added = [(one, _at(pair.new.definition.invariants, one.new)) for one in differing if one.old is None]
    proofs = [Implied.NOTHING] * max(len(gone), len(added))
    if len(gone) == len(added):
        leaf = pair.old.initial.leaf
        checks = zip(gone, added, strict=True)
        proofs = [implied(pair, leaf, None, before.check, after.check) for (_, before), (_, after) in checks]
    for (one, invariant), proof in zip(added, proofs, strict=False):
        if proof in (Implied.NEW, Implied.BOTH):
            comparison.settled.add(one.element)
        elif comparison.is_open(one):
            yield _verdict(
                comparison,
                one,
                ChangeKind.INVARIANT_TIGHTENED,
                f'invariant "{invariant.check.source}" must now hold',
            )
    for (one, invariant), proof in zip(gone, proofs, strict=False):
        if proof in (Implied.OLD, Implied.BOTH):
            comparison.settled.add(one.element)
        elif comparison.is_open(one):
            message = f'invariant "{invariant.check.source}" no longer applies'
            yield _verdict(comparison, one, ChangeKind.LOOSENED, message)


def _verdict(comparison: Comparison, one: Difference, kind: ChangeKind, message: str) -> ChangeVerdict:
    """Invariants share one location; each verdict after the first uses its own index."""
    place = one.new or one.old
    return comparison.verdict(kind, message, one.old, one.new, at=_ALL, element=place, settles=[one.element])


def _at(invariants: tuple[Invariant, ...], path: object) -> Invariant:
    return next(one for one in invariants if one.path == path)
