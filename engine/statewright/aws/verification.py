"""Verification in a Step Functions distributed map: one Lambda function for all three steps.

Copies files between S3 and the function's disk, and calls the functions that `statewright verify` uses. SDK
errors are raised so that Step Functions retries the step; a repeated step overwrites its earlier output. See
docs/howto/verifying.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import boto3

from statewright.errors import SourceUnavailable
from statewright.evolution.verify.checkpoint import new_checkpoint
from statewright.evolution.verify.export import DataFile, partition
from statewright.evolution.verify.report import VerificationReport, report_of
from statewright.evolution.verify.segments import verify_log
from statewright.evolution.verify.sorted_export import sorted_export
from statewright.evolution.verify.streams import Definitions
from statewright.machine.compiled import Machine
from statewright.registry.location import S3Place, open_definitions

_PARTS, _REPORTS = "parts", "reports"


@dataclass(frozen=True, slots=True)
class VerificationTask:
    """The input from Step Functions. `work`: where steps store files for the next step; initially empty.

    `key`: an export's data file in the bucket of `work`, for the step scatter. `part`: a number below
    `parts`, for the step verify. `candidates`, `against`: S3 places with published definitions.
    """

    step: str
    work: S3Place
    parts: int = 0
    key: str = ""
    part: int = 0
    candidates: S3Place | None = None
    against: S3Place | None = None

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Self:
        """Raises TypeError for an unknown or missing key, and ValueError for an invalid place."""
        fields = dict(event)
        for name in {"work", "candidates", "against"} & fields.keys():
            fields[name] = S3Place.parse(fields[name])
        return cls(**fields)


def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Run one step. `scatter` returns the number of files; `verify` and `merge` return a report."""
    task = VerificationTask.of(event)
    client = boto3.client("s3")
    match task.step:
        case "scatter":
            return {"files": _scatter(client, task)}
        case "verify":
            return _verify(client, task).document()
        case "merge":
            return _merge(client, task).document()
    raise ValueError(f'unknown step "{task.step}"; expected scatter, verify or merge')


def _scatter(client: Any, task: VerificationTask) -> int:
    name = task.key.rpartition("/")[2]
    with TemporaryDirectory() as folder:
        source = Path(folder, name)
        client.download_file(task.work.bucket, task.key, str(source))
        files = list(partition(DataFile(source), Path(folder, _PARTS), parts=task.parts))
        for part, path in files:
            client.upload_file(str(path), task.work.bucket, task.work.key(f"{_PARTS}/{part:04}/{name}"))
    return len(files)


def _verify(client: Any, task: VerificationTask) -> VerificationReport:
    definitions = Definitions(_machines(task.candidates), _machines(task.against))
    with TemporaryDirectory() as folder:
        keys = list(_keys(client, task.work, f"{_PARTS}/{task.part:04}/"))
        for key in keys:
            client.download_file(task.work.bucket, key, str(Path(folder, key.rpartition("/")[2])))
        report = _report(Path(folder), definitions) if keys else VerificationReport()
    body = json.dumps(report.document()).encode()
    client.put_object(
        Bucket=task.work.bucket, Key=task.work.key(f"{_REPORTS}/{task.part:04}.json"), Body=body
    )
    return report


def _report(folder: Path, definitions: Definitions) -> VerificationReport:
    with sorted_export(folder) as log:
        checkpoint = new_checkpoint(log, definitions)
        for batch in verify_log(log, definitions, checkpoint.positions):
            checkpoint.add(batch)
    return checkpoint.report


def _merge(client: Any, task: VerificationTask) -> VerificationReport:
    """Add up the reports. A missing report is an error, because its streams would go unnoticed."""
    whole = VerificationReport()
    for part in range(task.parts):
        key = task.work.key(f"{_REPORTS}/{part:04}.json")
        whole.merge(report_of(json.load(client.get_object(Bucket=task.work.bucket, Key=key)["Body"])))
    return whole


def _machines(place: S3Place | None) -> dict[str, Machine]:
    """All live machines. A broken one is an error rather than left out."""
    if place is None:
        return {}
    source = open_definitions(place, attempts=5)
    if source.state().broken:
        raise SourceUnavailable(f"some definitions in {place} cannot be used; see the log")
    return {name: machine for name in source.names() if (machine := source.machine(name)) is not None}


def _keys(client: Any, place: S3Place, below: str) -> Iterator[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=place.key(below))
    for page in pages:
        yield from (object["Key"] for object in page.get("Contents", ()))
