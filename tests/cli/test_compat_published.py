"""`statewright compat --against s3://…`: the live version of the manifest is the old one."""

from __future__ import annotations

from pathlib import Path

import pytest

from statewright.cli.compat.comparison import compare_definitions
from statewright.cli.publish.publication import publish_definitions
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import Format
from statewright.errors import SourceUnavailable
from tests.emulators.clients import client_of, environment_of, new_bucket
from tests.registry.world import Place, door, place_in


@pytest.fixture
def place(ministack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An empty place in S3, which the environment leads to, and an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name, value in environment_of(others=ministack).items():
        monkeypatch.setenv(name, value)
    return place_in(ministack, new_bucket(client_of("s3", ministack)))


def compare(place: Place) -> ExitCode:
    return compare_definitions(
        str(place.s3), ["door.yaml"], accepted=Path("none.yaml"), fail_on="command", format="text"
    )


def test_what_is_live_is_the_old_version(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Its object is named as the place where a thing was."""
    Path("door.yaml").write_text(door(1))
    options = {"from_prefix": False, "dry_run": False, "allow_rollback": False}
    publish_definitions(("door.yaml",), to=place.s3, format=Format.TEXT, **options)
    Path("door.yaml").write_text(door(2, command="Unlock"))
    assert compare(place) is ExitCode.FINDINGS
    output = capsys.readouterr().out
    assert f"was       {place.s3}/door/1-" in output
    assert "[CP31, breaks senders]" in output or "[CP35, breaks senders]" in output


def test_a_place_without_a_manifest_is_no_old_version(place: Place) -> None:
    """It says how to get one."""
    Path("door.yaml").write_text(door(1))
    with pytest.raises(SourceUnavailable, match="statewright publish"):
        compare(place)
