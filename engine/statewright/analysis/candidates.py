"""Commands worth trying at a state: few, and chosen where behaviour changes.

Payloads are made of sample values of the schemas, with the constants of guards and invariants and the data
as hints; actors have the roles that are named. Pure and deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations, product
from math import prod
from typing import Any

from statewright.analysis.requests import DEFAULT_TIME, CommandRequest
from statewright.analysis.values import distinct, sample_values
from statewright.errors import EvaluationError
from statewright.language.cel import Timestamp
from statewright.language.cel.parser import parse
from statewright.language.cel.syntax import Literal, walk
from statewright.language.cel.types import DYN
from statewright.language.model import Branch
from statewright.language.schema.payloads import MISSING, Field
from statewright.machine.compiled import Machine
from statewright.machine.messages import Actor, AggregateState

PAYLOADS_MAX = 64  # of one command; beyond it one field at a time is varied, and as many pairs of fields
TIMES = (DEFAULT_TIME, "2100-01-01T00:00:00Z", "1970-01-01T00:00:00Z")
ANYBODY = "ada"

_ABSENT = object()
_Change = tuple[int, int]  # the field by its place, its value by its rank


def candidate_requests(
    machine: Machine, state: AggregateState, *, values: Iterable[object] = ()
) -> Iterator[CommandRequest]:
    """For each command that the state lists, in the order of the definition.

    `values`: what payloads may hold besides what the schemas, the state's branches and its data suggest.
    """
    invariants = [invariant.check for invariant in machine.definition.invariants]
    known = [*values, *_scalars(state.data)]
    for command, branches in machine.rows[state.leaf].items():
        guards = [branch.guard for branch in branches if branch.guard is not None]
        constants = [value for guard in (*guards, *invariants) for value in _literals(guard.source)]
        tried = list(payloads(machine, command, branches, values=[*constants, *known]))
        for actor in _actors(machine, command, branches, [*constants, *known]):
            for at in _times(branches, constants):
                yield from (CommandRequest(command, payload, actor, at) for payload in tried)


def payloads(
    machine: Machine, command: str, branches: Iterable[Branch], *, values: Iterable[object] = ()
) -> Iterator[dict[str, Any]]:
    """Payloads of a command, the plainest first. `branches`: what it leads to, in case nobody declared it."""
    spec = (machine.definition.commands or {}).get(command)
    yield from payloads_of(_read_by(branches) if spec is None else spec.payload.fields, list(values))


def payloads_of(fields: Mapping[str, Field], hints: list[Any]) -> Iterator[dict[str, Any]]:
    """Payloads of these fields, the plainest first."""
    choices = [_field_values(field, hints) for field in fields.values()]
    for chosen in _combinations(choices):
        yield {name: value for name, value in zip(fields, chosen, strict=True) if value is not _ABSENT}


def literals(machine: Machine) -> list[Any]:
    """Every constant that an expression of the machine names, each once; those that decide come first."""
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


def _read_by(branches: Iterable[Branch]) -> dict[str, Field]:
    """What branches take from an undeclared command: any value may be there."""
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
    """The plainest value everywhere but where it is changed."""
    ranks = dict(changes)
    return tuple(values[ranks.get(place, 0)] for place, values in enumerate(choices))


def _rank(choices: list[list[Any]], change: _Change) -> int:
    """Being absent counts as plain: a default shows in nothing else."""
    place, rank = change
    return 0 if choices[place][rank] is _ABSENT else rank


def _field_values(field: Field, hints: list[Any]) -> list[Any]:
    """At least one, although none may fit: a value that nobody can guess leaves the command untried."""
    values = sample_values(field.schema, hints)
    if field.default is not MISSING:
        values.append(field.default)
    return [*(distinct(values) or [None]), *([_ABSENT] if field.optional else [])]


def _actors(machine: Machine, command: str, branches: Iterable[Branch], hints: list[Any]) -> list[Actor]:
    """One for each role that the command or a branch asks for, and one without any."""
    spec = (machine.definition.commands or {}).get(command)
    roles = [*(spec.roles if spec else ()), *(role for branch in branches for role in branch.roles)]
    chains = {chain for branch in branches if branch.guard for chain in branch.guard.references}
    if ("actor", "roles") in chains:
        roles += [hint for hint in hints if isinstance(hint, str)]
    ids = [""]
    if ("actor", "id") in chains:
        ids = distinct([*(hint for hint in hints if isinstance(hint, str)), ANYBODY])
    held = [(role,) for role in distinct(roles)]
    return [Actor(id, holding) for holding in (*held, ()) for id in ids]


def _times(branches: Iterable[Branch], constants: Iterable[Any]) -> list[str]:
    """Only one where no guard depends on it."""
    guards = (branch.guard for branch in branches if branch.guard is not None)
    if not any(("now",) in guard.references for guard in guards):
        return [DEFAULT_TIME]
    return distinct([*TIMES, *(text for text in constants if isinstance(text, str) and _is_time(text))])


def _is_time(text: str) -> bool:
    try:
        Timestamp.parse(text)
    except EvaluationError:
        return False
    return True
