"""Metrics of a batch have the right counts, in documents that CloudWatch accepts."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from statewright.aws.metrics import batch_documents, not_started_document, write
from statewright.aws.settings import Telemetry
from statewright.machine.messages import (
    Accepted,
    AggregateState,
    Duplicate,
    Invalid,
    InvalidKind,
    RefusalKind,
    Rejected,
)
from statewright.registry.port import SourceState
from statewright.runtime.effects import Metric
from statewright.runtime.message import Message
from statewright.runtime.results import Disposition, Failure, FailureKind, MessageResult

NOW = "2026-11-23T12:00:00.250000Z"
TELEMETRY = Telemetry(service="orders", namespace="Shop")

# The rules of the specification for documents, and of CloudWatch for names and units.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
NAME = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]*$"}
METRIC = {
    "type": "object",
    "required": ["Name"],
    "properties": {"Name": NAME, "Unit": {"enum": ["Count", "Seconds"]}},
    "additionalProperties": False,
}
DIMENSIONS = {"type": "array", "maxItems": 30, "items": NAME}
DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "properties": {
        "Namespace": NAME,
        "Dimensions": {"type": "array", "minItems": 1, "items": DIMENSIONS},
        "Metrics": {"type": "array", "minItems": 1, "maxItems": 100, "items": METRIC},
    },
    "additionalProperties": False,
}
METADATA = {
    "type": "object",
    "required": ["Timestamp", "CloudWatchMetrics"],
    "properties": {
        "Timestamp": {"type": "integer", "minimum": 0},
        "CloudWatchMetrics": {"type": "array", "items": DIRECTIVE},
    },
    "additionalProperties": False,
}
RULES = Draft202012Validator({"type": "object", "required": ["_aws"], "properties": {"_aws": METADATA}})


def violations(document: dict[str, Any]) -> list[str]:
    """Return violations of the format, and references to members that the document lacks."""
    found = [error.message for error in RULES.iter_errors(document)]
    for directive in document["_aws"]["CloudWatchMetrics"]:
        for dimension in (name for names in directive["Dimensions"] for name in names):
            if not (isinstance(document.get(dimension), str) and 0 < len(document[dimension]) <= 1024):
                found.append(f"dimension {dimension} has no value")
        for name in (metric["Name"] for metric in directive["Metrics"]):
            if not isinstance(document.get(name), int | float):
                found.append(f"metric {name} has no value")
    return found


def settled(outcome: Any, disposition: Disposition = Disposition.DELETED) -> MessageResult:
    return MessageResult(Message("m", "{}"), None, outcome, disposition)


ACCEPTED = settled(Accepted((), AggregateState("open", {}, 1)))
DUPLICATE = settled(Duplicate("accepted"))
INVALID = settled(Invalid(InvalidKind.MESSAGE, "no"), Disposition.DEAD_LETTERED)


def refused(code: str, disposition: Disposition = Disposition.REDELIVERED) -> MessageResult:
    return settled(Rejected(code, RefusalKind.BRANCH, (), "no", "open"), disposition)


def failed(kind: FailureKind) -> MessageResult:
    return settled(Failure(kind, "r"), Disposition.REDELIVERED)


def documents(
    *results: MessageResult, counts: dict[str, int] | None = None, cold_start: bool = False
) -> list[dict[str, Any]]:
    definitions = SourceState(12.5, 2)
    return batch_documents(
        results, counts or {}, definitions, telemetry=TELEMETRY, now=NOW, cold_start=cold_start
    )


def test_violations_are_detected() -> None:
    """The rules that the other tests rely on can fail."""
    [document] = documents()
    document["_aws"]["CloudWatchMetrics"][0]["Metrics"] *= 10
    del document["Accepted"], document["service"]
    assert len(violations(document)) == 1 + 10 + 1


def test_every_outcome_is_counted() -> None:
    """Each outcome has a metric of its own, in addition to the disposition of the message."""
    kinds = [FailureKind.QUARANTINED, FailureKind.MISCONFIGURED, FailureKind.BUG, FailureKind.TRANSIENT]
    results = [ACCEPTED, ACCEPTED, DUPLICATE, INVALID, refused("NO"), *map(failed, kinds)]
    whole, _ = documents(*results)
    assert {name: whole[name] for name in ("Accepted", "Duplicate", "Refused", "Invalid")} == {
        "Accepted": 2,
        "Duplicate": 1,
        "Refused": 1,
        "Invalid": 1,
    }
    assert (whole["Redelivered"], whole["Parked"]) == (5, 1)
    assert (whole["Quarantined"], whole["Misconfigured"], whole["Bugs"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("counter", "metric"),
    [
        (Metric.CONFLICTS, "Conflicts"),
        (Metric.CACHE_HITS, "CacheHits"),
        (Metric.REPLAYED_EVENTS, "ReplayedEvents"),
        (Metric.SNAPSHOT_HITS, "SnapshotHits"),
        (Metric.SNAPSHOTS_MISSED, "SnapshotMisses"),
        (Metric.STORE_RETRIES, "StoreRetries"),
    ],
)
def test_the_counters_of_a_batch_are_metrics(counter: Metric, metric: str) -> None:
    """Each metric has the value of a counter in the log line, or zero if it was not counted."""
    [counted] = documents(counts={counter.value: 7})
    [not_counted] = documents()
    assert (counted[metric], not_counted[metric]) == (7, 0)


def test_the_state_of_the_definitions_and_cold_starts_are_metrics() -> None:
    """The metrics report the definitions' age, the number of broken ones, and whether the process is new."""
    [document] = documents(cold_start=True)
    assert (document["DefinitionAge"], document["DefinitionsBroken"], document["ColdStart"]) == (12.5, 2, 1)
    units = {metric["Name"]: metric["Unit"] for metric in document["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
    assert [name for name, unit in units.items() if unit == "Seconds"] == ["DefinitionAge"]


def test_refusals_are_counted_by_code_too() -> None:
    """Each code has a document with its own dimension."""
    whole, *by_code = documents(refused("A"), refused("B"), refused("A"), ACCEPTED)
    assert whole["Refused"] == 3
    assert [(one["code"], one["Refused"]) for one in by_code] == [("A", 2), ("B", 1)]
    dimensions = [one["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for one in by_code]
    assert dimensions == [[["service", "code"]]] * 2


def test_documents_have_the_service_namespace_and_timestamp() -> None:
    """CloudWatch requires the timestamp in milliseconds since 1970."""
    document = not_started_document(TELEMETRY, now=NOW)
    assert (document["service"], document["NotStarted"]) == ("orders", 1)
    assert document["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Shop"
    assert document["_aws"]["Timestamp"] == 1795435200250


@given(st.lists(st.sampled_from([ACCEPTED, DUPLICATE, INVALID, *map(refused, "ABCDEF")])), st.booleans())
def test_cloudwatch_accepts_every_document(results: list[MessageResult], cold_start: bool) -> None:
    """This holds for any results of a batch."""
    written = [*documents(*results, cold_start=cold_start), not_started_document(TELEMETRY, now=NOW)]
    assert [violation for document in written for violation in violations(document)] == []


def test_each_document_is_a_line() -> None:
    """CloudWatch Logs stores every line as a separate event."""
    stream = io.StringIO()
    written = documents(refused("A"))
    write(written, stream)
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == written
