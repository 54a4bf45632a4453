"""What `publish` sees of a file: the same as `check`, with the ignores of the file and of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from statewright.cli.shared.findings import show_checked
from statewright.cli.shared.input_files import File
from statewright.cli.shared.output import Format
from tests.cli.test_check import WARNING

IGNORED = WARNING.replace("open: {}", "open: {}  # statewright: ignore[SW103] doors stay open")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown_clean(text: str) -> bool:
    """Whether nothing that fails is found in it."""
    return show_checked([File("door.machine.yaml", text.encode())], format=Format.TEXT)


@pytest.mark.parametrize(("text", "clean"), [(WARNING, False), (IGNORED, True)])
def test_an_ignored_warning_can_be_published(text: str, clean: bool) -> None:
    """The author has given a reason."""
    assert shown_clean(text) is clean


def test_what_the_project_ignores_can_be_published(project: Path) -> None:
    """By the configuration that `check` reads."""
    (project / "statewright.toml").write_text('[check]\nignore = {SW103 = "doors stay open"}\n')
    assert shown_clean(WARNING)


def test_json_gives_one_object_per_finding(capsys: pytest.CaptureFixture[str]) -> None:
    """Without those that do not count."""
    show_checked([File("door.machine.yaml", IGNORED.encode())], format=Format.JSON)
    assert capsys.readouterr().out == ""
