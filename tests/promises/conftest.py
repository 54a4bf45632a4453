"""Fixtures for the promises: the command line, the golden store, and emulated AWS services."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from statewright.cli.main import statewright
from tests.cli.commands import Cli
from tests.emulators.clients import environment_of
from tests.promises.files import sqlite_file
from tests.registry.fixtures import definitions_bucket, place

__all__ = ["definitions_bucket", "place"]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs the command line in an empty folder, e.g. `cli("show", "o-1")`; `input`: standard input."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: object, input: str | bytes | None = None) -> Result:
        texts = [str(argument) for argument in arguments]
        return CliRunner().invoke(statewright, texts, input=input, prog_name="statewright")

    return invoke


@pytest.fixture
def golden_db(tmp_path: Path) -> Path:
    """A SQLite store as written by version 0.1."""
    return sqlite_file("stores/sqlite.sql", tmp_path)


@pytest.fixture
def s3_environment(ministack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment variables that point the SDK to the emulated S3."""
    for name, value in environment_of(others=ministack).items():
        monkeypatch.setenv(name, value)
