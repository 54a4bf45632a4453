"""The public interface: `from statewright import …`."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import handler
import handler.app
import statewright
import statewright.aws.app
from statewright import (
    Accepted,
    Actor,
    Application,
    Command,
    DefinitionError,
    Duplicate,
    Failure,
    Invalid,
    Machine,
    MemoryStore,
    Rejected,
    SqliteFile,
    compile_machine,
    decide,
    evolve,
    load_definition,
    new_command,
    open_definitions,
    open_store,
    read_aggregate,
    read_command,
    replay,
)
from statewright.stores.port import Slice
from tests.given import CONFIG, NOW

DOOR = (
    b"machine: door\ninitial: shut\nstates: {shut: {accepts: {Open: open}}, open: {accepts: {Shut: shut}}}\n"
)

CIRCULAR: dict[str, object] = {}
CIRCULAR["self"] = CIRCULAR


@pytest.fixture
def door() -> Machine:
    return compile_machine(load_definition(DOOR, "door.machine.yaml"))


@pytest.fixture
def application() -> Iterator[Application]:
    with Application(store=MemoryStore(), definitions=open_definitions(CONFIG)) as built:
        yield built


def test_the_names_are_sorted_and_exist() -> None:
    """Every name in `__all__` can be imported and has a docstring of its own."""
    assert statewright.__all__ == sorted(statewright.__all__)
    undocumented = [name for name in statewright.__all__ if not getattr(statewright, name).__doc__]
    assert undocumented == []


def test_type_checkers_see_the_same_names() -> None:
    """The imports for type checkers list exactly the names in `__all__`."""
    tree = ast.parse(Path(statewright.__file__).read_text())
    [guarded] = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {alias.name for one in guarded.body if isinstance(one, ast.ImportFrom) for alias in one.names}
    assert seen == set(statewright.__all__)


def test_importing_the_package_loads_nothing_else() -> None:
    """Each name loads its module on first use."""
    code = "import sys, statewright; print([one for one in sys.modules if one.startswith('statewright.')])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_an_unknown_name_is_an_attribute_error() -> None:
    """`hasattr` is false for an unknown name, as in any module."""
    assert not hasattr(statewright, "no_such_name")


def test_a_definition_decides_and_evolves(door: Machine) -> None:
    """The machine has the initial state, and folding the events gives the state of the decision."""
    verdict = decide(door, door.initial, new_command("door", "d-1", "Open", id="c-1"), now=NOW)
    assert isinstance(verdict, Accepted)
    [event] = verdict.events
    assert evolve(door, door.initial, event) == replay(door, door.initial, verdict.events) == verdict.state
    assert (verdict.state.leaf, verdict.state.version) == ("open", 1)


def test_a_broken_definition_lists_its_findings() -> None:
    """The exception has the findings of the definition."""
    with pytest.raises(DefinitionError) as caught:
        load_definition(b"machine: door\ninitial: opne\nstates: {open: {final: true}}\n", "door.machine.yaml")
    assert [str(one.code.id) for one in caught.value.findings] == ["SW101"]


def test_an_application_handles_one_command(application: Application) -> None:
    """Accepted once, a duplicate on retry, and refused with a code if the state does not accept it."""
    place = new_command("order", "o-1", "PlaceOrder", {"total": 5}, id="c-1")
    first, again = application.handle(place), application.handle(place)
    assert (first.code, first.version, type(again.outcome)) == ("ACCEPTED", 1, Duplicate)
    refused = application.handle(new_command("order", "o-1", "PlaceOrder", {"total": 5}, id="c-2"))
    assert isinstance(refused.outcome, Rejected)
    assert refused.outcome.code == "NOT_ACCEPTED"


def test_a_command_without_a_machine_is_invalid(application: Application) -> None:
    """A command for an unknown machine gives an Invalid outcome instead of an exception."""
    result = application.handle(new_command("ordre", "o-1", "PlaceOrder", id="c-1"))
    assert isinstance(result.outcome, Invalid)


def test_an_aggregate_is_read_at_its_current_version(tmp_path: Path, door: Machine) -> None:
    """An aggregate without events has the initial state; later reads show its events."""
    (tmp_path / "door.machine.yaml").write_bytes(DOOR)
    store = open_store(SqliteFile(tmp_path / "events.db"))
    with Application(store=store, definitions=open_definitions(tmp_path)) as application:
        assert read_aggregate(store, door, "d-1") == door.initial
        application.handle(new_command("door", "d-1", "Open", id="c-1"))
    assert read_aggregate(store, door, "d-1").leaf == "open"
    store.close()


def test_a_command_is_the_same_from_values_and_from_json() -> None:
    """A retry is recognised whichever way it is sent."""
    body = '{"id": "c-1", "machine": "door", "aggregate_id": "d-1", "command": "Open", "data": {"by": 1}}'
    read = read_command(body)
    assert isinstance(read, Command)
    assert read == new_command("door", "d-1", "Open", {"by": 1}, id="c-1")


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"id": ""}, "id: must match"),
        ({"aggregate_id": "a/b"}, "aggregate_id: must match"),
        ({"id": 1}, "id: must match"),
        ({"name": "1st"}, "command: must match"),
        ({"data": {"by": 2**63}}, r"data\.\*: is an integer that does not fit in 64 bits"),
        ({"data": {"by": float("nan")}}, r"data\.\*: NaN and Infinity are not JSON"),
        ({"data": [1]}, "data: must be an object"),
        ({"data": {"by": "x" * 300_000}}, "body: larger than"),
        ({"correlation_id": 5}, "correlation_id: must be a string"),
        ({"correlation_id": "x" * 129}, "correlation_id: must be a string of at most 128"),
        ({"causation_id": "\ud800"}, "causation_id: contains half of a surrogate pair"),
        ({"expected_version": -1}, "expected_version: must be an integer"),
        ({"expected_version": True}, "expected_version: must be an integer"),
        ({"actor": Actor(id=5)}, "actor.id: must be a string"),  # type: ignore[arg-type]
        ({"actor": Actor("ada", (1,))}, "actor.roles: must be a list of strings"),  # type: ignore[arg-type]
        ({"actor": "ada"}, "actor: must be an Actor"),
        ({"data": {"by": object()}}, "data: Object of type object is not JSON serializable"),
        ({"data": "abc"}, "data: must be an object"),
        ({"data": {"by": "\ud83d\ude00"}}, r"data\.\*: contains half of a surrogate pair"),
        ({"aggregate_id": object()}, "aggregate_id: must match"),
        ({"causation_id": b"x"}, "causation_id: must be a string"),
        ({"data": {"by": {1: 2}}}, "data: keys must be strings, not int"),
        ({"data": {"by": 10**5000}}, "data: Exceeds the limit"),
        ({"data": CIRCULAR}, "data: "),
        ({"actor": Actor("ada", "clerk")}, "actor.roles: must be a list of strings"),  # type: ignore[arg-type]
    ],
)
def test_a_malformed_command_names_the_part(parts: dict[str, object], reason: str) -> None:
    """`new_command` raises an error that names the malformed part."""
    values: dict[str, object] = {"machine": "door", "aggregate_id": "d-1", "name": "Open", "id": "c-1"}
    with pytest.raises(ValueError, match=reason):
        new_command(**(values | parts))  # type: ignore[arg-type]


def test_a_body_that_is_not_utf_8_is_invalid() -> None:
    """A body of bytes that are not UTF-8 gives an Invalid with the position of the first bad byte."""
    invalid = read_command(b'{"id": "c-1\xff"}')
    assert isinstance(invalid, Invalid)
    assert invalid.reason == "body: is not UTF-8, byte 12"


def test_the_deployed_handler_is_a_package_of_its_own() -> None:
    """`handler` has an `__init__.py`, so no other `handler` on the path shadows it."""
    assert handler.__file__ is not None
    assert handler.app.lambda_handler is statewright.aws.app.lambda_handler


def test_an_invalid_command_stays_invalid(application: Application) -> None:
    """An application accepts the Invalid that `read_command` returned."""
    result = application.handle(read_command("{}"))
    assert (result.code, result.reason) == ("INVALID", "machine: is required")


@pytest.mark.parametrize("literal", ["9007199254740993.0", "4503599627370497.5"])
def test_a_command_that_was_read_keeps_its_literals(application: Application, literal: str) -> None:
    """Large numbers keep their digits when a command is validated again."""
    envelope = {"id": "c-1", "machine": "order", "aggregate_id": "o-1", "command": "PlaceOrder"}
    body = json.dumps(envelope | {"data": {"total": 0}}).replace(" 0}", f" {literal}}}")
    outcome = application.handle(read_command(body)).outcome
    stored = outcome.events[0].data["total"] if isinstance(outcome, Accepted) else None
    assert stored == (9007199254740993 if literal.endswith(".0") else None)


def test_no_caller_changes_the_runtime_through_a_value(application: Application) -> None:
    """Changing returned states, events or sent payloads does not affect later decisions."""
    place = new_command("order", "o-1", "PlaceOrder", {"total": 5}, id="c-1")
    accepted = application.handle(place).outcome
    assert isinstance(accepted, Accepted)
    accepted.state.data["paid"] = accepted.events[0].data["total"] = place.data["total"] = 999  # type: ignore[index]
    pay = new_command("order", "o-1", "Pay", {"amount": 1}, id="c-2", actor=Actor("ada", ("customer",)))
    paid = application.handle(pay).outcome
    assert isinstance(paid, Accepted)
    assert (paid.state.data["total"], paid.state.data["paid"]) == (5, 1)


def test_a_reader_gets_its_own_copy_of_the_data(door: Machine) -> None:
    """A reader gets a copy of the data, even of the shared initial state."""
    state = read_aggregate(MemoryStore(), door, "d-1")
    assert state == door.initial
    assert state.data is not door.initial.data


def test_a_bug_shows_its_caller_the_exception() -> None:
    """The result has the exception, but the reason omits its text, which may quote a payload."""

    class BrokenStore(MemoryStore):
        def read(self, stream: str, **where: object) -> Slice:
            raise KeyError("s3cr3t")

    with Application(store=BrokenStore(), definitions=open_definitions(CONFIG)) as application:
        result = application.handle(new_command("order", "o-1", "PlaceOrder", {"total": 5}, id="c-1"))
    assert isinstance(result.outcome, Failure)
    assert (result.reason, repr(result.outcome.error)) == ("unexpected KeyError", "KeyError('s3cr3t')")


def test_a_closed_application_handles_nothing(application: Application) -> None:
    """Handling a command after `close` raises RuntimeError."""
    application.close()
    with pytest.raises(RuntimeError, match="closed"):
        application.handle(new_command("order", "o-1", "PlaceOrder", id="c-1"))


@pytest.mark.parametrize("wrong", [{"on_refusal": "bad"}, {"snapshot_every": 0}])
def test_an_application_refuses_settings_that_make_no_sense(wrong: dict[str, Any]) -> None:
    """Invalid settings raise on construction, before the first command."""
    with pytest.raises(ValueError, match=r"bad|snapshot_every"):
        Application(store=MemoryStore(), definitions=open_definitions(CONFIG), **wrong)


def test_a_store_is_opened_at_a_location() -> None:
    """`open_store` rejects a plain path, which does not identify the kind of store."""
    with pytest.raises(TypeError, match="SqliteFile or a DynamoTable"):
        open_store("orders.db")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "part", [{"correlation_id": 5}, {"id": None}, {"name": 5}, {"aggregate_id": "a/b"}, {"actor": None}]
)
def test_a_command_made_by_hand_is_checked(application: Application, part: dict[str, Any]) -> None:
    """A command with invalid fields raises even if it was not made by `new_command`."""
    command = replace(new_command("order", "o-1", "PlaceOrder", {"total": 5}, id="c-1"), **part)
    with pytest.raises(ValueError, match=r"must|is required"):
        application.handle(command)


def test_a_changed_command_is_another_one(application: Application) -> None:
    """A changed payload under the same id is rejected as a reused id, not as a duplicate."""
    place = new_command("order", "o-1", "PlaceOrder", {"total": 5}, id="c-1")
    assert application.handle(place).code == "ACCEPTED"
    assert application.handle(replace(place, data={"total": 6})).code == "ID_REUSED"


@pytest.mark.parametrize("wrong", [None, "{}", {}])
def test_only_commands_are_handled(application: Application, wrong: Any) -> None:
    """Handling anything other than a Command or an Invalid raises TypeError."""
    with pytest.raises(TypeError, match="expected a Command or an Invalid"):
        application.handle(wrong)


def test_concurrent_threads_can_use_the_same_aggregate(tmp_path: Path) -> None:
    """Concurrent commands to one aggregate are all accepted."""
    counter = b"machine: counter\ninitial: on\nstates: {on: {accepts: {Count: {emit: Counted}}}}\n"
    (tmp_path / "counter.machine.yaml").write_bytes(counter)
    store = open_store(SqliteFile(tmp_path / "events.db"))
    commands = [new_command("counter", "c-1", "Count", id=f"c-{number}") for number in range(80)]
    with (
        Application(store=store, definitions=open_definitions(tmp_path)) as application,
        ThreadPoolExecutor(8) as threads,
    ):
        codes = {result.code for result in threads.map(application.handle, commands)}
    store.close()
    assert codes == {"ACCEPTED"}


def test_a_command_from_values_may_be_as_large_as_one_from_json() -> None:
    """Characters count as their UTF-8 bytes, however JSON escapes them."""
    data = MappingProxyType({"note": "é" * 120_000})
    assert new_command("door", "d-1", "Open", data, id="c-1").data == data


def test_every_command_that_can_be_read_can_be_handled(application: Application) -> None:
    """A large CloudEvent with many roles that can be read can also be handled."""
    many = ",".join(f"r{number}" for number in range(200))
    event = {
        "specversion": "1.0",
        "id": "c-1",
        "source": "s",
        "type": "order.Pack",
        "subject": "o-1",
        "actorroles": many,
        "data": {"list": [1] * 130_000},
    }
    command = read_command(json.dumps(event, separators=(",", ":")))
    assert isinstance(command, Command)
    assert application.handle(command).code != "BUG"
