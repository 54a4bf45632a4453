"""The outputs of deploy/template.yaml."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.deploy.template import Stack

pytestmark = pytest.mark.e2e

OUTPUTS = {
    "CommandQueueUrl": "commandqueue",
    "CommandQueueArn": "CommandQueue.Arn",
    "DeadLetterQueueUrl": "deadletterqueue",
    "DeadLetterQueueArn": "DeadLetterQueue.Arn",
    "EventTableName": "eventtable",
    "EventStreamArn": "EventTable.StreamArn",
    "DefinitionsPlace": "s3://definitionsbucket/definitions",
    "FunctionName": "function",
}


def test_each_output_refers_to_its_resource(stack: Stack) -> None:
    """Queue outputs are URLs and ARNs; table and function outputs are names."""
    assert _values(stack) == OUTPUTS


def test_the_outputs_name_existing_resources(stack_with: Callable[..., Stack]) -> None:
    """The outputs name the existing table and bucket; the ARN of the table's stream is omitted."""
    stack = stack_with(ExistingTableName="old-events", ExistingBucketName="old-definitions")
    elsewhere = {"EventTableName": "old-events", "DefinitionsPlace": "s3://old-definitions/definitions"}
    rest = {name: value for name, value in OUTPUTS.items() if name != "EventStreamArn"}
    assert _values(stack) == {**rest, **elsewhere}


def _values(stack: Stack) -> dict[str, str]:
    return {name: output["Value"] for name, output in stack.outputs.items()}
