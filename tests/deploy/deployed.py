"""Access to a stack deployed to ministack: read its outputs, send it commands, read its events."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from statewright.stores.dynamodb import DynamoStore
from tests.emulators.clients import client_of

SECONDS_MAX = 60.0


def outputs_of(ministack: str, name: str) -> Mapping[str, str]:
    """The outputs of the stack `name`, by key."""
    [stack] = client_of("cloudformation", ministack).describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def give_number_of_batches(ministack: str, outputs: Mapping[str, str]) -> None:
    """Replace MaximumConcurrency by a number; ministack stores the parameter as text and fails on it."""
    functions = client_of("lambda", ministack)
    mappings = functions.list_event_source_mappings(FunctionName=outputs["FunctionName"])
    [mapping] = mappings["EventSourceMappings"]
    scaling = {"MaximumConcurrency": int(mapping["ScalingConfig"]["MaximumConcurrency"])}
    functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig=scaling)


def send_command(ministack: str, outputs: Mapping[str, str], stream: str, command: str, **data: Any) -> None:
    """Send a command to the stack's queue."""
    machine, aggregate = stream.split("/")
    envelope = {"id": f"c-{aggregate}", "machine": machine, "aggregate_id": aggregate, "command": command}
    body = json.dumps(envelope | {"data": data})
    client_of("sqs", ministack).send_message(QueueUrl=outputs["CommandQueueUrl"], MessageBody=body)


def events_in(ministack: str, outputs: Mapping[str, str], stream: str) -> list[str]:
    """Wait for the stream's first events and return their types; empty after a timeout."""
    store = DynamoStore(client_of("dynamodb", ministack), table=outputs["EventTableName"])
    end = time.monotonic() + SECONDS_MAX
    while time.monotonic() < end:
        if commits := store.read(stream).commits:
            return [event.type for commit in commits for event in commit.events]
        time.sleep(0.1)
    return []
