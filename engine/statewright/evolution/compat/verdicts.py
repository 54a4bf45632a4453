"""The result of a comparison: verdicts with their places, witnesses and remedies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from statewright.evolution.compat.change_kinds import PROOFS, ChangeKind, Consequence
from statewright.evolution.compat.witness import DecisionWitness, FoldWitness, Witness
from statewright.language.model import Definition
from statewright.language.source.document import DocumentPath
from statewright.machine.messages import Accepted, AggregateState

# Silent even without a witness, because the search would have found a failure.
_SILENT = frozenset({ChangeKind.START_CHANGED, ChangeKind.SET_CHANGED, ChangeKind.UPCASTER_CHANGED})


class Decision(StrEnum):
    """How a change was decided."""

    SHOWN = "shown"  # by a witness, or certain from the definition
    PROVED_SAFE = "proved safe"
    NOT_SHOWN = "not shown"  # an element changed, but the search found no effect


Key = tuple[str, ChangeKind, str]  # machine, kind, location


@dataclass(frozen=True, slots=True)
class Place:
    """A line of one of the two files, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class ChangeVerdict:
    """The verdict on one change.

    `location`: the dotted path of the element, as in `events.OrderPaid.set.paid`, which does not depend on
    line numbers. `old`, `new`: its place in each version, or None. `remedy`: what to do. `yaml`: a change to
    the new version that removes the verdict or follows the remedy. `searched`: the number of sequences tried
    without finding a witness; None if no witness is needed.
    """

    kind: ChangeKind
    machine: str
    location: str
    message: str
    old: Place | None = None
    new: Place | None = None
    witness: Witness | None = None
    searched: int | None = None
    remedy: str | None = None
    yaml: str | None = None

    @property
    def key(self) -> Key:
        """The identity of the verdict, which acceptances name; independent of the message."""
        return (self.machine, self.kind, self.location)

    @property
    def silent(self) -> bool:
        """Whether nothing fails at run time: the new version continues with a different result."""
        match self.witness:
            case _ if self.kind.consequence is Consequence.SAFE:
                return False
            case FoldWitness(new=new):
                return isinstance(new, AggregateState)
            case DecisionWitness(old=old, new=new):
                return isinstance(old, Accepted) and isinstance(new, Accepted)
            case None:
                return self.kind in _SILENT

    @property
    def certain(self) -> bool:
        """Whether the effect was shown or needs no witness."""
        return self.searched is None

    @property
    def proof(self) -> str | None:
        """The name of the proof that the change is safe; None for a break."""
        return PROOFS.get(self.kind)

    @property
    def decision(self) -> Decision:
        if self.proof is not None:
            return Decision.PROVED_SAFE
        return Decision.SHOWN if self.certain else Decision.NOT_SHOWN


@dataclass(frozen=True, slots=True)
class CompatReport:
    """The result of comparing two versions of a machine.

    `sequences`: how many were tried under both versions. `complete`: the search covered everything.
    `untried`: command fields, as in `Pay.iban`, for which no fitting value was found.
    """

    verdicts: tuple[ChangeVerdict, ...]
    sequences: int = 0
    complete: bool = True
    untried: tuple[str, ...] = ()


def place_of(definition: Definition, path: DocumentPath) -> Place:
    """The line of the element's key, or of the nearest enclosing one."""
    document = definition.document
    at_key = bool(path) and isinstance(path[-1], str)
    position = document.key_position(path) if at_key else document.position(path)
    return Place(document.file, position.line)


def dotted(path: DocumentPath) -> str:
    """A path as written in acceptances; list items keep their index.

    >>> dotted(("states", "draft", "accepts", "Pay", 0))
    'states.draft.accepts.Pay[0]'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def sort_verdicts(verdicts: Iterable[ChangeVerdict]) -> list[ChangeVerdict]:
    """Breaks first: silent ones, then by consequence, certainty, kind and location. Safe changes last."""
    order = list(Consequence)
    return sorted(
        verdicts,
        key=lambda one: (
            one.kind.consequence is Consequence.SAFE,
            not one.silent,
            order.index(one.kind.consequence),
            not one.certain,
            one.kind.id,
            one.machine,
            one.location,
        ),
    )
