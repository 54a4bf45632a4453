"""The breaks accepted for a publication, in an object next to the manifest.

THE SHAPE IS STORED. An unreadable object is ignored; its breaks then have to be accepted again.
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
    """A break that was accepted for version `version` of a machine.

    `versions`, `digests`: the published versions that it was compared with; digests, because a different text
    may replace a version under the same number. `rule`: of `compat`, or a `BreakRule`.
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
    """The stored text."""
    return canonical_json({"format": FORMAT, "accepted": list(map(asdict, accepted))}).encode()


def read_accepted_breaks(bucket: Bucket, manifest: Manifest) -> list[AcceptedBreak]:
    """The accepted breaks of versions in the manifest, without those of interrupted publications."""
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
    """The entries. Keys added by later versions are ignored."""
    for entry in document["accepted"]:
        fields = {name: entry[name] for name in AcceptedBreak.__dataclass_fields__}
        lists = {name: tuple(fields[name]) for name in ("versions", "digests")}
        yield AcceptedBreak(**{**fields, **lists})
