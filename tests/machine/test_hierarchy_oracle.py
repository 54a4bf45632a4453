"""Random hierarchical definitions are compared with `transitions`' own HierarchicalMachine.

There, refusals and the implicit catch-all are unguarded internal transitions, because that library falls
through to the parent if no guard is true, whereas our state's list replaces its parent's.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from transitions.extensions.nesting import HierarchicalMachine, NestedState

from statewright.language import load_definition
from statewright.machine.compiled import Machine, compile_machine
from statewright.machine.messages import Accepted, Rejected
from tests.given import command, when

pytestmark = pytest.mark.slow

COMMANDS = ["A", "B", "C", "D"]
DEFINITIONS = 900
SEEDS_PER_TEST = 150
STEPS = 24


class DottedState(NestedState):
    """The default separator would split names that contain an underscore."""

    separator = "."


class Chart(HierarchicalMachine):
    state_cls = DottedState


@pytest.mark.parametrize("first_seed", range(0, DEFINITIONS, SEEDS_PER_TEST))
def test_flattened_machines_move_as_the_hierarchical_library_does(first_seed: int, report_line: Any) -> None:
    """The leaf and the topmost entered state agree after every command."""
    steps = sum(_compare(seed) for seed in range(first_seed, first_seed + SEEDS_PER_TEST))
    last = first_seed + SEEDS_PER_TEST - 1
    report_line(f"hierarchy oracle: seeds {first_seed} to {last}, {steps} commands agreed")


def _compare(seed: int) -> int:
    random = Random(seed)
    written = _definition(random)
    machine = compile_machine(load_definition(json.dumps(written).encode(), "random.json"))
    oracle = Oracle(written)
    state = machine.initial
    assert state.leaf == oracle.state, f"seed {seed}"
    for _ in range(STEPS):
        sent = command(random.choice(COMMANDS), {"n": random.randrange(4)})
        verdict = when(machine, state, sent)
        entered = oracle.fire(sent.name, sent.data["n"])
        if isinstance(verdict, Accepted):
            state = verdict.state
            assert verdict.events[-1].entered == entered, f"seed {seed}: {sent.name} in {written}"
        else:
            assert isinstance(verdict, Rejected)
            assert entered is None, f"seed {seed}: {sent.name} in {written}"
        assert state.leaf == oracle.state, f"seed {seed}: {sent.name} in {written}"
    return STEPS


def _definition(random: Random) -> dict[str, Any]:
    """Names are unique, and every outcome branch emits an event of its own, so the replay rule holds."""
    names = iter(f"s_{number}" for number in range(1_000))
    states = {next(names): _state(random, names, 1) for _ in range(random.randint(2, 4))}
    written = {"machine": "random", "initial": next(iter(states)), "states": states}
    every_name = list(_absolute(states))
    events = iter(f"E{number}" for number in range(10_000))
    for name, state in _absolute(states).items():
        if random.random() < 0.15 and "states" not in state and name != written["initial"]:
            state["final"] = True
        elif accepts := _accepts(random, every_name, events):
            state["accepts"] = accepts
    if random.random() < 0.3:
        written["accepts"] = _accepts(random, every_name, events)
    return written


def _state(random: Random, names: Any, depth: int) -> dict[str, Any]:
    if depth == 4 or random.random() < 0.5:
        return {}
    children = {next(names): _state(random, names, depth + 1) for _ in range(random.randint(1, 3))}
    return {"initial": random.choice(list(children)), "states": children}


def _absolute(states: dict[str, Any], prefix: str = "") -> dict[str, dict[str, Any]]:
    found = {}
    for name, state in states.items():
        found[prefix + name] = state
        found.update(_absolute(state.get("states", {}), f"{prefix}{name}."))
    return found


def _accepts(random: Random, targets: list[str], events: Any) -> dict[str, Any]:
    chosen = random.sample(COMMANDS, random.randint(0, 3))
    return {name: _branches(random, targets, events) for name in chosen}


def _branches(random: Random, targets: list[str], events: Any) -> list[dict[str, Any]]:
    """Guards compare n with decreasing limits, so all branches of a list differ."""
    branches = [
        _branch(random, targets, events, limit) for limit in random.sample([1, 2, 3], random.randint(0, 2))
    ]
    if random.random() < 0.7 or not branches:
        branches.append(_branch(random, targets, events, None))
    return branches


def _branch(random: Random, targets: list[str], events: Any, limit: int | None) -> dict[str, Any]:
    branch: dict[str, Any] = {} if limit is None else {"guard": f"command.n >= {limit}"}
    if random.random() < 0.15:
        return {**branch, "reject": "NO"}
    branch["emit"] = next(events)
    if random.random() < 0.8:
        branch["target"] = random.choice(targets)
    return branch


class Oracle:
    """The same definition, written for the library by independent rules."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.state = ""
        self.entered: list[str] = []
        self.chart = Chart(
            model=self,
            states=[self._nested(name, state, "") for name, state in written["states"].items()],
            initial=written["initial"],
            auto_transitions=False,
            send_event=True,
        )
        for name, state in _absolute(written["states"]).items():
            self._add(name, state.get("accepts", {}), final=state.get("final", False))
        for name, state in written["states"].items():
            listed = state.get("accepts", {})
            top = {key: value for key, value in written.get("accepts", {}).items() if key not in listed}
            self._add(name, {} if state.get("final") else top, final=False)

    def fire(self, name: str, n: int) -> str | None:
        """Fire a trigger and return the topmost state that was entered, or None."""
        self.entered = []
        if name in self.chart.events and self.chart.get_triggers(*self._lineage()).count(name):
            self.chart.trigger_event(self, name, n=n)
        return self.entered[0] if self.entered else None

    def _lineage(self) -> list[str]:
        parts = self.state.split(".")
        return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]

    def _nested(self, name: str, state: dict[str, Any], prefix: str) -> dict[str, Any]:
        absolute = prefix + name
        nested: dict[str, Any] = {"name": name, "on_enter": [lambda event: self.entered.append(absolute)]}
        if "states" in state:
            children = state["states"].items()
            nested["children"] = [self._nested(child, inner, f"{absolute}.") for child, inner in children]
            nested["initial"] = state["initial"]
        return nested

    def _add(self, source: str, accepts: dict[str, Any], *, final: bool) -> None:
        for name, branches in accepts.items():
            for branch in branches:
                limit = int(branch["guard"].split()[-1]) if "guard" in branch else 0
                at_least = lambda event, limit=limit: event.kwargs["n"] >= limit  # noqa: E731
                self.chart.add_transition(name, source, branch.get("target"), conditions=at_least)
            self.chart.add_transition(name, source, None)
        for name in COMMANDS if final else ():
            self.chart.add_transition(name, source, None)


def test_the_machine_is_built_once_and_shared() -> None:
    """Two aggregates use one machine without affecting each other."""
    written = {"machine": "m", "initial": "a", "states": {"a": {"accepts": {"A": "b"}}, "b": {}}}
    machine: Machine = compile_machine(load_definition(json.dumps(written).encode(), "m.json"))
    first = when(machine, machine.initial, command("A"))
    second = when(machine, machine.initial, command("A"))
    assert first == second
