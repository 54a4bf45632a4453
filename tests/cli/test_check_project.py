"""`statewright check` with a project's configuration, suppressions, baseline and fixes, end to end."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from tests.cli.commands import Cli
from tests.cli.test_check import ERROR, WARNING

TRAP = """\
machine: lamp
initial: dark
states:
  dark: {accepts: {SwitchOn: on}}  # a trap
  on: {accepts: {SwitchOff: dark}}
"""


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """A definition with one warning."""
    path = tmp_path / "door.machine.yaml"
    path.write_text(WARNING)
    return path


def test_the_project_configuration_is_applied(cli: Cli, door: Path, tmp_path: Path) -> None:
    """Findings ignored by the configuration are counted in the summary and do not fail the check."""
    (tmp_path / "pyproject.toml").write_text('[tool.statewright.check.ignore]\nSW103 = "doors stay open"\n')
    result = cli("check", door.name)
    assert "[SW103]" not in result.stdout
    assert "1 ignored by the configuration" in result.stderr
    assert result.exit_code == 0


def test_a_mistake_in_the_configuration_exits_2(cli: Cli, door: Path, tmp_path: Path) -> None:
    """The error names the file and the key, and suggests the fix."""
    (tmp_path / "statewright.toml").write_text("[check]\nignored = {}\n")
    result = cli("check", door.name)
    assert result.stderr.endswith('statewright.toml: check.ignored: unknown key; did you mean "ignore"?\n')
    assert result.exit_code == 2


def test_an_ignored_warning_does_not_fail(cli: Cli, door: Path) -> None:
    """A comment in the file suppresses the warning and gives a reason."""
    door.write_text(WARNING.replace("open: {}", "open: {}  # statewright: ignore[SW103] stays open"))
    assert cli("check", door.name).exit_code == 0


def test_a_baseline_covers_only_existing_findings(cli: Cli, door: Path) -> None:
    """Findings in the baseline pass, and a new finding fails."""
    written = cli("check", ".", "--baseline", "known.json", "--write-baseline")
    assert written.exit_code == 0
    assert cli("check", ".", "--baseline", "known.json").exit_code == 0
    door.write_text(f"# moved\n{WARNING}  ajar: {{}}\n")
    result = cli("check", ".", "--baseline", "known.json")
    assert ('"ajar"' in result.stdout, '"open"' in result.stdout, result.exit_code) == (True, False, 1)


def test_fixed_entries_of_a_baseline_are_reported(cli: Cli, door: Path) -> None:
    """The message contains the command that removes the fixed entries."""
    cli("check", ".", "--baseline", "known.json", "--write-baseline")
    door.write_text(WARNING.replace("open: {}", "open: {final: true}"))
    stderr = cli("check", ".", "--baseline", "known.json").stderr
    assert "known.json: no longer found: door.machine.yaml: SW103 at states.open" in stderr
    assert "to remove fixed findings from the baseline, run `statewright check" in stderr


def test_entries_of_a_deleted_file_are_reported(cli: Cli, door: Path) -> None:
    """Obsolete entries would suppress the findings of a new file with the same name."""
    (door.parent / "gate.machine.yaml").write_text(WARNING.replace("door", "gate"))
    cli("check", ".", "--baseline", "known.json", "--write-baseline")
    door.unlink()
    before = cli("check", "gate.machine.yaml", "--baseline", "known.json").stderr
    assert "known.json: no longer found: door.machine.yaml: " in before
    cli("check", "gate.machine.yaml", "--baseline", "known.json", "--write-baseline")
    assert "no longer found" not in cli("check", "gate.machine.yaml", "--baseline", "known.json").stderr


def test_entries_of_unchecked_files_are_not_reported(cli: Cli, door: Path) -> None:
    """Entries for a file that was not checked are not reported as fixed."""
    (door.parent / "gate.machine.yaml").write_text(WARNING.replace("door", "gate"))
    cli("check", ".", "--baseline", "known.json", "--write-baseline")
    assert "no longer found" not in cli("check", "gate.machine.yaml", "--baseline", "known.json").stderr


def test_writing_a_baseline_reports_added_and_removed_findings(cli: Cli, door: Path) -> None:
    """The summary counts the added and removed findings."""
    cli("check", ".", "--baseline", "known.json", "--write-baseline")
    before = json.loads(Path("known.json").read_text())["findings"]
    door.write_text(WARNING.replace("open: {}", "open: {final: true}"))
    result = cli("check", ".", "--baseline", "known.json", "--write-baseline")
    after = json.loads(Path("known.json").read_text())["findings"]
    assert f", 0 added, {len(before) - len(after)} removed" in result.stderr


def test_renewing_a_baseline_of_an_earlier_version_adds_nothing(cli: Cli, door: Path) -> None:
    """Entries in the old format are matched and rewritten in the current format."""
    entry = {"file": door.name, "code": "SW103", "message": 'nothing happens in "open"', "count": 1}
    Path("known.json").write_text(json.dumps({"baseline": 1, "findings": [entry]}))
    result = cli("check", door.name, "--baseline", "known.json", "--write-baseline")
    assert ", 0 added, 0 removed" in result.stderr
    assert Path("known.json").read_text().startswith('{"baseline": 2, ')


def test_a_baseline_keeps_entries_of_earlier_versions_for_unchecked_files(cli: Cli, door: Path) -> None:
    """Entries in the old format are kept until their file is checked."""
    (door.parent / "gate.machine.yaml").write_text("machine: gate")
    entry = {"file": "gate.machine.yaml", "code": "SW103", "message": "no way out", "count": 1}
    Path("known.json").write_text(json.dumps({"baseline": 1, "findings": [entry]}))
    cli("check", door.name, "--baseline", "known.json", "--write-baseline")
    assert entry in json.loads(Path("known.json").read_text())["findings"]


def test_a_baseline_keeps_entries_of_unchecked_files(cli: Cli, door: Path) -> None:
    """A hook that checks only the changed files does not remove the entries of other files."""
    (door.parent / "gate.machine.yaml").write_text(WARNING.replace("door", "gate"))
    cli("check", ".", "--baseline", "known.json", "--write-baseline")
    before = Path("known.json").read_text()
    cli("check", "gate.machine.yaml", "--baseline", "known.json", "--write-baseline")
    assert Path("known.json").read_text() == before


def test_writing_a_baseline_reports_errors(cli: Cli, door: Path) -> None:
    """Errors cannot be part of a baseline; they are printed, and the exit code is 1."""
    door.write_text(ERROR)
    result = cli("check", ".", "--baseline", "known.json", "--write-baseline")
    assert "[SW101]" in result.stdout
    assert "1 error cannot be part of a baseline" in result.stderr
    assert result.exit_code == 1


def test_a_baseline_that_is_missing_exits_2(cli: Cli, door: Path) -> None:
    """A misspelt baseline name is an error, not an empty baseline."""
    result = cli("check", ".", "--baseline", "knwon.json")
    assert "knwon.json: no such file" in result.stderr
    assert result.exit_code == 2


def test_a_baseline_needs_a_folder_to_be_written_to(cli: Cli, door: Path) -> None:
    """The error names the option and the missing folder."""
    result = cli("check", ".", "--baseline", "project/known.json", "--write-baseline")
    assert '--write-baseline: folder "project" does not exist; create it first' in result.stderr
    assert result.exit_code == 2


def test_standard_input_cannot_be_in_a_baseline(cli: Cli, tmp_path: Path) -> None:
    """Baseline entries need a file name, so standard input is rejected and nothing is written."""
    result = cli("check", "-", "--baseline", "known.json", "--write-baseline", input=WARNING)
    assert "standard input cannot be part of a baseline; name a file" in result.stderr
    assert (result.exit_code, os.listdir(tmp_path)) == (2, [])


def test_fix_fixes_and_keeps_comments_and_permissions(cli: Cli, tmp_path: Path) -> None:
    """`--fix` quotes the ambiguous keys and values, and keeps comments and file permissions."""
    path = tmp_path / "lamp.machine.yaml"
    path.write_text(TRAP)
    path.chmod(0o640)
    result = cli("check", path.name, "--fix")
    assert '{accepts: {SwitchOn: "on"}}  # a trap\n  "on": ' in path.read_text()
    assert result.stderr.startswith("fixed 1 file\n")
    assert "[SW003]" not in result.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == [path.name]


def test_fix_follows_a_link(cli: Cli, tmp_path: Path) -> None:
    """`--fix` changes the target of a link and keeps the link."""
    (tmp_path / "real").write_text(TRAP)
    link = tmp_path / "lamp.machine.yaml"
    link.symlink_to("real")
    cli("check", link.name, "--fix")
    assert link.is_symlink()
    assert '"on"' in (tmp_path / "real").read_text()


def test_fix_fixes_a_file_with_two_names_once(cli: Cli, tmp_path: Path) -> None:
    """The summary counts a file with two names once."""
    (tmp_path / "lamp.machine.yaml").write_text(TRAP)
    assert cli("check", ".", tmp_path / "lamp.machine.yaml", "--fix").stderr.startswith("fixed 1 file\n")


def test_fix_skips_ignored_findings(cli: Cli, tmp_path: Path) -> None:
    """`--fix` does not change a file whose findings are suppressed."""
    path = tmp_path / "lamp.machine.yaml"
    text = f"# statewright: ignore-file[SW003] read by YAML 1.2 only\n{TRAP}"
    path.write_text(text)
    cli("check", path.name, "--fix")
    assert path.read_text() == text


def test_diff_shows_what_fix_would_change(cli: Cli, tmp_path: Path) -> None:
    """`--diff` prints the change and does not write it."""
    path = tmp_path / "lamp.machine.yaml"
    path.write_text(TRAP)
    result = cli("check", path.name, "--diff")
    assert '+  dark: {accepts: {SwitchOn: "on"}}  # a trap' in result.stdout
    assert (path.read_text(), result.exit_code) == (TRAP, 1)


def test_diff_of_nothing_exits_0(cli: Cli, door: Path) -> None:
    """`--diff` exits with 0 if there is nothing to fix, even if there are findings."""
    result = cli("check", door.name, "--diff")
    assert (result.stdout, result.exit_code) == ("", 0)


def test_standard_input_cannot_be_fixed(cli: Cli) -> None:
    """`--fix` needs a file to write to."""
    result = cli("check", "-", "--fix", input=TRAP)
    assert "standard input cannot be fixed; name a file" in result.stderr
    assert result.exit_code == 2


def test_the_summary_offers_no_fix_for_standard_input(cli: Cli) -> None:
    """The summary does not suggest `--fix` for standard input, because `--fix` rejects it."""
    result = cli("check", "-", input=TRAP)
    assert "[SW003]" in result.stdout
    assert "--fix" not in result.stderr
