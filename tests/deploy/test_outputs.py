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


def test_each_output_names_the_part_that_it_is_called_after(stack: Stack) -> None:
    """All of them; a reference to a queue is its address, to any other part its name."""
    assert _values(stack) == OUTPUTS


def test_the_outputs_name_what_was_there_before(stack_with: Callable[..., Stack]) -> None:
    """A table and a bucket that are given; the stream of such a table is not known to the stack."""
    stack = stack_with(ExistingTableName="old-events", ExistingBucketName="old-definitions")
    elsewhere = {"EventTableName": "old-events", "DefinitionsPlace": "s3://old-definitions/definitions"}
    rest = {name: value for name, value in OUTPUTS.items() if name != "EventStreamArn"}
    assert _values(stack) == {**rest, **elsewhere}


def _values(stack: Stack) -> dict[str, str]:
    return {name: output["Value"] for name, output in stack.outputs.items()}
