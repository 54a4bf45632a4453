"""A stack of a project that `init --deploy` began: built, deployed and used with the wheel alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from zipfile import ZipFile

import pytest

from deploy.contents import refuse_misfit, sizes_in
from tests.deploy.alone import events_of_a_batch
from tests.deploy.deployed import events_in, give_number_of_batches, outputs_of, send_command
from tests.deploy.fixtures import target_here
from tests.distribution import Environment
from tests.emulators.clients import environment_of, new_name

pytestmark = pytest.mark.e2e

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def project(installed: Environment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As it is begun."""
    folder = tmp_path_factory.mktemp("projects") / new_name("shop")
    done = installed.run("statewright", "init", "parcel", "--deploy", "--into", folder, where=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def in_project(
    project: Path,
    installed: Environment,
    wheel: Path,
    sam: Path,
    ministack: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """`in_project("sam", "build")`: pip finds the wheel, SAM the emulator."""
    variables = {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "PIP_FIND_LINKS": str(wheel.parent),
        "SAM_CLI_TELEMETRY": "0",
        **environment_of(others=ministack),
    }

    def run(program: str, *arguments: str) -> CompletedProcess[str]:
        command = sam / "bin" / "sam" if program == "sam" else program
        done = installed.run(command, *arguments, where=project, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    return run


@pytest.fixture(scope="module")
def built(in_project: Run, project: Path) -> Path:
    """The folder that `sam build` makes of the function."""
    in_project("sam", "build")
    return project / ".aws-sam" / "build" / "Function"


@pytest.fixture(scope="module")
def outputs(in_project: Run, built: Path, project: Path, ministack: str) -> Mapping[str, str]:
    """Of the stack, to which the project's machine is published."""
    in_project("sam", "deploy")
    outputs = outputs_of(ministack, project.name)
    in_project("statewright", "publish", "config", "--to", outputs["DefinitionsPlace"])
    return outputs


def test_the_tools_find_nothing(in_project: Run) -> None:
    """In the template as it is in a project."""
    in_project("sam", "validate", "--lint")


def test_the_function_holds_the_wheel(built: Path, wheel: Path) -> None:
    """Every file of it, as it is there."""
    packed = ZipFile(wheel)
    names = [name for name in packed.namelist() if name.startswith("statewright/")]
    assert [name for name in names if (built / name).read_bytes() != packed.read(name)] == []


def test_lambda_can_load_and_hold_it(built: Path) -> None:
    """Its native modules fit, and it is smaller than the limit."""
    refuse_misfit(sizes_in(built), target_here())


def test_it_runs_a_batch_with_nothing_else_installed(built: Path, tmp_path: Path) -> None:
    """By the handler that the template names."""
    assert events_of_a_batch(built, "statewright.aws.app", tmp_path) == ["Open"]


def test_a_command_becomes_an_event(outputs: Mapping[str, str], ministack: str) -> None:
    """Sent to the stack's queue; the event is in its table."""
    give_number_of_batches(ministack, outputs)
    send_command(ministack, outputs, "parcel/p-1", "Add", count=2)
    assert events_in(ministack, outputs, "parcel/p-1") == ["Added"]
