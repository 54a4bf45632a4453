"""Definition files that were uploaded to S3 by hand, before there was a manifest."""

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


def uploaded_files(bucket: Bucket) -> Iterator[File]:
    """The files that contain definitions. Other files are reported and skipped."""
    if read_manifest(bucket):
        raise Unusable(
            f"{bucket.place} already has a manifest, so files uploaded by hand are ignored; "
            f"run `statewright publish FILE… --to {bucket.place}`"
        )
    adopted = 0
    for name in loose_files(bucket.names()):
        match bucket.get(name, bytes_max=BYTES_MAX):
            case Stored(content) if _holds_definition(content, name):
                adopted += 1
                yield File(bucket.uri(name), content)
            case Stored():
                print_message(f"skipped {bucket.uri(name)}: it contains no machine")
    if not adopted:
        raise Unusable(
            f"no definition files found in {bucket.place}; "
            f"run `statewright publish FILE… --to {bucket.place}`"
        )


def _holds_definition(content: bytes, name: str) -> bool:
    """Whether a file contains a definition. A file named like one counts, so that its faults are reported."""
    if is_definition_file(PurePath(name)):
        return True
    try:
        return {"machine", "states"} <= load_document(content, name).value.keys()
    except DefinitionError:
        return False
