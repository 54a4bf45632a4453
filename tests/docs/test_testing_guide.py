"""The testing page explains every key of scenario files and every option of `statewright test`."""

from __future__ import annotations

import re

from statewright.cli.test import command
from statewright.json_schemas import load_schema
from tests.docs.examples import ROOT
from tests.docs.test_language_guide import keys

GUIDE = (ROOT / "docs" / "guide" / "testing.md").read_text()
CODE = " ".join(re.findall(r"`[^`\n]+`", GUIDE) + re.findall(r"^\$ .*$", GUIDE, re.MULTILINE))


def test_every_key_of_a_scenario_is_on_the_page() -> None:
    """It may be inline code or part of a command."""
    assert sorted(set(keys(load_schema("scenarios"))) - set(re.findall(r"[$\w]+", CODE))) == []


def test_every_option_is_on_the_page() -> None:
    """It may be inline code or part of a command."""
    options = {name for option in command.params for name in option.opts if name.startswith("-")}
    assert sorted(options - set(re.findall(r"--?[a-z-]+", CODE))) == []
