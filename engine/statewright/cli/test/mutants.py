"""`test --mutate`: make small mistakes in a machine and report those that no scenario notices."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import print_message
from statewright.cli.shared.progress import status_line
from statewright.cli.shared.report_outputs import Output, keep_apart, write_output
from statewright.cli.shared.stored_histories import stored_starts
from statewright.cli.test.generate import deliver
from statewright.cli.test.mutants_formats import PRINTERS
from statewright.cli.test.mutants_report import MutationRun
from statewright.cli.test.suite_runs import files_of, is_enough, open_suites, run_suite
from statewright.scenarios.generating import GeneratedScenario, distinct_names
from statewright.scenarios.mutants import mutants, possible_edits, sample
from statewright.scenarios.mutation import MutantWitness, MutationTrial, is_noticed
from statewright.scenarios.suites import Suite
from statewright.stores.location import StoreLocation
from statewright.wording import plural


def try_mutants(
    paths: Sequence[Path],
    *,
    limit: int,
    seed: int,
    fail_under: int | None,
    events: StoreLocation | None,
    outputs: Sequence[Output],
    generate: bool,
    write: bool,
) -> ExitCode:
    """Try at most `limit` changes per machine. `generate`: print or write scenarios that notice mutants."""
    suites, findings = open_suites(paths)
    keep_apart(outputs, [*paths, *files_of(suites), *(finding.file for finding in findings)])
    failing = [suite.machine.name for suite in suites if run_suite(suite).failures]
    if failing:
        names = ", ".join(failing)
        print_message(f"some scenarios of {names} fail already; run `statewright test` and fix them first")
        return ExitCode.FINDINGS
    sound = not findings
    runs = [_run_mutants(suite, limit=limit, seed=seed, events=events) for suite in suites]
    if not generate:
        for output in outputs:
            write_output(output, PRINTERS[output.format](runs))
    for run in runs:
        if generate:
            sound &= deliver(run.suite, _noticing(run), write=write)
        if run.possible > limit:
            print_message(
                f"{run.name}: tried {limit:,} of {run.possible:,} changes, selected by --seed {seed}"
            )
        sound &= is_enough(run.suite, run.percent, "of mutants noticed", fail_under)
    return ExitCode.CLEAN if sound else ExitCode.FINDINGS


def _run_mutants(suite: Suite, *, limit: int, seed: int, events: StoreLocation | None) -> MutationRun:
    possible = possible_edits(suite.machine.definition)
    drawn = sample(possible, limit=limit, seed=seed)
    trial = MutationTrial(suite.machine, suite.scenarios, starts=stored_starts(events, suite.machine))
    results = []
    with status_line() as show_status:
        for number, mutant in enumerate(mutants(suite.machine, drawn), 1):
            show_status(f"{suite.machine.name}: {number:,} of {plural(len(drawn), 'change')} tried")
            if mutant is not None:
                results.append(trial.result(mutant))
    return MutationRun(suite, len(possible), tuple(results))


def _noticing(run: MutationRun) -> list[GeneratedScenario]:
    """A small set of the search's scenarios that notices every missed mutant, sorted by state."""
    found: list[MutantWitness] = []
    for result in run.missed:
        if result.witness and not is_noticed(result.mutant, (witness.scenario for witness in found)):
            found.append(result.witness)
    order = list(run.suite.machine.definition.states)
    found.sort(key=lambda witness: order.index(witness.decision.state.leaf))
    names = [scenario.name for scenario in run.suite.scenarios]
    scenarios = distinct_names((witness.scenario for witness in found), names)
    leaves = (witness.decision.state.leaf for witness in found)
    return list(map(GeneratedScenario, leaves, scenarios))
