"""The template deployed by `sam deploy`, and commands that go all the way through what it made.

A smoke test: ministack runs the function in a worker of its own, with its own Python, and holds nobody to a
role. What becomes of failures is shown by the tests of the packaged whole in Lambda's runtime.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.package import Package
from statewright.stores.dynamodb import DynamoStore
from tests.deploy.template import TEMPLATE, run_tool
from tests.emulators.clients import client_of, environment_of, new_name

pytestmark = pytest.mark.e2e

DOOR = Path(__file__).parent.parent.parent / "config" / "door.machine.yaml"
SECONDS_MAX = 60.0

Deploy = Callable[..., Mapping[str, str]]


@pytest.fixture(scope="module")
def deploy(sam: Path, ministack: str, package: Package, tmp_path_factory: pytest.TempPathFactory) -> Deploy:
    """Deploys the stack of that name with these parameters, and gives its outputs by name."""
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
        [stack] = client_of("cloudformation", ministack).describe_stacks(StackName=name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    return deployed


@pytest.fixture(scope="module")
def outputs(deploy: Deploy, ministack: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Of a stack to whose bucket a definition is published."""
    outputs = deploy(new_name("stack"))
    done = run_tool(
        *(sys.executable, "-m", "statewright.cli", "publish", DOOR, "--to", outputs["DefinitionsPlace"]),
        home=tmp_path_factory.mktemp("publisher"),
        aws=environment_of(others=ministack),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return outputs


def test_a_command_becomes_an_event(outputs: Mapping[str, str], ministack: str) -> None:
    """Sent to the stack's queue: the event stands in its table."""
    _give_number_of_batches(client_of("lambda", ministack), outputs["FunctionName"])
    _send_open(ministack, outputs, aggregate="d-1")
    assert _events(ministack, outputs, "door/d-1") == ["Open"]


def test_a_stack_takes_over_what_another_has_left(
    deploy: Deploy, outputs: Mapping[str, str], ministack: str
) -> None:
    """The table and the bucket, which it keeps when it is told to begin and nothing else."""
    name, bucket = new_name("stack"), outputs["DefinitionsPlace"].split("/")[2]
    left = {"ExistingTableName": outputs["EventTableName"], "ExistingBucketName": bucket}
    waiting = deploy(name, MappingEnabled="false", **left)
    _send_open(ministack, waiting, aggregate="d-2")
    begun = deploy(name, MappingEnabled="true")
    assert begun["DefinitionsPlace"] == outputs["DefinitionsPlace"]
    _give_number_of_batches(client_of("lambda", ministack), begun["FunctionName"])
    assert _events(ministack, outputs, "door/d-2") == ["Open"]


def _send_open(ministack: str, outputs: Mapping[str, str], *, aggregate: str) -> None:
    command = {"id": f"c-{aggregate}", "machine": "door", "aggregate_id": aggregate, "command": "Open"}
    sqs = client_of("sqs", ministack)
    sqs.send_message(QueueUrl=outputs["CommandQueueUrl"], MessageBody=json.dumps(command))


def _give_number_of_batches(functions: Any, function: str) -> None:
    """ministack keeps a parameter's text in the mapping, and then cannot count with it."""
    [mapping] = functions.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    scaling = {"MaximumConcurrency": int(mapping["ScalingConfig"]["MaximumConcurrency"])}
    functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig=scaling)


def _events(ministack: str, outputs: Mapping[str, str], stream: str) -> list[str]:
    """The types of the stream's events, as soon as there are any."""
    store = DynamoStore(client_of("dynamodb", ministack), table=outputs["EventTableName"])
    end = time.monotonic() + SECONDS_MAX
    while time.monotonic() < end:
        if commits := store.read(stream).commits:
            return [event.type for commit in commits for event in commit.events]
        time.sleep(0.1)
    return []
