"""Random versions: rewriting one changes nothing, and every change in behaviour has a verdict."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
import yaml

from statewright.errors import DefinitionError
from statewright.evolution.compat import CompatReport, compare
from statewright.evolution.compat.witness import FoldWitness
from statewright.language import load_definition
from statewright.machine.compiled import Machine, compile_machine
from statewright.machine.flatten import flatten
from statewright.machine.messages import AggregateState
from tests.evolution.compat.pairs import version
from tests.evolution.compat.random_versions import definition, edited, rewritten

pytestmark = pytest.mark.slow

# The scope puts both tests of one seed together, so that one process compares its versions.
every_seed = pytest.mark.parametrize("seed", range(20), scope="module")


@every_seed
def test_a_rewritten_definition_has_no_verdict(seed: int) -> None:
    """A rewritten definition has no verdict, even with the same version number or in YAML."""
    random = Random(seed)
    written = definition(random)
    text = yaml.safe_dump({"machine": "m", "version": 1, **rewritten(written, random)}, sort_keys=False)
    new = compile_machine(load_definition(text.encode(), "new.machine.yaml"))
    assert compare(version(written, 1), new).verdicts == ()


@every_seed
def test_every_change_of_replay_has_a_verdict(seed: int) -> None:
    """After any edit, different moves or setters of storable events imply a verdict."""
    old, new = _edited_versions(seed)
    assert bool(_report(seed).verdicts) or _stored(old) == _stored(new)


@every_seed
def test_a_silent_verdict_shows_two_states(seed: int) -> None:
    """The new version continues in a different state."""
    for verdict in _report(seed).verdicts:
        if verdict.silent and isinstance(verdict.witness, FoldWitness):
            assert isinstance(verdict.witness.new, AggregateState)
            assert verdict.witness.old != verdict.witness.new


@cache
def _report(seed: int) -> CompatReport:
    return compare(*_edited_versions(seed))


@cache
def _edited_versions(seed: int) -> tuple[Machine, Machine]:
    """The first edit from this seed that loads."""
    random = Random(seed)
    written = definition(random)
    for _ in range(100):
        try:
            return version(written, 1), version(edited(written, random), 2)
        except DefinitionError:  # a branch that hides the next one, say
            written = definition(random)
    raise AssertionError(f"seed {seed} gives no edit that loads")


def _stored(machine: Machine) -> dict[tuple[str, str], tuple[object, dict[str, str]]]:
    """The move and the setters, by leaf and event."""
    moves = flatten(machine.definition)[0].moves
    events = machine.definition.events or {}
    return {
        (leaf, event): (move, {name: value.canonical for name, value in events[event].set.items()})
        for (leaf, event), move in moves.items()
    }
