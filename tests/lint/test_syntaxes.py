"""Whether a file is JSON or YAML decides how it is read and which rules apply."""

from __future__ import annotations

import pytest

from statewright.diagnostics import Code
from statewright.language.source.text import decode
from statewright.lint import check_file

LAMP = '{"machine": "lamp", "initial": "on", "states": {"on": {"accepts": {"SwitchOff": "on"}}}}'


@pytest.mark.parametrize("file", ["lamp.machine.json", "LAMP.JSON", "<stdin>", "lamp"])
def test_json_is_recognized_by_file_name_or_content(file: str) -> None:
    """Standard input has no file name."""
    assert decode(f"\n {LAMP}".encode(), file).is_json


@pytest.mark.parametrize("file", ["lamp.machine.yaml", "lamp.YML"])
def test_json_in_a_yaml_file_is_read_as_yaml(file: str) -> None:
    """The file name takes precedence."""
    assert not decode(LAMP.encode(), file).is_json


@pytest.mark.parametrize("text", ["machine: lamp", "{machine: lamp}", "", "{}"])
def test_text_that_does_not_look_like_json_is_yaml(text: str) -> None:
    """Text in braces is JSON only if it starts with a key in double quotes."""
    assert not decode(text.encode(), "<stdin>").is_json


def test_json_on_standard_input_needs_no_modeline() -> None:
    """The rules about modelines and YAML 1.1 apply only to YAML."""
    long = LAMP.replace(", ", ",\n" * 30)
    assert {finding.code for finding in check_file(long.encode(), "<stdin>")}.isdisjoint(
        {Code.NO_MODELINE, Code.YAML_1_1}
    )
