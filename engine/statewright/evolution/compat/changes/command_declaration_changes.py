"""What a new version declares of commands: which there are, their payloads and roles.

Told from the texts alone; elements of which the search has shown more are passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.changes.field_losses import field_losses
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import (
    Added,
    Kept,
    KeptField,
    Removed,
    elements,
    field_elements,
    forgotten_fields,
)
from statewright.evolution.compat.remedies import KEEP_VALID, payload_yaml
from statewright.evolution.compat.verdicts import ChangeVerdict, dotted
from statewright.language.model import CommandSpec
from statewright.language.schema.payloads import Field


def command_declaration_changes(comparison: Comparison, told: Collection[str]) -> Iterator[ChangeVerdict]:
    """`told`: the locations of the search's verdicts."""
    pair = comparison.pair
    old, new = pair.old.definition.commands or {}, pair.new.definition.commands or {}
    before = {name: old.get(name) for name in pair.old_commands}
    after = {name: new.get(name) for name in pair.new_commands}
    answered = {answer.request.command for answer in comparison.found.answers}
    for command in elements(before, after, pair.commands):
        match command:
            case Removed(was=name) if pair.new.commands is not None and f"commands.{name}" not in told:
                yield _removed(comparison, name)
            case Added(name):
                message, path = f'command "{name}" is added', ("commands", name)
                yield comparison.verdict(ChangeKind.COMMAND_ADDED, message, new=path)
            case Kept(was=name) if name == command.name:
                yield from _payload(comparison, name, command.old, command.new, told)
        if isinstance(command, Kept) and command.was not in answered and command.old and command.new:
            yield from _roles(comparison, command.old, command.new)


def _removed(comparison: Comparison, name: str) -> ChangeVerdict:
    message, remedy = f'command "{name}" is gone', f'keep "{name}" until no queue holds one'
    path = ("commands", name)
    return comparison.verdict(ChangeKind.COMMAND_REMOVED, message, path, proved=True, remedy=remedy)


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
    for former, kept in forgotten_fields(old, new):
        if dotted((*path, "payload", kept.name)) not in told:
            yield _forgotten(comparison, name, kept, former)
    for field in field_elements(old, new):
        today = new.fields_renamed.get(field.was, field.was) if isinstance(field, Removed) else field.name
        if dotted((*path, "payload", today)) not in told:
            yield from _field(comparison, name, field, today)


def _field(
    comparison: Comparison,
    command: str,
    field: Removed[str, Field] | KeptField | Added[str, Field],
    today: str,
) -> Iterator[ChangeVerdict]:
    lost = field_losses(
        None if isinstance(field, Added) else field.old, None if isinstance(field, Removed) else field.new
    )
    if lost is None:
        return
    path = ("commands", command, "payload")
    yield comparison.verdict(
        ChangeKind.PAYLOAD_NARROWED if lost else ChangeKind.PAYLOAD_LOOSENED,
        f'"{today}" of command "{command}" {f"may be refused by its {lost}" if lost else "admits more"}',
        None if isinstance(field, Added) else (*path, field.was),
        (*path, today),
        remedy=KEEP_VALID if lost else None,
        yaml=payload_yaml(comparison.pair, command, today) if lost else None,
    )


def _forgotten(comparison: Comparison, command: str, field: KeptField, former: str) -> ChangeVerdict:
    path = ("commands", command, "payload")
    message = f'"{field.name}" of command "{command}" no longer says that it was called "{former}"'
    yaml = payload_yaml(comparison.pair, command, field.name)
    return comparison.verdict(
        ChangeKind.PAYLOAD_NARROWED, message, (*path, field.was), (*path, field.name), yaml=yaml
    )


def _roles(comparison: Comparison, old: CommandSpec, new: CommandSpec) -> Iterator[ChangeVerdict]:
    if set(old.roles) != set(new.roles):
        path = ("commands", new.name, "roles")
        message = f'"{new.name}" asks for other roles'
        yield comparison.verdict(ChangeKind.ROLES_TIGHTENED, message, path, path)
