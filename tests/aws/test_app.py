"""The whole handler: the response to an event accounts for every message."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statewright.aws.settings import read_settings
from statewright.aws.sqs import UnknownEvent, handle_event
from statewright.aws.wiring import build_application
from statewright.registry.files import FilesSource
from statewright.runtime.application import Application
from statewright.runtime.queue import LocalQueue
from statewright.stores.memory import MemoryStore
from statewright.stores.port import Slice
from statewright.stores.sqlite import SqliteStore
from tests.aws.lambda_process import environment
from tests.runtime.events import body, event, failures
from tests.runtime.harness import MACHINE, FakeQueue, FakeSource


@pytest.fixture
def application() -> Iterator[Application]:
    built = Application(store=MemoryStore(), definitions=FakeSource(MACHINE), queue=FakeQueue())
    yield built
    built.close()


def test_a_response_lists_the_ids_that_failed(application: Application) -> None:
    """The response lists redelivered messages, but not accepted or dead-lettered ones."""
    report = handle_event(application, event(body("1", amount=1), body("2", amount=13), body("3", amount=0)))
    assert report.response == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert [result.code for result in report.batch.results] == ["ACCEPTED", "UNLUCKY", "INVALID"]


def test_an_empty_batch_has_an_empty_response(application: Application) -> None:
    """The format is the same when no message failed."""
    assert handle_event(application, {"Records": []}).response == {"batchItemFailures": []}


def test_results_are_in_the_order_of_the_event(application: Application) -> None:
    """The order does not depend on which thread finishes first."""
    bodies = [body(f"c{index}", aggregate="abcd"[index % 4], amount=1) for index in range(40)]
    report = handle_event(application, event(*bodies))
    assert [result.message.message_id for result in report.batch.results] == [
        f"m-{index}" for index in range(40)
    ]
    assert {result.code for result in report.batch.results} == {"ACCEPTED"}


HOSTILE = [
    "",
    "null",
    "[1",
    '{"a": NaN}',
    '{"id": 1e400}',
    "[" * 40_000,
    '"\\ud800"',
    "9" * 5000,
    "x" * 300_000,
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: text[:12])
def test_a_hostile_body_affects_no_other_message(application: Application, hostile: str) -> None:
    """It is dead-lettered, and the commands around it are accepted."""
    report = handle_event(application, event(body("1", amount=1), hostile, body("2", amount=1)))
    assert [result.code for result in report.batch.results] == ["ACCEPTED", "INVALID", "ACCEPTED"]
    assert failures(report.response) == []


BODIES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(HOSTILE),
    st.builds(
        body,
        st.sampled_from("123"),
        st.sampled_from(["Add", "Look", "Close", "Bury", "?"]),
        amount=st.integers(),
    ),
)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(BODIES, max_size=8))
def test_every_message_is_accounted_for(bodies: list[str]) -> None:
    """Each message has a result, and the response lists the failed ones, once and in order."""
    application = Application(store=MemoryStore(), definitions=FakeSource(MACHINE), queue=FakeQueue())
    report = handle_event(application, event(*bodies))
    application.close()
    assert len(report.batch.results) == len(bodies)
    expected = [result.message.message_id for result in report.batch.results if result.failed]
    assert failures(report.response) == expected


def test_a_command_without_a_correlation_id_gets_the_trace_of_its_message() -> None:
    """A command that has a correlation id keeps it."""
    store = MemoryStore()
    application = Application(store=store, definitions=FakeSource(MACHINE), queue=FakeQueue())
    batch = event(body("1", amount=1), body("2", amount=1).replace("{", '{"correlation_id": "own", ', 1))
    for entry in batch["Records"]:
        entry["attributes"] = {"AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"}
    handle_event(application, batch)
    application.close()
    stored = [command for commit in store.read("till/a").commits for command in commit.commands]
    assert [command.correlation_id for command in stored] == ["1-5759e988-bd862e3fe1be46a994272793", "own"]


def test_a_command_with_another_trace_is_still_a_duplicate(application: Application) -> None:
    """The trace is not part of what identifies a command."""
    batch = event(body("1", amount=1))
    batch["Records"][0]["attributes"] = {"AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793"}
    reports = [handle_event(application, batch), handle_event(application, event(body("1", amount=1)))]
    assert [report.batch.results[0].code for report in reports] == ["ACCEPTED", "DUPLICATE"]


def test_a_repeated_message_id_is_reported_once(application: Application) -> None:
    """The id is reported as failed if either message failed."""
    records = [
        {"messageId": "m", "body": body("1", amount=1)},
        {"messageId": "m", "body": body("2", amount=13)},
    ]
    assert failures(handle_event(application, {"Records": records}).response) == ["m"]


def test_an_unknown_event_raises(application: Application) -> None:
    """A response could delete messages that were not read."""
    with pytest.raises(UnknownEvent):
        handle_event(application, {"records": []})


def test_a_broken_record_fails_alone(application: Application) -> None:
    """The broken record is redelivered, and its neighbours are processed."""
    batch = event(body("1", amount=1), "", body("2", amount=1))
    batch["Records"][1]["body"] = None
    report = handle_event(application, batch)
    assert [result.code for result in report.batch.results] == ["ACCEPTED", "MISSHAPEN", "ACCEPTED"]
    assert failures(report.response) == ["m-1"]


def test_a_broken_record_holds_its_message_group(application: Application) -> None:
    """On FIFO, messages behind a failure wait; other groups do not."""
    batch = event("", body("2", amount=1), body("3", amount=1))
    for entry, group in zip(batch["Records"], "ggh", strict=True):
        entry |= {"eventSourceARN": "arn:aws:sqs:r:1:q.fifo", "attributes": {"MessageGroupId": group}}
    batch["Records"][0]["body"] = None
    report = handle_event(application, batch)
    assert [result.code for result in report.batch.results] == ["MISSHAPEN", "HANDED_BACK", "ACCEPTED"]


def test_the_commits_of_a_batch_fit_its_store() -> None:
    """The handler splits commits at the limit that the store declares."""

    class SmallStore(MemoryStore):
        commit_bytes_max = 4 * 1024

    application = Application(store=SmallStore(), definitions=FakeSource(MACHINE), queue=FakeQueue())
    report = handle_event(application, event(*(body(f"c{index}", amount=1) for index in range(30))))
    application.close()
    assert {result.code for result in report.batch.results} == {"ACCEPTED"}


class BrokenStore(MemoryStore):
    """A store with a bug that affects one stream."""

    def read(self, stream: str, **where: Any) -> Slice:
        if stream.endswith("/bad"):
            raise KeyError("s3cr3t")
        return super().read(stream, **where)


def test_a_bug_affects_only_its_own_unit(caplog: pytest.LogCaptureFixture) -> None:
    """The other unit is processed, the failing message is delayed, and no value reaches the log."""
    queue = FakeQueue()
    application = Application(store=BrokenStore(), definitions=FakeSource(MACHINE), queue=queue)
    report = handle_event(application, event(body("1", amount=1), body("2", aggregate="bad", amount=1)))
    application.close()
    assert [result.code for result in report.batch.results] == ["ACCEPTED", "BUG"]
    assert (failures(report.response), queue.delays) == (["m-1"], [("m-1", 30)])
    [bug] = [record for record in caplog.records if record.message == "unexpected error"]
    assert "s3cr3t" not in str(vars(bug))


def test_a_bug_in_the_only_unit_reports_every_id() -> None:
    """An empty response would delete the batch."""
    application = Application(store=BrokenStore(), definitions=FakeSource(MACHINE), queue=FakeQueue())
    report = handle_event(
        application, event(*(body(str(index), aggregate="bad", amount=1) for index in range(3)))
    )
    application.close()
    assert failures(report.response) == ["m-0", "m-1", "m-2"]


class Context:
    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def test_the_remaining_time_comes_from_the_context(application: Application) -> None:
    """A batch without enough time is returned as failed."""
    assert failures(handle_event(application, event(body("1", amount=1)), Context(1000)).response) == ["m-0"]
    assert failures(handle_event(application, event(body("1", amount=1)), Context(30_000)).response) == []


def test_aggregates_are_processed_in_parallel() -> None:
    """Two threads must be inside the store at once, which sequential processing would never achieve."""
    meeting = threading.Barrier(2, timeout=10)

    class MeetingStore(MemoryStore):
        def read(self, stream: str, **where: Any) -> Slice:
            meeting.wait()
            return super().read(stream, **where)

    application = Application(store=MeetingStore(), definitions=FakeSource(MACHINE), queue=LocalQueue())
    report = handle_event(application, event(body("1", amount=1), body("2", aggregate="b", amount=1)))
    application.close()
    assert [result.code for result in report.batch.results] == ["ACCEPTED", "ACCEPTED"]


def test_an_application_caches_state_between_batches() -> None:
    """Only the first batch of an aggregate reads its stream."""
    reads: list[str] = []

    class CountingStore(MemoryStore):
        def read(self, stream: str, **where: Any) -> Slice:
            reads.append(stream)
            return super().read(stream, **where)

    application = Application(store=CountingStore(), definitions=FakeSource(MACHINE), queue=FakeQueue())
    reports = [handle_event(application, event(body(str(index), amount=1))) for index in range(3)]
    application.close()
    assert [result.version for report in reports for result in report.batch.results] == [1, 2, 3]
    assert reads == ["till/a"]


def test_handlers_on_one_file_store_each_command_once(tmp_path: Path) -> None:
    """Threads send the same commands to one aggregate, and repeat failed batches until none fails."""
    store = SqliteStore(tmp_path / "events.db")

    def deliver_until_done(_worker: int) -> None:
        application = Application(store=store, definitions=FakeSource(MACHINE), queue=FakeQueue())
        for first in range(0, 20, 2):
            batch = event(*(body(f"c{index}", amount=1) for index in range(first, first + 4)))
            while failures(handle_event(application, batch).response):
                pass
        application.close()

    with closing(store), ThreadPoolExecutor(4) as workers:
        list(workers.map(deliver_until_done, range(4)))
        history = store.read("till/a").commits
    stored = [command.id for commit in history for command in commit.commands]
    assert sorted(stored) == sorted(f"c{index}" for index in range(22))


def test_a_process_that_was_frozen_refreshes_its_definitions(tmp_path: Path) -> None:
    """The clock jumps between two batches, as after a freeze."""
    environment(tmp_path)
    seconds = [0.0]
    source = FilesSource(tmp_path, ttl_seconds=60, clock=lambda: seconds[0])
    application = Application(store=MemoryStore(), definitions=source, queue=FakeQueue())
    file = tmp_path / "till.machine.yaml"
    file.write_text(file.read_text().replace("amount == 13", "amount == 14") + "\n")
    seconds[0] = 7 * 86_400
    report = handle_event(application, event(body("1", amount=13), body("2", amount=14)))
    application.close()
    assert [result.code for result in report.batch.results] == ["ACCEPTED", "UNLUCKY"]
    assert report.batch.definitions.age_seconds == 0


def test_an_application_is_built_from_settings_alone(tmp_path: Path) -> None:
    """Two paths are enough, and optional settings take effect."""
    chosen = read_settings(environment(tmp_path) | {"ON_REFUSAL": "drop"})
    with (
        closing(SqliteStore(tmp_path / "events.db")) as store,
        closing(build_application(chosen, store=store)) as built,
    ):
        report = handle_event(built, event(body("1", amount=1), body("2", amount=13)))
    assert [result.disposition for result in report.batch.results] == ["deleted", "dropped"]
