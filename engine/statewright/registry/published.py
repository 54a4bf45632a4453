"""Reads and verifies published definitions in S3: the manifest, and the definition of a version.

Nothing is used before its digest has been verified. Raises SourceUnavailable if S3 does not respond, and
Unusable for unusable content.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from statewright.errors import DefinitionError, SourceUnavailable
from statewright.language import load_definition
from statewright.language.normal_form import LANGUAGE
from statewright.language.source.text import BYTES_MAX as DEFINITION_BYTES_MAX
from statewright.machine.compiled import Machine, compile_machine
from statewright.registry.bucket import Absent, Bucket, Stored, Unchanged
from statewright.registry.manifest import (
    BYTES_MAX,
    MANIFEST,
    MalformedManifest,
    Manifest,
    Published,
    loose_files,
    object_name,
    parse_manifest,
    published_objects,
)


class Unusable(SourceUnavailable):
    """The content in S3 cannot be used, and no retry helps. The message names the object and the remedy."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A manifest and its ETag; None before the first publication."""

    manifest: Manifest
    etag: str | None


def read_manifest(bucket: Bucket, *, known: Edition | None = None) -> Edition | None:
    """The current manifest, or None if it does not exist. Returns `known` itself if that is still current.

    Makes one request.
    """
    answer = bucket.get(MANIFEST, bytes_max=BYTES_MAX, unless=known.etag if known else None)
    match answer:
        case Unchanged():
            return known
        case Absent():
            return None
        case Stored(content, etag):
            return Edition(_parsed(bucket, content), etag)


def require_manifest(bucket: Bucket, *, known: Edition | None = None) -> Edition:
    """Like `read_manifest`, but raises Unusable if it does not exist."""
    edition = read_manifest(bucket, known=known)
    if edition is None:
        raise Unusable(_nothing_published(bucket))
    return edition


def _nothing_published(bucket: Bucket) -> str:
    """The message for a missing manifest, with a remedy that fits the other objects."""
    names = bucket.names()
    if published_objects(names):
        return manifest_lost(bucket)
    if loose := loose_files(names):
        return (
            f"{bucket.uri(MANIFEST)} does not exist, but there are files such as {bucket.uri(loose[0])}; "
            f"to publish them, run `statewright publish --from-prefix --to {bucket.place}`"
        )
    return f"{bucket.uri(MANIFEST)} does not exist; run `statewright publish FILE… --to {bucket.place}`"


def manifest_lost(bucket: Bucket) -> str:
    """The message for a lost manifest. A new one would start at number 1, which warm readers refuse."""
    return (
        f"{bucket.uri(MANIFEST)} is missing, although definitions were published there; restore its previous "
        "version, or publish to another prefix"
    )


def read_machine(bucket: Bucket, name: str, published: Published) -> Machine:
    """The compiled machine of a published version."""
    if published.language > LANGUAGE:
        raise Unusable(
            f'machine "{name}" version {published.version} needs language {published.language}, '
            f"but this engine reads only language {LANGUAGE}; deploy the newer engine first"
        )
    uri = bucket.uri(object_name(name, published))
    try:
        machine = compile_published(read_text(bucket, name, published), uri)
    except DefinitionError as error:
        raise Unusable(f"{uri} does not compile: {error.findings[0].headline()}") from error
    if (machine.name, machine.version) != (name, published.version):
        raise Unusable(f'{uri} contains a different machine, "{machine.name}" version {machine.version}')
    return machine


def read_text(bucket: Bucket, name: str, published: Published) -> bytes:
    """The verified canonical JSON of a published version."""
    object = object_name(name, published)
    answer = bucket.get(object, bytes_max=DEFINITION_BYTES_MAX)
    if not isinstance(answer, Stored):
        remedy = "restore the object, or publish its definition again"
        raise Unusable(f"{bucket.uri(object)} does not exist; {remedy}")
    if hashlib.sha256(answer.content).hexdigest() != published.digest:
        raise Unusable(tampered(bucket, object))
    return answer.content


def tampered(bucket: Bucket, object: str) -> str:
    """The message for an object that was changed. Publishing again does not overwrite it."""
    remedy = "restore its previous version, or delete it and publish its definition again"
    return f"{bucket.uri(object)} does not match the digest in its name; {remedy}"


def compile_published(text: bytes, uri: str) -> Machine:
    """Compile `text`, the canonical JSON of a normal form. Raises DefinitionError and Unusable."""
    machine = compile_machine(load_definition(text, uri, published=True))
    if machine.digest != hashlib.sha256(text).hexdigest():
        raise Unusable(f"{uri} is not the canonical JSON of a definition; publish it again")
    return machine


def _parsed(bucket: Bucket, content: bytes) -> Manifest:
    try:
        return parse_manifest(content)
    except MalformedManifest as error:
        raise Unusable(f"{bucket.uri(MANIFEST)} is not a valid manifest: {error}") from error
