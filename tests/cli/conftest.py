"""Fixtures that run the command line, fill an event file and publish to S3."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from statewright.cli.main import statewright
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import Format
from tests.cli.commands import CONFIG, Cli, Publish, envelope
from tests.emulators.clients import environment_of
from tests.registry.fixtures import definitions_bucket, place
from tests.registry.harness import Place

__all__ = ["definitions_bucket", "place"]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """`cli("show", "o-1")` runs in an empty folder; `input` is the content of standard input."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    def invoke(*arguments: object, input: str | bytes | None = None, terminal: bool = False) -> Result:
        texts = [str(argument) for argument in arguments]
        return CliRunner().invoke(statewright, texts, input=input, prog_name="statewright", color=terminal)

    return invoke


@pytest.fixture
def run(cli: Cli) -> Cli:
    """Call the command `run` with the machines of config/."""
    return lambda *arguments, **options: cli("run", *arguments, "--definitions", CONFIG, **options)


@pytest.fixture
def db(run: Cli, tmp_path: Path) -> Path:
    """An event file with an order that is paid in two parts and an account with a recorded rejection."""
    path = tmp_path / "events.db"
    clerk, teller = {"id": "u-4", "roles": ["clerk"]}, {"id": "t-1", "roles": ["teller"]}
    commands = [
        envelope("c-1", "order", "o-1", "PlaceOrder", {"total": 1000}, actor=clerk),
        envelope("c-2", "order", "o-1", "Pay", {"amount": 400}, actor=clerk),
        envelope("c-3", "order", "o-1", "Pay", {"amount": 600}, actor=clerk),
        envelope("c-4", "account", "a-1", "Open", {"owner": "Ada"}, actor=teller),
        envelope("c-5", "account", "a-1", "Withdraw", {"amount": 5}, actor=teller),
    ]
    run("-", "--db", path, input="\n".join(commands))
    return path


@pytest.fixture
def publish(
    ministack: str,
    place: Place,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> Publish:
    """`publish("door.yaml", dry_run=True)` in an empty folder returns the exit code, stdout and stderr."""
    for name, value in environment_of(others=ministack).items():
        monkeypatch.setenv(name, value)

    def invoke(*paths: object, format: Format = Format.TEXT, **flags: object) -> tuple[ExitCode, str, str]:
        options = [
            part
            for name, given in flags.items()
            for part in (f"--{name.replace('_', '-')}", *(() if given is True else (given,)))
        ]
        result = cli("publish", *paths, "--to", place.s3, "--format", format, *options)
        return ExitCode(result.exit_code), result.stdout, result.stderr

    return invoke
