"""Publishes definitions to S3: plans the changes and writes them.

Writes the objects first, each under a key that is never overwritten, then the manifest on the condition that
it has not changed. So readers see all of a publication or nothing. The caller reviews the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from statewright.canonical import canonical_json
from statewright.errors import SourceUnavailable
from statewright.language import load_definition
from statewright.language.normal_form import LANGUAGE, normal_form
from statewright.language.source.text import BYTES_MAX as DEFINITION_BYTES_MAX
from statewright.machine.compiled import Machine
from statewright.registry.accepted_breaks import AcceptedBreak, record_text
from statewright.registry.bucket import Bucket, Stored
from statewright.registry.manifest import (
    MANIFEST,
    MalformedManifest,
    Manifest,
    Published,
    manifest_text,
    object_name,
    parse_manifest,
    published_objects,
    record_name,
)
from statewright.registry.published import (
    Edition,
    Unusable,
    compile_published,
    manifest_lost,
    read_manifest,
    tampered,
)

RACES_MAX = 10  # another publisher wins each of them


class Change(StrEnum):
    """The change of a machine's live version."""

    NEW = "new"
    NEWER = "newer"
    REWORDED = "reworded"  # another text with the same number and the same behaviour
    ROLLBACK = "rollback"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A definition to publish. `text`: its canonical JSON. `file`: its origin."""

    file: str
    machine: Machine
    text: bytes

    @property
    def published(self) -> Published:
        machine = self.machine
        return Published(machine.version, machine.digest, machine.behaviour, LANGUAGE)

    @property
    def object(self) -> str:
        return object_name(self.machine.name, self.published)


@dataclass(frozen=True, slots=True)
class PublishStep:
    """One machine of a plan. `live`: the live version before it. `refusal`: why nothing is published."""

    candidate: Candidate
    live: Published | None
    change: Change
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class PublicationPlan:
    """The planned changes to the machines of `manifest`."""

    manifest: Manifest
    steps: tuple[PublishStep, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """Permission to carry out a plan, with the breaks accepted for it."""

    accepted: tuple[AcceptedBreak, ...] = ()


Review = Callable[[PublicationPlan], Approval | None]


@dataclass(frozen=True, slots=True)
class Publication:
    """The result of `publish`.

    `number`: of the new manifest; None if nothing was written.
    """

    steps: tuple[PublishStep, ...]
    number: int | None = None


def candidate_of(content: bytes, file: str) -> Candidate:
    """The candidate for a file, compiled as the handler will. Raises DefinitionError."""
    text = canonical_json(normal_form(load_definition(content, file).document.value)).encode()
    return Candidate(file, compile_published(text, f"{file} (normal form).json"), text)


def publish(
    bucket: Bucket, candidates: Sequence[Candidate], *, allow_rollback: bool, dry_run: bool, review: Review
) -> Publication:
    """Make the candidates, one per machine, live: all or none. Nothing is written if one is refused.

    After a lost race, the plan is made and reviewed again on the new manifest. Raises SourceUnavailable.
    """
    for _ in range(RACES_MAX):
        edition = read_manifest(bucket) or _before_the_first(bucket, candidates)
        steps = tuple(_step(edition.manifest, candidate, allow_rollback) for candidate in candidates)
        approval = review(PublicationPlan(edition.manifest, steps))
        if dry_run or approval is None or any(step.refusal for step in steps):
            return Publication(steps)
        contested = next((one.object for one in candidates if not _is_there(bucket, one)), MANIFEST)
        if contested != MANIFEST:
            continue
        if all(step.change is Change.UNCHANGED for step in steps):
            return Publication(steps)
        after = _after(edition.manifest, steps)
        content = _checked(bucket, after)
        if approval.accepted:
            bucket.put(record_name(after.number, content), record_text(approval.accepted), replacing=None)
        if bucket.put(MANIFEST, content, replacing=edition.etag) or _is_written(bucket, after):
            return Publication(steps, after.number)
    raise SourceUnavailable(
        f"other publishers changed {bucket.uri(contested)} {RACES_MAX} times in the meantime; publish again"
    )


def _before_the_first(bucket: Bucket, candidates: Sequence[Candidate]) -> Edition:
    """The empty manifest. Raises Unusable if there are objects other than those of the candidates.

    An interrupted first publication may have left objects of the candidates.
    """
    names = bucket.names()
    others = published_objects(names) - {candidate.object for candidate in candidates}
    if others and MANIFEST not in names:
        raise Unusable(manifest_lost(bucket))
    return Edition(Manifest(), None)


def _step(manifest: Manifest, candidate: Candidate, allow_rollback: bool) -> PublishStep:
    ours, name = candidate.published, candidate.machine.name
    releases = manifest.machines.get(name)
    if releases is None:
        return PublishStep(candidate, None, Change.NEW)
    change = _change(releases.current, ours)
    theirs = releases.versions.get(ours.version)
    refusal = None
    if theirs is not None and theirs.behaviour != ours.behaviour:
        refusal = "is already published with different behaviour; give it a new version number"
    elif change is Change.ROLLBACK and not allow_rollback:
        refusal = (
            f"is older than the live version {releases.live}; "
            "publish its content under a new version number, or pass --allow-rollback"
        )
    reason = refusal and f"machine {name} version {ours.version} {refusal}"
    return PublishStep(candidate, releases.current, change, reason)


def _change(live: Published, ours: Published) -> Change:
    if ours.version != live.version:
        return Change.NEWER if ours.version > live.version else Change.ROLLBACK
    return Change.UNCHANGED if ours.digest == live.digest else Change.REWORDED


def _after(manifest: Manifest, steps: Sequence[PublishStep]) -> Manifest:
    for step in steps:
        manifest = manifest.with_live(step.candidate.machine.name, step.candidate.published)
    return replace(manifest, number=manifest.number + 1)


def _is_there(bucket: Bucket, candidate: Candidate) -> bool:
    """Write the object unless it exists. Return False if another writer is currently writing it."""
    name = candidate.object
    if bucket.put(name, candidate.text, replacing=None):
        return True
    match bucket.get(name, bytes_max=DEFINITION_BYTES_MAX):
        case Stored(content) if content != candidate.text:
            raise Unusable(tampered(bucket, name))
        case Stored():
            return True
        case _:
            return False


def _checked(bucket: Bucket, manifest: Manifest) -> bytes:
    """The manifest's text, after checking that readers will accept it."""
    content = manifest_text(manifest).encode()
    try:
        parse_manifest(content)
    except MalformedManifest as error:
        reason = f"the new {bucket.uri(MANIFEST)} could not be read: {error.reason}"
        raise Unusable(f"{reason}; publish to another prefix") from error
    return content


def _is_written(bucket: Bucket, manifest: Manifest) -> bool:
    """Whether the manifest was written by an earlier attempt of this call whose response was lost."""
    edition = read_manifest(bucket)
    return edition is not None and edition.manifest == manifest
