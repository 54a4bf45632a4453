"""The names that scripts and settings rely on: commands, options, codes, variables, keys of JSON."""

from __future__ import annotations

import json
import shutil
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import yaml

from statewright.aws.settings import read_settings, read_telemetry
from statewright.cli.main import statewright
from statewright.cli.shared.exit_codes import ExitCode
from statewright.errors import SettingsError
from statewright.evolution.compat import ChangeKind
from statewright.language.model import ENGINE_CODES
from statewright.machine.messages import REFUSED
from statewright.runtime.results import Disposition, FailureKind, OnRefusal
from tests.cli.commands import Cli
from tests.promises.files import GOLDEN, TODAY, documents, golden_document, golden_text
from tests.promises.interfaces import key_paths, promised, surface

ROOT = Path(__file__).parent.parent.parent
VARIABLES = golden_document("interfaces/variables.json")
OUTPUTS = golden_document("interfaces/outputs.json")


def test_commands_have_the_same_options() -> None:
    """The commands and options, with choices, bounds and defaults, match the golden file."""
    assert "\n".join(surface(statewright, "statewright")) + "\n" == golden_text("interfaces/commands.txt")


def test_exit_codes_mean_the_same() -> None:
    """The codes mean success, findings or refusals, wrong usage or environment, bug, and interrupted."""
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 130]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("check", "config"), 0),
        (("check", "old.machine.yaml"), 1),
        (("check", "nowhere"), 2),
        (("check", "--no-such-option"), 2),
        (("eval", "1 / 0"), 1),
        (("show", "order/none", "--db", "golden.db"), 1),
    ],
)
def test_commands_have_the_same_exit_codes(project: Cli, arguments: tuple[str, ...], code: int) -> None:
    """Each command exits with the code that scripts already rely on."""
    assert project(*arguments).exit_code == code


def test_rules_of_check_have_the_same_codes(cli: Cli) -> None:
    """Each rule of `check` keeps its code, name and severity."""
    rules = documents(cli("rules", "--format", "json").stdout)
    assert [[rule["code"], rule["name"], rule["severity"]] for rule in rules] == golden_document(
        "interfaces/rules.json"
    )


def test_rules_of_compat_have_the_same_codes() -> None:
    """Each rule of `compat` keeps its id and consequence."""
    rules = sorted([rule.id, rule.consequence.value] for rule in ChangeKind)
    assert rules == golden_document("interfaces/compat_rules.json")


def test_outcomes_have_the_same_words() -> None:
    """Refusals, failures and dispositions have the same codes in logs, queues, streams and settings."""
    words = {
        "refusals": sorted(ENGINE_CODES),
        "failures": sorted(kind.value for kind in FailureKind),
        "dispositions": sorted(one.value for one in Disposition),
        "on_refusal": sorted(one.value for one in OnRefusal),
        "recorded refusal": REFUSED,
    }
    assert words == golden_document("interfaces/outcomes.json")


@pytest.mark.parametrize("variable", VARIABLES["handler"], ids=lambda variable: str(variable["name"]))
def test_a_variable_accepts_the_same_values(variable: dict[str, Any]) -> None:
    """Each previously accepted value is still accepted, and the default is unchanged."""
    beside = variable.get("beside", VARIABLES["least"])
    read = read_telemetry if variable["reader"] == "telemetry" else read_settings
    for value in variable["accepted"]:
        read(beside | {variable["name"]: value})
    if "default" in variable:
        assert read(beside | {variable["name"]: variable["default"]}) == read(beside)


@pytest.mark.parametrize("variable", VARIABLES["handler"], ids=lambda variable: str(variable["name"]))
def test_a_variable_refuses_the_same_values(variable: dict[str, Any]) -> None:
    """Each previously rejected value is still rejected with an error that names the variable."""
    beside = variable.get("beside", VARIABLES["least"])
    read = read_telemetry if variable["reader"] == "telemetry" else read_settings
    for value in variable["refused"]:
        with pytest.raises(SettingsError, match=rf"\b{variable['name']}\b"):
            read(beside | {variable["name"]: value})


@pytest.fixture
def project(cli: Cli, golden_db: Path) -> Cli:
    """The command line in a folder with definitions, scenarios, a store and files with known findings."""
    shutil.copytree(TODAY, "config")
    shutil.copy(GOLDEN / "interfaces" / "scenarios.yaml", "config/door.scenarios.yaml")
    Path("gate").mkdir()
    shutil.copy(GOLDEN / "files" / "old.machine.yaml", "gate/gate.machine.yaml")
    shutil.copy(GOLDEN / "interfaces" / "passing.yaml", "gate/gate.scenarios.yaml")
    shutil.copytree(GOLDEN / "files", Path(), dirs_exist_ok=True)
    return cli


@pytest.mark.parametrize("name", OUTPUTS)
def test_json_output_has_the_same_keys(project: Cli, name: str) -> None:
    """The keys at every depth match the golden file; their values may differ."""
    output = OUTPUTS[name]
    result = project(*output["arguments"], input=output.get("input"))
    found = documents(result.stdout) if output.get("lines") else [json.loads(result.stdout)]
    assert sorted({path for document in found for path in key_paths(document)}) == output["keys"]


def test_fingerprints_of_findings_are_the_same(project: Cli) -> None:
    """GitLab identifies known findings by their fingerprints."""
    report = json.loads(project("check", "old.machine.yaml", "--format", "gitlab").stdout)
    found = [[one["check_name"], one["severity"], one["fingerprint"]] for one in report]
    assert found == golden_document("interfaces/fingerprints.json")


@pytest.mark.parametrize("name", ["machine", "scenarios", "command", "event"])
def test_schemas_are_the_same(cli: Cli, name: str) -> None:
    """The schemas allow the same keys, types and bounds; descriptions may change."""
    schema = json.loads(cli("schema", name).stdout)
    assert promised(schema) == golden_document(f"interfaces/schemas/{name}.json")


@pytest.mark.parametrize(
    "case", golden_document("interfaces/expressions.json"), ids=lambda case: str(case[0])
)
def test_an_expression_has_the_same_value(cli: Cli, case: list[Any]) -> None:
    """Values of expressions are stored in events, so they must not change; None means an error."""
    expression, value = case
    data = json.dumps({"n": 7, "x": 0.1, "t": "ä☃", "list": [3, 1, 2], "map": {"k": None}})
    result = cli("eval", expression, "--data", data, "--now", "2026-11-23T12:00:00.120Z")
    assert (result.stdout or None) == value


def test_programs_and_plugins_are_named_the_same() -> None:
    """The script, the pytest plugin and the pre-commit hooks keep their names."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [one.name for one in entry_points(group="console_scripts", name="statewright")]
    assert [one.name for one in entry_points(group="pytest11", name="statewright")]
    assert {hook["id"]: hook["entry"] for hook in hooks} == golden_document("interfaces/hooks.json")
