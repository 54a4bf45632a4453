"""Random histories of an old version, folded and decided by a new one too, with every difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from statewright.analysis.requests import CommandRequest, decide_request
from statewright.evolution.compat import CompatReport, Consequence
from statewright.evolution.compat.correspondence import pair_of
from statewright.evolution.compat.witness import folded
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted, Actor, AggregateState

COMMANDS_MAX = 40
_HARMS = {
    True: {Consequence.REPLAY, Consequence.UPCASTER},
    False: {Consequence.COMMAND, Consequence.REPLAY, Consequence.UPCASTER},
}


@dataclass(frozen=True)
class Divergence:
    """`is_fold`: a stored event folds differently; otherwise a command is answered differently.

    `names`: the elements that are involved.
    """

    is_fold: bool
    names: frozenset[str]
    detail: str

    def is_covered(self, report: CompatReport) -> bool:
        """Whether a verdict other than safe covers an involved element."""
        return any(
            one.kind.consequence in _HARMS[self.is_fold] and self.names & set(_steps(one.location))
            for one in report.verdicts
        )


def divergences(old: Machine, new: Machine, random: Random) -> Iterator[Divergence]:
    """The differences of one history, which ends where the fold differs."""
    pair = pair_of(old, new)
    before, after = old.initial, new.initial
    if not pair.is_same(before, after):
        yield Divergence(True, frozenset({"initial", "data"}), "another beginning")
        return
    for _ in range(random.randint(1, COMMANDS_MAX)):
        request = _request(old, before, random)
        verdict, today = (decide_request(*one, request).verdict for one in ((old, before), (new, after)))
        if not pair.is_same_answer(verdict, today):
            names = {request.command, "data", "invariants", *_emitted(old, request.command)}
            yield Divergence(False, frozenset(names), f"{request}: {_said(verdict)}; {_said(today)}")
        for event in verdict.events if isinstance(verdict, Accepted) else ():
            here = before
            before_state = folded(old, before, (event,), stored_by=old.version)
            after_state = folded(new, after, (event,), stored_by=old.version)
            assert isinstance(before_state, AggregateState)
            if not pair.is_same(before_state, after_state):
                names = {event.type, "data"}
                yield Divergence(True, frozenset(names), f"{event} in {here}: {before_state}; {after_state}")
                return
            assert isinstance(after_state, AggregateState)
            before, after = before_state, after_state


def _emitted(machine: Machine, command: str) -> set[str]:
    lists = (row.get(command, ()) for row in machine.rows.values())
    return {one.event for branches in lists for branch in branches for one in branch.emits}


def _said(verdict: Any) -> str:
    return str(verdict)[:200]


def _steps(location: str) -> list[str]:
    return location.replace("[", ".").replace("]", "").split(".")


def _request(machine: Machine, state: AggregateState, random: Random) -> CommandRequest:
    listed = sorted(machine.rows[state.leaf])
    declared = sorted(machine.definition.commands or {})
    name = random.choice(listed if listed and random.random() < 0.9 else declared)
    spec = (machine.definition.commands or {})[name]
    data = {
        field: _value(one.schema, random)
        for field, one in spec.payload.fields.items()
        if not one.optional or random.random() < 0.5
    }
    roles = random.choice([("clerk",), ("clerk", "owner"), ("owner",), ()])
    return CommandRequest(name, data, Actor("ada", roles))


def _value(schema: Any, random: Random) -> Any:
    if "enum" in schema:
        return random.choice(schema["enum"])
    match schema["type"]:
        case "integer":
            low, high = schema.get("minimum", 0), schema.get("maximum", 100)
            return random.choice(
                [low, high, random.randint(low, high), min(high, low + random.randint(0, 5))]
            )
        case "number":
            return random.choice([0.0, 0.5, 1.75, 2.0])
        case "object":
            return random.choice([{}, {"k": "v"}, {"k": 1}, {"other": [1]}])
        case _:
            return random.choice(["", "b", "text"])
