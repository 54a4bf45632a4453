"""The shipped schemas are valid and closed, and describe every key for hover texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry

from statewright.json_schemas import load_schema
from statewright.language.schema.keywords import KEYWORDS

_NAMES = ("machine", "command", "event")

_COMMAND = {
    "id": "c-81",
    "machine": "order",
    "aggregate_id": "o-17",
    "command": "Pay",
    "data": {"amount": 1200},
    "actor": {"id": "u-4", "roles": ["customer"]},
    "expected_version": 4,
    "correlation_id": "x",
    "causation_id": "y",
}
_EVENT = {
    "id": "order/o-17/5",
    "type": "OrderPaid",
    "time": "2026-11-23T12:00:00.000000Z",
    "data": {"amount": 1200},
    "leaf": "fulfilment.picking",
    "entered": "fulfilment",
    "definition": {"version": 3, "digest": "0" * 64},
}


_ONE = ("items", "if", "then", "else", "not", "propertyNames", "additionalProperties")
_NAMED = ("properties", "patternProperties", "definitions")


def _schemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield the schema and all nested schemas."""
    if not isinstance(schema, dict):
        return
    yield schema
    named = [part for keyword in _NAMED for part in schema.get(keyword, {}).values()]
    for part in [
        *named,
        *schema.get("allOf", []),
        *(schema[keyword] for keyword in _ONE if keyword in schema),
    ]:
        yield from _schemas(part)


def _accepts(name: str, value: Any) -> bool:
    return Draft7Validator(load_schema(name), registry=Registry()).is_valid(value)


@pytest.mark.parametrize("name", _NAMES)
def test_a_schema_is_valid_and_has_a_versioned_name(name: str) -> None:
    """Editors reject invalid schemas."""
    schema = load_schema(name)
    Draft7Validator.check_schema(schema)
    assert schema["$id"] == f"urn:statewright:language-1:{name}"


@pytest.mark.parametrize("name", _NAMES)
def test_every_key_has_a_description(name: str) -> None:
    """Editors show it when hovering over the key."""
    described = {
        key: len(part.get("description", "")) > 15
        for schema in _schemas(load_schema(name))
        for key, part in schema.get("properties", {}).items()
    }
    assert [key for key, is_described in described.items() if not is_described] == []


@pytest.mark.parametrize("name", _NAMES)
def test_shapes_are_distinguished_by_conditions(name: str) -> None:
    """`oneOf` and `anyOf` would report every alternative for a single mistake."""
    used = {keyword for schema in _schemas(load_schema(name)) for keyword in schema}
    assert "properties" in used
    assert used.isdisjoint({"oneOf", "anyOf"})


@pytest.mark.parametrize("name", _NAMES)
def test_every_object_with_properties_is_closed(name: str) -> None:
    """An unknown key is always a mistake."""
    shapes = [schema for schema in _schemas(load_schema(name)) if "properties" in schema]
    assert [shape for shape in shapes if shape.get("additionalProperties") is not False] == []


def test_the_schema_and_the_reader_know_the_same_keywords() -> None:
    """The engine understands everything that editors offer."""
    offered = load_schema("machine")["definitions"]["keywords"]["properties"]
    assert set(offered) == {*KEYWORDS, "renamed_from"}


def test_a_plain_command_fits_its_schema() -> None:
    """Commands with all fields and with only the required ones validate."""
    required = {key: _COMMAND[key] for key in ("id", "machine", "aggregate_id", "command")}
    assert _accepts("command", _COMMAND)
    assert _accepts("command", required)


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": "a/b"},
        {"aggregate_id": "x" * 129},
        {"expected_version": -1},
        {"more": 1},
        {"data": []},
    ],
)
def test_a_malformed_command_does_not_fit(change: dict[str, Any]) -> None:
    """Senders can validate before sending."""
    assert not _accepts("command", {**_COMMAND, **change})


def test_a_stored_event_fits_its_schema() -> None:
    """Stored events, including a recorded refusal, validate."""
    assert _accepts("event", _EVENT)
    assert _accepts("event", {**_EVENT, "type": "$refused", "entered": None})


@pytest.mark.parametrize(
    "change",
    [{"id": "o-17/5"}, {"id": "order/o-17/0"}, {"type": "$other"}, {"definition": {"version": 3}}, {"x": 1}],
)
def test_a_malformed_event_does_not_fit(change: dict[str, Any]) -> None:
    """Readers can rely on the parts of its id."""
    assert not _accepts("event", {**_EVENT, **change})
