"""Turns files into candidates: checks each one and runs its scenarios. Does not use S3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.findings import show_checked, show_definition_error
from statewright.cli.shared.input_files import File
from statewright.cli.shared.output import Format, print_message
from statewright.cli.shared.report_outputs import Output
from statewright.diagnostics import Finding
from statewright.errors import DefinitionError
from statewright.language import load_definition
from statewright.language.source.document import Document
from statewright.machine.compiled import Machine, compile_machine
from statewright.registry.publishing import Candidate, candidate_of
from statewright.scenarios.running import ScenarioResult, run_scenario
from statewright.scenarios.suites import Suite, load_suites


@dataclass(frozen=True, slots=True)
class Submission:
    """A candidate, and its machine with positions in the file.

    `scenarios`: the results of its scenarios. `findings`: why others could not be run.
    """

    candidate: Candidate
    machine: Machine
    scenarios: tuple[tuple[Document, ScenarioResult], ...]
    findings: tuple[Finding, ...]

    @property
    def failures(self) -> list[tuple[Document, ScenarioResult]]:
        return [(document, result) for document, result in self.scenarios if not result.passed]

    @property
    def passes(self) -> bool:
        return not self.failures and not self.findings


def submissions_of(files: Sequence[File], *, format: Format) -> tuple[list[Submission], ExitCode]:
    """The files that compile, and the best exit code that publishing them can have. Prints all findings.

    Returns no submissions if two files declare the same machine.
    """
    clean = sound = show_checked(files, format=format)
    found: list[Submission] = []
    for file in files:
        try:
            found += () if file.content is None else (_submission(file, file.content),)
        except DefinitionError as error:
            if clean:  # otherwise it was shown above
                show_definition_error(error, outputs=(Output(format),))
            sound = False
    for submission in found:
        if submission.findings:
            show_definition_error(DefinitionError(submission.findings), outputs=(Output(format),))
        sound &= submission.passes
    if not _are_distinct([one.candidate for one in found]):
        return [], ExitCode.FINDINGS
    if any(file.content is None for file in files):
        return found, ExitCode.USAGE
    return found, ExitCode.CLEAN if sound else ExitCode.FINDINGS


def _submission(file: File, content: bytes) -> Submission:
    """One submission. A file from S3 or standard input has no scenarios. Raises DefinitionError."""
    candidate = candidate_of(content, file.name)
    machine = compile_machine(load_definition(content, file.name))
    path = Path(file.name)
    suites, findings = load_suites([path]) if path.is_file() else ([], [])
    return Submission(candidate, machine, tuple(_run(suites)), tuple(findings))


def _run(suites: Iterable[Suite]) -> Iterator[tuple[Document, ScenarioResult]]:
    for suite in suites:
        for file in suite.files:
            for scenario in file.scenarios:
                yield file.document, run_scenario(suite.machine, scenario)


def _are_distinct(candidates: Iterable[Candidate]) -> bool:
    files: dict[str, str] = {}
    for candidate in candidates:
        name = candidate.machine.name
        if name in files:
            print_message(
                f'"{files[name]}" and "{candidate.file}" both declare machine "{name}"; '
                "publish only one of them"
            )
            return False
        files[name] = candidate.file
    return True
