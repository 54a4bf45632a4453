"""SQS events, as Lambda receives them, and their responses, for the machine of `tests.runtime.harness`."""

from __future__ import annotations

import json
from typing import Any


def body(command_id: str, name: str = "Add", *, aggregate: str = "a", **data: Any) -> str:
    return json.dumps(
        {"id": command_id, "machine": "till", "aggregate_id": aggregate, "command": name, "data": data}
    )


def event(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m-{index}", "body": text} for index, text in enumerate(bodies)]}


def failures(response: dict[str, Any]) -> list[str]:
    assert set(response) == {"batchItemFailures"}
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]
