"""`statewright verify`: sources, output, saved state and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from statewright.evolution.verify.segments import StreamBatch
from tests.cli.commands import CONFIG, Cli, documents, envelope
from tests.emulators.clients import client_of, environment_of, new_bucket, new_table
from tests.evolution.verify.histories import written_export

DOOR = """
machine: door
initial: shut
data: {uses: {type: integer, default: 0}}
events:
  Opened: {set: {uses: data.uses + 1}}
  Closed:
states:
  shut: {accepts: {Open: {emit: Opened, target: open}}}
  open: {accepts: {Close: {emit: Closed, target: shut}}}
"""
STICKS = DOOR.replace("Close: {emit: Closed, target: shut}", "Close: {emit: Closed}")
COUNTS_BY_2 = DOOR.replace("data.uses + 1", "data.uses + 2")


@pytest.fixture
def doors(cli: Cli) -> list[str]:
    """Return commands for 30 doors, of which every third is shut again, and create their definition."""
    Path("config").mkdir()
    Path("config/door.machine.yaml").write_text(DOOR)
    opened = [envelope(f"c-{n}", "door", f"d-{n:02}", "Open") for n in range(30)]
    shut = [envelope(f"e-{n}", "door", f"d-{n:02}", "Close") for n in range(0, 30, 3)]
    return [*opened, *shut]


@pytest.fixture
def db(cli: Cli, doors: list[str]) -> Path:
    """Store these doors in a SQLite file."""
    assert cli("run", "-", "--db", "events.db", input="\n".join(doors)).exit_code == 0
    return Path("events.db")


@pytest.fixture
def verify(cli: Cli, db: Path) -> Callable[..., Result]:
    """Return a function; `verify(STICKS, "--format", "json")` verifies the file under that definition."""

    def run(text: str, *arguments: object) -> Result:
        Path("next.machine.yaml").write_text(text)
        return cli("verify", "next.machine.yaml", "--db", db, *arguments)

    return run


def test_a_definition_that_folds_everything_exits_0(verify: Callable[..., Result]) -> None:
    """It prints the number of aggregates by state."""
    result = verify(DOOR)
    assert result.exit_code == 0
    assert (
        result.stdout
        == "MACHINE  STATE  AGGREGATES\ndoor     open           20\ndoor     shut           10\n"
    )
    assert result.stderr.startswith("40 events in 30 streams: all fold; data compared for 0 of 30")


def test_a_diverging_stream_exits_1(verify: Callable[..., Result]) -> None:
    """Faults are counted by cause, with a few examples."""
    result = verify(STICKS)
    assert result.exit_code == 1
    assert "door: 10 streams [diverged] an event now moves to a different state" in result.stdout
    assert '\n  door/d-00 diverges at version 2: definition version 1 stored state "shut"' in result.stdout
    assert "\n  … and 5 more; --format jsonl shows all\n" in result.stdout


def test_json_is_one_document(verify: Callable[..., Result]) -> None:
    """It contains the counts and the examples."""
    [document] = documents(verify(STICKS, "--format", "json"))
    [fault] = document["faults"]
    assert (document["streams"], document["events"]) == (30, 40)
    assert document["states"] == [{"machine": "door", "state": "open", "aggregates": 20}]
    assert (fault["machine"], fault["cause"], fault["streams"]) == ("door", "diverged", 10)
    assert [example["stream"] for example in fault["examples"]][:2] == ["door/d-00", "door/d-03"]


def test_jsonl_lists_every_stream_with_a_fault(verify: Callable[..., Result]) -> None:
    """The report goes to stderr."""
    result = verify(STICKS, "--format", "jsonl")
    found = documents(result)
    assert [one["stream"] for one in found] == [f"door/d-{n:02}" for n in range(0, 30, 3)]
    assert {(one["cause"], one["version"]) for one in found} == {("diverged", 2)}
    assert "10 streams [diverged]" in result.stderr


def test_changed_data_is_found_against_the_live_definition(verify: Callable[..., Result]) -> None:
    """Without snapshots, only this comparison shows the change."""
    assert verify(COUNTS_BY_2).exit_code == 0
    result = verify(COUNTS_BY_2, "--against", "config")
    assert result.exit_code == 1
    assert "door: 30 streams [data_differ]" in result.stdout
    assert result.stderr.endswith("30 with a fault; data compared for all\n")


def test_a_definition_may_be_json(cli: Cli, db: Path) -> None:
    """YAML and JSON are equivalent."""
    moves = {"shut": {"accepts": {"Open": "open"}}, "open": {"accepts": {"Close": "shut"}}}
    document = {"machine": "door", "initial": "shut", "states": moves}
    Path("door.machine.json").write_text(json.dumps(document))
    result = cli("verify", "door.machine.json", "--db", db)
    assert "door: 30 streams [unknown_move]" in result.stdout


def test_a_machine_without_a_definition_is_named(cli: Cli, db: Path) -> None:
    """`--machine` limits the check to other machines."""
    result = cli("verify", CONFIG / "order.machine.yaml", "--db", db)
    assert "door: 30 streams [unknown_machine] no definition declares the machine" in result.stdout
    only = cli("verify", CONFIG / "order.machine.yaml", "--db", db, "--machine", "order")
    assert (only.exit_code, only.stderr.startswith("0 events in 0 streams")) == (0, True)


def test_an_unknown_machine_is_a_usage_error(verify: Callable[..., Result]) -> None:
    """The message suggests the nearest name."""
    result = verify(DOOR, "--machine", "dor")
    assert result.exit_code == 2
    assert '--machine: no definition declares "dor"; did you mean "door"?' in result.stderr


@pytest.mark.parametrize(
    "sources", [(), ("--db", "events.db", "--export", "."), ("--table", "t", "--export", ".")]
)
def test_exactly_one_source_is_required(cli: Cli, db: Path, sources: tuple[str, ...]) -> None:
    """Both no source and two sources are usage errors."""
    result = cli("verify", *sources)
    assert "give the events as one of --db FILE, --table NAME or --export DIR" in result.stderr
    assert result.exit_code == 2


def test_a_broken_definition_is_shown_with_its_findings(verify: Callable[..., Result]) -> None:
    """The findings look as they do in `check`."""
    result = verify(DOOR.replace("target: open", "target: opne"))
    assert 'unknown state "opne"' in result.stdout
    assert result.exit_code == 1


def test_two_files_of_one_machine_are_refused(cli: Cli, db: Path) -> None:
    """The command cannot know which one to use."""
    Path("other.machine.yaml").write_text(DOOR)
    result = cli("verify", "other.machine.yaml", "config", "--db", db)
    assert 'both declare machine "door"' in result.stderr
    assert result.exit_code == 2


def test_an_interrupted_run_is_resumed(
    verify: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report equals that of one run, and the state is removed at the end."""
    monkeypatch.setattr("statewright.evolution.verify.segments.STREAMS_PER_BATCH", 7)
    with monkeypatch.context() as patch:
        patch.setattr("statewright.evolution.verify.segments.verify_log", interrupted_after(2))
        stopped = verify(STICKS, "--state", "state.json", "--format", "json")
    assert (stopped.exit_code, stopped.stdout) == (130, "")
    assert "stopped after 19 events in 14 streams" in stopped.stderr
    resumed = verify(STICKS, "--state", "state.json", "--format", "json")
    assert resumed.stdout == verify(STICKS, "--format", "json").stdout
    assert not Path("state.json").exists()


def interrupted_after(batches: int) -> Callable[..., Iterator[StreamBatch]]:
    """Return a run that raises KeyboardInterrupt, as on Ctrl-C, after this many batches."""
    from statewright.evolution.verify.segments import verify_log

    def walked(*arguments: object, **options: object) -> Iterator[StreamBatch]:
        for number, batch in enumerate(verify_log(*arguments, **options)):  # type: ignore[arg-type]
            if number == batches:
                raise KeyboardInterrupt
            yield batch

    return walked


def test_a_state_of_another_candidate_is_refused(
    verify: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report on two candidates would be meaningless."""
    with monkeypatch.context() as patch:
        patch.setattr("statewright.evolution.verify.segments.verify_log", interrupted_after(0))
        verify(STICKS, "--state", "state.json")
    result = verify(DOOR, "--state", "state.json")
    assert result.exit_code == 2
    assert "state.json: was started with different definitions; delete it to start over" in result.stderr


def test_the_state_must_not_overwrite_the_events(verify: Callable[..., Result], db: Path) -> None:
    """A link to the file is refused, too, because the state is removed at the end."""
    before = db.read_bytes()
    Path("link").symlink_to(db)
    for state in (db, "link"):
        result = verify(DOOR, "--state", state)
        assert f'--state: "{state}" contains the events; name a different file' in result.stderr
        assert result.exit_code == 2
    assert db.read_bytes() == before


def test_a_file_that_is_not_a_state_is_kept(verify: Callable[..., Result]) -> None:
    """The user may need it."""
    Path("notes.json").write_text("{}")
    result = verify(DOOR, "--state", "notes.json")
    assert "notes.json: is not a verification state; name another file with --state" in result.stderr
    assert (result.exit_code, Path("notes.json").read_text()) == (2, "{}")


def test_a_state_needs_an_existing_folder(verify: Callable[..., Result]) -> None:
    """The folder is checked before anything is read."""
    result = verify(DOOR, "--state", "nowhere/state.json")
    assert '--state: folder "nowhere" does not exist; create it first' in result.stderr
    assert result.exit_code == 2


def test_a_resumed_run_prints_the_remaining_faults(
    verify: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Earlier faults are not repeated, but the report counts all faults."""
    monkeypatch.setattr("statewright.evolution.verify.segments.STREAMS_PER_BATCH", 7)
    arguments = ("--state", "state.json", "--format", "jsonl")
    with monkeypatch.context() as patch:
        patch.setattr("statewright.evolution.verify.segments.verify_log", interrupted_after(2))
        before = [one["stream"] for one in documents(verify(STICKS, *arguments))]
    resumed = verify(STICKS, *arguments)
    assert before == [f"door/d-{n:02}" for n in range(0, 14, 3)]
    assert [one["stream"] for one in documents(resumed)] == [f"door/d-{n:02}" for n in range(15, 30, 3)]
    assert "10 streams [diverged]" in resumed.stderr


@pytest.fixture
def table(cli: Cli, doors: list[str], dynamodb_local: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Store the same doors in a table."""
    for name, value in environment_of(dynamodb=dynamodb_local).items():
        monkeypatch.setenv(name, value)
    name = new_table(client_of("dynamodb", dynamodb_local))
    assert cli("run", "-", "--table", name, input="\n".join(doors)).exit_code == 0
    return name


def test_a_table_gives_the_same_report_as_a_file(cli: Cli, table: str, db: Path) -> None:
    """The table is scanned in segments."""
    Path("config/door.machine.yaml").write_text(STICKS)
    scanned, read = (
        cli("verify", *source, "--format", "json") for source in (("--table", table), ("--db", db))
    )
    assert (scanned.exit_code, scanned.stdout) == (1, read.stdout)


def test_an_export_gives_the_same_report_as_its_table(cli: Cli, table: str, dynamodb_local: str) -> None:
    """The export is read from a folder."""
    written_export(client_of("dynamodb", dynamodb_local), table, Path("export"))
    Path("config/door.machine.yaml").write_text(STICKS)
    exported, scanned = (
        cli("verify", *source, "--format", "json") for source in (("--export", "export"), ("--table", table))
    )
    assert (exported.exit_code, exported.stdout) == (1, scanned.stdout)


def test_a_table_that_does_not_exist_exits_2(cli: Cli, table: str) -> None:
    """The message contains its name."""
    result = cli("verify", "--table", f"{table}-other")
    assert (result.exit_code, f"{table}-other" in result.stderr) == (2, True)


def test_candidates_may_be_in_s3(cli: Cli, db: Path, ministack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The definitions of `--against` may be in S3, too."""
    for name, value in environment_of(others=ministack).items():
        monkeypatch.setenv(name, value)
    place = f"s3://{new_bucket(client_of('s3', ministack))}/machines"
    assert cli("publish", "config", "--to", place).exit_code == 0
    assert cli("verify", place, "--db", db, "--against", place).stderr.endswith("data compared for all\n")
