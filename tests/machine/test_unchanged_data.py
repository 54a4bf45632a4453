"""A decision checks only changed data, with the same result as checking all of it."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from statewright.language.schema.payloads import PayloadError
from statewright.language.schema.unchanged import NOTHING, changed_items
from statewright.language.schema.values import compile_rule
from statewright.machine.messages import Accepted, AggregateState, Verdict
from statewright.machine.size_limits import CHARACTERS_MAX, characters_beyond
from tests.given import command, given, machine_of, when
from tests.machine.random_expressions import Schema, Writer

BASKET = machine_of("""
    machine: basket
    initial: open
    data:
      lines:
        type: array
        items:
          type: object
          properties: {sku: {type: string, maxLength: 9}, qty: {type: integer, maximum: 9}}
        maxItems: 3
        uniqueItems: true
        default: []
      page:
        type: object
        properties: {notes: {type: array, items: {type: string, pattern: '^[a-z]*$'}}}
        default: {}
      text: {type: array, items: {type: string}, default: []}
    commands:
      Add: {payload: {sku: string, qty: integer}}
      Note: {payload: {note: string}}
      Write: {payload: {text: string}}
    events:
      Added:
        payload: {sku: string, qty: integer}
        set: {lines: "data.lines + [{'sku': event.sku, 'qty': event.qty}]"}
      Noted:
        payload: {note: string}
        set: {page: "{'notes': (has(data.page.notes) ? data.page.notes : []) + [event.note]}"}
      Written: {payload: {text: string}, set: {text: "data.text + [event.text]"}}
    states: {open: {accepts: {Add: {emit: Added}, Note: {emit: Noted}, Write: {emit: Written}}}}
""")


def add(sku: str, qty: int = 1) -> Any:
    return command("Add", {"sku": sku, "qty": qty})


@pytest.mark.parametrize("sent", [add("b", 10), add("a"), add("long" * 3), command("Note", {"note": "A"})])
def test_a_change_that_breaks_its_schema_is_refused(sent: Any) -> None:
    """Changed data that violates its schema is rejected with the message of a complete check."""
    state = given(BASKET, add("a"), command("Note", {"note": "a"}))
    verdict = when(BASKET, state, sent)
    assert verdict == when(BASKET, replace(state, check=None), sent)
    assert not isinstance(verdict, Accepted)


def test_a_list_that_grows_keeps_its_length_limit() -> None:
    """A list at its length limit cannot grow."""
    state = given(BASKET, add("a"), add("b"), add("c"))
    assert refusal(when(BASKET, state, add("d"))) == "data.lines: must have at most 3 items"


def test_data_accepted_by_another_definition_is_checked() -> None:
    """Unchanged data is validated unless this definition has already checked it."""
    old = given(BASKET, add("a"))
    stale = AggregateState(old.leaf, {**old.data, "text": [1]}, old.version)
    assert refusal(when(BASKET, stale, add("b"))).startswith("data.text[0]: must be a string")
    assert old.check is not None
    foreign = replace(stale, check=replace(old.check, definition_digest="another"))
    assert refusal(when(BASKET, foreign, add("b"))).startswith("data.text[0]: must be a string")


def test_the_size_limit_applies_to_the_whole_data() -> None:
    """Data above the size limit is rejected even if each part is below it."""
    half = command("Write", {"text": "x" * (CHARACTERS_MAX // 2)})
    state = given(BASKET, half)
    assert isinstance(when(BASKET, state, add("a")), Accepted)
    assert refusal(when(BASKET, state, half)) == "the data has more than 1,000,000 characters"


def test_an_appended_list_costs_its_tail() -> None:
    """Appending to a list checks only the new items."""
    items: list[Any] = [{"a": 1}, {"b": 2}]
    assert list(changed_items([*items, 3], items)) == [(2, 3, NOTHING)]
    assert list(changed_items([items[0], 5], items)) == [(1, 5, items[1])]
    assert list(changed_items(items[:1], items)) == []


@pytest.mark.parametrize("seed", range(300))
def test_skipping_checked_parts_does_not_change_the_result(seed: int) -> None:
    """Random values that share parts with earlier ones get the same result as in a full check."""
    random = Random(seed)
    writer = Writer(random)
    schema = writer.schema(3)
    rule = compile_rule(schema)
    before = rule.conform(writer.value(schema))
    after = _edited(before, schema, writer)
    assert _outcome(rule, after, before) == _outcome(rule, after, NOTHING), f"seed {seed}"
    grown = characters_beyond(after, before) - characters_beyond(before, after)
    assert characters_beyond(before, NOTHING) + grown == characters_beyond(after, NOTHING), f"seed {seed}"


def refusal(verdict: Verdict) -> str:
    assert not isinstance(verdict, Accepted)
    return verdict.message if hasattr(verdict, "message") else verdict.reason


def _edited(value: Any, schema: Schema, writer: Writer) -> Any:
    """Return the value with some parts replaced, removed or added, mostly valid ones."""
    random = writer.random
    fresh = writer.value(schema if random.random() < 0.9 else writer.schema(1))
    if random.random() < 0.3:
        return fresh
    match value:
        case list():
            kept = [_edited(item, schema.get("items", {"type": "integer"}), writer) for item in value]
            more = fresh if isinstance(fresh, list) else []
            return random.choice([kept, value + more, value[1:], kept + more])
        case dict():
            parts = schema.get("properties", {})
            others = schema.get("additionalProperties", {"type": "integer"})
            return {name: _edited(part, parts.get(name, others), writer) for name, part in value.items()}
        case _:
            return value


def _outcome(rule: Any, value: Any, checked: Any) -> Any:
    try:
        return rule.conform(value, checked=checked)
    except PayloadError as error:
        return str(error)
