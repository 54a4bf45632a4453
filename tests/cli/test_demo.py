"""The demo: the shape of its event, and that it runs anywhere and twice."""

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
    """What the demo needs of the project, in a folder whose name holds a blank."""
    folder = tmp_path / "my project"
    shutil.copytree(CONFIG, folder / "config")
    return folder


def demo(folder: Path) -> list[str]:
    """What it prints; it must succeed and warn of nothing."""
    command = [sys.executable, "-W", "error", "-m", "statewright.cli", "demo"]
    environment = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_every_record_has_the_shape_that_lambda_receives() -> None:
    """Keys, attributes, and a checksum that is right."""
    for record in json.loads((CONFIG / "demo" / "sqs-event.json").read_bytes())["Records"]:
        assert record.keys() == RECORD_KEYS
        assert record["attributes"].keys() == ATTRIBUTES
        assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()


def test_every_kind_of_outcome_is_there_and_the_answer_fits(project: Path) -> None:
    """Accepted, repeated, refused, malformed, for an unknown machine: the last three come again."""
    lines = demo(project)
    outcomes = " ".join(lines)
    for word in ("ACCEPTED", "DUPLICATE", "NOT_ACCEPTED", "INVALID", "invoice/i-3001"):
        assert word in outcomes
    failed = {line.split()[0] for line in lines if "redelivered" in line}
    answer = {line.split('"')[3][:8] for line in lines if "itemIdentifier" in line}
    assert len(failed) == 3
    assert answer == failed


def test_two_aggregates_are_shown_with_their_events(project: Path) -> None:
    """With the code of `statewright history`."""
    lines = demo(project)
    assert [line for line in lines if line in ("order/o-1001", "account/a-2001")] == [
        "order/o-1001",
        "account/a-2001",
    ]
    assert sum("OrderPaid" in line for line in lines) == 1


def test_it_runs_twice_with_the_same_outcome(project: Path) -> None:
    """The second run finds a fresh database, not the duplicates of the first."""
    assert [line[:60] for line in demo(project)[:9]] == [line[:60] for line in demo(project)[:9]]
    assert {path.name for path in (project / ".demo").iterdir()} == {"events.db", "handler.log"}
