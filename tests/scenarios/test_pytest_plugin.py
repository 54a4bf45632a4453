"""pytest runs scenarios as tests; each run uses a separate process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

MACHINE = """\
machine: door
initial: closed
states:
  closed: {accepts: {Open: open}}
  open: {accepts: {Close: closed}}
"""
SCENARIOS = """\
machine: door
scenarios:
  - name: a closed door opens
    when: {command: Open}
    then: {state: open}
  - name: a closed door closes
    when: {command: Close}
    then: {state: closed}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A machine, scenarios of which one fails, and an unrelated file with a similar name."""
    (tmp_path / "door.machine.yaml").write_text(MACHINE)
    (tmp_path / "door.scenarios.yaml").write_text(SCENARIOS)
    (tmp_path / "notes.scenarios.txt").write_text("nothing")
    return tmp_path


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with only the plugin, installed or not."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    root = Path(__file__).parent.parent.parent
    environment["PYTHONPATH"] = str(root)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "statewright.scenarios.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "-q",
    ]
    return subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def test_each_scenario_is_a_test_named_after_it(folder: Path) -> None:
    """A failure reads as it does on the command line."""
    done = run_pytest(folder, "-rfp")
    assert "PASSED door.scenarios.yaml::a closed door opens" in done.stdout
    assert "FAILED door.scenarios.yaml::a closed door closes" in done.stdout
    assert "door.scenarios.yaml:6:5: a closed door closes" in done.stdout
    assert "outcome  expected  accepted" in done.stdout
    assert done.returncode == pytest.ExitCode.TESTS_FAILED


def test_one_scenario_is_chosen_by_its_node_id(folder: Path) -> None:
    """A scenario can be selected by its node id, like any other test."""
    done = run_pytest(folder, "door.scenarios.yaml::a closed door opens")
    assert "1 passed" in done.stdout
    assert done.returncode == 0


def test_a_path_as_machine_name_is_a_collection_error(folder: Path) -> None:
    """The error shows the finding."""
    (folder / "door.scenarios.yaml").write_text(SCENARIOS.replace("machine: door", "machine: a/door"))
    done = run_pytest(folder)
    assert "door.scenarios.yaml:1:10: expected a machine's name" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_faulty_file_is_a_collection_error(folder: Path) -> None:
    """The error shows the finding, without a traceback."""
    (folder / "door.scenarios.yaml").write_text(SCENARIOS.replace("state: open", "state: opne"))
    done = run_pytest(folder)
    assert (
        'door.scenarios.yaml:5:19: machine "door" has no state "opne"; did you mean "open"? [SW101]'
        in done.stdout
    )
    assert "Traceback" not in done.stdout
    assert done.returncode == pytest.ExitCode.INTERRUPTED
