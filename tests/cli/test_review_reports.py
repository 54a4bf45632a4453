"""Reports of `compat`, `test` and `verify` for build servers and reviewers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from click.testing import Result
from jsonschema import Draft4Validator

from tests.cli.commands import Cli, envelope

COMPAT = ("compat", "old", "new")
OLD = """
machine: till
initial: open
commands:
  Put: {payload: {coins: integer}}
  Shut: {}
events:
  Put: {payload: {coins: integer}, set: {coins: data.coins + event.coins}}
  Shut: {}
data: {coins: {type: integer, default: 0}}
states:
  open:
    accepts:
      Put: {emit: Put}
      Shut: {emit: Shut, target: shut}
  shut: {final: true}
"""
NEW = OLD.replace("machine: till", "machine: till\nversion: 2").replace(
    "data.coins + event.coins", "event.coins / (data.coins * 0)"
)
NEW = NEW.replace("Put: {emit: Put}", "Put: {guard: command.coins > 0, emit: Put}")
SCENARIOS = """
machine: till
scenarios:
  - name: coins are counted
    when: {command: Put, data: {coins: 2}}
    then: {data: {coins: 3}}
"""


@pytest.fixture
def project(cli: Cli) -> Cli:
    """Create two versions of a till, a scenario that fails for the old one, and a stored stream."""
    for folder, text in {"old": OLD, "new": NEW}.items():
        Path(folder).mkdir()
        Path(folder, "till.machine.yaml").write_text(text)
    Path("old/till.scenarios.yaml").write_text(SCENARIOS)
    lines = [envelope(f"c-{coins}", "till", "t-1", "Put", {"coins": coins}) for coins in (1, 0)]
    cli("run", "-", "--db", "events.db", "--definitions", "old", input="\n".join(lines))
    return cli


@pytest.fixture
def report(project: Cli) -> Callable[..., Any]:
    """Return a function that prints a command's report, such as `report("compat", "gitlab")`."""
    commands = {
        "compat": COMPAT,
        "test": ("test", "old", "--coverage"),
        "mutate": ("test", "new", "--mutate"),
        "verify": ("verify", "new", "--db", "events.db"),
    }
    return lambda command, format: project(*commands[command], "-f", format).stdout


def test_compat_as_sarif_is_valid(report: Callable[..., str], sarif_schema: Any) -> None:
    """The locations are in the new version."""
    document = json.loads(report("compat", "sarif"))
    assert [error.message for error in Draft4Validator(sarif_schema).iter_errors(document)] == []
    found = document["runs"][0]["results"]
    places = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in found}
    assert places == {"new/till.machine.yaml"}
    assert {one["ruleId"] for one in found} >= {"CP17"}


def test_a_fingerprint_of_compat_is_independent_of_wording_and_lines(project: Cli) -> None:
    """It is built from the rule and the element, so that an unrelated change does not alter it."""

    def fingerprints() -> set[str]:
        return {one["fingerprint"] for one in json.loads(project(*COMPAT, "-f", "gitlab").stdout)}

    before = fingerprints()
    new = Path("new/till.machine.yaml")
    new.write_text(
        new.read_text().replace("data.coins * 0", "0 * data.coins").replace("states:", "# moved\n\nstates:")
    )
    assert fingerprints() == before


def test_an_accepted_break_is_not_annotated(project: Cli) -> None:
    """SARIF keeps it with its reason."""
    verdicts = json.loads(project(*COMPAT, "-f", "json").stdout)["verdicts"]
    entries = [
        {key: one[key] for key in ("machine", "rule", "location")}
        | {"reason": "nobody sends 0", "expires": "2999-12-31"}
        for one in verdicts
        if one["rule"] == "CP33"
    ]
    Path("compat.accepted.yaml").write_text(json.dumps({"accepted": entries}))
    assert "title=CP33" not in project(*COMPAT, "-f", "github").stdout
    assert '"justification": "nobody sends 0"' in project(*COMPAT, "-f", "sarif").stdout


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("compat", "::error file=new/till.machine.yaml,line=9,col=1,title=CP17::"),
        ("test", '::error file=old/till.scenarios.yaml,line=4,col=5,title=scenario-failed::scenario "coins'),
        ("test", "::notice file=old/till.machine.yaml,line=13,col=5,title=not-covered::no scenario covers"),
        ("mutate", "::warning file=new/till.machine.yaml,line=15,"),
        ("verify", "::error file=new/till.machine.yaml,line=1,col=1,title=fold_failed::"),
    ],
)
def test_an_annotation_names_its_line(report: Callable[..., str], command: str, line: str) -> None:
    """The title is the rule."""
    assert line in report(command, "github")


@pytest.mark.parametrize(
    ("command", "rule", "severity"),
    [
        ("compat", "CP17", "critical"),
        ("compat", "CP33", "major"),
        ("test", "scenario-failed", "critical"),
        ("test", "not-covered", "info"),
        ("mutate", "mutant-missed", "major"),
        ("verify", "fold_failed", "critical"),
    ],
)
def test_gitlab_entries_have_a_severity(
    report: Callable[..., str], command: str, rule: str, severity: str
) -> None:
    """Each entry has a unique fingerprint."""
    entries = json.loads(report(command, "gitlab"))
    assert {one["severity"] for one in entries if one["check_name"] == rule} == {severity}
    assert len({one["fingerprint"] for one in entries}) == len(entries)


@pytest.mark.parametrize(
    ("command", "failed"),
    [("compat", "CP17 events.Put.set.coins"), ("test", "coins are counted"), ("verify", "fold_failed")],
)
def test_junit_reports_the_failures_of_the_command(
    report: Callable[..., str], command: str, failed: str
) -> None:
    """Each machine is a suite."""
    [suite] = fromstring(report(command, "junit"))
    failures = [case.get("name") for case in suite if case.find("failure") is not None]
    assert suite.get("name") == "till"
    assert failed in failures
    assert suite.get("failures") == str(len(failures))


@pytest.mark.parametrize(
    ("command", "texts"),
    [
        (
            "compat",
            [
                "### statewright compat: 🔴 breaks replay: ",
                " | before | after |",
                "division by zero",
                "```mermaid",
            ],
        ),
        ("test", ["### statewright test: 1 scenario, 1 failed", "data.coins  expected  3", "not covered"]),
        ("mutate", ["### statewright test --mutate: ", "| place | change | how to notice it |"]),
        (
            "verify",
            [
                "### statewright verify: 🔴 1 stream with a fault",
                "| <code>till/t-1</code> | 1 | till/t-1 at version 1",
                "division by zero",
            ],
        ),
    ],
)
def test_a_markdown_comment_explains_the_findings(
    report: Callable[..., str], command: str, texts: list[str]
) -> None:
    """The comment shows a summary and an example of each finding."""
    comment = report(command, "markdown")
    assert [text for text in texts if text not in comment] == []


def test_a_comment_with_many_breaks_stays_within_the_size_limit(project: Cli) -> None:
    """The first breaks are shown; a note says that the others do not fit."""
    names = [f"Command{number:03}{'x' * 50}" for number in range(100)]
    declared, accepted = (
        "".join(f"{indent}{name}: {value}\n" for name in names)
        for indent, value in (("  ", "{}"), ("      ", "{reject: NO_WAY}"))
    )
    old = OLD.replace("commands:\n", f"commands:\n{declared}")
    Path("old/till.machine.yaml").write_text(old.replace("    accepts:\n", f"    accepts:\n{accepted}"))
    comment = project(*COMPAT, "-f", "markdown").stdout
    assert 30_000 < len(comment.encode()) <= 65_536
    assert "do not fit into this comment.** <code>statewright compat</code> shows everything." in comment


def test_one_run_writes_several_reports(project: Cli) -> None:
    """The text and the annotations go to stdout, the other reports to files."""
    formats = ("text", "github", "markdown:c.md", "sarif:c.sarif", "junit:c.xml", "jsonl:c.jsonl")
    result = project(*COMPAT, *(word for format in formats for word in ("-f", format)))
    assert ("[CP17, " in result.stdout, "title=CP17" in result.stdout) == (True, True)
    assert all(Path(format.partition(":")[2]).read_text() for format in formats[2:])


@pytest.mark.parametrize("format", ["github", "gitlab", "junit", "markdown", "sarif", "json"])
def test_a_definition_with_errors_is_reported_in_the_same_format(project: Cli, format: str) -> None:
    """A build server that expects a report gets one."""
    Path("new/till.machine.yaml").write_text(NEW.replace("target: shut", "target: shit"))
    result = project(*COMPAT, "-f", format)
    assert result.exit_code == 1
    assert "SW101" in result.stdout


@pytest.mark.parametrize("command", [COMPAT, ("verify", "new", "--db", "events.db")])
def test_no_report_overwrites_an_input_file(project: Cli, command: tuple[str, ...]) -> None:
    """A typo must not destroy a definition."""
    before = Path("new/till.machine.yaml").read_text()
    result: Result = project(*command, "-f", "markdown:new/till.machine.yaml")
    assert (result.exit_code, Path("new/till.machine.yaml").read_text()) == (2, before)


def test_faults_go_to_a_file_while_the_report_is_printed(project: Cli) -> None:
    """The file has one line for each stream with a fault."""
    result = project("verify", "new", "--db", "events.db", "-f", "text", "-f", "jsonl:faults")
    assert json.loads(Path("faults").read_text())["cause"] == "fold_failed"
    assert "[fold_failed]" in result.stdout
