"""The `why` command: what a command would come to now, and how each branch of the definition judges it.

Decides with the same function as the handler and stores nothing. It cannot tell a repetition, because a
wish on the command line has no id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from statewright.aws.envelope import command_digest
from statewright.cli.aggregates import UnknownAggregate, find_stream, standing
from statewright.cli.exit_codes import ExitCode
from statewright.cli.opening import machine_named, opened_store
from statewright.cli.output import GAP, Format, aligned, json_text, labelled, print_lines, printable, shown
from statewright.language.cel import to_json
from statewright.language.model import Branch
from statewright.machine.compiled import Machine
from statewright.machine.decide import decide
from statewright.machine.messages import (
    Accepted,
    Actor,
    AggregateState,
    BranchTrace,
    Command,
    Invalid,
    Rejected,
    Verdict,
)
from statewright.registry.location import DefinitionLocation
from statewright.stores.keys import stream_key
from statewright.stores.location import StoreLocation

NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with all that led to it. `branches`: in order, each with its trace if it was tried."""

    machine: Machine
    stream: str
    state: AggregateState
    command: Command
    verdict: Verdict
    branches: tuple[tuple[Branch, BranchTrace | None], ...]


def explain(
    aggregate: str,
    name: str,
    *,
    data: Mapping[str, Any],
    actor: Actor,
    now: str,
    events: StoreLocation | None,
    definitions: DefinitionLocation,
    format: Format,
) -> ExitCode:
    """Print the judgement. `now`: the time to decide at, RFC 3339 in UTC."""
    machine, stream, state = _found(aggregate, events=events, definitions=definitions)
    command = Command(
        id="why",
        machine=machine.name,
        aggregate_id=stream.partition("/")[2],
        name=name,
        data=data,
        digest=command_digest(name, data),
        actor=actor,
    )
    judged = _judged(machine, stream, state, command, now=now)
    match format:
        case Format.JSON:
            click.echo(json_text(_document(judged)))
        case Format.TEXT:
            print_lines(_lines(judged))
    return ExitCode.CLEAN if isinstance(judged.verdict, Accepted) else ExitCode.FINDINGS


def _found(
    aggregate: str, *, events: StoreLocation | None, definitions: DefinitionLocation
) -> tuple[Machine, str, AggregateState]:
    """An aggregate that does not exist yet stands at the beginning, if the machine is named."""
    machine_name, slash, aggregate_id = aggregate.partition("/")
    with opened_store(events) as store:
        try:
            stream = find_stream(store, aggregate)
        except UnknownAggregate:
            if not slash:
                raise
            machine = machine_named(machine_name, definitions)
            return machine, _new_stream(machine_name, aggregate_id), machine.initial
        machine = machine_named(stream.partition("/")[0], definitions)
        return machine, stream, standing(machine, store, stream).state


def _new_stream(machine: str, aggregate_id: str) -> str:
    try:
        return stream_key(machine, aggregate_id)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _judged(machine: Machine, stream: str, state: AggregateState, command: Command, *, now: str) -> Judgement:
    verdict = decide(machine, state, command, now=now)
    traces = {} if isinstance(verdict, Invalid) else {trace.branch: trace for trace in verdict.trace}
    branches = machine.rows[state.leaf].get(command.name, ())
    tried = tuple((branch, traces.get(number)) for number, branch in enumerate(branches, 1))
    return Judgement(machine, stream, state, command, verdict, tried)


def _document(judged: Judgement) -> dict[str, object]:
    events = judged.verdict.events if isinstance(judged.verdict, Accepted) else ()
    return {
        "aggregate": judged.stream,
        "version": judged.state.version,
        "leaf": judged.state.leaf,
        "command": judged.command.name,
        "code": _code(judged.verdict),
        "reason": _reason(judged.verdict),
        "branches": [
            {
                "branch": number,
                "does": _effect(branch),
                "guard": branch.guard.source if branch.guard else None,
                "roles": branch.roles,
                "result": trace.result if trace else NOT_TRIED,
                "saw": to_json(dict(trace.saw)) if trace else {},
            }
            for number, (branch, trace) in enumerate(judged.branches, 1)
        ],
        "events": [{"type": event.type, "data": event.data, "leaf": event.leaf} for event in events],
        "accepts_now": [{"command": name, "roles": roles} for name, roles in _accepts(judged).items()],
    }


def _lines(judged: Judgement) -> Iterator[str]:
    yield f"{click.style(judged.stream, bold=True)} at version {judged.state.version} in {judged.state.leaf}"
    code, reason = _code(judged.verdict), printable(_reason(judged.verdict))
    verdict = click.style(code, fg="green" if code == "ACCEPTED" else "red", bold=True)
    yield f"{judged.command.name}: {verdict}{': ' if reason else ''}{reason}"
    for number, (branch, trace) in enumerate(judged.branches, 1):
        yield ""
        yield from _branch_lines(number, branch, trace)
    if isinstance(judged.verdict, Accepted):
        yield ""
        yield from _event_lines(judged.verdict, after=judged.state.version)
    yield ""
    yield "accepted now" if _accepts(judged) else "nothing is accepted any more"
    yield from (
        f"{GAP}{line}" for line in labelled({name: _needs(roles) for name, roles in _accepts(judged).items()})
    )


def _branch_lines(number: int, branch: Branch, trace: BranchTrace | None) -> Iterator[str]:
    result = trace.result if trace else NOT_TRIED
    yield f"branch {number}: {click.style(printable(result), bold=result == 'chosen')}"
    about = {"does": _effect(branch)}
    if branch.roles:
        about["roles"] = " or ".join(branch.roles)
    if branch.guard:
        about["guard"] = printable(branch.guard.source)
    if trace and trace.saw:
        about["saw"] = ", ".join(f"{name} = {shown(to_json(value))}" for name, value in trace.saw.items())
    yield from (f"{GAP}{line}" for line in labelled(about))


def _event_lines(accepted: Accepted, *, after: int) -> Iterator[str]:
    if not accepted.events:
        yield "nothing would be stored"
        return
    yield "would be stored"
    rows = [
        (str(version), click.style(event.type, bold=True), event.leaf, shown(dict(event.data)))
        for version, event in enumerate(accepted.events, after + 1)
    ]
    yield from (f"{GAP}{line}" for line in aligned(("VERSION", "EVENT", "STATE", "DATA"), rows))


def _code(verdict: Verdict) -> str:
    match verdict:
        case Accepted():
            return "ACCEPTED"
        case Rejected(code=code):
            return code
        case Invalid():
            return "INVALID"


def _reason(verdict: Verdict) -> str:
    match verdict:
        case Accepted():
            return ""
        case Rejected(message=reason) | Invalid(reason=reason):
            return reason


def _effect(branch: Branch) -> str:
    if branch.reject:
        return f"reject {branch.reject}"
    emits = (
        f"emit {', '.join(emission.event for emission in branch.emits)}" if branch.emits else "emit nothing"
    )
    return f"{emits}, go to {branch.target}" if branch.target else f"{emits}, stay"


def _accepts(judged: Judgement) -> dict[str, tuple[str, ...]]:
    """Each command that the leaf lists, with the roles of which its sender must hold one."""
    specs = judged.machine.definition.commands or {}
    listed = judged.machine.accepts(judged.state.leaf)
    return {name: specs[name].roles if name in specs else () for name in listed}


def _needs(roles: tuple[str, ...]) -> str:
    return f"as {' or '.join(roles)}" if roles else ""
