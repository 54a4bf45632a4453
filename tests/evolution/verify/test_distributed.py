"""Distributed verification: an export split by stream, parts verified separately, one report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from statewright.aws.verification import lambda_handler
from statewright.evolution.verify import VerificationReport
from statewright.evolution.verify.export import data_files, part_of, partition
from statewright.evolution.verify.sorted_export import sorted_export
from statewright.registry.bucket import Bucket
from statewright.registry.location import S3Place
from statewright.registry.publishing import Approval, candidate_of, publish
from tests.emulators.clients import client_of, environment_of, new_bucket
from tests.evolution.verify.conftest import Table
from tests.evolution.verify.histories import (
    NO_REOPENING,
    STEPS,
    WITHOUT_REOPENING,
    make,
    report_on,
    text_of,
    under,
    written_export,
)

ADD, _, SIGN, BURST, NOTE, CLOSE, REOPEN, FINISH = STEPS
PARTS = 3


@pytest.fixture
def export(table: Table, tmp_path: Path) -> Path:
    """Eight streams in four data files."""
    make(table.store, [[ADD, CLOSE, REOPEN, FINISH], [ADD, SIGN, SIGN]] * 4)
    written_export(table.client, table.name, tmp_path / "export", files=4)
    return tmp_path / "export"


@pytest.fixture
def whole(export: Path) -> VerificationReport:
    """The report of one process."""
    with sorted_export(export) as log:
        return report_on(log, under(NO_REOPENING))


def test_parts_contain_whole_streams(export: Path, tmp_path: Path, whole: VerificationReport) -> None:
    """Their reports therefore add up to the report of the export."""
    for file in data_files(export):
        list(partition(file, tmp_path / "parts", parts=PARTS))
    merged = VerificationReport()
    for part in (tmp_path / "parts").iterdir():
        with sorted_export(part) as log:
            streams = {one.stream for one in log.scan(0, after=None)}
            assert {part_of(stream, parts=PARTS) for stream in streams} == {int(part.name)}
            merged.merge(report_on(log, under(NO_REOPENING)))
    assert merged == whole


def test_the_part_of_a_stream_is_the_same_everywhere() -> None:
    """It depends neither on the process nor on the version of Python."""
    assert [part_of(f"order/o-{number}", parts=1000) for number in (1, 2, 17)] == [955, 63, 420]


@pytest.mark.parametrize("parts", [0, 1001])
def test_the_number_of_parts_is_bounded(export: Path, tmp_path: Path, parts: int) -> None:
    """Each part is an open file."""
    with pytest.raises(ValueError, match=f"^parts must be from 1 to 1000, not {parts}"):
        list(partition(data_files(export)[0], tmp_path, parts=parts))


@pytest.fixture
def work(export: Path, ministack: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, dict[str, str]]:
    """A client and the keys of all tasks. The bucket contains the export and a candidate."""
    for name, value in environment_of(others=ministack).items():
        monkeypatch.setenv(name, value)
    client = client_of("s3", ministack)
    bucket = new_bucket(client)
    for file in data_files(export):
        client.upload_file(str(file.path), bucket, f"export/data/{file.path.name}")
    candidate = candidate_of(text_of(WITHOUT_REOPENING).encode(), "till.machine.yaml")
    publish(
        Bucket(client, S3Place(bucket, "candidates")),
        [candidate],
        allow_rollback=False,
        dry_run=False,
        review=lambda _plan: Approval(),
    )
    return client, {name: f"s3://{bucket}/{name}" for name in ("work", "candidates")}


def test_the_steps_give_the_report_of_one_process(
    work: tuple[Any, dict[str, str]], whole: VerificationReport
) -> None:
    """Each step is one invocation and can be repeated."""
    client, places = work
    bucket = places["work"].split("/")[2]
    listed = client.list_objects_v2(Bucket=bucket, Prefix="export/data/")["Contents"]
    for key in [object["Key"] for object in listed] * 2:
        lambda_handler({"step": "scatter", "work": places["work"], "key": key, "parts": PARTS}, None)
    for part in range(PARTS):
        lambda_handler({"step": "verify", "part": part, **places}, None)
    merged = lambda_handler({"step": "merge", "work": places["work"], "parts": PARTS}, None)
    assert merged == whole.document()


def test_a_part_that_was_not_verified_stops_the_merge(work: tuple[Any, dict[str, str]]) -> None:
    """A missing report must not look like a clean one."""
    client, places = work
    with pytest.raises(client.exceptions.NoSuchKey):
        lambda_handler({"step": "merge", "work": places["work"], "parts": PARTS}, None)


def test_an_unknown_step_is_named(work: tuple[Any, dict[str, str]]) -> None:
    """The message lists the valid steps."""
    with pytest.raises(ValueError, match='unknown step "fold"; expected scatter, verify or merge'):
        lambda_handler({"step": "fold", "work": work[1]["work"]}, None)
