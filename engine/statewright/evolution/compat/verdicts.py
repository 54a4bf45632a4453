"""What a comparison comes to: verdicts, each with its places, its witness and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from statewright.evolution.compat.change_kinds import PROOFS, ChangeKind, Consequence
from statewright.evolution.compat.witness import DecisionWitness, FoldWitness, Witness
from statewright.language.model import Definition
from statewright.language.source.document import DocumentPath
from statewright.machine.messages import Accepted, AggregateState

# Without a witness: nothing fails where they strike, or the old engine would have told.
_SILENT = frozenset({ChangeKind.START_CHANGED, ChangeKind.SET_CHANGED, ChangeKind.UPCASTER_CHANGED})


class Decision(StrEnum):
    """How far a change was decided."""

    SHOWN = "shown"  # by a witness, or certain without one
    PROVED_SAFE = "proved safe"
    NOT_SHOWN = "not shown"  # an element differs, and no difference of behaviour was found


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
    """One change, judged.

    `location`: the element by its dotted path, as in `events.OrderPaid.set.paid`; it outlives line numbers.
    `old`, `new`: where that stands; None on the side that lacks it. `remedy`: what to do. `yaml`: lines
    for the new version by which the verdict goes, or changes into another that the remedy speaks of.
    `searched`: how many sequences were tried in vain for a witness; None where none is needed.
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
        """What an acceptance names."""
        return (self.machine, self.kind, self.location)

    @property
    def silent(self) -> bool:
        """Whether nothing tells of it at run time: the new version goes on, with another result."""
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
        """Whether it was shown, or needs no showing; else the text differs and no difference was found."""
        return self.searched is None

    @property
    def proof(self) -> str | None:
        """The name of the proof that the change is safe; None where it is not."""
        return PROOFS.get(self.kind)

    @property
    def decision(self) -> Decision:
        if self.proof is not None:
            return Decision.PROVED_SAFE
        return Decision.SHOWN if self.certain else Decision.NOT_SHOWN


@dataclass(frozen=True, slots=True)
class CompatReport:
    """`sequences`: how many were folded and decided under both. `complete`: nothing was left to try.

    `untried`: fields of commands, as in `Pay.iban`, for which no value is known that fits.
    """

    verdicts: tuple[ChangeVerdict, ...]
    sequences: int = 0
    complete: bool = True
    untried: tuple[str, ...] = ()


def place_of(definition: Definition, path: DocumentPath) -> Place:
    """Where the key of the element at `path` stands, or its nearest enclosing one."""
    document = definition.document
    at_key = bool(path) and isinstance(path[-1], str)
    position = document.key_position(path) if at_key else document.position(path)
    return Place(document.file, position.line)


def dotted(path: DocumentPath) -> str:
    """A path as it is written in acceptances; lists keep their numbers.

    >>> dotted(("states", "draft", "accepts", "Pay", 0))
    'states.draft.accepts.Pay[0]'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def sort_verdicts(verdicts: Iterable[ChangeVerdict]) -> list[ChangeVerdict]:
    """Silent ones first, then by consequence, then certain ones, kind and location."""
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
