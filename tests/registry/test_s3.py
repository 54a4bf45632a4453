"""Definitions are found in a real S3, refreshed, and kept whatever goes wrong there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from botocore.awsrequest import AWSRequest

from statewright.errors import SourceUnavailable
from statewright.registry.manifest import (
    MANIFEST,
    Manifest,
    manifest_text,
)
from statewright.registry.port import SourceState
from statewright.registry.s3 import s3_client
from tests.emulators.clients import new_name
from tests.registry.harness import (
    Clock,
    Place,
    alarms,
    door,
    live_object,
    manifest_of,
    place_in,
    source_of,
    version_of,
)

PATIENCE_SECONDS = 10.0


def test_a_published_definition_is_found(place: Place) -> None:
    """Other names are unknown."""
    place.publish(door(3), door(name="gate"))
    source = source_of(place)
    assert source.names() == ("door", "gate")
    assert (version_of(source), source.machine("window")) == (3, None)


def test_a_change_shows_after_the_time_to_live(place: Place) -> None:
    """The next access then refreshes the definitions, and no earlier one does."""
    place.publish(door(1))
    clock = Clock()
    source = source_of(place, clock)
    place.publish(door(2))
    clock.seconds = 59
    assert version_of(source) == 1
    clock.seconds = 60
    assert version_of(source) == 2


def test_a_clock_that_went_back_expires_the_definitions(place: Place) -> None:
    """After restoring a SnapStart snapshot, the age of the definitions is unknown."""
    place.publish(door(1))
    clock = Clock()
    clock.seconds = 1000.0
    source = source_of(place, clock)
    place.publish(door(2))
    clock.seconds = 0.0
    assert source.state().age_seconds == 0.0
    assert version_of(source) == 2


def test_the_age_keeps_growing_when_the_clock_goes_back(place: Place) -> None:
    """Definitions that could not be refreshed do not become younger."""
    place.publish(door())
    clock = Clock()
    clock.seconds = 1000.0
    source = source_of(place, clock)
    place.wire.cut()
    for clock.seconds in (1090.0, 10.0):
        source.machine("door")
    assert source.state().age_seconds == 90.0
    clock.seconds = 25.0
    assert source.state().age_seconds == 105.0


def test_within_the_time_to_live_nothing_is_requested(place: Place) -> None:
    """Access to fresh definitions costs no request."""
    place.publish(door())
    source = source_of(place)
    place.wire.sent.clear()
    source.machine("door")
    source.machine("window")
    assert place.wire.sent == []


def test_a_refresh_with_an_unchanged_manifest_costs_one_request(place: Place) -> None:
    """No machine is compiled again, however many there are."""
    place.publish(door(), door(name="gate"))
    source = source_of(place)
    before = [source.machine(name) for name in source.names()]
    place.wire.sent.clear()
    source.refresh()
    assert place.wire.sent == ["GET manifest.json"]
    assert all(source.machine(one.name) is one for one in before if one)


def test_a_refresh_is_conditional_on_the_etag(place: Place) -> None:
    """S3 responds with 304 when the manifest still has the known ETag."""
    place.publish(door())
    source = source_of(place)
    etag = place.client.head_object(Bucket=place.s3.bucket, Key=place.s3.key(MANIFEST))["ETag"]
    conditions: list[object] = []
    answers: list[int] = []
    place.wire.interfere = lambda request: conditions.append(request.headers["If-None-Match"])
    place.client.meta.events.register(
        "after-call.s3", lambda http_response, **_: answers.append(http_response.status_code)
    )
    source.refresh()
    assert (conditions, answers) == ([etag.encode()], [304])


def test_only_changed_definitions_are_read_and_compiled(place: Place) -> None:
    """The other machines stay the same objects."""
    place.publish(door(), door(name="gate"))
    source = source_of(place)
    gate = source.machine("gate")
    place.publish(door(2))
    changed = live_object(place)
    place.wire.sent.clear()
    source.refresh()
    assert place.wire.sent == ["GET manifest.json", f"GET {changed}"]
    assert (version_of(source), source.machine("gate") is gate) == (2, True)


def test_a_machine_that_the_manifest_no_longer_lists_stays(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """Publishing never removes a machine, so the manifest must be wrong."""
    place.publish(door(), door(name="gate"))
    source = source_of(place)
    before = manifest_of(place)
    place.put(MANIFEST, manifest_text(Manifest(3, {"gate": before.machines["gate"]})))
    source.refresh()
    assert (version_of(source), source.state()) == (1, SourceState(0.0, 1))
    assert "no longer lists it; restore the previous manifest" in alarms(caplog)[0]


def test_a_manifest_with_a_lower_number_is_refused(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """A rollback would be published with a higher number."""
    place.publish(door(1))
    old = place.read(MANIFEST)
    place.publish(door(2))
    source = source_of(place)
    place.put(MANIFEST, old)
    source.refresh()
    assert (version_of(source), source.state().broken) == (2, 1)
    assert "went back from number 2 to 1; restore the newer one" in alarms(caplog)[0]


def test_a_published_rollback_is_followed(place: Place) -> None:
    """A rollback is a deliberate publication."""
    place.publish(door(1))
    place.publish(door(2))
    source = source_of(place)
    place.publish(door(1), allow_rollback=True)
    source.refresh()
    assert version_of(source) == 1


@pytest.mark.parametrize("content", [b"", b'{"format": 1, "number"', b'{"format": 2}'])
def test_a_broken_manifest_changes_nothing(
    place: Place, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Each refresh raises an alarm and the age grows; the next valid manifest is used."""
    place.publish(door())
    clock = Clock()
    source = source_of(place, clock)
    good = place.read(MANIFEST)
    place.put(MANIFEST, content)
    clock.seconds = 70.0
    assert (version_of(source), source.state()) == (1, SourceState(70.0, 1))
    assert "keeping the current definitions: s3://" in alarms(caplog)[0]
    place.put(MANIFEST, good)
    source.refresh()
    assert source.state() == SourceState(0.0, 0)


def test_a_command_is_unknown_only_after_a_successful_refresh(place: Place) -> None:
    """An unreadable manifest may contain a new machine; the known machines stay in use."""
    place.publish(door())
    source = source_of(place)
    good = place.read(MANIFEST)
    place.put(MANIFEST, b"cut")
    source.refresh()
    assert (source.is_current("door"), source.is_current("window")) == (False, False)
    place.put(MANIFEST, good)
    source.refresh()
    assert (source.is_current("door"), source.is_current("window")) == (True, True)


def test_a_missing_manifest_changes_nothing(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """A manifest deleted by mistake does not stop running handlers."""
    place.publish(door())
    source = source_of(place)
    place.delete(MANIFEST)
    source.refresh()
    assert version_of(source) == 1
    assert f"{place.bucket.uri(MANIFEST)} is missing, although definitions were" in alarms(caplog)[0]


def test_while_s3_is_down_the_known_definitions_stay(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Each refresh logs a warning, and an alarm once the outage exceeds ten times the time to live."""
    place.publish(door())
    clock = Clock()
    source = source_of(place, clock)
    place.wire.cut()
    clock.seconds = 60.0
    assert (version_of(source), source.state()) == (1, SourceState(60.0, 0))
    assert ("cannot be reached" in caplog.text, alarms(caplog)) == (True, [])
    clock.seconds = 601.0
    assert (version_of(source), source.state().broken) == (1, 1)
    assert len(alarms(caplog)) == 1


def test_an_unavailable_object_keeps_the_known_definition(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """Each refresh logs a warning, and an alarm once the outage lasts."""
    place.publish(door(1))
    clock = Clock()
    source = source_of(place, clock)
    place.publish(door(2))
    place.wire.fail(503, "SlowDown", key="/door/")
    clock.seconds = 60.0
    assert (version_of(source), source.state()) == (1, SourceState(60.0, 0))
    assert ("failed with SlowDown" in caplog.text, alarms(caplog)) == (True, [])
    clock.seconds = 601.0
    assert (version_of(source), len(alarms(caplog))) == (1, 1)


def test_a_failed_refresh_is_not_repeated_for_every_command(place: Place) -> None:
    """An outage of S3 costs one attempt per time to live."""
    place.publish(door())
    clock = Clock()
    source = source_of(place, clock)
    place.wire.cut()
    clock.seconds = 60.0
    place.wire.sent.clear()
    for _ in range(5):
        source.machine("door")
    assert len(place.wire.sent) == 1


def test_a_place_without_a_manifest_names_the_command(place: Place) -> None:
    """The command can be copied from the message."""
    with pytest.raises(
        SourceUnavailable, match=f"does not exist; run `statewright publish FILE… --to {place.s3}`"
    ):
        source_of(place)


def test_loose_files_are_reported_with_the_command_that_adopts_them(place: Place) -> None:
    """Operators of the previous system stored definitions in this way."""
    place.put("order.yaml", door())
    expected = rf"/order.yaml; .* run `statewright publish --from-prefix --to {place.s3}`"
    with pytest.raises(SourceUnavailable, match=expected):
        source_of(place)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("AWS_PROFILE", "nobody"), ("AWS_ENDPOINT_URL", "nowhere"), ("AWS_DEFAULT_REGION", "no where")],
)
def test_a_setting_that_the_sdk_refuses_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    """The error lists every possible variable, because the SDK does not say which one it read."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(SourceUnavailable, match=f"{value}.*check AWS_PROFILE, AWS_DEFAULT_REGION and AWS_E"):
        s3_client()


def test_a_missing_bucket_is_named(ministack: str) -> None:
    """Either the bucket or the region is wrong."""
    with pytest.raises(SourceUnavailable, match='bucket "no-such-bucket" does not exist'):
        source_of(place_in(ministack, "no-such-bucket"))


def test_a_role_without_read_access_is_told_the_missing_permissions(place: Place) -> None:
    """Without the second permission, S3 does not reveal that a key is missing."""
    place.publish(door())
    place.wire.forbid()
    with pytest.raises(SourceUnavailable, match=r"is denied; the role needs s3:GetObject on .*s3:ListBucket"):
        source_of(place)


def test_readers_see_the_old_machine_or_the_new_one(place: Place) -> None:
    """The machine is never unknown while another thread refreshes."""
    place.publish(door(1))
    source = source_of(place)

    def read_until_new() -> set[int | None]:
        seen = {version_of(source)}
        while 2 not in seen:
            seen.add(version_of(source))
        return seen

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(read_until_new) for _ in range(3)]
        place.publish(door(2))
        source.refresh()
        seen = set().union(*(reader.result(PATIENCE_SECONDS) for reader in readers))
    assert seen <= {1, 2}


def test_during_a_refresh_other_threads_wait(place: Place) -> None:
    """Their definitions are too old to use, and one request serves all threads."""
    place.publish(door(1))
    clock = Clock()
    source = source_of(place, clock)
    looking, answer = Event(), Event()

    def slowly(_request: AWSRequest) -> None:
        looking.set()
        assert answer.wait(PATIENCE_SECONDS)

    place.publish(door(2))
    clock.seconds = 60.0
    place.wire.sent.clear()
    place.wire.interfere = slowly
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(version_of, source)
        assert looking.wait(PATIENCE_SECONDS)
        others = [threads.submit(version_of, source) for _ in range(3)]
        assert not any(other.done() for other in others)
        answer.set()
        assert [one.result(PATIENCE_SECONDS) for one in (first, *others)] == [2] * 4
    assert place.wire.sent.count("GET manifest.json") == 1


def test_a_source_has_only_the_machines_of_its_prefix(ministack: str, place: Place) -> None:
    """Several stages may share a bucket."""
    other = place_in(ministack, place.s3.bucket, prefix=new_name("stage"))
    place.publish(door(1))
    other.publish(door(2))
    assert (version_of(source_of(place)), version_of(source_of(other))) == (1, 2)


def test_a_slow_refresh_is_continued_by_the_next(place: Place) -> None:
    """An invocation has time for only a few slow responses; machines that were not read stay."""
    place.publish(door(1), door(1, name="gate"))
    clock = Clock()
    source = source_of(place, clock)
    place.publish(door(2, command="Push"), door(2, name="gate", command="Push"))

    def slow(_request: AWSRequest) -> None:
        clock.seconds += 2.5

    place.wire.interfere = slow
    source.refresh()
    versions = [source.machine(name, look=False) for name in ("door", "gate")]
    assert [one.version for one in versions if one] == [2, 1]
    place.wire.mend()
    source.refresh()
    gate = source.machine("gate", look=False)
    assert gate is not None
    assert (gate.version, source.state().broken) == (2, 0)


def test_a_manifest_derived_from_an_older_one_removes_no_version(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """The manifest's number is higher, but it does not list the version that is in use."""
    place.publish(door(1))
    older = place.read(MANIFEST)
    place.publish(door(2))
    source = source_of(place)
    place.put(MANIFEST, older)
    place.publish(door(1, name="gate"))
    source.refresh()
    assert (version_of(source), version_of(source, "gate")) == (2, 1)
    assert "does not list version 2, so it derives from an older manifest" in alarms(caplog)[0]
