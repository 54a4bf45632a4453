"""`statewright diagram`: formats, comparisons, coverage, stored aggregates and errors."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import CONFIG, Cli, place
from tests.diagrams.svg import fills_of, texts_of
from tests.emulators.clients import client_of, environment_of, new_table

ORDER = CONFIG / "order.machine.yaml"
DOOR = """\
machine: door
initial: closed
states:
  closed: {accepts: {Open: open}}
  open: {accepts: {Close: closed}}
"""
SCENARIOS = """
machine: door
scenarios:
  - {name: a door opens, when: {command: Open}, then: {state: open}}
"""


@pytest.fixture
def door(tmp_path: Path) -> Path:
    path = tmp_path / "door.machine.yaml"
    path.write_text(DOOR)
    return path


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("picture", "beginning"),
    [
        ("mermaid", "---\ntitle: "),
        ("dot", "digraph {\n"),
        ("table", "STATE "),
        ("markdown", "**order, version 3**\n"),
    ],
)
def test_stdout_contains_only_the_diagram(cli: Cli, picture: str, beginning: str) -> None:
    """Each format prints only the diagram to stdout, and nothing to stderr."""
    result = cli("diagram", ORDER, "-f", picture)
    assert result.stdout.startswith(beginning)
    assert (result.exit_code, result.stderr) == (0, "")


def test_mermaid_is_the_default(cli: Cli) -> None:
    """Without `--format`, the diagram is Mermaid text, which many tools can draw."""
    assert cli("diagram", ORDER).stdout == cli("diagram", ORDER, "--format", "mermaid").stdout


def test_svg_without_graphviz_exits_2_with_a_remedy(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stdout is empty, and the error suggests installing Graphviz or using Mermaid."""
    monkeypatch.setenv("PATH", "/nowhere")
    result = cli("diagram", ORDER, "-f", "svg")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        'its program "dot" is not on PATH; install the package graphviz, or use --format mermaid'
        in result.stderr
    )


@pytest.mark.e2e
@pytest.mark.usefixtures("graphviz")
def test_svg_colours_the_changed_states(cli: Cli, door: Path, tmp_path: Path) -> None:
    """Added states are green, removed ones red and changed ones yellow."""
    earlier = tmp_path / "earlier.machine.yaml"
    earlier.write_text(DOOR + "  ajar: {}\n")
    door.write_text(DOOR.replace("{accepts: {Close: closed}}", "{final: true}") + "  shut: {}\n")
    result = cli("diagram", door, "--against", earlier, "-f", "svg")
    assert (result.exit_code, result.stderr) == (0, "")
    assert {"+ shut", "− ajar", "~ open"} <= set(texts_of(result.stdout))
    assert {"#dafbe1", "#ffebe9", "#fff8c5"} <= fills_of(result.stdout)


def test_a_revision_of_git_is_compared(cli: Cli, door: Path) -> None:
    """`--against git:HEAD` reads the commit and leaves the file on disk unchanged."""
    git(door.parent, "init", "-q")
    git(door.parent, "add", door.name)
    git(door.parent, "commit", "-q", "-m", "a")
    door.write_text(DOOR + "  ajar: {}\n")
    result = cli("diagram", door, "--against", "git:HEAD", "-f", "dot")
    assert '"+ ajar"' in result.stdout
    assert door.read_text().endswith("ajar: {}\n")


def test_a_file_and_a_folder_are_compared(cli: Cli, door: Path, tmp_path: Path) -> None:
    """The earlier version can be a file, or a folder in which it is found by its machine name."""
    earlier = tmp_path / "earlier" / "x.machine.json"
    earlier.parent.mkdir()
    earlier.write_text('{"machine": "door", "initial": "closed", "states": {"closed": {}}}')
    by_file = cli("diagram", door, "--against", earlier, "-f", "table").stdout
    assert by_file.startswith("door, version 1 (+ added, − removed, ~ changed, against ")
    assert (
        by_file.splitlines()[1:]
        == cli("diagram", door, "--against", "earlier", "-f", "table").stdout.splitlines()[1:]
    )


@pytest.mark.parametrize(
    ("against", "complaint"),
    [
        ("git:nowhere", "git rev-parse failed: fatal: not a git repository"),
        ("missing", '"missing" cannot be read; name a file, a folder, git:REF, s3://BUCKET/PREFIX or pub'),
        ("other", 'no definition of machine "door" at "other"; expected "lamp"'),
    ],
)
def test_an_unusable_earlier_version_exits_2(cli: Cli, door: Path, against: str, complaint: str) -> None:
    """The error names the value of `--against`."""
    (door.parent / "other").mkdir()
    (door.parent / "other" / "x.machine.json").write_text(
        '{"machine": "lamp", "initial": "on", "states": {"on": {}}}'
    )
    result = cli("diagram", door, "--against", against)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


def test_coverage_marks_reached_and_unreached_transitions(cli: Cli, door: Path, tmp_path: Path) -> None:
    """Transitions that a scenario reaches are marked ✓, and the others ✗."""
    scenarios = tmp_path / "door.scenarios.yaml"
    scenarios.write_text(SCENARIOS)
    result = cli("diagram", door, "--coverage", scenarios, "-f", "dot")
    assert '[label="  ✓ Open / Open  ", color=' in result.stdout
    assert '[label="  ✗ Close / Close  ", color=' in result.stdout


def test_at_marks_the_current_state_of_an_aggregate(cli: Cli, db: Path) -> None:
    """The commands that the aggregate accepts now are marked as well."""
    result = cli("diagram", ORDER, "--at", "o-1", "--db", db, "-f", "dot")
    assert 'label="● picking"' in result.stdout
    assert 'label="  ▸ Pack / OrderPacked  "' in result.stdout
    assert 'label="  Ship / OrderShipped  "' in result.stdout


def test_an_aggregate_in_a_table_of_dynamodb_is_shown(
    cli: Cli, dynamodb_local: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--at` reads an aggregate from `--table` as it does from `--db`."""
    for name, value in environment_of(dynamodb=dynamodb_local).items():
        monkeypatch.setenv(name, value)
    name = new_table(client_of("dynamodb", dynamodb_local))
    cli("run", "-", "--definitions", CONFIG, "--table", name, input=place("c-1", "o-1"))
    result = cli("diagram", ORDER, "--at", "o-1", "--table", name, "-f", "dot")
    assert 'label="● awaiting_payment' in result.stdout
    assert 'label="  ▸ Pay' in result.stdout


def test_an_aggregate_in_a_final_state_is_shown_in_a_table(cli: Cli, door: Path, tmp_path: Path) -> None:
    """A final state has a row in the table although it accepts no commands."""
    door.write_text(DOOR.replace("{accepts: {Close: closed}}", "{final: true}"))
    command = '{"id": "c-1", "machine": "door", "aggregate_id": "d-1", "command": "Open"}'
    cli("run", "-", "--definitions", tmp_path, "--db", "e.db", input=command)
    result = cli("diagram", door, "--at", "d-1", "--db", tmp_path / "e.db", "-f", "table")
    assert "●  open" in result.stdout.splitlines()


def test_an_aggregate_of_another_machine_is_refused(cli: Cli, db: Path) -> None:
    """`--at` rejects an aggregate whose machine is not the one of the diagram."""
    result = cli("diagram", ORDER, "--at", "account/a-1", "--db", db)
    assert result.exit_code == 2
    assert '"account/a-1" is not an aggregate of machine "order"' in result.stderr


@pytest.mark.parametrize(
    "options", [("--at", "o-1"), ("--db", ORDER), ("--against", "x", "--coverage", ORDER)]
)
def test_conflicting_options_exit_2(cli: Cli, options: tuple[object, ...]) -> None:
    """`--at` needs an event store, an event store needs `--at`, and `--against` excludes `--coverage`."""
    assert cli("diagram", ORDER, *options).exit_code == 2


def test_a_broken_neighbour_is_not_compared(cli: Cli, door: Path, tmp_path: Path) -> None:
    """Definitions of other machines in the folder may have errors."""
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier/door.machine.yaml").write_text(DOOR)
    (tmp_path / "earlier/gate.machine.yaml").write_text(
        DOOR.replace("door", "gate").replace(": open", ": no")
    )
    (tmp_path / "earlier/wall.machine.yaml").write_text("machine: [")
    result = cli("diagram", door, "--against", "earlier", "-f", "dot")
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_broken_earlier_version_exits_2_with_its_findings(cli: Cli, door: Path, tmp_path: Path) -> None:
    """The error asks for an earlier version without errors."""
    earlier = tmp_path / "earlier.machine.yaml"
    earlier.write_text(DOOR.replace("Open: open", "Open: opne"))
    result = cli("diagram", door, "--against", earlier)
    assert result.exit_code == 2
    assert 'unknown state "opne"' in result.stdout
    assert "has errors; name a version without" in result.stderr


def test_an_earlier_version_that_is_declared_twice_exits_2(cli: Cli, door: Path, tmp_path: Path) -> None:
    """Two definitions of the machine in the folder are ambiguous, and the error names both files."""
    (tmp_path / "earlier").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"earlier/{name}.machine.yaml").write_text(DOOR)
    result = cli("diagram", door, "--against", "earlier")
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'machine "door" is declared in "earlier/a.machine.yaml" and "earlier/b' in result.stderr


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (DOOR.replace("Open: open", "Open: opne"), 'unknown state "opne"'),
        (DOOR.replace("Open: open", "Open: open, Push: {emit: Open, target: closed}"), "[SW203]"),
    ],
)
def test_a_broken_definition_exits_1_with_its_findings(
    cli: Cli, door: Path, broken: str, complaint: str
) -> None:
    """A definition with errors prints its findings and no part of a diagram."""
    door.write_text(broken)
    result = cli("diagram", door)
    assert result.exit_code == 1
    assert complaint in result.stdout
    assert "stateDiagram" not in result.stdout


def test_the_diagram_in_the_guide_equals_its_sample_output() -> None:
    """The Mermaid block that a code host draws equals the output of the sample command in the guide."""
    guide = (CONFIG.parent / "docs/howto/diagrams.md").read_text()
    [drawn] = re.findall(r"```mermaid\n(.*?)```", guide, re.DOTALL)
    assert f"$ statewright diagram parcel.machine.yaml\n{drawn}```" in guide
