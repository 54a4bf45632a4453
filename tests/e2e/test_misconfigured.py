"""A misconfigured function reports the reason and deletes no messages."""

from __future__ import annotations

import pytest

from tests.e2e.accounts import opening
from tests.e2e.stage import Stage

pytestmark = pytest.mark.e2e


def test_a_missing_variable_is_named_by_the_error(stage: Stage) -> None:
    """The invocation fails with an error that names the variable, and the messages stay in the queue."""
    stage.send(opening("a-0"), opening("a-1"))
    with stage.serving({"DYNAMO_TABLE_NAME": ""}) as service:
        service.pollers[0].poll_once()
    [failure] = service.failures
    assert "DYNAMO_TABLE_NAME: is not set" in failure
    assert stage.messages_left() == 2


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("DYNAMO_TABLE_NAME", "absent-table", 'table "absent-table" does not exist'),
        ("S3_BUCKET_NAME", "absent-bucket", 'bucket "absent-bucket" does not exist'),
        ("S3_CONFIG_PREFIX", "empty", "/empty/manifest.json does not exist"),
    ],
)
def test_a_missing_resource_is_reported_in_one_alarm(
    stage: Stage, variable: str, value: str, reason: str
) -> None:
    """The log names the missing resource once, and the whole batch stays in the queue."""
    stage.send(opening("a-0"), opening("a-1"), opening("a-2"))
    with stage.serving({variable: value}) as service:
        service.pollers[0].poll_once()
        alarms = [line for line in service.lines() if "alarm" in line]
    [alarm] = [line for line in alarms if "function_request_id" in line]  # the init phase logs another
    assert reason in alarm["reason"]
    assert stage.messages_left() == 3
