"""`statewright compat`: sources of versions, output and exit codes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.commands import Cli

STATES = "{shut: {accepts: {Open: ajar}}, ajar: {accepts: {Close: shut}}}"
OLD = f"{{machine: door, initial: shut, states: {STATES}}}\n"
SAFE = OLD.replace("door,", "door, version: 2,").replace("Open: ajar", "Open: ajar, Lock: locked")
SAFE = SAFE.replace("ajar: {acc", "locked: {}, ajar: {acc")
BROKEN = OLD.replace("door,", "door, version: 2,").replace("Open: ajar", "Open: {emit: Open}, Push: ajar")
STRICTER = OLD.replace("Open: ajar", "Open: {roles: [owner], target: ajar}")

Git = Callable[..., None]


@pytest.fixture
def versions(cli: Cli, tmp_path: Path) -> Callable[..., Result]:
    """`versions(OLD, NEW, "--format", "json")` compares two files with these texts."""

    def compare(old: str, new: str, *arguments: object) -> Result:
        Path("old.machine.yaml").write_text(old)
        Path("new.machine.yaml").write_text(new)
        return cli("compat", "old.machine.yaml", "new.machine.yaml", *arguments)

    return compare


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """`git("commit", "-m", "one")` runs in a new repository, independent of the user's settings."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> None:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    run("init", "--initial-branch", "main")
    return run


def committed(git: Git, path: str, text: str) -> None:
    """Commit one file."""
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(text)
    git("add", path)
    git("commit", "-m", path)


def test_a_change_that_breaks_replay_exits_1(versions: Callable[..., Result]) -> None:
    """The output contains a stream that demonstrates the break."""
    result = versions(OLD, BROKEN)
    assert result.exit_code == 1
    assert "[CP13, breaks replay]" in result.stdout
    assert "  events    Open\n  old       ajar\n" in result.stdout


def test_a_safe_change_is_shown_and_exits_0(versions: Callable[..., Result]) -> None:
    """Each safe change takes one line."""
    result = versions(OLD, SAFE)
    assert result.exit_code == 0
    assert {line.rpartition("[")[2] for line in result.stdout.splitlines()} == {
        "CP02, safe]",
        "CP03, safe]",
        "CP04, safe]",
    }


def test_json_and_yaml_are_equivalent(cli: Cli) -> None:
    """Comparing a machine in YAML with the same machine in JSON gives no verdict."""
    Path("old.machine.yaml").write_text(OLD)
    states = {"shut": {"accepts": {"Open": "ajar"}}, "ajar": {"accepts": {"Close": "shut"}}}
    Path("new.machine.json").write_text(json.dumps({"states": states, "initial": "shut", "machine": "door"}))
    result = cli("compat", "old.machine.yaml", "new.machine.json")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize(("level", "code"), [("replay", 0), ("command", 1), ("any", 1)])
def test_fail_on_sets_the_verdicts_that_fail(versions: Callable[..., Result], level: str, code: int) -> None:
    """Breaks of senders are shown at every level, and fail at `command` and `any`."""
    result = versions(OLD, STRICTER, "--fail-on", level)
    assert "[CP38, breaks senders]" in result.stdout
    assert result.exit_code == code


def test_an_unshown_break_of_senders_fails_only_on_request(versions: Callable[..., Result]) -> None:
    """An undecided break of senders fails with `--fail-on any` or `undecided`, and not by default."""
    old = OLD.replace("Open: ajar", "Open: {guard: 1 < 2, target: ajar}")
    new = OLD.replace("Open: ajar", "Open: {guard: size('a') < 2, target: ajar}")
    assert "no effect found in " in versions(old, new).stdout
    assert versions(old, new).exit_code == 0
    assert versions(old, new, "--fail-on", "any").exit_code == 1
    assert versions(old, new, "--fail-on", "undecided").exit_code == 1


def test_the_last_line_counts_undecided_verdicts(versions: Callable[..., Result]) -> None:
    """The JSON document contains the same counts as the summary."""
    new = SAFE.replace("Close: shut", "Close: {guard: size('a') < 2, target: shut}")
    assert "(0 shown, 3 proved safe, 1 not shown)" in versions(OLD, new).stderr
    document = json.loads(versions(OLD, new, "--format", "json").stdout)
    assert document["decided"] == {"shown": 0, "proved_safe": 3, "not_shown": 1}
    assert {one["proof"] for one in document["verdicts"]} == {None, "never stored", "never sent"}


def test_json_is_one_document(versions: Callable[..., Result]) -> None:
    """The document contains locations, witnesses and the extent of the search."""
    document = json.loads(versions(OLD, BROKEN, "--format", "json").stdout)
    verdict = next(one for one in document["verdicts"] if one["rule"] == "CP13")
    assert verdict["new"] == {"file": "new.machine.yaml", "line": 1}
    assert verdict["witness"]["events"] == [{"type": "Open", "data": {}}]
    assert verdict["witness"]["old"] == {"state": "ajar", "data": {}}
    assert document["searched"]["door"]["complete"] is True


@pytest.mark.parametrize(
    ("old", "new", "rule", "way"),
    [
        (OLD, OLD.replace("machine: door", "machine: gate"), "CP10", "run"),
        (OLD, OLD.replace("Close: shut", "Lock: shut"), "CP35", "accept"),
    ],
)
def test_json_contains_the_remedies_of_the_text(
    versions: Callable[..., Result], old: str, new: str, rule: str, way: str
) -> None:
    """JSON and text give the same remedies; JSON keys without a value are null."""
    lines = versions(old, new, "--format", "jsonl").stdout.splitlines()
    verdicts = [json.loads(line) for line in lines]
    verdict = next(one for one in verdicts if one["rule"] == rule)
    assert [key for key in ("run", "accept") if verdict[key] is not None] == [way]
    assert f"  {way}" in versions(old, new).stdout
    assert verdict[way] in versions(old, new).stdout


def test_jsonl_is_one_verdict_per_line(versions: Callable[..., Result]) -> None:
    """Breaks come first."""
    lines = versions(OLD, BROKEN, "--format", "jsonl").stdout.splitlines()
    assert json.loads(lines[0])["rule"] == "CP13"


def test_a_removed_machine_breaks_replay(cli: Cli) -> None:
    """A removed machine breaks replay, and an added one is safe."""
    for folder, name in (("old", "door"), ("new", "gate")):
        Path(folder).mkdir()
        Path(folder, f"{name}.machine.yaml").write_text(OLD.replace("door", name))
    result = cli("compat", "old", "new")
    assert '"door" is removed [CP10, breaks replay]' in result.stdout
    assert '"gate" is added [CP01, safe]' in result.stdout
    assert result.exit_code == 1


def test_an_old_version_may_have_a_pattern_that_is_refused_now(versions: Callable[..., Result]) -> None:
    """An old version with a pattern that is now rejected can still be compared with its replacement."""
    command = 'commands: {Open: {payload: {code: {type: string, pattern: "^(?=a).*$"}}}, Close: }'
    old = OLD.replace("initial:", f"{command}, initial:")
    result = versions(old, old.replace("door,", "door, version: 2,").replace("^(?=a).*$", "^a.*$"))
    assert result.stdout.startswith(
        'new.machine.yaml:1: field "code" of command "Open" may refuse values that were valid (pattern)'
    )
    assert result.exit_code == 0


def test_a_folder_is_an_old_version(cli: Cli) -> None:
    """`--against FOLDER` shows where the old version is in that folder."""
    for folder, text in (("live", OLD), ("config", BROKEN)):
        Path(folder).mkdir()
        Path(folder, "door.machine.yaml").write_text(text)
    result = cli("compat", "--against", "live")
    assert "[CP13, breaks replay]" in result.stdout
    assert "was       live/door.machine.yaml:1" in result.stdout
    assert result.exit_code == 1


def test_a_commit_is_read_without_the_work_tree(cli: Cli, git: Git) -> None:
    """`--against git:HEAD` reads the commit and leaves the file on disk unchanged."""
    committed(git, "config/door.machine.yaml", OLD)
    Path("config/door.machine.yaml").write_text(BROKEN)
    result = cli("compat", "--against", "git:HEAD")
    assert "was       HEAD:config/door.machine.yaml:1" in result.stdout
    assert result.exit_code == 1
    assert Path("config/door.machine.yaml").read_text() == BROKEN


def test_a_renamed_file_is_found_by_its_machine(cli: Cli, git: Git) -> None:
    """The old version is found by its machine name, even in another folder."""
    committed(git, "machines/portal.machine.yaml", OLD)
    Path("machines/portal.machine.yaml").unlink()
    Path("door.machine.yaml").write_text(BROKEN)
    result = cli("compat", "door.machine.yaml", "--against", "git:main")
    assert "was       main:machines/portal.machine.yaml:1" in result.stdout


def test_a_definition_missing_from_the_commit_is_new(cli: Cli, git: Git) -> None:
    """A definition that the commit does not contain is an added machine, which is safe."""
    committed(git, "config/gate.machine.yaml", OLD.replace("door", "gate"))
    Path("config/door.machine.yaml").write_text(OLD)
    result = cli("compat", "config", "--against", "git:HEAD")
    assert '"door" is added [CP01, safe]' in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize("ref", ["nowhere", "--help"])
def test_an_unknown_commit_is_named(cli: Cli, git: Git, ref: str) -> None:
    """A revision is never parsed as an option of git."""
    committed(git, "config/door.machine.yaml", OLD)
    result = cli("compat", "--against", f"git:{ref}")
    assert result.exit_code == 2
    assert f'unknown commit "{ref}"' in result.stderr


def test_the_error_of_git_is_shown_outside_a_repository(cli: Cli) -> None:
    """The exit code is 2, and stderr contains the message of git."""
    Path("door.machine.yaml").write_text(OLD)
    result = cli("compat", "door.machine.yaml", "--against", "git:HEAD")
    assert (result.exit_code, "not a git repository" in result.stderr) == (2, True)


def test_one_file_alone_is_a_usage_error(cli: Cli) -> None:
    """The message describes both ways to give the old version."""
    result = cli("compat", "door.machine.yaml")
    assert "as OLD and NEW, or the old version as --against WHERE" in result.stderr
    assert result.exit_code == 2


def test_a_broken_new_version_is_shown_with_its_findings(versions: Callable[..., Result]) -> None:
    """A new version with errors is reported with the findings that `check` prints."""
    result = versions(OLD, OLD.replace("Open: ajar", "Open: open"))
    assert 'unknown state "open"' in result.stdout
    assert result.exit_code == 1


def test_an_unshown_break_of_replay_fails(versions: Callable[..., Result]) -> None:
    """Stored streams cannot be changed, so an undecided break of replay fails."""
    old = "{machine: m, initial: a, data: {n: {type: integer, default: 0}}, events: {Gone: {set: {n: SET}}}, "
    old += "states: {a: {accepts: {Go: {guard: data.n < 3, emit: Gone}}}}}"
    far = "'data.n > 900 ? 0 : data.n + 1'"
    result = versions(old.replace("SET", "data.n + 1"), old.replace("SET", far), "--fail-on", "replay")
    assert "[CP17, breaks replay, silent, not shown]" in result.stdout
    assert result.exit_code == 1


def test_an_existing_file_is_not_an_earlier_version(cli: Cli, git: Git) -> None:
    """An existing file that declares the same machine, such as a test sample, is not its earlier version."""
    committed(git, "samples/door.machine.yaml", OLD)
    committed(git, "samples/other.machine.yaml", OLD)
    Path("door.machine.yaml").write_text(BROKEN)
    result = cli("compat", "door.machine.yaml", "--against", "git:HEAD")
    assert result.stdout == 'door.machine.yaml:1: machine "door" is added [CP01, safe]\n'


def test_several_deleted_files_of_one_machine_are_not_earlier_versions(cli: Cli, git: Git) -> None:
    """The machine is treated as new, and a message names the deleted files."""
    for name in ("samples/one.machine.yaml", "samples/two.machine.yaml"):
        committed(git, name, OLD)
        Path(name).unlink()
    Path("door.machine.yaml").write_text(BROKEN)
    result = cli("compat", "door.machine.yaml", "--against", "git:HEAD")
    assert 'machine "door" is treated as new: "HEAD:samples/one.machine.yaml", "HEAD:samples' in result.stderr
    assert (result.exit_code, "[CP01, safe]" in result.stdout) == (0, True)


def test_an_old_version_with_errors_exits_2(versions: Callable[..., Result]) -> None:
    """The findings of the old version are printed, and nothing is compared."""
    result = versions(OLD.replace("Open: ajar", "Open: open"), OLD)
    assert 'unknown state "open"' in result.stdout
    assert '"old.machine.yaml" has errors; name a version without errors' in result.stderr
    assert result.exit_code == 2


def test_a_field_without_a_fitting_value_is_named(versions: Callable[..., Result]) -> None:
    """The search is incomplete if no known value matches the pattern of a field."""
    payload = 'commands: {Open: {payload: {code: {type: string, pattern: "^[A-Z]{3}-[0-9]{5}$"}}}, Close: }'
    old, new = (text.replace("initial", f"{payload}, initial") for text in (OLD, SAFE))
    new = new.replace("Close: }", "Close: , Lock: }")
    result = versions(old, new, "--format", "json")
    searched = json.loads(result.stdout)["searched"]["door"]
    assert (searched["complete"], searched["untried"]) == (False, ["Open.code"])
    assert (
        'machine "door": found no value to try for Open.code; add `examples` to its schema' in result.stderr
    )


def test_the_accept_line_accepts_the_break(versions: Callable[..., Result]) -> None:
    """The printed acceptance works once a reason and an expiry date are filled in."""
    line = versions(OLD, STRICTER).stdout.partition("  accept    ")[2].partition("\n")[0]
    entry = line.replace("…", "meant").replace("YYYY-MM-DD", "2999-12-31")
    Path("compat.accepted.yaml").write_text(f"accepted:\n  {entry}\n")
    assert versions(OLD, STRICTER).exit_code == 0
