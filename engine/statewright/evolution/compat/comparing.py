"""Compares two versions of a machine: the entry point of this package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.changes.branch_changes import branch_changes
from statewright.evolution.compat.changes.command_changes import command_changes
from statewright.evolution.compat.changes.command_declaration_changes import command_declaration_changes
from statewright.evolution.compat.changes.data_changes import data_changes
from statewright.evolution.compat.changes.event_changes import event_changes
from statewright.evolution.compat.changes.event_payload_changes import (
    event_payload_changes,
    unexplained_changes,
)
from statewright.evolution.compat.changes.invariant_changes import invariant_changes
from statewright.evolution.compat.changes.move_changes import move_changes
from statewright.evolution.compat.changes.state_changes import state_changes
from statewright.evolution.compat.changes.timeout_changes import timeout_changes
from statewright.evolution.compat.changes.unshown_changes import unshown_changes
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.correspondence import pair_of
from statewright.evolution.compat.differences import differences_of
from statewright.evolution.compat.searching import Search, search
from statewright.evolution.compat.verdicts import ChangeVerdict, CompatReport, place_of, sort_verdicts
from statewright.machine.compiled import Machine
from statewright.machine.messages import Event


def compare(
    old: Machine | None, new: Machine | None, *, histories: Iterable[tuple[Event, ...]] = ()
) -> CompatReport:
    """Report every change from `old` to `new`; None means that the version lacks the machine.

    Takes a few seconds at most. `histories`: events stored by the old version, as extra starting points.
    """
    if old is None or new is None:
        return CompatReport(tuple(_whole(machine, added=old is None) for machine in (old, new) if machine))
    pair = pair_of(old, new)
    differences = differences_of(pair)
    if not differences and not pair.is_renamed and new.version >= old.version:
        return CompatReport(())
    found = search(pair, histories)
    comparison = Comparison(pair, found, differences)
    verdicts = [
        *command_changes(comparison),
        *state_changes(comparison),
        *event_changes(comparison),
        *move_changes(comparison),
        *event_payload_changes(comparison),
        *unexplained_changes(comparison),
        *_version(comparison),
        *branch_changes(comparison),
        *command_declaration_changes(comparison),
        *data_changes(comparison),
        *invariant_changes(comparison),
        *timeout_changes(comparison),
        *unshown_changes(comparison),
    ]
    untried = _untried(old, found)
    return CompatReport(
        tuple(sort_verdicts(verdicts)), found.sequences, found.complete and not untried, untried
    )


def _untried(machine: Machine, found: Search) -> tuple[str, ...]:
    """Fields of reached commands for which the search found no fitting value."""
    specs = machine.definition.commands or {}
    fields = [(name, key) for name in specs for key in specs[name].payload.fields if name in found.listed]
    return tuple(f"{name}.{key}" for name, key in fields if (name, key) not in found.tried)


def _version(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """The verdict on the version number. Commits record only this number, so replay changes must raise it."""
    old, new = comparison.pair.old, comparison.pair.new
    is_same = old.behaviour == new.behaviour and new.version == old.version
    if is_same or new.version > old.version:
        return
    path = ("version",)
    message = (
        f"the version is now {new.version} (was {old.version}), but stored streams contain the higher one"
    )
    if old.behaviour != new.behaviour:
        message = f"replay changes, but the version is not raised: now {new.version} (was {old.version})"
    yaml = f"version: {old.version + 1}"
    yield comparison.verdict(ChangeKind.VERSION_KEPT, message, path, path, proved=True, yaml=yaml)


def _whole(machine: Machine, *, added: bool) -> ChangeVerdict:
    kind = ChangeKind.MACHINE_ADDED if added else ChangeKind.MACHINE_REMOVED
    place = place_of(machine.definition, ("machine",))
    remedy = None if added else f'keep the definition of "{machine.name}" as long as it has streams'
    message = f'machine "{machine.name}" is {"added" if added else "removed"}'
    old, new = (None, place) if added else (place, None)
    return ChangeVerdict(kind, machine.name, "machine", message, old, new, remedy=remedy)
