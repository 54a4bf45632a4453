"""The workflows call existing scripts, cover every supported Python, and have minimal permissions."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.habits.files import GITHUB, PROJECT, ROOT, WORKFLOWS, document, jobs, scripts, steps, targets

CI = document(GITHUB / "workflows" / "ci.yml")
CLASSIFIER = "Programming Language :: Python :: "
PYTHONS = [
    name.removeprefix(CLASSIFIER) for name in PROJECT["classifiers"] if name.startswith(f"{CLASSIFIER}3.")
]
SCHEMAS = {
    "vendor.github-workflows": WORKFLOWS,
    "custom.github-workflows-require-timeout": [path for path in WORKFLOWS if path.name != "release.yml"],
    "vendor.dependabot": [GITHUB / "dependabot.yml"],
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.github-issue-forms": [
        path for path in sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) if path.name != "config.yml"
    ],
}


def ran(*command: str | Path) -> tuple[int, str]:
    """Run a command in the project's root; return the exit code and both streams."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_for_github_are_valid(schema: str) -> None:
    """The schemas for workflows, issue forms and Dependabot are those of check-jsonschema."""
    code, output = ran(sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *SCHEMAS[schema])
    assert code == 0, output


@pytest.mark.slow
def test_workflows_are_safe() -> None:
    """zizmor has no finding, such as an unpinned action, a wide permission or a template injection."""
    code, output = ran(Path(sys.executable).parent / "zizmor", "--offline", "--no-progress", ".github")
    assert code == 0, output


def test_actions_are_pinned_by_commit() -> None:
    """A comment has the version, which Dependabot updates."""
    used = [line for path in WORKFLOWS for line in path.read_text().splitlines() if "uses:" in line]
    foreign = [line for line in used if "uses: ./" not in line]
    assert [line for line in foreign if not re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []


def test_an_action_has_the_same_commit_everywhere() -> None:
    """All workflows pin it to the same commit."""
    used = {step["uses"] for step in steps() if "uses" in step}
    assert len(used) == len({action.split("@")[0] for action in used})


def test_every_make_target_exists() -> None:
    """Every target that a script calls is documented in the Makefile."""
    called = {target for script in scripts() for target in re.findall(r"\bmake ([a-z0-9-]+)", script)}
    assert called
    assert called <= targets()


def test_every_script_exists_and_can_be_executed() -> None:
    """The scripts are those in `.ci`."""
    called = {path for script in scripts() for path in re.findall(r"\.ci/\w+", script)}
    assert called == {".ci/run", ".ci/smoke", ".ci/released"} & called
    assert all((ROOT / path).stat().st_mode & 0o111 for path in called)


def test_ci_covers_every_supported_python() -> None:
    """The gate runs on the oldest version, the tests on the others, the installation on all."""
    gate = CI["jobs"]["gate"]["steps"][1]["with"]["python-version"].split()
    tested = CI["jobs"]["tests"]["strategy"]["matrix"]["python"]
    assert [gate[-1], *tested] == PYTHONS
    assert CI["jobs"]["install"]["strategy"]["matrix"]["python"] == PYTHONS


def test_only_jobs_have_permissions() -> None:
    """A workflow grants no permission to all of its jobs."""
    assert {path.name: document(path)["permissions"] for path in WORKFLOWS} == {
        path.name: {} for path in WORKFLOWS
    }


def test_only_publications_may_write() -> None:
    """A job with write permission runs no script."""
    writing = {name: job for name, job in jobs() if "write" in job["permissions"].values()}
    assert sorted(writing) == ["docs.yml:publish", "release.yml:publish"]
    assert not any("run" in step for job in writing.values() for step in job["steps"])
