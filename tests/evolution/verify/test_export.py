"""An export of a table, as DynamoDB writes it to S3: read, checked and sorted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from statewright.evolution.verify.checkpoint import new_checkpoint
from statewright.evolution.verify.event_logs import TableLog
from statewright.evolution.verify.export import ExportUnusable, data_files, read_items
from statewright.evolution.verify.sorted_export import sorted_export
from statewright.stores.record import Commit
from tests.contracts.commits import fill
from tests.evolution.verify.conftest import Table
from tests.evolution.verify.histories import NO_REOPENING, SAME, STEPS, make, report_on, under, written_export

ADD, _, SIGN, BURST, NOTE, CLOSE, REOPEN, FINISH = STEPS


@pytest.fixture
def export(table: Table, tmp_path: Path) -> Path:
    """Six streams with scattered items."""
    make(table.store, [[ADD, CLOSE, REOPEN, FINISH], [ADD, SIGN, SIGN], [BURST, CLOSE, NOTE]] * 2)
    folder = tmp_path / "export"
    written_export(table.client, table.name, folder)
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(ExportUnusable) as caught, sorted_export(folder):
        pass
    return str(caught.value)


def one_file(folder: Path, content: bytes) -> Path:
    """A folder with one data file and no manifest."""
    folder.mkdir(parents=True)
    (folder / "a.json.gz").write_bytes(content)
    return folder


def test_an_export_gives_the_report_of_its_table(table: Table, export: Path) -> None:
    """Verifying an export gives the same report as its table, for every candidate."""
    scanned = TableLog(table.store, name="table", segments=2)
    with sorted_export(export) as log:
        for candidate in (SAME, NO_REOPENING):
            assert report_on(log, under(candidate)) == report_on(scanned, under(candidate))


def test_streams_are_whole_and_in_order(export: Path) -> None:
    """No data file contains a whole stream."""
    with sorted_export(export) as log:
        keys = [(one.stream, one.version) for one in log.scan(0, after=None)]
        assert keys == sorted(keys)
        behind = [(one.stream, one.version) for one in log.scan(0, after="till/a2")]
        assert behind == [key for key in keys if key[0] > "till/a2"] != []


def test_progress_counts_data_files(export: Path) -> None:
    """All files are read before the first result."""
    told: list[str] = []
    with sorted_export(export, show_status=told.append):
        assert told == [f"{number} of 3 data files read" for number in (1, 2, 3)]


def test_data_files_are_read_without_a_manifest(export: Path) -> None:
    """The manifest may not have been copied."""
    (export / "manifest-files.json").unlink()
    with sorted_export(export) as log:
        assert report_on(log, under(SAME)).streams == 6


def test_a_state_recognises_its_export_in_any_folder(export: Path, tmp_path: Path) -> None:
    """A state resumes its export in any folder, and rejects another export."""
    with sorted_export(export) as log:
        name = new_checkpoint(log, under(SAME)).subject.log
    export.rename(tmp_path / "moved")
    with sorted_export(tmp_path / "moved") as log:
        assert log.name == name
    (tmp_path / "moved" / "manifest-files.json").unlink()
    with sorted_export(tmp_path / "moved") as log:
        assert log.name != name


def changed_manifest(export: Path, change: Callable[[dict[str, object]], None]) -> None:
    manifest = export / "manifest-files.json"
    entries = [json.loads(line) for line in manifest.read_text().splitlines()]
    change(entries[0])
    manifest.write_text("\n".join(map(json.dumps, entries)))


def test_a_damaged_data_file_is_refused(export: Path) -> None:
    """The checksum in the manifest is compared before any item is used."""
    path = data_files(export)[1].path
    path.write_bytes(gzip.compress(b""))
    assert refusal(export) == (
        f"{path}: does not match its checksum in manifest-files.json; copy it from S3 again"
    )


def test_a_missing_data_file_is_refused(export: Path) -> None:
    """An export without one of its data files is rejected."""
    path = data_files(export)[2].path
    path.unlink()
    assert refusal(export).startswith(f"{path}: does not exist, but manifest-files.json lists it")


def test_a_missing_item_is_refused(export: Path) -> None:
    """The manifest contains the number of items."""
    changed_manifest(export, lambda entry: entry.update(itemCount=99))
    assert "manifest-files.json lists 99; copy it from S3 again" in refusal(export)


def test_a_broken_manifest_is_refused(export: Path) -> None:
    """An unreadable list is not treated as an empty one."""
    changed_manifest(export, lambda entry: entry.pop("md5Checksum"))
    assert refusal(export).endswith("is not a list of data files; copy it from S3 again")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"Metadata": {}, "Keys": {}, "NewImage": {}}', "line 2 is not a table item; take a full export"),
        ("$ion_1_0 {Item:{}}", "line 2 is not a table item"),
        ('{"Item": 1}', 'line 2: "Item" is not an object'),
        ('{"Item": {"id": {"S": "1"}}}', "contains items without the keys stream and version"),
        (
            '{"Item": {"stream": {"S": "a/b"}, "version": {"N": "1e30"}}}',
            "contains a commit of a/b at the impossible version 1000000000000000000000000000000",
        ),
    ],
)
def test_another_format_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    """The message contains a remedy."""
    good = '{"Item": {"stream": {"S": "a/b"}, "version": {"N": "1"}}}'
    folder = one_file(tmp_path / "export", gzip.compress(f"{good}\n{line}\n".encode()))
    assert reason in refusal(folder)


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b"{}\n" * 1000)[:-9], gzip.compress(b"\xff\xfe")],
    ids=["no gzip", "cut", "no text"],
)
def test_a_truncated_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """A truncated data file is rejected, even without a manifest."""
    message = refusal(one_file(tmp_path / "export", content))
    assert message.endswith(("copy it from S3 again", "with the format DYNAMODB_JSON"))


def test_two_exports_in_one_folder_are_refused(export: Path, tmp_path: Path) -> None:
    """Each commit would be counted twice."""
    content = data_files(export)[0].path.read_bytes()
    for name in ("one", "other"):
        one_file(tmp_path / "both" / name, content)
    assert refusal(tmp_path / "both").endswith(
        "both: contains a commit twice; keep only one export in the folder"
    )


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """An empty folder must not look like a clean export."""
    assert refusal(tmp_path).endswith("name the folder of an export")


def test_an_invalid_item_is_reported_in_its_place(table: Table, tmp_path: Path) -> None:
    """An invalid item is reported as a corrupt stream at its version."""
    fill(table.store, ["1"])
    key = {"stream": {"S": "order/o-17"}, "version": {"N": "2"}}
    table.client.put_item(TableName=table.name, Item=key)
    written_export(table.client, table.name, tmp_path / "export", files=1)
    with sorted_export(tmp_path / "export") as log:
        first, second = log.scan(0, after=None)
    assert isinstance(first, Commit)
    assert (second.version, 'no string "record"' in str(second)) == (2, True)


def test_items_are_sorted_on_disk(export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is in the temporary folder, and is removed at the end."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with sorted_export(export):
        assert [path.name for path in tmp_path.glob("statewright-*/*")] == ["items"]
    assert not list(tmp_path.glob("statewright-*"))


def test_an_empty_data_file_is_valid(tmp_path: Path) -> None:
    """DynamoDB writes one for a partition without items."""
    folder = one_file(tmp_path / "export", gzip.compress(b""))
    assert list(read_items(data_files(folder)[0])) == []
