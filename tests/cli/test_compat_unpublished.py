"""`compat --against published`: the live version, or the commit where HEAD left the default branch."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.commands import Cli
from tests.emulators.clients import environment_of
from tests.registry.harness import Place

Git = Callable[..., str]
FILE = "config/door.machine.yaml"
OLD = """\
{machine: door, initial: shut, states: {shut: {accepts: {Open: open}}, open: {accepts: {Close: shut}}}}
"""
AJAR = OLD.replace("open: {acc", "ajar: {accepts: {Open: open}}, open: {acc")
STARTED = AJAR.replace("door,", "door, version: 2,")
BROKEN = STARTED.replace("Open: open}}, ajar", "Open: ajar}}, ajar")
MENDED = STARTED.replace("ajar: {accepts: {Open: open}}, ", "")


@pytest.fixture(autouse=True)
def no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the bucket from the environment."""
    monkeypatch.delenv("S3_BUCKET_NAME", raising=False)


@pytest.fixture
def git(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in an empty repository with the branch main."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")

    def run(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    run("init", "--quiet", "--initial-branch", "main")
    return run


def save(git: Git, text: str) -> str:
    """Commit this definition and return the id of the commit."""
    Path(FILE).parent.mkdir(exist_ok=True)
    Path(FILE).write_text(text)
    git("add", "--all")
    git("commit", "--quiet", "--message", "A door")
    return git("rev-parse", "HEAD")


def push(git: Git, branch: str = "main") -> None:
    """Point a branch of the remote at HEAD, as a push would."""
    if "origin" not in git("remote"):
        git("remote", "add", "origin", "nowhere")
    git("update-ref", f"refs/remotes/origin/{branch}", "HEAD")


def compared(cli: Cli) -> tuple[int, str]:
    """Return the exit code and the output of both streams."""
    result = cli("compat", "--against", "published")
    return result.exit_code, result.output


@pytest.fixture
def begun(git: Git) -> str:
    """Commit the old version on main and a breaking version on a branch; return the commit on main."""
    commit = save(git, OLD)
    git("checkout", "--quiet", "-b", "feature")
    save(git, BROKEN)
    return commit[:12]


def test_a_version_in_progress_may_change(cli: Cli, git: Git, begun: str) -> None:
    """An unmerged version may change, because the work tree is compared with main and not with HEAD."""
    Path(FILE).write_text(MENDED)
    code, output = compared(cli)
    assert (code, f"comparing with {begun}, where HEAD branched off main" in output) == (0, True)
    assert cli("compat", "--against", "git:HEAD").exit_code == 1


def test_a_break_anywhere_on_the_branch_is_found(cli: Cli, git: Git, begun: str) -> None:
    """A break that is already committed on the branch is reported."""
    code, output = compared(cli)
    assert (code, f"{begun}:{FILE}:1" in output) == (1, True)


def test_the_branch_of_the_remote_precedes_the_local_one(cli: Cli, git: Git) -> None:
    """A commit on the local main is unpublished until it is pushed."""
    save(git, OLD)
    push(git)
    save(git, BROKEN)
    Path(FILE).write_text(MENDED)
    assert compared(cli)[0] == 0
    push(git)
    assert compared(cli)[0] == 1


@pytest.mark.parametrize("head", ["master", "trunk"])
def test_the_default_branch_may_have_another_name(cli: Cli, git: Git, head: str) -> None:
    """The default branch is read from the remote's HEAD, or is main or master."""
    save(git, OLD)
    push(git, head)
    if head == "trunk":
        git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    save(git, BROKEN)
    assert f"where HEAD branched off origin/{head}" in compared(cli)[1]


def test_a_detached_head_is_compared_too(cli: Cli, git: Git, begun: str) -> None:
    """A detached HEAD, as in a rebase or a pipeline, is compared with the default branch."""
    git("checkout", "--quiet", "--detach")
    assert f"comparing with {begun}, where HEAD branched off main" in compared(cli)[1]


def test_before_the_first_commit_everything_is_new(cli: Cli, git: Git) -> None:
    """Without any commit, every definition is added, with or without a remote."""
    Path(FILE).parent.mkdir()
    Path(FILE).write_text(OLD)
    assert "[CP01, safe]" in compared(cli)[1]
    git("remote", "add", "origin", "nowhere")
    assert compared(cli)[0] == 0


def test_an_unused_remote_is_ignored(cli: Cli, git: Git) -> None:
    """A remote without branches is ignored, and the local main is used."""
    commit = save(git, OLD)
    git("remote", "add", "origin", "nowhere")
    assert f"comparing with {commit[:12]}, where HEAD branched off main" in compared(cli)[1]


def test_an_orphan_branch_is_compared_with_the_default_branch(cli: Cli, git: Git) -> None:
    """An orphan branch without commits is compared with the default branch."""
    save(git, OLD)
    git("checkout", "--quiet", "--orphan", "anew")
    Path(FILE).write_text(BROKEN)
    assert compared(cli)[0] == 1


def test_a_missing_default_branch_is_named_with_a_remedy(cli: Cli, git: Git) -> None:
    """A clone of a single branch is an error with the commands that find the default branch."""
    save(git, OLD)
    push(git, "feature")
    code, output = compared(cli)
    assert (code, "cannot find the default branch (origin/main or origin/master)" in output) == (2, True)
    assert "`git fetch origin && git remote set-head origin --auto`, or name the old version" in output


def test_a_shallow_clone_gets_a_remedy(cli: Cli, git: Git, begun: str, tmp_path: Path) -> None:
    """A shallow clone is an error, because it would look like an unchanged definition."""
    save(git, BROKEN.replace("version: 2", "version: 3"))
    git("checkout", "--quiet", "main")
    url = f"file://{tmp_path}"
    git("clone", "--quiet", "--depth", "1", "--no-single-branch", "--branch", "feature", url, "clone")
    result = cli("compat", "clone/config", "--against", "published")
    assert result.exit_code == 2
    assert "this clone is shallow" in result.stderr
    assert "git fetch --unshallow" in result.stderr


def test_histories_without_a_common_commit_are_an_error(cli: Cli, git: Git) -> None:
    """The error suggests naming the old version."""
    save(git, OLD)
    git("checkout", "--quiet", "--orphan", "other")
    save(git, BROKEN)
    code, output = compared(cli)
    assert (code, "HEAD and main have no common commit; name the old version" in output) == (2, True)


def test_several_remotes_without_origin_are_an_error(cli: Cli, git: Git) -> None:
    """Several remotes are ambiguous unless one of them is origin."""
    save(git, OLD)
    git("remote", "add", "upstream", "nowhere")
    git("remote", "add", "mirror", "nowhere")
    assert "cannot choose between the remotes mirror, upstream" in compared(cli)[1]
    push(git)
    assert compared(cli)[0] == 0


def test_a_folder_called_published_is_read(cli: Cli, git: Git) -> None:
    """`--against published` reads the folder of that name if it exists."""
    for folder, text in (("published", OLD), ("config", BROKEN)):
        Path(folder).mkdir()
        Path(folder, "door.machine.yaml").write_text(text)
    assert "was       published/door.machine.yaml:1" in compared(cli)[1]


def test_a_configured_bucket_comes_first(
    cli: Cli, git: Git, begun: str, place: Place, ministack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bucket in the handler's environment variables takes precedence over git."""
    for name, value in environment_of(others=ministack).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("S3_BUCKET_NAME", place.s3.bucket)
    monkeypatch.setenv("S3_CONFIG_PREFIX", place.s3.prefix)
    place.publish(BROKEN)
    code, output = compared(cli)
    assert (code, "no change in behaviour" in output) == (0, True)
