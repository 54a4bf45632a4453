"""`statewright compat --against s3://…` compares with the live version of the manifest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Cli
from tests.emulators.clients import client_of, environment_of, new_bucket
from tests.registry.harness import Place, door, place_in


@pytest.fixture
def place(ministack: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An empty place in S3, with credentials in the environment, and an empty folder."""
    for name, value in environment_of(others=ministack).items():
        monkeypatch.setenv(name, value)
    return place_in(ministack, new_bucket(client_of("s3", ministack)))


def test_the_live_version_is_the_old_one(place: Place, cli: Cli) -> None:
    """The break is reported with the S3 object of the live version."""
    Path("door.yaml").write_text(door(1))
    assert cli("publish", "door.yaml", "--to", place.s3).exit_code == 0
    Path("door.yaml").write_text(door(2, command="Unlock"))
    result = cli("compat", "door.yaml", "--against", place.s3)
    assert result.exit_code == 1
    assert f"was       {place.s3}/door/1-" in result.stdout
    assert "[CP31, breaks senders]" in result.stdout or "[CP35, breaks senders]" in result.stdout


def test_a_place_without_a_manifest_is_an_error(place: Place, cli: Cli) -> None:
    """The error names `statewright publish`, which creates the manifest."""
    Path("door.yaml").write_text(door(1))
    result = cli("compat", "door.yaml", "--against", place.s3)
    assert (result.exit_code, "statewright publish" in result.stderr) == (2, True)
