"""A command without its envelope, and its decision by the machine at a given state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from statewright.language.source.document import DocumentPath
from statewright.machine.compiled import Machine
from statewright.machine.decide import decide
from statewright.machine.messages import Actor, AggregateState, Command, Verdict

# The time of a command that names none: fixed, so that a decision is the same on every day.
DEFAULT_TIME = "2026-01-01T00:00:00Z"
NOBODY = Actor()


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """`at`: RFC 3339 text in UTC, the time to decide at. `path`: its place in an author's document."""

    command: str
    data: Mapping[str, Any] = field(default_factory=dict)
    actor: Actor = NOBODY
    at: str = DEFAULT_TIME
    expected_version: int | None = None
    path: DocumentPath = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class RequestDecision:
    """A request decided at `state`, and its verdict."""

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
        digest="",  # tells repetitions, which are found before anything is decided
        actor=request.actor,
        expected_version=request.expected_version,
    )
    return RequestDecision(state, request, decide(machine, state, command, now=request.at))
