"""The hooks run through the real pre-commit in a user's repository."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.hooks.conftest import ROOT, Run, write

pytestmark = pytest.mark.e2e

Consumer = Callable[[Mapping[str, str]], Path]

DOOR = """\
machine: door
initial: closed
states:
  closed: {accepts: {Open: open}}
  open: {accepts: {Close: closed}}
"""
SCENARIOS = """\
scenarios:
  - name: a closed door opens
    when: {command: Open}
    then: {state: open}
"""
MISSPELT = DOOR.replace("Open: open", "Open: opne")
GOOD = {"config/door.machine.yaml": DOOR, "config/door.scenarios.yaml": SCENARIOS}
OTHERS = {"values.yaml": "a: [", "package.json": "{", "README.md": "# door.machine.yaml\n"}


def test_the_manifest_is_valid(run: Run) -> None:
    """pre-commit accepts every key and value."""
    done = run(ROOT, sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", ["statewright-check", "statewright-test", "statewright-compat"])
def test_good_files_pass(consumer: Consumer, hook: Run, name: str) -> None:
    """Each hook finds its command and its files."""
    done = hook(consumer(GOOD), name)
    assert done.returncode == 0, done.stdout
    assert done.stdout.rstrip().endswith("Passed")


@pytest.mark.parametrize("name", ["statewright-check", "statewright-test"])
def test_other_files_are_left_alone(consumer: Consumer, hook: Run, name: str) -> None:
    """This includes other YAML and JSON files."""
    done = hook(consumer(OTHERS), name)
    assert done.returncode == 0, done.stdout
    assert "(no files to check)Skipped" in done.stdout


def test_a_mistake_is_shown_at_its_line(consumer: Consumer, hook: Run) -> None:
    """The hook fails with the exit code for findings."""
    done = hook(consumer({**GOOD, "config/door.machine.yaml": MISSPELT}), "statewright-check")
    assert done.returncode == 1
    assert 'config/door.machine.yaml:4:28: unknown state "opne"; did you mean "open"?' in done.stdout
    assert "- exit code: 1" in done.stdout


def test_a_definition_in_json_is_checked(consumer: Consumer, hook: Run) -> None:
    """JSON files are checked like YAML files."""
    faulty = {"machine": "door", "initial": "shut", "states": {"open": None}}
    done = hook(consumer({"door.machine.json": json.dumps(faulty)}), "statewright-check")
    assert done.returncode == 1
    assert 'unknown state "shut"' in done.stdout


def test_a_definition_without_scenarios_passes(consumer: Consumer, hook: Run) -> None:
    """The option `--fail-under` would require scenarios for every definition."""
    done = hook(consumer({"config/door.machine.yaml": DOOR}), "statewright-test")
    assert done.returncode == 0, done.stdout


def test_a_failing_scenario_is_shown(consumer: Consumer, hook: Run) -> None:
    """The output has the place and the name of the scenario."""
    wrong = SCENARIOS.replace("state: open", "state: closed")
    done = hook(consumer({**GOOD, "config/door.scenarios.yaml": wrong}), "statewright-test")
    assert done.returncode == 1
    assert "config/door.scenarios.yaml:2:5: a closed door opens" in done.stdout


def test_a_change_that_breaks_replay_is_shown(consumer: Consumer, hook: Run) -> None:
    """The hook compares the working tree with the committed definition."""
    folder = consumer(GOOD)
    write(folder, {"config/door.machine.yaml": DOOR.replace("Open: open", "Open: closed")})
    done = hook(folder, "statewright-compat")
    assert done.returncode == 1
    assert "replay" in done.stdout


def test_a_version_that_is_not_merged_may_be_changed(consumer: Consumer, hook: Run, run: Run) -> None:
    """A commit on a branch is not published, so the next commit may change it."""
    folder = consumer(GOOD)
    run(folder, "git", "checkout", "--quiet", "-b", "feature")
    newer = DOOR.replace("initial", "version: 2\ninitial").replace("Open: open", "Open: open, Lock: locked")
    added = newer + "  locked: {accepts: {Unlock: closed}}\n"
    write(folder, {"config/door.machine.yaml": added})
    run(folder, "git", "commit", "--all", "--quiet", "--no-verify", "--message", "A lock, in progress")
    write(folder, {"config/door.machine.yaml": added.replace("Unlock: closed", "Unlock: open")})
    done = hook(folder, "statewright-compat")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("moved", [(), ("config/gate.machine.yaml",)], ids=["removed", "renamed"])
def test_a_removed_machine_is_shown(consumer: Consumer, hook: Run, run: Run, moved: tuple[str, ...]) -> None:
    """The hook notices it although pre-commit does not pass removed files."""
    folder = consumer(GOOD)
    run(folder, "git", "rm", "--quiet", *GOOD)
    write(folder, {path: DOOR.replace("machine: door", "machine: gate") for path in moved})
    done = hook(folder, "statewright-compat")
    assert done.returncode == 1
    assert 'machine "door"' in done.stdout


def test_a_repository_without_definitions_passes(consumer: Consumer, hook: Run) -> None:
    """The hook has nothing to compare."""
    assert hook(consumer(OTHERS), "statewright-compat").returncode == 0


def test_a_commit_with_a_mistake_is_blocked(consumer: Consumer, run: Run) -> None:
    """pre-commit must be installed in the repository for this."""
    folder = consumer(GOOD)
    run(folder, sys.executable, "-m", "pre_commit", "install")
    write(folder, {"config/door.machine.yaml": MISSPELT})
    done = run(folder, "git", "commit", "--all", "--message", "A door that does not open")
    assert done.returncode == 1
    assert 'unknown state "opne"' in done.stdout
    assert run(folder, "git", "rev-list", "--count", "HEAD").stdout == "1\n"
