"""The manifest of published definitions: the live version of each machine, and all published versions.

Owns its shape and the names of all other objects under the prefix. Pure. NAMES AND SHAPES BELOW ARE STORED
and change only with the format number.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from statewright.canonical import canonical_json

FORMAT = 1
MANIFEST = "manifest.json"
BYTES_MAX = 2 * 1024 * 1024  # room for more than 10,000 versions
NUMBER_MAX = 2**63 - 1

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_VERSION = re.compile(r"[1-9][0-9]{0,17}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_RECORDS = "_publications"  # not a valid machine name
_RECORD = re.compile(rf"{_RECORDS}/{_VERSION.pattern}-{_DIGEST.pattern}\.json")
_OBJECT = re.compile(rf"{_NAME.pattern}/{_VERSION.pattern}-{_DIGEST.pattern}\.json")


class MalformedManifest(ValueError):
    """The text is not a valid manifest. `reason` names the place; the message adds the remedy."""

    def __init__(self, reason: str, *, remedy: str = "restore its previous version") -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Published:
    """A published version. `digest`: of its object. `behaviour`: of everything that replay depends on.

    `language`: of the definition, so that an older engine can skip the object.
    """

    version: int
    digest: str
    behaviour: str
    language: int


@dataclass(frozen=True, slots=True)
class Releases:
    """The published versions of a machine by number; `live` is one of them."""

    live: int
    versions: Mapping[int, Published]

    @property
    def current(self) -> Published:
        return self.versions[self.live]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The published versions of all machines.

    `number`: grows by one with each publication; 0 before the first.
    """

    number: int = 0
    machines: Mapping[str, Releases] = field(default_factory=dict)

    def with_live(self, machine: str, published: Published) -> Manifest:
        """A copy with this version live, which may be new."""
        versions = self.machines[machine].versions if machine in self.machines else {}
        releases = Releases(published.version, {**versions, published.version: published})
        return replace(self, machines={**self.machines, machine: releases})


def object_name(machine: str, published: Published) -> str:
    """The name of the object with a version's canonical JSON, which is never overwritten."""
    return f"{machine}/{published.version}-{published.digest}.json"


def record_name(number: int, text: bytes) -> str:
    """The name of the object with the breaks accepted for a publication. `text`: of its manifest."""
    return f"{_RECORDS}/{number}-{hashlib.sha256(text).hexdigest()}.json"


def is_record(name: str) -> bool:
    return _RECORD.fullmatch(name) is not None


def published_objects(names: Iterable[str]) -> set[str]:
    """The names that `publish` wrote, except the manifest."""
    return {name for name in names if _OBJECT.fullmatch(name)}


def loose_files(names: Collection[str]) -> list[str]:
    """Names that may be definition files uploaded by hand, and not objects written by `publish`.

    Leaves out folders that contain a manifest, and objects left over from such folders.
    """
    places = tuple(name.removesuffix(MANIFEST) for name in names if name.endswith(f"/{MANIFEST}"))
    return sorted(
        name
        for name in names
        if name.endswith((".yaml", ".yml", ".json"))
        and name != MANIFEST
        and not is_record(name)
        and not name.startswith(places)
        and not _OBJECT.fullmatch("/".join(name.split("/")[-2:]))
    )


def manifest_text(manifest: Manifest) -> str:
    """The stored text."""
    machines = {
        name: {
            "live": releases.live,
            "versions": {
                str(one.version): {"digest": one.digest, "behaviour": one.behaviour, "language": one.language}
                for one in releases.versions.values()
            },
        }
        for name, releases in manifest.machines.items()
    }
    return canonical_json({"format": FORMAT, "number": manifest.number, "machines": machines})


def parse_manifest(content: bytes) -> Manifest:
    """The manifest in `content`, as written by `manifest_text`. Raises MalformedManifest."""
    if len(content) > BYTES_MAX:
        raise MalformedManifest(f"it is larger than {BYTES_MAX:,} bytes")
    try:
        document = json.loads(content.decode(), object_pairs_hook=_object)
    except MalformedManifest:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedManifest(f"it is not JSON: {error}") from error
    return _manifest(document)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise MalformedManifest("an object has a duplicate key")
    return found


def _manifest(document: object) -> Manifest:
    # Check the format first, because another one may have other keys.
    if isinstance(document, dict) and "format" in document:
        written = _whole(document["format"], "format")
        if written != FORMAT:
            reason = f"it has format {written}, but this engine reads only format {FORMAT}"
            raise MalformedManifest(reason, remedy="deploy the newer engine first")
    parts = _mapping(document, "it", keys=("format", "number", "machines"))
    machines = {
        _matching(name, _NAME, "machines"): _releases(value, f"machines.{name}")
        for name, value in _mapping(parts["machines"], "machines").items()
    }
    if not machines:
        raise MalformedManifest("machines is empty")
    return Manifest(_whole(parts["number"], "number"), machines)


def _releases(value: object, place: str) -> Releases:
    parts = _mapping(value, place, keys=("live", "versions"))
    live = _whole(parts["live"], f"{place}.live")
    versions = {
        int(_matching(number, _VERSION, f"{place}.versions")): _published(int(number), version, place)
        for number, version in _mapping(parts["versions"], f"{place}.versions").items()
    }
    if live not in versions:
        raise MalformedManifest(f"{place}.live is {live}, which is not one of its versions")
    return Releases(live, versions)


def _published(version: int, value: object, machine: str) -> Published:
    place = f"{machine}.versions.{version}"
    parts = _mapping(value, place, keys=("digest", "behaviour", "language"))
    return Published(
        version,
        _matching(parts["digest"], _DIGEST, f"{place}.digest"),
        _matching(parts["behaviour"], _DIGEST, f"{place}.behaviour"),
        _whole(parts["language"], f"{place}.language"),
    )


def _mapping(value: object, place: str, *, keys: Collection[str] = ()) -> dict[str, Any]:
    """The value as an object; with `keys`, it must have exactly these."""
    if not isinstance(value, dict):
        raise MalformedManifest(f"{place} is not an object")
    if keys and set(value) != set(keys):
        raise MalformedManifest(f"{place} must have exactly the keys {', '.join(keys)}")
    return value


def _whole(value: object, place: str) -> int:
    if type(value) is not int or not 1 <= value <= NUMBER_MAX:
        raise MalformedManifest(f"{place} is not a whole number from 1 to {NUMBER_MAX:,}")
    return value


def _matching(value: object, pattern: re.Pattern[str], place: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise MalformedManifest(f"{place} contains a value that does not match {pattern.pattern}")
    return value
