"""Histories of events taken from the scenarios next to definitions.

If the machine cannot run all of a scenario's `given`, the history ends before the failing step.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from statewright.errors import DefinitionError
from statewright.language.source.files import read_definition_file
from statewright.machine.compiled import Machine
from statewright.machine.messages import Event
from statewright.scenarios.reading import read_scenarios
from statewright.scenarios.running import run_scenario
from statewright.scenarios.starts import history_of
from statewright.scenarios.suites import scenario_files_for


def scenario_histories(machine: Machine, definitions: Iterable[str]) -> list[tuple[Event, ...]]:
    """The distinct histories of a machine's scenarios. `definitions`: files whose scenarios are read."""
    files = {path for name in definitions for path in scenario_files_for(Path(name))}
    found: dict[tuple[str, ...], tuple[Event, ...]] = {}
    for path in sorted(files):
        try:
            scenarios = read_scenarios(read_definition_file(path), str(path)).scenarios
        except DefinitionError:
            continue  # `statewright test` reports the error
        for scenario in scenarios:
            history = history_of(run_scenario(machine, scenario))
            found.setdefault(tuple(f"{event.type} {event.data}" for event in history), history)
    return [history for history in found.values() if history]
