"""Proofs that a mutant behaves exactly like the machine.

A proof covers either every command in every state, or every case that two guards can distinguish. A mutant
without a proof may still be equivalent. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from statewright.analysis.guard_cases import Situation
from statewright.analysis.truth import Guard, understood
from statewright.language.model import Branch
from statewright.machine.compiled import Machine
from statewright.scenarios.execution import Element
from statewright.scenarios.mutants import Mutant


def is_proved_alike(machine: Machine, mutant: Mutant, element: Element, *, is_whole_space: bool) -> bool:
    """Whether the mutant is proved equivalent.

    `is_whole_space`: every command was tried in every state, and the mutant made the same decision each time.
    """
    if is_whole_space and not _depends_on_history(machine, element):
        return True
    match mutant.path:
        case ("invariants", int(number), *_):
            return _is_invariant_alike(machine, mutant, number)
        case (*_, int(), "guard"):
            return _is_guard_alike(machine, mutant, element)
    return False


def _depends_on_history(machine: Machine, element: Element) -> bool:
    """Whether old stored events may use the element in a way that new commands cannot."""
    events = machine.definition.events or {}
    specs = [events[name] for name in element.events if name in events]
    return any(spec.upcasts or spec.retired or spec.fields_renamed for spec in specs)


def _is_guard_alike(machine: Machine, mutant: Mutant, element: Element) -> bool:
    """Whether the guard and its mutant are true for the same values in every leaf that evaluates them."""
    pairs = list(_guards(machine, mutant.machine, element))
    return bool(pairs) and all(
        _are_equal(machine, leaf, element.command, one, other) for leaf, one, other in pairs
    )


def _guards(machine: Machine, mutant: Machine, element: Element) -> Iterator[tuple[str, str, str]]:
    command = element.command or ""
    for leaf, place in element.leaves.items():
        if place is not None and leaf in mutant.rows and command in mutant.rows[leaf]:
            ours: Branch = machine.rows[leaf][command][place]
            theirs: Branch = mutant.rows[leaf][command][place]
            if ours.guard is not None and theirs.guard is not None:
                yield leaf, ours.guard.source, theirs.guard.source


def _is_invariant_alike(machine: Machine, mutant: Mutant, number: int) -> bool:
    ours = machine.definition.invariants[number].check.source
    dropped = len(mutant.machine.definition.invariants) < len(machine.definition.invariants)
    theirs = "true" if dropped else mutant.machine.definition.invariants[number].check.source
    return all(_are_equal(machine, leaf, None, ours, theirs) for leaf in machine.rows)


def _are_equal(machine: Machine, leaf: str, command: str | None, one: str, other: str) -> bool:
    """Whether both expressions are true for the same values, among all that the schemas allow."""
    definition = replace(machine.definition, invariants=())
    guards: Sequence[Guard] = (understood(one), understood(other))
    cases = list(Situation(definition, (leaf,), command).cases(guards))
    return bool(cases) and all(
        guards[0].truth(case) is not None and guards[0].truth(case) is guards[1].truth(case) for case in cases
    )
