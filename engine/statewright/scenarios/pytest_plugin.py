"""The pytest plugin: each scenario of a `*.scenarios.yaml` is a test named `file::name of the scenario`.

An entry point registers it in every environment with Statewright, so it imports the engine only once pytest
finds a scenario file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from statewright.language.source.document import Document
    from statewright.machine.compiled import Machine
    from statewright.scenarios.model import Scenario
    from statewright.scenarios.running import ScenarioResult


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenariosFile | None:
    """Collect scenario files; pytest calls this hook for every file."""
    if ".scenarios." not in file_path.name:
        return None
    from statewright.language.source.files import is_scenario_file

    if not is_scenario_file(file_path):
        return None
    file: ScenariosFile = ScenariosFile.from_parent(parent, path=file_path)
    return file


class ScenariosFile(pytest.File):
    """A scenario file; its findings are collection errors."""

    def collect(self) -> Iterator[ScenarioItem]:
        from statewright.errors import DefinitionError
        from statewright.escaping import printable
        from statewright.scenarios.reading import check_names
        from statewright.scenarios.suites import load_scenarios, machine_at

        try:
            file, definition = load_scenarios(Path(os.path.relpath(self.path)))
            machine = machine_at(definition)
            findings = check_names(file, machine.definition)
        except DefinitionError as error:
            findings = list(error.findings)
        if findings:
            raise self.CollectError("\n".join(finding.render() for finding in findings))
        for scenario in file.scenarios:
            yield ScenarioItem.from_parent(
                self,
                name=printable(scenario.name),
                machine=machine,
                scenario=scenario,
                document=file.document,
            )


class ScenarioFailed(Exception):
    """A failed scenario; carries the result to the report."""

    def __init__(self, result: ScenarioResult) -> None:
        self.result = result
        super().__init__(result.scenario.name)


class ScenarioItem(pytest.Item):
    """One scenario as a test."""

    def __init__(self, *, machine: Machine, scenario: Scenario, document: Document, **more: Any) -> None:
        super().__init__(**more)
        self._machine = machine
        self._scenario = scenario
        self._document = document

    def runtest(self) -> None:
        from statewright.scenarios.running import run_scenario

        result = run_scenario(self._machine, self._scenario)
        if not result.passed:
            raise ScenarioFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Format a failure as `statewright test` does."""
        if not isinstance(excinfo.value, ScenarioFailed):
            return super().repr_failure(excinfo, style)
        from statewright.escaping import printable
        from statewright.scenarios.text import explanation, headline

        result = excinfo.value.result
        lines = [headline(self._document, result), *explanation(result)]
        return "\n  ".join(map(printable, lines))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._document.position(self._scenario.path).line - 1, self.name
