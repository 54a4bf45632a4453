"""Definition files that were laid into a place in S3 by hand, before it had a manifest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from statewright.cli.shared.input_files import File
from statewright.cli.shared.output import print_message
from statewright.errors import DefinitionError
from statewright.language.source.document import load_document
from statewright.language.source.files import is_definition_file
from statewright.language.source.text import BYTES_MAX
from statewright.registry.bucket import Bucket, Stored
from statewright.registry.manifest import loose_files
from statewright.registry.published import Unusable, read_manifest


def files_laid_by_hand(bucket: Bucket) -> Iterator[File]:
    """Files that are called like definitions, and others that hold one; the rest is named and left alone."""
    if read_manifest(bucket):
        raise Unusable(
            f"{bucket.place} has a manifest, so files laid there by hand do not count: "
            f"statewright publish FILE… --to {bucket.place}"
        )
    adopted = 0
    for name in loose_files(bucket.names()):
        match bucket.get(name, bytes_max=BYTES_MAX):
            case Stored(content) if _holds_definition(content, name):
                adopted += 1
                yield File(bucket.uri(name), content)
            case Stored():
                print_message(f"{bucket.uri(name)} is left alone: no machine can be read in it")
    if not adopted:
        raise Unusable(
            f"no definition files lie in {bucket.place}: statewright publish FILE… --to {bucket.place}"
        )


def _holds_definition(content: bytes, name: str) -> bool:
    """Of a file that is called so the faults are findings."""
    if is_definition_file(PurePath(name)):
        return True
    try:
        return {"machine", "states"} <= load_document(content, name).value.keys()
    except DefinitionError:
        return False
