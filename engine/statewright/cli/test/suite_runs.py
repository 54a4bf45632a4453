"""Runs suites, prints the results and computes the exit code."""

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
    """Run scenarios and write reports. `containing`: select scenarios by part of the name, in any case."""
    suites, findings = open_suites(paths)
    keep_apart(outputs, [*paths, *files_of(suites), *(finding.file for finding in findings)])
    tested = [run_suite(suite, containing=containing) for suite in suites]
    total = sum(len(one.results) for one in tested)
    if not total and not findings and (containing or any(path.is_dir() for path in paths)):
        raise click.UsageError(_nothing_to_run(paths, containing))
    for output in outputs:
        write_output(output, _printed(output.format, tested, findings, list_missed=list_missed))
    bare = [suite.path for suite in suites if not suite.files]
    if bare and not findings:  # a faulty file may hold the scenarios of such a definition
        print_message(f"no scenarios for {_named(bare)}; `statewright test --generate --write` writes some")
    failed = sum(len(one.failures) for one in tested)
    print_message(_summary(total, failed=failed, faulty=len({finding.file for finding in findings})))
    sound = not failed and not findings
    for one in tested:
        sound &= is_enough(one.suite, one.coverage.percent, "covered", fail_under)
    return ExitCode.CLEAN if sound else ExitCode.FINDINGS


def _printed(
    format: str, tested: Sequence[SuiteRun], findings: Sequence[Finding], *, list_missed: bool
) -> Iterator[str]:
    """The report's lines. Printers are imported late because most runs need only one of them."""
    from statewright.cli.test.formats import PRINTERS, ScenarioReport

    return PRINTERS[format](ScenarioReport(tuple(tested), tuple(findings), list_missed))


def open_suites(paths: Sequence[Path]) -> tuple[list[Suite], list[Finding]]:
    """Load suites, and print and return the findings about those that cannot run.

    Raises UsageError if there are neither, because testing nothing must not look like success.
    """
    suites, findings = load_suites(paths)
    if not suites and not findings:
        raise click.UsageError(f"no definitions or scenarios in {_named(paths)}")
    for finding in findings:
        print_message(*finding_lines(finding, finding.severity))
    return suites, findings


def run_suite(suite: Suite, *, containing: str = "") -> SuiteRun:
    """Run the scenarios of a suite."""
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
    """Whether the percentage reaches `--fail-under`; prints a message if it does not."""
    if fail_under is None or percent >= fail_under:
        return True
    print_message(f"{suite.machine.name}: {percent}% {what}; --fail-under requires {fail_under}%")
    return False


def files_of(suites: Iterable[Suite]) -> Iterator[str | Path]:
    for suite in suites:
        yield suite.path
        yield from (file.document.file for file in suite.files)


def _nothing_to_run(paths: Iterable[Path], containing: str) -> str:
    if containing:
        return f'no scenario in {_named(paths)} has "{containing}" in its name'
    return f"no scenarios in {_named(paths)}; `statewright test --generate --write` writes some"


def _summary(total: int, *, failed: int, faulty: int) -> str:
    """The summary line; faulty files are named so that they do not look like success."""
    parts = [f"{failed:,} failed"] if failed else []
    parts += [f"{plural(faulty, 'file')} could not be run"] if faulty else []
    passed = "all passed" if total else "nothing tested"
    return f"{plural(total, 'scenario')}: {', '.join(parts) or passed}"


def _named(paths: Iterable[Path]) -> str:
    return ", ".join(f'"{path}"' for path in paths)
