"""Finds values of a field at which a numeric comparison changes, by interpolation between two tried values.

The difference of both sides is assumed to be linear in the field, so each found value must still be tried.
Deterministic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from statewright.analysis.conditions import Gap, comparisons, gap_of
from statewright.analysis.guidance import Guidance
from statewright.analysis.requests import CommandRequest, RequestDecision
from statewright.analysis.schemas import conforming
from statewright.analysis.values import distinct
from statewright.canonical import canonical_json
from statewright.language.cel import Timestamp
from statewright.language.cel.parser import parse
from statewright.language.cel.syntax import Node, references
from statewright.language.schema.payloads import Field
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted, Invalid

SOLVED_MAX = 3  # attempts per comparison, field and leaf
_COMMAND_NAMES = ("data", "command", "actor", "now", "state")
_EVENT_NAMES = ("data", "event")


class Solver:
    """Suggests commands, and counts its attempts during one search."""

    def __init__(self, machine: Machine, guidance: Guidance) -> None:
        self._machine = machine
        self._guidance = guidance
        self._solved: Counter[Hashable] = Counter()

    def requests(self, tried: Sequence[RequestDecision]) -> Iterator[CommandRequest]:
        """Further commands for the state of these decisions."""
        valid = [decision for decision in tried if not isinstance(decision.verdict, Invalid)]
        for _, group in groupby(
            valid, key=lambda one: (one.request.command, one.request.actor, one.request.at)
        ):
            yield from self._of_one_command(list(group))

    def _of_one_command(self, group: Sequence[RequestDecision]) -> Iterator[CommandRequest]:
        first = group[0]
        spec = (self._machine.definition.commands or {}).get(first.request.command)
        known = {canonical_json(one.request.data) for one in group}
        for field in spec.payload.fields.values() if spec else ():
            other = _differing(group, field.name)
            for value in () if other is None else self._values(field, first, other):
                data = {**first.request.data, field.name: value}
                key = canonical_json(data)
                if key not in known:
                    known.add(key)
                    yield CommandRequest(first.request.command, data, first.request.actor, first.request.at)

    def _values(self, field: Field, one: RequestDecision, other: RequestDecision) -> list[Any]:
        """Values near a change of a comparison, normalised by the schema."""
        near, far = one.request.data[field.name], other.request.data[field.name]
        here, there = self._gaps(one), self._gaps(other)
        found: list[Any] = []
        for place, gap in here.items():
            key = (one.state.leaf, one.request.command, field.name, place)
            opposite = there.get(place)
            if gap is None or opposite is None or gap == opposite or self._solved[key] >= SOLVED_MAX:
                continue
            self._solved[key] += 1
            found += _roots(near, far, gap, opposite)
        return list(conforming(field.schema, distinct(found)))

    def _gaps(self, decision: RequestDecision) -> dict[Hashable, float | None]:
        """The gaps of comparisons that read the command, its events, or the resulting data."""
        request, state, verdict = decision.request, decision.state, decision.verdict
        values = {
            "data": state.data,
            "command": request.data,
            "actor": {"id": request.actor.id, "roles": list(request.actor.roles)},
            "now": Timestamp.parse(request.at),
            "state": state.leaf,
        }
        branches = self._machine.rows[state.leaf][request.command]
        sources = [expression.source for branch in branches for expression in branch.expressions]
        gaps = _gaps_of(sources, _COMMAND_NAMES, values)
        if isinstance(verdict, Accepted):
            declared = self._machine.definition.events or {}
            for event in verdict.events:
                setters = declared[event.type].set.values() if event.type in declared else ()
                seen = {"data": state.data, "event": event.data}
                gaps |= _gaps_of([setter.source for setter in setters], _EVENT_NAMES, seen)
            gaps |= dict(enumerate(self._guidance.gaps(verdict.state)))
        return gaps


def _gaps_of(
    sources: Iterable[str], names: tuple[str, ...], values: Mapping[str, object]
) -> dict[Hashable, float | None]:
    return {
        (source, place): gap(values)
        for source in sources
        for place, gap in enumerate(_compiled_gaps(source, names))
    }


@lru_cache(maxsize=4_096)
def _compiled_gaps(source: str, names: tuple[str, ...]) -> tuple[Gap, ...]:
    """The gaps of comparisons that read the command or the event; `Guidance` has those of data alone."""
    compared = [one for one in comparisons(parse(source)) if one.operator != "in"]
    return tuple(gap_of(one, names) for one in compared if _reads_payload(one))


def _reads_payload(node: Node) -> bool:
    return any(chain[0] in ("command", "event") for chain in references(node))


def _differing(group: Sequence[RequestDecision], name: str) -> RequestDecision | None:
    """A decision whose payload differs from the first one only in this number."""
    first = group[0].request.data
    if not _is_number(first.get(name)):
        return None
    others = {key: value for key, value in first.items() if key != name}
    for one in group[1:]:
        data: Mapping[str, Any] = one.request.data
        is_another = _is_number(data.get(name)) and data[name] != first[name]
        if is_another and {key: value for key, value in data.items() if key != name} == others:
            return one
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _roots(near: Any, far: Any, here: float, there: float) -> list[Any]:
    """The zero of the line through both points, and its neighbours."""
    step, slope = here * (far - near), there - here
    if all(isinstance(one, int) for one in (near, far, here, there)):
        root = near - step // slope
    else:
        try:
            root = near - step / slope
        except (OverflowError, ZeroDivisionError):
            return []
    return [root, root + 1, root - 1]
