"""Breaks that were accepted when a version was published: an object beside the manifest.

Owns its shape. STORED: readers of earlier versions of this program pass it over, and this one passes
over what it cannot read; a break is then asked about again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from statewright.canonical import canonical_json
from statewright.registry.bucket import Bucket, Stored
from statewright.registry.manifest import Manifest, is_record

FORMAT = 1
BYTES_MAX = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class AcceptedBreak:
    """Version `version` of a machine, with this behaviour, went live although `location` breaks under `rule`.

    `versions`, `digests`: what it was compared with; a text may have replaced another of the same number.
    `rule`: of `compat`, or what else was accepted.
    """

    machine: str
    version: int
    behaviour: str
    rule: str
    location: str
    versions: tuple[int, ...]
    digests: tuple[str, ...]
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.machine, self.rule, self.location)


def record_text(accepted: Iterable[AcceptedBreak]) -> bytes:
    """As it is stored."""
    return canonical_json({"format": FORMAT, "accepted": list(map(asdict, accepted))}).encode()


def read_accepted_breaks(bucket: Bucket, manifest: Manifest) -> list[AcceptedBreak]:
    """Those of the versions in the manifest: a publication that was cut off left others."""
    names = [name for name in bucket.names() if is_record(name)]
    return [one for name in names for one in _read(bucket, name) if _was_published(one, manifest)]


def _was_published(accepted: AcceptedBreak, manifest: Manifest) -> bool:
    releases = manifest.machines.get(accepted.machine)
    published = None if releases is None else releases.versions.get(accepted.version)
    return published is not None and published.behaviour == accepted.behaviour


def _read(bucket: Bucket, name: str) -> Sequence[AcceptedBreak]:
    answer = bucket.get(name, bytes_max=BYTES_MAX)
    if not isinstance(answer, Stored):
        return ()
    try:
        document = json.loads(answer.content)
        return tuple(_entries(document)) if document["format"] == FORMAT else ()
    except (ValueError, TypeError, LookupError, RecursionError):
        return ()


def _entries(document: Any) -> Iterator[AcceptedBreak]:
    """Keys that a later version adds do not matter."""
    for entry in document["accepted"]:
        fields = {name: entry[name] for name in AcceptedBreak.__dataclass_fields__}
        lists = {name: tuple(fields[name]) for name in ("versions", "digests")}
        yield AcceptedBreak(**{**fields, **lists})
