"""`test --mutate`: small mistakes made in a machine on purpose, and which of them no scenario notices.

For each of those a short search looks for a command that would have told; where it finds none the change is
taken to mean the same.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import print_message
from statewright.cli.shared.report_outputs import Output, keep_apart, write_output
from statewright.cli.test.generate import deliver
from statewright.cli.test.mutants_formats import PRINTERS
from statewright.cli.test.mutants_report import MutationRun, Survivor
from statewright.cli.test.suite_runs import files_of, is_enough, open_suites, run_suite
from statewright.scenarios.generating import distinct_names
from statewright.scenarios.model import Scenario
from statewright.scenarios.mutants import is_comparable, is_noticed, mutants, possible_edits, sample, witness
from statewright.scenarios.suites import Suite


def try_mutants(
    paths: Sequence[Path],
    *,
    limit: int,
    seed: int,
    fail_under: int | None,
    outputs: Sequence[Output],
    generate: bool,
    write: bool,
) -> ExitCode:
    """`limit`: of each machine's mutants. `generate`: print or write scenarios that notice the others."""
    suites, findings = open_suites(paths)
    keep_apart(outputs, [*paths, *files_of(suites), *(finding.file for finding in findings)])
    failing = [suite.machine.name for suite in suites if run_suite(suite).failures]
    if failing:
        names = ", ".join(failing)
        print_message(f"scenarios of {names} fail as it is: mend them first, `statewright test` shows them")
        return ExitCode.FINDINGS
    sound = not findings
    trials = [_run_mutants(suite, limit=limit, seed=seed) for suite in suites]
    if not generate:
        for output in outputs:
            write_output(output, PRINTERS[output.format](trials))
    for trial in trials:
        if generate:
            sound &= deliver(trial.suite, _noticing(trial), write=write)
        if trial.possible > limit:
            print_message(
                f"{trial.name}: {limit:,} of {trial.possible:,} changes were drawn by --seed {seed}"
            )
        sound &= is_enough(trial.suite, trial.percent, "of the mutants are noticed", fail_under)
    return ExitCode.CLEAN if sound else ExitCode.FINDINGS


def _run_mutants(suite: Suite, *, limit: int, seed: int) -> MutationRun:
    possible = possible_edits(suite.machine.definition)
    drawn = sample(possible, limit=limit, seed=seed)
    loaded, survivors = 0, []
    with click.progressbar(
        mutants(suite.machine, drawn),
        length=len(drawn),
        label=suite.machine.name,
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        for mutant in bar:
            if mutant is None:
                continue
            loaded += 1
            if not is_noticed(mutant, suite.scenarios):
                found = witness(suite.machine, mutant, suite.scenarios)
                is_alike = found is None and is_comparable(mutant, suite.scenarios)
                survivors.append(Survivor(mutant, found, is_alike=is_alike))
    return MutationRun(suite, len(possible), loaded, tuple(survivors))


def _noticing(trial: MutationRun) -> tuple[Scenario, ...]:
    """As few scenarios as the search gives that together notice every mutant that was missed."""
    scenarios: list[Scenario] = []
    for survivor in trial.missed:
        if survivor.witness is not None and not is_noticed(survivor.mutant, scenarios):
            scenarios.append(survivor.witness.scenario)
    return distinct_names(scenarios, [scenario.name for scenario in trial.suite.scenarios])
