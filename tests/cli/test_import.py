"""`statewright import`: an export is checked completely, and written only if every event can be folded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from statewright.cli.import_.history_file import FAULTS_SHOWN_MAX
from tests.cli.commands import CONFIG, Cli, documents, envelope
from tests.evolution.history_import.export import deposits, line, order

BROKEN = line("order/o-2", 1, "OrderPaid", {"amount": 1})


@pytest.fixture
def export(tmp_path: Path) -> Any:
    """`export(*lines)` writes export.jsonl."""
    return lambda *lines: (tmp_path / "export.jsonl").write_text("\n".join(lines))


@pytest.fixture
def import_(cli: Cli) -> Cli:
    """Call the command `import` with export.jsonl and the machines of config/."""
    return lambda *arguments, **options: cli(
        "import", "export.jsonl", "--definitions", CONFIG, *arguments, **options
    )


def test_a_dry_run_reports_and_writes_nothing(export: Any, import_: Cli, tmp_path: Path) -> None:
    """A dry run counts streams, events and final states, and creates no event file."""
    export(*order("order/o-1"), *order("order/o-2"), *deposits("account/a-1", 4))
    result = import_("--dry-run", "--db", "events.db")
    assert result.stdout.splitlines() == [
        "10 events in 3 streams can be imported",
        "MACHINE  STATE               STREAMS",
        "account  open.active               1",
        "order    fulfilment.picking        2",
    ]
    assert (result.exit_code, result.stderr) == (0, "nothing was written\n")
    assert not (tmp_path / "events.db").exists()


def test_imported_aggregates_have_the_state_of_their_history(export: Any, import_: Cli, cli: Cli) -> None:
    """`show` and `history` treat imported events like those of stored commands."""
    export(*order("order/o-1", actor_id="u-7"))
    assert import_("--db", "e.db").stdout.endswith("\n3 events written, 0 already stored\n")
    [shown] = documents(cli("show", "o-1", "--db", "e.db", "--definitions", CONFIG, "--format", "json"))
    assert (shown["leaf"], shown["data"]) == ("fulfilment.picking", {"paid": 1000, "total": 1000})
    assert shown["definition"] == shown["decided_by"]
    first, *_ = documents(cli("history", "o-1", "--db", "e.db", "--format", "json"))
    assert (first["time"], first["actor_id"]) == ("2024-05-01T09:01:00.000000Z", "u-7")


def test_the_handler_continues_an_imported_history(export: Any, import_: Cli, run: Cli) -> None:
    """The handler accepts a command to an imported stream that is longer than a page."""
    export(*deposits("account/a-1", 130))
    import_("--db", "e.db")
    deposit = envelope("new-1", "account", "a-1", "Deposit", {"amount": 5})
    [done] = documents(run("-", "--db", "e.db", "--format", "json", input=deposit))
    assert (done["code"], done["version"]) == ("ACCEPTED", 131)


def test_an_imported_command_takes_effect_once(export: Any, import_: Cli, run: Cli) -> None:
    """Redelivering an imported command after the migration changes nothing."""
    export(*deposits("account/a-1", 3))
    import_("--db", "e.db")
    again = envelope("c-3", "account", "a-1", "Deposit", {"amount": 3})
    [done] = documents(run("-", "--db", "e.db", "--format", "json", input=again))
    assert (done["code"], done["version"]) == ("DUPLICATE", 3)


def test_a_printed_history_can_be_imported(export: Any, import_: Cli, cli: Cli, db: Path) -> None:
    """The output of `history --format json` can be imported after adding the stream name."""
    stored = documents(cli("history", "order/o-1", "--db", db, "--format", "json"))
    keys = ("version", "type", "event_version", "data", "time", "command_id", "actor_id")
    export(*(json.dumps({"stream": "order/o-1"} | {key: event[key] for key in keys}) for event in stored))
    assert import_("--db", "copy.db").exit_code == 0
    assert import_("--db", db).stdout.endswith("0 events written, 3 already stored\n")


def test_nothing_is_written_if_there_is_a_fault(export: Any, import_: Cli, tmp_path: Path) -> None:
    """Stdout shows the file, line, stream and cause, and stderr the remedies."""
    export(*order("order/o-1"), BROKEN)
    result = import_("--db", "e.db")
    assert result.stdout.startswith(
        'export.jsonl:4: order/o-2: machine "order" version 3 has no transition for event "OrderPaid" '
        'in state "draft"\n'
    )
    assert result.stderr.startswith("nothing was written because 1 stream cannot be imported\nfix the export")
    assert (result.exit_code, (tmp_path / "e.db").exists()) == (1, False)


def test_faulty_streams_can_be_skipped(export: Any, import_: Cli, cli: Cli) -> None:
    """`--skip-faulty` imports the other streams and lists the faulty ones, and the exit code is still 1."""
    export(*order("order/o-1"), BROKEN, *order("order/o-3"))
    result = import_("--db", "e.db", "--skip-faulty")
    assert "export.jsonl:4: order/o-2: " in result.stdout
    assert result.stdout.endswith("6 events written, 0 already stored\n")
    assert result.exit_code == 1
    assert cli("history", "order/o-2", "--db", "e.db").exit_code == 1


def test_no_part_of_a_scattered_stream_is_imported(export: Any, import_: Cli, cli: Cli) -> None:
    """A stream whose lines are not consecutive is faulty, although its first lines are valid."""
    first, *others = order("order/o-1")
    export(first, *order("order/o-2"), *others)
    assert import_("--db", "e.db", "--skip-faulty").exit_code == 1
    assert "o-1" not in cli("history", "o-2", "--db", "e.db").stdout
    assert cli("history", "order/o-1", "--db", "e.db").exit_code == 1


def test_a_scattered_stream_is_reported_once(export: Any, import_: Cli) -> None:
    """A stream is reported once, however many times its lines are interrupted."""
    pairs = zip(deposits("account/a-1", 9), deposits("account/a-2", 9), strict=True)
    export(*order("order/o-1"), *(text for pair in pairs for text in pair))
    result = import_("--dry-run")
    assert [line.split(": ")[1] for line in result.stdout.splitlines()[:2]] == ["account/a-1", "account/a-2"]
    assert result.stdout.splitlines()[2] == "3 events in 1 stream can be imported"
    assert result.stderr.startswith("nothing was written because 2 streams cannot be imported\n")


def test_json_is_one_object_per_faulty_stream(export: Any, import_: Cli) -> None:
    """`--format json` prints all faulty streams and nothing else to stdout."""
    count = FAULTS_SHOWN_MAX + 5
    export(*(line(f"order/o-{n:03}", 1, "OrderPaid", {"amount": 1}) for n in range(count)))
    found = documents(import_("--dry-run", "--format", "json"))
    assert [fault["stream"] for fault in found] == [f"order/o-{n:03}" for n in range(count)]
    assert set(found[0]) == {"stream", "line", "reason"}


def test_text_shows_the_first_faults_and_counts_the_others(export: Any, import_: Cli) -> None:
    """A wrong definition affects every stream, so text output is limited."""
    export(*(line(f"order/o-{n:03}", 1, "OrderPaid", {"amount": 1}) for n in range(FAULTS_SHOWN_MAX + 5)))
    lines = import_("--dry-run").stdout.splitlines()
    assert lines[FAULTS_SHOWN_MAX] == "… and 5 more streams; --format json shows all"


def test_streams_that_break_an_invariant_are_counted(export: Any, import_: Cli) -> None:
    """A stream that breaks an invariant is imported, and the warning contains the invariant."""
    export(order()[0], line("order/o-1", 2, "OrderPaid", {"amount": 5000}))
    result = import_("--db", "e.db")
    assert "so commands are refused until one fixes it: An order cannot" in result.stdout
    assert result.exit_code == 0


def test_streams_that_end_in_the_future_are_counted(export: Any, import_: Cli) -> None:
    """The warning gives the latest time, because the next command would be decided at that time."""
    late = {"time": "2999-05-01T09:00:00Z"}
    export(line("order/o-1", 1, "OrderPlaced", {"total": 1}, **late), *order("order/o-2"))
    warning = import_("--dry-run").stdout.splitlines()[-1]
    assert warning.startswith(
        "warning: 1 stream ends in the future, the latest at 2999-05-01T09:00:00.000000Z"
    )


def test_a_different_history_of_the_same_stream_is_an_error(export: Any, import_: Cli) -> None:
    """Stored events are not overwritten."""
    export(*order())
    import_("--db", "e.db")
    export(order()[0], line("order/o-1", 2, "PaymentReceived", {"amount": 1}))
    result = import_("--db", "e.db")
    assert result.stderr.startswith("Error: order/o-1 at version 2: the stored event differs from the ")
    assert result.exit_code == 2


def test_a_broken_definition_stops_the_import(cli: Cli, tmp_path: Path) -> None:
    """Streams of a broken definition must not be skipped like those of an undeclared machine."""
    (tmp_path / "good.machine.yaml").write_text((CONFIG / "order.machine.yaml").read_text())
    (tmp_path / "bad.machine.yaml").write_text("machine: account\n")
    result = cli(
        "import", "-", "--db", "e.db", "--definitions", ".", "--skip-faulty", input="\n".join(order())
    )
    assert (result.exit_code, "bad.machine.yaml is broken" in result.stderr) == (2, True)
    assert '--definitions: 1 definition in "." cannot be used; fix the errors above' in result.stderr


def test_a_pipe_is_read_to_its_end_first(cli: Cli) -> None:
    """Standard input cannot be read twice, so it is copied to a temporary file first."""
    text = "\n".join(order())
    result = cli("import", "-", "--db", "e.db", "--definitions", CONFIG, input=text)
    assert "3 events written" in result.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "give --db FILE or --table NAME to write to"),
        (("--db", "e.db", "--table", "events"), "--db and --table cannot be combined"),
        (("--db", "e.db", "--definitions", "nowhere"), '--definitions: "nowhere" is not a folder'),
    ],
)
def test_wrong_options_exit_2(export: Any, import_: Cli, options: tuple[str, ...], said: str) -> None:
    """The options are checked before anything is read."""
    export(*order())
    result = import_(*options)
    assert (result.exit_code, said in result.stderr, result.stdout) == (2, True, "")
