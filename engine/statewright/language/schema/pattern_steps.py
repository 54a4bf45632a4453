"""How long a regular expression can take: a bound on the steps of a matcher that goes back and tries again.

A repetition that what follows can continue is tried at every length that it can have; two of them in a row
multiply. Where what follows excludes the repeated characters, only the whole run can be right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from statewright.language.schema.pattern_syntax import (
    TEXT_LENGTH_MAX,
    Characters,
    Choice,
    Look,
    Mark,
    Part,
    Repeat,
)


@dataclass(frozen=True, slots=True)
class _Rest:
    """What follows a part.

    `begins`: the characters that it can begin with. `certain`: it matches anywhere, by nothing if need be,
    so whatever stands before it is never tried again.
    """

    begins: frozenset[str]
    certain: bool


@dataclass(frozen=True, slots=True)
class _Cost:
    """Of one attempt at a part: its steps, and the ways in which it hands over to what follows."""

    steps: int
    ways: int


_SUCCESS = _Rest(frozenset(), certain=True)
_NOTHING = _Rest(frozenset(), certain=False)


def steps_max(pattern: Choice) -> int:
    """No search in a text of the greatest length takes more; about 1,000 times its length is quadratic."""
    starts = 1 if _is_anchored(pattern) else TEXT_LENGTH_MAX
    return starts * _cost(pattern, _SUCCESS).steps


def _is_anchored(pattern: Choice) -> bool:
    return all(branch and _begins_at_start(branch[0]) for branch in pattern.branches)


def _begins_at_start(part: Part) -> bool:
    match part:
        case Mark():
            return part.is_start
        case Choice():
            return _is_anchored(part)
        case _:
            return False


def _cost(part: Part, rest: _Rest) -> _Cost:
    match part:
        case Characters() | Mark():
            return _Cost(1, 1)
        case Look():
            return _Cost(_cost(part.inside, _SUCCESS).steps + TEXT_LENGTH_MAX, 1)
        case Choice():
            costs = [_cost_of_sequence(branch, rest) for branch in part.branches]
            return _Cost(sum(cost.steps for cost in costs), sum(cost.ways for cost in costs))
        case Repeat() if part.most <= 1:
            return _cost_of_option(part, rest)
        case Repeat():
            return _cost_of_loop(part, rest)
        case _:
            assert_never(part)


def _cost_of_sequence(parts: tuple[Part, ...], rest: _Rest) -> _Cost:
    rests = [rest]
    for part in reversed(parts[1:]):
        rests.append(_followed(part, rests[-1]))
    steps, ways = 1, 1
    for part, following in zip(parts, reversed(rests), strict=False):
        cost = _cost(part, following)
        steps += ways * cost.steps
        ways *= cost.ways
    return _Cost(steps, ways)


def _cost_of_option(repeat: Repeat, rest: _Rest) -> _Cost:
    cost = _cost(repeat.part, rest)
    can_be_nothing = _followed(repeat.part, _SUCCESS).certain
    is_settled = rest.certain or not (can_be_nothing or _overlap(repeat.part, rest))
    return _Cost(cost.steps, cost.ways if is_settled else cost.ways + 1)


def _cost_of_loop(repeat: Repeat, rest: _Rest) -> _Cost:
    """Of a part that does not vary in itself. Before a certain rest only too few rounds are a failure."""
    most = max(repeat.least, min(repeat.most, TEXT_LENGTH_MAX))
    rounds = max(1, repeat.least) if rest.certain else most
    is_settled = rest.certain or not _overlap(repeat.part, rest)
    return _Cost(rounds * _cost(repeat.part, _NOTHING).steps, 1 if is_settled else most - repeat.least + 1)


def _overlap(part: Part, rest: _Rest) -> bool:
    return not rest.begins.isdisjoint(_followed(part, _NOTHING).begins)


def _followed(part: Part, rest: _Rest) -> _Rest:
    """The part and what follows it, as what follows something else."""
    match part:
        case Characters():
            return _Rest(part.members, certain=False)
        case Mark() if part.is_end:
            return _NOTHING
        case Mark() | Look():
            return _Rest(rest.begins, certain=False)
        case Repeat():
            once = _followed(part.part, rest)
            return once if part.least else _Rest(once.begins | rest.begins, rest.certain)
        case Choice():
            routes = [_sequence_followed(branch, rest) for branch in part.branches]
            begins = frozenset[str]().union(*(route.begins for route in routes))
            return _Rest(begins, any(route.certain for route in routes))
        case _:
            assert_never(part)


def _sequence_followed(parts: tuple[Part, ...], rest: _Rest) -> _Rest:
    for part in reversed(parts):
        rest = _followed(part, rest)
    return rest
