"""What a stack becomes that works on what is there already, that waits, or that lets batches fill."""

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


def test_a_table_that_is_given_takes_the_place_of_a_new_one(stack_with: Callable[..., Stack]) -> None:
    """The function and its role know it by its name, and no table is made."""
    stack = stack_with(ExistingTableName=TABLE)
    assert stack.of_type("AWS::DynamoDB::Table") == {}
    assert _environment(stack)["DYNAMO_TABLE_NAME"] == TABLE
    table = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{TABLE}"
    assert _resources_of(stack, "dynamodb:") == [table]


def test_a_bucket_that_is_given_takes_the_place_of_a_new_one(stack_with: Callable[..., Stack]) -> None:
    """Neither the bucket nor its policy is made; the role reads one prefix of it."""
    stack = stack_with(ExistingBucketName=BUCKET, DefinitionsPrefix="live")
    assert stack.of_type("AWS::S3::Bucket") == stack.of_type("AWS::S3::BucketPolicy") == {}
    assert _environment(stack)["S3_BUCKET_NAME"] == BUCKET
    assert _resources_of(stack, "s3:") == [f"arn:aws:s3:::{BUCKET}/live/*", f"arn:aws:s3:::{BUCKET}"]


@pytest.mark.parametrize("given", ["ExistingTableName", "ExistingBucketName"])
def test_one_may_be_given_without_the_other(
    stack: Stack, stack_with: Callable[..., Stack], given: str
) -> None:
    """Everything else is as without it."""
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
    """An ARN or an address would make a role that allows nothing."""
    assert bool(re.fullmatch(template["Parameters"][parameter]["AllowedPattern"], name)) is taken


@KINDS
def test_commands_can_wait(stack_with: Callable[..., Stack], fifo: bool) -> None:
    """The mapping is there, and takes nothing until it is enabled."""
    assert _mapping(stack_with(fifo=fifo, MappingEnabled="false"))["Enabled"] is False
    assert _mapping(stack_with(fifo=fifo, MappingEnabled="true"))["Enabled"] is True


def test_a_batch_can_wait_to_become_full(template: dict[str, Any], stack_with: Callable[..., Stack]) -> None:
    """The visibility timeout covers six times the function's timeout plus the longest wait."""
    stack = stack_with(BatchWindowSeconds="5")
    assert _mapping(stack)["MaximumBatchingWindowInSeconds"] == "5"
    longest = template["Parameters"]["BatchWindowSeconds"]["MaxValue"]
    away = stack.properties("CommandQueue")["VisibilityTimeout"]
    assert away >= 6 * stack.properties("Function")["Timeout"] + longest


@pytest.mark.parametrize(
    ("choice", "window"),
    [({"BatchWindowSeconds": "0"}, "0"), ({"BatchWindowSeconds": "5", "fifo": True}, None)],
)
def test_no_batch_waits_where_it_should_or_can_not(
    stack_with: Callable[..., Stack], choice: Any, window: str | None
) -> None:
    """By default, also after a window; and on a FIFO queue, whose mapping would be refused."""
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
    """What the role may use of a service, in the order of its statements."""
    [policy] = stack.properties("FunctionRole")["Policies"]
    return [
        statement["Resource"]
        for statement in policy["PolicyDocument"]["Statement"]
        if service in str(statement["Action"])
    ]
