"""The contributor guides refer only to existing files, targets and versions."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from statewright import __version__
from tests.habits.files import PROJECT, ROOT, document, locked_version, targets

DOCUMENTS = ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ".github/PULL_REQUEST_TEMPLATE.md"]
TOP = {path.name for path in ROOT.iterdir()}
HOOKS = document(ROOT / ".pre-commit-config.yaml")["repos"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_exist(name: str) -> None:
    """Code spans that begin with a name in the project's root are checked, and link targets."""
    text = (ROOT / name).read_text()
    spans = {span for span in re.findall(r"`([\w./-]+)`", text) if span.split("/")[0] in TOP}
    links = set(re.findall(r"\]\(([\w./-]+)\)", text))
    assert sorted(path for path in spans | links if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_exist(name: str) -> None:
    """One `make` may have several targets."""
    lines = re.findall(r"(?:^|`)make ([a-z0-9 -]+)", (ROOT / name).read_text(), re.MULTILINE)
    assert {target for line in lines for target in line.split()} <= targets()


def test_the_changelog_describes_this_version() -> None:
    """The version has a section with a date."""
    assert re.search(
        rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.M
    )


def test_the_sdist_contains_the_guides() -> None:
    """It also contains the settings that the tests read."""
    text = (ROOT / "pyproject.toml").read_text()
    for name in (
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
        ".ci",
        ".github",
        ".pre-commit-config.yaml",
    ):
        assert f'"{name}"' in text


def test_all_project_links_name_the_same_repository() -> None:
    """The links to issues and security advisories belong to the repository of the homepage."""
    home = PROJECT["urls"]["Homepage"]
    assert PROJECT["urls"]["Issues"] == f"{home}/issues"
    assert f"({home}/security/advisories/new)" in (ROOT / "SECURITY.md").read_text()


@pytest.mark.slow
def test_the_pre_commit_configuration_is_valid() -> None:
    """pre-commit accepts every key and value."""
    command = [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("repository", "package"),
    [("ruff-pre-commit", "ruff"), ("check-jsonschema", "check-jsonschema"), ("zizmor-pre-commit", "zizmor")],
)
def test_hooks_have_the_versions_of_the_lock_file(repository: str, package: str) -> None:
    """A commit and CI report the same problems."""
    [hook] = [hook for hook in HOOKS if hook["repo"].endswith(f"/{repository}")]
    assert hook["rev"].removeprefix("v") == locked_version(package)
