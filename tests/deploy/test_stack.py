"""The template deployed by `sam deploy`, and one command that goes all the way through what it made.

A smoke test: ministack runs the function in a worker of its own, with its own Python, and holds nobody to a
role. What becomes of failures is shown by the tests of the packaged whole in Lambda's runtime.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.package import Package
from engine.stores.dynamodb import DynamoStore
from tests.deploy.template import TEMPLATE, run_tool
from tests.emulators.clients import client_of, environment_of, new_name

pytestmark = pytest.mark.e2e

DOOR = Path(__file__).parent.parent.parent / "config" / "door.machine.yaml"
OPEN = {"id": "c-1", "machine": "door", "aggregate_id": "d-1", "command": "Open"}
SECONDS_MAX = 60.0


@pytest.fixture(scope="module")
def outputs(
    sam: Path, ministack: str, package: Package, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, str]:
    """What the deployed stack says of itself, by name."""
    home = tmp_path_factory.mktemp("deployment")
    for source, folder in ((TEMPLATE, "deploy"), (package.path, "dist")):
        (home / folder).mkdir()
        shutil.copyfile(source, home / folder / source.name)
    name = new_name("stack")
    target = package.target
    done = run_tool(
        *(sam / "bin" / "sam", "deploy", "--template-file", home / "deploy" / TEMPLATE.name),
        *("--stack-name", name, "--resolve-s3", "--capabilities", "CAPABILITY_IAM"),
        *("--no-confirm-changeset", "--no-progressbar"),
        *("--parameter-overrides", f"Runtime={target.runtime}", f"Architecture={target.architecture}"),
        home=home,
        aws=environment_of(others=ministack),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [stack] = client_of("cloudformation", ministack).describe_stacks(StackName=name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    _give_number_of_batches(client_of("lambda", ministack), outputs["FunctionName"])
    return outputs


def test_a_command_becomes_an_event(outputs: Mapping[str, str], ministack: str, tmp_path: Path) -> None:
    """A definition is published to its bucket, a command sent to its queue: the event stands in its table."""
    done = run_tool(
        *(sys.executable, "-m", "engine.cli", "publish", DOOR, "--to", outputs["DefinitionsPlace"]),
        home=tmp_path,
        aws=environment_of(others=ministack),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sqs = client_of("sqs", ministack)
    sqs.send_message(QueueUrl=outputs["CommandQueueUrl"], MessageBody=json.dumps(OPEN))
    store = DynamoStore(client_of("dynamodb", ministack), table=outputs["EventTableName"])
    assert _events(store, "door/d-1") == ["Open"]


def _give_number_of_batches(client: Any, function: str) -> None:
    """ministack keeps a parameter's text in the mapping, and then cannot count with it."""
    [mapping] = client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    scaling = {"MaximumConcurrency": int(mapping["ScalingConfig"]["MaximumConcurrency"])}
    client.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig=scaling)


def _events(store: DynamoStore, stream: str) -> list[str]:
    """The types of the stream's events, as soon as there are any."""
    end = time.monotonic() + SECONDS_MAX
    while time.monotonic() < end:
        if commits := store.read(stream).commits:
            return [event.type for commit in commits for event in commit.events]
        time.sleep(0.1)
    return []
