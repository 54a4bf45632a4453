"""`statewright init --deploy`: this repository's stack for other projects."""

from __future__ import annotations

import platform
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from statewright import __version__
from tests.cli.commands import Cli

ROOT = Path(__file__).parent.parent.parent
FILES = {"template.yaml", "samconfig.toml", "function/requirements.txt", ".gitignore"}


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def template_at(path: Path) -> Any:
    """Load the template without evaluating CloudFormation functions."""
    return yaml.load(path.read_text(), yaml.BaseLoader)


def parameters(path: Path) -> dict[str, str]:
    """Return the template parameters in samconfig.toml."""
    given = tomllib.loads(path.read_text())["default"]["global"]["parameters"]["parameter_overrides"]
    return dict(one.split("=") for one in given.split())


def test_an_existing_project_gets_the_files_of_a_stack(cli: Cli, tmp_path: Path) -> None:
    """`--deploy` without a name writes the deployment files and no machine."""
    result = cli("init", "--deploy")
    assert result.exit_code == 0
    assert set(result.stdout.splitlines()) == {f"wrote {file}" for file in FILES}
    assert written(tmp_path) == FILES


def test_a_new_project_gets_a_machine_and_a_stack(cli: Cli, tmp_path: Path) -> None:
    """The next steps include building, deploying and publishing the definitions."""
    result = cli("init", "parcel", "--deploy")
    assert written(tmp_path) > FILES | {"config/parcel.machine.yaml", ".pre-commit-config.yaml"}
    steps = [line.strip() for line in result.stderr.split("next:\n")[1].splitlines()]
    assert steps[3:5] == ["sam build", "sam deploy"]
    assert steps[5].startswith("statewright publish config --to s3://…")


def test_a_name_or_deploy_is_required(cli: Cli, tmp_path: Path) -> None:
    """`init` without a name and `--deploy` is a usage error."""
    result = cli("init")
    assert (result.exit_code, written(tmp_path)) == (2, set())
    assert "Error: missing argument NAME" in result.stderr


def test_the_template_equals_the_one_of_this_repository(cli: Cli, tmp_path: Path) -> None:
    """Only the code folder and the handler's module differ."""
    cli("init", "--deploy")
    own, theirs = template_at(ROOT / "deploy" / "template.yaml"), template_at(tmp_path / "template.yaml")
    function = own["Resources"]["Function"]["Properties"]
    assert function["Handler"] == "handler.app.lambda_handler"
    function |= {"CodeUri": "function", "Handler": "statewright.aws.app.lambda_handler"}
    assert theirs == own


def test_the_function_requires_the_installed_version(cli: Cli, tmp_path: Path) -> None:
    """The function folder contains only a requirements file with the pinned version."""
    cli("init", "--deploy")
    lines = (tmp_path / "function" / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == [f"statewright=={__version__}"]
    assert written(tmp_path / "function") == {"requirements.txt"}


@pytest.mark.parametrize(
    ("machine", "architecture"), [("aarch64", "arm64"), ("arm64", "arm64"), ("x86_64", "x86_64")]
)
def test_the_function_uses_the_local_python_and_architecture(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str, architecture: str
) -> None:
    """`sam build` needs the same Python version and installs wheels for this processor."""
    monkeypatch.setattr(platform, "machine", lambda: machine)
    cli("init", "--deploy")
    here = "python{}.{}".format(*sys.version_info)
    assert parameters(tmp_path / "samconfig.toml") == {"Runtime": here, "Architecture": architecture}


def test_a_runtime_that_lambda_lacks_is_replaced_by_the_default(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python version or processor that Lambda does not support falls back to the template's default."""
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    cli("init", "--deploy")
    declared = template_at(tmp_path / "template.yaml")["Parameters"]
    defaults = {name: declared[name]["Default"] for name in ("Runtime", "Architecture")}
    assert parameters(tmp_path / "samconfig.toml") == defaults


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("shop", "shop"),
        ("My shop_2", "My-shop-2"),
        ("2nd-shop-", "statewright-2nd-shop"),
        ("größe", "gr-e"),
        ("42", "statewright-42"),
        ("runtime", "runtime"),
    ],
)
def test_the_stack_is_named_after_the_folder(cli: Cli, tmp_path: Path, folder: str, name: str) -> None:
    """Characters that CloudFormation does not allow in a stack name are replaced or removed."""
    cli("init", "--deploy", "--into", folder)
    options = tomllib.loads((tmp_path / folder / "samconfig.toml").read_text())
    assert options["default"]["global"]["parameters"]["stack_name"] == name


def test_sam_deploy_needs_no_option(cli: Cli, tmp_path: Path) -> None:
    """The options in samconfig.toml let `sam deploy` succeed even if there is nothing to change."""
    cli("init", "--deploy")
    options = tomllib.loads((tmp_path / "samconfig.toml").read_text())["default"]["deploy"]["parameters"]
    assert options == {"resolve_s3": True, "capabilities": "CAPABILITY_IAM", "fail_on_empty_changeset": False}


@pytest.mark.parametrize("name", ["template.yaml", "template.yml", "template.json"])
def test_an_existing_template_is_refused(cli: Cli, tmp_path: Path, name: str) -> None:
    """SAM reads only one of the three template names, so nothing is written if one exists."""
    (tmp_path / name).write_text("mine")
    result = cli("init", "parcel", "--deploy")
    assert (result.exit_code, written(tmp_path)) == (2, {name})
    assert f"{name} exists and is not overwritten; omit --deploy, or choose another --into" in result.stderr


def test_existing_options_are_kept(cli: Cli, tmp_path: Path) -> None:
    """A deleted template is written again, and the existing samconfig.toml is kept."""
    cli("init", "--deploy")
    (tmp_path / "template.yaml").unlink()
    (tmp_path / "samconfig.toml").write_text("mine")
    result = cli("init", "--deploy")
    assert "wrote template.yaml\n" in result.stdout
    assert "kept samconfig.toml, which already exists\n" in result.stdout
    assert (tmp_path / "samconfig.toml").read_text() == "mine"
