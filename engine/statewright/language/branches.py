"""Reads the branches of an `accepts` section and resolves every name in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from statewright.diagnostics import Code, hint
from statewright.language.cel import Fit, fits
from statewright.language.cel.narrowing import IMPOSSIBLE, NOTHING, Facts, Present, refined
from statewright.language.cel.syntax import Name, Select
from statewright.language.cel.types import BOOL, DYN
from statewright.language.draft import BROKEN, Draft, items, mapping, notes, text, texts
from statewright.language.model import ENGINE_CODES, Accepts, Branch, Emission, EventSpec
from statewright.language.schema.payloads import Field, PayloadError
from statewright.language.schema.types import misfit
from statewright.language.schema.values import compile_rule
from statewright.language.scope import StateNode
from statewright.language.source.document import DocumentPath
from statewright.language.wording import described


def read_accepts(draft: Draft, written: Any, path: DocumentPath, place: StateNode) -> Accepts:
    """Return the branches of each command. Targets are resolved from `place`."""
    accepts: dict[str, tuple[Branch, ...]] = {}
    for command, entry in mapping(written).items():
        here = (*path, command)
        if draft.commands is not None and command not in draft.commands:
            known = hint(command, list(draft.commands))
            draft.report(Code.UNKNOWN_COMMAND, here, f'unknown command "{command}"{known}', key=True)
        listed = [((*here, number), item) for number, item in enumerate(items(entry))]
        branches: list[Branch] = []
        for at, item in listed or [(here, entry)]:
            roles = texts(mapping(item).get("roles"))
            case = _Case(command, _facts_before(draft, command, roles, branches))
            branches.append(_branch(draft, item, at, case, place))
        _check_order(draft, branches)
        accepts[command] = tuple(branches)
    return accepts


@dataclass(frozen=True, slots=True)
class _Case:
    """A command that reaches a branch, and the facts proved by the guards before it."""

    command: str
    facts: Facts


def _facts_before(draft: Draft, command: str, roles: tuple[str, ...], earlier: Sequence[Branch]) -> Facts:
    """The facts known when an actor with one of `roles` reaches a branch: no earlier guard was true.

    An earlier branch with other roles proves nothing: it may have been skipped without evaluating its guard.
    """
    spec = (draft.commands or {}).get(command)
    facts = NOTHING
    for branch in earlier:
        if _roles_cover(branch.roles, roles) or _roles_cover(branch.roles, spec.roles if spec else ()):
            facts &= IMPOSSIBLE if branch.guard is None else branch.guard.if_false
    return facts


def _branch(draft: Draft, written: Any, path: DocumentPath, case: _Case, place: StateNode) -> Branch:
    if isinstance(written, str):
        written, target_path = {"target": written}, path
    else:
        written, target_path = mapping(written), (*path, "target")
    guard = None
    if "guard" in written:
        names = draft.names_of_command(case.command)
        guard = draft.expression((*path, "guard"), written["guard"], names, BOOL, facts=case.facts)
        case = replace(case, facts=case.facts & guard.if_true)
    target = draft.state_named(written.get("target"), target_path, place=place)
    target_is_unknown = target is None and "target" in written
    reject = text(written.get("reject"))
    if reject in ENGINE_CODES:
        message = f'"{reject}" is reserved for the engine; choose another code'
        draft.report(Code.RESERVED_CODE, (*path, "reject"), message)
    return Branch(
        path=path,
        guard=guard,
        roles=texts(written.get("roles")),
        emits=() if "reject" in written or target_is_unknown else _emissions(draft, written, path, case),
        target=target,
        reject=reject,
        message=text(written.get("message")),
        on_refusal=text(written.get("on_refusal")),
        notes=notes(written),
    )


# The entries of `with`: event field -> (path in the document, expression).
Overrides = Mapping[str, tuple[DocumentPath, Any]]


def _emissions(
    draft: Draft, written: Mapping[str, Any], path: DocumentPath, case: _Case
) -> tuple[Emission, ...]:
    emit = written.get("emit", case.command)
    overrides = _overrides(written, path)
    if isinstance(emit, str):
        at = (*path, "emit") if "emit" in written else path
        return (_emission(draft, emit, at, overrides, case),)
    if emit == [] and "target" in written:
        message = "a branch with `emit: []` cannot change the state; emit an event or remove `target`"
        draft.report(Code.BRANCH_KEYS, (*path, "target"), message, key=True)
    if overrides and len(items(emit)) != 1:
        message = "`with` next to `emit` applies to a single event; write {event: …, with: …} in the list"
        draft.report(Code.BRANCH_KEYS, (*path, "with"), message, key=True)
    listed = [(item, (*path, "emit", number)) for number, item in enumerate(items(emit))]
    emissions = [_listed_emission(draft, item, at, overrides, case) for item, at in listed]
    return tuple(emission for emission in emissions if emission is not None)


def _listed_emission(
    draft: Draft, item: Any, path: DocumentPath, overrides: Overrides, case: _Case
) -> Emission | None:
    if isinstance(item, str):
        return _emission(draft, item, path, overrides, case)
    written = mapping(item)
    event = text(written.get("event"))
    if event is None:
        return None
    return _emission(draft, event, (*path, "event"), {**overrides, **_overrides(written, path)}, case)


def _overrides(written: Mapping[str, Any], path: DocumentPath) -> Overrides:
    values = mapping(written.get("with"))
    return {name: ((*path, "with", name), value) for name, value in values.items()}


def _emission(draft: Draft, event: str, path: DocumentPath, overrides: Overrides, case: _Case) -> Emission:
    names, facts = draft.names_of_command(case.command), case.facts
    if draft.events is None:
        values = {
            name: draft.stored_expression(at, value, names, facts=facts)
            for name, (at, value) in overrides.items()
        }
        return Emission(event, None, values)
    spec = draft.events.get(event)
    if spec is None:
        draft.report(Code.UNKNOWN_EVENT, path, f'unknown event "{event}"{hint(event, list(draft.events))}')
        return Emission(event, (), {})
    values = {}
    for name, (at, value) in overrides.items():
        if name not in spec.payload.fields:
            known = hint(name, list(spec.payload.fields))
            draft.report(Code.UNKNOWN_FIELD, at, f'event "{event}" has no field "{name}"{known}', key=True)
            continue
        values[name] = draft.stored_expression(at, value, names, spec.payload.fields[name], facts=facts)
    return Emission(event, _copied(draft, spec, set(overrides), path, case), values)


def _copied(
    draft: Draft, spec: EventSpec, overridden: set[str], path: DocumentPath, case: _Case
) -> tuple[str, ...]:
    """The event's fields that are copied from the command's fields of the same name."""
    sources = (draft.commands or {}).get(case.command)
    copied = []
    for name, field in spec.payload.fields.items():
        if name in overridden:
            continue
        source = sources.payload.fields.get(name) if sources else None
        if sources is not None and source is None and field.optional:
            continue
        copied.append(name)
        problem = _source_problem(field, source, case) if sources else None
        if problem is not None:
            message = f'field "{name}" of event "{spec.name}" has no source: {problem}; set it under `with`'
            draft.report(Code.FIELD_SOURCE, path, message, about=(name,))
        elif source is not None and not draft.published:
            _check_copy(draft, field, source, path, case)
    return tuple(copied)


def _check_copy(draft: Draft, field: Field, source: Field, path: DocumentPath, case: _Case) -> None:
    """Report mismatches between a field and its source that their types do not show."""
    problem = misfit(field.schema, source.type) if source.type == DYN else None
    if problem is not None:
        message = f'field "{field.name}" copied from command "{case.command}": {problem}; set it under `with`'
        draft.report(Code.FIELD_SOURCE, path, message)
    elif source.optional and source.has_default:
        try:
            compile_rule(field.schema).conform(source.default)
        except PayloadError as error:
            default = f'the default {described(source.default)} of "{field.name}" in command "{case.command}"'
            message = f"{default} does not fit the event's field: {error.reason}"
            draft.report(Code.CONSTANT_OUTSIDE_SCHEMA, path, message)


def _source_problem(field: Field, source: Field | None, case: _Case) -> str | None:
    """Why an event's field cannot be copied from the command's field of the same name; None if it can."""
    if source is None:
        return f'command "{case.command}" has no field of that name'
    part = Select(0, Name(0, "command"), source.name)
    may_be_absent = source.optional and not source.has_default and Present(part) not in case.facts
    if may_be_absent and not field.optional:
        return f'it is optional in command "{case.command}"'
    type_ = refined(source.type, part, case.facts)
    if fits(type_, field.type) is Fit.NEVER:
        return f'it is {type_} in command "{case.command}" and {field.type} in the event'
    return None


def _check_order(draft: Draft, branches: list[Branch]) -> None:
    """Report branches that can never be taken because an earlier branch always applies first."""
    seen: dict[str, list[Branch]] = {"true": []}
    for branch in branches:
        guard = "true" if branch.guard is None else branch.guard.canonical
        same_guard = seen.setdefault(guard, [])
        candidates = seen["true"] if same_guard is seen["true"] else [*seen["true"], *same_guard]
        earlier = next((other for other in candidates if _roles_cover(other.roles, branch.roles)), None)
        if branch.guard is BROKEN:
            continue
        same_guard.append(branch)
        if earlier is not None:
            same = earlier in same_guard and set(earlier.roles) == set(branch.roles)
            _report_covered(draft, branch, earlier, same=same)


def _roles_cover(earlier: tuple[str, ...], later: tuple[str, ...]) -> bool:
    """Whether every actor who can take the later branch can also take the earlier one."""
    return not earlier or (bool(later) and set(later) <= set(earlier))


def _report_covered(draft: Draft, branch: Branch, earlier: Branch, *, same: bool) -> None:
    line = draft.document.position(earlier.path).line
    if same:
        message = f"duplicate branch: the branch on line {line} has the same guard and roles"
        draft.report(Code.DUPLICATE_BRANCH, branch.path, message)
    else:
        message = f"unreachable branch: the branch on line {line} applies whenever this one does"
        draft.report(Code.UNREACHABLE_BRANCH, branch.path, message)
