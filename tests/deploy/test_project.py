"""A project created by `init --deploy` is built and deployed with only the wheel installed."""

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
    """A new project, created by `init --deploy`."""
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
    """Runs a program in the project, e.g. `in_project("sam", "build")`, with the wheel and ministack."""
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
    """The folder with the function, as built by `sam build`."""
    in_project("sam", "build")
    return project / ".aws-sam" / "build" / "Function"


@pytest.fixture(scope="module")
def outputs(in_project: Run, built: Path, project: Path, ministack: str) -> Mapping[str, str]:
    """The outputs of the deployed stack, after the project's machine was published to it."""
    in_project("sam", "deploy")
    outputs = outputs_of(ministack, project.name)
    in_project("statewright", "publish", "config", "--to", outputs["DefinitionsPlace"])
    return outputs


def test_the_tools_find_nothing(in_project: Run) -> None:
    """`sam validate --lint` accepts the template of a new project."""
    in_project("sam", "validate", "--lint")


def test_the_function_holds_the_wheel(built: Path, wheel: Path) -> None:
    """The built function contains every file of the wheel, unchanged."""
    packed = ZipFile(wheel)
    names = [name for name in packed.namelist() if name.startswith("statewright/")]
    assert [name for name in names if (built / name).read_bytes() != packed.read(name)] == []


def test_the_built_function_fits_lambda(built: Path) -> None:
    """The native modules match the target, and the size is below the limit."""
    refuse_misfit(sizes_in(built), target_here())


def test_it_runs_a_batch_with_nothing_else_installed(built: Path, tmp_path: Path) -> None:
    """The handler named by the template stores an event for a command."""
    assert events_of_a_batch(built, "statewright.aws.app", tmp_path) == ["Open"]


def test_a_command_becomes_an_event(outputs: Mapping[str, str], ministack: str) -> None:
    """A command sent to the stack's queue is stored as an event in its table."""
    give_number_of_batches(ministack, outputs)
    send_command(ministack, outputs, "parcel/p-1", "Add", count=2)
    assert events_in(ministack, outputs, "parcel/p-1") == ["Added"]
