"""Machines and scenarios from text."""

from __future__ import annotations

import textwrap
from pathlib import Path

from statewright.diagnostics import Finding
from statewright.errors import DefinitionError
from statewright.language import load_definition
from statewright.machine.compiled import Machine, compile_machine
from statewright.scenarios.model import Scenario, ScenarioFile
from statewright.scenarios.reading import check_names, read_scenarios
from statewright.scenarios.running import ScenarioResult, run_scenario
from tests.given import CONFIG, SOUND_FILES, machine_of

PURSE = machine_of(
    """
    machine: purse
    initial: open
    data: {coins: {type: integer, default: 0, minimum: 0}}
    commands:
      Put: {payload: {coins: {type: integer, minimum: 1}}}
      Take: {payload: {coins: {type: integer, minimum: 1}}, roles: [owner]}
      Close:
    events:
      CoinsPut: {payload: {coins: integer}, set: {coins: data.coins + event.coins}}
      CoinsTaken: {payload: {coins: integer}, set: {coins: data.coins - event.coins}}
      PurseClosed:
    states:
      open:
        accepts:
          Put: {emit: CoinsPut}
          Take:
            - {guard: command.coins <= data.coins, emit: CoinsTaken}
            - {reject: TOO_FEW, message: There is not that much in it.}
          Close:
            - {guard: data.coins == 0, emit: PurseClosed, target: closed}
            - {emit: []}
      closed: {final: true}
    """
)

# The name and machine of every definition of the repository without findings.
SOUND = {
    path.name: compile_machine(load_definition(path.read_bytes(), str(path)))
    for path in SOUND_FILES
    if path.suffix == ".yaml"
}


def scenarios_of(text: str) -> tuple[Scenario, ...]:
    """The scenarios in a YAML list."""
    return file_of(text).scenarios


def file_of(text: str) -> ScenarioFile:
    """A scenario file for the purse with this list."""
    listed = textwrap.indent(textwrap.dedent(text).strip("\n"), "  ")
    return read_scenarios(f"machine: purse\nscenarios:\n{listed}\n".encode(), "purse.scenarios.yaml")


def result_of(text: str, machine: Machine = PURSE) -> ScenarioResult:
    """The result of the only scenario in this list."""
    [scenario] = scenarios_of(text)
    return run_scenario(machine, scenario)


def findings_of(text: str) -> list[Finding]:
    """The findings about this list."""
    try:
        return check_names(file_of(text), PURSE.definition)
    except DefinitionError as error:
        return list(error.findings)


def example_file(name: str) -> ScenarioFile:
    """The scenarios of an example in config/."""
    path = Path(CONFIG / f"{name}.scenarios.yaml")
    return read_scenarios(path.read_bytes(), path.name)
