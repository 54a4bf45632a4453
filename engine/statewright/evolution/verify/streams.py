"""Verifies one stream by folding it from its first event, with the same fold as the handler.

Pure. Snapshots are never used as a starting point, only compared with the fold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from statewright.diagnostics import hint
from statewright.errors import CorruptStream, FoldFailed, ReplayDivergence, ReplayError, UpcastError
from statewright.evolution.verify.comparisons import data_fault, fold_fault, payload_fault, snapshot_fault
from statewright.evolution.verify.results import FaultCause, StreamFault, StreamResult
from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState
from statewright.runtime.replay import DefinitionBehind, fold
from statewright.stores.record import Commit

ScannedCommit = Commit | CorruptStream  # an item of a scan


@dataclass(frozen=True, slots=True)
class Definitions:
    """Definitions by machine. `candidates`: to verify. `against`: to compare data with."""

    candidates: Mapping[str, Machine]
    against: Mapping[str, Machine] = field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that they were read from."""
        machines = (*self.candidates.values(), *self.against.values())
        return tuple(machine.definition.document.file for machine in machines)


def verify_stream(stream: str, found: Iterable[ScannedCommit], definitions: Definitions) -> StreamResult:
    """Verify one stream. `found`: all of its commits, oldest first; consumed one at a time.

    If there are several faults, the result has the one that stops the fold, or else the first; payload faults
    come last.
    """
    name = stream.partition("/")[0]
    folding = _StreamFold(stream, definitions.candidates.get(name), definitions.against.get(name))
    if folding.machine is None:
        folding.fault = _unknown_machine(stream, definitions.candidates)
    events = 0
    for one in found:
        events += len(one.events) if isinstance(one, Commit) else 0
        folding.take(one)
    folding.finish()
    leaf = folding.state.leaf if folding.state else None
    return StreamResult(stream, leaf, folding.fault, events, folding.compared)


class _StreamFold:
    """A fold in progress. `state`: None after a fault that stops the fold."""

    def __init__(self, stream: str, machine: Machine | None, other: Machine | None) -> None:
        self.machine = machine
        self.state = machine.initial if machine else None
        self.fault: StreamFault | None = None
        self.compared = False
        self._payload_fault: StreamFault | None = None
        self._stream = stream
        self._other = other
        self._other_state = other.initial if other else None

    def take(self, found: ScannedCommit) -> None:
        if self.machine is None or self.state is None:
            return
        try:
            commit = _next(self.state, found)
            self.state = fold(self.machine, self.state, commit)
        except (ReplayError, DefinitionBehind, CorruptStream) as error:
            self.fault = _located(self.machine, self.state, found, error)
            self.state = None
            return
        self._fold_other(commit)
        self.compared = self.compared or commit.snapshot is not None
        self.fault = self.fault or snapshot_fault(self.machine, self.state, commit)
        self._payload_fault = self._payload_fault or payload_fault(self.machine, commit)

    def finish(self) -> None:
        """Compare the final state with the other definition's, and check it against the candidate's rules."""
        if self.machine is None or self.state is None:
            return
        if self._other and self._other_state:
            self.compared = True
            self.fault = self.fault or fold_fault(
                self.machine,
                self.state,
                stream=self._stream,
                other=self._other,
                other_state=self._other_state,
            )
        self.fault = (
            self.fault or data_fault(self.machine, self.state, stream=self._stream) or self._payload_fault
        )

    def _fold_other(self, commit: Commit) -> None:
        """Fold under the other definition. If that fails, there is no data to compare."""
        if self._other and self._other_state:
            try:
                self._other_state = fold(self._other, self._other_state, commit)
            except (ReplayError, DefinitionBehind, CorruptStream):
                self._other_state = None


def _next(state: AggregateState, found: ScannedCommit) -> Commit:
    if isinstance(found, CorruptStream):
        raise found
    if found.version != state.version + 1:
        reason = f"the next commit starts at version {found.version}"
        raise CorruptStream(found.stream, state.version + 1, reason)
    return found


def _located(machine: Machine, state: AggregateState, found: ScannedCommit, error: Exception) -> StreamFault:
    """The fault with the version of its event, found by folding the commit again event by event."""
    if isinstance(error, CorruptStream):
        return StreamFault(FaultCause.CORRUPT, error.version, str(error))
    assert isinstance(found, Commit)
    for version, event in enumerate(found.events, found.version):
        try:
            state = fold(machine, state, replace(found, version=version, events=(event,)))
        except (ReplayError, DefinitionBehind) as again:
            return StreamFault(_cause(again), version, str(again))
    raise error


def _cause(error: Exception) -> FaultCause:
    match error:
        case DefinitionBehind():
            return FaultCause.NEWER_DEFINITION
        case ReplayDivergence():
            return FaultCause.DIVERGED
        case FoldFailed(__cause__=UpcastError()):
            return FaultCause.UPCAST_FAILED
        case FoldFailed():
            return FaultCause.FOLD_FAILED
        case _:
            return FaultCause.UNKNOWN_MOVE


def _unknown_machine(stream: str, known: Collection[str]) -> StreamFault:
    name = stream.partition("/")[0]
    reason = f'{stream}: no definition declares machine "{name}"{hint(name, list(known))}'
    return StreamFault(FaultCause.UNKNOWN_MACHINE, 1, reason)
