"""SQS events lead to the same answers, dead letters and stored commits as in the first release."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from statewright.aws.sqs import handle_event
from statewright.aws.wrappers import unwrapped
from statewright.runtime.envelope import read_command
from statewright.stores.keys import event_id, stream_key
from statewright.stores.sqlite import SqliteStore
from tests.promises.files import golden_document, golden_lines, sqlite_file, stored_rows
from tests.promises.playing import Played, RecordingClient, application_on, play_into_file


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("played") / "events.db"


@pytest.fixture(scope="module")
def played(database: Path) -> Played:
    return play_into_file(database)


def test_sqs_events_get_the_same_answers(played: Played) -> None:
    """The handler reports the same messages as failures."""
    assert played.answers == golden_lines("handler/answers.jsonl")


def test_requests_for_dead_letters_and_delays_are_the_same(played: Played) -> None:
    """The handler sends the same requests to SQS, except for the wording of reasons."""
    assert played.requests == golden_lines("handler/queue_requests.jsonl")


@pytest.mark.usefixtures("played")
def test_the_same_batches_store_the_same_bytes(database: Path, tmp_path: Path) -> None:
    """The batches cover recorded refusals, several commands per commit, upcasts and snapshots."""
    assert stored_rows(database) == stored_rows(sqlite_file("stores/sqlite.sql", tmp_path))


def test_a_redelivered_command_of_an_older_release_is_a_duplicate(golden_db: Path) -> None:
    """The digest of a redelivered command still matches the stored digest."""
    batches = golden_lines("handler/batches.jsonl")
    before = stored_rows(golden_db)
    with closing(SqliteStore(golden_db)) as store:
        application = application_on(
            store, "today", client=RecordingClient(), now="2027-01-01T00:00:00.000000Z"
        )
        with closing(application):
            handled = handle_event(application, batches[1]["event"])
    assert (handled.response, {result.code for result in handled.batch.results}) == (
        {"batchItemFailures": []},
        {"DUPLICATE"},
    )
    assert stored_rows(golden_db) == before


@pytest.mark.parametrize(
    "case", golden_lines("handler/command_digests.jsonl"), ids=lambda case: str(case["id"])
)
def test_a_command_has_the_same_digest(case: dict[str, str]) -> None:
    """A changed digest would reject a redelivery after an upgrade as a reused id."""
    command = read_command(case["body"], unwrapped=unwrapped)
    assert getattr(command, "digest", None) == case["digest"]


def test_keys_of_streams_and_events_are_the_same() -> None:
    """Stream keys and event ids, by which consumers identify events, do not change."""
    keys = golden_document("stores/keys.json")
    assert [stream_key(machine, aggregate) for machine, aggregate, _ in keys] == [key for *_, key in keys]
    assert event_id("order/o-17", 3) == "order/o-17/3"
