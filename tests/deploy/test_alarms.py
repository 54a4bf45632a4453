"""What the alarms of deploy/template.yaml watch, and that the handler measures it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.sources.port import SourceState
from handler.metrics import batch_documents, not_started_document
from handler.telemetry import read_telemetry
from tests.deploy.template import STACK_NAME, Stack, transformed

pytestmark = pytest.mark.e2e

NOW = "2026-01-01T00:00:00Z"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
ALARMS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "DeadLetterQueue.QueueName"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "CommandQueue.QueueName"),
    ("AWS/Lambda", "Errors", "FunctionName", "function"),
    ("AWS/Lambda", "Throttles", "FunctionName", "function"),
    ("Statewright", "Quarantined", "service", STACK_NAME),
    ("Statewright", "Misconfigured", "service", STACK_NAME),
    ("Statewright", "NotStarted", "service", STACK_NAME),
    ("Statewright", "StoreRetries", "service", STACK_NAME),
    ("Statewright", "DefinitionsBroken", "service", STACK_NAME),
    ("Statewright", "Bugs", "service", STACK_NAME),
}


@pytest.fixture(scope="module")
def template(sam: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """As CloudFormation gets it."""
    return transformed(sam, home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def stack(template: dict[str, Any]) -> Stack:
    """The stack with no parameter given."""
    return Stack(template, {})


def test_every_trouble_has_its_alarm(stack: Stack) -> None:
    """What SQS, Lambda and the handler measure of it, each on the stack's own part."""
    assert {_watched(alarm) for alarm in _alarms(stack)} == ALARMS


def test_the_handler_writes_the_metrics_that_alarms_watch(stack: Stack) -> None:
    """The same namespace, names and dimension as in the documents that it makes in this environment."""
    telemetry = read_telemetry(stack.properties("Function")["Environment"]["Variables"])
    documents = batch_documents((), {}, SourceState(0, 0), telemetry=telemetry, now=NOW, cold_start=True)
    documents.append(not_started_document(telemetry, now=NOW))
    written = {metric for document in documents for metric in _written(document)}
    assert {watched for watched in ALARMS if not watched[0].startswith("AWS/")} <= written


def test_an_alarm_rings_at_the_first_sign_and_not_in_silence(stack: Stack) -> None:
    """But for what comes and goes in good health; no data means no trouble."""
    thresholds = {alarm["MetricName"]: alarm["Threshold"] for alarm in _alarms(stack) if alarm["Threshold"]}
    assert thresholds == {"ApproximateAgeOfOldestMessage": 900, "StoreRetries": 10}
    for alarm in _alarms(stack):
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
        assert alarm["TreatMissingData"] == "notBreaching"


@pytest.mark.parametrize(("topic", "told"), [("", []), (TOPIC, [TOPIC])])
def test_alarms_go_to_the_topic(template: dict[str, Any], topic: str, told: list[str]) -> None:
    """All of them to the one that was given; without one they are seen in the console."""
    alarms = _alarms(Stack(template, {"AlarmTopicArn": topic}))
    assert [alarm["AlarmActions"] for alarm in alarms] == [told] * len(ALARMS)


def _alarms(stack: Stack) -> list[dict[str, Any]]:
    return list(stack.of_type("AWS::CloudWatch::Alarm").values())


def _watched(alarm: dict[str, Any]) -> tuple[str, str, str, str]:
    [dimension] = alarm["Dimensions"]
    return alarm["Namespace"], alarm["MetricName"], dimension["Name"], dimension["Value"]


def _written(document: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    """The metrics of one document, in the words of an alarm."""
    [directive] = document["_aws"]["CloudWatchMetrics"]
    [[dimension]] = directive["Dimensions"]
    place = (dimension, document[dimension])
    return {(directive["Namespace"], metric["Name"], *place) for metric in directive["Metrics"]}
