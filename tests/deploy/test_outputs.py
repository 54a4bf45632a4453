"""What deploy/template.yaml says of the stack that it has made, and the guide of its parameters."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.template import Stack

pytestmark = pytest.mark.e2e

GUIDE = Path(__file__).parent.parent.parent / "docs" / "guide" / "deploying.md"
ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<default>.*?) ?\| (?P<meaning>.+) \|$", re.MULTILINE)

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


def test_the_guide_lists_every_parameter(template: dict[str, Any]) -> None:
    """With its default and its description, in the order of the template."""
    told = {row["name"]: (row["default"], row["meaning"]) for row in ROW.finditer(GUIDE.read_text())}
    declared = {
        name: (str(parameter["Default"]), parameter["Description"])
        for name, parameter in template["Parameters"].items()
    }
    assert list(told.items()) == list(declared.items())


def _values(stack: Stack) -> dict[str, str]:
    return {name: output["Value"] for name, output in stack.outputs.items()}
