"""Decides whether a scenario notices a mutant, and otherwise searches for one that would.

The machine is searched once. Each mutant then decides the commands of that search that use the changed
element, until a decision differs. Only a proof makes a mutant "alike". Pure and deterministic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, islice

from statewright.analysis.candidates import candidate_requests, literals
from statewright.analysis.guidance import Guidance
from statewright.analysis.requests import RequestDecision, decide_request
from statewright.analysis.search import DECISIONS_MAX, Explored, Reached, Search
from statewright.analysis.solving import Solver
from statewright.analysis.values import same_value
from statewright.canonical import canonical_json
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted, Event, Invalid, Rejected, Verdict
from statewright.scenarios.alike import is_proved_alike
from statewright.scenarios.execution import Element, element_at
from statewright.scenarios.generating import expectation, scenario_of
from statewright.scenarios.model import Scenario
from statewright.scenarios.mutants import Mutant
from statewright.scenarios.running import ScenarioResult, run_scenario
from statewright.scenarios.starts import scenario_starts

PROBES_MAX = 2_000  # decisions per mutant, taken from the search of the machine
SUGGESTED_MAX = 600  # decisions per mutant, derived from the mutant's own constants
SUGGESTED_STATES_MAX = 12


class MutantStatus(StrEnum):
    """The result of testing a mutant."""

    NOTICED = "noticed"
    SURVIVED = "survived"  # the changed element is used, and no scenario fails
    NOT_TRIED = "not tried"  # no scenario and no decision of the search uses the changed element
    ALIKE = "alike"  # the mutant is proved equivalent to the machine


@dataclass(frozen=True, slots=True)
class MutantWitness:
    """Evidence that a mutant behaves differently.

    `decision`: the machine's, which differs from the mutant's. `scenario`: fails only for the mutant.
    """

    decision: RequestDecision
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class MutantResult:
    """The result of testing one mutant.

    `witness`: a scenario that would notice a surviving mutant; None if the search has not found one.
    `decisions`: the number of decisions compared. `is_cut`: whether some were left out. `differs`: whether a
    decision differed, but only in a way that no scenario can express.
    """

    mutant: Mutant
    status: MutantStatus
    witness: MutantWitness | None = None
    decisions: int = 0
    is_cut: bool = False
    differs: bool = False


class MutationTrial:
    """Tests mutants of a machine whose scenarios all pass. The machine is searched when first needed."""

    def __init__(
        self,
        machine: Machine,
        scenarios: Iterable[Scenario],
        *,
        starts: Iterable[Reached] = (),
        decisions_max: int = DECISIONS_MAX,
    ) -> None:
        self._machine = machine
        self._results = [run_scenario(machine, scenario) for scenario in scenarios]
        self._starts = [*scenario_starts(self._results), *starts]
        self._decisions_max = decisions_max
        self._search: Search | None = None
        self._probes: dict[str, list[Explored]] = defaultdict(list)  # by command

    def result(self, mutant: Mutant) -> MutantResult:
        element = element_at(self._machine, mutant.path)
        executing = [result for result in self._results if element.in_scenario(result)]
        if is_noticed(mutant, (result.scenario for result in executing)):
            return MutantResult(mutant, MutantStatus.NOTICED)
        if mutant.upcast is not None:
            return self._of_upcast(mutant, executing)
        return self._of_search(mutant, element, is_executed=bool(executing))

    def _of_upcast(self, mutant: Mutant, executing: Sequence[ScenarioResult]) -> MutantResult:
        """The search creates no events of older versions, so existing scenarios are made stricter instead."""
        for result in executing:
            theirs = run_scenario(mutant.machine, result.scenario).decision
            if result.decision is not None and theirs is not None:
                then = expectation(result.decision, unlike=theirs)
                scenario = replace(result.scenario, then=then)
                if is_noticed(mutant, [scenario]):
                    witness = MutantWitness(result.decision, scenario)
                    return MutantResult(mutant, MutantStatus.SURVIVED, witness, len(executing))
        status = MutantStatus.SURVIVED if executing else MutantStatus.NOT_TRIED
        return MutantResult(mutant, status, None, len(executing))

    def _of_search(self, mutant: Mutant, element: Element, *, is_executed: bool) -> MutantResult:
        search = self._searched()
        probes = [one for one in self._probes_of(element) if element.in_decision(one.decision)]
        decisions, differs = 0, False
        for explored in chain(probes[:PROBES_MAX], islice(self._suggested(mutant, probes), SUGGESTED_MAX)):
            decisions += 1
            theirs = _other_decision(mutant, explored.decision)
            if theirs is None:
                continue
            differs = True
            scenario = scenario_of(self._machine, explored, unlike=theirs)
            if is_noticed(mutant, [scenario]) and run_scenario(self._machine, scenario).passed:
                witness = MutantWitness(explored.decision, scenario)
                return MutantResult(mutant, MutantStatus.SURVIVED, witness, decisions)
        is_cut = len(probes) > PROBES_MAX
        is_whole = search.is_complete and not is_cut
        if not differs and is_proved_alike(self._machine, mutant, element, is_whole_space=is_whole):
            return MutantResult(mutant, MutantStatus.ALIKE, None, decisions)
        tried = MutantStatus.SURVIVED if is_executed or probes else MutantStatus.NOT_TRIED
        return MutantResult(mutant, tried, None, decisions, is_cut, differs)

    def _searched(self) -> Search:
        if self._search is None:
            values = literals(self._machine)
            self._search = Search(
                self._machine, starts=self._starts, values=values, decisions_max=self._decisions_max
            )
            for explored in self._search.run():
                self._probes[explored.decision.request.command].append(explored)
            for probes in self._probes.values():
                probes.sort(key=lambda one: len(one.history))
        return self._search

    def _probes_of(self, element: Element) -> Iterable[Explored]:
        if element.command is not None:
            return self._probes[element.command]
        every = (one for probes in self._probes.values() for one in probes)
        return sorted(every, key=lambda one: len(one.history))

    def _suggested(self, mutant: Mutant, probes: Sequence[Explored]) -> Iterator[Explored]:
        """Decisions on commands derived from the mutant's own constants, in the states of the probes."""
        values = literals(mutant.machine)
        solver = Solver(mutant.machine, Guidance(mutant.machine))
        places: dict[str, tuple[Explored, str]] = {}
        for probe in probes:
            state, command = probe.decision.state, probe.decision.request.command
            key = canonical_json([command, state.leaf, state.data])
            if len(places) < SUGGESTED_STATES_MAX and state.leaf in mutant.machine.rows:
                places.setdefault(key, (probe, command))
        for probe, command in places.values():
            state = probe.decision.state
            theirs = []
            for request in candidate_requests(mutant.machine, state, values=values, commands={command}):
                theirs.append(decide_request(mutant.machine, state, request))
                yield Explored(probe.history, decide_request(self._machine, state, request))
            for request in solver.requests(theirs):
                yield Explored(probe.history, decide_request(self._machine, state, request))


def is_noticed(mutant: Mutant, scenarios: Iterable[Scenario]) -> bool:
    """Whether one of the scenarios fails for the mutant."""
    return any(not run_scenario(mutant.machine, scenario).passed for scenario in scenarios)


def _other_decision(mutant: Mutant, ours: RequestDecision) -> RequestDecision | None:
    """The mutant's decision if it differs; None if it is the same or the mutant has no such leaf."""
    if ours.state.leaf not in mutant.machine.rows:
        return None
    theirs = decide_request(mutant.machine, ours.state, ours.request)
    return None if is_same_verdict(ours.verdict, theirs.verdict) else theirs


def is_same_verdict(one: Verdict, other: Verdict) -> bool:
    """Whether both verdicts agree in everything except traces and reasons for invalid commands."""
    match one, other:
        case Accepted(events=ours, state=ours_after), Accepted(events=theirs, state=theirs_after):
            return (
                len(ours) == len(theirs)
                and all(map(_is_same_event, ours, theirs))
                and ours_after.leaf == theirs_after.leaf
                and same_value(ours_after.data, theirs_after.data)
            )
        case Rejected() as ours, Rejected() as theirs:
            return (ours.code, ours.message, ours.on_refusal) == (
                theirs.code,
                theirs.message,
                theirs.on_refusal,
            )
        case Invalid() as ours, Invalid() as theirs:
            return ours.path == theirs.path
        case _:
            return False


def _is_same_event(one: Event, other: Event) -> bool:
    led = (one.type, one.leaf, one.entered) == (other.type, other.leaf, other.entered)
    return led and same_value(one.data, other.data)
