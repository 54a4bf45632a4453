"""Definitions are checked, then shown beside the live ones, then made live.

What may be published and how it is written is decided in `statewright.registry.publishing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from statewright.cli.publish.report import step_documents, step_lines
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.input_files import File
from statewright.cli.shared.output import Format, plural, print_lines, print_message
from statewright.errors import DefinitionError, SourceUnavailable
from statewright.language.source.document import load_document
from statewright.language.source.files import is_definition_file
from statewright.language.source.text import BYTES_MAX
from statewright.registry.bucket import Bucket, Stored
from statewright.registry.location import S3Place
from statewright.registry.manifest import loose_files
from statewright.registry.published import Unusable, read_manifest, read_text
from statewright.registry.publishing import Candidate, Change, Publication, PublishStep


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


def are_distinct(candidates: Sequence[Candidate]) -> bool:
    files: dict[str, str] = {}
    for candidate in candidates:
        name = candidate.machine.name
        if name in files:
            print_message(
                f'"{files[name]}" and "{candidate.file}" both declare machine "{name}": publish one of them'
            )
            return False
        files[name] = candidate.file
    return True


def show_steps(bucket: Bucket, publication: Publication, format: Format) -> None:
    live_texts = dict(_live_texts(bucket, publication.steps))
    shape = step_documents if format is Format.JSON else step_lines
    print_lines(shape(publication.steps, live_texts))


def _live_texts(bucket: Bucket, steps: Sequence[PublishStep]) -> Iterator[tuple[str, bytes]]:
    for step in steps:
        if step.live is None or step.change is Change.UNCHANGED:
            continue
        name = step.candidate.machine.name
        try:
            yield name, read_text(bucket, name, step.live)
        except SourceUnavailable as error:
            print_message(f"what is live of {name} cannot be compared: {error}")


def print_summary(publication: Publication, to: S3Place, *, dry_run: bool) -> ExitCode:
    refusals = [step.refusal for step in publication.steps if step.refusal]
    for refusal in refusals:
        print_message(refusal)
    for step in publication.steps:
        if step.change is Change.ROLLBACK and not step.refusal:
            print_message(_rollback_warning(step))
    if refusals:
        print_message("nothing was published")
        return ExitCode.FINDINGS
    changes = sum(step.change is not Change.UNCHANGED for step in publication.steps)
    if not changes:
        print_message(f"{to} is up to date")
    elif dry_run:
        print_message(f"{plural(changes, 'machine')} would be published to {to}; nothing was written")
    else:
        print_message(f"{plural(changes, 'machine')} published to {to}, manifest number {publication.number}")
    return ExitCode.CLEAN


def _rollback_warning(step: PublishStep) -> str:
    name, version = step.candidate.machine.name, step.candidate.machine.version
    live = step.live.version if step.live else version
    return (
        f"{name} goes back from version {live} to {version}: version {version} never folds what "
        f"version {live} has stored, so commands of those streams wait; to go back without that, "
        f"publish the content of version {version} under a number above {live}"
    )
