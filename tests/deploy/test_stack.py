"""`sam deploy` deploys the template, and the resulting stack handles commands.

This is a smoke test: ministack runs the function with its own Python and does not enforce roles. The tests in
tests/e2e cover failures with the package in Lambda's runtime.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from deploy.package import Package
from tests.deploy.deployed import events_in, give_number_of_batches, outputs_of, send_command
from tests.deploy.template import TEMPLATE, run_tool
from tests.emulators.clients import environment_of, new_name

pytestmark = pytest.mark.e2e

DOOR = Path(__file__).parent.parent.parent / "config" / "door.machine.yaml"

Deploy = Callable[..., Mapping[str, str]]


@pytest.fixture(scope="module")
def deploy(sam: Path, ministack: str, package: Package, tmp_path_factory: pytest.TempPathFactory) -> Deploy:
    """A function that deploys a stack with given parameters and returns its outputs."""
    home, target = tmp_path_factory.mktemp("deployment"), package.target
    for source, folder in ((TEMPLATE, "deploy"), (package.path, "dist")):
        (home / folder).mkdir()
        shutil.copyfile(source, home / folder / source.name)

    def deployed(name: str, **parameters: str) -> Mapping[str, str]:
        given = {"Runtime": target.runtime, "Architecture": target.architecture, **parameters}
        done = run_tool(
            *(sam / "bin" / "sam", "deploy", "--template-file", home / "deploy" / TEMPLATE.name),
            *("--stack-name", name, "--resolve-s3", "--capabilities", "CAPABILITY_IAM"),
            *("--no-confirm-changeset", "--no-progressbar", "--parameter-overrides"),
            *(f"{parameter}={value}" for parameter, value in given.items()),
            home=home,
            aws=environment_of(others=ministack),
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return outputs_of(ministack, name)

    return deployed


@pytest.fixture(scope="module")
def outputs(deploy: Deploy, ministack: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The outputs of a stack, after a definition was published to its bucket."""
    outputs = deploy(new_name("stack"))
    done = run_tool(
        *(sys.executable, "-m", "statewright.cli", "publish", DOOR, "--to", outputs["DefinitionsPlace"]),
        home=tmp_path_factory.mktemp("publisher"),
        aws=environment_of(others=ministack),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return outputs


def test_a_command_becomes_an_event(outputs: Mapping[str, str], ministack: str) -> None:
    """A command sent to the stack's queue is stored as an event in its table."""
    give_number_of_batches(ministack, outputs)
    send_command(ministack, outputs, "door/d-1", "Open")
    assert events_in(ministack, outputs, "door/d-1") == ["Open"]


def test_a_stack_takes_over_the_data_of_another(
    deploy: Deploy, outputs: Mapping[str, str], ministack: str
) -> None:
    """The second stack uses the first one's table and bucket, also after MappingEnabled changes."""
    name, bucket = new_name("stack"), outputs["DefinitionsPlace"].split("/")[2]
    left = {"ExistingTableName": outputs["EventTableName"], "ExistingBucketName": bucket}
    waiting = deploy(name, MappingEnabled="false", **left)
    send_command(ministack, waiting, "door/d-2", "Open")
    begun = deploy(name, MappingEnabled="true")
    assert begun["DefinitionsPlace"] == outputs["DefinitionsPlace"]
    give_number_of_batches(ministack, begun)
    assert events_in(ministack, outputs, "door/d-2") == ["Open"]
