"""`statewright check`: file selection, output and exit codes."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import CONFIG, Cli, documents

GOOD = """\
machine: door
initial: closed
states:
  closed: {accepts: {Open: open}}
  open: {accepts: {Close: closed}}
"""
ERROR = GOOD.replace("Open: open", "Open: opne")
WARNING = GOOD.replace("{accepts: {Close: closed}}", "{}")
INFO = GOOD.replace("open", "isOpen")


def test_a_clean_file_exits_0_without_output(cli: Cli) -> None:
    """The example machines have no findings."""
    result = cli("check", *CONFIG.glob("*.machine.yaml"))
    assert (result.exit_code, result.output) == (0, "")


def test_a_finding_is_printed_with_place_code_and_caret(cli: Cli, tmp_path: Path) -> None:
    """A finding is `file:line:col: message [CODE]`, then the source line and a caret under the column."""
    (tmp_path / "door.machine.yaml").write_text(ERROR)
    result = cli("check", "door.machine.yaml")
    headline, source, caret = result.stdout.splitlines()
    assert headline == 'door.machine.yaml:4:28: unknown state "opne"; did you mean "open"? [SW101]'
    assert source[caret.index("^") :].startswith("opne")
    assert result.exit_code == 1


def test_the_summary_goes_to_stderr(cli: Cli, tmp_path: Path) -> None:
    """Stdout contains only findings, so that it can be piped."""
    (tmp_path / "a.yaml").write_text(ERROR)
    (tmp_path / "b.yaml").write_text(WARNING)
    result = cli("check", "a.yaml", "b.yaml")
    assert "findings in 2 files: " in result.stderr
    assert "findings" not in result.stdout


def test_a_warning_fails(cli: Cli) -> None:
    """A warning is a probable mistake, so the exit code is 1."""
    result = cli("check", "-", input=WARNING)
    assert "[SW103]" in result.stdout
    assert result.exit_code == 1


def test_info_does_not_fail(cli: Cli) -> None:
    """Findings of severity info are advice, so the exit code is 0."""
    result = cli("check", "-", input=INFO)
    assert "[SW702]" in result.stdout
    assert result.stderr == "1 finding in 1 file: 1 info\n"
    assert result.exit_code == 0


def test_standard_input_is_called_stdin(cli: Cli) -> None:
    """Findings in piped text, such as an unsaved editor buffer, are located in `<stdin>`."""
    assert cli("check", "-", input=ERROR).stdout.startswith("<stdin>:4:28: ")


def test_a_missing_file_exits_2_and_the_others_are_checked(cli: Cli, tmp_path: Path) -> None:
    """A wrong file name does not hide the findings of other files."""
    (tmp_path / "door.yaml").write_text(ERROR)
    result = cli("check", "missing.yaml", "door.yaml")
    assert result.stderr.startswith("missing.yaml: No such file or directory\n")
    assert "door.yaml:4:28:" in result.stdout
    assert result.exit_code == 2


def test_a_folder_is_searched_for_definitions(cli: Cli, tmp_path: Path) -> None:
    """`check` finds `*.machine.yaml`, `*.machine.yml` and `*.machine.json` at any depth, and nothing else."""
    for name in ("a.machine.yaml", "deep/er/b.machine.yml", "c.machine.json", "d.scenarios.yaml"):
        path = tmp_path / "machines" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("nothing")
    files = {document["file"] for document in documents(cli("check", "machines", "--format", "jsonl"))}
    assert files == {"machines/a.machine.yaml", "machines/deep/er/b.machine.yml", "machines/c.machine.json"}


def test_a_file_that_is_too_large_is_not_read_completely(cli: Cli, tmp_path: Path) -> None:
    """`check` reads only as much of a file as it needs to see that the file is too large."""
    with (tmp_path / "x.machine.yaml").open("wb") as file:
        file.truncate(2**40)
    assert "x.machine.yaml:1:1: the file has more than 262,144 bytes [SW008]" in cli("check", ".").stdout


def test_a_folder_without_definitions_exits_2(cli: Cli, tmp_path: Path) -> None:
    """Checking no files must not look like success."""
    (tmp_path / "empty").mkdir()
    assert cli("check", "empty").exit_code == 2


def test_jsonl_is_one_object_per_finding(cli: Cli) -> None:
    """Each object contains the location, code, severity and message of the finding."""
    [finding] = documents(cli("check", "-", "--format", "jsonl", input=ERROR))
    assert finding.pop("message").startswith('unknown state "opne"')
    assert finding == {"file": "<stdin>", "line": 4, "column": 28, "code": "SW101", "severity": "error"}


def test_a_binary_file_is_a_finding(cli: Cli) -> None:
    """A file that is not text is rejected with SW001."""
    result = cli("check", "-", input=b"\xff\xfe\x00")
    assert (result.exit_code, "[SW001]" in result.stdout) == (1, True)
