"""The options that locate events and definitions; a wrong value exits with code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import CONFIG, Cli


@pytest.mark.parametrize("command", [("history", "order/o-1"), ("show", "order/o-1")])
def test_a_command_that_reads_requires_a_store(cli: Cli, command: tuple[str, ...]) -> None:
    """The error names both options."""
    result = cli(*command)
    assert result.stderr.splitlines()[-1] == ("Error: give the events as --db FILE or --table NAME")
    assert result.exit_code == 2


@pytest.mark.parametrize(
    "command", [("history", "a"), ("show", "a"), ("why", "a", "Go"), ("run", "-"), ("import", "-")]
)
def test_db_and_table_cannot_be_combined(cli: Cli, db: Path, command: tuple[str, ...]) -> None:
    """Giving both options is a usage error."""
    result = cli(*command, "--db", db, "--table", "events")
    assert (result.exit_code, "--db and --table cannot be combined" in result.stderr) == (2, True)


def test_a_command_that_only_reads_creates_no_file(cli: Cli, tmp_path: Path) -> None:
    """A misspelt file name stays an error."""
    assert cli("history", "order/o-1", "--db", "evnets.db").exit_code == 2
    assert not (tmp_path / "evnets.db").exists()


@pytest.mark.parametrize(
    ("place", "said"),
    [("s3://B/x", '"B" is not a valid bucket name'), ("nowhere", '--definitions: "nowhere" is not a folder')],
)
def test_a_place_that_cannot_hold_definitions_is_named(cli: Cli, place: str, said: str) -> None:
    """The error quotes the value as it was given."""
    result = cli("run", "-", "--definitions", place, input="{}")
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_machine_whose_definition_is_broken_is_not_called_unknown(
    cli: Cli, db: Path, tmp_path: Path
) -> None:
    """The error says that a definition is broken; other machines can still be shown."""
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
def test_publish_requires_files_and_a_destination(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: tuple[object, ...], said: str
) -> None:
    """No network request is made before both are known."""
    monkeypatch.delenv("S3_BUCKET_NAME", raising=False)
    result = cli("publish", *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True)
