"""CloudWatch metrics of a batch, as documents in the embedded metric format.

Owns the names of the metrics, which alarms refer to.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TextIO

from statewright.aws.settings import Telemetry
from statewright.machine.messages import Accepted, Duplicate, Invalid, Rejected
from statewright.registry.port import SourceState
from statewright.runtime.effects import Metric
from statewright.runtime.results import Disposition, Failure, FailureKind, MessageResult

_FIGURES = {
    "Conflicts": Metric.CONFLICTS,
    "CacheHits": Metric.CACHE_HITS,
    "ReplayedEvents": Metric.REPLAYED_EVENTS,
    "SnapshotHits": Metric.SNAPSHOT_HITS,
    "SnapshotMisses": Metric.SNAPSHOTS_MISSED,
    "StoreRetries": Metric.STORE_RETRIES,
}
_SECONDS = frozenset({"DefinitionAge"})


def batch_documents(
    results: Sequence[MessageResult],
    counts: Mapping[str, int],
    definitions: SourceState,
    *,
    telemetry: Telemetry,
    now: str,
    cold_start: bool,
) -> list[dict[str, Any]]:
    """One document with all metrics, including zeros, and one for each refusal code.

    `counts`: by the names of `Metric`. `now`: RFC 3339.
    """
    outcomes = Counter(type(result.outcome) for result in results)
    dispositions = Counter(result.disposition for result in results)
    kinds = Counter(result.outcome.kind for result in results if isinstance(result.outcome, Failure))
    codes = Counter(result.code for result in results if isinstance(result.outcome, Rejected))
    whole = {
        "Accepted": outcomes[Accepted],
        "Duplicate": outcomes[Duplicate],
        "Refused": outcomes[Rejected],
        "Invalid": outcomes[Invalid],
        "Redelivered": dispositions[Disposition.REDELIVERED],
        "Parked": dispositions[Disposition.DEAD_LETTERED],
        **{metric: counts.get(counter, 0) for metric, counter in _FIGURES.items()},
        "DefinitionAge": definitions.age_seconds,
        "DefinitionsBroken": definitions.broken,
        "Quarantined": kinds[FailureKind.QUARANTINED],
        "Misconfigured": kinds[FailureKind.MISCONFIGURED],
        "Bugs": kinds[FailureKind.BUG],
        "ColdStart": int(cold_start),
    }
    by_code = (_document({"Refused": count}, telemetry, now, code=code) for code, count in codes.items())
    return [_document(whole, telemetry, now), *by_code]


def not_started_document(telemetry: Telemetry, *, now: str) -> dict[str, Any]:
    """The document of an invocation whose application could not be built. `now`: RFC 3339."""
    return _document({"NotStarted": 1}, telemetry, now)


def write(documents: Iterable[Mapping[str, Any]], stream: TextIO) -> None:
    """Write one line per document and flush, because Lambda may freeze the process after its response."""
    stream.writelines(json.dumps(document) + "\n" for document in documents)
    stream.flush()


def _document(
    metrics: Mapping[str, float], telemetry: Telemetry, now: str, **dimensions: str
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"""
    dimensions = {"service": telemetry.service, **dimensions}
    directive = {
        "Namespace": telemetry.namespace,
        "Dimensions": [list(dimensions)],
        "Metrics": [
            {"Name": metric, "Unit": "Seconds" if metric in _SECONDS else "Count"} for metric in metrics
        ],
    }
    timestamp = round(datetime.fromisoformat(now).timestamp() * 1000)
    return {"_aws": {"Timestamp": timestamp, "CloudWatchMetrics": [directive]}, **dimensions, **metrics}
