"""Verdicts on declared commands: which exist, their payloads, defaults and roles.

Derived from the declarations alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from statewright.canonical import canonical_json
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.changes.field_losses import field_losses, losses_text
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import (
    Added,
    Kept,
    KeptCommand,
    KeptField,
    Removed,
    elements,
    field_elements,
    forgotten_fields,
)
from statewright.evolution.compat.remedies import KEEP_VALID, keep_command, payload_yaml
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.language.model import CommandSpec
from statewright.language.schema.payloads import Field
from statewright.language.source.document import DocumentPath
from statewright.machine.compiled import Machine


def command_declaration_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts on declarations, except for changes that the search has already shown."""
    pair = comparison.pair
    old, new = pair.old.definition.commands or {}, pair.new.definition.commands or {}
    before = {name: old.get(name) for name in pair.old_commands}
    after = {name: new.get(name) for name in pair.new_commands}
    for command in elements(before, after, pair.commands):
        match command:
            case Removed(was=name) if pair.new.commands is not None:
                if ("commands", name) not in comparison.settled:
                    yield _removed(comparison, name)
            case Added(name):
                message, path = f'command "{name}" is added', ("commands", name)
                yield comparison.verdict(ChangeKind.COMMAND_ADDED, message, new=path)
            case Kept():
                yield from _payload(comparison, command)
                if command.old and command.new:
                    yield from _roles(comparison, command.old, command.new)


def _removed(comparison: Comparison, name: str) -> ChangeVerdict:
    return comparison.verdict(
        ChangeKind.COMMAND_REMOVED,
        f'command "{name}" is removed',
        ("commands", name),
        proved=True,
        remedy=keep_command(name),
    )


def _payload(comparison: Comparison, command: KeptCommand) -> Iterator[ChangeVerdict]:
    """Verdicts on a payload that the new version declares. An undeclared payload accepts anything."""
    name, old, new = command.name, command.old, command.new
    path = ("commands", name)
    if new is None:
        return
    if old is None:
        if (*path, "payload") not in comparison.settled:
            message = f'"{name}" now rejects undeclared fields'
            yield comparison.verdict(ChangeKind.PAYLOAD_NARROWED, message, new=path, at=(*path, "payload"))
        return
    for former, kept in forgotten_fields(old, new):
        if (*path, "payload", kept.name) not in comparison.settled:
            yield _forgotten(comparison, name, kept, former)
    for field in field_elements(old, new):
        now = new.fields_renamed.get(field.was, field.was) if isinstance(field, Removed) else field.name
        yield from _field(comparison, command, field, now)
        if isinstance(field, Kept):
            yield from _default(comparison, command, field)


def _field(
    comparison: Comparison,
    command: KeptCommand,
    field: Removed[str, Field] | KeptField | Added[str, Field],
    now: str,
) -> Iterator[ChangeVerdict]:
    old = None if isinstance(field, Added) else field.old
    new = None if isinstance(field, Removed) else field.new
    lost = field_losses(old, new)
    place: DocumentPath = ("commands", command.name, "payload", now)
    is_shown = place in comparison.settled
    if is_shown and lost and old is not None and new is not None:
        lost = [one for one in lost if (*place, one) not in comparison.settled]
    if lost is None or (is_shown and not lost):
        return
    yield comparison.verdict(
        ChangeKind.PAYLOAD_NARROWED if lost else ChangeKind.PAYLOAD_LOOSENED,
        f'field "{now}" of command "{command.name}" {losses_text(lost)}',
        None if isinstance(field, Added) else ("commands", command.was, "payload", field.was),
        None if isinstance(field, Removed) else place,
        at=place,
        element=(*place, *lost[:1]),
        remedy=KEEP_VALID if lost else None,
        yaml=payload_yaml(comparison.pair, command.name, now) if lost else None,
    )


def _default(comparison: Comparison, command: KeptCommand, field: KeptField) -> Iterator[ChangeVerdict]:
    """The verdict on another default, if a message may lack the field and a branch reads it."""
    place: DocumentPath = ("commands", command.name, "payload", field.name, "default")
    if place not in comparison.differences.elements or place in comparison.settled:
        return
    if not field.new.optional or not _is_read(comparison.pair.new, command.name, field.name):
        comparison.settled.add(place)
        return
    before, after = (
        canonical_json(one.default) if one.has_default else "no value" for one in (field.old, field.new)
    )
    message = f'a missing "{field.name}" in "{command.name}" now means {after} (was {before})'
    old = ("commands", command.was, "payload", field.was)
    yield comparison.verdict(
        ChangeKind.DEFAULT_CHANGED,
        message,
        old,
        place[:-1],
        at=place,
        remedy="keep the old default, and add a new field for the new meaning",
    )


def _is_read(machine: Machine, command: str, field: str) -> bool:
    """Whether any branch copies the field, or reads it or the whole command."""
    branches = [branch for row in machine.rows.values() for branch in row.get(command, ())]
    emissions = [emission for branch in branches for emission in branch.emits]
    copied = {name for one in emissions for name in ((field,) if one.copied is None else one.copied)}
    chains = (chain for branch in branches for one in branch.expressions for chain in one.references)
    return field in copied or any(chain[0] == "command" and chain[1:2] in ((field,), ()) for chain in chains)


def _forgotten(comparison: Comparison, command: str, field: KeptField, former: str) -> ChangeVerdict:
    path = ("commands", command, "payload")
    message = f'field "{field.name}" of command "{command}" no longer declares its former name "{former}"'
    yaml = payload_yaml(comparison.pair, command, field.name)
    return comparison.verdict(
        ChangeKind.PAYLOAD_NARROWED, message, (*path, field.was), (*path, field.name), yaml=yaml
    )


def _roles(comparison: Comparison, old: CommandSpec, new: CommandSpec) -> Iterator[ChangeVerdict]:
    """The verdict on other roles. Without roles, everyone may send the command."""
    before, after = ("commands", old.name, "roles"), ("commands", new.name, "roles")
    if set(old.roles) == set(new.roles) or after in comparison.settled:
        return
    is_tighter = bool(new.roles) and (not old.roles or not set(old.roles) <= set(new.roles))
    kind = ChangeKind.ROLES_TIGHTENED if is_tighter else ChangeKind.LOOSENED
    allowed, was = (", ".join(one.roles) or "everyone" for one in (new, old))
    message = f'"{new.name}" now allows {allowed} (was {was})'
    yield comparison.verdict(
        kind, message, before if old.roles else None, after if new.roles else ("commands", new.name), at=after
    )
