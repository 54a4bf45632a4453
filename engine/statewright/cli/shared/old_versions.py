"""Reads the old version of definitions: from a git commit, from S3, or from a file or folder.

Owns the syntax of `--against`. Writes nothing and never touches the work tree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath

from statewright.cli.shared.event_store import ATTEMPTS_MAX
from statewright.cli.shared.findings import show_definition_error
from statewright.cli.shared.git_history import blobs_of, contents_of, has_commits, merge_base, repository_root
from statewright.cli.shared.input_files import File, read_files
from statewright.cli.shared.options import handler_place
from statewright.cli.shared.output import print_message
from statewright.cli.shared.report_outputs import STANDARD, Output
from statewright.errors import DefinitionError, SourceUnavailable
from statewright.language.source.document import load_document
from statewright.language.source.files import is_definition_file, is_searched
from statewright.registry.location import S3Place

GIT = "git:"
S3 = "s3://"
PUBLISHED = "published"
COMMIT_LENGTH = 12


def old_files(where: str, paths: Sequence[str], machines: Collection[str]) -> list[File]:
    """The files at `where` to compare with those at `paths`, which declare `machines`.

    Raises SourceUnavailable if they cannot be read.
    """
    if where == PUBLISHED and not Path(where).exists():
        where = _published_place(paths)
    if where.startswith(GIT):
        return _files_of_commit(where.removeprefix(GIT), paths, machines)
    if where.startswith(S3):
        return list(_published_files(_place(where), machines))
    files = list(read_files([where]))
    if any(file.content is None for file in files):
        raise SourceUnavailable(
            f'"{where}" cannot be read; name a file, a folder, git:REF, s3://BUCKET/PREFIX or published'
        )
    return files


def machine_of(file: File) -> str | None:
    """The machine that a file declares; None if it cannot be read."""
    try:
        name = load_document(file.content or b"", file.name).value.get("machine")
    except DefinitionError:
        return None
    return name if isinstance(name, str) else None


@contextmanager
def without_errors(where: str, *, outputs: Sequence[Output] = STANDARD) -> Iterator[None]:
    """Show the findings of an old version that does not compile, and raise SourceUnavailable.

    The user cannot fix an old version, so its errors are not findings of this run.
    """
    try:
        yield
    except DefinitionError as error:
        show_definition_error(error, outputs=outputs)
        raise SourceUnavailable(f'"{where}" has errors; name a version without errors') from error


def _published_place(paths: Sequence[str]) -> str:
    """The location configured for the handler, or else the commit where HEAD left the default branch."""
    if (place := handler_place()) is not None:
        return place
    base = merge_base(repository_root(_folder_of(paths)))
    if base.commit is None:
        return f"{GIT}{base.branch}"
    commit = base.commit[:COMMIT_LENGTH]
    print_message(f"comparing with {commit}, where HEAD branched off {base.branch}")
    return f"{GIT}{commit}"


def _place(where: str) -> S3Place:
    try:
        return S3Place.parse(where)
    except ValueError as error:
        raise SourceUnavailable(f"--against: {error}") from error


def _published_files(place: S3Place, machines: Collection[str]) -> Iterator[File]:
    """The live versions of these machines. Machines cannot be unpublished, so others are not needed."""
    from statewright.registry.bucket import Bucket
    from statewright.registry.manifest import object_name
    from statewright.registry.published import read_text, require_manifest
    from statewright.registry.s3 import s3_client

    bucket = Bucket(s3_client(attempts=ATTEMPTS_MAX), place)
    for name, releases in require_manifest(bucket).manifest.machines.items():
        if name in machines:
            live = releases.current
            yield File(bucket.uri(object_name(name, live)), read_text(bucket, name, live))


def _files_of_commit(ref: str, paths: Sequence[str], machines: Collection[str]) -> list[File]:
    """The files at the same paths, and for missing machines the files that were deleted since."""
    root = repository_root(_folder_of(paths))
    if not has_commits(root):
        return []  # before the first commit everything is new
    blobs = blobs_of(root, ref)
    wanted = [Path(path).resolve() for path in paths]
    here = [blob for blob in blobs if any(_is_at(root / blob.path, path) for path in wanted)]
    files = contents_of(root, ref, here)
    missing = set(machines) - {machine_of(file) for file in files}
    if missing:
        gone = [blob for blob in blobs if _is_found(PurePath(blob.path)) and not (root / blob.path).exists()]
        files += _only_ones(contents_of(root, ref, [blob for blob in gone if blob not in here]), missing)
    return files


def _only_ones(files: Sequence[File], machines: Collection[str]) -> Iterator[File]:
    """Deleted files that were presumably renamed: each is the only one that declares its machine."""
    for name in sorted(machines):
        found = [file for file in files if machine_of(file) == name]
        if len(found) > 1:
            places = ", ".join(f'"{file.name}"' for file in found)
            print_message(
                f'machine "{name}" is treated as new: {places} declared it, and all of them are deleted'
            )
        yield from found if len(found) == 1 else ()


def _is_at(path: Path, wanted: Path) -> bool:
    return path == wanted or (wanted in path.parents and _is_found(path.relative_to(wanted)))


def _is_found(path: PurePath) -> bool:
    return is_definition_file(path) and is_searched(path.parent)


def _folder_of(paths: Sequence[str]) -> Path:
    first = Path(paths[0]).resolve()
    return first if first.is_dir() else first.parent
