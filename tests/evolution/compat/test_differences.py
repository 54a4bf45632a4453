"""Every difference has a verdict, for any change of a rich definition."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

import pytest

from statewright.errors import DefinitionError
from statewright.evolution.compat import ChangeKind, compare, surface
from statewright.evolution.compat.changes.unshown_changes import unshown_changes
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.correspondence import pair_of
from statewright.evolution.compat.differences import differences_of
from statewright.evolution.compat.searching import Search
from statewright.language import load_definition, model
from statewright.language.normal_form import normal_form
from statewright.language.schema.payloads import Field
from statewright.language.source.document import DocumentPath
from statewright.machine.compiled import Machine, compile_machine
from statewright.scenarios.edits import DROPPED, Mutation, edited, edits
from tests.evolution.compat.pairs import version
from tests.given import EVERYTHING

# Keys that affect only people and editors.
SAID = {"description", "tags", "meta", "message", "title", "examples", "format", "x-unit"}
WORDS = (
    "integer",
    "string",
    "number",
    "boolean",
    "done",
    "first",
    "Finished",
    "Grown",
    "owner",
    "FULL",
    "record",
    "PT3H",
    "true",
)
NEUTRAL = {
    ("types", "line", "additionalProperties"),  # an object with named properties is closed
    ("data", "kind", "enum"),  # in another order
    ("data", "note", "type"),
    ("events", "Ended", "retired"),
    ("states", "first", "accepts", "Grow", 0, "target"),  # the composite that is entered at this leaf
    *(
        (section, name, "payload")
        for section in ("commands", "events")
        for name in ("Finish", "Expire", "Finished", "Ended", "Expired")
    ),
}
PARTS = 24  # of all changes, so that each test takes seconds


@pytest.mark.slow
@pytest.mark.parametrize("part", range(0, PARTS, 8))
def test_every_change_of_a_rich_definition_has_a_verdict(part: int) -> None:
    """Tried on a sample of removed, replaced and reversed values, and of mutants."""
    form, old = _rich()
    changes = [*edits(form, old.definition.leaves), *_changes(form)]
    for change in changes[part::PARTS]:
        new = _loaded(edited({**form, "version": 3}, change))
        if new is not None and change.path not in NEUTRAL and change.path != ("version",):
            assert compare(old, new).verdicts, change


def test_a_difference_without_a_rule_is_not_shown() -> None:
    """A change that affects replay fails even without a specific rule."""
    old, new = (
        version(
            {"initial": name, "states": {"a": {"accepts": {"Go": "b"}}, "b": {"accepts": {"Go": "a"}}}}, 1
        )
        for name in "ab"
    )
    pair = pair_of(old, new)
    (verdict,) = unshown_changes(Comparison(pair, Search(), differences_of(pair)))
    assert (verdict.kind, verdict.location) == (ChangeKind.REPLAY_NOT_SHOWN, "initial")
    assert not verdict.certain


@pytest.mark.parametrize("part", surface._READ, ids=lambda part: part.__name__)
def test_the_surface_lists_only_fields_of_the_model(part: type) -> None:
    """Fields that it does not list are compared as they are."""
    assert surface._READ[part] <= {field.name for field in fields(part)}


def test_every_part_of_the_model_is_on_the_surface() -> None:
    """A new part must be read before it can be compared; the exceptions have no behaviour."""
    parts = {
        one for one in vars(model).values() if isinstance(one, type) and one.__module__ == model.__name__
    }
    assert parts - surface._READ.keys() == {model.Notes, model.Retired}
    assert surface._READ.keys() - parts == {Field}


@cache
def _rich() -> tuple[dict[str, Any], Machine]:
    written = load_definition(EVERYTHING.read_bytes(), "everything.machine.yaml").document.value
    form = normal_form(written)
    old = _loaded(form)
    assert old is not None
    return form, old


def _loaded(form: Mapping[str, Any]) -> Machine | None:
    try:
        return compile_machine(load_definition(json.dumps(form).encode(), "m.machine.json"))
    except DefinitionError:
        return None


def _changes(value: Any, path: DocumentPath = ()) -> Iterator[Mutation]:
    if path and path[-1] in SAID | {"machine", "language"}:
        return
    if path:
        yield Mutation(path, DROPPED, "drop")
    match value:
        case dict():
            for name, part in value.items():
                yield from _changes(part, (*path, name))
        case list():
            for number, part in enumerate(value):
                yield from _changes(part, (*path, number))
            yield from [Mutation(path, value[::-1], "turn")] if len(value) > 1 else []
        case bool():
            yield Mutation(path, not value, "flip")
        case int() | float():
            yield from (Mutation(path, value + step, "count") for step in (1, -1))
        case str():
            yield from (Mutation(path, word, "replace") for word in WORDS if word != value)
