"""Definitions with one small mistake, to see whether the scenarios notice it.

A mutant is a definition like any other; what does not load, or means the same, is none. Pure and
deterministic: of too many a sample is drawn by the seed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from statewright.analysis.candidates import literals
from statewright.analysis.requests import RequestDecision, decide_request
from statewright.analysis.search import explore
from statewright.diagnostics import Position
from statewright.errors import DefinitionError
from statewright.language import load_definition
from statewright.language.model import Definition
from statewright.language.normal_form import normal_form
from statewright.language.source.document import Document, DocumentPath
from statewright.machine.compiled import Machine, compile_machine
from statewright.scenarios.edits import Mutation, edited, edits
from statewright.scenarios.generating import expectation, scenario_of
from statewright.scenarios.judging import mismatches
from statewright.scenarios.model import GivenEvent, Scenario
from statewright.scenarios.running import run_scenario

WITNESS_DECISIONS_MAX = 6_000  # of one search for a witness; about a second


@dataclass(frozen=True, slots=True)
class Mutant:
    """`position`: of what is changed, in the author's file. `change`: what is changed, in words.

    `upcast`: the event, and the version that is upcast, where the change is in that.
    """

    position: Position
    change: str
    machine: Machine
    upcast: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class MutantWitness:
    """`decision`: the machine's, unlike the mutant's. `scenario`: claims it, and fails for the mutant."""

    decision: RequestDecision
    scenario: Scenario


def possible_edits(definition: Definition) -> list[Mutation]:
    """Every change that `mutants` would try, in the order of the normal form."""
    return list(edits(normal_form(definition.document.value), definition.leaves))


def sample(possible: list[Mutation], *, limit: int, seed: int) -> list[Mutation]:
    """At most `limit` of them, in their order; another seed draws others."""
    drawn = sorted(range(len(possible)), key=lambda place: _drawing(seed, possible[place]))[:limit]
    return [possible[place] for place in sorted(drawn)]


def mutants(machine: Machine, tried: Iterable[Mutation]) -> Iterator[Mutant | None]:
    """For each edit its mutant; None where it does not load, or loads as what there is already."""
    document = machine.definition.document
    form = normal_form(document.value)
    digests = {machine.digest}
    for edit in tried:
        mutant = _loaded(edited(form, edit))
        if mutant is None or mutant.digest in digests:
            yield None
            continue
        digests.add(mutant.digest)
        position = document.position(_written(document, edit.path))
        yield Mutant(position, edit.change, mutant, _upcast(edit.path))


def is_noticed(mutant: Mutant, scenarios: Iterable[Scenario]) -> bool:
    """Whether one of the scenarios fails for it."""
    return any(not run_scenario(mutant.machine, scenario).passed for scenario in scenarios)


def witness(machine: Machine, mutant: Mutant, scenarios: Iterable[Scenario] = ()) -> MutantWitness | None:
    """What tells the mutant from the machine in the fewest steps; None where a bounded search finds nothing.

    No search makes up what older versions have stored: a changed upcast is tried on what `scenarios` give.
    """
    compared = _searched(machine, mutant) if mutant.upcast is None else _given(machine, mutant, scenarios)
    for ours, theirs, scenario in compared:
        if any(mismatches(mutant.machine, scenario.then, theirs.state, theirs.verdict)):
            return MutantWitness(ours, scenario)
    return None


def is_comparable(mutant: Mutant, scenarios: Iterable[Scenario]) -> bool:
    """Whether a witness could be looked for: a changed upcast needs an event that it changes."""
    if mutant.upcast is None:
        return True
    event, version = mutant.upcast
    given = (step for scenario in scenarios for step in scenario.given if isinstance(step, GivenEvent))
    return any(one.event == event and (one.version or version + 1) <= version for one in given)


def _searched(
    machine: Machine, mutant: Mutant
) -> Iterator[tuple[RequestDecision, RequestDecision, Scenario]]:
    """Both machines' decisions, and the scenario that claims ours.

    Up to there both answered alike, so the mutant can be asked at the very states of the machine.
    """
    for explored in explore(machine, values=literals(mutant.machine), decisions_max=WITNESS_DECISIONS_MAX):
        ours = explored.decision
        theirs = decide_request(mutant.machine, ours.state, ours.request)
        yield ours, theirs, scenario_of(explored, unlike=theirs)


def _given(
    machine: Machine, mutant: Mutant, scenarios: Iterable[Scenario]
) -> Iterator[tuple[RequestDecision, RequestDecision, Scenario]]:
    """The same at the ends of scenarios, each with a claim that says more than it did."""
    for scenario in scenarios:
        ours = run_scenario(machine, scenario).decision
        theirs = run_scenario(mutant.machine, scenario).decision
        if ours is not None and theirs is not None:
            yield ours, theirs, replace(scenario, then=expectation(ours, unlike=theirs))


def _drawing(seed: int, edit: Mutation) -> bytes:
    return hashlib.sha256(f"{seed} {edit.path} {edit.change}".encode()).digest()


def _loaded(form: object) -> Machine | None:
    try:
        return compile_machine(load_definition(json.dumps(form).encode(), "mutant.json"))
    except DefinitionError:
        return None


def _upcast(path: DocumentPath) -> tuple[str, int] | None:
    match path:
        case ("events", str(event), "upcast", str(version), *_):
            return event, int(version)
        case _:
            return None


def _written(document: Document, path: DocumentPath) -> DocumentPath:
    """The place in the author's file: one branch may stand there without a list around it."""
    written: DocumentPath = ()
    for step in path:
        if isinstance(step, str) or isinstance(document.at(written), list):
            written = (*written, step)
    return written
