"""`.ci/released` accepts a tag only if it names the version and the changelog has a section for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from statewright import __version__
from tests.habits.files import ROOT

pytestmark = pytest.mark.slow

CHANGELOG = f"# Changelog\n\n## [{__version__}] - 2026-11-28\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Create a folder with the files that the script reads."""
    for name in (".ci/released", "engine/statewright/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    return tmp_path


def said(checkout: Path, tag: str) -> str:
    """Return the error of the script, or "" if it accepts the tag."""
    command = [sys.executable, checkout / ".ci" / "released", tag]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode == 0) == (done.stderr == "")
    return done.stderr


def test_the_tag_of_a_version_in_the_changelog_passes(checkout: Path) -> None:
    """The script prints no error."""
    assert said(checkout, f"v{__version__}") == ""


def test_the_tag_of_another_version_fails(checkout: Path) -> None:
    """The error names the expected tag."""
    assert said(checkout, "v99.0.0").endswith(f"tag v{__version__}\n")


def test_a_version_without_a_section_fails(checkout: Path) -> None:
    """The changelog of a release must be written before its tag."""
    (checkout / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n")
    assert "CHANGELOG.md has no section" in said(checkout, f"v{__version__}")
