"""Definitions are found in a folder, refreshed, and kept when a file is broken."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from statewright.errors import SettingsError
from statewright.registry.files import FilesSource
from statewright.registry.port import SourceState
from tests.registry.harness import Clock, version_of

DOOR = "{machine: door, version: %d, initial: shut, states: {shut: {accepts: {Open: open}}, open: {}}}"
LAMP = json.dumps({"machine": "lamp", "initial": "off", "states": {"off": {}}})
BROKEN = "{machine: door, initial: nowhere, states: {shut: {}}}"


def write(folder: Path, name: str, text: str, *, at: int = 1) -> None:
    """Write a file with an explicit modification time, so that changes show however fast the test is."""
    (folder / name).write_text(text)
    os.utime(folder / name, (at, at))


def door(folder: Path, version: int) -> None:
    write(folder, "door.machine.yaml", DOOR % version, at=version)


def test_every_syntax_is_found_and_nothing_else(tmp_path: Path) -> None:
    """The double extension distinguishes definitions from other files."""
    door(tmp_path, 1)
    write(tmp_path, "lamp.machine.json", LAMP)
    write(tmp_path, "gate.machine.yml", (DOOR % 1).replace("door", "gate"))
    write(tmp_path, "notes.yaml", "a: b")
    assert FilesSource(tmp_path).names() == ("door", "gate", "lamp")


def test_an_unknown_machine_is_none(tmp_path: Path) -> None:
    """An empty folder is not an error, because definitions may follow."""
    assert FilesSource(tmp_path).machine("door") is None


def test_a_change_shows_after_the_time_to_live(tmp_path: Path) -> None:
    """The next access then refreshes the definitions, and no earlier one does."""
    door(tmp_path, 1)
    clock = Clock()
    source = FilesSource(tmp_path, ttl_seconds=60, clock=clock)
    door(tmp_path, 2)
    clock.seconds = 59
    assert version_of(source) == 1
    clock.seconds = 60
    assert version_of(source) == 2


def test_a_clock_that_went_back_expires_the_definitions(tmp_path: Path) -> None:
    """If the wall clock is changed, the age of the definitions is unknown."""
    door(tmp_path, 1)
    clock = Clock()
    clock.seconds = 1000.0
    source = FilesSource(tmp_path, clock=clock)
    door(tmp_path, 2)
    clock.seconds = 0.0
    assert (source.state().age_seconds, version_of(source)) == (0.0, 2)


def test_a_refresh_ignores_the_time_to_live(tmp_path: Path) -> None:
    """New files are found, and removed files are forgotten."""
    door(tmp_path, 1)
    source = FilesSource(tmp_path)
    write(tmp_path, "lamp.machine.json", LAMP)
    (tmp_path / "door.machine.yaml").unlink()
    source.refresh()
    assert source.names() == ("lamp",)


def test_an_unchanged_file_keeps_its_compiled_machine(tmp_path: Path) -> None:
    """Compiling costs more than checking whether the file has changed."""
    door(tmp_path, 1)
    source = FilesSource(tmp_path)
    before = source.machine("door")
    source.refresh()
    assert source.machine("door") is before


def test_a_broken_change_keeps_the_last_good_machine(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The findings are logged once per change, and the repaired file is used."""
    door(tmp_path, 1)
    source = FilesSource(tmp_path)
    write(tmp_path, "door.machine.yaml", BROKEN, at=2)
    source.refresh()
    source.refresh()
    assert version_of(source) == 1
    assert caplog.text.count("door.machine.yaml is broken; its machine keeps the last good version") == 1
    door(tmp_path, 3)
    source.refresh()
    assert version_of(source) == 3


def test_a_broken_file_at_the_start_does_not_affect_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Only the machine of the broken file is unknown."""
    write(tmp_path, "door.machine.yaml", BROKEN)
    write(tmp_path, "lamp.machine.json", LAMP)
    with caplog.at_level(logging.ERROR, logger="statewright.sources"):
        source = FilesSource(tmp_path)
    assert (source.machine("door"), version_of(source, "lamp")) == (None, 1)
    assert "nowhere" in caplog.text


def test_a_file_that_cannot_be_read_is_broken_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A dangling link, for example, is checked again at each refresh."""
    (tmp_path / "door.machine.yaml").symlink_to(tmp_path / "nowhere")
    source = FilesSource(tmp_path)
    assert source.names() == ()
    write(tmp_path, "nowhere", DOOR % 4)
    source.refresh()
    assert version_of(source) == 4


def test_a_file_that_is_too_large_does_not_affect_others(tmp_path: Path) -> None:
    """Only enough of the file is read to see that it is too large."""
    door(tmp_path, 1)
    with (tmp_path / "huge.machine.yaml").open("wb") as file:
        file.truncate(2**40)
    assert FilesSource(tmp_path).names() == ("door",)


def test_subfolders_are_searched_as_by_check(tmp_path: Path) -> None:
    """Definitions that `check` accepts must also load at runtime."""
    (tmp_path / "below").mkdir()
    door(tmp_path / "below", 1)
    assert FilesSource(tmp_path).names() == ("door",)


def test_a_link_next_to_its_file_is_the_same_definition(tmp_path: Path) -> None:
    """Kubernetes mounts configuration as links into a folder that is replaced as a whole."""
    (tmp_path / "..1").mkdir()
    door(tmp_path / "..1", 1)
    (tmp_path / "door.machine.yaml").symlink_to("..1/door.machine.yaml")
    assert FilesSource(tmp_path).names() == ("door",)


def test_a_pipe_is_not_a_definition(tmp_path: Path) -> None:
    """Reading it would never end."""
    os.mkfifo(tmp_path / "door.machine.yaml")
    assert FilesSource(tmp_path).names() == ()


def test_two_files_of_one_machine_are_an_error_that_names_both(tmp_path: Path) -> None:
    """The source cannot guess which of the two is meant."""
    door(tmp_path, 1)
    write(tmp_path, "gate.machine.yaml", DOOR % 2)
    with pytest.raises(SettingsError, match=r'"door.machine.yaml" and "gate.machine.yaml" both .* "door"'):
        FilesSource(tmp_path)


def test_a_second_file_that_appears_later_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The known machine stays until one of the two files is removed."""
    door(tmp_path, 1)
    source = FilesSource(tmp_path)
    write(tmp_path, "gate.machine.yaml", DOOR % 2)
    source.refresh()
    assert version_of(source) == 1
    assert "keeping the current definitions" in caplog.text
    (tmp_path / "door.machine.yaml").unlink()
    source.refresh()
    assert version_of(source) == 2


def test_a_folder_that_disappears_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A deployment that moves the folder does not make its machines unknown for a moment."""
    folder = tmp_path / "config"
    folder.mkdir()
    door(folder, 1)
    source = FilesSource(folder)
    folder.rename(tmp_path / "away")
    source.refresh()
    assert version_of(source) == 1
    assert "is not a folder" in caplog.text


def test_a_missing_folder_names_the_variable(tmp_path: Path) -> None:
    """The setting is wrong, not the definitions."""
    with pytest.raises(SettingsError, match="DEFINITIONS_PATH"):
        FilesSource(tmp_path / "nowhere")


def test_the_state_has_the_age_and_the_number_of_broken_files(tmp_path: Path) -> None:
    """The age counts from the last usable refresh; a broken file counts until it is fixed."""
    door(tmp_path, 1)
    clock = Clock()
    source = FilesSource(tmp_path, clock=clock)
    clock.seconds = 5.0
    assert source.state() == SourceState(5.0, 0)
    write(tmp_path, "lamp.machine.json", BROKEN, at=2)
    source.refresh()
    assert source.state() == SourceState(0.0, 1)


def test_a_broken_file_may_define_any_machine(tmp_path: Path) -> None:
    """An unknown machine may be in a broken file, unless the file is known to hold another machine."""
    write(tmp_path, "door.machine.yaml", "machine: [")
    source = FilesSource(tmp_path, ttl_seconds=0)
    assert not source.is_current("window")
    door(tmp_path, 2)
    source.refresh()
    write(tmp_path, "door.machine.yaml", BROKEN, at=3)
    source.refresh()
    assert (source.is_current("door"), source.is_current("window")) == (False, True)


def test_two_files_for_one_machine_let_the_age_grow(tmp_path: Path) -> None:
    """The returned definitions are no longer considered current."""
    door(tmp_path, 1)
    clock = Clock()
    source = FilesSource(tmp_path, clock=clock)
    write(tmp_path, "gate.machine.yaml", DOOR % 2)
    clock.seconds = 7.0
    source.refresh()
    assert source.state() == SourceState(7.0, 1)


def test_a_folder_that_can_no_longer_be_listed_loses_no_machine(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its machines stay, although they may be outdated; others are refreshed."""
    below = tmp_path / "below"
    below.mkdir()
    door(below, 1)
    write(tmp_path, "lamp.machine.json", LAMP)
    source = FilesSource(tmp_path)
    listed = Path.iterdir

    def refuse(path: Path) -> Iterator[Path]:
        if path == below:
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", refuse)
        source.refresh()
    assert f"folder {below} cannot be searched: Permission denied" in caplog.text
    assert (source.names(), source.is_current("door"), source.is_current("lamp")) == (
        ("door", "lamp"),
        False,
        True,
    )
    source.refresh()
    assert source.is_current("door")
