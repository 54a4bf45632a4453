"""Branches: how each command of an `accepts` section can end, with every name in them resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.definition.documents.document import Path
from engine.definition.draft import BROKEN, Draft, items, mapping, notes, text, texts
from engine.definition.fields.payloads import Field
from engine.definition.model import ENGINE_CODES, Accepts, Branch, Emission, EventSpec
from engine.definition.scope import Node
from engine.diagnostics import Code, hint
from engine.expressions import Expression, Fit, fits
from engine.expressions.types import BOOL


def read_accepts(draft: Draft, written: Any, path: Path, place: Node) -> Accepts:
    """The branches of each command; `place` is where targets are looked up."""
    accepts: dict[str, tuple[Branch, ...]] = {}
    for command, entry in mapping(written).items():
        here = (*path, command)
        if draft.commands is not None and command not in draft.commands:
            known = hint(command, list(draft.commands))
            draft.report(Code.UNKNOWN_COMMAND, here, f'unknown command "{command}"{known}', key=True)
        listed = [((*here, number), item) for number, item in enumerate(items(entry))]
        branches = [_branch(draft, item, at, command, place) for at, item in listed or [(here, entry)]]
        _check_order(draft, branches)
        accepts[command] = tuple(branches)
    return accepts


def _branch(draft: Draft, written: Any, path: Path, command: str, place: Node) -> Branch:
    if isinstance(written, str):
        written, target_path = {"target": written}, path
    else:
        written, target_path = mapping(written), (*path, "target")
    names = draft.names_of_command(command)
    guard = None
    if "guard" in written:
        guard = draft.expression((*path, "guard"), written["guard"], names, BOOL)
    reject = text(written.get("reject"))
    if reject in ENGINE_CODES:
        message = f'"{reject}" is a code of the engine, choose one of your own'
        draft.report(Code.RESERVED_CODE, (*path, "reject"), message)
    return Branch(
        path=path,
        guard=guard,
        roles=texts(written.get("roles")),
        emits=() if "reject" in written else _emissions(draft, written, path, command),
        target=draft.state_named(written.get("target"), target_path, place=place),
        reject=reject,
        message=text(written.get("message")),
        on_refusal=text(written.get("on_refusal")),
        notes=notes(written),
    )


def _emissions(draft: Draft, written: Mapping[str, Any], path: Path, command: str) -> tuple[Emission, ...]:
    emit = written.get("emit", command)
    if emit == [] and "target" in written:
        message = "a branch that stores nothing cannot lead to another state"
        draft.report(Code.BRANCH_KEYS, (*path, "target"), message, key=True)
    overrides = mapping(written.get("with"))
    if not isinstance(emit, list):
        at = (*path, "emit") if "emit" in written else path
        return (_emission(draft, str(emit), at, (*path, "with"), overrides, command),)
    if overrides and len(emit) != 1:
        message = "`with` beside `emit` goes with one event, write {event: …, with: …} in the list"
        draft.report(Code.BRANCH_KEYS, (*path, "with"), message, key=True)
    return tuple(
        _listed_emission(draft, item, (*path, "emit", number), overrides, (*path, "with"), command)
        for number, item in enumerate(emit)
    )


def _listed_emission(
    draft: Draft, item: Any, path: Path, overrides: Mapping[str, Any], with_path: Path, command: str
) -> Emission:
    if isinstance(item, str):
        return _emission(draft, item, path, with_path, overrides, command)
    written = mapping(item)
    own = mapping(written.get("with"))
    return _emission(
        draft,
        str(written.get("event")),
        (*path, "event"),
        (*path, "with") if own else with_path,
        {**overrides, **own},
        command,
    )


def _emission(
    draft: Draft, event: str, path: Path, with_path: Path, overrides: Mapping[str, Any], command: str
) -> Emission:
    names = draft.names_of_command(command)
    if draft.events is None:
        values = {
            name: draft.stored_expression((*with_path, name), value, names)
            for name, value in overrides.items()
        }
        return Emission(event, None, values)
    spec = draft.events.get(event)
    if spec is None:
        draft.report(Code.UNKNOWN_EVENT, path, f'unknown event "{event}"{hint(event, list(draft.events))}')
        return Emission(event, (), {})
    values = {}
    for name, value in overrides.items():
        at = (*with_path, name)
        if name not in spec.payload.fields:
            known = hint(name, list(spec.payload.fields))
            draft.report(Code.UNKNOWN_FIELD, at, f'event "{event}" has no field "{name}"{known}', key=True)
            continue
        values[name] = draft.stored_expression(at, value, names, spec.payload.fields[name].type)
    return Emission(event, _copied(draft, spec, set(overrides), path, command), values)


def _copied(draft: Draft, spec: EventSpec, overridden: set[str], path: Path, command: str) -> tuple[str, ...]:
    """The event's fields that the command of the same name provides."""
    copied = []
    for name, field in spec.payload.fields.items():
        if name in overridden:
            continue
        problem = _source_problem(draft, field, command)
        if problem is None:
            copied.append(name)
        elif not field.optional:
            draft.report(
                Code.FIELD_SOURCE,
                path,
                f'field "{name}" of event "{spec.name}" has no source: {problem}; give it under `with`',
            )
    return tuple(copied)


def _source_problem(draft: Draft, field: Field, command: str) -> str | None:
    """Why the command's field of the same name cannot be the source of an event's field; None if it can."""
    if draft.commands is None or command not in draft.commands:
        return None
    source = draft.commands[command].payload.fields.get(field.name)
    if source is None:
        return f'command "{command}" has no field of that name'
    if source.optional and not source.has_default and not field.optional:
        return f'it is optional in command "{command}"'
    if fits(source.type, field.type) is Fit.NEVER:
        return f'it is {source.type} in command "{command}" and {field.type} in the event'
    return None


def _check_order(draft: Draft, branches: list[Branch]) -> None:
    """A branch that can never be reached is a mistake."""
    seen: dict[tuple[str, tuple[str, ...]], Branch] = {}
    unconditional: Branch | None = None
    for branch in branches:
        if unconditional is not None:
            line = draft.document.position(unconditional.path).line
            message = f"unreachable branch: the one at line {line} has no guard and no roles"
            draft.report(Code.UNREACHABLE_BRANCH, branch.path, message)
            continue
        key = (_guard_key(branch.guard), tuple(sorted(branch.roles)))
        first = seen.setdefault(key, branch)
        if first is not branch and branch.guard is not BROKEN:
            line = draft.document.position(first.path).line
            message = f"duplicate branch: the one at line {line} has the same guard and roles"
            draft.report(Code.DUPLICATE_BRANCH, branch.path, message)
        if branch.unconditional:
            unconditional = branch


def _guard_key(guard: Expression | None) -> str:
    return "true" if guard is None else guard.canonical
