"""Decides a command with the handler's own function, and explains the decision as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from statewright.cli.shared.output import GAP, Colour, labelled, shown, table
from statewright.escaping import printable
from statewright.language.cel import Timestamp, to_json
from statewright.language.model import Branch
from statewright.language.schema.violations import path_text
from statewright.machine.compiled import Machine
from statewright.machine.decide import decide, decision_time
from statewright.machine.messages import (
    Accepted,
    AggregateState,
    BranchResult,
    BranchTrace,
    Command,
    Invalid,
    Rejected,
    Verdict,
)
from statewright.runtime.streams import LoadedAggregate

NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict and its causes. `branches`: in order, each with its trace if it was tried.

    `now`: the time of the decision. `in_future`: that time is the last commit's, which is ahead of the clock.
    """

    machine: Machine
    stream: str
    state: AggregateState
    command: Command
    verdict: Verdict
    branches: tuple[tuple[Branch, BranchTrace | None], ...]
    now: str
    in_future: bool


def explained(
    machine: Machine, stream: str, loaded: LoadedAggregate, command: Command, *, now: str
) -> Explanation:
    """Decide the command. `now`: the time of the clock, RFC 3339 in UTC."""
    state, clock = loaded.state, Timestamp.parse(now).commit_time()
    time = decision_time(clock, loaded.last_time)
    verdict = decide(machine, state, command, now=time)
    traces = {} if isinstance(verdict, Invalid) else {trace.branch: trace for trace in verdict.trace}
    branches = machine.rows[state.leaf].get(command.name, ())
    tried = tuple((branch, traces.get(number)) for number, branch in enumerate(branches, 1))
    return Explanation(machine, stream, state, command, verdict, tried, time, in_future=time != clock)


def explanation_document(explanation: Explanation) -> dict[str, object]:
    code, reason = _outcome(explanation.verdict)
    events = explanation.verdict.events if isinstance(explanation.verdict, Accepted) else ()
    return {
        "aggregate": explanation.stream,
        "version": explanation.state.version,
        "leaf": explanation.state.leaf,
        "command": explanation.command.name,
        "now": explanation.now,
        "code": code,
        "reason": reason,
        "refused_by": _refused_by(explanation.verdict),
        "branches": [
            {
                "branch": number,
                "does": _effect(branch),
                "guard": branch.guard.source if branch.guard else None,
                "roles": branch.roles,
                "result": trace.result_text if trace else NOT_TRIED,
                "saw": to_json(dict(trace.saw)) if trace else {},
            }
            for number, (branch, trace) in enumerate(explanation.branches, 1)
        ],
        "events": [{"type": event.type, "data": event.data, "leaf": event.leaf} for event in events],
        "accepts_now": [{"command": name, "roles": roles} for name, roles in _accepts(explanation).items()],
    }


def explanation_lines(explanation: Explanation) -> Iterator[str]:
    state = explanation.state
    yield f"{click.style(explanation.stream, bold=True)} at version {state.version} in {state.leaf}"
    code, reason = _outcome(explanation.verdict)
    verdict = click.style(code, fg=Colour.GREEN if code == "ACCEPTED" else Colour.RED, bold=True)
    yield f"{explanation.command.name}: {verdict}{': ' if reason else ''}{printable(reason)}"
    yield from _refusal_lines(explanation.verdict)
    if explanation.in_future:
        time = printable(explanation.now)
        yield f"decided at {time}, the time of its last commit, which is ahead of the clock"
    for number, (branch, trace) in enumerate(explanation.branches, 1):
        yield ""
        yield from _branch_lines(number, branch, trace)
    if isinstance(explanation.verdict, Accepted):
        yield ""
        yield from _event_lines(explanation.verdict, after=explanation.state.version)
    yield ""
    yield "accepted now" if _accepts(explanation) else "no more commands are accepted"
    yield from (
        f"{GAP}{line}"
        for line in labelled({name: _needs(roles) for name, roles in _accepts(explanation).items()})
    )


def _branch_lines(number: int, branch: Branch, trace: BranchTrace | None) -> Iterator[str]:
    result = trace.result_text if trace else NOT_TRIED
    is_chosen = trace is not None and trace.result is BranchResult.CHOSEN
    yield f"branch {number}: {click.style(printable(result), bold=is_chosen or None)}"
    about = {"does": _effect(branch)}
    if branch.roles:
        about["roles"] = " or ".join(branch.roles)
    if branch.guard:
        about["guard"] = printable(branch.guard.source)
    if trace and trace.saw:
        about["saw"] = _seen(trace.saw)
    yield from (f"{GAP}{line}" for line in labelled(about))


def _refused_by(verdict: Verdict) -> dict[str, object] | None:
    if not isinstance(verdict, Rejected) or verdict.refused_by is None:
        return None
    seen = verdict.refused_by
    return {
        "kind": verdict.kind.value,
        "path": path_text(verdict.path),
        "expression": seen.expression,
        "constraint": seen.constraint,
        "saw": to_json(dict(seen.saw)),
    }


def _refusal_lines(verdict: Verdict) -> Iterator[str]:
    """The element other than a branch that refused the command, and the values it saw."""
    if not isinstance(verdict, Rejected) or verdict.refused_by is None:
        return
    seen = verdict.refused_by
    about = {"refused by": printable(path_text(verdict.path))}
    if seen.expression is not None:
        about["expression"] = printable(seen.expression)
    if seen.constraint is not None:
        about["constraint"] = printable(seen.constraint)
    about["saw"] = _seen(seen.saw) or "nothing"
    yield from (f"{GAP}{line}" for line in labelled(about))


def _seen(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{printable(name)} = {shown(to_json(value))}" for name, value in values.items())


def _event_lines(accepted: Accepted, *, after: int) -> Iterator[str]:
    if not accepted.events:
        yield "nothing would be stored"
        return
    yield "would be stored"
    rows = [
        (str(version), click.style(event.type, bold=True), event.leaf, shown(dict(event.data)))
        for version, event in enumerate(accepted.events, after + 1)
    ]
    yield from table(("VERSION", "EVENT", "STATE", "DATA"), rows, indent=GAP)


def _outcome(verdict: Verdict) -> tuple[str, str]:
    """The code of the verdict, and the reason of a refusal."""
    match verdict:
        case Accepted():
            return "ACCEPTED", ""
        case Rejected(code=code, message=reason):
            return code, reason
        case Invalid(reason=reason):
            return "INVALID", reason


def _effect(branch: Branch) -> str:
    if branch.reject:
        return f"reject {branch.reject}"
    emits = (
        f"emit {', '.join(emission.event for emission in branch.emits)}" if branch.emits else "emit nothing"
    )
    return f"{emits}, go to {branch.target}" if branch.target else f"{emits}, stay"


def _accepts(explanation: Explanation) -> dict[str, tuple[str, ...]]:
    """The commands that the leaf accepts. The sender of each must have one of its roles."""
    specs = explanation.machine.definition.commands or {}
    listed = explanation.machine.accepts(explanation.state.leaf)
    return {name: specs[name].roles if name in specs else () for name in listed}


def _needs(roles: tuple[str, ...]) -> str:
    return f"as {' or '.join(roles)}" if roles else ""
