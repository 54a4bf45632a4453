"""Suites: a machine with the scenario files for it in the same folder.

Owns how scenario files are found and matched with definitions. Runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from statewright.diagnostics import Code, Finding, nearest, sort_findings
from statewright.errors import DefinitionError
from statewright.language import load_definition
from statewright.language.source.files import (
    FILE_NAMES,
    SCENARIO_FILE_NAMES,
    definition_files,
    files_below,
    is_scenario_file,
    read_definition_file,
)
from statewright.machine.compiled import Machine, compile_machine
from statewright.scenarios.model import Scenario, ScenarioFile
from statewright.scenarios.reading import check_names, read_scenarios

ENDINGS = ("yaml", "yml", "json")


@dataclass(frozen=True, slots=True)
class Suite:
    """A machine, the path of its definition, and its scenario files, if any."""

    path: Path
    machine: Machine
    files: tuple[ScenarioFile, ...]

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(scenario for file in self.files for scenario in file.scenarios)


def load_suites(paths: Iterable[Path]) -> tuple[list[Suite], list[Finding]]:
    """Load the suites in these files and folders, sorted by path, together with all findings.

    The path of a definition includes the scenario files for it in its folder. Raises OSError for unreadable
    files.
    """
    machines: dict[Path, Machine] = {}
    files: dict[Path, list[ScenarioFile]] = {}
    findings: list[Finding] = []
    wanted = sorted({found for path in paths for found in _files(path)})
    for path in wanted:
        try:
            if not is_scenario_file(path):
                machines.setdefault(path, machine_at(path))
                continue
            file, definition = load_scenarios(path)
            if definition not in machines:
                machines[definition] = machine_at(definition)
            unknown = check_names(file, machines[definition].definition)
        except DefinitionError as error:
            findings += error.findings
            continue
        findings += unknown
        if not unknown:
            files.setdefault(definition, []).append(file)
    suites = [Suite(path, machines[path], tuple(files.get(path, ()))) for path in sorted(machines)]
    return suites, sort_findings(findings)


def load_scenarios(path: Path) -> tuple[ScenarioFile, Path]:
    """Load a scenario file and find its definition.

    Raises DefinitionError if the file has findings or the definition does not exist.
    """
    file = read_scenarios(read_definition_file(path), str(path))
    name = file.machine or _stem(path)
    candidates = [path.with_name(f"{name}.machine.{ending}") for ending in ENDINGS]
    for definition in candidates:
        if definition.is_file():
            return file, definition
    at = ("machine",)
    wanted = candidates[0].name
    message = f'definition "{wanted}" not found in this folder{_guess(path, wanted)}'
    raise DefinitionError([file.document.finding(Code.SHAPE, at, message)])


def machine_at(path: Path) -> Machine:
    """Load and compile the definition at a path. Raises DefinitionError."""
    return compile_machine(load_definition(read_definition_file(path), str(path)))


def generated_scenarios_path(definition: Path) -> Path:
    """The path to which generated scenarios for a definition are written."""
    return definition.with_name(f"{_stem(definition)}.scenarios.yaml")


def scenario_files_for(definition: Path) -> Iterator[Path]:
    """The scenario files for a definition in its folder. For unreadable files the file name decides."""
    for pattern in SCENARIO_FILE_NAMES:
        for path in definition.parent.glob(pattern):
            try:
                named = read_scenarios(read_definition_file(path), str(path)).machine or _stem(path)
            except DefinitionError:
                named = _stem(path)
            if named == _stem(definition):
                yield path


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        if not is_scenario_file(path):
            yield from scenario_files_for(path)
        return
    yield from definition_files(path)
    yield from files_below(path, SCENARIO_FILE_NAMES)


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def _guess(path: Path, name: str) -> str:
    known = [found.name for pattern in FILE_NAMES for found in path.parent.glob(pattern)]
    guess = nearest(name, known)
    return "" if guess is None else f'; did you mean "{guess}"?'
