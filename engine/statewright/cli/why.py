"""The `why` command: what a command would come to now, and how each branch of the definition judges it.

Decides with the same function as the handler and stores nothing. It cannot tell a repetition, because a
command on the command line has no id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.options import (
    actor_options,
    definitions_option,
    events_option,
    format_option,
    json_object,
    now_option,
)
from statewright.cli.shared.output import (
    GAP,
    Format,
    aligned,
    json_text,
    labelled,
    print_lines,
    printable,
    shown,
)
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
from statewright.stores.keys import stream_key

if TYPE_CHECKING:
    from statewright.language.model import Branch
    from statewright.machine.compiled import Machine
    from statewright.registry.location import DefinitionLocation
    from statewright.stores.location import StoreLocation

NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict with all that led to it. `branches`: in order, each with its trace if it was tried."""

    machine: Machine
    stream: str
    state: AggregateState
    command: Command
    verdict: Verdict
    branches: tuple[tuple[Branch, BranchTrace | None], ...]


@click.command("why")
@click.argument("aggregate")
@click.argument("command")
@click.option("--data", callback=json_object, default="{}", metavar="JSON", help="The command's payload.")
@actor_options
@now_option
@events_option(create=False, without="without either nothing exists yet")
@definitions_option
@format_option("json: one object.")
def command(
    aggregate: str,
    command: str,
    *,
    data: dict[str, Any],
    actor_id: str,
    roles: tuple[str, ...],
    now: str,
    events: StoreLocation | None,
    definitions: DefinitionLocation,
    format: Format,
) -> ExitCode:
    """Explain what a command would come to now; nothing is stored.

    AGGREGATE is machine/id, or (slower) an id that only one machine has; one that does not exist yet is
    judged at its beginning. Exit code 1 if the command would not be accepted.
    """
    from statewright.aws.envelope import command_digest

    machine, stream, state = _load(aggregate, events=events, definitions=definitions)
    considered = Command(
        id="why",
        machine=machine.name,
        aggregate_id=stream.partition("/")[2],
        name=command,
        data=data,
        digest=command_digest(command, data),
        actor=Actor(actor_id, roles),
    )
    explanation = _explained(machine, stream, state, considered, now=now)
    match format:
        case Format.JSON:
            click.echo(json_text(_document(explanation)))
        case Format.TEXT:
            print_lines(_lines(explanation))
    return ExitCode.CLEAN if isinstance(explanation.verdict, Accepted) else ExitCode.FINDINGS


def _load(
    aggregate: str, *, events: StoreLocation | None, definitions: DefinitionLocation
) -> tuple[Machine, str, AggregateState]:
    """An aggregate that does not exist yet stands at the beginning, if the machine is named."""
    from statewright.cli.shared.aggregates import UnknownAggregate, find_stream, load_aggregate
    from statewright.cli.shared.definitions import load_machine
    from statewright.cli.shared.event_store import opened_store

    machine_name, slash, aggregate_id = aggregate.partition("/")
    with opened_store(events) as store:
        try:
            stream = find_stream(store, aggregate)
        except UnknownAggregate:
            if not slash:
                raise
            machine = load_machine(machine_name, definitions)
            return machine, _new_stream(machine_name, aggregate_id), machine.initial
        machine = load_machine(stream.partition("/")[0], definitions)
        return machine, stream, load_aggregate(machine, store, stream).state


def _new_stream(machine: str, aggregate_id: str) -> str:
    try:
        return stream_key(machine, aggregate_id)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _explained(
    machine: Machine, stream: str, state: AggregateState, command: Command, *, now: str
) -> Explanation:
    from statewright.machine.decide import decide

    verdict = decide(machine, state, command, now=now)
    traces = {} if isinstance(verdict, Invalid) else {trace.branch: trace for trace in verdict.trace}
    branches = machine.rows[state.leaf].get(command.name, ())
    tried = tuple((branch, traces.get(number)) for number, branch in enumerate(branches, 1))
    return Explanation(machine, stream, state, command, verdict, tried)


def _document(explanation: Explanation) -> dict[str, object]:
    from statewright.language.cel import to_json

    events = explanation.verdict.events if isinstance(explanation.verdict, Accepted) else ()
    return {
        "aggregate": explanation.stream,
        "version": explanation.state.version,
        "leaf": explanation.state.leaf,
        "command": explanation.command.name,
        "code": _code(explanation.verdict),
        "reason": _reason(explanation.verdict),
        "branches": [
            {
                "branch": number,
                "does": _effect(branch),
                "guard": branch.guard.source if branch.guard else None,
                "roles": branch.roles,
                "result": trace.result if trace else NOT_TRIED,
                "saw": to_json(dict(trace.saw)) if trace else {},
            }
            for number, (branch, trace) in enumerate(explanation.branches, 1)
        ],
        "events": [{"type": event.type, "data": event.data, "leaf": event.leaf} for event in events],
        "accepts_now": [{"command": name, "roles": roles} for name, roles in _accepts(explanation).items()],
    }


def _lines(explanation: Explanation) -> Iterator[str]:
    state = explanation.state
    yield f"{click.style(explanation.stream, bold=True)} at version {state.version} in {state.leaf}"
    code, reason = _code(explanation.verdict), printable(_reason(explanation.verdict))
    verdict = click.style(code, fg="green" if code == "ACCEPTED" else "red", bold=True)
    yield f"{explanation.command.name}: {verdict}{': ' if reason else ''}{reason}"
    for number, (branch, trace) in enumerate(explanation.branches, 1):
        yield ""
        yield from _branch_lines(number, branch, trace)
    if isinstance(explanation.verdict, Accepted):
        yield ""
        yield from _event_lines(explanation.verdict, after=explanation.state.version)
    yield ""
    yield "accepted now" if _accepts(explanation) else "nothing is accepted any more"
    yield from (
        f"{GAP}{line}"
        for line in labelled({name: _needs(roles) for name, roles in _accepts(explanation).items()})
    )


def _branch_lines(number: int, branch: Branch, trace: BranchTrace | None) -> Iterator[str]:
    from statewright.language.cel import to_json

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


def _accepts(explanation: Explanation) -> dict[str, tuple[str, ...]]:
    """Each command that the leaf lists, with the roles of which its sender must hold one."""
    specs = explanation.machine.definition.commands or {}
    listed = explanation.machine.accepts(explanation.state.leaf)
    return {name: specs[name].roles if name in specs else () for name in listed}


def _needs(roles: tuple[str, ...]) -> str:
    return f"as {' or '.join(roles)}" if roles else ""
