"""Reads a git repository: the files of a commit, and the commit where HEAD left the default branch.

Writes nothing. Every error message contains a remedy.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from statewright.cli.shared.input_files import File
from statewright.errors import SourceUnavailable

GIT_SECONDS_MAX = 60

_COMMIT = "^{commit}"  # resolves only to commits, not to other objects
_REMEDY = "name the old version with --against git:REF"
_USUAL_BRANCHES = ("main", "master")


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit. `path`: relative to the repository's root."""

    object: str
    path: str


@dataclass(frozen=True, slots=True)
class MergeBase:
    """The commit where HEAD left the default branch.

    `commit`: None before the first commit. `branch`: the local name of the default branch.
    """

    commit: str | None
    branch: str


def repository_root(folder: Path) -> Path:
    return Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip()).resolve()


def has_commits(root: Path) -> bool:
    return bool(_git(root, "rev-list", "--max-count=1", "--all"))


def blobs_of(root: Path, ref: str) -> list[Blob]:
    """List the files of a commit.

    Format: https://git-scm.com/docs/git-ls-tree#_output_format (mode, type, object, a tab, the path).
    """
    name = f"{ref}{_COMMIT}"
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name).decode().strip()
    listed = _git(root, "ls-tree", "-r", "-z", "--full-tree", commit).decode(errors="surrogateescape")
    entries = (entry.partition("\t") for entry in listed.split("\0") if entry)
    return [Blob(facts.split()[2], path) for facts, _, path in entries if facts.split()[1] == "blob"]


def contents_of(root: Path, ref: str, blobs: Sequence[Blob]) -> list[File]:
    """Read files of a commit.

    Format: https://git-scm.com/docs/git-cat-file#_batch_output (object, type, size, a line feed, the
    content).
    """
    if not blobs:
        return []
    request = "".join(f"{blob.object}\n" for blob in blobs).encode()
    output = _git(root, "cat-file", "--batch", input=request)
    files, at = [], 0
    for blob in blobs:
        start = output.index(b"\n", at) + 1
        at = start + int(output[at:start].split()[2]) + 1
        files.append(File(f"{ref}:{blob.path}", output[start : at - 1]))
    return files


def merge_base(root: Path) -> MergeBase:
    """The commit where HEAD left the default branch. Later versions are in progress and may still change.

    For a HEAD without commits, this is the tip of the default branch.
    """
    branch = _default_branch(root)
    if branch is None:
        return MergeBase(None, "HEAD")
    if _answer(root, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        return MergeBase(_answer(root, "rev-parse", "--verify", "--quiet", branch), branch)
    if commit := _answer(root, "merge-base", "HEAD", branch):
        return MergeBase(commit, branch)
    if _answer(root, "rev-parse", "--is-shallow-repository") == "true":
        raise SourceUnavailable(
            f"this clone is shallow and lacks the commit where HEAD branched off {branch}; "
            f"run `git fetch --unshallow` (fetch-depth: 0 in actions/checkout), or {_REMEDY}"
        )
    raise SourceUnavailable(f"HEAD and {branch} have no common commit; {_REMEDY}")


def _default_branch(root: Path) -> str | None:
    """The default branch of the remote, or else a local one; None before the first commit."""
    remote = _remote(root)
    if remote is not None and _answer(root, "for-each-ref", "--count=1", f"refs/remotes/{remote}"):
        known = _answer(root, "symbolic-ref", "--quiet", "--short", f"refs/remotes/{remote}/HEAD")
        candidates = [known] if known else [f"{remote}/{name}" for name in _USUAL_BRANCHES]
    else:  # nothing was fetched from a remote or pushed to it
        usual = _answer(root, "config", "init.defaultBranch")
        current = _answer(root, "symbolic-ref", "--quiet", "--short", "HEAD")
        candidates = [*filter(None, [usual]), *_USUAL_BRANCHES, *filter(None, [current])]
    for branch in candidates:
        if _answer(root, "rev-parse", "--verify", "--quiet", f"{branch}{_COMMIT}"):
            return branch
    if not has_commits(root):
        return None
    remedy = f"run `git fetch {remote} && git remote set-head {remote} --auto`, or " if remote else ""
    missing = " or ".join(dict.fromkeys(candidates))
    raise SourceUnavailable(f"cannot find the default branch ({missing}); {remedy}{_REMEDY}")


def _remote(root: Path) -> str | None:
    """The remote origin, or else the only remote."""
    remotes = (_answer(root, "remote") or "").split()
    if "origin" in remotes or not remotes:
        return "origin" if remotes else None
    if len(remotes) > 1:
        raise SourceUnavailable(f"cannot choose between the remotes {', '.join(remotes)}; {_REMEDY}")
    return remotes[0]


def _answer(root: Path, *arguments: str) -> str | None:
    """The stripped output; None if git fails or prints nothing."""
    done = _run(root, arguments)
    return done.stdout.decode(errors="replace").strip() or None if done.returncode == 0 else None


def _git(folder: Path, *arguments: str, input: bytes | None = None) -> bytes:
    """Run git and return its output. Raises SourceUnavailable with the error of git."""
    done = _run(folder, arguments, input=input)
    if done.returncode:
        said = (
            done.stderr.decode(errors="replace").strip()
            or f'unknown commit "{arguments[-1].removesuffix(_COMMIT)}"'
        )
        raise SourceUnavailable(f"git {arguments[0]} failed: {said}")
    return done.stdout


def _run(
    folder: Path, arguments: Sequence[str], *, input: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise SourceUnavailable("reading the old version needs git, which is not on PATH")
    return subprocess.run(  # noqa: S603 - no shell, and revisions are never parsed as options
        [program, *arguments],
        cwd=folder,
        input=input,
        capture_output=True,
        timeout=GIT_SECONDS_MAX,
        check=False,
    )
