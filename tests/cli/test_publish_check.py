"""`publish` checks a file as `check` does, including ignores in the file and in the project."""

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
    """Change to an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown_clean(text: str) -> bool:
    """Return whether the check has no failing finding."""
    return show_checked([File("door.machine.yaml", text.encode())], format=Format.TEXT)


@pytest.mark.parametrize(("text", "clean"), [(WARNING, False), (IGNORED, True)])
def test_an_ignored_warning_can_be_published(text: str, clean: bool) -> None:
    """The ignore comment contains the author's reason."""
    assert shown_clean(text) is clean


def test_a_warning_ignored_by_the_project_can_be_published(project: Path) -> None:
    """`publish` reads the same configuration as `check`."""
    (project / "statewright.toml").write_text('[check]\nignore = {SW103 = "doors stay open"}\n')
    assert shown_clean(WARNING)


def test_json_leaves_out_ignored_findings(capsys: pytest.CaptureFixture[str]) -> None:
    """A file whose only finding is ignored prints nothing."""
    show_checked([File("door.machine.yaml", IGNORED.encode())], format=Format.JSON)
    assert capsys.readouterr().out == ""
