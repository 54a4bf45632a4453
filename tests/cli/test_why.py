"""`statewright why`: the verdict on a command, and the result of each branch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.commands import CONFIG, Cli, documents


def why(cli: Cli, *arguments: object) -> Result:
    """Run `why` with the machines of config/."""
    return cli("why", *arguments, "--definitions", CONFIG)


def test_a_guard_is_shown_with_the_values_it_read(cli: Cli, db: Path) -> None:
    """The author sees why the guard held or failed."""
    result = why(cli, "account/a-1", "Withdraw", "--data", '{"amount": 5}', "--role", "teller", "--db", db)
    assert "guard  data.balance - data.held >= command.amount" in result.stdout
    assert "saw    command.amount = 5, data.balance = 0, data.held = 0" in result.stdout
    assert result.exit_code == 1


def test_each_branch_has_a_result(cli: Cli, db: Path) -> None:
    """The result says whether the branch was chosen and, if not, why."""
    arguments = ("Withdraw", "--data", '{"amount": 5}', "--role", "teller", "--db", db, "--format", "json")
    [judged] = documents(why(cli, "account/a-1", *arguments))
    assert [branch["result"] for branch in judged["branches"]] == [
        "role is missing",
        "guard is false",
        "chosen",
    ]
    assert judged["code"] == "INSUFFICIENT_FUNDS"


def test_a_branch_that_was_not_tried_says_so_in_plain_text(cli: Cli, db: Path) -> None:
    """The line has no colour codes."""
    result = why(cli, "account/a-1", "Withdraw", "--data", '{"amount": 5}', "--db", db)
    results = [line for line in result.stdout.splitlines() if line.startswith("branch ")]
    assert results[-1] == "branch 3: not tried"


def test_an_accepted_command_shows_the_event_that_would_be_stored(cli: Cli, db: Path) -> None:
    """The event is shown with the version that it would get."""
    result = why(cli, "order/o-1", "Pack", "--db", db)
    assert "Pack: ACCEPTED" in result.stdout
    assert result.stdout.split("would be stored")[1].split()[4:7] == ["4", "OrderPacked", "fulfilment.packed"]
    assert result.exit_code == 0


def test_nothing_is_stored(cli: Cli, db: Path) -> None:
    """The history is the same after the command."""
    before = cli("history", "order/o-1", "--db", db).stdout
    why(cli, "order/o-1", "Pack", "--db", db)
    assert cli("history", "order/o-1", "--db", db).stdout == before


def test_the_commands_accepted_now_are_listed_with_their_roles(cli: Cli, db: Path) -> None:
    """The sender of a refused command sees the alternatives."""
    [judged] = documents(
        why(cli, "account/a-1", "Open", "--data", '{"owner": "x"}', "--db", db, "--format", "json")
    )
    accepts = {one["command"]: one["roles"] for one in judged["accepts_now"]}
    assert judged["code"] == "NOT_ACCEPTED"
    assert (accepts["Deposit"], accepts["Close"]) == ([], ["owner", "teller"])


def test_a_new_aggregate_is_judged_in_its_initial_state(cli: Cli) -> None:
    """No file of events is needed."""
    result = why(cli, "order/new", "PlaceOrder", "--data", '{"total": 5}')
    assert result.stdout.startswith("order/new at version 0 in draft\nPlaceOrder: ACCEPTED\n")


def test_an_unknown_id_without_a_machine_gets_a_hint(cli: Cli) -> None:
    """A new aggregate needs a machine, so the message suggests MACHINE/ID."""
    result = why(cli, "o-1", "Pay")
    assert 'no such aggregate "o-1" (for a new aggregate, write MACHINE/o-1)' in result.stderr
    assert result.exit_code == 1


def test_a_payload_that_does_not_fit_is_invalid(cli: Cli) -> None:
    """No branch is tried in that case."""
    [judged] = documents(why(cli, "order/new", "PlaceOrder", "--data", '{"total": -1}', "--format", "json"))
    assert (judged["code"], judged["reason"]) == ("INVALID", "data.total: must be at least 0")
    assert {branch["result"] for branch in judged["branches"]} == {"not tried"}


def test_the_time_can_be_given(cli: Cli, tmp_path: Path) -> None:
    """The option `--now` sets the time of the decision."""
    guard = "now > timestamp('2026-01-01T00:00:00Z')"
    states = f'{{a: {{accepts: {{Go: {{guard: "{guard}"}}}}}}}}'
    (tmp_path / "m.machine.yaml").write_text(f"machine: m\ninitial: a\nstates: {states}\n")
    codes = [
        cli("why", "m/x", "Go", "--now", f"{year}-06-01T00:00:00Z", "--definitions", tmp_path).exit_code
        for year in (2025, 2026)
    ]
    assert codes == [1, 0]


def test_the_time_is_never_before_the_last_commit(cli: Cli, tmp_path: Path) -> None:
    """If the clock is behind the stream, the decision uses the time of the last commit."""
    guard = "now > timestamp('2030-01-01T00:00:00Z')"
    states = f'{{a: {{accepts: {{Go: {{emit: Gone, guard: "{guard}"}}}}}}}}'
    (tmp_path / "m.machine.yaml").write_text(f"machine: m\ninitial: a\nstates: {states}\n")
    event = {"stream": "m/x", "version": 1, "type": "Gone", "data": {}, "time": "2042-01-01T00:00:00Z"}
    (tmp_path / "e.jsonl").write_text(json.dumps(event))
    cli("import", "e.jsonl", "--db", "e.db", "--definitions", tmp_path)
    judged = cli(
        "why", "m/x", "Go", "--db", "e.db", "--now", "2029-01-01T00:00:00Z", "--definitions", tmp_path
    )
    assert (judged.exit_code, judged.stdout.splitlines()[2]) == (
        0,
        "decided at 2042-01-01T00:00:00.000000Z, the time of its last commit, which is ahead of the clock",
    )


def test_an_impossible_id_exits_2(cli: Cli) -> None:
    """An event of such an aggregate could not be stored."""
    assert why(cli, "order/no way", "Pay").exit_code == 2


def test_a_payload_that_is_not_an_object_exits_2(cli: Cli) -> None:
    """A syntax error is shown with its position."""
    result = why(cli, "order/new", "Pay", "--data", '{"amount": }')
    assert (result.exit_code, "--data: is not valid JSON at character 11" in result.stderr) == (2, True)
    assert why(cli, "order/new", "Pay", "--data", "[]").exit_code == 2


TILL = """
machine: till
initial: open
commands: {Put: {payload: {coins: integer}}}
events: {Put: {payload: {coins: integer}, set: {coins: data.coins + event.coins}}}
data: {coins: {type: integer, default: 0, maximum: 100}, owner: {type: string, default: ""}}
invariants:
  - {check: data.coins < 50 || data.owner != "", message: a full till needs an owner}
states:
  open: {accepts: {Put: {emit: Put}}}
"""


def put(cli: Cli, coins: int, *arguments: str) -> Result:
    """Ask about putting coins into a new till."""
    Path("till.machine.yaml").write_text(TILL)
    data = json.dumps({"coins": coins})
    return cli("why", "till/t-1", "Put", "--data", data, "--definitions", ".", *arguments)


def test_an_invariant_is_shown_with_the_values_it_read(cli: Cli) -> None:
    """The values are those after the events, which no other output shows."""
    result = put(cli, 60)
    assert "Put: INVARIANT_VIOLATED: a full till needs an owner" in result.stdout
    assert '  expression  data.coins < 50 || data.owner != ""\n' in result.stdout
    assert '  saw         data.coins = 60, data.owner = ""\n' in result.stdout


def test_a_field_that_does_not_fit_is_shown_with_its_value_and_the_constraint(cli: Cli) -> None:
    """The constraint is a schema, so there is no expression."""
    [judged] = documents(put(cli, 101, "--format", "json"))
    assert judged["refused_by"] == {
        "kind": "data",
        "path": "data.coins",
        "expression": None,
        "constraint": "must be at most 100",
        "saw": {"data.coins": 101},
    }


@pytest.mark.slow
def test_a_value_that_cannot_be_computed_names_field_expression_and_cause(cli: Cli) -> None:
    """Here the cause is a division by zero."""
    Path("till.machine.yaml").write_text(TILL.replace("data.coins + event.coins", "1 / event.coins"))
    result = cli("why", "till/t-1", "Put", "--data", '{"coins": 0}', "--definitions", ".")
    assert 'cannot compute field "coins" from 1 / event.coins: division by zero' in result.stdout
