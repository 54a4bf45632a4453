"""`statewright run`: commands go through the real handler, and their outcomes are printed."""

from __future__ import annotations

import json
from pathlib import Path

from statewright.stores.sqlite import SqliteStore
from tests.cli.commands import Cli, documents, envelope, place

DEMO_EVENT = Path(__file__).parent.parent.parent / "config" / "demo" / "sqs-event.json"


def test_accepted_commands_are_counted_and_not_listed(run: Cli) -> None:
    """The output of a successful run fits on a screen."""
    result = run("-", input=f"{place('c-1', 'o-1')}\n{place('c-2', 'o-2')}\n")
    assert result.stdout.split() == ["2", "ACCEPTED", "2", "commands"]
    assert result.exit_code == 0


def test_a_refused_command_is_named_with_its_line(run: Cli, tmp_path: Path) -> None:
    """The line has the form `file:line: aggregate command: CODE: reason`, as in compilers."""
    (tmp_path / "in.jsonl").write_text(f"{place('c-1', 'o-1')}\n\n{place('c-2', 'o-2', 0)}\n")
    result = run("in.jsonl")
    assert result.stdout.splitlines()[0] == (
        "in.jsonl:3: order/o-2 PlaceOrder: NOTHING_TO_PAY: An empty order cannot be placed."
    )
    assert result.exit_code == 1


def test_a_malformed_line_is_invalid_and_the_others_run(run: Cli) -> None:
    """A broken line affects no other line."""
    result = run("-", input=f"{{nonsense\n{place('c-1', 'o-1')}")
    assert result.stdout.startswith("<stdin>:1: INVALID: body: is not valid JSON at character 1: ")
    assert "1  ACCEPTED" in result.stdout
    assert result.exit_code == 1


def test_dead_letters_are_not_mentioned_without_a_queue(run: Cli) -> None:
    """Dead letters belong to SQS."""
    assert "dead-letter" not in run("-", input="nonsense").output


def test_verbose_lists_accepted_commands_too(run: Cli) -> None:
    """Each accepted command is one line."""
    result = run("-", "--verbose", input=place("c-1", "o-1"))
    assert result.stdout.startswith("<stdin>:1: order/o-1 PlaceOrder: ACCEPTED\n")


def test_without_a_file_a_message_says_that_events_are_not_kept(run: Cli, tmp_path: Path) -> None:
    """No file is created."""
    assert "--db" in run("-", input=place("c-1", "o-1")).stderr
    assert list(tmp_path.iterdir()) == []


def test_repeating_the_same_input_gives_only_duplicates(run: Cli) -> None:
    """An interrupted run can be started again."""
    run("-", "--db", "events.db", input=place("c-1", "o-1"))
    result = run("-", "--db", "events.db", input=place("c-1", "o-1"))
    assert result.stdout.split() == ["1", "DUPLICATE", "1", "command"]
    assert result.exit_code == 0


def test_commands_of_one_aggregate_keep_their_order_across_batches(run: Cli, tmp_path: Path) -> None:
    """The line order is the arrival order, regardless of batches."""
    pays = [
        envelope(f"c-{n}", "order", "o-1", "Pay", {"amount": 1}, actor={"id": "", "roles": ["clerk"]})
        for n in range(1, 25)
    ]
    result = run("-", "--db", "events.db", input="\n".join([place("c-0", "o-1", 24), *pays]))
    assert result.exit_code == 0
    store = SqliteStore(tmp_path / "events.db")
    commits = store.read("order/o-1").commits
    store.close()
    assert [command.id for commit in commits for command in commit.commands] == [f"c-{n}" for n in range(25)]


def test_json_is_one_object_per_command_and_the_summary_goes_to_stderr(run: Cli) -> None:
    """The objects have the keys of the handler's log lines."""
    result = run("-", "--format", "json", input=f"{place('c-1', 'o-1')}\nnonsense")
    accepted, invalid = documents(result)
    assert (accepted["command_id"], accepted["code"], accepted["version"]) == ("c-1", "ACCEPTED", 1)
    assert (invalid["message_id"], invalid["code"], invalid["command"]) == ("2", "INVALID", None)
    assert "2  commands" in result.stderr


def test_an_sqs_event_prints_every_outcome_and_the_response(run: Cli) -> None:
    """The response is the one that Lambda would return."""
    result = run(DEMO_EVENT, "--format", "json")
    *outcomes, answer = documents(result)
    redelivered = [one["message_id"] for one in outcomes if one["disposition"] == "redelivered"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": one} for one in redelivered]}
    assert len(outcomes) == len(json.loads(DEMO_EVENT.read_bytes())["Records"])


def test_a_malformed_sqs_event_exits_2(run: Cli) -> None:
    """The error names the missing key."""
    result = run("-", input='{"Records": [{"body": "{}"}]}')
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2,
        "Error: not an SQS event: messageId is missing or not a string",
    )


def test_a_broken_definition_is_reported_and_the_others_run(cli: Cli, tmp_path: Path) -> None:
    """As in the handler, a broken file does not affect other machines."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "bad.machine.yaml").write_text("machine: bad\n")
    (tmp_path / "config" / "good.machine.yaml").write_text(
        "machine: good\ninitial: a\nstates: {a: {accepts: {Go: a}}}\n"
    )
    result = cli("run", "-", input=envelope("c-1", "good", "g-1", "Go"))
    lines = result.stderr.splitlines()
    finding = lines[lines.index("bad.machine.yaml is broken; its machine is unknown:") + 1]
    assert finding == 'bad.machine.yaml:1:1: missing key "initial" [SW005]'
    assert result.exit_code == 0


def test_a_refusal_in_json_lists_the_commands_accepted_now(run: Cli) -> None:
    """It also names the current state."""
    refused = envelope("c-1", "order", "o-1", "Ship", {})
    [document] = documents(run("-", "--format", "json", input=refused))
    assert (document["leaf"], document["accepts_now"]) == ("draft", ["PlaceOrder"])


def test_a_folder_without_definitions_exits_2_and_creates_nothing(cli: Cli, tmp_path: Path) -> None:
    """Otherwise every command would be for an unknown machine."""
    (tmp_path / "empty").mkdir()
    result = cli("run", "-", "--definitions", "empty", "--db", "new.db", input="")
    assert (result.exit_code, "no *.machine.yaml" in result.stderr) == (2, True)
    assert not (tmp_path / "new.db").exists()


def test_missing_definitions_exit_2(cli: Cli) -> None:
    """The error names the option."""
    result = cli("run", "-", input=place("c-1", "o-1"))
    assert (result.exit_code, "--definitions" in result.stderr) == (2, True)


def test_a_file_that_is_not_a_database_exits_2_and_stays_unchanged(run: Cli, tmp_path: Path) -> None:
    """The error names the file."""
    (tmp_path / "notes.db").write_text("my notes, which are no database at all")
    result = run("-", "--db", "notes.db", input=place("c-1", "o-1"))
    assert (result.exit_code, "notes.db" in result.stderr) == (2, True)
    assert (tmp_path / "notes.db").read_text().startswith("my notes")
