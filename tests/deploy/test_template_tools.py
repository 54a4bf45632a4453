"""What the tools of AWS say of deploy/template.yaml."""

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
# What stands in the template, a mistake in its place, and the word of it that a report has to name. The
# linters let a misspelt property of an event pass: that is what the model is for.
MISTAKES = {
    "cfn-lint": ("KeyType: RANGE", "KeyType: RNGE", "RNGE"),
    "sam validate": ("KeyType: RANGE", "KeyType: RNGE", "RNGE"),
    "the translator's model": ("BatchSize: !Ref", "BatchSise: !Ref", "BatchSise"),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tools_find_nothing(tool: str, sam: Path, tmp_path: Path) -> None:
    """Each tool takes the template without a remark."""
    program, *options = TOOLS[tool]
    done = run_tool(sam / "bin" / program, *options, TEMPLATE, home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tools_find_a_planted_mistake(tool: str, sam: Path, tmp_path: Path) -> None:
    """Each tool can refuse, so its silence on the template means something."""
    right, wrong, named = MISTAKES[tool]
    planted = tmp_path / "template.yaml"
    planted.write_text(TEMPLATE.read_text().replace(right, wrong))
    program, *options = TOOLS[tool]
    done = run_tool(sam / "bin" / program, *options, planted, home=tmp_path)
    assert done.returncode != 0
    assert named in done.stdout + done.stderr
