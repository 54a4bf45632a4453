"""`statewright demo`: the format of its event, and repeated runs in any folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import CONFIG

pytestmark = pytest.mark.slow

# https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
RECORD_KEYS = {
    *("messageId", "receiptHandle", "body", "attributes", "messageAttributes"),
    *("md5OfBody", "eventSource", "eventSourceARN", "awsRegion"),
}
ATTRIBUTES = {"ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The configuration of the demo, in a folder whose name contains a space."""
    folder = tmp_path / "my project"
    shutil.copytree(CONFIG, folder / "config")
    return folder


def demo(folder: Path) -> list[str]:
    """Run the demo, which must succeed without warnings, and return its output."""
    command = [sys.executable, "-W", "error", "-m", "statewright.cli", "demo"]
    environment = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_every_record_has_the_shape_that_lambda_receives() -> None:
    """Each record has the keys, attributes and body checksum of an SQS message."""
    for record in json.loads((CONFIG / "demo" / "sqs-event.json").read_bytes())["Records"]:
        assert record.keys() == RECORD_KEYS
        assert record["attributes"].keys() == ATTRIBUTES
        assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()


def test_the_demo_shows_every_outcome_and_a_matching_response(project: Path) -> None:
    """The response of the handler lists exactly the three messages that will be redelivered."""
    lines = demo(project)
    outcomes = " ".join(lines)
    for word in ("ACCEPTED", "DUPLICATE", "NOT_ACCEPTED", "INVALID", "invoice/i-3001"):
        assert word in outcomes
    failed = {line.split()[0] for line in lines if "redelivered" in line}
    answer = {line.split('"')[3][:8] for line in lines if "itemIdentifier" in line}
    assert len(failed) == 3
    assert answer == failed


def test_two_aggregates_are_shown_with_their_events(project: Path) -> None:
    """The demo prints the history of an order and of an account."""
    lines = demo(project)
    assert [line for line in lines if line in ("order/o-1001", "account/a-2001")] == [
        "order/o-1001",
        "account/a-2001",
    ]
    assert sum("OrderPaid" in line for line in lines) == 1


def test_the_demo_runs_twice_with_the_same_outcome(project: Path) -> None:
    """The second run starts with an empty database, so its commands are not duplicates."""
    assert [line[:60] for line in demo(project)[:9]] == [line[:60] for line in demo(project)[:9]]
    assert {path.name for path in (project / ".demo").iterdir()} == {"events.db", "handler.log"}
