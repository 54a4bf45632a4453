"""The time to live limits the age of definitions: a due refresh comes before a batch's decisions."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from botocore.awsrequest import AWSRequest

from statewright.runtime.application import Application, BatchResult
from statewright.runtime.envelope import new_command
from statewright.runtime.message import Message
from statewright.stores.memory import MemoryStore
from tests.registry.harness import Clock, Place, door, source_of

COMMANDS = [new_command("door", f"d-{number}", "Open", id=f"c-{number}") for number in range(10)]
MESSAGES = [Message(command.id, "") for command in COMMANDS]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def application(place: Place, clock: Clock) -> Iterator[Application]:
    """Yield a warm handler that loaded version 1 before version 2 was published."""
    place.publish(door(1))
    with Application(store=MemoryStore(), definitions=source_of(place, clock)) as application:
        place.publish(door(2))
        place.wire.sent.clear()
        yield application


def handled(application: Application) -> BatchResult:
    """Handle ten commands to ten aggregates, which threads decide in parallel."""
    return application.handle_batch(MESSAGES, lambda message: COMMANDS[int(message.message_id[2:])])


def versions(application: Application) -> set[int]:
    """Return the definition versions of the commits of the ten commands."""
    streams = (application._store.read(f"door/{command.aggregate_id}") for command in COMMANDS)
    return {commit.definition.version for stream in streams for commit in stream.commits}


@pytest.mark.parametrize("seconds", [60.0, 3600.0, -5.0], ids=["over", "thawed after an hour", "set back"])
def test_a_batch_after_the_time_to_live_is_decided_by_the_newest_version(
    place: Place, application: Application, clock: Clock, seconds: float
) -> None:
    """One request for the manifest serves the whole batch."""
    clock.seconds = seconds
    handled(application)
    assert versions(application) == {2}
    assert place.wire.sent.count("GET manifest.json") == 1


def test_within_the_time_to_live_nothing_is_requested(
    place: Place, application: Application, clock: Clock
) -> None:
    """A batch with fresh definitions costs no request."""
    clock.seconds = 59.9
    handled(application)
    assert (versions(application), place.wire.sent) == ({1}, [])


def test_while_s3_is_down_a_batch_uses_the_known_definitions(
    place: Place, application: Application, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """The batch makes one request, logs a warning, and reports the definitions' age."""
    place.wire.cut()
    clock.seconds = 61.0
    result = handled(application)
    assert (versions(application), result.definitions.age_seconds) == ({1}, 61.0)
    assert len(place.wire.sent) == 1
    [warning] = [line for line in caplog.records if line.name == "statewright.sources"]
    assert (warning.levelno, "keeping the current definitions" in warning.getMessage()) == (
        logging.WARNING,
        True,
    )


def test_a_slow_refresh_delays_the_batch(place: Place, application: Application, clock: Clock) -> None:
    """No command is decided before the refresh has ended."""
    stored: list[bool] = []

    def slowly(_request: AWSRequest) -> None:
        clock.seconds += 2.0
        stored.append(versions(application) != set())

    place.wire.interfere = slowly
    clock.seconds = 60.0
    handled(application)
    assert (stored, versions(application)) == ([False, False], {2})
