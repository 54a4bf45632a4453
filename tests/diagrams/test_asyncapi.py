"""The messages of the AsyncAPI document, and the schemas of their payloads."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft7Validator

from statewright.diagrams.asyncapi import asyncapi
from statewright.json_schemas import load_schema
from statewright.language import Definition
from tests.diagrams.machines import definition_in, definition_of
from tests.given import ROOT

ORDER = definition_in(ROOT / "config/order.machine.yaml")
DOOR = definition_in(ROOT / "config/door.machine.yaml")
PAY = {"id": "c-1", "machine": "order", "aggregate_id": "o-1", "command": "Pay", "data": {"amount": 1}}


def document(*definitions: Definition) -> Any:
    return asyncapi(definitions, command=load_schema("command"), event=load_schema("event"))


def is_valid(message: str, value: object) -> bool:
    schema = document(ORDER, DOOR)["components"]["messages"][message]["payload"]
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema).is_valid(value)


def test_commands_are_received_and_events_are_sent() -> None:
    """Machines without declared commands and events are included."""
    operations = document(DOOR)["operations"]
    assert [operation["action"] for operation in operations.values()] == ["receive", "send"]
    assert [*document(DOOR)["components"]["messages"]] == [
        "door.command.Open",
        "door.command.Close",
        "door.event.Open",
        "door.event.Close",
    ]


def test_a_command_that_the_handler_takes_fits() -> None:
    """Its envelope and its payload validate."""
    assert is_valid("order.command.Pay", PAY)


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"amount": 0}},
        {"data": {}},
        {"data": {"amount": 1, "more": 1}},
        {"command": "Ship"},
        {"more": 1},
    ],
)
def test_another_command_does_not_fit(change: dict[str, Any]) -> None:
    """A different name, payload or envelope does not validate."""
    assert not is_valid("order.command.Pay", PAY | change)


def test_a_required_payload_is_required() -> None:
    """A payload without required fields may be omitted."""
    without = {key: value for key, value in PAY.items() if key != "data"}
    assert not is_valid("order.command.Pay", without)
    assert is_valid("order.command.Pack", without | {"command": "Pack"})


def test_descriptions_are_summaries() -> None:
    """The description of a command becomes the summary of its message."""
    commands, states = "{Go: {description: Off we go.}}", "{s: {accepts: {Go: {emit: Gone}}}}"
    text = f"machine: m\ninitial: s\ncommands: {commands}\nstates: {states}"
    assert document(definition_of(text))["components"]["messages"]["m.command.Go"]["summary"] == "Off we go."


def test_an_event_of_a_later_version_says_so() -> None:
    """The message has the version, and the payload of that version."""
    text = """
        machine: m
        initial: s
        events: {Gone: {version: 2, payload: {n: integer}, upcast: {1: {n: 1}}}}
        states: {s: {accepts: {Go: {emit: Gone, with: {n: 1}}}}}
    """
    payload = document(definition_of(text))["components"]["messages"]["m.event.Gone"]["payload"]
    assert payload["properties"]["event_version"] == {"const": 2}
