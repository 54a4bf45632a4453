"""What the alarms of deploy/template.yaml watch, and that the handler measures it."""

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
# What is watched, and how: statistic, seconds of a period, periods, and the most that is no trouble.
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


def test_every_trouble_has_its_alarm(stack: Stack) -> None:
    """What SQS, Lambda and the handler measure of it, each on the stack's own part."""
    assert {_watched(alarm): _limit(alarm) for alarm in _alarms(stack)} == ALARMS


def test_the_handler_writes_the_metrics_that_alarms_watch(stack: Stack) -> None:
    """The same namespace, names and dimension as in the documents that it makes in this environment."""
    assert {watched for watched in ALARMS if not watched[0].startswith("AWS/")} <= _metrics(stack)


def test_the_guide_counts_what_is_billed_by_the_month(stack: Stack) -> None:
    """Each alarm, and each metric that is none of AWS's own."""
    billed = re.search(
        r"(\d+) alarms at .*?(\d+) metrics at", (DOCS / "guide" / "deploying.md").read_text(), re.DOTALL
    )
    assert billed is not None
    assert (int(billed[1]), int(billed[2])) == (len(ALARMS), len(_metrics(stack)))


def test_the_guide_says_what_to_do_about_each_alarm(stack: Stack) -> None:
    """One row each, by name and in the alarm's own words."""
    rows = re.findall(
        r"^\| (\w+) \| (.*?) \| .+ \|$", (DOCS / "guide" / "operating.md").read_text(), re.MULTILINE
    )
    alarms = stack.of_type("AWS::CloudWatch::Alarm").items()
    told = {(name.removesuffix("Alarm"), alarm["AlarmDescription"]) for name, alarm in alarms}
    assert told <= set(rows)


def test_an_alarm_rings_above_its_limit_and_not_in_silence(stack: Stack) -> None:
    """No data means no trouble."""
    for alarm in _alarms(stack):
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
        assert alarm["TreatMissingData"] == "notBreaching"


@pytest.mark.parametrize(("topic", "told"), [("", []), (TOPIC, [TOPIC])])
def test_alarms_go_to_the_topic(template: dict[str, Any], topic: str, told: list[str]) -> None:
    """All of them to the one that was given; without one they are seen in the console."""
    alarms = _alarms(Stack(template, {"AlarmTopicArn": topic}))
    assert [alarm["AlarmActions"] for alarm in alarms] == [told] * len(ALARMS)


def _metrics(stack: Stack) -> set[tuple[str, str, str, str]]:
    """All that the handler writes in the environment of the stack, but for those by refusal code."""
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
    """The metrics of one document, in the words of an alarm."""
    [directive] = document["_aws"]["CloudWatchMetrics"]
    [[dimension]] = directive["Dimensions"]
    place = (dimension, document[dimension])
    return {(directive["Namespace"], metric["Name"], *place) for metric in directive["Metrics"]}
