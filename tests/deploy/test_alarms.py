"""The alarms of deploy/template.yaml watch metrics that AWS or the handler emits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from statewright.aws.metrics import batch_documents, not_started_document
from statewright.aws.settings import read_telemetry
from statewright.registry.port import SourceState
from tests.deploy.template import STACK_NAME, Stack

pytestmark = pytest.mark.e2e

DOCS = Path(__file__).parent.parent.parent / "docs"
NOW = "2026-01-01T00:00:00Z"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
# Each metric with its statistic, period in seconds, number of periods, and threshold.
ALARMS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "DeadLetterQueue.QueueName"): (
        ("Maximum", 60, 1, 0)
    ),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "CommandQueue.QueueName"): (
        ("Maximum", 300, 1, 900)
    ),
    ("AWS/Lambda", "Errors", "FunctionName", "function"): ("Sum", 300, 1, 0),
    ("AWS/Lambda", "Throttles", "FunctionName", "function"): ("Sum", 300, 1, 0),
    ("Statewright", "Quarantined", "service", STACK_NAME): ("Sum", 300, 1, 0),
    ("Statewright", "Misconfigured", "service", STACK_NAME): ("Sum", 300, 1, 0),
    ("Statewright", "NotStarted", "service", STACK_NAME): ("Sum", 300, 1, 0),
    ("Statewright", "StoreRetries", "service", STACK_NAME): ("Sum", 300, 3, 10),
    ("Statewright", "DefinitionsBroken", "service", STACK_NAME): ("Maximum", 300, 1, 0),
    ("Statewright", "Bugs", "service", STACK_NAME): ("Sum", 300, 1, 0),
}


def test_the_alarms_watch_the_listed_metrics(stack: Stack) -> None:
    """Each alarm watches a metric of SQS, Lambda or the handler for a resource of this stack."""
    assert {_watched(alarm): _limit(alarm) for alarm in _alarms(stack)} == ALARMS


def test_the_handler_writes_the_metrics_that_alarms_watch(stack: Stack) -> None:
    """The handler's metrics have the namespace, names and dimension that the alarms expect."""
    assert {watched for watched in ALARMS if not watched[0].startswith("AWS/")} <= _metrics(stack)


def test_the_guide_gives_the_number_of_billed_alarms_and_metrics(stack: Stack) -> None:
    """The guide on deploying counts all alarms and all metrics of the handler."""
    billed = re.search(
        r"(\d+) alarms at .*?(\d+) metrics at", (DOCS / "guide" / "deploying.md").read_text(), re.DOTALL
    )
    assert billed is not None
    assert (int(billed[1]), int(billed[2])) == (len(ALARMS), len(_metrics(stack)))


def test_the_guide_says_what_to_do_about_each_alarm(stack: Stack) -> None:
    """The guide on operating has a row for each alarm, with its name and description."""
    rows = re.findall(
        r"^\| (\w+) \| (.*?) \| .+ \|$", (DOCS / "guide" / "operating.md").read_text(), re.MULTILINE
    )
    alarms = stack.of_type("AWS::CloudWatch::Alarm").items()
    told = {(name.removesuffix("Alarm"), alarm["AlarmDescription"]) for name, alarm in alarms}
    assert told <= set(rows)


def test_an_alarm_fires_above_its_threshold_and_ignores_missing_data(stack: Stack) -> None:
    """Missing data does not breach an alarm."""
    for alarm in _alarms(stack):
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
        assert alarm["TreatMissingData"] == "notBreaching"


@pytest.mark.parametrize(("topic", "told"), [("", []), (TOPIC, [TOPIC])])
def test_alarms_go_to_the_topic(template: dict[str, Any], topic: str, told: list[str]) -> None:
    """All alarms notify the given topic; without one, they have no actions."""
    alarms = _alarms(Stack(template, {"AlarmTopicArn": topic}))
    assert [alarm["AlarmActions"] for alarm in alarms] == [told] * len(ALARMS)


def _metrics(stack: Stack) -> set[tuple[str, str, str, str]]:
    """All metrics that the handler emits in the stack's environment, except those per refusal code."""
    telemetry = read_telemetry(stack.properties("Function")["Environment"]["Variables"])
    documents = batch_documents((), {}, SourceState(0, 0), telemetry=telemetry, now=NOW, cold_start=True)
    documents.append(not_started_document(telemetry, now=NOW))
    return {metric for document in documents for metric in _written(document)}


def _alarms(stack: Stack) -> list[dict[str, Any]]:
    return list(stack.of_type("AWS::CloudWatch::Alarm").values())


def _watched(alarm: dict[str, Any]) -> tuple[str, str, str, str]:
    [dimension] = alarm["Dimensions"]
    return alarm["Namespace"], alarm["MetricName"], dimension["Name"], dimension["Value"]


def _limit(alarm: dict[str, Any]) -> tuple[str, int, int, int]:
    return alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"], alarm["Threshold"]


def _written(document: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    """The metrics of one document, in the form that `_watched` returns."""
    [directive] = document["_aws"]["CloudWatchMetrics"]
    [[dimension]] = directive["Dimensions"]
    place = (dimension, document[dimension])
    return {(directive["Namespace"], metric["Name"], *place) for metric in directive["Metrics"]}
