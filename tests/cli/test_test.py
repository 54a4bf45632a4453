"""`statewright test`: its output, the files it writes, and its exit codes."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.commands import CONFIG, Cli, documents

MACHINE = """\
machine: door
initial: closed
states:
  closed: {accepts: {Open: open, Kick: {reject: LOCKED}}}
  open: {accepts: {Close: closed}}
"""
OPENS = """\
machine: door
scenarios:
  - name: a closed door opens
    when: {command: Open}
    then: {events: [Open], state: open}
"""
KICK = """\
  - name: a kick opens no door
    when: {command: Kick}
    then: {state: open}
"""


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """Create a folder with a machine and a scenario."""
    (tmp_path / "door.machine.yaml").write_text(MACHINE)
    (tmp_path / "door.scenarios.yaml").write_text(OPENS)
    return tmp_path


def test_the_examples_pass_and_are_covered(cli: Cli) -> None:
    """Each example has full coverage."""
    assert cli("test", CONFIG, "--fail-under", 100).exit_code == 0


def test_passing_scenarios_are_counted(cli: Cli, door: Path) -> None:
    """The table goes to stdout, the summary to stderr; without config the current folder is used."""
    result = cli("test")
    assert result.stderr == "1 scenario: all passed\n"
    assert " ".join(result.stdout.splitlines()[1].split()) == "door 1/1 2/2 1/2 0/1 - 1/2 1/2 55%"
    assert result.exit_code == 0


def test_a_failure_shows_what_was_expected_and_why(cli: Cli, door: Path) -> None:
    """It has the place, the command, both outcomes and the trace of each branch."""
    (door / "door.scenarios.yaml").write_text(OPENS + KICK)
    result = cli("test", "door.scenarios.yaml")
    assert result.stdout.splitlines()[:5] == [
        "door.scenarios.yaml:6:5: a kick opens no door",
        "  when Kick in closed at version 0",
        "    outcome  expected  accepted",
        '             got       refused: LOCKED, "Kick" is refused in state "closed"',
        "    branch 1: chosen",
    ]
    assert (result.stderr, result.exit_code) == ("2 scenarios: 1 failed\n", 1)


def test_an_impossible_given_step_is_shown_at_its_place(cli: Cli, door: Path) -> None:
    """The place is that of the step, not of the scenario."""
    given = "    given: [{event: Open}, {event: Open}]\n    when: {command: Close}\n"
    (door / "door.scenarios.yaml").write_text(OPENS.replace("    when: {command: Open}\n", given))
    result = cli("test", ".")
    assert result.stdout.startswith("door.scenarios.yaml:4:28: a closed door opens\n  given step 2 is imp")
    assert result.exit_code == 1


def test_a_faulty_file_is_reported_and_the_others_run(cli: Cli, door: Path) -> None:
    """The finding has its place and a suggestion."""
    (door / "more.scenarios.yaml").write_text(OPENS.replace("state: open", "state: opne"))
    (door / "lost.scenarios.yaml").write_text(OPENS.replace("machine: door", "machine: dor"))
    result = cli("test")
    assert 'lost.scenarios.yaml:1:10: definition "dor.machine.yaml" not found in this folder' in result.stderr
    assert 'did you mean "door.machine.yaml"' in result.stderr
    assert result.stderr.endswith("\n1 scenario: 2 files could not be run\n")
    assert result.exit_code == 1


def test_a_faulty_file_is_an_error_in_junit(cli: Cli, door: Path) -> None:
    """Without this error, the report would be green."""
    (door / "door.scenarios.yaml").write_text(OPENS.replace("state: open", "state: opne"))
    [_, faulty] = ElementTree.fromstring(cli("test", "--format", "junit").stdout)
    assert (faulty.get("name"), faulty.get("errors")) == ("door.scenarios.yaml", "1")
    error = faulty.find("testcase/error")
    assert error is not None
    assert 'has no state "opne"; did you mean "open"?' in str(error.get("message"))


def test_a_faulty_file_has_a_line_in_json(cli: Cli, door: Path) -> None:
    """The line has the format of `check`."""
    (door / "door.scenarios.yaml").write_text(OPENS.replace("machine: door", "machine: a/b"))
    finding, machine = documents(cli("test", "--format", "json"))
    assert (finding["file"], finding["line"], finding["code"]) == ("door.scenarios.yaml", 1, "SW005")
    assert machine["machine"] == "door"


@pytest.mark.parametrize("arguments", [[], ["--mutate"], ["--generate"]])
def test_an_empty_folder_exits_2(cli: Cli, tmp_path: Path, arguments: list[str]) -> None:
    """A test of nothing must not look like success."""
    result = cli("test", *arguments)
    assert 'no definitions or scenarios in "."' in result.stderr
    assert result.exit_code == 2


def test_a_folder_without_scenarios_exits_2(cli: Cli, door: Path) -> None:
    """The message names a command that writes some."""
    (door / "door.scenarios.yaml").unlink()
    result = cli("test")
    assert "`statewright test --generate --write` writes some" in result.stderr
    assert result.exit_code == 2


def test_a_named_definition_without_scenarios_is_reported(cli: Cli, door: Path) -> None:
    """A hook passes changed files, which may have no scenarios; the summary does not claim success."""
    (door / "door.scenarios.yaml").unlink()
    result = cli("test", "door.machine.yaml")
    first, last = result.stderr.splitlines()
    assert first.startswith('no scenarios for "door.machine.yaml"; `statewright test --generate --write`')
    assert (last, result.exit_code) == ("0 scenarios: nothing tested", 0)
    assert cli("test", "door.machine.yaml", "--fail-under", 1).exit_code == 1


def test_a_definition_with_faulty_scenarios_is_not_reported_as_untested(cli: Cli, door: Path) -> None:
    """`--generate --write` could not help: it appends nothing to a file with errors, and says so."""
    text = "machine: door\nscenarios: [{name: kick, when: {command: Kick}}]"
    (door / "door.scenarios.yaml").write_text(text)
    assert "no scenarios for" not in cli("test").stderr
    refused = cli("test", "--generate", "--write")
    assert "door.scenarios.yaml: nothing appended; the file has errors" in refused.stderr
    assert refused.exit_code == 1


def test_k_selects_scenarios_by_name(cli: Cli, door: Path) -> None:
    """A part of the name matches, regardless of case; no match is an error."""
    (door / "door.scenarios.yaml").write_text(OPENS + KICK)
    assert cli("test", "-k", "CLOSED").exit_code == 0
    assert cli("test", "-k", "window").exit_code == 2
    assert cli("test", "-k", "closed", "--fail-under", 1).exit_code == 2


def test_coverage_lists_missed_goals_with_their_lines(cli: Cli, door: Path) -> None:
    """The lines are those of the definition."""
    lines = cli("test", "--coverage").stdout.splitlines()
    assert "door.machine.yaml:4:40: no scenario covers the refusal Kick: reject LOCKED" in lines


def test_coverage_below_fail_under_fails(cli: Cli, door: Path) -> None:
    """Each machine is compared with the limit."""
    assert cli("test", "--fail-under", 55).exit_code == 0
    result = cli("test", "--fail-under", 56)
    assert "door: 55% covered; --fail-under requires 56%" in result.stderr
    assert result.exit_code == 1


def test_json_has_a_line_for_each_scenario_and_machine(cli: Cli, door: Path) -> None:
    """A failed scenario has an explanation."""
    (door / "door.scenarios.yaml").write_text(OPENS + KICK)
    opens, kick, machine = documents(cli("test", "--format", "json"))
    assert (opens["passed"], opens["line"], opens["explanation"]) == (True, 3, [])
    assert (kick["passed"], kick["explanation"][0]) == (False, "when Kick in closed at version 0")
    assert machine["covered"]["refusal"] == [1, 1]
    assert {missed["what"] for missed in machine["missed"]} >= {"Close: emit Close, go to closed"}


def test_junit_is_written_to_a_file_along_with_the_text(cli: Cli, door: Path) -> None:
    """A failed case has an explanation."""
    (door / "door.scenarios.yaml").write_text(OPENS + KICK)
    result = cli("test", "--format", "text", "--format", "junit:report.xml")
    [suite] = ElementTree.parse(door / "report.xml").getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("door", "2", "1")
    failure = suite.find("testcase[@name='a kick opens no door']/failure")
    assert failure is not None
    assert "expected  accepted" in str(failure.text)
    assert "MACHINE" in result.stdout


def test_a_failure_with_control_characters_is_valid_xml(cli: Cli, door: Path) -> None:
    """XML cannot represent the bell character."""
    text = OPENS.replace("a closed door opens", r'"a \a bell"').replace("state: open", "state: closed")
    (door / "door.scenarios.yaml").write_text(text)
    ElementTree.fromstring(cli("test", "--format", "junit").stdout)


@pytest.mark.parametrize("formats", [["toml"], ["json", "text"], ["junit", "json"]])
def test_impossible_formats_are_refused(cli: Cli, door: Path, formats: list[str]) -> None:
    """Unknown formats and two formats for stdout are usage errors."""
    arguments = [part for format in formats for part in ("--format", format)]
    assert cli("test", *arguments).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--generate", "--mutate", "-f", "json"], "--format cannot be combined with --mutate --generate"),
        (["--generate", "--format", "junit"], "--generate supports only the formats text and json"),
        (["--from-store"], "--from-store requires --db FILE or --table NAME"),
        (["--generate", "--fail-under", 100], "--fail-under cannot be combined with --generate"),
        (["--generate", "--coverage"], "--coverage cannot be combined with --generate or --mutate"),
        (["--mutate", "--coverage"], "--coverage cannot be combined with --generate or --mutate"),
        (["--generate", "--seed", 0], "--seed requires --mutate"),
        (["--mutants-max", 500], "--mutants-max requires --mutate"),
        (["--mutate", "--write"], "--write requires --generate"),
    ],
)
def test_an_option_without_effect_is_refused(
    cli: Cli, door: Path, arguments: list[object], reason: str
) -> None:
    """This includes default values, because the user expects an effect."""
    result = cli("test", *arguments)
    assert reason in result.stderr
    assert (result.stdout, result.exit_code) == ("", 2)


def test_generate_prints_missing_scenarios(cli: Cli, door: Path) -> None:
    """The output can be added to the existing file, which stays unchanged."""
    result = cli("test", "--generate")
    assert result.stdout.startswith(
        '# door.scenarios.yaml\n  # state closed\n  - name: "Kick in closed is refused: LOCKED"\n'
    )
    assert (door / "door.scenarios.yaml").read_text() == OPENS
    assert result.exit_code == 0


def test_generated_scenarios_are_written_and_pass(cli: Cli, door: Path) -> None:
    """A second run changes nothing."""
    assert "2 scenarios written; review them" in cli("test", "--generate", "--write").stderr
    written = (door / "door.scenarios.yaml").read_text()
    assert written.startswith(OPENS)
    assert cli("test", "--fail-under", 100).exit_code == 0
    cli("test", "--generate", "--write")
    assert (door / "door.scenarios.yaml").read_text() == written


def test_generate_creates_a_missing_file(cli: Cli, door: Path) -> None:
    """It passes with full coverage."""
    (door / "door.scenarios.yaml").unlink()
    cli("test", "--generate", "--write")
    assert cli("test", "--fail-under", 100).exit_code == 0


def test_a_file_that_cannot_be_appended_to_stays_unchanged(cli: Cli, door: Path) -> None:
    """Here `scenarios` is not the last key."""
    text = OPENS.replace("machine: door\n", "") + "machine: door\n"
    (door / "door.scenarios.yaml").write_text(text)
    result = cli("test", "--generate", "--write")
    assert "cannot append" in result.stderr
    assert ((door / "door.scenarios.yaml").read_text(), result.exit_code) == (text, 1)


def test_mutate_lists_unnoticed_mutants(cli: Cli, door: Path) -> None:
    """Each has the place of the change and a command that reveals it."""
    result = cli("test", "--mutate")
    state, first, hint = result.stdout.splitlines()[:3]
    assert state == "door: state closed"
    assert first == "door.machine.yaml:4:40: no scenario notices: Kick: drop the only branch"
    assert hint == "  a scenario would notice it: when Kick in closed at version 0"
    assert result.exit_code == 0
    assert cli("test", "--mutate", "--fail-under", 90).exit_code == 1


def test_mutate_and_generate_write_scenarios_that_notice(cli: Cli, door: Path) -> None:
    """The score becomes 100%; a second run changes nothing."""
    cli("test", "--mutate", "--generate", "--write")
    written = (door / "door.scenarios.yaml").read_text()
    assert cli("test", "--mutate", "--fail-under", 100).exit_code == 0
    cli("test", "--mutate", "--generate", "--write")
    assert (door / "door.scenarios.yaml").read_text() == written


def test_an_upcast_without_an_older_event_is_not_tried(cli: Cli, tmp_path: Path) -> None:
    """It does not count as noticed or equivalent, because no decision was compared."""
    opened = """{version: 2, payload: {by: string}, upcast: {1: {by: "'nobody'"}}}"""
    commands = "commands: {Open: {payload: {by: string}}, Kick: , Close: }\n"
    (tmp_path / "door.machine.yaml").write_text(f"{MACHINE}{commands}events: {{Open: {opened}, Close: }}\n")
    lines = cli("test", "--mutate").stdout.splitlines()
    place = lines.index("door: across states")
    assert lines[place + 1].endswith("no scenario notices: upcast 1 of Open: drop by: 'nobody'")
    assert lines[place + 2] == "  not tried: no scenario has a given event that needs this upcast"


def test_mutants_of_failing_scenarios_are_not_tried(cli: Cli, door: Path) -> None:
    """A failing scenario would notice every mutant."""
    (door / "door.scenarios.yaml").write_text(OPENS + KICK)
    result = cli("test", "--mutate")
    assert "fix them first" in result.stderr
    assert (result.stdout, result.exit_code) == ("", 1)


def test_a_sample_of_mutants_names_its_seed(cli: Cli, door: Path) -> None:
    """The same seed selects the same changes."""
    result = cli("test", "--mutate", "--mutants-max", 3, "--seed", 7, "--format", "json")
    assert "door: tried 3 of 9 changes, selected by --seed 7" in result.stderr
    assert documents(result)[-1]["mutants"] == 3
