"""`statewright check --format`: the report formats, their destinations and the files that they cover."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from tests.cli.commands import Cli
from tests.cli.test_check import ERROR, GOOD, WARNING


@pytest.fixture
def machines(tmp_path: Path) -> Path:
    """A folder with one faulty machine and one correct one."""
    folder = tmp_path / "machines"
    folder.mkdir()
    (folder / "a.machine.yaml").write_text(ERROR)
    (folder / "b.machine.yaml").write_text(GOOD.replace("door", "gate"))
    return folder


@pytest.mark.parametrize("format", ["json", "gitlab", "sarif"])
def test_a_json_report_is_one_document(cli: Cli, machines: Path, format: str) -> None:
    """Stdout contains only the report, and the summary goes to stderr."""
    result = cli("check", "machines", "--format", format)
    assert "SW101" in json.dumps(json.loads(result.stdout))
    assert "1 error" in result.stderr
    assert result.exit_code == 1


def test_junit_names_every_file(cli: Cli, machines: Path) -> None:
    """Files without findings are test cases too."""
    root = fromstring(cli("check", "machines", "--format", "junit").stdout)
    assert [case.get("name") for case in root.iter("testcase")] == [
        "machines/a.machine.yaml",
        "machines/b.machine.yaml",
    ]


def test_several_formats_come_from_one_run(cli: Cli, machines: Path) -> None:
    """One report goes to stdout and the others to files."""
    result = cli(
        "check", "machines", "--format", "text", "--format", "sarif:out.sarif", "--format", "text:log"
    )
    assert result.stdout.startswith("machines/a.machine.yaml:4:28: ")
    assert json.loads(Path("out.sarif").read_text())["version"] == "2.1.0"
    assert Path("log").read_text() == result.stdout


def test_a_report_goes_to_its_file_even_without_findings(cli: Cli, machines: Path) -> None:
    """Code hosts need an empty report to see that findings were resolved."""
    result = cli("check", "machines/b.machine.yaml", "--format", "gitlab:report.json")
    assert [
        entry for entry in json.loads(Path("report.json").read_text()) if entry["severity"] != "info"
    ] == []
    assert result.exit_code == 0


def test_a_report_in_a_file_has_no_colours(cli: Cli, machines: Path) -> None:
    """Only terminals get colours."""
    result = cli("check", "machines", "--format", "text:log", terminal=True)
    assert "\x1b" not in Path("log").read_text()
    assert result.stdout == ""


def test_annotations_and_text_can_share_stdout(cli: Cli, machines: Path) -> None:
    """GitHub reads annotations from the log, so text and annotations can both be printed to stdout."""
    lines = cli("check", "machines", "--format", "text", "--format", "github").stdout.splitlines()
    assert lines[0].startswith("machines/a.machine.yaml:4:28: ")
    assert any(line.startswith("::error file=machines/a.machine.yaml,line=4,col=28") for line in lines)


@pytest.mark.parametrize(
    ("formats", "message"),
    [
        (("json", "sarif"), "only one report can go to stdout; use FORMAT:FILE for the others"),
        (
            ("yaml",),
            '"yaml" is not one of text, json, jsonl, github, gitlab, junit, markdown, sarif',
        ),
        (("sarif:",), '"sarif:" has no file after the colon'),
    ],
)
def test_conflicting_outputs_exit_2(cli: Cli, formats: tuple[str, ...], message: str) -> None:
    """The options are rejected before anything is checked."""
    options = [option for format in formats for option in ("--format", format)]
    result = cli("check", "-", *options, input=ERROR)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize("pattern", ["*/*.machine.yaml", "**/*.yaml", "mach*"])
def test_a_pattern_names_files_and_folders(cli: Cli, machines: Path, pattern: str) -> None:
    """A quoted pattern selects definitions the same way in every shell."""
    report = json.loads(cli("check", pattern, "--format", "json").stdout)
    assert report["files"] == 2


def test_a_pattern_without_matches_exits_2(cli: Cli) -> None:
    """Checking no files must not look like success."""
    result = cli("check", "services/*.yaml")
    assert 'no definition matches "services/*.yaml"' in result.stderr
    assert result.exit_code == 2


def test_two_definitions_of_one_machine_in_a_folder_are_an_error(cli: Cli, machines: Path) -> None:
    """SW009 is reported for every definition after the first, because the folder cannot be loaded."""
    (machines / "c.machine.yaml").write_text(GOOD.replace("door", "gate"))
    (machines / "other").mkdir()
    (machines / "other" / "d.machine.yaml").write_text(GOOD.replace("door", "gate"))
    lines = [line for line in cli("check", "machines").stdout.splitlines() if "[SW009]" in line]
    assert [line.split(":")[0] for line in lines] == [
        "machines/c.machine.yaml",
        "machines/other/d.machine.yaml",
    ]


@pytest.mark.slow
def test_many_files_have_the_same_findings_as_single_ones(cli: Cli, tmp_path: Path) -> None:
    """More than a hundred files are checked in several processes, and the findings keep their order."""
    names = [f"m{number:03}" for number in range(120)]
    for name in names:
        (tmp_path / f"{name}.machine.yaml").write_text(WARNING.replace("door", name))
    found = json.loads(cli("check", ".", "--format", "json").stdout)["findings"]
    warnings = [item["file"] for item in found if item["code"] == "SW103"]
    assert warnings == [f"{name}.machine.yaml" for name in names]


@pytest.mark.parametrize("format", ["json", "github", "gitlab", "junit", "markdown", "sarif"])
def test_a_file_that_cannot_be_read_is_in_the_report(cli: Cli, machines: Path, format: str) -> None:
    """A report must not look clean if a file was skipped."""
    result = cli("check", "machines/b.machine.yaml", "gone.machine.yaml", "--format", format)
    assert (result.exit_code, "gone.machine.yaml" in result.stdout) == (2, True)
    assert "no findings" not in result.stdout


def test_a_file_that_cannot_be_read_is_an_error_in_junit(cli: Cli) -> None:
    """An unreadable file is a JUnit error, not a failure."""
    [case] = fromstring(cli("check", "gone.machine.yaml", "--format", "junit").stdout).iter("testcase")
    [error] = case.iter("error")
    assert (case.get("name"), error.get("message")) == ("gone.machine.yaml", "the file cannot be read")
