"""The files of definitions and scenarios that form a suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from statewright.scenarios.suites import Suite, load_suites

MACHINE = "machine: door\ninitial: shut\nstates: {shut: {accepts: {Open: open}}, open: {}}\n"
SCENARIOS = "scenarios: [{name: it opens, when: {command: Open}, then: {state: open}}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two machines, one with two scenario files, and one in a subfolder."""
    for name in ("door", "deep/gate", "window"):
        path = tmp_path / f"{name}.machine.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(MACHINE)
    (tmp_path / "door.scenarios.yaml").write_text(SCENARIOS)
    (tmp_path / "more.scenarios.yml").write_text(f"machine: door\n{SCENARIOS}")
    (tmp_path / "deep" / "gate.scenarios.yaml").write_text(SCENARIOS)
    return tmp_path


def shown(suites: list[Suite], folder: Path) -> dict[str, list[str]]:
    """The names of each machine's scenario files."""
    return {
        str(suite.path.relative_to(folder)): [Path(file.document.file).name for file in suite.files]
        for suite in suites
    }


def test_a_folder_gives_all_machines_with_their_scenarios(folder: Path) -> None:
    """A folder gives all its machines, including those without scenarios."""
    suites, findings = load_suites([folder])
    assert findings == []
    assert shown(suites, folder) == {
        "deep/gate.machine.yaml": ["gate.scenarios.yaml"],
        "door.machine.yaml": ["door.scenarios.yaml", "more.scenarios.yml"],
        "window.machine.yaml": [],
    }


def test_a_definition_includes_its_scenario_files(folder: Path) -> None:
    """A definition is loaded with the scenario files for its machine in the same folder."""
    suites, _ = load_suites([folder / "door.machine.yaml"])
    assert shown(suites, folder) == {"door.machine.yaml": ["door.scenarios.yaml", "more.scenarios.yml"]}


def test_a_scenario_file_is_loaded_alone(folder: Path) -> None:
    """Naming a scenario file loads only this file of its machine; a repeated path counts once."""
    suites, _ = load_suites([folder / "more.scenarios.yml", folder / "more.scenarios.yml"])
    assert shown(suites, folder) == {"door.machine.yaml": ["more.scenarios.yml"]}


def test_a_broken_machine_is_reported_once(folder: Path) -> None:
    """A broken machine is reported once, even with several scenario files, and others still run."""
    (folder / "door.machine.yaml").write_text(MACHINE.replace("initial: shut", "initial: shot"))
    suites, findings = load_suites([folder])
    assert [finding.message for finding in findings] == ['unknown state "shot"; did you mean "shut"?']
    assert set(shown(suites, folder)) == {"deep/gate.machine.yaml", "window.machine.yaml"}
