"""A verdict of `statewright.evolution.compat` as text and as JSON: headline, places, witness and remedies.

Pure text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click

from statewright.analysis.requests import DEFAULT_TIME, CommandRequest
from statewright.cli.shared.output import GAP, Colour, labelled, shown
from statewright.escaping import printable
from statewright.evolution.compat import ChangeVerdict, Consequence
from statewright.evolution.compat.acceptance import Acceptance, acceptance_text
from statewright.evolution.compat.verdicts import Place
from statewright.evolution.compat.witness import DecisionWitness, FoldWitness
from statewright.machine.messages import Accepted, AggregateState, Event, Invalid, Rejected
from statewright.machine.messages import Verdict as Answer
from statewright.wording import plural

_COLOURS = {
    Consequence.REPLAY: Colour.RED,
    Consequence.UPCASTER: Colour.RED,
    Consequence.COMMAND: Colour.ORANGE,
    Consequence.SAFE: Colour.GREEN,
}


def verdict_lines(verdict: ChangeVerdict, accepted: Acceptance | None) -> Iterator[str]:
    """The lines shown in a terminal."""
    yield verdict_headline(verdict)
    if verdict.kind.consequence is not Consequence.SAFE:
        yield from (f"{GAP}{line}" for line in labelled(dict(verdict_details(verdict, accepted))))


def verdict_headline(verdict: ChangeVerdict) -> str:
    """The first line, which starts with the place in the new version, or else in the old one."""
    headline = printable(f"{verdict.new or verdict.old}: {verdict.message}")
    return f"{click.style(headline, fg=_COLOURS[verdict.kind.consequence])} [{verdict_tags(verdict)}]"


def verdict_tags(verdict: ChangeVerdict) -> str:
    """The rule, the consequence, and whether the break is silent or not shown."""
    words = [verdict.kind.id, verdict.kind.consequence.value]
    words += (["silent"] if verdict.silent else []) + ([] if verdict.certain else ["not shown"])
    return ", ".join(words)


def verdict_document(verdict: ChangeVerdict, accepted: Acceptance | None) -> dict[str, Any]:
    """The verdict as JSON."""
    return {
        "machine": verdict.machine,
        "rule": verdict.kind.id,
        "consequence": verdict.kind.consequence.name.lower(),
        "silent": verdict.silent,
        "certain": verdict.certain,
        "proof": verdict.proof,
        "location": verdict.location,
        "message": verdict.message,
        "old": _place(verdict.old),
        "new": _place(verdict.new),
        "witness": _witness(verdict),
        "remedy": verdict.remedy,
        "yaml": verdict.yaml,
        "run": _command(verdict),
        "accept": _acceptance(verdict, accepted),
        "accepted": accepted and {"reason": accepted.reason, "expires": accepted.expires.isoformat()},
    }


def verdict_details(verdict: ChangeVerdict, accepted: Acceptance | None) -> Iterator[tuple[str, str]]:
    if verdict.old is not None and verdict.new is not None:
        yield "was", printable(str(verdict.old))
    yield "location", printable(verdict.location)
    match verdict.witness:
        case FoldWitness(events, old, new):
            yield "events", events_text(events)
            yield "old", state_text(old)
            if isinstance(new, AggregateState):
                yield "new", state_text(new, order=old.data)
            else:
                yield "new", printable(f"does not fold: {new}")
        case DecisionWitness(events, state, request, before, after):
            yield "events", events_text(events) or "none"
            yield "state", state_text(state)
            yield "command", request_text(request)
            yield "old", answer_text(before)
            yield "new", answer_text(after)
        case None if verdict.searched is not None:
            yield "witness", f"no effect found in {plural(verdict.searched, 'sequence')}"
    yield from remedy_lines(verdict, accepted)
    if accepted is not None:
        yield "accepted", printable(f"{accepted.reason} (until {accepted.expires})")


def remedy_lines(verdict: ChangeVerdict, accepted: Acceptance | None) -> Iterator[tuple[str, str]]:
    """The remedies by label; a break has at least one."""
    if verdict.remedy:
        yield "remedy", printable(verdict.remedy)
    if verdict.yaml:
        yield "yaml", printable(verdict.yaml)
    if (command := _command(verdict)) is not None:
        yield "run", printable(command)
    if (acceptance := _acceptance(verdict, accepted)) is not None:
        yield "accept", printable(acceptance)


def _command(verdict: ChangeVerdict) -> str | None:
    """The command that finds affected streams, unless the YAML is known to fix a replay break."""
    harms_replay = verdict.kind.consequence in (Consequence.REPLAY, Consequence.UPCASTER)
    if not harms_replay or (verdict.certain and verdict.yaml):
        return None
    return f"statewright verify --table NAME --machine {verdict.machine}"


def _acceptance(verdict: ChangeVerdict, accepted: Acceptance | None) -> str | None:
    """A template to accept a break of senders that has no YAML remedy and is not accepted yet."""
    harms_senders = verdict.kind.consequence is Consequence.COMMAND
    return acceptance_text(verdict) if harms_senders and not verdict.yaml and not accepted else None


def events_text(events: Iterable[Event]) -> str:
    return ", ".join(f"{event.type} {shown(event.data)}" if event.data else event.type for event in events)


def state_text(state: AggregateState, *, order: Iterable[str] = ()) -> str:
    """A state with its data. `order`: the fields to show first, so that two states line up."""
    data = {name: state.data[name] for name in dict.fromkeys((*order, *state.data)) if name in state.data}
    return f"{state.leaf} {shown(data)}" if data else state.leaf


def request_text(request: CommandRequest) -> str:
    words = [request.command, shown(request.data) if request.data else ""]
    words += [
        f"by {request.actor.id}" if request.actor.id else "",
        *(f"as {role}" for role in request.actor.roles),
    ]
    words += [f"at {request.at}" if request.at != DEFAULT_TIME else ""]
    return printable(" ".join(word for word in words if word))


def answer_text(verdict: Answer) -> str:
    match verdict:
        case Accepted(events=events):
            return f"accepted: {events_text(events) or 'no events'}"
        case Rejected(code=code, message=message):
            return printable(f"refused: {code}, {message}")
        case Invalid(reason=reason):
            return printable(f"invalid: {reason}")


def _place(place: Place | None) -> dict[str, object] | None:
    return None if place is None else {"file": place.file, "line": place.line}


def _witness(verdict: ChangeVerdict) -> dict[str, Any] | None:
    match verdict.witness:
        case FoldWitness(events, old, new):
            folded = _folded(new) if isinstance(new, AggregateState) else {"error": new}
            return {"events": _stored(events), "old": _folded(old), "new": folded}
        case DecisionWitness(events, state, request, before, after):
            command = {"name": request.command, "data": dict(request.data), "at": request.at}
            actor = {"id": request.actor.id, "roles": list(request.actor.roles)}
            return {
                "events": _stored(events),
                "state": _folded(state),
                "command": {**command, "actor": actor},
                "old": answer_text(before),
                "new": answer_text(after),
            }
        case None:
            return None


def _stored(events: Iterable[Event]) -> list[dict[str, Any]]:
    return [{"type": event.type, "data": dict(event.data)} for event in events]


def _folded(state: AggregateState) -> dict[str, Any]:
    return {"state": state.leaf, "data": dict(state.data)}
