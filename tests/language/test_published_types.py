"""Published definitions continue to load: type errors found by newer checks are left to run time."""

from __future__ import annotations

import pytest

from statewright.errors import DefinitionError
from statewright.language import load_definition
from statewright.machine.compiled import Machine, compile_machine
from statewright.machine.evolve import replay
from statewright.machine.messages import Accepted, Event, Rejected
from tests.given import command, when

# Earlier versions found nothing in these. All are refused when they run, the last only for long texts.
FIELDS = {
    "names": ("type: array, items: {type: string}, default: []", "data.names + [1]"),
    "prices": ("type: array, items: {type: number}, default: []", "data.prices + [1, 2.5]"),
    "size": ("type: object, properties: {w: {type: integer}}, required: [w], default: {w: 1}", "{'x': 1}"),
    "tier": ("type: string, enum: [plain, gold], default: plain", "'glod'"),
    "left": ("type: integer, minimum: 0, default: 1", "-2"),
    "meta": ("type: object, default: {}", "size(data.names)"),
    "at": ("default: []", "[timestamp('2026-11-23T12:00:00Z')]"),
    "n": ("type: integer, default: 0", "{'a': 1}.b"),
    "m": (
        "type: integer, default: 0",
        "size(command.text) < 3 ? [1, 'a'].map(x, 2)[0] : [1, 'a'].map(x, 'x')[0]",
    ),
}


def text_with(field: str) -> str:
    """Return a machine whose command `Bad` assigns the field and whose command `Good` counts."""
    declared = "".join(f"  {name}: {{{schema}}}\n" for name, (schema, _) in FIELDS.items())
    value = FIELDS[field][1].replace("command.text", "event.text")
    return f"""
machine: m
initial: open
data:
{declared}  count: {{type: integer, default: 0}}
commands: {{Bad: {{payload: {{text: string}}}}, Good: {{}}}}
events:
  Bad: {{payload: {{text: string}}, set: {{{field}: "{value}"}}}}
  Good: {{set: {{count: data.count + 1}}}}
states: {{open: {{accepts: {{Bad: {{emit: Bad}}, Good: {{emit: Good}}}}}}}}
"""


def published(text: str) -> Machine:
    return compile_machine(load_definition(text.encode(), "m.yaml", published=True))


@pytest.mark.parametrize("field", FIELDS)
def test_a_definition_that_no_longer_passes_stays_in_use(field: str) -> None:
    """The one command is refused as before, and the other commands work."""
    with pytest.raises(DefinitionError):
        load_definition(text_with(field).encode(), "m.yaml")
    machine = published(text_with(field))
    verdict = when(machine, machine.initial, command("Bad", {"text": "long"}))
    assert isinstance(verdict, Rejected)
    assert verdict.code in ("EXPRESSION_ERROR", "INVARIANT_VIOLATED")
    assert isinstance(when(machine, machine.initial, command("Good")), Accepted)


def test_an_expression_that_fails_for_some_values_still_works_for_others() -> None:
    """Type checks do not change the evaluation."""
    machine = published(text_with("m"))
    verdict = when(machine, machine.initial, command("Bad", {"text": "a"}))
    assert isinstance(verdict, Accepted)
    assert verdict.state.data["m"] == 2


def test_stored_events_fold_as_before() -> None:
    """A constant that violates its schema must not stop a stream that contains it."""
    machine = published(text_with("tier"))
    folded = replay(machine, machine.initial, [Event("Bad", {"text": ""}, "open")])
    assert folded.data["tier"] == "glod"


def test_faults_of_syntax_are_never_tolerated() -> None:
    """Syntax errors are rejected even in published definitions."""
    broken = text_with("n").replace("{'a': 1}.b", "{'a': 1}.")
    with pytest.raises(DefinitionError, match="expected a field"):
        published(broken)


@pytest.mark.parametrize(("spelling", "value"), [("0X1F", 31), ("size(rr'ab')", 2)])
def test_a_spelling_of_earlier_versions_keeps_its_value(spelling: str, value: int) -> None:
    """New files must use the notation of the grammar."""
    text = text_with("left").replace('left: "-2"', f'left: "{spelling}"')
    with pytest.raises(DefinitionError):
        load_definition(text.encode(), "m.yaml")
    machine = published(text)
    verdict = when(machine, machine.initial, command("Bad", {"text": "long"}))
    assert isinstance(verdict, Accepted)
    assert verdict.state.data["left"] == value
