"""An unusable object in S3 affects only its own machine, whose last good version stays in use."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from statewright.errors import SourceUnavailable
from statewright.registry.manifest import MANIFEST, Published, manifest_text, object_name
from statewright.registry.port import SourceState
from tests.registry.harness import Place, alarms, door, live_object, manifest_of, source_of, version_of


def put_as_live(place: Place, content: bytes, *, language: int = 1, machine: str = "door") -> None:
    """Publish version 9 as a tool without checks would."""
    published = Published(9, hashlib.sha256(content).hexdigest(), "0" * 64, language)
    before = manifest_of(place)
    after = replace(before.with_live(machine, published), number=before.number + 1)
    place.put(object_name(machine, published), content)
    place.put(MANIFEST, manifest_text(after))


def truncated(place: Place) -> None:
    place.put(live_object(place), place.read(live_object(place))[:-10])


def tampered(place: Place) -> None:
    place.put(live_object(place), place.read(live_object(place)).replace(b"shut", b"slam"))


def oversized(place: Place) -> None:
    place.put(live_object(place), b" " * 300_000)


def absent(place: Place) -> None:
    place.delete(live_object(place))


def of_a_newer_language(place: Place) -> None:
    put_as_live(place, b'{"language": 2}', language=2)


def of_a_newer_language_in_secret(place: Place) -> None:
    put_as_live(place, b'{"language": 2}')


def not_compiling(place: Place) -> None:
    put_as_live(place, b'{"machine": "door", "initial": "gone", "states": {"shut": {}}}')


def of_another_machine(place: Place) -> None:
    put_as_live(place, place.read(live_object(place)))


def not_canonical(place: Place) -> None:
    put_as_live(place, json.dumps(json.loads(place.read(live_object(place))), indent=1).encode())


DAMAGES = {
    truncated: "does not match the digest in its name; restore its previous version, or delete it",
    tampered: "does not match the digest in its name",
    oversized: "does not match the digest in its name",
    absent: "does not exist; restore the object, or publish its definition again",
    of_a_newer_language: 'machine "door" version 9 needs language 2, but this engine reads only language 1',
    of_a_newer_language_in_secret: "does not compile",
    not_compiling: 'does not compile: .* "gone"',
    of_another_machine: 'contains a different machine, "door" version 2',
    not_canonical: "is not the canonical JSON of a definition",
}
Damage = Callable[[Place], None]
damages = pytest.mark.parametrize(
    ("damage", "reason"), DAMAGES.items(), ids=lambda value: value.__name__ if callable(value) else ""
)


@damages
def test_a_bad_object_keeps_the_last_good_machine(
    place: Place, damage: Damage, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The source raises an alarm and updates the other machines."""
    place.publish(door(1), door(1, name="gate"))
    source = source_of(place)
    place.publish(door(2), door(2, name="gate"))
    damage(place)
    source.refresh()
    assert (version_of(source), version_of(source, "gate")) == (1, 2)
    assert source.state() == SourceState(0.0, 1)
    [line] = alarms(caplog)
    assert line.startswith('machine "door" cannot be updated, so version 1 stays live: ')
    assert re.search(reason, line)


@damages
def test_a_cold_start_without_usable_definitions_fails(place: Place, damage: Damage, reason: str) -> None:
    """The whole batch fails, and its messages are redelivered."""
    place.publish(door(2))
    damage(place)
    with pytest.raises(SourceUnavailable, match=f"no definition in {place.s3} can be used: .*{reason}"):
        source_of(place)


def test_a_cold_start_uses_the_good_definitions(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """One bad object does not affect other machines."""
    place.publish(door(), door(name="gate"))
    tampered(place)
    source = source_of(place)
    assert (source.names(), source.state().broken) == (("gate",), 1)
    assert 'machine "door" cannot be updated, so it is unknown' in alarms(caplog)[0]


def test_a_repaired_object_is_used_although_the_manifest_is_unchanged(place: Place) -> None:
    """A broken machine is read again at every refresh."""
    place.publish(door(1))
    source = source_of(place)
    place.publish(door(2))
    good = place.read(live_object(place))
    absent(place)
    source.refresh()
    place.put(live_object(place), good)
    source.refresh()
    assert (version_of(source), source.state().broken) == (2, 0)
