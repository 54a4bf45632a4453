"""The chain of upcasts: complete, type-checked where possible, and part of the digests."""

from __future__ import annotations

import json
import textwrap

import pytest
import yaml

from statewright.language import digest_of, load_definition, read_definition
from statewright.language.normal_form import normal_form
from statewright.machine.compiled import Machine, compile_machine

TILL = """\
machine: till
initial: open
data: {taken: {type: integer, default: 0}}
states: {open: {accepts: {Pay: {emit: [{event: Paid, with: {amount: 1}}]}}}}
events:
  Paid:
    payload: {amount: integer, note: {type: [string, "null"]}}
    optional: [note]
    set: {taken: event.amount}
"""
TWICE = "version: 3\nupcast:\n  1: {amount: event.amount * 100}\n  2: {note: null}"


def written(event: str) -> str:
    """Return the machine with these lines about its event, starting at line 10, column 5."""
    return TILL + textwrap.indent(event, "    ")


def found(event: str) -> list[str]:
    """Return the findings as `line:column: message [code]`."""
    _, findings = read_definition(written(event).encode(), "m.yaml")
    return [finding.headline().removeprefix("m.yaml:") for finding in findings]


def machine(event: str) -> Machine:
    return compile_machine(load_definition(written(event).encode(), "m.yaml"))


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("version: 2", '10:5: event "Paid" has version 2 but no upcast from version 1'),
        ("version: 3\nupcast: {1: {}}", '11:5: event "Paid" has version 3 but no upcast from version 2'),
        ("version: 3\nupcast: {2: {}}", '11:5: event "Paid" has version 3 but no upcast from version 1'),
        (
            "version: 9000000000\nupcast:",
            '11:5: event "Paid" has version 9000000000 but no upcast from version 1',
        ),
    ],
)
def test_a_chain_with_a_gap_is_refused(event: str, message: str) -> None:
    """The message names the first version without an upcast."""
    missing = message[-1]
    remedy = f'add `"{missing}": {{…}}` under `upcast`, or `"{missing}": {{}}` if no field changes'
    assert f"{message}; {remedy} [SW501]" in found(event)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("upcast: {1: {}}", '10:14: event "Paid" has version 1; remove the upcast from version 1'),
        (
            "version: 2\nupcast: {1: {}, 2: {}}",
            '11:21: event "Paid" has version 2; remove the upcast from version 2',
        ),
    ],
)
def test_an_upcast_beyond_the_events_version_is_refused(event: str, message: str) -> None:
    """An upcast from the event's current version is rejected, with advice to raise the version."""
    assert found(event) == [f"{message} [SW501]"]


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("version: 0", "10:14: expected at least 1, found 0"),
        ("version: two", '10:14: expected an integer, found "two"'),
        ("upcast: {0: {}}", '10:14: "0" is not a version (1, 2, 3 and so on)'),
        ("upcast: {first: {}}", '10:14: "first" is not a version (1, 2, 3 and so on)'),
        ("upcast: {10000: {}}", '10:14: "10000" is not a version (1, 2, 3 and so on)'),
        ("upcast: [1]", "10:13: expected a mapping of version to upcast, found a list"),
        ("version: 2\nupcast: {1: amount}", '11:17: expected an upcast, found "amount"'),
        (
            "version: 2\nupcast: {1: {amount: [event.amount]}}",
            "11:26: expected an expression, found a list",
        ),
    ],
)
def test_a_wrong_shape_is_refused(event: str, message: str) -> None:
    """An upcast of the wrong shape is reported at its position."""
    assert f"{message} [SW005]" in found(event)


@pytest.mark.parametrize(
    ("upcasts", "message"),
    [
        ("{1: {amount: '\"x\"'}}", "11:27: expected int, found string [SW303]"),
        ("{1: {amount: data.taken}}", '11:26: unknown name "data"; expected "event" [SW303]'),
        ("{1: {amount: event.}}", "11:32: expected a field name, found the end [SW302]"),
        (
            "{1: {note: 'timestamp(event.at)'}}",
            "11:25: expected string or null, found timestamp; write string(timestamp(event.at)) [SW303]",
        ),
    ],
)
def test_the_result_of_an_upcast_must_fit_the_payload(upcasts: str, message: str) -> None:
    """Only the type of the older event is unknown."""
    assert found(f"version: 2\nupcast: {upcasts}") == [message]


def test_an_unknown_field_in_an_upcast_is_reported() -> None:
    """The payload does not declare it, and no later upcast reads it."""
    assert found("version: 2\nupcast: {1: {amuont: 1}}") == [
        '11:18: event "Paid" has no field "amuont" and no later upcast reads it; '
        'did you mean "amount"? [SW209]'
    ]


@pytest.mark.parametrize("reader", ["event.cents", "size(event)"])
def test_a_field_that_a_later_upcast_reads_need_not_be_declared(reader: str) -> None:
    """An intermediate field may have any type."""
    event = f'version: 3\nupcast: {{1: {{cents: "\'5\'"}}, 2: {{amount: "int({reader})"}}}}'
    assert found(event) == []


def test_a_value_that_a_later_upcast_replaces_may_have_another_type() -> None:
    """Only final values must fit the current payload."""
    event = "version: 3\nupcast: {1: {amount: \"'5'\"}, 2: {amount: int(event.amount)}}"
    assert found(event) == []


def test_yaml_and_json_write_the_same_chain() -> None:
    """A number used as key is its text in both."""
    as_json = json.dumps(yaml.safe_load(written(TWICE)), default=str)
    definition = load_definition(as_json.encode(), "m.json")
    assert digest_of(definition) == machine(TWICE).digest


def test_a_normal_form_with_upcasts_loads_to_the_same_machine() -> None:
    """A definition with upcasts and its published normal form load to the same machine."""
    before = machine(TWICE)
    published = json.dumps(normal_form(before.definition.document.value))
    again = compile_machine(load_definition(published.encode(), "m.json"))
    assert (again.digest, again.behaviour) == (before.digest, before.behaviour)


@pytest.mark.parametrize("event", ["version: 1", "upcast: {}", "version: 1.0\nupcast: {}"])
def test_the_default_version_of_an_event_is_1(event: str) -> None:
    """Writing it changes no published or stored digest."""
    plain, explicit = machine("tags: []"), machine(f"tags: []\n{event}")
    assert (explicit.digest, explicit.behaviour) == (plain.digest, plain.behaviour)


def test_an_upcast_that_changes_nothing_may_be_null() -> None:
    """An upcast that changes nothing may be written as null, like a catalogue entry."""
    assert machine("version: 2\nupcast: {1: }").digest == machine("version: 2\nupcast: {1: {}}").digest


@pytest.mark.parametrize(
    "edited",
    [
        TWICE.replace("* 100", "* 10"),
        TWICE.replace("{note: null}", "{}"),
        TWICE.replace("version: 3", "version: 4") + "\n  3: {}",
    ],
)
def test_an_edited_upcast_is_another_behaviour(edited: str) -> None:
    """Snapshots of one must not be used by the other."""
    assert machine(edited).behaviour != machine(TWICE).behaviour


def test_another_payload_is_another_behaviour_where_events_are_upcast() -> None:
    """Upcast events are validated against the whole schema."""
    limited = written(TWICE).replace("{amount: integer,", "{amount: {type: integer, maximum: 9},")
    edited = compile_machine(load_definition(limited.encode(), "m.yaml"))
    assert edited.behaviour != machine(TWICE).behaviour
