"""Commands without an envelope, and the machine's decisions about them in a given state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from statewright.language.source.document import DocumentPath
from statewright.machine.compiled import Machine
from statewright.machine.decide import decide
from statewright.machine.messages import Actor, AggregateState, Command, Verdict

# The default time of a command, fixed so that decisions do not depend on the current date.
DEFAULT_TIME = "2026-01-01T00:00:00Z"
NOBODY = Actor()


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A command with its sender and time.

    `at`: the time of the decision, RFC 3339 in UTC. `path`: the place in a scenario file.
    """

    command: str
    data: Mapping[str, Any] = field(default_factory=dict)
    actor: Actor = NOBODY
    at: str = DEFAULT_TIME
    expected_version: int | None = None
    path: DocumentPath = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class RequestDecision:
    """A request, the state in which it was decided, and the verdict."""

    state: AggregateState
    request: CommandRequest
    verdict: Verdict


def decide_request(machine: Machine, state: AggregateState, request: CommandRequest) -> RequestDecision:
    command = Command(
        id="request",
        machine=machine.name,
        aggregate_id="request",
        name=request.command,
        data=request.data,
        digest="",  # only needed to detect repetitions, before the decision
        actor=request.actor,
        expected_version=request.expected_version,
    )
    return RequestDecision(state, request, decide(machine, state, command, now=request.at))
