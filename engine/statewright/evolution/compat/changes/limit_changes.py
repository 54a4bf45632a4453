"""What a new version asks of payloads and data, and when timeouts are due: what the texts tell of it.

Passes over the elements of which the search has shown more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import (
    Added,
    Kept,
    Removed,
    elements,
    field_elements,
    forgotten_fields,
    kept_elements,
)
from statewright.evolution.compat.remedies import KEEP_VALID, payload_yaml
from statewright.evolution.compat.schemas import essence, losses
from statewright.evolution.compat.translation import expression_text
from statewright.evolution.compat.verdicts import ChangeVerdict, dotted
from statewright.language.model import CommandSpec
from statewright.language.schema.payloads import Field


def limit_changes(comparison: Comparison, told: Collection[str]) -> Iterator[ChangeVerdict]:
    """`told`: the locations of the search's verdicts."""
    yield from _commands(comparison, told)
    yield from _data(comparison, told)
    yield from _invariants(comparison, told)
    yield from _timeouts(comparison)


def _commands(comparison: Comparison, told: Collection[str]) -> Iterator[ChangeVerdict]:
    pair = comparison.pair
    old, new = pair.old.definition.commands or {}, pair.new.definition.commands or {}
    before = {name: old.get(name) for name in pair.old_commands}
    after = {name: new.get(name) for name in pair.new_commands}
    answered = {answer.wish.command for answer in comparison.found.answers}
    for command in elements(before, after, pair.commands):
        match command:
            case Removed(was=name) if pair.new.commands is not None and f"commands.{name}" not in told:
                yield _removed(comparison, name)
            case Added(name):
                yield comparison.verdict(
                    ChangeKind.COMMAND_ADDED, f'command "{name}" is added', new=("commands", name)
                )
            case Kept(was=name) if name == command.name:
                yield from _payload(comparison, name, command.old, command.new, told)
        if isinstance(command, Kept) and command.was not in answered and command.old and command.new:
            yield from _roles(comparison, command.old, command.new)


def _removed(comparison: Comparison, name: str) -> ChangeVerdict:
    path = ("commands", name)
    remedy = f'keep "{name}" until no queue holds one'
    return comparison.verdict(
        ChangeKind.COMMAND_REMOVED, f'command "{name}" is gone', old=path, at=path, proved=True, remedy=remedy
    )


def _payload(
    comparison: Comparison, name: str, old: CommandSpec | None, new: CommandSpec | None, told: Collection[str]
) -> Iterator[ChangeVerdict]:
    """Of a command that the new version declares; what nobody declared could hold anything."""
    if new is None:
        return
    path = ("commands", name)
    if old is None:
        if f"commands.{name}.payload" not in told:
            message = f'"{name}" takes the fields only that are declared now, it took any'
            yield comparison.verdict(ChangeKind.PAYLOAD_NARROWED, message, new=path, at=(*path, "payload"))
        return
    for former, was, today in forgotten_fields(old, new):
        if dotted((*path, "payload", today)) not in told:
            yield _forgotten(comparison, name, former, was, today)
    for field in field_elements(old, new):
        today = new.fields_renamed.get(field.was, field.was) if isinstance(field, Removed) else field.name
        if dotted((*path, "payload", today)) not in told:
            yield from _field(comparison, name, field, today)


def _field(
    comparison: Comparison,
    command: str,
    field: Removed[str, Field] | Kept[str, Field, Field] | Added[str, Field],
    today: str,
) -> Iterator[ChangeVerdict]:
    lost = _lost(
        None if isinstance(field, Added) else field.old, None if isinstance(field, Removed) else field.new
    )
    if lost is None:
        return
    path = ("commands", command, "payload")
    yield comparison.verdict(
        ChangeKind.PAYLOAD_NARROWED if lost else ChangeKind.PAYLOAD_LOOSENED,
        f'"{today}" of command "{command}" {f"may be refused by its {lost}" if lost else "admits more"}',
        old=None if isinstance(field, Added) else (*path, field.was),
        new=(*path, today),
        remedy=KEEP_VALID if lost else None,
        yaml=payload_yaml(comparison.pair, command, today) if lost else None,
    )


def _forgotten(comparison: Comparison, command: str, former: str, was: str, today: str) -> ChangeVerdict:
    path = ("commands", command, "payload")
    return comparison.verdict(
        ChangeKind.PAYLOAD_NARROWED,
        f'"{today}" of command "{command}" no longer says that it was called "{former}"',
        old=(*path, was),
        new=(*path, today),
        yaml=payload_yaml(comparison.pair, command, today),
    )


def _roles(comparison: Comparison, old: CommandSpec, new: CommandSpec) -> Iterator[ChangeVerdict]:
    if set(old.roles) != set(new.roles):
        path = ("commands", new.name, "roles")
        yield comparison.verdict(
            ChangeKind.ROLES_TIGHTENED, f'"{new.name}" asks for other roles', old=path, new=path
        )


def _lost(old: Field | None, new: Field | None) -> str | None:
    """By what a value may be refused now; "" where all that was good is; None where nothing changed."""
    if new is None:
        return "absence"
    if old is None:
        return "" if new.optional else "being required"
    lost = [
        *losses(old.schema, new.schema),
        *(["being required"] if old.optional and not new.optional else []),
    ]
    same = essence(old.schema) == essence(new.schema) and old.optional == new.optional
    return ", ".join(lost) or (None if same else "")


def _data(comparison: Comparison, told: Collection[str]) -> Iterator[ChangeVerdict]:
    """Fields of the data: only decisions check them."""
    pair = comparison.pair
    for field in elements(pair.old.definition.data, pair.new.definition.data, pair.data):
        match field:
            case Removed(was=name):
                yield comparison.verdict(
                    ChangeKind.DATA_CHANGED, f'data field "{name}" is dropped', old=("data", name)
                )
            case Added(name):
                yield comparison.verdict(
                    ChangeKind.DATA_CHANGED, f'data field "{name}" is added', new=("data", name)
                )
            case Kept(was=name, name=today):
                lost = _lost(field.old, field.new)
                if lost is None or f"data.{today}" in told:
                    continue
                kind = ChangeKind.INVARIANT_TIGHTENED if lost else ChangeKind.DATA_CHANGED
                said = f"may be refused by its {lost}" if lost else "admits more"
                message = f'data field "{today}" {said}'
                yield comparison.verdict(kind, message, old=("data", name), new=("data", today))


def _invariants(comparison: Comparison, told: Collection[str]) -> Iterator[ChangeVerdict]:
    """Each is its expression; those that are gone allow more."""
    pair = comparison.pair
    chains = {("data", name): today for name, today in pair.data.items()}
    before = {expression_text(one.check, chains): one for one in pair.old.definition.invariants}
    after = {one.check.canonical: one for one in pair.new.definition.invariants}
    for invariant in elements(before, after):
        if isinstance(invariant, Added) and "invariants" not in told:
            message = f'"{invariant.new.check.source}" must hold now'
            path = invariant.new.path
            yield comparison.verdict(ChangeKind.INVARIANT_TIGHTENED, message, new=path, at=("invariants",))


def _timeouts(comparison: Comparison) -> Iterator[ChangeVerdict]:
    pair = comparison.pair
    for one in kept_elements(pair.old.definition.states, pair.new.definition.states, pair.states):
        name, state, today = one.was, one.old, one.new
        if state.timeout == today.timeout:
            continue
        before, after = (
            f'"{due.command}" after {due.after_seconds:,} s' if due else "nothing"
            for due in (state.timeout, today.timeout)
        )
        yield comparison.verdict(
            ChangeKind.TIMEOUT_CHANGED,
            f'in "{name}" {after} becomes due, it was {before}',
            old=(*state.path, "timeout"),
            new=(*today.path, "timeout"),
            proved=True,
        )
