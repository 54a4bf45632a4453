"""`statewright init` writes a project without findings and overwrites no files."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from statewright import __version__
from tests.cli.commands import Cli

ROOT = Path(__file__).parent.parent.parent
FILES = {
    "config/parcel.machine.yaml",
    "config/parcel.scenarios.yaml",
    "schemas/machine.schema.json",
    "schemas/scenarios.schema.json",
    ".pre-commit-config.yaml",
    ".github/workflows/statewright.yaml",
}


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_every_file_is_written_and_named(cli: Cli, tmp_path: Path) -> None:
    """Each written file is listed on stdout."""
    result = cli("init", "parcel")
    assert result.exit_code == 0
    assert set(result.stdout.splitlines()) == {f"wrote {file}" for file in FILES}
    assert written(tmp_path) == FILES


def test_the_next_steps_are_printed(cli: Cli) -> None:
    """The next steps are commands to run from the current folder."""
    steps = cli("init", "parcel", "--into", "my shop").stderr.split("next:\n")[1]
    assert [line.strip() for line in steps.splitlines()] == [
        "cd 'my shop'",
        "statewright check config",
        "statewright test",
        "pre-commit install  # in a Git repository, after: pip install pre-commit",
    ]


def test_the_machine_has_no_finding(cli: Cli) -> None:
    """`check` reports nothing, not even advice."""
    cli("init", "parcel")
    result = cli("check", "config")
    assert (result.exit_code, result.stdout) == (0, "")


def test_the_scenarios_cover_all_of_the_machine(cli: Cli) -> None:
    """All scenarios pass, and their coverage is 100 %."""
    cli("init", "parcel")
    result = cli("test", "--fail-under", "100")
    assert result.exit_code == 0, result.stdout
    assert "4 scenarios: all passed" in result.output


def test_the_scenarios_detect_every_mutant(cli: Cli) -> None:
    """The scenarios fail for every mutant, so they are a good example."""
    cli("init", "parcel")
    result = cli("test", "--mutate", "--fail-under", "100")
    assert result.exit_code == 0, result.stdout


@pytest.mark.parametrize("name", ["x", "order-line_2", "true", "no", "null", "a" * 64])
def test_any_valid_machine_name_can_be_used(cli: Cli, name: str) -> None:
    """Names such as `true` and `no`, which YAML would read as other types, are valid too."""
    cli("init", name)
    assert cli("check", f"config/{name}.machine.yaml").exit_code == 0
    assert cli("test").exit_code == 0


@pytest.mark.parametrize("name", ["", "2nd", "my order", "../order", "größe", "a" * 65, "order\n"])
def test_an_invalid_name_is_refused(cli: Cli, tmp_path: Path, name: str) -> None:
    """An invalid name is an error before anything is written."""
    result = cli("init", name)
    assert result.exit_code == 2
    assert "is not a name (a letter, then letters, digits, _ or -, at most 64)" in result.stderr
    assert written(tmp_path) == set()


def test_a_second_machine_keeps_existing_files(cli: Cli, tmp_path: Path) -> None:
    """Existing project files are kept and reported."""
    cli("init", "parcel")
    configuration = tmp_path / ".pre-commit-config.yaml"
    configuration.write_text("repos: []\n")
    result = cli("init", "letter")
    assert "kept .pre-commit-config.yaml, which already exists" in result.stdout
    assert configuration.read_text() == "repos: []\n"
    assert written(tmp_path) - FILES == {"config/letter.machine.yaml", "config/letter.scenarios.yaml"}


@pytest.mark.parametrize("file", ["parcel.machine.yaml", "parcel.machine.json", "parcel.scenarios.yaml"])
def test_an_existing_machine_is_refused(cli: Cli, tmp_path: Path, file: str) -> None:
    """An existing definition or file of scenarios is not overwritten, and no other file is written."""
    place = tmp_path / "config" / file
    place.parent.mkdir()
    place.write_text("mine")
    result = cli("init", "parcel")
    assert result.exit_code == 2
    assert f"config/{file} exists and is not overwritten; choose another name" in result.stderr
    assert place.read_text() == "mine"
    assert written(tmp_path) == {f"config/{file}"}


@pytest.mark.parametrize("place", ["config", ".github/workflows"])
def test_a_file_with_the_name_of_a_folder_is_an_error(cli: Cli, tmp_path: Path, place: str) -> None:
    """The error names the file before anything is written."""
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("mine")
    result = cli("init", "parcel")
    assert f"{place} is not a folder; move the file, or choose another --into" in result.stderr
    assert (result.exit_code, written(tmp_path)) == (2, {place})


def test_into_cannot_be_below_a_file(cli: Cli, tmp_path: Path) -> None:
    """`--into` is rejected if one of its parents is a file."""
    (tmp_path / "shop").write_text("mine")
    result = cli("init", "parcel", "--into", "shop/parcels")
    assert "shop is not a folder" in result.stderr
    assert (result.exit_code, written(tmp_path)) == (2, {"shop"})


def test_the_modelines_refer_to_the_schemas(cli: Cli, tmp_path: Path) -> None:
    """The schema paths are relative to the files."""
    cli("init", "parcel")
    for kind in ("machine", "scenarios"):
        path = tmp_path / "config" / f"parcel.{kind}.yaml"
        _, schema = path.read_text().splitlines()[0].split("$schema=")
        assert (path.parent / schema).resolve() == tmp_path / "schemas" / f"{kind}.schema.json"


def test_the_hooks_equal_those_of_the_manifest(cli: Cli, tmp_path: Path) -> None:
    """The hooks equal those of the manifest except for `language` and the omitted compat hook."""
    cli("init", "parcel")
    offered = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    [local] = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text())["repos"]
    assert {hook["id"] for hook in local["hooks"]} == offered.keys() - {"statewright-compat"}
    for hook in local["hooks"]:
        same = hook.keys() - {"language"}
        assert {key: hook[key] for key in same} == {key: offered[hook["id"]][key] for key in same}


def test_the_workflow_installs_the_version_that_wrote_it(cli: Cli, tmp_path: Path) -> None:
    """The workflow pins the installed version, so local checks and CI agree."""
    cli("init", "parcel")
    workflow = yaml.safe_load((tmp_path / ".github/workflows/statewright.yaml").read_text())
    [install] = [step for step in workflow["jobs"]["machines"]["steps"] if step.get("name") == "install"]
    assert install["run"] == f'python -m pip install "statewright[cli]=={__version__}"'


def test_only_the_comment_may_write_to_a_pull_request(cli: Cli, tmp_path: Path) -> None:
    """The job that runs tools on the proposed change has read permission only."""
    cli("init", "parcel")
    workflow = yaml.safe_load((tmp_path / ".github/workflows/statewright.yaml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    allowed = {name: job.get("permissions") for name, job in workflow["jobs"].items()}
    assert allowed == {"machines": None, "comment": {"pull-requests": "write"}}
    assert "--body-file compat.md" in workflow["jobs"]["comment"]["steps"][-1]["run"]
