"""Fixtures that run the package in Lambda's runtime, connected to the services of one scenario."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import files
from pathlib import Path

import pytest

from statewright.registry.location import S3Place
from statewright.stores.dynamodb import DynamoStore
from tests.deploy.fixtures import package, task_root
from tests.e2e.queues import new_queue
from tests.e2e.runtime import RuntimeParts
from tests.e2e.stage import EXAMPLE, Stage
from tests.emulators.clients import client_of, environment_of, new_bucket, new_table

__all__ = ["package", "task_root"]

CLIENT_PACKAGES = ("awslambdaric", "simplejson", "snapshot-restore-py")
ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64"}


@pytest.fixture(scope="session")
def runtime_parts(sam: Path, tmp_path_factory: pytest.TempPathFactory) -> RuntimeParts:
    """The emulator from the AWS SAM CLI, and the runtime client that Lambda's own image contains."""
    folder = tmp_path_factory.mktemp("lambda")
    name = f"aws-lambda-rie-{ARCHITECTURES[platform.machine()]}"
    [binary] = sam.glob(f"lib/python*/site-packages/samcli/local/rapid/{name}")
    emulator = Path(shutil.copy(binary, folder / name))
    emulator.chmod(0o755)
    return RuntimeParts(emulator, _client(folder / "client"))


@pytest.fixture
def stage(
    runtime_parts: RuntimeParts, task_root: Path, dynamodb_local: str, ministack: str, tmp_path: Path
) -> Stage:
    """A stage with the example machine published, an empty table and an empty queue."""
    dynamodb = client_of("dynamodb", dynamodb_local)
    s3, sqs = client_of("s3", ministack), client_of("sqs", ministack)
    table, place = new_table(dynamodb), S3Place(new_bucket(s3), "live")
    environment = {
        **environment_of(dynamodb=dynamodb_local, others=ministack),
        "DYNAMO_TABLE_NAME": table,
        "S3_BUCKET_NAME": place.bucket,
        "S3_CONFIG_PREFIX": place.prefix,
    }
    stage = Stage(
        parts=runtime_parts,
        package=task_root,
        environment=environment,
        store=DynamoStore(dynamodb, table=table),
        s3=s3,
        place=place,
        sqs=sqs,
        queue=new_queue(sqs),
        logs=tmp_path,
    )
    stage.publish(EXAMPLE.read_text())
    return stage


def _client(folder: Path) -> Path:
    for name in CLIENT_PACKAGES:
        for file in files(name) or ():
            if ".." not in file.parts:
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), target)
    return folder
