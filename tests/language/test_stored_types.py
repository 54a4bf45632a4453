"""Expressions must fit the field that stores them; the offending part is reported."""

from __future__ import annotations

import json
from typing import Any

import pytest

from statewright.language import load_definition, read_definition
from statewright.machine.compiled import compile_machine
from statewright.machine.messages import Accepted
from tests.given import command, when

LINE = {
    "type": "object",
    "properties": {
        "sku": {"type": "string"},
        "qty": {"type": "integer"},
        "note": {"type": ["string", "null"]},
    },
    "required": ["sku", "qty"],
}
LINES = {"type": "array", "items": LINE}
NAMES = {"type": "array", "items": {"type": "string"}}
PRICES = {"type": "array", "items": {"type": "number"}}
TABLE = {"type": "object", "additionalProperties": NAMES}
ANY_OBJECT, ANY_LIST = {"type": "object"}, {"type": "array"}
AN_OPEN_LINE = {**LINE, "additionalProperties": True}
COMMAND = {
    "sku": {"type": "string"},
    "n": {"type": "integer"},
    "when": {"type": ["string", "null"]},
    "any": {"type": "object"},
}
SENT = {"sku": "s", "n": 1, "when": None, "any": {}}


def document(schema: dict[str, Any], default: Any, text: str) -> dict[str, Any]:
    """Return a machine whose only event sets `f`; the expression starts at column 1 of its own line."""
    return {
        "machine": "m",
        "initial": "open",
        "data": {"f": {**schema, "default": default}, "lines": {**LINES, "default": []}},
        "commands": {"Go": {"payload": COMMAND}},
        "events": {"Went": {"payload": COMMAND, "set": {"f": text}}},
        "states": {"open": {"accepts": {"Go": {"emit": "Went"}}}},
    }


def found(schema: dict[str, Any], default: Any, text: str) -> list[tuple[int, str]]:
    """Return the offset in the expression, and the message with its code, of each finding."""
    content = json.dumps(document(schema, default, text), indent=0)
    _, findings = read_definition(content.encode(), "m.json")
    start = next(line for line in content.splitlines() if line.startswith('"f": "')).index(': "') + 4
    return [(f.position.column - start, f"{f.message} [{f.code.id}]") for f in findings]


DEFAULTS = {"array": [], "object": {"sku": "", "qty": 0}, "string": "ab", "integer": 1}


def default_of(schema: dict[str, Any]) -> Any:
    return {} if schema in (TABLE, ANY_OBJECT) else DEFAULTS[schema["type"]]


@pytest.mark.parametrize(
    ("schema", "text", "offset", "message"),
    [
        (LINE, "{'sku': event.sku}", 0, 'missing key "qty"'),
        (LINE, "{'sku': 'a', 'qty': 1, 'z': 3}", 23, 'unknown key "z"; expected one of "note", "qty", "sku"'),
        (LINE, "{'sku': 'a', 'qty': event.sku}", 13, '"qty": expected int, found string'),
        (LINE, "{'sku': 'a', 'qty': event.n > 0 ? 1 : 'x'}", 38, "expected int, found string"),
        (LINE, "event.n > 0 ? {'sku': 'a', 'qty': 1} : {'sku': 'a'}", 39, 'missing key "qty"'),
        (LINES, "data.f + [{'sku': event.sku}]", 10, 'missing key "qty"'),
        (LINES, "[{'sku': 'a', 'qty': 1}] + data.f + [{'qty': 1}]", 37, 'missing key "sku"'),
        (LINES, "data.f.map(l, {'sku': l.sku, 'qty': l.sku})", 29, '"qty": expected int, found string'),
        (
            LINES,
            "data.f + [data.f]",
            15,
            "expected {note: string or null, qty: int, sku: string}, found list(",
        ),
        (
            LINES,
            "data.f + event.n",
            7,
            '"+" does not accept list({note: string or null, qty: int, sku: string}) an',
        ),
        (LINES, "[{'sku': 'a'}].map(x, {'sku': x.sku, 'qty': x.qty})", 46, 'unknown field "qty"'),
        (NAMES, "data.f + ['anna', 1]", 18, "expected string, found int"),
        (NAMES, "[[1]].map(x, x)", 13, "expected string, found list(int)"),
        (NAMES, "event.n > 0 ? data.f + [event.sku] : [event.n]", 44, "expected string, found int"),
        (PRICES, "data.f + [1, 2.5]", 10, "expected double, found int; write 1.0"),
        (TABLE, "{event.sku: [event.n]}", 19, "expected string, found int"),
        (TABLE, "{1: ['a']}", 1, "expected string, found int"),
        (ANY_OBJECT, "event.n", 6, "expected object, found int"),
        (ANY_OBJECT, "{event.n: 1}", 0, "an object key must be string, not int"),
        (
            ANY_OBJECT,
            "{'at': timestamp('2026-11-23T12:00:00Z')}",
            7,
            "a timestamp is stored as text; write string(…)",
        ),
        (ANY_LIST, "event.any", 6, "expected array, found object"),
        (NAMES, "event.any", 6, "expected array, found object"),
        (ANY_LIST, "event.sku", 6, "expected array, found string"),
        (AN_OPEN_LINE, "{'sku': event.sku, 'z': 1}", 0, 'missing key "qty"'),
        (AN_OPEN_LINE, "{'sku': event.n, 'qty': 1}", 14, "expected string, found int"),
        ({"type": "object", "required": ["sku"]}, "{'qty': 1}", 0, 'missing key "sku"'),
        (ANY_LIST, "[event.n, duration('1h')]", 10, "a duration is stored as text; write string(…)"),
        (
            NAMES,
            "data.f + event.sku",
            7,
            '"+" does not accept list(string) and string; put a single item in brackets',
        ),
        (NAMES, "[event.when]", 7, '"event.when" may be null here; test it first: event.when != null ? …'),
    ],
)
def test_a_part_that_never_fits_is_found_in_its_place(
    schema: dict[str, Any], text: str, offset: int, message: str
) -> None:
    """A missing key is reported at the literal, other faults at the key or the value."""
    ((place, said),) = found(schema, default_of(schema), text)
    assert (place, said[: len(message)], said[-7:]) == (offset, message, "[SW303]")


@pytest.mark.parametrize(
    ("schema", "text", "difference"),
    [
        ({**LINES, "items": {**LINE, "required": ["note"]}}, "data.lines", '"[].note" may be absent'),
        (
            {**LINES, "items": {**LINE, "properties": {}, "required": []}},
            "data.lines",
            '"[].note" is not declared',
        ),
        (
            {**LINES, "items": {**LINE, "properties": {**LINE["properties"], "qty": {"type": "string"}}}},
            "data.lines",
            '"[].qty" is int, not string',
        ),
    ],
)
def test_a_record_that_does_not_fit_is_reported_by_the_field_that_differs(
    schema: dict[str, Any], text: str, difference: str
) -> None:
    """Two long types, or two that differ only in required keys, look alike."""
    ((_, said),) = found(schema, [], text)
    assert said.endswith(f": {difference} [SW303]")


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (LINE, "{'sku': event.sku, 'qty': 1}"),
        (LINE, "{'sku': event.sku, 'qty': 1, 'note': null}"),
        (LINE, "{'sku': event.sku, 'qty': 1, 'note': event.when}"),
        ({**LINE, "type": ["object", "null"]}, "event.n > 0 ? {'sku': 'a', 'qty': 1} : null"),
        (LINES, "data.f + [{'sku': event.sku, 'qty': event.n}]"),
        (LINES, "(data.f + [{'sku': 'a', 'qty': 1}]).filter(l, l.qty > 0)"),
        (LINES, "data.lines.map(l, {'sku': l.sku, 'qty': l.qty + 1})"),
        (NAMES, "[] + data.f + [] + (event.n > 0 ? [] : [event.sku])"),
        (NAMES, "[1, 'a'].filter(x, x == 'a').map(x, string(x))"),
        (PRICES, "data.f + [1.0, 2.5, double(event.n)]"),
        (TABLE, "{event.sku: ['a'], 'b': data.lines.map(l, l.sku)}"),
        (ANY_OBJECT, "{'n': event.n, 'deep': {'lines': data.lines}}"),
        (ANY_LIST, "[1, 'a', null, {}]"),
        (ANY_LIST, "event.n > 0 ? [event.n > 1 ? 1 : 'a'] : []"),
        (ANY_OBJECT, "{'x': event.n > 0 ? 1 : 'a', event.sku: [null]}"),
        (AN_OPEN_LINE, "{'sku': event.sku, 'qty': 1, 'z': [1]}"),
        ({"type": "integer"}, "{'a': 1, 'b': 'x'}['a'] + {'c': 2}.c"),
    ],
)
def test_a_fitting_value_is_accepted_and_stored(schema: dict[str, Any], text: str) -> None:
    """Optional keys may be absent, nullable ones may be null."""
    default = {"sku": "", "qty": 0} if "null" in schema["type"] else default_of(schema)
    written = document(schema, default, text)
    machine = compile_machine(load_definition(json.dumps(written).encode(), "m.json"))
    assert isinstance(when(machine, machine.initial, command("Go", SENT)), Accepted)


@pytest.mark.parametrize(
    ("schema", "text", "offset", "message"),
    [
        ({"type": "string", "enum": ["ab", "c"]}, "'glod'", 0, '"glod" is not allowed here: must be one of'),
        ({"type": "string", "maxLength": 3}, "'EURO'", 0, '"EURO" is not allowed here: must have at most 3'),
        ({"type": "string", "minLength": 1}, "''", 0, '"" is not allowed here: must have at least 1'),
        ({"type": "string", "pattern": "^[a-z]+$"}, "'A' + 'B'", 4, '"AB" is not allowed here: must match'),
        (
            {"type": "string", "maxLength": 3},
            "event.sku + '-EUR'",
            12,
            '"-EUR" is not allowed here: must have at',
        ),
        ({"type": "integer", "minimum": 0}, "-2", 1, "-2 is not allowed here: must be at least 0"),
        (
            {"type": "integer", "maximum": 9},
            "event.n > 5 ? 9 : 2 * 5",
            20,
            "10 is not allowed here: must be at most",
        ),
        ({"type": "integer", "multipleOf": 5}, "7", 0, "7 is not allowed here: must be a multiple of 5"),
        (
            {**NAMES, "maxItems": 1},
            "[event.sku, event.sku]",
            0,
            "a list is not allowed here: must have at most 1",
        ),
        (
            {**NAMES, "maxItems": 1},
            "data.f + ['a', 'b']",
            9,
            "a list is not allowed here: must have at most 1",
        ),
        ({**NAMES, "uniqueItems": True}, "['a', 'a']", 0, "a list is not allowed here: must not repeat"),
        (
            {"type": "array", "items": {"type": "integer", "minimum": 0}},
            "data.f.map(x, -1)",
            15,
            "-1 is not allowed",
        ),
        (
            {**TABLE, "additionalProperties": {"enum": [1]}},
            "{event.sku: 1, 'x': 2}",
            20,
            "2 is not allowed here",
        ),
        ({**TABLE, "additionalProperties": {"enum": [1]}}, "{event.sku: 2}", 12, "2 is not allowed here"),
        (
            {**TABLE, "additionalProperties": {"enum": [1]}},
            "{'w': event.n, 'x': 2}",
            20,
            "2 is not allowed here",
        ),
        (
            {
                "type": "object",
                "properties": {"x": {"type": "string", "enum": ["a"]}, "y": {"type": "integer"}},
            },
            "event.n > 0 ? {'x': 'b', 'y': event.n} : {}",
            20,
            '"b" is not allowed here: must be one of "a"',
        ),
    ],
)
def test_a_constant_outside_its_schema_is_found(
    schema: dict[str, Any], text: str, offset: int, message: str
) -> None:
    """Alone, in both branches of `?:`, and as part of another expression."""
    default = {"array": [], "object": {}, "string": "ab", "integer": 5}[schema["type"]]
    default = "a" if schema.get("enum") == ["a"] else default
    said = found(schema, default, text)
    assert [(place, text[: len(message)], text[-7:]) for place, text in said] == [
        (offset, message, "[SW320]")
    ]


def test_an_arm_that_is_never_reached_is_not_judged() -> None:
    """A constant in an unreachable arm is not checked."""
    assert found({"type": "integer", "minimum": 0}, 1, "1 < 2 ? event.n : -1") == []


def test_a_constant_without_a_value_is_found() -> None:
    """A constant expression that always fails is reported."""
    assert found({"type": "integer"}, 1, "1 / 0") == [
        (2, "this expression always fails: division by zero [SW303]")
    ]


def copied(source: dict[str, Any], target: dict[str, Any]) -> list[str]:
    """Return the findings if an event copies an optional field from the command."""
    written = {
        "machine": "m",
        "initial": "open",
        "commands": {"Go": {"payload": {"f": source}, "optional": ["f"]}},
        "events": {"Went": {"payload": {"f": target}, "optional": ["f"]}},
        "states": {"open": {"accepts": {"Go": {"emit": "Went"}}}},
    }
    _, findings = read_definition(json.dumps(written).encode(), "m.json")
    return [f"{finding.message} [{finding.code.id}]" for finding in findings]


def test_a_default_that_is_copied_must_fit_the_event() -> None:
    """A command field's default that the event does not accept is reported."""
    small = {"type": "integer", "maximum": 10}
    said = (
        'the default 500 of "f" in command "Go" does not fit the event\'s field: must be at most 10 [SW320]'
    )
    assert copied({"type": "integer", "default": 500}, small) == [said]
    assert copied({"type": "integer", "default": 5}, small) == []


def test_an_open_field_is_not_copied_to_one_of_another_kind() -> None:
    """Both types are open, but no value fits both."""
    said = 'field "f" copied from command "Go": expected array, found object; set it under `with` [SW309]'
    assert copied(ANY_OBJECT, ANY_LIST) == [said]
    assert copied({"type": ["object", "null"]}, ANY_OBJECT) == []
