"""Verdicts on changed elements that no other verdict covers."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.verdicts import ChangeVerdict, dotted
from statewright.language.source.document import DocumentPath

_OF_REPLAY = ("initial", "events", "moves")


def unshown_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts on all elements that are still open. Call this last."""
    for one in list(comparison.differences.elements.values()):
        if comparison.is_open(one):
            kind = _kind(one.element)
            message = f"{dotted(one.element)} changed, but no effect was shown"
            yield comparison.verdict(kind, message, one.old, one.new, at=one.element, remedy=_REMEDY)


def _kind(element: DocumentPath) -> ChangeKind:
    match element:
        case ("states", _, "final"):
            return ChangeKind.FINAL
        case ("commands", _):
            return ChangeKind.COMMAND_RENAMED
        case (section, *_) if section in _OF_REPLAY or element[-1] == "default":
            return ChangeKind.REPLAY_NOT_SHOWN
        case _:
            return ChangeKind.DECISION_NOT_SHOWN


_REMEDY = "keep the element unchanged, or check stored streams with `statewright verify`"
