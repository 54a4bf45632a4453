"""The command line with events in DynamoDB Local and definitions in an S3 emulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import CONFIG, Cli, documents, envelope, place
from tests.docs.examples import BLOCK
from tests.emulators.clients import client_of, environment_of, new_bucket, new_name, new_table
from tests.evolution.history_import.export import deposits, line, order


@pytest.fixture
def table(dynamodb_local: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an empty table; the environment has the endpoint and credentials."""
    for name, value in environment_of(dynamodb=dynamodb_local).items():
        monkeypatch.setenv(name, value)
    return new_table(client_of("dynamodb", dynamodb_local))


@pytest.fixture
def prefix(ministack: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A prefix in an empty bucket; the environment has the endpoint and credentials."""
    for name, value in environment_of(others=ministack).items():
        monkeypatch.setenv(name, value)
    return f"s3://{new_bucket(client_of('s3', ministack))}/machines"


def test_a_history_is_imported_into_a_table_once(cli: Cli, table: str) -> None:
    """The second import finds every event stored, although streams are written in parallel."""
    text = "\n".join(one for n in range(20) for one in deposits(f"account/a-{n}", 12))
    first, second = (
        cli("import", "-", "--table", table, "--definitions", CONFIG, input=text) for _ in range(2)
    )
    assert first.stdout.endswith("240 events written, 0 already stored\n")
    assert second.stdout.endswith("0 events written, 240 already stored\n")


def test_the_handler_continues_in_the_table(cli: Cli, run: Cli, table: str) -> None:
    """`run --table` decides commands on the imported history."""
    cli("import", "-", "--table", table, "--definitions", CONFIG, input="\n".join(order("order/o-1")))
    lines = [envelope("c-1", "order", "o-1", "Pack", {}), place("c-2", "o-2")]
    assert run("-", "--table", table, input="\n".join(lines)).stdout.split()[:2] == ["2", "ACCEPTED"]
    [shown] = documents(
        cli("show", "order/o-1", "--table", table, "--definitions", CONFIG, "--format", "json")
    )
    assert (shown["version"], shown["leaf"]) == (4, "fulfilment.packed")


def test_a_stream_larger_than_a_page_of_the_service_is_read_whole(cli: Cli, table: str) -> None:
    """DynamoDB returns at most 1 MB per response, and `history` reads all of them."""
    definition = "machine: ticket\ninitial: open\nstates: {open: {accepts: {Note: {emit: Noted}}}}\n"
    Path("ticket.machine.yaml").write_text(definition)
    text = "\n".join(
        line("ticket/t-1", version, "Noted", {"text": "x" * 250_000}) for version in range(1, 10)
    )
    imported = cli("import", "-", "--table", table, "--definitions", ".", input=text)
    assert imported.exit_code == 0
    found = documents(cli("history", "ticket/t-1", "--table", table, "--format", "json"))
    assert [event["version"] for event in found] == list(range(1, 10))
    again = cli("import", "-", "--table", table, "--definitions", ".", input=text)
    assert again.stdout.endswith("0 events written, 9 already stored\n")


def test_why_reads_the_table(cli: Cli, run: Cli, table: str) -> None:
    """`why` judges a command to an aggregate in the table."""
    run("-", "--table", table, input=place("c-1", "o-1"))
    options = ("--table", table, "--definitions", CONFIG, "--format", "json")
    [judged] = documents(cli("why", "order/o-1", "Pack", *options))
    assert (judged["version"], judged["code"]) == (1, "NOT_ACCEPTED")


def test_a_table_that_does_not_exist_exits_2(cli: Cli, table: str) -> None:
    """The error contains the name of the table."""
    result = cli("history", "order/o-1", "--table", f"{table}-other")
    assert (result.exit_code, f"{table}-other" in result.stderr) == (2, True)


def test_the_script_of_the_guide_exports_a_table(
    cli: Cli, dynamodb_local: str, table: str, tmp_path: Path
) -> None:
    """The guide's script sorts versions as numbers and keeps decimals, so its output can be imported."""
    guide = (CONFIG.parent / "docs" / "howto" / "migrating.md").read_text()
    [script] = [block["body"] for block in BLOCK.finditer(guide) if block["file"] == "export.py"]
    [pipeline] = [text.strip() for text in guide.splitlines() if text.startswith("python export.py")]
    (tmp_path / "export.py").write_text(script)
    old = old_orders(dynamodb_local, payments=12)
    subprocess.run(pipeline.replace("old-orders", old), shell=True, check=True, env=with_this_python())
    result = cli("import", "old.jsonl", "--table", table, "--definitions", CONFIG)
    assert result.stdout.endswith("26 events written, 0 already stored\n")


def old_orders(url: str, *, payments: int) -> str:
    """Create a table of the old system with two orders, and return its name."""
    name = new_name("old-orders")
    keys = (("order_id", "HASH", "S"), ("seq", "RANGE", "N"))
    client = client_of("dynamodb", url)
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind, _ in keys],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": type} for key, _, type in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    for order_id in ("o-1", "o-2"):
        for seq in range(1, payments + 2):
            type, field = ("OrderPlaced", "total") if seq == 1 else ("PaymentReceived", "amount")
            item = {
                "order_id": {"S": order_id},
                "seq": {"N": str(seq)},
                "event": {"S": type},
                "payload": {"M": {field: {"N": "100"}}},
                "created_at": {"S": f"2024-05-01T09:{seq:02}:00Z"},
            }
            client.put_item(TableName=name, Item=item)
    return name


def with_this_python() -> dict[str, str]:
    """Return a shell environment in which `python` is this interpreter."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def test_definitions_are_read_from_s3(cli: Cli, prefix: str) -> None:
    """`import --definitions s3://…` folds the history with published definitions."""
    assert cli("publish", CONFIG, "--to", prefix).exit_code == 0
    result = cli("import", "-", "--dry-run", "--definitions", prefix, input="\n".join(order()))
    assert "order    fulfilment.picking        1\n" in result.stdout


def test_publish_writes_where_the_handler_reads(
    cli: Cli, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `--to`, `publish` writes to the place that the handler's environment variables name."""
    bucket, _, folder = prefix.removeprefix("s3://").partition("/")
    monkeypatch.setenv("S3_BUCKET_NAME", bucket)
    monkeypatch.setenv("S3_CONFIG_PREFIX", folder)
    assert cli("publish", CONFIG).exit_code == 0
    result = cli("run", "-", "--definitions", prefix, "--format", "json", input=place("c-1", "o-1"))
    assert json.loads(result.stdout)["code"] == "ACCEPTED"
