"""`transitions` receives only generated names and functions, never callback names from a definition."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from statewright.errors import DefinitionError
from statewright.language import load_definition
from statewright.machine.compiled import compile_machine
from statewright.machine.messages import Accepted
from tests.given import command, when

HOSTILE = [
    "state",
    "model",
    "trigger",
    "models",
    "to_b",
    "is_a",
    "may_go",
    "initial",
    "dispatch",
    "_leaf2"[1:],
]


@contextmanager
def audited() -> Iterator[list[str]]:
    """Return the audit events of a block that would indicate code chosen by the definition."""
    seen: list[str] = []
    active = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if active and event in {"os.system", "subprocess.Popen", "import", "socket.connect", "open"}:
            seen.append(f"{event} {arguments[:1]}")

    sys.addaudithook(watch)
    try:
        yield seen
    finally:
        active = False


def written(name: str) -> bytes:
    accepts = {name: {"emit": name, "target": "b"}}
    states = {"a": {"accepts": accepts}, "b": {"final": True}}
    return json.dumps({"machine": name, "initial": "a", "states": states}).encode()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_collides_with_the_librarys_own(name: str) -> None:
    """Commands and events may have any valid name."""
    machine = compile_machine(load_definition(written(name), "m.json"))
    verdict = when(machine, machine.initial, command(name))
    assert isinstance(verdict, Accepted)
    assert verdict.state.leaf == "b"


@pytest.mark.parametrize("name", ["os.system", "a.b", "__class__", "", "x y", "a" * 65])
def test_a_name_that_could_be_code_is_refused(name: str) -> None:
    """Names with dots are rejected, because the library would import and call them."""
    with pytest.raises(DefinitionError):
        load_definition(written(name), "m.json")


def test_loading_and_firing_runs_no_code_of_a_definitions_choosing() -> None:
    """Loading a definition and firing a command causes no import, process, socket or file access."""
    load_definition(written("Warm"), "m.json")
    with audited() as seen:
        machine = compile_machine(load_definition(written("Go"), "m.json"))
        when(machine, machine.initial, command("Go"))
    assert seen == []


def test_each_move_is_computed_by_the_library_once() -> None:
    """Repeated moves use a cached result instead of the library."""
    machine = compile_machine(load_definition(written("Go"), "m.json"))
    first = machine.transition("a", "Go")
    assert machine.transition("a", "Go") is first
    assert set(machine.transitions) == {("a", "Go", None)}
