"""The normal form and the digests do not depend on the notation."""

from __future__ import annotations

import json

import pytest
import yaml

from statewright.canonical import canonical_json
from statewright.language import digest_of, load_definition
from statewright.language.normal_form import normal_form
from statewright.machine.compiled import compile_machine
from tests.given import CONFIG, example, machine_of

SHORT = """
machine: m
initial: a
events: {Go: {payload: {n: integer}}, Come: null}
states:
  a: {accepts: {Go: b, Come: {emit: [], guard: true}}}
  b:
"""
LONG = """
# a comment
$schema: x.json
language: 1
version: 1
states:
  a:
    accepts:
      Go: [{emit: [{event: Go}], target: b}]
      Come: [{guard: "true", emit: []}]
  b: {}
initial: a
events:
  Go: {payload: {n: {type: integer}}}
  Come: {payload: {}}
machine: m
"""

# Changed only on purpose: every stored commit names the digest of the definition that decided it.
GOLDEN = {
    "account": (
        "ce337581c9922a3339550843b1ccdac70ab0b881a40c2098ea0501107ccbac9c",
        "87da669b18b37a510e734b21f1281479b4244cd046ec77f7f353fb43165ed0f3",
    ),
    "door": (
        "ebb65732d81a9fdbb705924361b300fb68f80898800bf584c6866222e694fb4e",
        "d084b6980aedbf0243c264c13f87981b1edcf66d29aa386f81fa2c98b0a0eb25",
    ),
    "order": (
        "fb1c34c5499a8a186f7e16af2c0ab1183e9dc52e3d671573efe1c7bf68f64e3c",
        "e11c574c1f2e32fe4111c63786b7c87dcd7fb9b19e8f37a4fa3fe356058c0a6c",
    ),
}


def digest(text: str, file: str = "m.machine.yaml") -> str:
    return digest_of(load_definition(text.encode(), file))


def test_shorthands_order_comments_and_defaults_do_not_change_the_digest() -> None:
    """Both texts define the same machine."""
    assert digest(SHORT) == digest(LONG)


@pytest.mark.parametrize("name", GOLDEN)
def test_yaml_and_json_of_one_document_have_equal_digests(name: str) -> None:
    """The syntax does not matter."""
    text = (CONFIG / f"{name}.machine.yaml").read_text()
    as_json = json.dumps(yaml.safe_load(text))
    assert digest(text) == digest(as_json, "m.machine.json")


@pytest.mark.parametrize("name", GOLDEN)
def test_a_normal_form_loads_to_the_same_machine(name: str) -> None:
    """A definition and its published normal form load to the same machine."""
    machine = example(name)
    published = canonical_json(normal_form(machine.definition.document.value))
    again = compile_machine(load_definition(published.encode(), "m.machine.json"))
    assert (again.digest, again.behaviour) == (machine.digest, machine.behaviour)


@pytest.mark.parametrize(("name", "digests"), GOLDEN.items())
def test_the_digests_of_the_examples_are_golden(name: str, digests: tuple[str, str]) -> None:
    """Changing the canonical bytes would invalidate all snapshots and published digests."""
    machine = example(name)
    assert (machine.digest, machine.behaviour) == digests


def behaviour(changed: str = "", by: str = "") -> str:
    return machine_of(LONG.replace(changed, by) if changed else LONG).behaviour


@pytest.mark.parametrize(
    ("changed", "by"),
    [
        ('guard: "true", emit: []', "guard: 1 < 2, emit: []"),
        ("version: 1", "version: 2"),
        ("machine: m", "machine: n"),
    ],
)
def test_other_edits_keep_the_behaviour(changed: str, by: str) -> None:
    """Snapshots survive an edit of a guard."""
    assert behaviour(changed, by) == behaviour()


@pytest.mark.parametrize(
    ("changed", "by"),
    [
        ("target: b}", "target: a}"),
        ("{n: {type: integer}}", "{n: {type: string}}"),
        ("initial: a", "initial: b"),
        ("b: {}", "b: {renamed_from: [c]}"),
        ("language: 1", "data: {x: {type: integer, default: 0}}"),
    ],
)
def test_edits_that_affect_folding_change_the_behaviour(changed: str, by: str) -> None:
    """Snapshots of a different behaviour must not be used."""
    assert behaviour(changed, by) != behaviour()


def test_doubles_are_written_with_a_fraction_and_integers_without() -> None:
    """Numbers are canonical."""
    assert canonical_json([1, 1.0, 1e20, 0.1]) == "[1,1.0,1e+20,0.1]"
