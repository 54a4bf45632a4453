"""Scenarios run, their failures shown, what they cover counted.

What a scenario comes to is decided in `statewright.scenarios`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.findings_text import finding_lines
from statewright.cli.shared.output import print_message
from statewright.cli.shared.report_outputs import Output, keep_apart, write_output
from statewright.cli.test.report import SuiteRun
from statewright.diagnostics import Finding
from statewright.scenarios.coverage import Goals
from statewright.scenarios.running import run_scenario
from statewright.scenarios.suites import Suite, load_suites
from statewright.wording import plural


def run_scenarios(
    paths: Sequence[Path],
    *,
    containing: str,
    list_missed: bool,
    fail_under: int | None,
    outputs: Sequence[Output],
) -> ExitCode:
    """`containing`: only scenarios with this in their name, whatever its case."""
    suites, findings = open_suites(paths)
    keep_apart(outputs, [*paths, *files_of(suites), *(finding.file for finding in findings)])
    tested = [run_suite(suite, containing=containing) for suite in suites]
    total = sum(len(one.results) for one in tested)
    if not total and not findings and (containing or any(path.is_dir() for path in paths)):
        raise click.UsageError(_nothing_to_run(paths, containing))
    for output in outputs:
        write_output(output, _printed(output.format, tested, findings, list_missed=list_missed))
    if bare := [suite.path for suite in suites if not suite.files]:
        print_message(
            f"no scenarios for {_named(bare)}; `statewright test --generate --write` writes the first"
        )
    failed = sum(len(one.failures) for one in tested)
    print_message(_summary(total, failed=failed, faulty=len({finding.file for finding in findings})))
    sound = not failed and not findings
    for one in tested:
        sound &= is_enough(one.suite, one.coverage.percent, "covered", fail_under)
    return ExitCode.CLEAN if sound else ExitCode.FINDINGS


def _printed(
    format: str, tested: Sequence[SuiteRun], findings: Sequence[Finding], *, list_missed: bool
) -> Iterator[str]:
    """The printers and what they need are imported here: most runs are for people."""
    from statewright.cli.test.formats import PRINTERS, ScenarioReport

    return PRINTERS[format](ScenarioReport(tuple(tested), tuple(findings), list_missed))


def open_suites(paths: Sequence[Path]) -> tuple[list[Suite], list[Finding]]:
    """The suites that can be used, and what is wrong with the others, which is told too.

    Raises UsageError where there are none at all: a test of nothing must not look like success.
    """
    suites, findings = load_suites(paths)
    if not suites and not findings:
        raise click.UsageError(f"no definitions and no scenarios in {_named(paths)}")
    for finding in findings:
        print_message(*finding_lines(finding, finding.severity))
    return suites, findings


def run_suite(suite: Suite, *, containing: str = "") -> SuiteRun:
    """Every scenario of the suite, run."""
    wanted = containing.casefold()
    results = tuple(
        (file, run_scenario(suite.machine, scenario))
        for file in suite.files
        for scenario in file.scenarios
        if wanted in scenario.name.casefold()
    )
    coverage = Goals(suite.machine).coverage(result for _, result in results)
    return SuiteRun(suite, results, coverage)


def is_enough(suite: Suite, percent: int, what: str, fail_under: int | None) -> bool:
    """Whether `--fail-under` is reached; too little is told."""
    if fail_under is None or percent >= fail_under:
        return True
    print_message(f"{suite.machine.name}: {percent}% {what}, --fail-under asks for {fail_under}%")
    return False


def files_of(suites: Iterable[Suite]) -> Iterator[str | Path]:
    for suite in suites:
        yield suite.path
        yield from (file.document.file for file in suite.files)


def _nothing_to_run(paths: Iterable[Path], containing: str) -> str:
    if containing:
        return f'no scenario in {_named(paths)} has "{containing}" in its name'
    return f"no scenarios in {_named(paths)}; `statewright test --generate --write` writes the first"


def _summary(total: int, *, failed: int, faulty: int) -> str:
    """In a sentence, which must not sound like success where files are faulty."""
    ran = plural(total, "scenario")
    if faulty:
        return f"{ran}: {failed} failed, {plural(faulty, 'file')} could not be run"
    if failed:
        return f"{ran}: {failed} failed"
    return f"{ran}: all passed" if total else f"{ran}: nothing was tested"


def _named(paths: Iterable[Path]) -> str:
    return ", ".join(f'"{path}"' for path in paths)
