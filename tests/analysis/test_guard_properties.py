"""The analysis of guards agrees with the engine: random guards, random values, the real `decide`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from statewright.analysis.guard_cases import Situation, situations
from statewright.analysis.truth import understood
from statewright.errors import DefinitionError
from statewright.language import load_definition
from statewright.language.model import Definition
from statewright.lint.rules.gaps import uncovered
from statewright.machine.compiled import compile_machine
from statewright.machine.decide import decide
from statewright.machine.flatten import flatten
from statewright.machine.messages import Accepted, AggregateState, Command, Rejected

pytestmark = pytest.mark.slow

PAYLOAD = {
    "n": {"type": "integer", "minimum": -3, "maximum": 9},
    "m": {"type": ["integer", "null"], "exclusiveMaximum": 4},
    "x": {"type": "number", "minimum": 0},
    "s": {"type": "string", "maxLength": 3},
    "k": {"type": "string", "enum": ["a", "b", "c"]},
    "b": {"type": "boolean"},
}
VALUES = st.fixed_dictionaries(
    {
        "n": st.integers(-3, 9),
        "m": st.none() | st.integers(-9, 3),
        "x": st.floats(0, 5),
        "s": st.text("ab", max_size=3),
        "k": st.sampled_from("abc"),
        "b": st.booleans(),
    }
)
NUMBERS = st.integers(-4, 10)
RELATIONS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
SMALL = (
    st.builds("command.n {} {}".format, RELATIONS, NUMBERS)
    | st.builds("{1} {0} command.n".format, RELATIONS, NUMBERS)
    | st.builds("(command.m != null && command.m {} {})".format, RELATIONS, NUMBERS)
    | st.builds("command.x {} {}.5".format, RELATIONS, st.integers(0, 4))
    | st.builds("size(command.s) {} {}".format, RELATIONS, NUMBERS)
    | st.builds("command.s == '{}'".format, st.text("ab", max_size=3))
    | st.builds("command.k in ['{}', '{}']".format, st.sampled_from("abc"), st.sampled_from("abc"))
    | st.sampled_from(["command.b", "command.m == null", "command.n + 1 > 3", "command.n < data.limit"])
)
GUARDS = st.recursive(
    SMALL,
    lambda inner: (
        st.builds("({} && {})".format, inner, inner)
        | st.builds("({} || {})".format, inner, inner)
        | st.builds("!({})".format, inner)
        | st.builds("({} ? {} : {})".format, inner, inner, inner)
    ),
    max_leaves=4,
)


def definition_of(guards: list[str]) -> Definition:
    """Return a machine with one state, whose command has a branch per guard."""
    branches = [{"guard": guard, "emit": f"E{number}"} for number, guard in enumerate(dict.fromkeys(guards))]
    written = {
        "machine": "m",
        "initial": "a",
        "data": {"limit": {"type": "integer", "default": 5}},
        "commands": {"Do": {"payload": PAYLOAD}},
        "states": {"a": {"accepts": {"Do": branches}}},
    }
    try:
        return load_definition(json.dumps(written).encode(), "m.machine.json")
    except DefinitionError:  # comparing a value that cannot be null with null is a type error
        reject()


def outcome(definition: Definition, payload: Mapping[str, Any]) -> Accepted | Rejected:
    """Return the engine's decision for a new aggregate."""
    state = AggregateState("a", {"limit": 5}, 0)
    command = Command("c", "m", "1", "Do", payload, digest="")
    verdict = decide(compile_machine(definition), state, command, now="2026-01-01T00:00:00Z")
    assert isinstance(verdict, Accepted | Rejected)
    return verdict


@settings(max_examples=60)
@given(guard=GUARDS, payload=VALUES)
def test_the_cases_represent_every_payload(guard: str, payload: dict[str, Any]) -> None:
    """The engine's result for any payload is the result of some case, unless a case is unknown.

    A guard with the same result in all cases therefore always has that result.
    """
    definition, understanding = definition_of([guard]), understood(guard)
    results = {
        understanding.truth(case) for case in Situation(definition, ("a",), "Do").cases([understanding])
    }
    holds = isinstance(outcome(definition, payload), Accepted)
    assert not results or None in results or holds in results


@settings(max_examples=60)
@given(guards=st.lists(GUARDS, min_size=2, max_size=3, unique=True), payload=VALUES)
def test_a_reported_gap_exists(guards: list[str], payload: dict[str, Any]) -> None:
    """With the values of the gap, the engine finds no branch, regardless of the other values."""
    definition = definition_of(guards)
    ((_, situation),) = situations(definition, flatten(definition)[0])
    gap = uncovered([understood(guard) for guard in guards], situation)
    assume(gap is not None)
    for variable, value in (gap or {}).items():
        payload[variable.path[1]] = "a" * cast(int, value) if variable.sized else value
    verdict = outcome(definition, payload)
    assert isinstance(verdict, Rejected)
    assert verdict.code == "GUARD_FAILED"
