"""Commands to try in a state: a small selection near the values at which the machine changes its behaviour.

Payloads combine sample values of the schemas, constants from guards and invariants, and the current data.
Actors have the roles that the definition names. Pure and deterministic.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, islice, product
from math import prod
from typing import Any, TypeVar

from statewright.analysis.conditions import comparisons
from statewright.analysis.dataflow import flow_of
from statewright.analysis.requests import DEFAULT_TIME, CommandRequest
from statewright.analysis.values import SIZE_MAX, distinct, finite_domain, sample_values
from statewright.errors import EvaluationError
from statewright.language.cel import Duration, Timestamp
from statewright.language.cel.parser import parse
from statewright.language.cel.syntax import Call, Literal, walk
from statewright.language.cel.types import DYN
from statewright.language.model import Branch
from statewright.language.schema.payloads import MISSING, Field
from statewright.machine.compiled import Machine
from statewright.machine.messages import Actor, AggregateState

PAYLOADS_MAX = 64  # of one command; beyond this, only single fields and this many pairs of fields are varied
UNREAD_MAX = 2  # values to try for a field that no expression depends on
TIMES = (DEFAULT_TIME, "2100-01-01T00:00:00Z", "1970-01-01T00:00:00Z")
TIMES_MAX = 24
ANYBODY = "ada"
SECOND = 1_000_000_000

_ABSENT = object()
_Change = tuple[int, int]  # position of the field, rank of its value
_Parsed = TypeVar("_Parsed", Timestamp, Duration)


def candidate_requests(
    machine: Machine,
    state: AggregateState,
    *,
    values: Iterable[object] = (),
    commands: Collection[str] | None = None,
) -> Iterator[CommandRequest]:
    """Requests for each command that the state accepts, in the order of the definition.

    `values`: additional values for payloads. `commands`: limits the requests to these.
    """
    invariants = [invariant.check for invariant in machine.definition.invariants]
    known = [*values, *_scalars(state.data)]
    for command, branches in machine.rows[state.leaf].items():
        if commands is not None and command not in commands:
            continue
        guards = [branch.guard for branch in branches if branch.guard is not None]
        constants = [value for guard in (*guards, *invariants) for value in _literals(guard.source)]
        hints = [*constants, *known]
        times = _times(branches, constants, state.data)
        tried = list(payloads(machine, command, branches, values=[*hints, *times[len(TIMES) :]]))
        for actor in _actors(machine, command, branches, hints):
            sent = tried if _may_send(machine, command, actor) else tried[:1]
            for at in times:
                yield from (CommandRequest(command, payload, actor, at) for payload in sent)


def tries_everything(machine: Machine, leaf: str) -> bool:
    """Whether `candidate_requests` covers every decision that any command can get in this leaf."""
    return all(_is_covered(machine, command, branches) for command, branches in machine.rows[leaf].items())


def payloads(
    machine: Machine, command: str, branches: Iterable[Branch], *, values: Iterable[object] = ()
) -> Iterator[dict[str, Any]]:
    """Payloads of a command, simplest first. `branches` show the fields of an undeclared command."""
    spec = (machine.definition.commands or {}).get(command)
    hints = list(values)
    if spec is None:
        yield from payloads_of(_read_by(branches), hints)
        return
    nearest = {name: _nearest(machine, command, name) for name in spec.payload.fields}
    yield from _payloads(spec.payload.fields, nearest, hints)


def payloads_of(fields: Mapping[str, Field], hints: list[Any]) -> Iterator[dict[str, Any]]:
    """Payloads with these fields, simplest first."""
    yield from _payloads(fields, {}, hints)


def literals(machine: Machine) -> list[Any]:
    """The distinct constants in the machine's expressions, those of guards and invariants first."""
    definition = machine.definition
    rows = machine.rows.values()
    branches = [branch for accepts in rows for several in accepts.values() for branch in several]
    expressions = [branch.guard for branch in branches if branch.guard is not None]
    expressions += [invariant.check for invariant in definition.invariants]
    for spec in (definition.events or {}).values():
        expressions += [value for values in (spec.set, *spec.upcasts) for value in values.values()]
    written = (emission.overrides for branch in branches for emission in branch.emits)
    expressions += [value for overrides in written for value in overrides.values()]
    return distinct(value for expression in expressions for value in _literals(expression.source))


@cache
def _literals(source: str) -> tuple[Any, ...]:
    return tuple(node.value for node, _ in walk(parse(source)) if isinstance(node, Literal))


@dataclass(frozen=True, slots=True)
class _Nearest:
    """The constants and sizes that a field's value is compared with, including its copies.

    `is_read`: whether any expression depends on it.
    """

    constants: tuple[Any, ...] = ()
    sizes: tuple[int, ...] = ()
    is_read: bool = True


@lru_cache(maxsize=4_096)
def _nearest(machine: Machine, command: str, field: str) -> _Nearest:
    met = flow_of(machine).expressions_met(command, field)
    constants = distinct(value for expression in met for value in _literals(expression.source))
    sizes = {size for expression in met for size in _sizes(expression.source)}
    near = {size + step for size in sizes for step in (0, 1, -1)}
    in_reach = sorted(size for size in near if 0 <= size <= SIZE_MAX)
    return _Nearest(tuple(constants), tuple(in_reach), is_read=bool(met))


@cache
def _sizes(source: str) -> tuple[int, ...]:
    """The integers that a size is compared with."""
    found = []
    for node in comparisons(parse(source)):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, Call) and side.function == "size" and isinstance(other, Literal):
                found += [other.value] if type(other.value) is int else []
    return tuple(found)


def _payloads(
    fields: Mapping[str, Field], nearest: Mapping[str, _Nearest], hints: list[Any]
) -> Iterator[dict[str, Any]]:
    choices = [_field_values(field, nearest.get(name, _Nearest()), hints) for name, field in fields.items()]
    for chosen in _combinations(choices):
        yield {name: value for name, value in zip(fields, chosen, strict=True) if value is not _ABSENT}


def _is_covered(machine: Machine, command: str, branches: tuple[Branch, ...]) -> bool:
    """Whether for each payload, sender and time some candidate of the command gets the same decision."""
    spec = (machine.definition.commands or {}).get(command)
    roots = {chain[0] for branch in branches for one in branch.expressions for chain in one.references}
    roles = {*(spec.roles if spec else ()), *(role for branch in branches for role in branch.roles)}
    if roots & {"now", "actor"} or len(roles) > 2:
        return False
    if spec is None:
        copied = {emission.copied for branch in branches for emission in branch.emits}
        return "command" not in roots and len(copied) < 2 and not _sets_anything(machine, branches)
    fields = spec.payload.fields
    if not any(flow_of(machine).expressions_met(command, name) for name in fields):
        return all(finite_domain(one.schema) or _has_samples(one) for one in fields.values())
    domains = [finite_domain(field.schema) for field in fields.values()]
    if not all(domains):
        return False
    optional = [field.optional for field in fields.values()]
    return (
        prod(len(domain or ()) + one for domain, one in zip(domains, optional, strict=True)) <= PAYLOADS_MAX
    )


def _has_samples(field: Field) -> bool:
    """Whether there are two samples, so that at least one differs from any constant."""
    return len(sample_values(field.schema, ())) > 1


def _sets_anything(machine: Machine, branches: Iterable[Branch]) -> bool:
    events = machine.definition.events or {}
    emitted = (emission.event for branch in branches for emission in branch.emits)
    return any(name in events and events[name].set for name in emitted)


def _may_send(machine: Machine, command: str, actor: Actor) -> bool:
    """Whether the roles of the command let the actor send it."""
    spec = (machine.definition.commands or {}).get(command)
    return spec is None or not spec.roles or not set(spec.roles).isdisjoint(actor.roles)


def _read_by(branches: Iterable[Branch]) -> dict[str, Field]:
    """The fields that branches read from an undeclared command; they can have any value."""
    names: set[str] = set()
    for branch in branches:
        names.update(name for emission in branch.emits for name in emission.copied or ())
        for expression in branch.expressions:
            names.update(chain[1] for chain in expression.references if chain[0] == "command" and chain[1:])
    return {name: Field(name, {}, DYN) for name in sorted(names)}


def _scalars(value: Any) -> Iterator[Any]:
    match value:
        case Mapping():
            for part in value.values():
                yield from _scalars(part)
        case list():
            for part in value:
                yield from _scalars(part)
        case _:
            yield value


def _combinations(choices: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    if prod(map(len, choices)) <= PAYLOADS_MAX:
        yield from product(*choices)
        return
    changes = [[(place, rank) for rank in range(1, len(values))] for place, values in enumerate(choices)]
    yield _varied(choices)
    yield from (_varied(choices, change) for several in changes for change in several)
    pairs = (pair for two in combinations(changes, 2) for pair in product(*two))
    plainest = sorted(pairs, key=lambda pair: sum(_rank(choices, change) for change in pair))
    yield from (_varied(choices, *pair) for pair in plainest[:PAYLOADS_MAX])


def _varied(choices: list[list[Any]], *changes: _Change) -> tuple[Any, ...]:
    """The simplest value for each field, except for the changes."""
    ranks = dict(changes)
    return tuple(values[ranks.get(place, 0)] for place, values in enumerate(choices))


def _rank(choices: list[list[Any]], change: _Change) -> int:
    """The rank of a value. Leaving a field out ranks first, because only that shows a default."""
    place, rank = change
    return 0 if choices[place][rank] is _ABSENT else rank


def _field_values(field: Field, nearest: _Nearest, hints: list[Any]) -> list[Any]:
    """Values to try for a field, at least one. It may be invalid if no valid value can be guessed."""
    values = sample_values(field.schema, hints, nearest=nearest.constants, sizes=nearest.sizes)
    if not nearest.is_read:
        values = values[:UNREAD_MAX]
    if field.default is not MISSING:
        values.append(field.default)
    return [*(distinct(values) or [None]), *([_ABSENT] if field.optional else [])]


def _actors(machine: Machine, command: str, branches: Iterable[Branch], hints: list[Any]) -> list[Actor]:
    """An actor for each role of the command and its branches, one with all these roles, and one with none."""
    spec = (machine.definition.commands or {}).get(command)
    named = distinct([*(spec.roles if spec else ()), *(role for branch in branches for role in branch.roles)])
    chains = {chain for branch in branches for one in branch.expressions for chain in one.references}
    held = [(role,) for role in named]
    if ("actor", "roles") in chains:
        held += [(hint,) for hint in distinct(hints) if isinstance(hint, str) and hint not in named]
    if len(named) > 1:
        held.append(tuple(named))
    ids = [""]
    if ("actor", "id") in chains:
        ids = distinct([*(hint for hint in hints if isinstance(hint, str)), ANYBODY])
    return [Actor(id, holding) for holding in (*held, ()) for id in ids]


def _times(branches: Iterable[Branch], constants: Iterable[Any], data: Mapping[str, Any]) -> list[str]:
    """The default time if nothing depends on it, otherwise times near the timestamps and durations in use."""
    expressions = [expression for branch in branches for expression in branch.expressions]
    if not any(("now",) in expression.references for expression in expressions):
        return [DEFAULT_TIME]
    named = [value for value in (*constants, *_scalars(data)) if isinstance(value, str)]
    moments = [time for text in named if (time := _parsed(Timestamp, text)) is not None]
    spans = [span for text in named if (span := _parsed(Duration, text)) is not None]
    moments = moments or [Timestamp.parse(DEFAULT_TIME)]
    near = [(0, step) for step in (0, 1, -1)]
    steps = [
        *near,
        *((sign * span.nanoseconds, step) for span in spans for sign in (1, -1) for _, step in near),
    ]
    found = (_shifted(moment, span + step * SECOND) for moment in moments for span, step in steps)
    return distinct([*TIMES, *islice((text for text in found if text is not None), TIMES_MAX)])


def _parsed(kind: type[_Parsed], text: str) -> _Parsed | None:
    try:
        return kind.parse(text)
    except EvaluationError:
        return None


def _shifted(moment: Timestamp, nanoseconds: int) -> str | None:
    try:
        return str(Timestamp(moment.nanoseconds + nanoseconds))
    except EvaluationError:
        return None
