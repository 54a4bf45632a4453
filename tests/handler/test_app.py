"""The whole handler: an event in, an answer out, and nothing lost in between."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.stores.memory import MemoryStore
from engine.stores.port import Slice
from engine.stores.sqlite import SqliteStore
from handler.app import Application, build_application
from handler.queue import LocalQueue
from handler.settings import read_settings
from handler.sqs import UnknownEvent
from tests.handler.world import MACHINE, TILL, FakeQueue, FakeSource


@pytest.fixture
def application() -> Iterator[Application]:
    built = Application(store=MemoryStore(), source=FakeSource(MACHINE), queue=FakeQueue())
    yield built
    built.close()


def body(command_id: str, name: str = "Add", *, aggregate: str = "a", **data: Any) -> str:
    return json.dumps(
        {"id": command_id, "machine": "till", "aggregate_id": aggregate, "command": name, "data": data}
    )


def event(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m-{index}", "body": text} for index, text in enumerate(bodies)]}


def failures(response: dict[str, Any]) -> list[str]:
    assert set(response) == {"batchItemFailures"}
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def test_a_batch_is_answered_with_the_ids_that_failed(application: Application) -> None:
    """Accepted and parked messages are not in the answer, redelivered ones are."""
    report = application.handle(event(body("1", amount=1), body("2", amount=13), body("3", amount=0)))
    assert report.response == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert [result.code for result in report.results] == ["ACCEPTED", "UNLUCKY", "INVALID"]


def test_an_empty_batch_has_an_empty_answer(application: Application) -> None:
    """The shape is the same when nothing failed."""
    assert application.handle({"Records": []}).response == {"batchItemFailures": []}


def test_results_stand_in_the_order_of_the_event(application: Application) -> None:
    """Whichever thread finished first."""
    bodies = [body(f"c{index}", aggregate="abcd"[index % 4], amount=1) for index in range(40)]
    report = application.handle(event(*bodies))
    assert [result.message.message_id for result in report.results] == [f"m-{index}" for index in range(40)]
    assert {result.code for result in report.results} == {"ACCEPTED"}


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
def test_a_hostile_body_touches_no_other_message(application: Application, hostile: str) -> None:
    """It is parked, the commands around it are accepted."""
    report = application.handle(event(body("1", amount=1), hostile, body("2", amount=1)))
    assert [result.code for result in report.results] == ["ACCEPTED", "INVALID", "ACCEPTED"]
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


@settings(max_examples=60, deadline=None)
@given(st.lists(BODIES, max_size=8))
def test_any_bodies_are_all_accounted_for(bodies: list[str]) -> None:
    """One result per message; the answer lists exactly those that are to come again, once, in order."""
    application = Application(store=MemoryStore(), source=FakeSource(MACHINE), queue=FakeQueue())
    report = application.handle(event(*bodies))
    application.close()
    assert len(report.results) == len(bodies)
    expected = [result.message.message_id for result in report.results if result.failed]
    assert failures(report.response) == expected


def test_one_message_id_twice_is_reported_once(application: Application) -> None:
    """And as a failure, when one of the two failed."""
    records = [
        {"messageId": "m", "body": body("1", amount=1)},
        {"messageId": "m", "body": body("2", amount=13)},
    ]
    assert failures(application.handle({"Records": records}).response) == ["m"]


def test_an_unknown_event_raises(application: Application) -> None:
    """An answer could delete messages that nobody read."""
    with pytest.raises(UnknownEvent):
        application.handle({"records": []})


def test_a_broken_record_fails_alone(application: Application) -> None:
    """It is delivered again and wakes somebody; its neighbours are settled."""
    batch = event(body("1", amount=1), "", body("2", amount=1))
    batch["Records"][1]["body"] = None
    report = application.handle(batch)
    assert [result.code for result in report.results] == ["ACCEPTED", "MISSHAPEN", "ACCEPTED"]
    assert failures(report.response) == ["m-1"]


def test_a_broken_record_holds_its_message_group(application: Application) -> None:
    """On FIFO what stands behind a failure waits for it; another group does not."""
    batch = event("", body("2", amount=1), body("3", amount=1))
    for entry, group in zip(batch["Records"], "ggh", strict=True):
        entry |= {"eventSourceARN": "arn:aws:sqs:r:1:q.fifo", "attributes": {"MessageGroupId": group}}
    batch["Records"][0]["body"] = None
    report = application.handle(batch)
    assert [result.code for result in report.results] == ["MISSHAPEN", "HANDED_BACK", "ACCEPTED"]


def test_the_commits_of_a_batch_fit_its_store() -> None:
    """What the store declares is what the handler cuts by."""

    class SmallStore(MemoryStore):
        commit_bytes_max = 4 * 1024

    application = Application(store=SmallStore(), source=FakeSource(MACHINE), queue=FakeQueue())
    report = application.handle(event(*(body(f"c{index}", amount=1) for index in range(30))))
    application.close()
    assert {result.code for result in report.results} == {"ACCEPTED"}


class BrokenStore(MemoryStore):
    """A store with a bug that shows at one stream only."""

    def read(self, stream: str, **where: Any) -> Slice:
        if stream.endswith("/bad"):
            raise KeyError("s3cr3t")
        return super().read(stream, **where)


def test_a_bug_costs_only_its_own_unit(caplog: pytest.LogCaptureFixture) -> None:
    """The others are settled, the broken one is delivered again, and no value reaches the log."""
    application = Application(store=BrokenStore(), source=FakeSource(MACHINE), queue=FakeQueue())
    report = application.handle(event(body("1", amount=1), body("2", aggregate="bad", amount=1)))
    application.close()
    assert [result.code for result in report.results] == ["ACCEPTED", "BUG"]
    assert failures(report.response) == ["m-1"]
    [bug] = [record for record in caplog.records if record.message == "unexpected error"]
    assert "s3cr3t" not in str(vars(bug))


def test_a_bug_in_the_only_unit_answers_with_every_id() -> None:
    """Never nothing: an empty answer would delete the batch."""
    application = Application(store=BrokenStore(), source=FakeSource(MACHINE), queue=FakeQueue())
    report = application.handle(event(*(body(str(index), aggregate="bad", amount=1) for index in range(3))))
    application.close()
    assert failures(report.response) == ["m-0", "m-1", "m-2"]


class Context:
    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def test_the_remaining_time_is_asked_of_the_context(application: Application) -> None:
    """A batch that comes too late is handed back whole."""
    assert failures(application.handle(event(body("1", amount=1)), Context(1000)).response) == ["m-0"]
    assert failures(application.handle(event(body("1", amount=1)), Context(30_000)).response) == []


def test_aggregates_are_settled_side_by_side() -> None:
    """Two aggregates of a batch meet inside the store, which one thread after the other never would."""
    meeting = threading.Barrier(2, timeout=10)

    class MeetingStore(MemoryStore):
        def read(self, stream: str, **where: Any) -> Slice:
            meeting.wait()
            return super().read(stream, **where)

    application = Application(store=MeetingStore(), source=FakeSource(MACHINE), queue=LocalQueue())
    report = application.handle(event(body("1", amount=1), body("2", aggregate="b", amount=1)))
    application.close()
    assert [result.code for result in report.results] == ["ACCEPTED", "ACCEPTED"]


def test_handlers_on_one_file_store_each_command_once(tmp_path: Path) -> None:
    """Threads with the same commands for one aggregate, each repeating what failed until nothing does."""
    store = SqliteStore(tmp_path / "events.db")

    def deliver_until_done(_worker: int) -> None:
        application = Application(store=store, source=FakeSource(MACHINE), queue=FakeQueue())
        for first in range(0, 20, 2):
            batch = event(*(body(f"c{index}", amount=1) for index in range(first, first + 4)))
            while failures(application.handle(batch).response):
                pass
        application.close()

    with closing(store), ThreadPoolExecutor(4) as workers:
        list(workers.map(deliver_until_done, range(4)))
        history = store.read("till/a").commits
    stored = [command.id for commit in history for command in commit.commands]
    assert sorted(stored) == sorted(f"c{index}" for index in range(22))


def environment(folder: Path) -> dict[str, str]:
    (folder / "till.machine.yaml").write_text(textwrap.dedent(TILL))
    return {"SQLITE_PATH": str(folder / "events.db"), "DEFINITIONS_PATH": str(folder)}


def test_settings_are_all_it_takes(tmp_path: Path) -> None:
    """A folder and a file name make a handler, with the operator's choices in force."""
    chosen = read_settings(environment(tmp_path) | {"ON_REFUSAL": "drop"})
    with (
        closing(SqliteStore(chosen.sqlite_path)) as store,
        closing(build_application(chosen, store=store)) as built,
    ):
        report = built.handle(event(body("1", amount=1), body("2", amount=13)))
    assert [result.disposition for result in report.results] == ["deleted", "dropped"]


INVOKE = """
import json, sys
from handler.app import lambda_handler
for _ in range(2):
    print(json.dumps(lambda_handler(json.loads(sys.argv[1]), None)))
    BETWEEN
print("boto3" in sys.modules, "engine.cli" in sys.modules)
"""


def invoked(
    variables: dict[str, str], batch: dict[str, Any], *, between: str = ""
) -> subprocess.CompletedProcess[str]:
    """What Lambda would see of a process that gets the same batch twice; `between` runs after each."""
    command = [sys.executable, "-c", INVOKE.replace("BETWEEN", between or "pass"), json.dumps(batch)]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=60)


def test_lambda_gets_the_answer_on_stdout_and_the_log_on_stderr(tmp_path: Path) -> None:
    """The second delivery finds what the first stored; no SDK is loaded where no queue is configured."""
    process = invoked(environment(tmp_path), event(body("1", amount=1), body("2", amount=13)))
    answer = '{"batchItemFailures": [{"itemIdentifier": "m-1"}]}'
    assert process.stdout.splitlines() == [answer, answer, "False False"]
    lines = [json.loads(line) for line in process.stderr.splitlines()]
    codes = [line["code"] for line in lines if line["message"] == "command settled"]
    assert codes == ["ACCEPTED", "UNLUCKY", "DUPLICATE", "UNLUCKY"]


def test_a_wrong_environment_fails_the_invocation() -> None:
    """Visibly, naming the variable, and with no answer that could delete a message."""
    process = invoked({}, event(body("1", amount=1)))
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr.splitlines()[-1].startswith("engine.errors.SettingsError: SQLITE_PATH: is not set")


def test_a_store_that_cannot_be_opened_fails_the_messages_until_it_can(tmp_path: Path) -> None:
    """The first invocation answers with every id and an alarm; the second opens the store and settles."""
    late = tmp_path / "late"
    variables = environment(tmp_path) | {"SQLITE_PATH": str(late / "events.db")}
    batch = event(body("1", amount=1), body("2", amount=1))
    process = invoked(variables, batch, between=f"import os; os.makedirs({str(late)!r}, exist_ok=True)")
    first, second, _ = process.stdout.splitlines()
    assert (failures(json.loads(first)), failures(json.loads(second))) == (["m-0", "m-1"], [])
    alarms = [json.loads(line).get("alarm") for line in process.stderr.splitlines()]
    assert [alarm for alarm in alarms if alarm] == ["not_started"]
