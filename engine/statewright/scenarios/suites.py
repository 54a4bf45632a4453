"""Suites: a machine from its file, with all files of scenarios about it beside it.

Owns which files of a folder hold scenarios and which machine each is about; runs nothing.
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
    """A machine, the file of its definition, and the scenarios about it; maybe none."""

    path: Path
    machine: Machine
    files: tuple[ScenarioFile, ...]

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(scenario for file in self.files for scenario in file.scenarios)


def load_suites(paths: Iterable[Path]) -> tuple[list[Suite], list[Finding]]:
    """The suites that these files and folders name, in the order of their paths, and all findings, sorted.

    A definition stands for the scenarios about it in its folder. Raises OSError for what cannot be read.
    """
    machines: dict[Path, Machine] = {}
    files: dict[Path, list[ScenarioFile]] = {}
    findings: list[Finding] = []
    wanted = sorted({found for path in paths for found in _files(path)})
    for path in wanted:
        try:
            if not is_scenario_file(path):
                machines.setdefault(path, machine_in(path))
                continue
            file, definition = load_scenarios(path)
            if definition not in machines:
                machines[definition] = machine_in(definition)
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
    """A file of scenarios, and the path of the definition that it is about.

    Raises DefinitionError, also where there is no such definition.
    """
    file = read_scenarios(read_definition_file(path), str(path))
    name = file.machine or _stem(path)
    beside = [path.with_name(f"{name}.machine.{ending}") for ending in ENDINGS]
    for definition in beside:
        if definition.is_file():
            return file, definition
    at = ("machine",)
    message = f'there is no "{beside[0].name}" beside this file{_guess(path, beside[0].name)}'
    raise DefinitionError([file.document.finding(Code.SHAPE, at, message)])


def machine_in(path: Path) -> Machine:
    """Raises DefinitionError."""
    return compile_machine(load_definition(read_definition_file(path), str(path)))


def scenarios_beside(definition: Path) -> Path:
    """Where the scenarios of a definition are written."""
    return definition.with_name(f"{_stem(definition)}.scenarios.yaml")


def scenario_files_about(definition: Path) -> Iterator[Path]:
    """The files of scenarios in the definition's folder that are about it, or cannot be read."""
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
            yield from scenario_files_about(path)
        return
    yield from definition_files(path)
    yield from files_below(path, SCENARIO_FILE_NAMES)


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def _guess(path: Path, name: str) -> str:
    known = [found.name for pattern in FILE_NAMES for found in path.parent.glob(pattern)]
    guess = nearest(name, known)
    return "" if guess is None else f'; did you mean "{guess}"?'
