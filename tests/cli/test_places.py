"""Where events and definitions are, as the options say it; what is wrong with them ends in exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import CONFIG, Cli


@pytest.mark.parametrize("command", [("history", "order/o-1"), ("show", "order/o-1")])
def test_a_command_that_reads_needs_to_know_where(cli: Cli, command: tuple[str, ...]) -> None:
    """The error names both options."""
    result = cli(*command)
    assert result.stderr.splitlines()[-1] == ("Error: give the events as --db FILE or --table NAME")
    assert result.exit_code == 2


@pytest.mark.parametrize(
    "command", [("history", "a"), ("show", "a"), ("why", "a", "Go"), ("run", "-"), ("import", "-")]
)
def test_events_are_in_one_place(cli: Cli, db: Path, command: tuple[str, ...]) -> None:
    """Both options together are a mistake."""
    result = cli(*command, "--db", db, "--table", "events")
    assert (result.exit_code, "--db and --table cannot be combined" in result.stderr) == (2, True)


def test_a_command_that_only_reads_creates_no_file(cli: Cli, tmp_path: Path) -> None:
    """A name that was misspelt stays an error."""
    assert cli("history", "order/o-1", "--db", "evnets.db").exit_code == 2
    assert not (tmp_path / "evnets.db").exists()


@pytest.mark.parametrize(
    ("place", "said"),
    [("s3://B/x", '"B" is not a valid bucket name'), ("nowhere", '--definitions: "nowhere" is not a folder')],
)
def test_a_place_that_cannot_hold_definitions_is_named(cli: Cli, place: str, said: str) -> None:
    """As it was given."""
    result = cli("run", "-", "--definitions", place, input="{}")
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_machine_whose_definition_is_broken_is_not_called_unknown(
    cli: Cli, db: Path, tmp_path: Path
) -> None:
    """The fault is told, and that it is one; machines beside it can be looked at."""
    (tmp_path / "order.machine.yaml").write_text((CONFIG / "order.machine.yaml").read_text())
    (tmp_path / "account.machine.yaml").write_text("machine: account\n")
    broken = cli("show", "account/a-1", "--db", db, "--definitions", ".")
    assert "account.machine.yaml is broken" in broken.stderr
    assert (broken.exit_code, '1 definition in "." cannot be used' in broken.stderr) == (2, True)
    assert cli("show", "order/o-1", "--db", db, "--definitions", ".").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "s3://shop"), "either FILE… or --from-prefix"),
        ((CONFIG, "--from-prefix", "--to", "s3://shop"), "either FILE… or --from-prefix"),
        ((CONFIG,), "S3_BUCKET_NAME is not set; give --to s3://BUCKET/PREFIX"),
        ((CONFIG, "--to", "shop"), '"shop" does not start with s3://'),
    ],
)
def test_publish_needs_something_and_somewhere(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: tuple[object, ...], said: str
) -> None:
    """Nothing is asked of the network before both are known."""
    monkeypatch.delenv("S3_BUCKET_NAME", raising=False)
    result = cli("publish", *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True)
