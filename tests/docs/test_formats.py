"""The code reads and writes the samples of docs/reference/formats.md."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import pytest

from statewright.aws.sqs_queue import ATTRIBUTE, SqsQueue
from statewright.canonical import canonical_json
from statewright.evolution.compat.acceptance import read_acceptances
from statewright.evolution.history_import.lines import ExportedEvent, parse_lines
from statewright.evolution.verify.checkpoint import Checkpoint, Subject, resumed_checkpoint, save_checkpoint
from statewright.evolution.verify.segments import SegmentPosition
from statewright.lint.baseline import baseline_text, parse_baseline
from statewright.machine.messages import Command
from statewright.registry.accepted_breaks import read_accepted_breaks, record_text
from statewright.registry.bucket import Stored
from statewright.registry.manifest import manifest_text, parse_manifest, record_name
from statewright.runtime.envelope import read_command
from statewright.runtime.message import Message
from statewright.stores.dynamodb_item import commit_of, record_item
from statewright.stores.record_text import decode, encode
from statewright.stores.sqlite import SqliteStore
from tests.docs.examples import BLOCK, ROOT

PAGE = (ROOT / "docs" / "reference" / "formats.md").read_text()
SAMPLES = {match["file"]: match["body"] for match in BLOCK.finditer(PAGE) if match["file"]}
PUBLICATION = record_name(7, SAMPLES["manifest.json"].encode())


class OneObject:
    """A bucket that contains only the sample of accepted breaks."""

    def names(self) -> list[str]:
        return [PUBLICATION]

    def get(self, name: str, *, bytes_max: int) -> Stored:
        assert (name, bytes_max > 0) == (PUBLICATION, True)
        return Stored(SAMPLES["publication.json"].encode(), "")


class Sent:
    """A fake SQS client that keeps the attributes of the message instead of sending it."""

    def __init__(self) -> None:
        self.attributes: dict[str, Any] = {}

    def send_message(self, **request: Any) -> dict[str, str]:
        self.attributes = request["MessageAttributes"]
        return {"MessageId": "m-1"}


def sample(file: str) -> Any:
    """Return the value of a JSON sample."""
    return json.loads(SAMPLES[file])


def test_a_command_is_read_from_either_form() -> None:
    """Both samples are the same command, except for two ids that only the first one has."""
    plain, event = (read_command(SAMPLES[file]) for file in ("command.json", "cloud_event.json"))
    assert isinstance(plain, Command)
    assert replace(plain, correlation_id=None, causation_id=None) == event


def test_a_commit_is_stored_with_these_keys() -> None:
    """The sample, without its white space, is the text that a store writes."""
    commit = decode(SAMPLES["commit.json"], stream="order/o-17", version=5)
    assert encode(commit) == canonical_json(sample("commit.json"))


def test_a_snapshot_is_stored_with_these_keys() -> None:
    """A snapshot is part of its commit, and canonical JSON as well."""
    record = sample("commit.json") | {"snapshot": sample("snapshot.json")}
    commit = decode(json.dumps(record), stream="order/o-17", version=5)
    assert commit.snapshot is not None
    assert encode(commit) == canonical_json(record)


def test_a_commit_is_stored_as_an_item_with_these_attributes() -> None:
    """The store writes the same names and types."""
    commit = commit_of(sample("item.json"))
    assert record_item(commit.stream, commit.version, encode(commit)) == sample("item.json")


def test_a_file_has_these_tables(tmp_path: Path) -> None:
    """Apart from white space, the store executes the statements of the page."""
    SqliteStore(tmp_path / "events.db").close()
    with closing(sqlite3.connect(tmp_path / "events.db")) as connection:
        created = [
            text for (text,) in connection.execute("SELECT sql FROM sqlite_schema WHERE name GLOB 'com*'")
        ]
    declared = re.findall(r"CREATE TABLE [^;]+", SAMPLES["schema.sql"])
    assert [" ".join(text.split()) for text in created] == [" ".join(text.split()) for text in declared]


def test_a_manifest_is_published_with_these_keys() -> None:
    """Parsing and writing the sample returns an equal document."""
    manifest = parse_manifest(SAMPLES["manifest.json"].encode())
    assert json.loads(manifest_text(manifest)) == sample("manifest.json")


def test_accepted_breaks_are_recorded_with_these_keys() -> None:
    """They are read for a version that the manifest lists."""
    manifest = parse_manifest(SAMPLES["manifest.json"].encode())
    accepted = read_accepted_breaks(OneObject(), manifest)  # type: ignore[arg-type] - only reads two methods
    assert len(accepted) == 1
    assert json.loads(record_text(accepted)) == sample("publication.json")


def test_a_dead_letter_has_its_reason_under_these_keys() -> None:
    """The handler adds them as one attribute."""
    label, client = sample("dead_letter.json"), Sent()
    message = Message("m-1", "{}", source=label["source"])
    queue = SqsQueue(client, dead_letter_url="https://queues.example/1/dead")
    queue.dead_letter(message, code=label["code"], reason=label["reason"])
    assert json.loads(client.attributes[ATTRIBUTE]["StringValue"]) == label


def test_every_line_of_a_history_is_read() -> None:
    """No line is reported as faulty."""
    lines = list(parse_lines(io.BytesIO(SAMPLES["events.jsonl"].encode())))
    assert [type(line) for line in lines] == [ExportedEvent, ExportedEvent]


def test_a_state_of_a_verification_is_resumed(tmp_path: Path) -> None:
    """A verification of the same subject resumes it and saves an equal document."""
    state = sample("verification.json")
    path = tmp_path / "state.json"
    path.write_text(SAMPLES["verification.json"])
    subject = Subject(state["log"], state["machine"], state["candidates"], state["against"])
    save_checkpoint(path, resumed_checkpoint(path, Checkpoint(subject, [SegmentPosition()])))
    assert json.loads(path.read_text()) == state


def test_a_baseline_is_written_like_this() -> None:
    """The sample is equal to the byte, since baselines are kept in version control."""
    baseline = parse_baseline(SAMPLES["baseline.json"], PurePath("baseline.json"))
    assert baseline_text(baseline) == SAMPLES["baseline.json"]


def test_accepted_breaks_of_a_project_are_read() -> None:
    """The entry has the machine and the rule of the sample."""
    [acceptance] = read_acceptances(SAMPLES["compat.accepted.yaml"].encode(), "compat.accepted.yaml")
    assert (acceptance.machine, acceptance.kind.id) == ("gate", "CP38")


@pytest.mark.parametrize("file", SAMPLES)
def test_every_sample_is_named_in_this_module(file: str) -> None:
    """A sample without a test could become outdated."""
    assert Path(__file__).read_text().count(f'"{file}"') > 0
