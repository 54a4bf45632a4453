"""Optional parameters: existing tables and buckets, a disabled mapping, and a batch window."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.deploy.template import Stack

pytestmark = pytest.mark.e2e

KINDS = pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])
TABLE = "orders-EventTable-1ABC"
BUCKET = "orders-definitionsbucket-1abc"


def test_an_existing_table_replaces_a_new_one(stack_with: Callable[..., Stack]) -> None:
    """The function and its role use the existing table, and the stack creates none."""
    stack = stack_with(ExistingTableName=TABLE)
    assert stack.of_type("AWS::DynamoDB::Table") == {}
    assert _environment(stack)["DYNAMO_TABLE_NAME"] == TABLE
    table = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{TABLE}"
    assert _resources_of(stack, "dynamodb:") == [table]


def test_an_existing_bucket_replaces_a_new_one(stack_with: Callable[..., Stack]) -> None:
    """The stack creates neither bucket nor policy, and the role can read one prefix of the bucket."""
    stack = stack_with(ExistingBucketName=BUCKET, DefinitionsPrefix="live")
    assert stack.of_type("AWS::S3::Bucket") == stack.of_type("AWS::S3::BucketPolicy") == {}
    assert _environment(stack)["S3_BUCKET_NAME"] == BUCKET
    assert _resources_of(stack, "s3:") == [f"arn:aws:s3:::{BUCKET}/live/*", f"arn:aws:s3:::{BUCKET}"]


@pytest.mark.parametrize("given", ["ExistingTableName", "ExistingBucketName"])
def test_an_existing_table_or_bucket_may_be_given_alone(
    stack: Stack, stack_with: Callable[..., Stack], given: str
) -> None:
    """Only the resources that the parameter replaces are missing from the stack."""
    with_one = stack_with(**{given: "given"})
    made = {
        "ExistingTableName": {"EventTable"},
        "ExistingBucketName": {"DefinitionsBucket", "DefinitionsBucketPolicy"},
    }
    assert with_one.resources.keys() == stack.resources.keys() - made[given]


@pytest.mark.parametrize(
    ("parameter", "name", "taken"),
    [
        ("ExistingTableName", TABLE, True),
        ("ExistingTableName", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders", False),
        ("ExistingBucketName", BUCKET, True),
        ("ExistingBucketName", f"s3://{BUCKET}", False),
    ],
)
def test_existing_resources_are_given_by_name(
    template: dict[str, Any], parameter: str, name: str, taken: bool
) -> None:
    """An ARN or URL is rejected, because the role's statements would match nothing."""
    assert bool(re.fullmatch(template["Parameters"][parameter]["AllowedPattern"], name)) is taken


@KINDS
def test_the_mapping_can_be_disabled(stack_with: Callable[..., Stack], fifo: bool) -> None:
    """MappingEnabled sets whether the mapping reads from the queue."""
    assert _mapping(stack_with(fifo=fifo, MappingEnabled="false"))["Enabled"] is False
    assert _mapping(stack_with(fifo=fifo, MappingEnabled="true"))["Enabled"] is True


def test_a_batch_window_can_be_set(template: dict[str, Any], stack_with: Callable[..., Stack]) -> None:
    """The visibility timeout covers six times the function's timeout plus the longest batch window."""
    stack = stack_with(BatchWindowSeconds="5")
    assert _mapping(stack)["MaximumBatchingWindowInSeconds"] == "5"
    longest = template["Parameters"]["BatchWindowSeconds"]["MaxValue"]
    away = stack.properties("CommandQueue")["VisibilityTimeout"]
    assert away >= 6 * stack.properties("Function")["Timeout"] + longest


@pytest.mark.parametrize(
    ("choice", "window"),
    [({"BatchWindowSeconds": "0"}, "0"), ({"BatchWindowSeconds": "5", "fifo": True}, None)],
)
def test_there_is_no_batch_window_by_default_or_on_a_fifo_queue(
    stack_with: Callable[..., Stack], choice: Any, window: str | None
) -> None:
    """The default sets the window to 0; on a FIFO queue the property is omitted, as AWS rejects it."""
    stack = stack_with(**choice)
    assert _mapping(stack).get("MaximumBatchingWindowInSeconds") == window
    assert stack.properties("CommandQueue")["VisibilityTimeout"] == 180


def _environment(stack: Stack) -> dict[str, str]:
    variables: dict[str, str] = stack.properties("Function")["Environment"]["Variables"]
    return variables


def _mapping(stack: Stack) -> dict[str, Any]:
    [mapping] = stack.of_type("AWS::Lambda::EventSourceMapping").values()
    return mapping


def _resources_of(stack: Stack, service: str) -> list[str]:
    """The resources of a service that the role may use, in the order of its statements."""
    [policy] = stack.properties("FunctionRole")["Policies"]
    return [
        statement["Resource"]
        for statement in policy["PolicyDocument"]["Statement"]
        if service in str(statement["Action"])
    ]
