"""Findings about scenario files that cannot run."""

from __future__ import annotations

import json

import pytest

from statewright.errors import DefinitionError
from statewright.scenarios.reading import read_scenarios
from tests.scenarios.machines import findings_of, scenarios_of

GOOD = "- {name: it closes, when: {command: Close}, then: {state: closed}}"


@pytest.mark.parametrize(
    ("right", "wrong", "headline"),
    [
        ("when", "wen", '3:5: missing key "when" [SW005]'),
        ("command", "comand", '3:30: unknown key "comand"; did you mean "command"? [SW006]'),
        ("{state: closed}", "{}", "3:53: expected at least one entry, found an empty mapping [SW005]"),
        ("{state: closed}", "{state: 3}", "3:61: expected a string, found 3 [SW005]"),
        ("{state: closed}", "{invalid: false}", "3:63: expected true, found false [SW005]"),
        ("{state: closed}", "{refused: {}}", '3:63: missing key "code" [SW005]'),
        ("command: Close", "command: Clsoe", '"Clsoe"; did you mean "Close"? [SW301]'),
        ("state: closed", "state: closd", '"closd"; did you mean "closed"? [SW101]'),
        ("state: closed", "events: [PurseShut]", 'machine "purse" has no event "PurseShut"'),
        ("state: closed", "data: {coin: 1}", '"coin"; did you mean "coins"? [SW209]'),
        ("state: closed", "events: [], refused: X", "`refused` cannot be combined with `events`"),
        ("Close}", "Close, at: yesterday}", "[SW005]"),
        ("Close}", "Close, expected_version: -1}", "expected at least 0, found -1 [SW005]"),
    ],
)
def test_a_mistake_is_reported_at_its_place(right: str, wrong: str, headline: str) -> None:
    """A mistake is reported at its position, with a suggestion if a similar name exists."""
    headlines = [finding.headline() for finding in findings_of(GOOD.replace(right, wrong, 1))]
    assert any(headline in line for line in headlines), headlines


@pytest.mark.parametrize("name", ["a/b", "../a", '""', "a.b", "a" * 65])
def test_a_machine_name_is_not_a_path(name: str) -> None:
    """A machine name that is a path is rejected; definitions are in the same folder."""
    with pytest.raises(DefinitionError) as caught:
        read_scenarios(f"machine: {name}\nscenarios:\n{GOOD}\n".encode(), "purse.scenarios.yaml")
    [finding] = caught.value.findings
    assert finding.headline().startswith("purse.scenarios.yaml:1:10: expected a machine's name (a letter,")


def test_duplicate_scenario_names_are_refused() -> None:
    """Two scenarios with the same name are rejected."""
    [finding] = findings_of(f"{GOOD}\n{GOOD}")
    assert finding.headline().endswith('4:12: scenario name "it closes" is already used on line 3 [SW005]')


def test_json_means_the_same_as_yaml() -> None:
    """The file's name selects the syntax, as for definitions."""
    scenario = {"name": "it closes", "when": {"command": "Close"}, "then": {"state": "closed"}}
    content = json.dumps({"machine": "purse", "scenarios": [scenario]}).encode()
    assert read_scenarios(content, "purse.scenarios.json").scenarios == scenarios_of(GOOD)


@pytest.mark.parametrize("text", ["scenarios: &a []", "a: 1\na: 2", "[]", "\t", "scenarios: []"])
def test_scenario_files_have_the_restrictions_of_definitions(text: str) -> None:
    """Scenario files and definitions are subject to the same YAML restrictions."""
    with pytest.raises(DefinitionError):
        read_scenarios(text.encode(), "purse.scenarios.yaml")
