"""AWS's validation tools accept deploy/template.yaml and find mistakes in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.template import SAM_MODEL, TEMPLATE, run_tool

pytestmark = pytest.mark.e2e

TOOLS: dict[str, tuple[str, ...]] = {
    "cfn-lint": ("cfn-lint",),
    "sam validate": ("sam", "validate", "--lint", "--template"),
    "the translator's model": ("python", str(SAM_MODEL), "check"),
}
# For each tool: a text in the template, a faulty replacement, and a word that the report must contain. Only
# the translator's model finds a misspelt property of an event; the linters accept it.
MISTAKES = {
    "cfn-lint": ("KeyType: RANGE", "KeyType: RNGE", "RNGE"),
    "sam validate": ("KeyType: RANGE", "KeyType: RNGE", "RNGE"),
    "the translator's model": ("BatchSize: !Ref", "BatchSise: !Ref", "BatchSise"),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tools_find_nothing(tool: str, sam: Path, tmp_path: Path) -> None:
    """Each tool accepts the template."""
    program, *options = TOOLS[tool]
    done = run_tool(sam / "bin" / program, *options, TEMPLATE, home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tools_find_a_planted_mistake(tool: str, sam: Path, tmp_path: Path) -> None:
    """Each tool rejects a template with a mistake, so accepting the real one is meaningful."""
    right, wrong, named = MISTAKES[tool]
    planted = tmp_path / "template.yaml"
    planted.write_text(TEMPLATE.read_text().replace(right, wrong))
    program, *options = TOOLS[tool]
    done = run_tool(sam / "bin" / program, *options, planted, home=tmp_path)
    assert done.returncode != 0
    assert named in done.stdout + done.stderr
